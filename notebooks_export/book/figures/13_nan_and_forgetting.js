"use strict";
{
  const { el, text, line, path, clamp, scale, mine, model } = figures;
  const most = 5,
    step = 0.1, // of the bias
    longest = 110;

  // ---- the model ----
  // The path through an LSTM's cell alone: each step multiplies by the forget gate, sigmoid(bias).
  const gate = (bias) => 1 / (1 + Math.exp(-bias));
  const left = (bias, steps) => gate(bias) ** steps;
  const half = (bias) => Math.log(0.5) / Math.log(gate(bias));
  // The bias with which half is left after so many steps.
  const bias_of = (steps) => -Math.log(2 ** (1 / steps) - 1);

  // ---- the figure ----
  const snap = (bias) => clamp(Math.round(bias / step) / Math.round(1 / step), 0, most);
  const share = (value) => {
    if (value >= 0.0095) return `${(100 * value).toFixed(value > 0.095 ? 0 : 1)} %`;
    const power = Math.floor(Math.log10(value)),
      digits = (value / 10 ** power).toFixed(1);
    return `${digits} · 10<sup>−${-power}</sup>`;
  };

  function layout(W) {
    const tall = W >= 520 ? 240 : 210,
      from = 48,
      top = 40;
    return { tall, from, top, x: scale(0, longest, from, W - 14), y: scale(0, 1, top + tall, top) };
  }

  function draw({ bias }, W, open) {
    const { tall, from, top, x, y } = layout(W),
      bottom = top + tall;
    const parts = [
      text(0, 8, "share of the gradient that is left", "quiet start"),
      text((from + x(longest)) / 2, bottom + 38, "steps back", "quiet"),
    ];
    for (const level of [0, 0.25, 0.5, 0.75, 1])
      parts.push(
        line(from, y(level), x(longest), y(level), "grid"),
        text(from - 8, y(level), `${100 * level} %`, "quiet end"),
      );
    for (const tick of [0, 25, 50, 75, 100]) parts.push(text(x(tick), bottom + 16, tick, "quiet"));
    parts.push(line(x(50), top, x(50), bottom, "thin dashed"));
    if (open) {
      const steps = Array.from({ length: longest + 1 }, (_, i) => i);
      parts.push(
        path(
          steps.map((k) => [x(k), y(left(bias, k))]),
          "model-line",
        ),
        el("circle", { cx: x(50), cy: y(left(bias, 50)), r: 5, class: "model-fill" }),
      );
    }
    return {
      height: bottom + 50,
      back: parts.flat(Infinity).join(""),
      handles: [
        {
          x: x(half(bias)),
          y: y(0.5),
          name: "forget bias",
          least: 0,
          most,
          value: bias,
          text: `${bias.toFixed(1)}, half is lost in ${half(bias).toFixed(1)} steps`,
          shape: el("circle", { r: 9, class: "bead" }),
        },
      ],
    };
  }

  function says({ bias }, open) {
    const begin = `Forget bias ${mine(bias.toFixed(1))}: the gate is ${gate(bias).toFixed(3)}, and half is lost in
      ${half(bias).toFixed(1)} steps.`;
    return open ? `${begin} After 50 steps ${model(share(left(bias, 50)))} is left.` : begin;
  }

  figures.add({
    name: "13_nan_and_forgetting",
    place: "how-far-a-gradient-reaches",
    start: { bias: 1 },
    legal: ({ bias }) => Math.abs(snap(bias) - bias) < 1e-9,
    ask: {
      question: `Keras starts the forget bias of an LSTM at 1. So the forget gate is about 0.73, and each step back
        through the cell multiplies a gradient by that. How much is left after 50 steps?`,
      choices: [
        [0, "73 %"],
        [1, "about a third"],
        [2, "1 %"],
        [3, "less than a millionth"],
      ],
      answer: () =>
        `<b>Less than a millionth:</b> ${share(left(1, 50))}. To keep a third over 50 steps, the gate must be 0.98. That
          is a bias of ln 49, or 3.9.`,
    },
    title: (state, open) =>
      open ? "At a forget bias of 1, half of a gradient is lost in 2.2 steps" : "What the forget gate leaves",
    draw,
    says,
    drag: (state, x, y, W) => ({ bias: snap(bias_of(Math.max(layout(W).x.back(x), 0.5))) }),
    inside: (x, y, state, W) => {
      const box = layout(W);
      return x > box.from - 4 && y > box.top - 8 && y < box.top + box.tall + 24;
    },
    key: ({ bias }, dx, dy) => ({ bias: snap(bias + step * (dx + dy)) }),
    buttons: [
      [
        "forget bias",
        [
          ["0", 0],
          ["1, as in Keras", 1],
          ["3.9, ln 49", 3.9],
          ["5", 5],
        ].map(([words, bias]) => [words, () => ({ bias })]),
      ],
    ],
    hint: "One bead for the forget bias, where half is left; left and right change it.",
    caption: `The path through the cell alone, with a forget gate that does not change. Blue: what is left of a gradient,
      so many steps back<span class="move">. Drag the bead, where half is left, or tap</span>.`,
    lines: [2, 4],
    summary: "What is left after 10, 50 and 100 steps",
    table: (state) =>
      el(
        "table",
        {},
        el(
          "tr",
          {},
          "<th>forget bias</th>",
          [10, 50, 100].map((steps) => el("th", { scope: "col" }, `${steps} steps`)),
        ),
        [0, 1, 3.9, 5].map((bias) =>
          el(
            "tr",
            {},
            el("th", { scope: "row" }, bias),
            [10, 50, 100].map((steps) =>
              el("td", { class: bias === state.bias ? "mine" : "" }, share(left(bias, steps))),
            ),
          ),
        ),
      ),
    model: { gate, left, half, bias_of },
  });
}
