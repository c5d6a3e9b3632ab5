"use strict";
{
  const { el, text, line, path, clamp, scale, percent, right, wrong, mine, model } = figures;
  const { word, longest, pairs, trained_with, epochs, all, masked, positions, after, before, with_lengths } =
    figures.tables["05_padding_masks"];
  const most = all.length - 1,
    marks = [...word, "end"];
  const ways = ["nothing", "mask", "mask and lengths"];

  // ---- what was measured ----
  const loss = (k, way) => (way === 0 ? all[k] : masked[k]);
  const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
  const spread = (runs, k) => [
    Math.min(...runs.map((run) => run[k])),
    median(runs.map((run) => run[k])),
    Math.max(...runs.map((run) => run[k])),
  ];
  const moved = (k, way) => (way === 2 ? with_lengths : spread(after, k)[1]);

  // ---- the figure ----
  function layout(W) {
    const wide = W >= 520,
      left = 44,
      cell = (W - left - 6) / (longest + most),
      tape = 150,
      plot = 262,
      tall = wide ? 170 : 150;
    return {
      wide,
      left,
      cell,
      tape,
      plot,
      tall,
      height: plot + tall + 42,
      bar: scale(0, 4, tape - 14, 52),
      x: scale(0, most, left + cell * (longest - 0.5), left + cell * (longest + most - 0.5)),
      y: scale(0, 1.1, plot + tall, plot),
    };
  }

  // The word and its padding as the decoder must say them, with the loss of each position.
  function tape({ wide, left, cell, tape, bar }, { k, way }, open) {
    const parts = [
      text(0, 8, "loss of each position, in nats", "quiet start"),
      line(left, bar(0), left + cell * (longest + most), bar(0), "thin"),
    ];
    for (const nats of [0, 2, 4]) parts.push(text(left - 8, bar(nats), nats, "quiet end"));
    for (let t = 0; t < longest + most; ++t) {
      const padded = t >= marks.length,
        x = left + cell * t,
        there = t < longest + k,
        counts = there && !(padded && way > 0);
      if (!there) {
        parts.push(el("circle", { cx: x + cell / 2, cy: tape + 6, r: 1.5, class: "faint" }));
        continue;
      }
      parts.push(
        el("rect", {
          x: x + 1,
          y: Math.min(bar(positions[t]), bar(0) - 1),
          width: cell - 2,
          height: Math.max(bar(0) - bar(positions[t]), 1),
          class: counts ? "model-fill" : "faint",
        }),
      );
      if (wide)
        parts.push(
          el("rect", {
            x: x + 1,
            y: tape - 8,
            width: cell - 2,
            height: 28,
            rx: 3,
            class: padded ? (counts ? "run" : "run blank") : "model-edge",
          }),
        );
      parts.push(
        text(
          x + cell / 2,
          tape + 6,
          padded ? "–" : t === word.length ? "■" : word[t],
          padded ? (counts ? "mine" : "quiet") : "letter",
        ),
      );
    }
    const words = way === 0 ? `all ${longest + k} positions count` : "padding is masked";
    return [
      parts,
      text(
        left + cell * (longest + most),
        wide ? 8 : 28,
        open ? `${words}: loss ${loss(k, way).toFixed(2)}` : words,
        "model end",
      ),
    ];
  }

  function state({ left, plot, tall, x, y }, { k, way }) {
    const ks = all.map((_, i) => i),
      parts = [text(0, plot - 44, "how far padding moves the encoder’s last h", "quiet start")];
    for (const share of [0, 0.5, 1])
      parts.push(
        line(x(0), y(share), x(most), y(share), "grid"),
        text(x(0) - 8, y(share), percent(share), "quiet end"),
      );
    for (const tick of [0, 5, 10, 15, 20]) parts.push(text(x(tick), plot + tall + 14, tick, "quiet"));
    parts.push(text(x(most / 2), plot + tall + 32, "padded steps k", "quiet"));
    const faded = (on) => ({ "stroke-width": on ? 3 : 1.5, "stroke-opacity": on ? 1 : 0.4 });
    const band = (runs) =>
      path(
        [
          ...ks.map((i) => [x(i), y(spread(runs, i)[2])]),
          ...[...ks].reverse().map((i) => [x(i), y(spread(runs, i)[0])]),
        ],
        "",
        { style: "fill:var(--model)", "fill-opacity": 0.13 },
      );
    parts.push(
      band(after),
      path(
        ks.map((i) => [x(i), y(spread(after, i)[1])]),
        "model-line",
        faded(way < 2),
      ),
      path(
        ks.map((i) => [x(i), y(spread(before, i)[1])]),
        "thin dashed",
      ),
      path(
        [
          [x(0), y(0)],
          [x(most), y(0)],
        ],
        "model-line",
        faded(way === 2),
      ),
      text(x(0) + 10, y(0.97), "before the typo", "quiet start"),
      text(x(most), y(0.5), "after the typo", way < 2 ? "model end" : "quiet end"),
      text(x(most), y(0) - 12, "with lengths", way === 2 ? "model end" : "quiet end"),
      line(x(k), plot - 20, x(k), plot + tall, "thin dashed"),
    );
    return parts;
  }

  function draw(now, W, open) {
    const box = layout(W),
      { k, way } = now;
    return {
      height: box.height,
      back: [tape(box, now, open), state(box, now)].flat(Infinity).join(""),
      handles: [
        {
          x: box.x(k),
          y: box.y(moved(k, way)),
          name: "padded steps",
          least: 0,
          most,
          value: k,
          text: `${k}, state moved by ${percent(moved(k, way))}` + (open ? `, loss ${loss(k, way).toFixed(2)}` : ""),
          shape: el("circle", { r: 9, class: "bead" }),
        },
      ],
    };
  }

  function says({ k, way }, open) {
    const steps = `${k} padded step${k === 1 ? "" : "s"}`,
      tell = model(loss(k, way).toFixed(2));
    const first = !open
      ? `Every word has ${mine(steps)} more.`
      : way === 0
        ? `With ${mine(steps)} more the loss is ${tell}:
          ${k ? wrong("lower, and nothing was learned") : "padding counts in it"}.`
        : `The masked loss is ${tell} with any padding of the words.`;
    const [low, middle, high] = spread(after, k);
    const second =
      way === 2
        ? `The encoder stops at the lengths: ${right("its state does not move")}.`
        : k === 0
          ? "No padding is read, so the state does not move."
          : `The encoder ${way ? "still reads" : "reads"} padding: its state moves by
            ${wrong(percent(middle))} of its length (five networks: ${percent(low)} to ${percent(high)}).`;
    return `${first} ${second}`;
  }

  figures.add({
    name: "05_padding_masks",
    place: "a-mask-on-the-loss-is-no-mask-on-the-state",
    start: { k: trained_with, way: 1 },
    legal: ({ k, way }) => k in all && way in ways,
    ask: {
      question: `A network was trained with padding counted. Its loss is ${all[0].toFixed(2)} where every word is
        padded to ${longest} steps. Now each word gets ${trained_with} padded steps more, and nothing is trained.
        What is the loss of all positions?`,
      choices: [
        [0, "about 4"],
        [1, "about 2.5"],
        [2, "the same"],
        [3, "about 1.5"],
        [4, "about 1"],
      ],
      answer: () =>
        `<b>It is ${all[trained_with].toFixed(2)}.</b> Padding is easy to predict, so each padded step brings the
          mean down. A mask on the loss repairs that, but it does not reach the encoder’s state. Only lengths do.`,
    },
    title: (now, open) =>
      open ? "A mask repairs the loss; only lengths repair the state" : "Padding in the loss, and padding in the state",
    draw,
    says,
    drag: (now, x, y, W) => ({ k: clamp(Math.round(layout(W).x.back(x)), 0, most) }),
    inside: (x, y, now, W) => {
      const box = layout(W);
      return x > box.x(0) - 12 && x < box.x(most) + 12 && y > box.plot - 20 && y < box.plot + box.tall + 8;
    },
    key: ({ k }, dx, dy) => ({ k: clamp(k + dx + dy, 0, most) }),
    buttons: [
      ["given", ways.map((words, way) => [words, () => ({ way })])],
      ["padded steps", [0, 5, 10, 20].map((k) => [`${k}`, () => ({ k })])],
    ],
    hint: "One bead for the padded steps; left and right change them.",
    caption: `Above: the word “${word}”, its end ■ and padding –, in the network of the step “A loss that looks
      good” (trained for ${epochs} epochs). Its loss is the mean over ${pairs} words. Below: five networks trained
      with mask and lengths, which then read k padded steps; the median, and the range for “after”. Recorded when
      the figure was made. Orange: the padded steps<span class="move">; drag the bead, or tap</span>.`,
    lines: [3, 6],
    summary: "The numbers",
    table: (now) => {
      const columns = [0, 2, 5, 10, 15, 20],
        row = (words, value) =>
          el(
            "tr",
            {},
            el("th", { scope: "row" }, words),
            columns.map((k) => el("td", { class: k === now.k ? "mine" : "" }, value(k))),
          );
      return el(
        "table",
        {},
        row("padded steps", (k) => k),
        row("loss, all", (k) => all[k].toFixed(2)),
        row("loss, letters", (k) => masked[k].toFixed(2)),
        row("state, after", (k) => percent(spread(after, k)[1])),
        row("state, before", (k) => percent(spread(before, k)[1])),
        row("state, with lengths", () => "0 %"),
      );
    },
    model: { loss, spread, moved },
  });
}
