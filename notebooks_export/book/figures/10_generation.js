"use strict";
{
  const { el, text, line, clamp, mine, right, wrong } = figures;
  const word = [..."almost"],
    T = word.length + 1, // places: the letters and the end
    layers = 2;
  const forms = [
    "causal",
    "no mask",
    "one letter late",
    "transposed",
    "after the softmax",
    "causal, but not shifted",
  ];

  // ---- the model ----
  // May place t look at place u, and if not: does u still reach t, through the sum that softmax divides by?
  const sees = (form, t, u) => form === 1 || (form === 3 ? u >= t : u <= t + (form === 2 ? 1 : 0));
  const reaches = (form, t, u) => sees(form, t, u) || form === 4;
  // What is read at place t: the letter of place t - 1, or of t where nobody shifts. -1 is the start.
  const read = (form, t) => (form === 5 ? t : t - 1);
  // Which places change when all letters from k on do: what is read, after block 1, after block 2.
  function changes({ k, form }) {
    const places = Array.from({ length: T }, (_, t) => t),
      levels = [places.map((t) => read(form, t) >= k && read(form, t) < word.length)];
    for (let layer = 0; layer < layers; ++layer) {
      const before = levels[layer];
      levels.push(places.map((t) => before.some((changed, u) => changed && reaches(form, t, u))));
    }
    return levels;
  }
  const leaks = (state) => changes(state)[layers].map((changed, t) => changed && t <= state.k);

  // ---- the figure ----
  function layout(W) {
    const left = W >= 520 ? 96 : 64,
      cell = (W - left) / T,
      x = (t) => left + cell * (t + 0.5);
    return { left, cell, x, say: 34, level: (i) => 270 - 80 * i, back: (px) => Math.round((px - left) / cell - 0.5) };
  }

  function draw(state, W, open) {
    const { x, say, level } = layout(W),
      { k, form } = state,
      changed = changes(state),
      leak = leaks(state),
      parts = [
        text(0, say, "must say", "quiet start"),
        text(0, level(2), "scores", "quiet start"),
        text(0, level(1), "block 1", "quiet start"),
        text(0, level(0), "reads", "quiet start"),
      ];
    for (let i = 0; i < layers; ++i)
      for (let t = 0; t < T; ++t)
        for (let u = 0; u < T; ++u) {
          if (!reaches(form, t, u)) continue;
          const carries = open && changed[i][u],
            kind = sees(form, t, u) ? (carries ? "run" : "grid") : carries ? "run dashed" : "";
          if (kind) parts.push(line(x(u), level(i) - 13, x(t), level(i + 1) + 12, kind));
        }
    for (let t = 0; t < T; ++t) {
      const letter = read(form, t),
        fresh = letter >= k && letter < word.length;
      if (t !== k)
        parts.push(text(x(t), say, word[t] ?? "end", t > k && t < word.length ? "letter mine" : "quiet"));
      const shown = word[letter] ?? (letter < 0 ? "start" : "end");
      parts.push(text(x(t), level(0), shown, fresh ? "letter mine" : "quiet"));
      for (let i = 1; i <= layers; ++i) {
        const bad = open && i === layers && leak[t];
        parts.push(
          el("circle", {
            cx: x(t),
            cy: level(i),
            r: bad ? 9 : 6,
            class: !open || !changed[i][t] ? "faint" : bad ? "bead bad" : "mine-fill",
          }),
        );
        if (bad) parts.push(text(x(t), level(i), "×", "on bad"));
      }
    }
    parts.push(line((x(k) + x(k + 1)) / 2, say + 16, (x(k) + x(k + 1)) / 2, level(2) + 16, "thin dashed"));
    return {
      height: level(0) + 24,
      back: parts.flat(Infinity).join(""),
      handles: [
        {
          x: x(k),
          y: say,
          name: "the first letter that changes",
          least: 1,
          most: word.length,
          value: k + 1,
          text: `letter ${k + 1}, ${word[k]}`,
          shape: el("circle", { r: 12, class: "bead" }) + text(0, 0, word[k], "letter on"),
        },
      ],
    };
  }

  function says(state, open) {
    const begin = `From letter ${mine(state.k + 1)} on, the word becomes another one. Mask: ${forms[state.form]}.`;
    if (!open) return begin;
    const those = leaks(state).flatMap((bad, t) => (bad ? [word[t]] : [])),
      count = those.length;
    return `${begin} ${
      count
        ? wrong(`${count} ${count === 1 ? "place knows" : "places know"} too much`) +
          `: where ${those.join(", ")} must be said, the scores change.`
        : right("No score changes that must not.")
    }`;
  }

  figures.add({
    name: "10_generation",
    place: "change-a-later-letter",
    start: { k: 3, form: 2 },
    legal: ({ k, form }) => word[k] !== undefined && forms[form] !== undefined,
    ask: {
      question: `Two blocks, and a mask that hides one letter too few. The word changes from letter 4 on. At how many of
        the places 1 to 4, which must not know it, do the scores change?`,
      choices: [
        [0, "0"],
        [1, "1"],
        [2, "2"],
        [4, "4"],
      ],
      answer: () =>
        `<b>At 2 of them, one for each block.</b> Letter 4 is read at place 5. The first block carries it to place 4, the
          second from there to place 3.`,
    },
    title: (state, open) =>
      open ? "A mask one letter late leaks one letter further with each block" : "What changes when a later letter does?",
    draw,
    says,
    drag: (state, x, y, W) => ({ k: clamp(layout(W).back(x), 0, word.length - 1) }),
    inside: (x, y, state, W) => x > layout(W).left && x < W && y > 0 && y < layout(W).level(0) + 20,
    key: ({ k }, dx) => ({ k: clamp(k + dx, 0, word.length - 1) }),
    buttons: [
      ["mask", forms.map((words, form) => [words, () => ({ form })])],
      [
        "changed from",
        [
          ["letter 1", () => ({ k: 0 })],
          ["letter 4", () => ({ k: 3 })],
          ["letter 6", () => ({ k: 5 })],
        ],
      ],
    ],
    hint: "One bead on the first letter that changes. Left and right move it.",
    caption: `Orange: what changes when the letters from the bead on do<span class="move">; drag it, or tap</span>. A red
      cross: a score that must not change, because it is for that letter or one before it. The scores come after block 2.
      Lines: where a place looks; dashed: reached only through the sum in the softmax. Whatever can change is taken to
      change.`,
    lines: [3, 5],
    summary: "How many places know too much",
    table: (state) =>
      el(
        "table",
        {},
        el(
          "tr",
          {},
          "<th>changed from letter</th>",
          word.map((_, k) => el("th", { scope: "col" }, k + 1)),
        ),
        forms.map((words, form) =>
          el(
            "tr",
            {},
            el("th", { scope: "row" }, words),
            word.map((_, k) => {
              const here = form === state.form && k === state.k;
              return el("td", { class: here ? "mine" : "" }, leaks({ k, form }).filter(Boolean).length);
            }),
          ),
        ),
      ),
    model: { changes, leaks, reaches, read },
  });
}
