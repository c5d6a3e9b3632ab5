// node figures.mjs: checks what the book's figures compute against computations of another kind, that their stills are what
// the sources say, and what they say at a few states. The last line is `N passed, N failed`.
import { readFileSync } from "node:fs";
import { all, stills } from "../../notebooks_export/book/figures/still.mjs";

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
          const text = [back, handles.map(Object.values), spec.says(state, open), spec.title(state, open), height].join();
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
    for (const t of range(T)) for (const s of range(11)) near(`share of ${t}, ${s}`, share[t][s], (through[[t, s]] ?? 0) / sum);
    for (const { t, from, s, share: part } of steps) near(`step ${[t, from, s]}`, part, (along[[t, from, s]] ?? 0) / sum);
  }
});
test("06: the paths", () => {
  const { network, trellis, every } = all["06_ctc"].model, ways = every(network(10)), { P } = trellis(network(10));
  check("the paths of 10 and 12 frames", ways.length === 1001 && every(network(12)).length === 8008);
  near("they sum to P", ways.reduce((sum, { value }) => sum + value, 0), P);
  near("the share of the best", ways[0].value / P, 0.026, 0.0005);
  says("06_ctc", {}, "2.6 % of P(hello). It is number 1 of 1001.");
  says("06_ctc", { T: 5, at: 0, way: [1, 3, 5, 7, 9] }, "says helo: no blank stands between the two l’s");
  says("06_ctc", { way: new Array(10).fill(1) }, "says h: e, the first l, the second l and o are left out");
});

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
