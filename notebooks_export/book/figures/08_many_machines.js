"use strict";
{
  const { el, text, line, path, clamp, scale, percent, mine, model } = figures;
  const most = 12; // 2^12 machines

  // ---- the model ----
  // An all-reduce in microseconds: 2 (N - 1) messages of 1/N of the bytes each, or 2 log2(N) messages with as many
  // bytes in all. A kB over MB/s is a millisecond.
  const bytes_time = ({ kilobytes, speed }, machines) => ((2000 * (machines - 1)) / machines) * (kilobytes / speed);
  const messages_time = ({ latency }, machines, ring) => 2 * (ring ? machines - 1 : Math.log2(machines)) * latency;
  const all_reduce = (state, machines, ring) => messages_time(state, machines, ring) + bytes_time(state, machines);
  const efficiency = (state, machines, ring) => state.step / (state.step + all_reduce(state, machines, ring));

  // The lesson's networks; what Open MPI took for some of them, in microseconds, as the lesson says.
  const tiny = { step: 47, kilobytes: 1.9 },
    speech = { step: 173000, kilobytes: 2220 },
    fast = { latency: 25, speed: 1170 },
    slow = { latency: 25, speed: 12.5 };
  const measured = [
    [{ ...tiny, ...fast }, 1, 47.3, 47.3],
    [{ ...speech, ...slow }, 1, 186000, 188000],
    [{ ...speech, ...slow }, 2, 325000, 443000],
    [{ ...speech, ...slow }, 3, 329000, 488000],
  ];

  // ---- the figure ----
  const snap = (k) => clamp(Math.round(k), 0, most);
  const short = (value) => String(value >= 100 ? Math.round(value) : +value.toPrecision(3));
  const units = (value, names) => {
    const i = value >= 1e6 ? 2 : value >= 1e3 ? 1 : 0;
    return `${short(value / 1000 ** i)}\u00a0${names[i]}`;
  };
  const time = (us) => units(us, ["µs", "ms", "s"]),
    size = (kB) => units(kB, ["kB", "MB", "GB"]),
    rate = (MB) => units(MB, ["MB/s", "GB/s", "TB/s"]);
  const times = (value) => (value >= 100 ? Math.round(value) : value.toPrecision(value < 1 ? 2 : 3));

  // A slider with ten places for each power of ten.
  const ranges = { step: [10, 1e7], kilobytes: [1, 1e7], latency: [1, 1e4], speed: [1, 1e5] };
  const dial = (key, label, words) => ({
    label,
    least: Math.round(10 * Math.log10(ranges[key][0])),
    most: Math.round(10 * Math.log10(ranges[key][1])),
    value: (state) => Math.round(10 * Math.log10(state[key])),
    text: (state) => words(state[key]),
    change: (state, place) => ({ [key]: +(10 ** (place / 10)).toPrecision(2) }),
  });

  function layout(W) {
    const tall = W >= 520 ? 240 : 210,
      from = 48,
      top = 44;
    return { from, top, bottom: top + tall, x: scale(0, most, from, W - 20), y: scale(0, 1, top + tall, top) };
  }

  function draw(state, W, open) {
    const { from, bottom, top, x, y } = layout(W),
      far = x(most);
    const parts = [
      text(0, 8, "efficiency: computation in a step’s time", "quiet start"),
      text((from + far) / 2, bottom + 44, "machines", "quiet"),
    ];
    for (const level of [0, 0.25, 0.5, 0.75, 1])
      parts.push(
        line(from, y(level), far, y(level), "grid"),
        text(from - 8, y(level), `${100 * level} %`, "quiet end"),
      );
    for (const k of [0, 3, 6, 9, 12]) parts.push(text(x(k), bottom + 24, 2 ** k, "quiet"));
    if (open) {
      const places = Array.from({ length: most + 1 }, (_, k) => k);
      for (const ring of [true, false]) {
        const points = places.map((k) => [x(k), y(efficiency(state, 2 ** k, ring))]);
        parts.push(path(points, ring ? "model-line thick" : "model-line dashed"));
      }
      const here = measured.filter(([set]) => Object.entries(set).every(([key, value]) => state[key] === value));
      for (const [, k, ...took] of here)
        for (const us of took) {
          const cy = y(state.step / (state.step + us));
          parts.push(el("circle", { cx: x(k), cy, r: 4, class: "curve", style: "fill:none" }));
        }
    }
    parts.push(line(x(state.k), top, x(state.k), bottom, "step"));
    return {
      height: bottom + 56,
      back: parts.flat(Infinity).join(""),
      handles: [
        {
          x: x(state.k),
          y: bottom,
          name: "number of machines",
          least: 0,
          most,
          value: state.k,
          text: 2 ** state.k + (open ? `, in a ring ${percent(efficiency(state, 2 ** state.k, true))} efficient` : ""),
          shape: el("circle", { r: 9, class: "bead" }),
        },
      ],
    };
  }

  function says(state, open) {
    const N = 2 ** state.k,
      begin = `Computing a step takes ${time(state.step)}.`;
    if (N === 1) return `${begin} One machine sends nothing.`;
    const [ring, halving] = [true, false].map((is_ring) => ({
      wait: time(messages_time(state, N, is_ring)),
      share: efficiency(state, N, is_ring),
    }));
    if (!open) return `${mine(N)} machines. ${begin}`;
    const fast_as = ({ share }) => `${model(percent(share))}, ${times(N * share)} times as fast as one`;
    return `${mine(N)} machines. ${begin} Bytes take ${time(bytes_time(state, N))}, messages ${ring.wait} in a ring:
      ${fast_as(ring)}. By halving, messages take ${halving.wait}: ${fast_as(halving)}.`;
  }

  figures.add({
    name: "08_many_machines",
    place: "when-are-many-machines-slower-than-one",
    start: { k: 3, ...tiny, ...fast },
    legal: ({ k, ...rest }) =>
      snap(k) === k && Object.entries(ranges).every(([key, [low, high]]) => clamp(rest[key], low, high) === rest[key]),
    ask: {
      question: `The tiny autoencoder computes 47 µs in a step. A message takes 25 µs and its 1.9 kB take 1.6 µs more.
        How many times as fast as one machine are 1024 in a ring?`,
      choices: [
        [0, "1000 times"],
        [1, "100 times"],
        [2, "10 times"],
        [3, "no faster"],
      ],
      answer: () => {
        const of = (ring) => times(1024 * efficiency({ ...tiny, ...fast }, 1024, ring));
        return `<b>No faster: ${of(true)} times as fast.</b> Each machine waits for 2046 messages. By halving it waits for
          20, and 1024 machines are ${of(false)} times as fast.`;
      },
    },
    title: (state, open) =>
      open ? "A second machine pays where a step takes longer than an all-reduce" : "When a second machine pays",
    draw,
    says,
    drag: (state, x, y, W) => ({ k: snap(layout(W).x.back(x)) }),
    inside: (x, y, state, W) => {
      const box = layout(W);
      return x > box.from - 4 && y > box.top - 8 && y < box.bottom + 30;
    },
    key: ({ k }, dx, dy) => ({ k: snap(k + dx + dy) }),
    dials: [
      dial("step", "computation", time),
      dial("kilobytes", "gradients", size),
      dial("latency", "a message", time),
      dial("speed", "bandwidth", rate),
    ],
    buttons: [
      [
        "network",
        [
          ["tiny autoencoder", () => tiny],
          ["speech network", () => speech],
        ],
      ],
      [
        "net",
        [
          ["10 Gb/s", () => fast],
          ["100 Mb/s", () => slow],
        ],
      ],
    ],
    hint: "One bead for the number of machines; left and right change it. Sliders set network and net.",
    caption: `Blue: the share of a step’s time that is computation, when each machine has a batch of its own; in a ring,
      and dashed by halving and doubling. Rings: measured<span class="move">, for two of the settings. Drag the bead, or
      tap</span>.`,
    lines: [3, 6],
    summary: "Efficiency on 2, 8, 128 and 1024 machines",
    table: (state) =>
      el(
        "table",
        {},
        el("tr", {}, "<th>machines</th><th>ring</th><th>halving</th><th>times one, ring</th><th>halving</th>"),
        [1, 3, 7, 10].map((k) => {
          const shares = [true, false].map((ring) => efficiency(state, 2 ** k, ring));
          return el(
            "tr",
            {},
            el("th", { scope: "row" }, 2 ** k),
            [...shares.map(percent), ...shares.map((share) => times(2 ** k * share))].map((cell) =>
              el("td", { class: k === state.k ? "mine" : "" }, cell),
            ),
          );
        }),
      ),
    model: { all_reduce, efficiency, tiny, speech, fast, slow, measured },
  });
}
