"use strict";
{
  const { el, text, line, path, clamp, scale, right, wrong, mine, model } = figures;
  const { T, D, goal, limit, hidden, small, stride, stops, small_goals, events, runs } =
    figures.tables["03_timestep_differencing"];

  // ---- what was measured ----
  const means = Array.from({ length: D }, (_, d) => events.filter((_, i) => i % D === d).reduce((a, b) => a + b) / T);
  // The error of the five means.
  const flat = events.reduce((sum, x, i) => sum + (x - means[i % D]) ** 2, 0) / events.length;
  // A stop of a run: after which step, its error, and the output. The last stop is where the goal is reached.
  function stop_of(run, at) {
    const end = at >= run.outputs.length - 1,
      step = end ? run.goals[0] : stops[at];
    return {
      end,
      step,
      error: end ? run.last : run.losses[step / stride],
      output: run.outputs[Math.min(at, run.outputs.length - 1)],
    };
  }
  const range = (numbers) => `${Math.min(...numbers)} to ${Math.max(...numbers)}`;

  // ---- the figure ----
  const last_of = (share) => runs[share].outputs.length - 1,
    log = Math.log10;

  function layout(W) {
    const wide = W >= 520,
      width = wide ? Math.round(W * 0.56) : W,
      tall = wide ? 270 : 220,
      top = 30;
    const left = wide ? width + 60 : 56,
      below = wide ? top : top + tall + 80;
    return {
      tall,
      top,
      x: scale(0, 1300, 56, width - 16),
      y: scale(log(4e-5), log(0.3), top + tall, top),
      height: below + tall + 46,
      below,
      t: scale(1, T, left, W - 8),
      v: scale(0, 0.8, below + tall, below),
    };
  }

  function losses({ top, tall, x, y }, state, open) {
    const parts = [
      text(0, top - 20, "mean squared error", "quiet start"),
      text(x(650), top + tall + 34, "training step", "quiet"),
    ];
    for (const [value, words] of [
      [0.1, "0.1"],
      [0.01, "0.01"],
      [0.001, "0.001"],
      [1e-4, "0.0001"],
    ])
      parts.push(
        line(x(0), y(log(value)), x(1300), y(log(value)), "grid"),
        text(x(0) - 6, y(log(value)), words, "quiet end"),
      );
    for (const step of [0, 300, 600, 900, 1200]) parts.push(text(x(step), top + tall + 14, step, "quiet"));
    parts.push(
      line(x(0), y(log(flat)), x(1300), y(log(flat)), "thin dashed"),
      text(x(1300), y(log(flat)) - 10, "five flat lines at the means", "small end"),
      text(x(0) + 4, y(log(goal)) + 11, "the answer’s goal", "quiet start"),
    );
    runs.forEach((run, i) => {
      if (!open && i !== state.share) return;
      const points = [...run.losses.map((error, k) => [k * stride, error]), [run.goals[0], run.last]].map(
        ([step, error]) => [x(step), y(log(error))],
      );
      parts.push(
        path(
          points,
          "model-line",
          i === state.share ? { "stroke-width": 2.5 } : { "stroke-width": 1.5, "stroke-opacity": 0.3 },
        ),
      );
      if (i === state.share)
        parts.push(
          text(Math.min(x(run.goals[0]) + 30, x(1300)), y(log(goal)) + 26, `${run.goals[0]} steps`, "model end"),
        );
    });
    return parts;
  }

  function series({ below, tall, t, v }, state) {
    const { step, output } = stop_of(runs[state.share], state.stop),
      row = (values, d) => values.filter((_, i) => i % D === d);
    const parts = [
      text(t(1) - 34, below - 20, `what it draws after ${step} steps`, "quiet start"),
      text(t((1 + T) / 2), below + tall + 34, "time step", "quiet"),
    ];
    for (const value of [0, 0.2, 0.4, 0.6, 0.8])
      parts.push(line(t(1), v(value), t(T), v(value), "grid"), text(t(1) - 8, v(value), value.toFixed(1), "quiet end"));
    for (const step of [1, 7, T]) parts.push(text(t(step), below + tall + 14, step, "quiet"));
    for (let d = 0; d < D; ++d)
      parts.push(
        path(
          row(events, d).map((value, i) => [t(i + 1), v(value)]),
          "thin",
        ),
        path(
          row(output, d).map((value, i) => [t(i + 1), v(clamp(value / 1000, -0.1, 0.9))]),
          "model-line",
          { "stroke-width": 2.5 },
        ),
      );
    return parts;
  }

  function draw(state, W, open) {
    const box = layout(W),
      { step, error } = stop_of(runs[state.share], state.stop);
    return {
      height: box.height,
      back: [losses(box, state, open), series(box, state)].flat(Infinity).join(""),
      handles: [
        {
          x: box.x(step),
          y: box.y(log(error)),
          name: "training step",
          least: 0,
          most: runs[state.share].goals[0],
          value: step,
          text: `step ${step}, error ${error.toPrecision(2)}`,
          shape: el("circle", { r: 9, class: "bead" }),
        },
      ],
    };
  }

  function says({ share, stop }) {
    const run = runs[share],
      { end, step, error } = stop_of(run, stop),
      times = error / flat;
    const tell = end
      ? `The goal of ${goal} is reached.`
      : times > 1.5
        ? "The means are not yet learned."
        : times > 0.7
          ? `A small number, but the output is ${wrong("nearly five flat lines")}.`
          : "Now the changes over time are being learned.";
    const ratio = times >= 10 ? Math.round(times) : times.toPrecision(2);
    return `With ${mine(`${run.share} %`)} of the offset, after ${step} steps, the error is
      ${model(error.toPrecision(2))}: ${ratio} times that of five flat lines at the means. ${end ? right(tell) : tell}`;
  }

  figures.add({
    name: "03_timestep_differencing",
    place: "the-fix-take-the-offset-away",
    start: { share: 0, stop: stops.indexOf(300) },
    legal: ({ share, stop }) => share in runs && Number.isInteger(stop) && stop >= 0 && stop <= last_of(share),
    ask: {
      question: `With the series as it is, a network of ${hidden} hidden units needs ${runs[0].goals[0]} steps to
        reach an error of ${goal} (seed 0). Take half of each feature’s mean off. How many steps does it need now?`,
      choices: [
        [1200, "about 1200"],
        [1000, "about 1000"],
        [750, "about 750"],
        [600, "about 600"],
        [350, "about 350"],
      ],
      answer: () =>
        `<b>It needs ${runs[1].goals[0]} steps.</b> Without the means it needs ${runs[5].goals[0]}. Over five seeds:
          ${range(runs[0].goals)} steps with the whole offset, ${range(runs[1].goals)} with half of it,
          ${range(runs[5].goals)} without. Of five networks with ${small} hidden units none reaches the goal in
          ${limit} steps.`,
    },
    title: (state, open) =>
      open ? "The offset is learned first, and it costs most of the steps" : "A small error, and five flat lines",
    draw,
    says,
    drag(state, x, y, W) {
      const run = runs[state.share],
        at = layout(W).x.back(x),
        far = run.outputs.map((_, i) => Math.abs(stop_of(run, i).step - at));
      return { stop: far.indexOf(Math.min(...far)) };
    },
    inside: (x, y, state, W) => {
      const box = layout(W);
      return x > box.x(0) - 8 && x < box.x(1300) + 8 && y > box.top && y < box.top + box.tall;
    },
    key: ({ share, stop }, dx, dy) => ({ stop: clamp(stop + dx + dy, 0, last_of(share)) }),
    buttons: [
      [
        "offset left",
        runs.map((run, share) => [`${run.share} %`, ({ stop }) => ({ share, stop: Math.min(stop, last_of(share)) })]),
      ],
      [
        "steps",
        [
          [0, "0"],
          [100, "100"],
          [300, "300"],
        ]
          .map(([step, words]) => [words, () => ({ stop: stops.indexOf(step) })])
          .concat([["at the goal", ({ share }) => ({ stop: last_of(share) })]]),
      ],
    ],
    hint: "One bead on the curve of the error; left and right change the training step.",
    caption: `Blue: the output of a network with ${hidden} hidden units, and its error (seed 0, recorded when the
      figure was made). Thin lines: the asker’s series. Orange: the training step<span class="move">; drag the bead,
      or tap</span>. The offset is each feature’s mean.`,
    lines: [3, 6],
    summary: "Steps to the error 0.0001, for five seeds",
    table: (state) =>
      el(
        "table",
        {},
        el(
          "tr",
          {},
          "<th>offset left</th>",
          [0, 1, 2, 3, 4].map((seed) => el("th", { scope: "col" }, `seed ${seed}`)),
        ),
        runs.map((run, i) =>
          el(
            "tr",
            {},
            el("th", { scope: "row" }, `${run.share} %`),
            run.goals.map((steps) => el("td", { class: i === state.share ? "mine" : "" }, steps)),
          ),
        ),
      ),
    model: { flat, means, stop_of, small_goals },
  });
}
