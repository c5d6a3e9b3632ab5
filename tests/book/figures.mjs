// node figures.mjs [DIRECTORY]: checks what the book's figures compute against computations of another kind, that their
// stills are what the sources draw, and what they say at a few states. DIRECTORY holds tables that were measured now;
// the stored ones must be like them. The last line is `N passed, N failed`.
import { readFileSync } from "node:fs";
import vm from "node:vm";
import { all, stills } from "../../notebooks_export/book/figures/still.mjs";

const { figures } = globalThis;
let passed = 0, failed = 0, wrong = [];
function test(title, body) {
  wrong = [];
  body();
  wrong.length ? ++failed : ++passed;
  if (wrong.length) console.log(`FAIL ${title}: ${wrong.slice(0, 5).join("; ")}${wrong.length > 5 ? " ..." : ""}`);
}
const check = (what, is) => { if (!is) wrong.push(what); };
const near = (what, got, wanted, within = 1e-12) =>
  check(`${what}: ${got}, not ${wanted}`, Math.abs(got - wanted) <= within * Math.max(1, Math.abs(wanted)));
const plain = (html) => html.replace(/<[^>]*>/g, "").replace(/\s+/g, " ");
const says = (name, state, part) => {
  const text = plain(all[name].says({ ...all[name].start, ...state }, true));
  check(`${name} at ${JSON.stringify(state)} says "${text}", not "${part}"`, text.includes(part));
};
const range = (n) => Array.from({ length: n }, (_, i) => i);

test("every figure draws at any width, at its start and after each button", () => {
  for (const [name, spec] of Object.entries(all)) {
    const after = (spec.buttons ?? []).flatMap(([, options]) => options.map(([, change]) => change(spec.start)));
    for (const state of [{}, ...after].map((change) => ({ ...spec.start, ...change })))
      for (const W of [280, 358, 736])
        for (const open of [false, true]) {
          const { back, handles, height } = spec.draw(state, W, open);
          const words = [spec.says(state, open), spec.title(state, open)];
          const text = [back, handles.map(Object.values), words, height].join();
          check(`${name}, ${W} wide, at ${JSON.stringify(state)}`, !/undefined|NaN|Infinity|null/.test(text));
          check(`${name}: ${JSON.stringify(state)} is not legal`, spec.legal(state));
        }
  }
});
for (const [file, html] of stills)
  test(file.pathname.split("/").pop(), () => {
    let stored = "";
    try { stored = readFileSync(file, "utf8"); } catch { /* then it is not current */ }
    check("not what its source draws; fix: node notebooks_export/book/figures/still.mjs", stored === html);
  });

test("01: three engines", () => {
  const { value, derivative, found } = all["01_autodiff"].model;
  for (const x of range(31).map((i) => (i - 15) / 10)) {
    const bend = 1 / Math.cosh(x * x) ** 2, h = 1e-6;  // the slope of tanh
    near(`derivative at ${x}`, derivative(x), (value(x + h) - value(x - h)) / (2 * h), 1e-8);
    const wanted = [x * bend, 2 * x, 2 * x * (1 + bend)];
    wanted.forEach((slope, way) => near(`way ${way} at ${x}`, found(x, way).gradient.x, slope));
  }
  [0.470, 1.000, 1.940].forEach((slope, way) => near("the lesson's", found(0.5, way).gradient.x, slope, 5e-4));
  says("01_autodiff", {}, "At x = 1.00 the derivative is 2.840. The engine with = finds 0.420: a keeps only");
  says("01_autodiff", { x: 0.5, way: 1 }, "finds 1.000: a passed its gradient on before tanh had added to it.");
  says("01_autodiff", { x: 0 }, "All three engines find 0.000");
});

