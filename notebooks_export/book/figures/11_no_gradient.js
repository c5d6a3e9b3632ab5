"use strict";
{
  const { el, text, line, path, arrow, clamp, scale, signed, mine, model } = figures;
  const step = 0.01, // of p
    reach = 0.12; // how long an arrow is

  // ---- the model ----
  // A bit is 1 with chance p, and costs (bit - t)^2.
  const cost = (p, t) => t * t + (1 - 2 * t) * p;
  const slope = (t) => 1 - 2 * t;
  // The mean, over the bits drawn, of the slope of the square, and what has that slope.
  const through = (p, t) => 2 * (p - t);
  const lowered = (p, t) => (p - t) ** 2;
  const best = (t) => (t < 0.5 ? 0 : 1);

  // ---- the figure ----
  const snap = (p) => clamp(Math.round(p / step) / Math.round(1 / step), 0, 1);
  const highest = 0.66;
  function layout(W) {
    const tall = W >= 520 ? 250 : 220,
      from = 40,
      top = 30;
    return { tall, from, top, x: scale(0, 1, from, W - 14), y: scale(0, highest, top + tall, top) };
  }

  function draw({ p, t }, W, open) {
    const { tall, from, top, x, y } = layout(W),
      bottom = top + tall,
      grid = Array.from({ length: 101 }, (_, i) => i / 100);
    const parts = [
      text(0, 8, "cost", "quiet start"),
      text((from + x(1)) / 2, bottom + 38, "p, the chance that the bit is 1", "quiet"),
    ];
    for (const level of [0, 0.2, 0.4, 0.6])
      parts.push(line(from, y(level), x(1), y(level), "grid"), text(from - 8, y(level), level, "quiet end"));
    for (const tick of [0, 0.25, 0.5, 0.75, 1]) parts.push(text(x(tick), bottom + 16, tick, "quiet"));
    if (open)
      parts.push(
        path(
          grid.map((q) => [x(q), y(lowered(q, t))]),
          "lost",
        ),
        Math.abs(p - t) < 0.005
          ? ""
          : arrow(x(p), y(lowered(p, t)), x(clamp(p + (p > t ? -reach : reach), 0, 1)), y(lowered(p, t)), "thick lost"),
      );
    parts.push(
      line(x(0), y(cost(0, t)), x(1), y(cost(1, t)), "model-line"),
      p === best(t) ? "" : arrow(x(p), y(cost(p, t)), x(clamp(p + (t < 0.5 ? -reach : reach), 0, 1)), y(cost(p, t)), "thick model-line"),
    );
    return {
      height: bottom + 50,
      back: parts.flat(Infinity).join(""),
      handles: [
        {
          x: x(p),
          y: y(cost(p, t)),
          name: "p",
          least: 0,
          most: 1,
          value: p,
          text: `${p.toFixed(2)}, cost ${cost(p, t).toFixed(4)}`,
          shape: el("circle", { r: 9, class: "bead" }),
        },
      ],
    };
  }

  const moves = (g) => (Math.abs(g) < 0.005 ? "p stays" : g > 0 ? "p falls" : "p rises");
  function says({ p, t }, open) {
    const begin = `At p = ${mine(p.toFixed(2))} the bit costs ${model(cost(p, t).toFixed(4))} on average, with the slope
      ${signed(slope(t))}.`;
    if (!open) return begin;
    const right = p === best(t) ? `p is at its best` : moves(slope(t));
    return `${begin} By that, ${right}. Straight-through has the slope ${signed(through(p, t))} on average: by that,
      ${moves(through(p, t))}. It settles at ${t.toFixed(2)}, and ${best(t)} is best.`;
  }

  const targets = [0.2, 0.45, 0.6];
  figures.add({
    name: "11_no_gradient",
    place: "where-straight-through-ends",
    start: { p: 0.8, t: 0.45 },
    legal: ({ p, t }) => Math.abs(snap(p) - p) < 1e-9 && targets.includes(t),
    ask: {
      question: `A bit is 1 with chance p, and costs (bit − 0.45)². Straight-through takes the slope of that square at the
        bit that was drawn. Where does p settle?`,
      choices: [
        [0, "0, which is best"],
        [1, "0.45"],
        [2, "0.5"],
        [3, "1"],
      ],
      answer: () =>
        `<b>At 0.45.</b> There the mean of the bits is 0.45, so the slopes of the square cancel out. The cost is
          ${cost(0.45, 0.45).toFixed(4)}; at p = 0 it is ${cost(0, 0.45).toFixed(4)}.`,
    },
    title: (state, open) =>
      open ? "Straight-through settles where the mean of the bits is t" : "What a bit costs on average",
    draw,
    says,
    drag: (state, x, y, W) => ({ p: snap(layout(W).x.back(x)) }),
    inside: (x, y, state, W) => {
      const box = layout(W);
      return x > box.from - 8 && y > box.top - 8 && y < box.top + box.tall + 24;
    },
    key: ({ p }, dx, dy) => ({ p: snap(p + step * (dx + dy)) }),
    buttons: [
      ["p", [0.2, 0.45, 0.8].map((p) => [p, () => ({ p })])],
      ["t", targets.map((t) => [t, () => ({ t })])],
    ],
    hint: "One bead for p; left and right move it.",
    caption: `Blue: the cost, on average over the bits drawn, and where its slope leads<span class="move">. Drag the bead,
      or tap</span>. Dashed red: (p − t)². Straight-through has its slope on average, and goes where that leads.`,
    lines: [3, 6],
    summary: "Where both settle",
    table: () =>
      el(
        "table",
        {},
        el(
          "tr",
          {},
          ["t", "best p", "its cost", "straight-through", "its cost"].map((words) => el("th", { scope: "col" }, words)),
        ),
        targets.map((t) =>
          el(
            "tr",
            {},
            el("th", { scope: "row" }, t),
            [best(t), cost(best(t), t).toFixed(4), t, cost(t, t).toFixed(4)].map((cell) => el("td", {}, cell)),
          ),
        ),
      ),
    model: { cost, slope, through, best },
  });
}
