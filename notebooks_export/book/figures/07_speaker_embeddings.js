"use strict";
{
  const { el, text, line, arrow, clamp, scale, signed, right, wrong, model } = figures;
  const B = 4,
    margin = 1,
    furthest = 3,
    step = 0.05,
    given = { d: [0.2, 0.7, 1.5, 2.5], s: [1, 0, 1, 0] };
  const forms = ["as asked", "keepdims=True in the sum", "and no mean in the hinge"];

  // ---- the model ----
  // The loss is the mean of these cells. As asked: labels [4,1], distances and hinge [4]. Then the distances are
  // [4,1] too, and
  // last the hinge.
  function cells({ d, s, form }) {
    const hinge = d.map((one) => Math.max(margin - one, 0));
    const cell = (i, j) => s[i] * d[form === 0 ? j : i] + (1 - s[i]) * hinge[form === 2 ? i : j];
    return s.map((_, i) => d.map((_, j) => (form === 2 && i !== j ? null : cell(i, j))));
  }
  function loss(state) {
    const all = cells(state)
      .flat()
      .filter((cell) => cell !== null);
    return { value: all.reduce((a, b) => a + b) / all.length, count: all.length };
  }
  function gradient({ d, s, form }) {
    const mean = s.reduce((a, b) => a + b) / B;
    return d.map((one, j) => ((form === 0 ? mean : s[j]) - (one < margin) * (1 - (form === 2 ? s[j] : mean))) / B);
  }

  // ---- the figure ----
  const swapped = (state) => ({ ...state, s: state.s.map((one) => 1 - one) });
  const snap = (d) => clamp(Math.round(d / step) / Math.round(1 / step), 0, furthest);
  const put = ({ d }, at, value) => ({ at, d: d.map((old, i) => (i === at ? snap(value) : old)) });
  const short = (g) => (g < 0 ? "−" : "") + String(+Math.abs(g).toFixed(4));

  function layout(W) {
    const wide = W >= 520,
      left = wide ? 104 : 58,
      cell = wide ? 96 : (W - left) / B - 1,
      height = 34,
      top = 44;
    const tracks = top + B * height + 60,
      numbers = 56,
      steps = wide ? 110 : 70,
      from = wide ? 124 : 72;
    return {
      wide,
      left,
      cell,
      height,
      top,
      tracks,
      x: scale(0, furthest, from, W - numbers - steps - 14),
      y: (j) => tracks + 32 * j,
      middle: W - numbers - steps / 2,
      reach: steps / 2,
      end: W,
    };
  }

  function grid(box, state, open) {
    const { left, cell, height, top, wide } = box,
      table = cells(state),
      y = (i) => top + height * (i + 0.5),
      x = (j) => left + cell * (j + 0.5);
    const column = state.form === 2; // each label has its own distance only
    return [
      text(
        left,
        8,
        column ? "the loss [4, 1]: distances and labels of one pair" : "distances d of the four pairs",
        "quiet start",
      ),
      text(0, top - 16, wide ? "labels s" : "labels", "quiet start"),
      state.d.map((d, j) => text(x(j), top - 16, `d = ${d.toFixed(2)}`, "mine")),
      state.s.map((s, i) => text(0, y(i), wide ? `pair ${i + 1}: s = ${s}` : `${i + 1}: s = ${s}`, "mine start")),
      table.map((row, i) =>
        row.map((value, j) => {
          const own = i === j,
            kind = own ? "cell own" : value === null ? "cell none" : "cell stray";
          return [
            el("rect", {
              x: left + cell * j + 2,
              y: top + height * i + 2,
              width: cell - 4,
              height: height - 4,
              rx: 5,
              class: kind,
            }),
            value === null ? "" : text(x(j), y(i), open ? value.toFixed(2) : "?", own ? "strong" : "quiet"),
          ];
        }),
      ),
    ];
  }

  function tracks(box, state, open) {
    const { x, y, middle, reach, end, tracks } = box,
      g = gradient(state),
      above = tracks - 22;
    const parts = [
      text(x(0), above, "0", "quiet"),
      text(x(margin), above, `margin ${margin}`, "quiet"),
      text(x(furthest), above, `${furthest}`, "quiet"),
      line(x(margin), tracks - 12, x(margin), y(B - 1) + 12, "thin dashed"),
      text(middle, above, box.wide ? "closer ← → apart" : "← →", "quiet"),
      text(end, above, "gradient", "quiet end"),
      line(middle, tracks - 12, middle, y(B - 1) + 12, "grid"),
    ];
    for (let j = 0; j < B; ++j) {
      parts.push(
        line(x(0), y(j), x(furthest), y(j), "grid"),
        text(0, y(j), (box.wide ? `pair ${j + 1}: ` : `${j + 1}: `) + (state.s[j] ? "same" : "other"), "start"),
      );
      if (!open) continue;
      parts.push(
        arrow(middle, y(j), middle - (g[j] / 0.25) * reach, y(j), "model-line thick"),
        text(end, y(j), short(g[j]), "end"),
      );
    }
    return parts;
  }

  function draw(state, W, open) {
    const box = layout(W);
    return {
      height: box.y(B - 1) + 24,
      back: [grid(box, state, open), tracks(box, state, open)].flat(Infinity).join(""),
      handles: state.d.map((d, j) => ({
        x: box.x(d),
        y: box.y(j),
        name: `distance of pair ${j + 1}`,
        least: 0,
        most: furthest,
        value: d,
        text: `${d.toFixed(2)}, label ${state.s[j]}` + (open ? `, gradient ${short(gradient(state)[j])}` : ""),
        shape: el("circle", { r: 11, class: "bead" }) + text(0, 0, j + 1, "letter on"),
      })),
    };
  }

  function says(state, open) {
    const { value, count } = loss(state),
      g = gradient(state),
      other = gradient(swapped(state));
    if (!open)
      return `The loss has ${count} cells.
        ${state.form === 2 ? "Each label meets its own distance." : "Each label meets every distance."}`;
    const turned = g.filter((one, j) => Math.abs(one - other[j]) > 1e-12).length;
    const still = g.every((one) => one === 0) ? ` ${wrong("No distance gets a gradient.")}` : "";
    const change = turned ? right(`${turned} of the 4 gradients change`) : wrong("no gradient changes");
    return `The loss is the mean of ${count} cells, ${model(value.toFixed(3))}. The gradients are
      (${g.map(short).join(", ")}).${still} If every label is swapped, ${change}.`;
  }

  figures.add({
    name: "07_speaker_embeddings",
    place: "cause-2-labels-that-meet-every-distance",
    start: { ...given, form: 0, at: 0 },
    legal: ({ d, s, form, at }) =>
      d.length === B &&
      s.length === B &&
      d.every((one) => Math.abs(snap(one) - one) < 1e-9) &&
      [...s, 0].every((one) => one === 0 || one === 1) &&
      [0, 1, 2].includes(form) &&
      [0, 1, 2, 3].includes(at),
    ask: {
      question: `As asked, two of the four labels are 1, and all four distances are below the margin, which is 1.
        What is the loss?`,
      choices: [
        [0, "0"],
        [1, "0.25"],
        [2, "0.5"],
        [3, "it depends on the distances"],
      ],
      answer: () =>
        `<b>It is 0.5, wherever the distances are below the margin.</b> Each distance is pulled by two labels and
          pushed by two, so no distance gets a gradient. A loss of 0.5 says nothing about the network.`,
    },
    title: ({ form }) =>
      [
        "Every label meets every distance: 16 cells, where 4 were meant",
        "The pull has its own label; the push still meets every label",
        "Each label meets its own distance",
      ][form],
    draw,
    says,
    drag(state, x, y, W, handle) {
      const box = layout(W);
      return put(state, handle >= 0 ? handle : clamp(Math.round((y - box.tracks) / 32), 0, B - 1), box.x.back(x));
    },
    inside: (x, y, state, W) => {
      const box = layout(W);
      return y > box.tracks - 16 && y < box.y(B - 1) + 16 && x > box.x(0) - 12 && x < box.x(furthest) + 12;
    },
    key: (state, dx, dy) =>
      dx ? put(state, state.at, state.d[state.at] + dx * step) : { at: clamp(state.at - dy, 0, B - 1) },
    buttons: [
      ["shapes", forms.map((words, form) => [words, () => ({ form })])],
      [
        "labels",
        [
          ["swap all", ({ s }) => ({ s: s.map((one) => 1 - one) })],
          ["swap one", ({ s, at }) => ({ s: s.map((one, i) => (i === at ? 1 - one : one)) })],
        ],
      ],
      [
        "distances",
        [
          ["the lesson’s", () => ({ d: given.d })],
          ["all below the margin", () => ({ d: [0.2, 0.4, 0.7, 0.9] })],
        ],
      ],
    ],
    hint: "One bead for the distance of each pair. Up and down choose a pair, left and right change its distance.",
    caption: `Table: what is averaged. The diagonal was meant; a dashed cell joins the label of one pair to the
      distance of another. Orange: labels and distances<span class="move">; drag a bead, or tap; “swap one” swaps
      the label of the pair moved last</span>. Arrows: minus the gradient of the loss.`,
    lines: [3, 5],
    summary: "The gradients for all three shapes",
    table: (state) =>
      el(
        "table",
        {},
        el(
          "tr",
          {},
          "<th></th>",
          state.d.map((_, j) => el("th", { scope: "col" }, `pair ${j + 1}`)),
        ),
        forms.map((words, form) =>
          el(
            "tr",
            {},
            el("th", { scope: "row" }, words),
            gradient({ ...state, form }).map((g) => el("td", { class: form === state.form ? "mine" : "" }, short(g))),
          ),
        ),
      ),
    model: { cells, loss, gradient },
  });
}