test("02: two scores", () => {
  const { judged, sigmoid } = all["02_sigmoid_or_softmax"].model;
  for (const z0 of [-5, -1.25, 0, 3])
    for (const z1 of [-4, 0, 0.5, 5])
      for (const rain of [0, 1]) {
        const { p, loss, gradient } = judged([z0, z1], rain), h = 1e-6;
        const cost = (a, b) => Math.log(Math.exp(a) + Math.exp(b)) - (rain ? b : a);
        near("P(1)", p[1], Math.exp(z1) / (Math.exp(z0) + Math.exp(z1)));
        near("by the difference", p[1], sigmoid(z1 - z0));
        near("3 more on both", judged([z0 + 3, z1 + 3], rain).p[1], p[1]);
        near("loss", loss, cost(z0, z1));
        near("dL/dz0", gradient[0], (cost(z0 + h, z1) - cost(z0 - h, z1)) / (2 * h), 1e-8);
        near("dL/dz1", gradient[1], (cost(z0, z1 + h) - cost(z0, z1 - h)) / (2 * h), 1e-8);
        near("equal amounts", gradient[0] + gradient[1], 0);
      }
  const says_at = (z0, z1, part) => says("02_sigmoid_or_softmax", { z0, z1 }, part);
  says_at(1, 3, "P(rain) = 0.88. Column 0 is P(dry) = 0.12 in the softmax head");
  says_at(2, 4, "P(rain) = 0.88. Column 0 is P(dry) = 0.12 in the softmax head");
  says_at(1, 3, "gradient [−0.88, 0.88] moves z0 up and z1 down by equal amounts.");
  says_at(5, -1, "gradient [0.00, 0.00] hardly moves the point.");
  for (const [z0, z1] of [[2, 6], [-1, -3], [3, 1]])
    check(`${z0}, ${z1} give another P`, sigmoid(z1 - z0).toFixed(2) !== "0.88");
});

test("03: the errors, by the outputs", () => {
  const { flat, stop_of, small_goals } = all["03_timestep_differencing"].model;
  const { T, D, goal, limit, events, runs, stops } = figures.tables["03_timestep_differencing"];
  near("five means, as NumPy has them", flat, 0.00119048, 1e-8);
  for (const run of runs) {
    const count = run.outputs.length, [end, before] = [1, 2].map((i) => stop_of(run, count - i));
    check(`${run.share} %: the end`, end.step === run.goals[0] && before.step < end.step);
    check(`${run.share} %: all stops`, !(stops[count - 1] < end.step));
    check(`${run.share} %: the goal`, end.error < goal && run.losses.every((error) => error >= goal));
    range(count).forEach((i) => {
      const { step, error, output } = stop_of(run, i);
      check(`an output of ${output.length} numbers`, output.length === T * D);
      const by_output = output.reduce((sum, y, k) => sum + (y / 1000 - events[k]) ** 2, 0) / events.length;
      near(`${run.share} %, step ${step}`, by_output / error, 1, 0.05);  // outputs are rounded
    });
  }
  const median = ({ goals }) => [...goals].sort((a, b) => a - b)[2];
  for (const i of range(5)) check("less offset, fewer steps", median(runs[i + 1]) < median(runs[i]));
  for (const i of range(5)) check("the offset costs most steps", runs[5].goals[i] < runs[0].goals[i] / 2);
  check("the small model", small_goals.every((steps) => steps === -1 || steps > limit));
  says("03_timestep_differencing", {}, "the output is nearly five flat lines.");
});

test("04: the variance of a weighted mean", () => {
  const { weights, variance, smallest, ratio, last } = all["04_sqrt_count_weights"].model, T = 32;
  // The 32 numbers as sums of independent parts of variance 1: their coefficients.
  const parts = [range(T).map((n) => range(T).map((k) => (n === k ? 1 / Math.sqrt(n + 1) : 0))),
                 range(T).map((n) => range(T).map((k) => (k <= n ? 1 / (n + 1) : 0)))];
  for (const kind of [0, 1]) {
    for (const p of [0, 0.5, 1, 2, 3.7, last]) {
      const w = weights(p), total = w.reduce((a, b) => a + b);
      const spread = range(T).map((k) => range(T).reduce((sum, n) => sum + w[n] * parts[kind][n][k], 0) / total);
      near(`variance at ${p}`, variance(p, kind), spread.reduce((sum, one) => sum + one * one, 0));
      if (p === last) check("the last alone", w[T - 1] === 1 && total === 1);
      else near(`a weight at ${p}`, w[5], Math.exp(p * Math.log(6)));
    }
    // No weights do better: for the best ones, C w is the same in every row (Gauss and Markov), and it is the variance.
    const best = weights(kind ? last : 1), total = best.reduce((a, b) => a + b);
    for (const m of range(T)) {
      const covariance = (n) => range(T).reduce((sum, k) => sum + parts[kind][m][k] * parts[kind][n][k], 0);
      near("C w", range(T).reduce((sum, n) => sum + (covariance(n) * best[n]) / total, 0), smallest(kind), 1e-10);
    }
  }
  near("no weights", ratio(0, 0), 2.09, 0.0025), near("sqrt(n)", ratio(0.5, 0), 1.11, 0.0045);
  near("running means, n", ratio(1, 1), 130 / 99);
  says("04_sqrt_count_weights", {}, "gives independent errors 1.11 times the smallest variance.");
  says("04_sqrt_count_weights", { p: last, kind: 1 }, "number alone gives running means the smallest variance.");
});

