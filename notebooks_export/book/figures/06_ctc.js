"use strict";
{
  const { el, text, line, clamp, list, percent, right, wrong, mine } = figures;
  const classes = [..."helo_"],
    states = [..."_h_e_l_l_o_"],
    S = states.length,
    all_frames = 12;

  // ---- the model ----
  const skips = (s) => s >= 2 && states[s] !== "_" && states[s] !== states[s - 2]; // may s be entered from s - 2?
  const before = (s) => [s, s - 1, s - 2].filter((from) => from >= 0 && (s - from < 2 || skips(s)));

  // A network that is fairly sure: in each frame five probabilities of two decimals, so that one can check by hand.
  function network(T) {
    const bump = (x, at, wide) => Math.exp(-(((x - at) / wide) ** 2));
    return Array.from({ length: T }, (_, t) => {
      const x = ((t + 0.5) * 5) / T;
      const raw = [
        bump(x, 0.65, 0.75),
        bump(x, 1.6, 0.7),
        bump(x, 2.45, 0.6) + bump(x, 3.55, 0.6),
        bump(x, 4.5, 0.7),
        0.22 + 0.5 * bump(x, 3, 0.3) + 0.25 * bump(x, 0, 0.5),
      ].map((v) => v + 0.03);
      const total = raw.reduce((a, b) => a + b),
        cents = raw.map((v) => Math.round((100 * v) / total));
      cents[cents.indexOf(Math.max(...cents))] += 100 - cents.reduce((a, b) => a + b);
      return Object.fromEntries(cents.map((c, k) => [classes[k], c / 100]));
    });
  }
  // Forward, backward, P, and the shares of P that pass through each state and along each step.
  function trellis(p) {
    const T = p.length,
      zeros = () => p.map(() => new Array(S).fill(0)),
      a = zeros(),
      b = zeros();
    const said = (t, s) => p[t][states[s]];
    ((a[0][0] = said(0, 0)), (a[0][1] = said(0, 1)));
    for (let t = 1; t < T; ++t)
      for (let s = 0; s < S; ++s) a[t][s] = said(t, s) * before(s).reduce((sum, from) => sum + a[t - 1][from], 0);
    b[T - 1][S - 1] = b[T - 1][S - 2] = 1;
    for (let t = T - 1; t > 0; --t)
      for (let s = 0; s < S; ++s) for (const from of before(s)) b[t - 1][from] += said(t, s) * b[t][s];
    const P = a[T - 1][S - 1] + a[T - 1][S - 2],
      steps = [];
    for (let t = 1; P > 0 && t < T; ++t)
      for (let s = 0; s < S; ++s)
        for (const from of before(s)) steps.push({ t, from, s, share: (a[t - 1][from] * said(t, s) * b[t][s]) / P });
    return { P, steps, share: a.map((row, t) => row.map((v, s) => (P > 0 ? (v * b[t][s]) / P : 0))) };
  }
  const written = (way) => way.map((s) => states[s]).join("");
  const collapse = (said) => said.replace(/(.)\1+/g, "$1").replaceAll("_", "");
  const probability = (p, way) => way.reduce((product, s, t) => product * p[t][states[s]], 1);
  // All paths that say the text, the most probable first.
  function every(p) {
    const found = [];
    const walk = (way) => {
      const s = way[way.length - 1];
      if (way.length === p.length) {
        if (s >= S - 2) found.push({ way, value: probability(p, way) });
      } else for (let next = s; next < Math.min(S, s + 3); ++next) if (before(next).includes(s)) walk([...way, next]);
    };
    (walk([0]), walk([1]));
    return found.sort((x, y) => y.value - x.value);
  }
  const known = new Map();
  const case_of = (T) => {
    if (!known.has(T)) {
      const p = network(T);
      known.set(T, { p, ...trellis(p), ways: every(p) });
    }
    return known.get(T);
  };

  // ---- the figure ----
  const best = (T) => case_of(T).ways[0]?.way ?? [1, 3, 5, 7, 9];
  const name = (s) => (states[s] === "_" ? "blank" : s === 5 ? "the first l" : s === 7 ? "the second l" : states[s]);
  // Which steps of a path the trellis does not have.
  const broken = (way) => way.map((s, t) => (t ? !before(s).includes(way[t - 1]) : s > 1));
  const rank_of = (ways, way) => ways.findIndex((one) => one.way.every((s, t) => s === way[t]));
  // Bead t goes to state s; the others make room: a path never goes back.
  const put = ({ way }, t, s) => ({
    at: t,
    way: way.map((old, i) => (i === t ? s : i < t ? Math.min(old, s) : Math.max(old, s))),
  });

  function layout(W) {
    const wide = W >= 520,
      left = wide ? 66 : 44,
      row = wide ? 31 : 28,
      top = 26,
      column = (W - left - 2) / all_frames;
    return {
      wide,
      left,
      row,
      top,
      column,
      bottom: top + row * S,
      x: (t) => left + column * (t + 0.5),
      y: (s) => top + row * (s + 0.5),
    };
  }

  function background({ wide, left, row, column, x, y }, T) {
    const { share, steps } = case_of(T),
      parts = [];
    for (let t = 0; t < T; ++t) parts.push(text(x(t), 10, t + 1, "quiet"));
    states.forEach((letter, s) => {
      const at = left - (wide ? 16 : 9),
        blank = letter === "_";
      parts.push(text(at, y(s) - (blank ? 4 : 0), letter, blank ? "letter quiet" : "letter"));
      if (blank || s < 3) return;
      const from = y(s - 2) + 5,
        to = y(s) - 5,
        out = wide ? 24 : 18;
      const d = `M${at - 9} ${from}C${at - 9 - out} ${from + 8} ${at - 9 - out} ${to - 8} ${at - 9} ${to}`;
      parts.push(el("path", { d, class: skips(s) ? "thin" : "thin no" }));
      const cx = at - 9 - out * 0.75,
        cy = (from + to) / 2;
      if (!skips(s))
        parts.push(line(cx - 5, cy - 5, cx + 5, cy + 5, "cross"), line(cx + 5, cy - 5, cx - 5, cy + 5, "cross"));
    });
    for (let t = 0; t < T; ++t)
      for (let s = 0; s < S; ++s)
        parts.push(
          share[t][s] > 0
            ? el("rect", {
                x: x(t) - column / 2 + 1.5,
                y: y(s) - row / 2 + 1.5,
                width: column - 3,
                height: row - 3,
                rx: 6,
                class: "model-fill",
                "fill-opacity": 0.05 + 0.75 * share[t][s],
              })
            : el("circle", { cx: x(t), cy: y(s), r: 1.5, class: "faint" }),
        );
    for (const { t, from, s, share: part } of steps)
      if (part > 0)
        parts.push(
          line(x(t - 1), y(from), x(t), y(s), "model-line", {
            "stroke-width": 0.8 + 14 * part,
            "stroke-opacity": 0.25 + 0.6 * part,
          }),
        );
    return parts;
  }

  // What each frame says, its runs, and what is left of them.
  function below({ bottom, left, column, x }, { T, way, at }) {
    const { p } = case_of(T),
      said = written(way),
      good = collapse(said) === "hello";
    const rows = [bottom + 16, bottom + 46, bottom + 82],
      kind = good ? "said pass" : "said fail";
    const parts = ["p", "merge", "says"].map((word, i) => text(0, rows[i], word, "quiet start"));
    way.forEach((s, t) =>
      parts.push(text(x(t), rows[0], p[t][states[s]].toFixed(2).slice(1), t === at ? "small mine" : "small quiet")),
    );
    for (const run of said.matchAll(/(.)\1*/g)) {
      const from = x(run.index) - column / 2 + 2,
        width = column * run[0].length - 4,
        blank = run[1] === "_";
      parts.push(
        el("rect", { x: from, y: rows[1] - 14, width, height: 28, rx: 6, class: blank ? "run blank" : "run" }),
      );
      parts.push(text(from + width / 2, rows[1] - (blank ? 4 : 0), run[1], blank ? "letter quiet" : "letter"));
      if (!blank) parts.push(text(from + width / 2, rows[2], run[1], kind));
    }
    return [parts, text(left + column * T + (T < all_frames ? 12 : -6), rows[2], good ? "✓" : "✗", kind)];
  }

  // P(hello) as a bar: each path a slice, the most probable first, and where this path lies.
  function bar({ bottom }, { T, way }, W, open) {
    const { P, ways } = case_of(T),
      top = bottom + 146,
      rank = rank_of(ways, way);
    const words = ways.length
      ? [
          `P(hello) = ${P.toPrecision(3)}, the sum of ${ways.length > 1 ? `${ways.length} paths` : "one path"}.`,
          `Loss: −ln P(hello) = ${(-Math.log(P)).toFixed(2)} nats.`,
        ]
      : ["P(hello) = 0, the sum of no paths.", "Loss: infinite."];
    const lines = W >= 520 ? ["", words.join(" ")] : words;
    const parts = [
      lines.map((one, i) => text(0, top - 32 + 18 * i, one, "start")),
      el("rect", {
        x: 0,
        y: top,
        width: W,
        height: 22,
        rx: 4,
        class: "model-fill",
        "fill-opacity": ways.length ? 0.28 : 0.06,
      }),
    ];
    if (!open) return parts;
    let end = 0,
      mark = null;
    ways.every(({ value }, i) => {
      const width = (W * value) / P;
      if (i === rank) mark = [end, width];
      end += width;
      if (width >= 2.5) parts.push(line(end, top, end, top + 22, "gap"));
      return width >= 2.5 || i < rank;
    });
    if (mark)
      parts.push(
        el("rect", {
          x: Math.min(mark[0], W - 3),
          y: top - 4,
          width: Math.max(3, mark[1]),
          height: 30,
          rx: 2,
          class: "mine-fill",
        }),
      );
    return parts;
  }

  function draw(state, W, open) {
    const box = layout(W),
      { T, way } = state,
      { x, y } = box,
      steps = broken(way),
      { p } = case_of(T);
    const ways = way.slice(1).map((s, i) => line(x(i), y(way[i]), x(i + 1), y(s), steps[i + 1] ? "way no" : "way"));
    const radius = Math.min(12, box.column / 2 - 3);
    const handles = way.map((s, t) => {
      const bad = steps[t] || (t === T - 1 && s < S - 2);
      return {
        x: x(t),
        y: y(s),
        name: `frame ${t + 1}`,
        least: 0,
        most: S - 1,
        value: s,
        text: `${name(s)}, probability ${p[t][states[s]]}`,
        grip: Math.max(13, radius),
        shape:
          el("circle", { r: radius, class: bad ? "bead bad" : "bead" }) +
          text(0, states[s] === "_" ? -4 : 0, states[s], bad ? "letter on bad" : "letter on"),
      };
    });
    return {
      height: box.bottom + 174,
      handles,
      back: [background(box, T), ways, below(box, state), bar(box, state, W, open)].flat(Infinity).join(""),
    };
  }

  function says({ T, way, at }, open) {
    const { p, P, share, ways } = case_of(T),
      said = collapse(written(way)),
      value = probability(p, way);
    const left_out = [1, 3, 5, 7, 9].filter((s) => !way.includes(s)),
      parts = [];
    if (said === "hello") {
      const part = mine(percent(value / P)),
        rank = rank_of(ways, way) + 1;
      parts.push(`This path says ${right("hello")}. Its probability is the product of the ${T} numbers p.`);
      if (open && ways.length === 1) parts.push("It is all of P(hello).");
      else if (open) parts.push(`That is ${part} of P(hello), number ${rank} of ${ways.length}.`);
    } else {
      const why = left_out.length
        ? `${list(left_out.map(name))} ${left_out.length > 1 ? "are" : "is"} left out`
        : "no blank stands between the two l’s, so they merge into one";
      parts.push(`This path says ${wrong(said || "nothing")}: ${why}. It adds nothing to P(hello).`);
      if (!ways.length) parts.push("Five letters, and a blank between the two l’s: at least six frames.");
    }
    if (ways.length && open)
      parts.push(`At frame ${at + 1}, ${percent(share[at][way[at]])} of P(hello) goes through ${name(way[at])}.`);
    return parts.join(" ");
  }

  figures.add({
    name: "06_ctc",
    place: "the-recursion-forward-backward-posterior",
    start: { T: 10, way: best(10), at: 4, seed: 1234567 },
    legal: ({ T, way, at, seed }) =>
      T >= 5 &&
      T <= all_frames &&
      T % 1 === 0 &&
      way.length === T &&
      at >= 0 &&
      at < T &&
      at % 1 === 0 &&
      seed >= 1 &&
      way.every((s, t) => s >= (way[t - 1] ?? 0) && s < S && s % 1 === 0),
    ask: {
      question: `${case_of(10).ways.length} paths of 10 frames say “hello”. How much of P(hello) comes from the most
        probable one?`,
      choices: [
        [90, "90 %"],
        [50, "50 %"],
        [20, "20 %"],
        [5, "5 %"],
        [1, "1 %"],
      ],
      answer: () =>
        `<b>It is ${percent(case_of(10).ways[0].value / case_of(10).P)} (10 frames).</b> No path is “the” alignment:
          the loss is −ln of the sum of all ${case_of(10).ways.length}.`,
    },
    title: ({ T }) => {
      const { length } = case_of(T).ways;
      return `${length > 1 ? `${length} ways` : length ? "The only way" : "No way"} to say “hello” in ${T} frames`;
    },
    draw,
    says,
    drag(state, x, y, W, handle, from) {
      const box = layout(W),
        dx = Math.abs(x - from[0]);
      // From a bead one can draw on.
      const drawn = handle < 0 || (dx > 0.9 * box.column && dx > 0.4 * Math.abs(y - from[1]));
      const t = drawn ? clamp(Math.floor((x - box.left) / box.column), 0, state.T - 1) : handle;
      return put(state, t, clamp(Math.floor((y - box.top) / box.row), 0, S - 1));
    },
    inside: (x, y, { T }, W) => {
      const box = layout(W);
      return y > box.top && y < box.bottom && x > box.left && x < box.left + box.column * T + 8;
    },
    key: (state, dx, dy) =>
      dx
        ? { at: clamp(state.at + dx, 0, state.T - 1) }
        : put(state, state.at, clamp(state.way[state.at] - dy, 0, S - 1)),
    dials: [
      {
        label: "frames",
        least: 5,
        most: all_frames,
        value: ({ T }) => T,
        text: ({ T }) => `${T}`,
        change: ({ at }, T) => ({ T, way: best(T), at: Math.min(at, T - 1) }),
      },
    ],
    buttons: [
      [
        "paths",
        [
          ["most probable", ({ T }) => ({ way: best(T) })],
          [
            "one drawn at random",
            ({ T, way, seed }) => {
              const { P, ways } = case_of(T),
                next = (seed * 48271) % 2147483647;
              let left = (next / 2147483647) * P;
              return { seed: next, way: (ways.find((one) => (left -= one.value) < 0) ?? ways[0])?.way ?? way };
            },
          ],
          [
            "no blank between the l’s",
            ({ T }) => {
              const way = best(T).map((s) => (s === 6 ? 7 : s));
              return { way, at: way.indexOf(7) };
            },
          ],
        ],
      ],
    ],
    hint: "One bead for each frame. Left and right choose a frame, up and down move its bead.",
    caption: `Rows: the states of the trellis. Blue: the part of P(hello) that goes through each state and along
      each step (forward times backward). Arcs: steps that skip a blank. Orange: one path<span class="move">; drag
      its beads, tap, or draw a path</span>.`,
    lines: [3, 5],
    summary: "What the network says in each frame",
    table: ({ T, way }) =>
      el(
        "table",
        {},
        el(
          "tr",
          {},
          "<th>frame</th>",
          way.map((_, t) => el("th", { scope: "col" }, t + 1)),
        ),
        classes.map((k) =>
          el(
            "tr",
            {},
            el("th", { scope: "row" }, k === "_" ? "blank" : k),
            case_of(T).p.map((row, t) =>
              el("td", { class: states[way[t]] === k ? "mine" : "" }, row[k].toFixed(2).slice(1)),
            ),
          ),
        ),
      ),
    model: { classes, states, network, trellis, every, collapse, written, probability, skips },
  });
}
