"use strict";
{
  const { el, text, line, path, arrow, clamp, scale, signed, mine, model } = figures;
  const most = 5,
    step = 0.25; // of a score

  // ---- the model ----
  const sigmoid = (z) => 1 / (1 + Math.exp(-z));
  const softmax = (z) => z.map((one) => 1 / z.reduce((sum, other) => sum + Math.exp(other - one), 0));
  // Of one day: its probabilities, the cross-entropy, and the gradient of that with respect to the two scores.
  function judged([z0, z1], rain) {
    const p = softmax([z0, z1]),
      target = rain ? [0, 1] : [1, 0];
    return { p, loss: -Math.log(p[rain]), gradient: p.map((value, k) => value - target[k]) };
  }

  // ---- the figure ----
  const days = ["dry", "rainy"],
    arrow_scale = 2; // a gradient of 1 is drawn 2 long
  const snap = (z) => clamp(Math.round(z / step) * step, -most, most);
  const two = (value) => value.toFixed(2);

  function layout(W) {
    const wide = W >= 520,
      side = wide ? 384 : W - 38 - 40,
      left = 38,
      top = 26;
    return { wide, side, left, top, x: scale(-most, most, left, left + side), y: scale(-most, most, top + side, top) };
  }

  // Where the line of z1 - z0 = d enters the square and leaves it.
  const ends = (d) => [
    [Math.max(-most, -most - d), Math.max(-most, -most + d)],
    [Math.min(most, most - d), Math.min(most, most + d)],
  ];

  function plane({ left, top, side, x, y }, open) {
    const at = ([z0, z1]) => [x(z0), y(z1)],
      parts = [];
    for (let d = -2 * most; open && d < 2 * most; d += 0.5) {
      const [[a, b], [c, e]] = [ends(d), ends(d + 0.5)];
      parts.push(
        path([a, b, e, c].map(at), "", {
          style: "fill:var(--model)",
          "shape-rendering": "crispEdges",
          "fill-opacity": 0.04 + 0.56 * sigmoid(d + 0.25),
        }),
      );
    }
    parts.push(el("rect", { x: left, y: top, width: side, height: side, class: "frame" }));
    for (const d of open ? [-4, -2, 0, 2, 4] : []) {
      const [from, to] = ends(d).map(at),
        upper = d >= 0;
      parts.push(
        path([from, to], "thin"),
        text(to[0] + (upper ? 0 : 6), to[1] - (upper ? 10 : 0), two(sigmoid(d)), upper ? "small" : "small start"),
      );
    }
    if (open) parts.push(text(left, top - 10, "P(rain):", "small start"));
    for (const z of [-4, -2, 0, 2, 4])
      parts.push(text(x(z), top + side + 12, signed(z, 0), "quiet"), text(left - 6, y(z), signed(z, 0), "quiet end"));
    return [
      parts,
      text(left + side / 2, top + side + 30, "score z0 of class 0, dry", "quiet"),
      text(0, 0, "score z1 of class 1, rain", "quiet", { transform: `translate(9 ${top + side / 2}) rotate(-90)` }),
    ];
  }

  // What the two heads give for this day.
  function rows(left, top, width, p, open) {
    const box = (at, column, words, share) => {
      const wide = (width - 8) / 2,
        x = left + column * (wide + 8);
      return [
        el("rect", { x, y: at, width: wide, height: 32, rx: 5, class: "model-edge" }),
        el("rect", {
          x,
          y: at,
          width: open ? wide * share : 0,
          height: 32,
          rx: 5,
          class: "model-fill",
          "fill-opacity": 0.25,
        }),
        text(x + wide / 2, at + 16, open ? two(share) : "?", "letter"),
        text(x + wide / 2, at + 44, `column ${column}: ${words}`, "small"),
      ];
    };
    return [
      text(left, top, "softmax head: [1, 2]", "start"),
      box(top + 14, 0, "P(dry)", p[0]),
      box(top + 14, 1, "P(rain)", p[1]),
      text(left, top + 92, "sigmoid head, score z1 − z0: [1, 1]", "start"),
      box(top + 106, 0, "P(rain)", p[1]),
    ];
  }

  function draw({ z0, z1, rain }, W, open) {
    const box = layout(W),
      { p, gradient } = judged([z0, z1], rain);
    const tip = [z0, z1].map((z, k) => z - arrow_scale * gradient[k]);
    const beside = box.wide
      ? [box.left + box.side + 60, 60, W - box.left - box.side - 60]
      : [0, box.top + box.side + 64, W];
    return {
      height: box.wide ? box.top + box.side + 42 : beside[1] + 166,
      back: [
        plane(box, open),
        open ? arrow(box.x(z0), box.y(z1), box.x(tip[0]), box.y(tip[1]), "step") : "",
        rows(...beside, p, open),
      ]
        .flat(Infinity)
        .join(""),
      handles: [
        {
          x: box.x(z0),
          y: box.y(z1),
          name: "the two scores",
          least: -most,
          most,
          value: z1,
          text: `z0 ${signed(z0)}, z1 ${signed(z1)}` + (open ? `, P of rain ${two(p[1])}` : ""),
          shape: el("circle", { r: 9, class: "bead" }),
        },
      ],
    };
  }

  function says({ z0, z1, rain }, open) {
    const { p, loss, gradient } = judged([z0, z1], rain),
      d = `z1 − z0 = ${mine(signed(z1 - z0))}`;
    if (!open) return `${d}.`;
    const way = rain ? "z1 up and z0 down" : "z0 up and z1 down",
      moves = two(Math.abs(gradient[0])) === "0.00" ? "hardly moves the point" : `moves ${way} by equal amounts`;
    return `${d}, so P(rain) = ${model(two(p[1]))}. Column 0 is P(dry) = ${two(p[0])} in the softmax head, and
      P(rain) = ${two(p[1])} in the sigmoid head. On a ${days[rain]} day the loss is ${two(loss)}; a step against its
      gradient [${gradient.map((g) => signed(g)).join(", ")}] ${moves}.`;
  }

  figures.add({
    name: "02_sigmoid_or_softmax",
    place: "are-they-one-model",
    start: { z0: 1, z1: 3, rain: 0 },
    legal: ({ z0, z1, rain }) => snap(z0) === z0 && snap(z1) === z1 && [0, 1].includes(rain),
    ask: {
      question: "The scores are z0 = 1 for dry and z1 = 3 for rain. Which other scores give the same P(rain)?",
      choices: [
        [0, "2 and 6"],
        [1, "2 and 4"],
        [2, "−1 and −3"],
        [3, "3 and 1"],
      ],
      answer: () =>
        `<b>The scores 2 and 4 do: P(rain) is ${two(sigmoid(2))} again.</b> A number added to both scores changes
          nothing. On each diagonal the difference z1 − z0 is the same, and so is P.`,
    },
    title: (state, open) => (open ? "Only the difference of the two scores counts" : "Two scores, one probability"),
    draw,
    says,
    drag: (state, x, y, W) => ({ z0: snap(layout(W).x.back(x)), z1: snap(layout(W).y.back(y)) }),
    inside: (x, y, state, W) => {
      const { left, top, side } = layout(W);
      return x > left - 8 && x < left + side + 8 && y > top - 8 && y < top + side + 8;
    },
    key: ({ z0, z1 }, dx, dy) => ({ z0: snap(z0 + dx * step), z1: snap(z1 + dy * step) }),
    buttons: [
      [
        "scores",
        [
          ["add 1 to both", ({ z0, z1 }) => ({ z0: snap(z0 + 1), z1: snap(z1 + 1) })],
          ["take 1 from both", ({ z0, z1 }) => ({ z0: snap(z0 - 1), z1: snap(z1 - 1) })],
          ["swap them", ({ z0, z1 }) => ({ z0: z1, z1: z0 })],
        ],
      ],
      ["the day was", days.map((words, rain) => [words, () => ({ rain })])],
    ],
    hint: "One point in the plane of both scores. Left and right change z0, up and down change z1.",
    caption: `Orange: the scores of one day<span class="move">; drag the point, or tap</span>. The arrow is minus
      the gradient of the loss, drawn twice as long: there a step of training moves the point. Blue: P(rain), from 0
      (pale) to 1 (strong).`,
    lines: [3, 7],
    summary: "P(rain) for differences of the scores",
    table: () =>
      el(
        "table",
        {},
        el(
          "tr",
          {},
          "<th>z1 − z0</th>",
          [-4, -2, -1, 0, 1, 2, 4].map((d) => el("td", {}, signed(d, 0))),
        ),
        el(
          "tr",
          {},
          "<th>P(rain)</th>",
          [-4, -2, -1, 0, 1, 2, 4].map((d) => el("td", {}, two(sigmoid(d)))),
        ),
      ),
    model: { sigmoid, softmax, judged },
  });
}