test("05: what padding adds", () => {
  const { word, longest, all: counted, masked, positions, ...table } = figures.tables["05_padding_masks"];
  const { after, before, with_lengths } = table;
  const { loss, spread, moved } = all["05_padding_masks"].model, most = counted.length - 1;
  range(most + 1).forEach((k) => {
    near(`the sum of losses with ${k} more`, counted[k] * (longest + k), counted[0] * longest, 0.005);
    check(`loss at ${k}`, loss(k, 0) === counted[k] && loss(k, 1) === masked[0] && loss(k, 2) === masked[0]);
    const sorted = after.map((run) => run[k]).sort((a, b) => a - b);
    check(`the range at ${k}`, String(spread(after, k)) === String([sorted[0], sorted[2], sorted[4]]));
    check(`moved at ${k}`, moved(k, 1) === sorted[2]);
    for (const run of [...after, ...before]) check(`moved at ${k}`, k ? run[k] > run[k - 1] - 0.01 : run[0] === 0);
  });
  check("positions", positions.length === longest + most);
  check("padding is easy", positions.slice(word.length + 2).every((nats) => nats < 0.1));
  check("with lengths", with_lengths < 1e-6 && moved(20, 2) < 1e-6);
  says("05_padding_masks", { way: 0 }, "lower, and nothing was learned.");
  says("05_padding_masks", { way: 2 }, "The encoder stops at the lengths: its state does not move.");
});

// Other processors round in another way, and training enlarges that; a lesson that has changed differs by more.
if (process.argv[2])
  test("03 and 05: the tables are what the lessons measure now", () => {
    const now = { figures: { tables: {} } }, stored = figures.tables;
    for (const name of Object.keys(stored))
      vm.runInNewContext(readFileSync(`${process.argv[2]}/${name}.table.js`, "utf8"), now);
    const middle = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
    const numbers = ({ "03_timestep_differencing": steps, "05_padding_masks": padding }) => [
      ...steps.runs.map(({ goals }) => middle(goals)), padding.all[0], padding.all[10], padding.masked[0],
      ...[padding.after, padding.before].map((runs) => middle(runs.map((run) => run[10])))];
    const fresh = numbers(now.figures.tables);
    numbers(stored).forEach((number, i) => near(`number ${i}; fix: make figure-tables`, number / fresh[i], 1, 0.25));
  });

test("06: P, shares and steps, by every string of the five classes", () => {
  const { network, trellis, every, classes } = all["06_ctc"].model;
  for (const T of [5, 6, 7, 8, 9]) {
    const p = network(T), { P, share, steps } = trellis(p), through = {}, along = {}, at = new Array(T);
    let sum = 0, count = 0;
    const walk = (t, last, letters, product) => {  // state 2k - 1 is letter k, 2k the blank after it
      if (t < T) {
        for (const k of classes) {
          const more = k !== "_" && k !== last;
          if (more && "hello"[letters] !== k) continue;
          at[t] = k === "_" ? 2 * letters : 2 * (letters + more) - 1;
          walk(t + 1, k, letters + more, product * p[t][k]);
        }
      } else if (letters === 5) {
        sum += product, ++count;
        at.forEach((s, i) => {
          through[[i, s]] = (through[[i, s]] ?? 0) + product;
          if (i) along[[i, at[i - 1], s]] = (along[[i, at[i - 1], s]] ?? 0) + product;
        });
      }
    };
    walk(0, "_", 0, 1);
    check(`${count} paths of ${T} frames`, count === [0, 1, 11, 66, 286][T - 5] && count === every(p).length);
    near(`P of ${T} frames`, P, sum);
    for (const t of range(T)) near(`frame ${t}`, Object.values(p[t]).reduce((a, b) => a + b), 1);
    if (!sum) continue;
    for (const t of range(T))
      for (const s of range(11)) near(`share of ${t}, ${s}`, share[t][s], (through[[t, s]] ?? 0) / sum);
    for (const { t, from, s, share: part } of steps)
      near(`step ${[t, from, s]}`, part, (along[[t, from, s]] ?? 0) / sum);
  }
});
test("06: the paths", () => {
  const { network, trellis, every } = all["06_ctc"].model, ways = every(network(10)), { P } = trellis(network(10));
  check("the paths of 10 and 12 frames", ways.length === 1001 && every(network(12)).length === 8008);
  near("they sum to P", ways.reduce((sum, { value }) => sum + value, 0), P);
  near("the share of the best", ways[0].value / P, 0.026, 0.0005);
  says("06_ctc", {}, "That is 2.6 % of P(hello), number 1 of 1001.");
  says("06_ctc", { T: 5, at: 0, way: [1, 3, 5, 7, 9] }, "says helo: no blank stands between the two l’s");
  says("06_ctc", { way: new Array(10).fill(1) }, "says h: e, the first l, the second l and o are left out");
});

