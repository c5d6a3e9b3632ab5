"use strict";
{
  const { el, text, line, path, arrow, clamp, scale, signed, right, wrong, model } = figures;
  const most = 1.5,
    step = 0.05;
  const ways = ["=", "+= in the order of finding", "+= after all users"];

  // ---- the model ----
  const value = (x) => x * x + Math.tanh(x * x);
  const derivative = (x) => 2 * x * (2 - Math.tanh(x * x) ** 2);
  // What an engine finds for y = a + tanh a, a = x x. Its record: who uses whom, with which slope.
  function found(x, way) {
    const a = x * x,
      slope = 1 - Math.tanh(a) ** 2;
    const uses = {
      y: [
        ["a", 1],
        ["tanh", 1],
      ],
      tanh: [["a", slope]],
      a: [
        ["x", x],
        ["x", x],
      ],
      x: [],
    };
    const gradient = { y: 1, tanh: 0, a: 0, x: 0 };
    for (const name of way === 1 ? ["y", "a", "tanh", "x"] : ["y", "tanh", "a", "x"])
      for (const [input, by] of uses[name]) gradient[input] = (way === 0 ? 0 : gradient[input]) + by * gradient[name];
    return { gradient, slope };
  }

  // ---- the figure ----
  const three = (number) => signed(number, 3);
  const snap = (x) => clamp(Math.round(x / step) / Math.round(1 / step), -most, most);
  const size = { wide: 108, high: 42 };

  function layout(W) {
    const wide = W >= 520,
      tall = 300,
      left = wide ? 396 : 34,
      top = wide ? 26 : 420,
      right = W - 8;
    return {
      wide,
      left,
      right,
      top,
      bottom: top + (wide ? tall : 240),
      height: wide ? 392 : 700,
      across: wide ? 200 : Math.min(184, W - 174),
      x: scale(-most, most, left, right),
      y: scale(-0.5, 3.5, top + (wide ? tall : 240), top),
    };
  }

  // The record from y down to x: a box with its gradient for each value, an arrow with its slope for each use.
  function record({ across }, { x, way }, open) {
    const { gradient, slope } = found(x, way),
      middle = size.wide / 2 + 64;
    const at = { y: [middle, 24], tanh: [middle + across, 120], a: [middle, 216], x: [middle, 340] };
    const box = (name, words) => {
      const [cx, cy] = at[name];
      return [
        el("rect", {
          x: cx - size.wide / 2,
          y: cy - size.high / 2,
          width: size.wide,
          height: size.high,
          rx: 6,
          class: "model-edge",
        }),
        text(cx, cy - 9, words, "strong"),
        text(cx, cy + 10, open || name === "y" ? three(gradient[name]) : "?", name === "y" || open ? "model" : "quiet"),
      ];
    };
    // An arrow with its slope, and what happened to what it brought; the words stand to the left or to the right,
    // below its middle or above.
    const use = (x1, y1, x2, y2, words, lost, side, down) => {
      const at = [(x1 + x2) / 2 + (side === "start" ? 9 : -9), (y1 + y2) / 2 + down],
        bad = open && lost;
      return [
        arrow(x1, y1, x2, y2, bad ? "thick lost" : "thick model-line"),
        text(...at, words, "small " + side),
        bad ? text(at[0], at[1] + 16, lost, "small fail " + side) : "",
      ];
    };
    const half = size.high / 2 + 3,
      [ax, ay] = at.a,
      [tx, ty] = at.tanh,
      [, xy] = at.x,
      [, yy] = at.y;
    return [
      use(ax, yy + half, ax, ay - half, "1", way === 0 && "overwritten", "end", -8),
      use(ax + 20, yy + half, tx - 20, ty - half, "1", "", "start", -8),
      use(tx - 20, ty + half, ax + 20, ay - half, three(slope), way === 1 && "too late", "start", 14),
      use(ax - 14, ay + half, ax - 14, xy - half, three(x), way === 0 && "overwritten", "end", -8),
      use(ax + 14, ay + half, ax + 14, xy - half, three(x), "", "start", -8),
      box("y", "y = a + tanh a"),
      box("tanh", "tanh a"),
      box("a", "a = x x"),
      box("x", `x = ${signed(x)}`),
    ];
  }

  function plot({ left, right, top, bottom, x, y }, state, open) {
    const parts = [el("rect", { x: left, y: top, width: right - left, height: bottom - top, class: "frame" })];
    for (const tick of [-1, 0, 1]) parts.push(text(x(tick), bottom + 14, signed(tick, 0), "quiet"));
    for (const tick of [0, 1, 2, 3])
      parts.push(line(left, y(tick), right, y(tick), "grid"), text(left - 8, y(tick), tick, "quiet end"));
    parts.push(text(x(0), bottom + 32, "x", "quiet"), text(left, top - 12, "y", "quiet"));
    const curve = Array.from({ length: 121 }, (_, i) => -most + (i * most) / 60).map((at) => [x(at), y(value(at))]);
    // A line through the bead, as far as the frame lets it go.
    const tangent = (slope, kind) => {
      const inside = (d) =>
        Math.abs(state.x + d) <= most && value(state.x) + d * slope >= -0.5 && value(state.x) + d * slope <= 3.5;
      const reach = (sign) => {
        let d = 0;
        while (d < 2 * most && inside(sign * (d + 0.01))) d += 0.01;
        return sign * d;
      };
      return path(
        [reach(-1), reach(1)].map((d) => [x(state.x + d), y(value(state.x) + d * slope)]),
        kind,
      );
    };
    const { gradient } = found(state.x, state.way),
      good = Math.abs(gradient.x - derivative(state.x)) < 1e-12;
    return [
      parts,
      path(curve, "curve"),
      tangent(derivative(state.x), "thin"),
      open ? tangent(gradient.x, good ? "model-line thick" : "thick no") : "",
    ];
  }

  function draw(state, W, open) {
    const box = layout(W);
    return {
      height: box.height,
      back: [record(box, state, open), plot(box, state, open)].flat(Infinity).join(""),
      handles: [
        {
          x: box.x(state.x),
          y: box.y(value(state.x)),
          name: "x",
          least: -most,
          most,
          value: state.x,
          text: signed(state.x) + (open ? `, dy/dx found ${three(found(state.x, state.way).gradient.x)}` : ""),
          shape: el("circle", { r: 9, class: "bead" }),
        },
      ],
    };
  }

  function says({ x, way }, open) {
    const true_one = derivative(x),
      { gradient } = found(x, way),
      good = Math.abs(gradient.x - true_one) < 1e-12;
    const start = `At x = ${signed(x)} the derivative is ${three(true_one)}.`;
    if (!open) return start;
    const why = [
      "a keeps only what came through tanh, and x only one of its two uses.",
      "a passed its gradient on before tanh had added to it.",
      "each value waits until all its users have added to it.",
    ][way];
    const tell = good ? right(three(gradient.x)) : wrong(three(gradient.x));
    if (x === 0) return `${start} All three engines find ${right("0.000")}: a check at this point shows no mistake.`;
    return `${start} The engine with ${model(ways[way])} finds ${tell}: ${why}`;
  }

  figures.add({
    name: "01_autodiff",
    place: "why-gradients-add-up",
    start: { x: 1, way: 0 },
    legal: ({ x, way }) => Math.abs(snap(x) - x) < 1e-9 && [0, 1, 2].includes(way),
    ask: {
      question: `At x = 1 the derivative is ${three(derivative(1))}, and the slope of tanh is
        ${three(found(1, 0).slope)}. An engine sets gradients with = and does not add them up. What does it find?`,
      choices: [
        [0, "0.420"],
        [1, "1.420"],
        [2, "2.000"],
        [3, "2.840"],
      ],
      answer: () =>
        `<b>It finds ${three(found(1, 0).gradient.x)}.</b> Slopes multiply along a path and add where paths meet.
          Four paths lead from y to x, and = keeps only one.`,
    },
    title: (state, open) => (open ? "Slopes multiply along a path, and add where paths meet" : "One value, used twice"),
    draw,
    says,
    drag: (state, x, y, W) => ({ x: snap(layout(W).x.back(x)) }),
    inside: (x, y, state, W) => {
      const { left, right, top, bottom } = layout(W);
      return x > left && x < right && y > top && y < bottom;
    },
    key: ({ x }, dx, dy) => ({ x: snap(x + (dx + dy) * step) }),
    buttons: [
      ["engine", ways.map((words, way) => [words, () => ({ way })])],
      ["x", [-1, 0, 0.5, 1].map((x) => [signed(x, x % 1 ? 1 : 0), () => ({ x })])],
    ],
    hint: "One bead on the curve; left and right change x.",
    caption: `Boxes: values, with the gradients that the engine finds. Arrows: uses, with their slopes. Curve: y;
      the thin line is the tangent, the other line has the slope that the engine finds. Orange:
      x<span class="move">; drag the bead, or tap</span>.`,
    lines: [2, 5],
    summary: "What each engine finds",
    table: (state) =>
      el(
        "table",
        {},
        el(
          "tr",
          {},
          "<th>x</th>",
          [-1, 0, 0.5, 1].map((x) => el("th", { scope: "col" }, signed(x, 1))),
        ),
        ways.map((words, way) =>
          el(
            "tr",
            {},
            el("th", { scope: "row" }, words),
            [-1, 0, 0.5, 1].map((x) =>
              el("td", { class: way === state.way && x === state.x ? "mine" : "" }, three(found(x, way).gradient.x)),
            ),
          ),
        ),
      ),
    model: { value, derivative, found },
  });
}
