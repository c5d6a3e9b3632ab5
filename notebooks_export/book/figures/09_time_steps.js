"use strict";
{
  const { el, text, line, arrow, clamp, scale, wrong, right, mine } = figures;
  const windows = 12,
    sizes = [1, 2, 3, 4, 6], // rows in a batch
    mixed = [7, 2, 10, 4, 0, 9, 5, 11, 3, 8, 6, 1], // one shuffled order
    ways = ["one after the other", "shuffled", "each row its own part"];

  // ---- the model ----
  // The window in each row of each batch: at [batch * rows + row].
  function layout({ rows, way }) {
    const batches = windows / rows;
    return Array.from({ length: windows }, (_, i) => {
      if (way === 1) return mixed[i];
      return way === 0 ? i : (i % rows) * batches + Math.floor(i / rows);
    });
  }
  // Whether the state that goes to each place comes from the window just before. None goes to the first batch.
  const fits = (state) => {
    const order = layout(state);
    return order.map((number, i) => i >= state.rows && number === order[i - state.rows] + 1);
  };
  const count = (state) => fits(state).filter(Boolean).length;

  // ---- the figure ----
  const place = (W) => {
    const right_end = W - 14,
      left = W >= 520 ? 130 : 118;
    return { x: scale(0, sizes.length - 1, left, right_end), track: 20, top: 66, tall: 34 };
  };

  function draw(state, W, open) {
    const { x, track, top, tall } = place(W),
      { rows } = state,
      batches = windows / rows,
      wide = Math.min((W - 8) / batches, 92),
      box = Math.min(0.6 * wide, 44),
      from = (W - wide * (batches - 1) - box) / 2,
      order = layout(state),
      good = fits(state),
      at = sizes.indexOf(rows);
    const parts = [
      text(0, track, "rows in a batch", "quiet start"),
      line(x(0), track, x(sizes.length - 1), track, "thin"),
      sizes.map((size, i) => (i === at ? "" : el("circle", { cx: x(i), cy: track, r: 3, class: "faint" }))),
      sizes.map((size, i) => text(x(i), track + 20, size, i === at ? "mine" : "quiet")),
    ];
    order.forEach((number, i) => {
      const batch = Math.floor(i / rows),
        left = from + wide * batch,
        y = top + 24 + tall * (i % rows);
      if (i % rows === 0)
        parts.push(text(left + box / 2, top, wide > 52 ? `batch ${batch + 1}` : batch + 1, "quiet"));
      parts.push(
        el("rect", {
          x: left,
          y: y - 12,
          width: box,
          height: 24,
          rx: 3,
          class: open && i >= rows ? `cell ${good[i] ? "own" : "stray"}` : "frame",
        }),
        text(left + box / 2, y, number, open && good[i] ? "model" : ""),
      );
      if (batch > 0)
        parts.push(arrow(left - wide + box + 1, y, left - 1, y, open ? (good[i] ? "model-line thick" : "lost") : "thin"));
    });
    return {
      height: top + 24 + tall * Math.max(...sizes),
      back: parts.flat(Infinity).join(""),
      handles: [
        {
          x: x(at),
          y: track,
          name: "rows in a batch",
          least: 1,
          most: sizes.at(-1),
          value: rows,
          text: `${rows} rows` + (open ? `, ${count(state)} of ${windows - rows} states fit` : ""),
          shape: el("circle", { r: 9, class: "bead" }),
        },
      ],
    };
  }

  function says(state, open) {
    const { rows, way } = state,
      carried = windows - rows,
      fit = count(state),
      begin = `Windows ${ways[way]}, ${mine(rows)} ${rows === 1 ? "row" : "rows"} in a batch: ${carried} states are carried`;
    if (!open) return `${begin}.`;
    const words = fit === carried ? right("all of them fit") : fit ? wrong(`${fit} of them fit`) : wrong("none of them fits");
    return `${begin}, and ${words}.${way === 0 && rows === 1 ? " With one row, the order alone is enough." : ""}`;
  }

  const nearest = (W, x) => sizes[clamp(Math.round(place(W).x.back(x)), 0, sizes.length - 1)];
  figures.add({
    name: "09_time_steps",
    place: "diagnosis-whose-state-is-it",
    start: { rows: 3, way: 0 },
    legal: ({ rows, way }) => sizes.includes(rows) && [0, 1, 2].includes(way),
    ask: {
      question: `A series is cut into 12 windows, and they are dealt to the rows of each batch in the order of time
        (shuffle=False). With stateful=True the state of each row goes to the same row of the next batch. With how many
        rows in a batch does each state come from the window just before?`,
      choices: [
        [0, "1"],
        [1, "3"],
        [2, "any number"],
        [3, "no number"],
      ],
      answer: () =>
        `<b>With 1 row alone.</b> With 3, window 3 gets the state of window 0. If each row has its own part of the
          series, any number of rows will do.`,
    },
    title: (state, open) => (open ? "Kept in order, and no state fits" : "Whose state does a window get?"),
    draw,
    says,
    drag: (state, x, y, W) => ({ rows: nearest(W, x) }),
    inside: (x, y, state, W) => x > place(W).x(0) - 14 && x < W && y > 0 && y < place(W).top - 12,
    key: ({ rows }, dx, dy) => ({ rows: sizes[clamp(sizes.indexOf(rows) + Math.sign(dx + dy), 0, sizes.length - 1)] }),
    buttons: [["windows", ways.map((words, way) => [words, () => ({ way })])]],
    hint: "One bead for the number of rows; left and right change it.",
    caption: `Columns are batches, in the order in which they are read; numbers are windows, in the order of time. An arrow
      is a carried state: blue where it comes from the window just before, red and dashed where it does
      not<span class="move">. Drag the bead, or tap</span>.`,
    lines: [2, 4],
    summary: "States that fit, for each layout",
    table: (state) =>
      el(
        "table",
        {},
        el(
          "tr",
          {},
          "<th>rows</th><th>carried</th>",
          ways.map((words) => el("th", { scope: "col" }, words)),
        ),
        sizes.map((rows) =>
          el(
            "tr",
            {},
            el("th", { scope: "row" }, rows),
            el("td", {}, windows - rows),
            ways.map((_, way) =>
              el("td", { class: rows === state.rows && way === state.way ? "mine" : "" }, count({ rows, way })),
            ),
          ),
        ),
      ),
    model: { layout, fits, count, sizes },
  });
}