test("07: broadcast losses of four pairs", () => {
  const { loss, gradient } = all["07_speaker_embeddings"].model, d = [0.2, 0.7, 1.5, 2.5], s = [1, 0, 1, 0];
  // Arrays of shape [4] or [4,1], and NumPy's rule for a product or a sum of two of them, and for their mean.
  const column = (v) => v.map((one) => [one]), rows = (a) => (Array.isArray(a[0]) ? a : [a]);
  const broadcast = (f) => (a, b) => {
    const [x, y] = [rows(a), rows(b)], high = Math.max(x.length, y.length), wide = Math.max(x[0].length, y[0].length);
    const at = (m, i, j) => m[m.length === 1 ? 0 : i][m[0].length === 1 ? 0 : j];
    return range(high).map((i) => range(wide).map((j) => f(at(x, i, j), at(y, i, j))));
  };
  const times = broadcast((a, b) => a * b), plus = broadcast((a, b) => a + b);
  const mean = (a) => a.flat().reduce((sum, one) => sum + one, 0) / a.flat().length;
  const by_shapes = (distances, labels, form) => {
    const hinge = distances.map((one) => Math.max(1 - one, 0)), other = column(labels.map((one) => 1 - one));
    const pull = times(column(labels), form ? column(distances) : distances);
    return mean(plus(pull, times(other, form === 2 ? column(hinge) : hinge)));
  };
  const slopes = (distances, labels, form) => distances.map((_, j) => {
    const moved = (h) => by_shapes(distances.map((one, k) => one + (j === k ? h : 0)), labels, form);
    return (moved(1e-6) - moved(-1e-6)) / 2e-6;
  });
  for (const form of [0, 1, 2])
    for (const distances of [d, [0.1, 0.2, 0.4, 0.9], [1.2, 0.3, 3, 0]])
      for (const labels of [s, [0, 1, 0, 1], [1, 1, 1, 0], [0, 0, 0, 0]]) {
        near("loss", loss({ d: distances, s: labels, form }).value, by_shapes(distances, labels, form));
        const wanted = slopes(distances, labels, form);
        gradient({ d: distances, s: labels, form }).forEach((g, j) => near("gradient", g, wanted[j], 1e-8));
      }
  const is = (form, labels, wanted) => check(`${gradient({ d, s: labels, form })}, not ${wanted}`,
                                             String(gradient({ d, s: labels, form })) === String(wanted));
  is(0, s, [0, 0, 0.125, 0.125]), is(0, [0, 1, 0, 1], [0, 0, 0.125, 0.125]);
  is(1, s, [0.125, -0.125, 0.25, 0]), is(2, s, [0.25, -0.25, 0.25, 0]), is(2, [0, 1, 0, 1], [-0.25, 0.25, 0, 0.25]);
  near("below the margin", loss({ d: [0.1, 0.5, 0.6, 0.95], s, form: 0 }).value, 0.5);
  says("07_speaker_embeddings", { d: [0.1, 0.5, 0.6, 0.95] }, "(0, 0, 0, 0). No distance gets a gradient.");
  says("07_speaker_embeddings", { form: 2 }, "0.25, 0). If every label is swapped, 4 of the 4 gradients change.");
});

