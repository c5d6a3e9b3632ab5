"use strict";
{
  const { el, text, line, path, clamp, scale, signed, percent, mine, model } = figures;
  const d = 1.5,
    share = 0.03,
    cost = 20, // of a missed crack; a false alarm costs 1
    log_odds = Math.log(share / (1 - share)),
    least = -9,
    most = 5,
    step = 0.25; // of a score

  // ---- the model ----
  const density = (z) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  // P(a normal number > z), by the midpoint rule: right to 6 digits.
  function above(z) {
    const far = 9,
      n = 400;
    let sum = 0;
    for (let i = 0; i < n; ++i) sum += density(z + ((i + 0.5) * (far - z)) / n);
    return z >= far ? 0 : (sum * (far - z)) / n;
  }
  const middle = (crack, weights) => log_odds + ((crack ? 1 : -1) * d * d) / 2 - (weights ? log_odds : 0);
  function judged({ t, weights }) {
    const recall = above((t - middle(true, weights)) / d),
      alarms = above((t - middle(false, weights)) / d),
      named = share * recall + (1 - share) * alarms;
    return {
      recall,
      alarms,
      precision: (share * recall) / named,
      accuracy: share * recall + (1 - share) * (1 - alarms),
      paid: 1000 * (cost * share * (1 - recall) + (1 - share) * alarms),
    };
  }

  // ---- the figure ----
  const snap = (t) => clamp(Math.round(t / step) * step, least, most);
  const sigmoid = (z) => 1 / (1 + Math.exp(-z));
  const high = 130;
  const layout = (W) => ({ left: 8, x: scale(least, most, 8, W - 8), bottoms: [high + 24, 2 * high + 64] });

  function bell({ x, bottoms }, W, crack, { t, weights }, open) {
    const bottom = bottoms[crack ? 1 : 0],
      at = (z) => [x(z), bottom - (high - 14) * (density((z - middle(crack, weights)) / d) / density(0))],
      from = (low) => {
        const points = [[x(low), bottom]];
        for (let z = low; z <= most; z += step) points.push(at(z));
        return [...points, [x(most), bottom]];
      };
    return [
      open ? path(from(t), "", { style: `fill:var(${crack ? "--model" : "--fail"})`, "fill-opacity": 0.35 }) : "",
      path(from(least).slice(1, -1), "thin"),
      line(x(least), bottom, x(most), bottom, "frame"),
      text(8, bottom - high + 2, crack ? "cracked parts: 3 of 100" : "sound parts: 97 of 100", "small start"),
    ];
  }

  function draw(state, W, open) {
    const box = layout(W),
      { x, bottoms } = box,
      { t } = state;
    return {
      height: bottoms[1] + 42,
      back: [
        bell(box, W, false, state, open),
        bell(box, W, true, state, open),
        [-8, -6, -4, -2, 0, 2, 4].map((z) => text(x(z), bottoms[1] + 14, signed(z, 0), "quiet")),
        text(W / 2, bottoms[1] + 32, "score that the network gives", "quiet"),
        line(x(t), 14, x(t), bottoms[1], "step"),
      ]
        .flat(Infinity)
        .join(""),
      handles: [
        {
          x: x(t),
          y: bottoms[0] + 14,
          name: "the threshold",
          least,
          most,
          value: t,
          text: `score ${signed(t)}` + (open ? `, finds ${percent(judged(state).recall)}` : ""),
          shape: el("circle", { r: 9, class: "bead" }),
        },
      ],
    };
  }

  function says(state, open) {
    const at = `Above the score ${mine(signed(state.t))}, where the network says ${(100 * sigmoid(state.t)).toFixed(1)} %`;
    if (!open) return `${at}.`;
    const { recall, precision, accuracy, paid } = judged(state);
    return `${at}: ${model(percent(recall))} of the cracked parts are found, ${percent(precision)} of the parts called
      cracked are, and ${percent(accuracy)} are judged rightly. If a miss costs ${cost} and a false alarm 1, 1000
      parts cost ${paid.toFixed(0)}.`;
  }

  const table_rows = [
    ["no weights, score 0", { t: 0, weights: 0 }],
    ["no weights, score −3.5", { t: -3.5, weights: 0 }],
    ["weights, score 0", { t: 0, weights: 1 }],
  ];

  figures.add({
    name: "12_rare_class",
    place: "what-class-weights-do",
    start: { t: 0, weights: 0 },
    legal: ({ t, weights }) => snap(t) === t && [0, 1].includes(weights),
    ask: {
      question: "Weights move both curves to the right by ln w = 3.5. Which threshold without weights does the same?",
      choices: [
        [0, "a score of 3.5"],
        [1, "a score of −3.5"],
        [2, "no threshold"],
      ],
      answer: () =>
        `<b>A score of −3.5 finds ${percent(judged({ t: -3.5, weights: 0 }).recall)} without weights, and weights at 0
          find ${percent(judged({ t: 0, weights: 1 }).recall)}.</b> The curves keep their form, so their overlap stays.`,
    },
    title: (state, open) => (open ? "Weights move the curves, not their overlap" : "Where to put the threshold"),
    draw,
    says,
    drag: (state, x, y, W) => ({ t: snap(layout(W).x.back(x)) }),
    inside: (x, y, state, W) => x > 0 && x < W && y > 0 && y < layout(W).bottoms[1],
    key: ({ t }, dx) => ({ t: snap(t + dx * step) }),
    buttons: [
      [
        "threshold",
        [
          ["0, which is 50 %", () => ({ t: 0 })],
          ["−3, about 1/(1+20)", () => ({ t: -3 })],
          ["−3.5, about 3 %", () => ({ t: -3.5 })],
        ],
      ],
      [
        "trained",
        [
          ["without weights", () => ({ weights: 0 })],
          ["with weights", () => ({ weights: 1 })],
        ],
      ],
    ],
    hint: "One threshold. Left and right move it.",
    caption: `Orange: the threshold<span class="move">; drag it, or tap</span>. Blue: cracked parts that are found. Red:
      false alarms. Each curve is drawn to the same height, though 97 of 100 parts are sound. The scores are those of
      an ideal classifier in the lesson’s data.`,
    lines: [4, 8],
    summary: "Three thresholds",
    table: () =>
      el(
        "table",
        {},
        el("tr", {}, "<th></th><th>found</th><th>precision</th><th>accuracy</th><th>cost of 1000</th>"),
        table_rows.map(([name, state]) => {
          const { recall, precision, accuracy, paid } = judged(state);
          return el(
            "tr",
            {},
            el("th", {}, name),
            [percent(recall), percent(precision), percent(accuracy), paid.toFixed(0)].map((cell) => el("td", {}, cell)),
          );
        }),
      ),
    model: { judged, above },
  });
}
