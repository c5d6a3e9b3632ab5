"use strict";
{
  const { el, text, line, path, clamp, scale, right, wrong, mine, model } = figures;
  const T = 32,
    most = 4,
    last = 5,
    step = 0.05; // a power of 5 stands for the last number alone
  const counts = Array.from({ length: T }, (_, i) => i + 1);

  // ---- the model ----
  // y_n has the variance 1 / n. Independent numbers have no covariance; running means m and n have 1 / max(m, n).
  const kinds = ["independent errors", "running means"];
  const weights = (p) => counts.map((n) => (p === last ? +(n === T) : n ** p));
  function variance(p, kind) {
    const w = weights(p),
      total = w.reduce((a, b) => a + b);
    let sum = 0;
    for (const m of counts) for (const n of counts) if (kind || m === n) sum += (w[m - 1] * w[n - 1]) / Math.max(m, n);
    return sum / total ** 2;
  }
  const smallest = (kind) => variance([1, last][kind], kind);
  const ratio = (p, kind) => variance(p, kind) / smallest(kind);

  // ---- the figure ----
  const highest = 3;
  const snap = (p) => (p > (most + last) / 2 ? last : clamp(Math.round(p / step) / Math.round(1 / step), 0, most));
  const fine = Array.from({ length: most / step + 1 }, (_, i) => i * step);
  const curves = [0, 1].map((kind) => fine.map((p) => [p, ratio(p, kind)]));

  function layout(W) {
    const wide = W >= 520,
      width = wide ? Math.round(W * 0.58) : W,
      tall = wide ? 230 : 200,
      left = 38,
      top = 44;
    const bars = wide ? [width + 40, W - 4, top, top + tall] : [left, W - 4, top + tall + 96, top + tall + 196];
    return {
      wide,
      tall,
      left,
      top,
      bars,
      x: scale(0, last, left + 8, width - 36),
      y: scale(1, highest, top + tall, top),
      height: wide ? top + tall + 50 : top + tall + 226,
    };
  }

  function plot({ left, top, tall, x, y }, { p, kind }, open) {
    const parts = [
      text(0, 8, "variance over the smallest", "quiet start"),
      text(x(most / 2), top + tall + 38, "power p of the weight", "quiet"),
    ];
    for (const level of [1, 1.5, 2, 2.5, 3])
      parts.push(
        line(left, y(level), x(last) + 8, y(level), "grid"),
        text(left - 8, y(level), level.toFixed(1), "quiet end"),
      );
    for (const tick of [0, 1, 2, 3, 4]) parts.push(text(x(tick), top + tall + 16, tick, "quiet"));
    parts.push(text(x(last), top + tall + 16, "last", "quiet"), line(x(p), top, x(p), top + tall, "thin dashed"));
    if (!open) return parts;
    for (const one of [1 - kind, kind]) {
      const faded = { "stroke-opacity": one === kind ? 1 : 0.35, "stroke-width": one === kind ? 3 : 2 },
        end = ratio(last, one);
      parts.push(
        path(
          curves[one].filter(([, v]) => v <= highest).map(([q, v]) => [x(q), y(v)]),
          "model-line",
          faded,
        ),
      );
      parts.push(
        end <= highest
          ? el("circle", {
              cx: x(last),
              cy: y(end),
              r: 4,
              class: "model-fill",
              "fill-opacity": one === kind ? 1 : 0.35,
            })
          : text(x(last), top + 8, `↑ ${end.toFixed(1)}`, one === kind ? "small" : "quiet"),
      );
    }
    return [
      parts,
      text(x(last) + 8, y(2) - 9, kinds[0], kind ? "quiet end" : "model end"),
      text(x(0.8), y(1.5) - 9, kinds[1], kind ? "model start" : "quiet start"),
    ];
  }

  function bars({ bars: [left, end, top, bottom] }, { p }) {
    const w = weights(p),
      high = Math.max(...w),
      wide = (end - left) / T,
      y = scale(0, high, bottom, top);
    return [
      w.map((one, i) =>
        el("rect", {
          x: left + wide * i + 0.5,
          y: y(one),
          width: wide - 1,
          height: bottom - y(one),
          class: "mine-fill",
        }),
      ),
      line(left, bottom, end, bottom, "thin"),
      text(
        left,
        top - 36,
        p === last ? "weights: the last alone" : `weights n to the power ${p.toFixed(2)}`,
        "quiet start",
      ),
      text(left + wide / 2, bottom + 16, 1, "quiet"),
      text(end - wide / 2, bottom + 16, T, "quiet"),
      text((left + end) / 2, bottom + 16, "number n", "quiet"),
    ];
  }

  function draw(state, W, open) {
    const box = layout(W),
      { p, kind } = state,
      value = ratio(p, kind),
      outside = value > highest;
    return {
      height: box.height,
      back: [plot(box, state, open), bars(box, state)].flat(Infinity).join(""),
      handles: [
        {
          x: box.x(p),
          y: open ? box.y(Math.min(value, highest)) : box.y(2),
          name: "power p",
          least: 0,
          most: last,
          value: p,
          text:
            (p === last ? "the last alone" : `${p.toFixed(2)}`) +
            (open ? `, variance ${value.toFixed(2)} times the smallest` : ""),
          shape: el("circle", { r: 9, class: outside ? "bead bad" : "bead" }),
        },
      ],
    };
  }

  function says({ p, kind }, open) {
    const value = ratio(p, kind),
      best = value < 1.0005,
      w = weights(p);
    if (!open)
      return p === last
        ? "Only the last number counts."
        : `The weight n<sup>${p.toFixed(2)}</sup> of the last number is ${mine((w[T - 1] / w[0]).toFixed(1))} times
          that of the first.`;
    const what = p === last ? "The last number alone" : `The weight n<sup>${p.toFixed(2)}</sup>`;
    const tell = best ? right("the smallest variance") : `${model(value.toFixed(2))} times the smallest variance`;
    const why =
      kind === 0
        ? `For independent errors ${best ? "this" : "n"} is the best weight: one over the variance 1 / n.`
        : `Of running means the best is ${best ? "this" : "the last alone"}: it uses every sample already.`;
    return `${what} gives ${kinds[kind]} ${tell}. ${why}`;
  }

  figures.add({
    name: "04_sqrt_count_weights",
    place: "which-power",
    start: { p: 0.5, kind: 0 },
    legal: ({ p, kind }) => Math.abs(snap(p) - p) < 1e-9 && [0, 1].includes(kind),
    ask: {
      question: `For independent errors of variance 1 / n the best weight is n. Now let number n be the mean of the
        first n samples. Its variance is 1 / n, too. Which weights give the weighted mean of all ${T} numbers the
        smallest variance?`,
      choices: [
        [0, "equal weights"],
        [1, "√n"],
        [2, "n"],
        [3, "n²"],
        [4, "the last alone"],
      ],
      answer: () =>
        `<b>The last alone.</b> The mean of all ${T} samples already uses every sample. With the weight n the
          variance is ${ratio(1, 1).toFixed(2)} times as large. Which weights train a network best is another
          question; the next steps measure that.`,
    },
    title: (state, open) =>
      open
        ? "The best weight: n for independent errors, the last alone for running means"
        : "The variance of a weighted mean",
    draw,
    says,
    drag: (state, x, y, W) => ({ p: snap(layout(W).x.back(x)) }),
    inside: (x, y, state, W) => {
      const box = layout(W);
      return x > box.left - 4 && x < box.x(last) + 24 && y > box.top - 8 && y < box.top + box.tall + 24;
    },
    key({ p }, dx, dy) {
      const at = clamp((p === last ? fine.length : Math.round(p / step)) + dx + dy, 0, fine.length);
      return { p: at === fine.length ? last : snap(at * step) };
    },
    buttons: [
      ["numbers", kinds.map((words, kind) => [words, () => ({ kind })])],
      [
        "weights",
        [
          ["equal", 0],
          ["√n", 0.5],
          ["n", 1],
          ["n²", 2],
          ["the last alone", last],
        ].map(([words, p]) => [words, () => ({ p })]),
      ],
    ],
    hint: "One bead for the power p of the weight; left and right change it.",
    caption: `Number n, from 1 to ${T}, has the variance 1 / n. Blue: the variance of the weighted mean, over the
      smallest that any weights give. Orange: the weights<span class="move">; drag the bead, or tap</span>.`,
    lines: [3, 6],
    summary: "Variance over the smallest",
    table: (state) =>
      el(
        "table",
        {},
        el(
          "tr",
          {},
          "<th>weight</th>",
          ["equal", "√n", "n", "n²", "the last"].map((words) => el("th", { scope: "col" }, words)),
        ),
        kinds.map((words, kind) =>
          el(
            "tr",
            {},
            el("th", { scope: "row" }, words),
            [0, 0.5, 1, 2, last].map((p) =>
              el("td", { class: p === state.p && kind === state.kind ? "mine" : "" }, ratio(p, kind).toFixed(2)),
            ),
          ),
        ),
      ),
    model: { weights, variance, smallest, ratio, last },
  });
}