test("08: an all-reduce, message by message", () => {
  const { all_reduce, efficiency, tiny, speech, fast, slow, measured } = all["08_many_machines"].model;
  const other = { step: 900, kilobytes: 30, latency: 3, speed: 7 };
  for (const state of [{ ...tiny, ...fast }, { ...speech, ...fast }, other])
    for (const N of [1, 2, 8, 1024]) {
      const message = (kilobytes) => state.latency + (1000 * kilobytes) / state.speed;
      let ring = 0, halving = 0;
      for (let i = 0; i < 2 * (N - 1); ++i) ring += message(state.kilobytes / N);
      for (let part = 2; part <= N; part *= 2) halving += 2 * message(state.kilobytes / part);
      near(`a ring of ${N}`, all_reduce(state, N, true), ring, 1e-9);
      near(`halving on ${N}`, all_reduce(state, N, false), halving, 1e-9);
      near("efficiency", efficiency(state, N, true) * (state.step + ring), state.step, 1e-9);
      const second = 2 * efficiency(state, 2, true) > 1;
      check("a second machine pays", second === all_reduce(state, 2, true) < state.step);
    }
  // The lesson's table.
  const at = (network, net, N, ring) => efficiency({ ...network, ...net }, N, ring);
  near("2 for the tiny one", 2 * at(tiny, fast, 2, true), 0.953, 5e-4);
  near("1024 in a ring", 1024 * at(tiny, fast, 1024, true), 0.940, 5e-4);
  near("1024 by halving", 1024 * at(tiny, fast, 1024, false), 87.5, 1e-3);
  near("speech in a ring", at(speech, fast, 1024, true), 0.76, 5e-3);
  near("speech by halving", at(speech, fast, 1024, false), 0.98, 5e-3);
  for (const [network, k, ...took] of measured.slice(1))
    for (const us of took) {
      const by_bytes = all_reduce({ ...network, latency: 0 }, 2 ** k, true);
      check(`measured on ${2 ** k}`, us > by_bytes && us < 1.7 * by_bytes);
    }
  says("08_many_machines", {}, "8 machines. Computing a step takes 47 µs. Bytes take 2.84 µs, messages 350 µs in a ring: 12 %,");
  says("08_many_machines", { k: 0 }, "One machine sends nothing.");
  says("08_many_machines", { ...speech, k: 10 }, "messages 51.1 ms in a ring: 76 %, 777 times as fast as one. By halving");
});

test("09: carried states", () => {
  const { layout, fits, count, sizes } = all["09_time_steps"].model;
  for (const rows of sizes)
    for (const way of [0, 1, 2]) {
      const order = layout({ rows, way }), state = { rows, way };
      check(`each window once, ${rows} rows, way ${way}`, [...order].sort((a, b) => a - b).every((it, i) => it === i));
      // Reads batch by batch; after[row] is the window whose state the row holds.
      const after = Array(rows).fill(NaN);
      let fit = 0;
      order.forEach((number, i) => {
        const right = number - after[i % rows] === 1;
        check(`place ${i}, ${rows} rows, way ${way}`, fits(state)[i] === right);
        fit += right;
        after[i % rows] = number;
      });
      near(`fits, ${rows} rows, way ${way}`, count(state), fit);
      if (way === 2) near(`own parts, ${rows} rows`, fit, 12 - rows);
      if (way === 0) near(`one after the other, ${rows} rows`, fit, rows === 1 ? 11 : 0);
    }
  says("09_time_steps", {}, "Windows one after the other, 3 rows in a batch: 9 states are carried, and none of them fits.");
  says("09_time_steps", { way: 2 }, "9 states are carried, and all of them fit.");
  says("09_time_steps", { rows: 1 }, "1 row in a batch: 11 states are carried, and all of them fit. With one row");
});

test("10: what changes when a later letter does", () => {
  const { leaks } = all["10_generation"].model, places = range(7);
  const masks = [(t, u) => u <= t, () => true, (t, u) => u <= t + 1, (t, u) => u >= t, (t, u) => u <= t, (t, u) => u <= t];
  // Two blocks of attention by numbers, each added to its input; in form 4 the mask comes after the softmax.
  const scores = (form, letters) => {
    let x = places.map((t) => letters[form === 5 ? t : t - 1] ?? 0.5);
    for (const q of [0.3, -0.2])
      x = x.map((own, t) => {
        const e = x.map((key) => Math.exp(q * own * key)), seen = places.filter((u) => masks[form](t, u));
        const below = (form === 4 ? places : seen).reduce((sum, u) => sum + e[u], 0);
        return own + seen.reduce((sum, u) => sum + (e[u] / below) * x[u], 0);
      });
    return x;
  };
  for (const form of range(6))
    for (const k of range(6)) {
      const letters = range(6).map((i) => Math.sin(i)), other = letters.map((letter, i) => letter + 0.3 * (i >= k));
      const before = scores(form, letters), after = scores(form, other);
      const bad = places.filter((t) => t <= k && before[t] !== after[t]), drawn = leaks({ form, k });
      check(`form ${form}, letter ${k}: ${bad}`, places.every((t) => bad.includes(t) === drawn[t]));
    }
  says("10_generation", {}, "2 places know too much: where m, o must be said, the scores change.");
  says("10_generation", { form: 0 }, "No score changes that must not.");
  says("10_generation", { form: 5 }, "1 place knows too much: where o must be said");
});

test("11: a bit", () => {
  const { cost, slope, through, best } = all["11_no_gradient"].model;
  for (const t of [0.2, 0.45, 0.6]) {
    const of = (bit) => (bit - t) ** 2;
    for (const p of [0, 0.3, 0.45, 1]) {
      near("the cost, both bits listed", cost(p, t), (1 - p) * of(0) + p * of(1));
      near("its slope", slope(t), of(1) - of(0));
      const at = (bit) => (of(bit + 1e-6) - of(bit - 1e-6)) / 2e-6;  // the slope of the square
      near("straight-through, both bits listed", through(p, t), (1 - p) * at(0) + p * at(1), 1e-8);
    }
    near("where it is 0", through(t, t), 0);
    check(`the best p for ${t}`, of(best(t)) === Math.min(of(0), of(1)));
  }
  says("11_no_gradient", {}, "At p = 0.80 the bit costs 0.2825 on average, with the slope 0.10. By that, p falls.");
  says("11_no_gradient", { p: 0.2 }, "Straight-through has the slope −0.50 on average: by that, p rises. It settles at 0.45");
});

test("12: a threshold", () => {
  const { judged, above } = all["12_rare_class"].model, share = 0.03, shift = Math.log(share / (1 - share));
  // P(normal > z) by Simpson's rule from 0.
  const simpson = (z, n = 200) => {
    const f = (x) => Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI), h = z / n;
    return 0.5 - h / 3 * range(n + 1).reduce((sum, i) => sum + (i % n ? (i % 2 ? 4 : 2) : 1) * f(i * h), 0);
  };
  for (const z of [-4, -1.567, 0, 0.5, 2, 3.9]) near(`above ${z}`, above(z), simpson(z), 1e-5);
  near("the lesson's recall at 0.5", judged({ t: 0, weights: 0 }).recall, simpson((-shift - 1.125) / 1.5), 1e-5);
  for (const t of [-6, -2, 0, 3]) {
    const { recall, alarms, precision, accuracy, paid } = judged({ t, weights: 0 }), moved = judged({ t: t - shift, weights: 1 });
    near("weights move both", moved.recall, recall, 1e-9);
    near("and alarms", moved.alarms, alarms, 1e-9);
    near("precision", precision * (share * recall + (1 - share) * alarms), share * recall);
    near("accuracy", 1 - accuracy, share * (1 - recall) + (1 - share) * alarms);
    near("cost", paid / 1000, 20 * share * (1 - recall) + (1 - share) * alarms);
  }
  says("12_rare_class", {}, "says 50.0 %: 5.9 % of the cracked parts are found");
});

test("13: the forget gate", () => {
  const { gate, left, half, bias_of } = all["13_nan_and_forgetting"].model;
  for (const bias of [0, 1, 2.5, 5]) {
    near(`the gate at ${bias}`, gate(bias), (1 + Math.tanh(bias / 2)) / 2);
    near(`20 steps at ${bias}`, left(bias, 20), range(20).reduce((product) => product * gate(bias), 1));
    near(`half at ${bias}`, left(bias, half(bias)), 0.5);
    near(`and back from ${half(bias)} steps`, bias_of(half(bias)), bias, 1e-10);
  }
  near("ln 49 is a gate of 0.98", gate(Math.log(49)), 0.98);
  says("13_nan_and_forgetting", {}, "half is lost in 2.2 steps. After 50 steps 1.6 · 10−7 is left.");
  says("13_nan_and_forgetting", { bias: 0 }, "the gate is 0.500, and half is lost in 1.0 steps. After 50 steps 8.9 · 10−16");
  says("13_nan_and_forgetting", { bias: 3.9 }, "After 50 steps 37 % is left.");
});

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
