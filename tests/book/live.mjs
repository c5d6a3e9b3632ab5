// Runs every lesson in its page as a reader does: Run, a claim broken, Stop, a slider.
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { isDeepStrictEqual, promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { pause } from "./browser.mjs";
import { quiet } from "./pages.mjs";
import { probe } from "./probe.mjs";

// What the native lesson records of the same quick run: the titles of its steps, its claims and its figures.
// Both browsers ask for it, and compare what they print.
const records = new Map(), printed = new Map(), same = isDeepStrictEqual;
async function native(build, name) {
  const env = { ...process.env, LESSON_RECORD: "1", OMP_NUM_THREADS: "1" };
  const run = promisify(execFile)(`${build}/lessons/${name}`, ["--quick"], { env, maxBuffer: 1 << 28 });
  const { stdout } = await run.catch((error) => error); // with a false claim, too
  const lines = stdout.split("\n").filter((line) => line.startsWith("\x1e"));
  const rows = lines.map((line) => JSON.parse(line.slice(1)));
  const all = (kind) => rows.flatMap((row) => row[kind] ?? []);
  return { steps: all("step"), claims: all("claim"), figures: all("display") };
}

// In the page: the panel's state, the origin and the text of each step's output, and its claims.
const state = () => {
  const panel = document.getElementById("live");
  return { ...panel.dataset, status: panel.querySelector(".status").textContent };
};
const outcomes = () => [...document.querySelectorAll(".outcome")].map((box) => {
  const [origin, ...text] = [...box.children].map((part) => part.textContent);
  return { origin, text: text.join("\n").trimEnd() };
});
const claims = () => [...document.querySelectorAll(".outcome .claim:not(.turn)")].map((claim) =>
  [claim.classList[1], claim.textContent.replace(/^(✓ pass|✗ FAIL)  /, "")]);
const press = (words, selector) =>
  [...document.querySelectorAll(`${selector} button`)].find((button) => button.textContent === words).click();
const ended = () => !["loading", "running"].includes(document.getElementById("live").dataset.state);
const stop_when_red = (text) => {
  const panel = document.getElementById("live"), failed = document.querySelectorAll(".outcome .claim.fail");
  const red = [...failed].find((claim) => claim.textContent.endsWith(text));
  if (!red && ["loading", "running"].includes(panel.dataset.state)) return false;
  [...panel.querySelectorAll("button")].find((button) => button.textContent === "Stop").click();
  return { red: !!red, mend: red?.nextElementSibling?.textContent ?? "" };
};
// Whether what a run with other knobs printed until now is no beginning of what the plain run printed; or the
// run has ended without that.
const differs = (plain) => {
  const { dataset: { state } } = document.getElementById("live");
  const found = [...document.querySelectorAll(".outcome")].some((box, i) => {
    const [origin, ...text] = [...box.children].map((part) => part.textContent);
    return origin.startsWith("Run here: --quick --") && !plain[i].text.startsWith(text.join("\n").trimEnd());
  });
  return found ? "differs" : !["loading", "running"].includes(state) && "ended";
};

async function show({ page, screenshots, name }, kind, title) {
  await page.evaluate((claim) => document.querySelector(claim)?.scrollIntoView({ block: "center" }),
                      `.outcome .claim.${kind}`);
  await page.screenshot({ path: path.join(screenshots, `${title}_${name}.png`) });
}

async function run(t, name, at) {
  const { page, browser, check, expect } = t;
  check(at, "recorded outputs do not say so", (await page.evaluate(outcomes))
    .filter(({ origin, text }) => text && origin !== "Recorded on another machine"));
  await page.evaluate(press, "Run", "#live");
  await browser.wait(ended);
  if (!records.has(name)) records.set(name, native(t.build, name));
  const wanted = await records.get(name), now = await page.evaluate(state);
  expect(at, "the run's end", now.state === "ended", now.status);
  const plain = await page.evaluate(outcomes), got = await page.evaluate(claims);
  check(at, "claims that do not hold", got.filter(([kind]) => kind === "fail"));
  const count = [got.length, wanted.claims.length];
  expect(at, "claims, natively", count[0] === count[1] && count[0] > 0, ...count, now.status);
  check(at, "claims unlike the native lesson's", wanted.claims.filter(({ text, result }, i) =>
    got[i]?.[0] !== (["pass", "fail"].includes(result) ? result : "dim") || !got[i][1].includes(text)));
  check(at, "outputs of another run", await page.evaluate((steps) => steps.filter(({ title }) =>
    live.panel.places.get(title)?.origin.textContent !== "Run here: --quick"), wanted.steps));
  expect(at, "outputs that wait", !(await page.$(".outcome.waiting")));
  const figures = (await page.$$(".outcome > figure svg")).length;
  expect(at, "figures", figures === wanted.figures.length, figures, wanted.figures.length);
  if (!printed.has(name)) printed.set(name, plain);
  const first = printed.get(name);
  check(at, "prints other things than at its first run", plain.filter((each, i) => !same(each, first[i])));
  const { faint, width } = await page.evaluate(probe);
  check(at, "contrast below 4.5 after the run", faint);
  expect(at, "wider than the screen after the run", width <= await page.evaluate(() => innerWidth), width);
  await show(t, "pass", `${name}_run`);
  return { plain, claims: got.filter(([kind]) => kind === "pass").length, first: Number(now.first) };
}

async function break_and_stop(t, name, at) {
  const { page, browser, expect } = t;
  const text = await page.evaluate(() => {
    const turn = document.querySelector(".outcome .claim.turn");
    turn.querySelector("button").click();
    return turn.previousElementSibling.textContent.replace(/^✓ pass  /, "");
  });
  const { red, mend } = await (await browser.wait(stop_when_red, text)).jsonValue();
  expect(at, "a broken claim is not red", red, text);
  expect(at, "a broken claim is not to be mended", mend.includes("mend it"), mend);
  await show(t, "fail", `${name}_broken`);
  const stopped = await page.evaluate(state), before = await page.evaluate(outcomes);
  expect(at, "does not stop", stopped.state === "stopped", stopped);
  await pause(300);
  expect(at, "goes on when it is stopped", same(await page.evaluate(outcomes), before));
}

async function move_a_slider(t, at, plain, recorded) {
  const { page, browser, expect } = t;
  await page.evaluate(press, "Defaults", "#live");
  await page.evaluate(press, "Recorded outputs", "#live"); // else the broken run's are taken for this one's
  await page.evaluate(() => {
    const slider = document.querySelector("#live .knob input[type=range]");
    slider.value = slider.value === slider.max ? slider.min : slider.max;
    slider.dispatchEvent(new Event("input"));
  });
  await page.evaluate(press, "Run", "#live");
  const how = await (await browser.wait(differs, plain)).jsonValue();
  expect(at, "a slider changes nothing", how === "differs", (await page.evaluate(state)).status);
  await page.evaluate(press, "Recorded outputs", "#live");
  expect(at, "the recorded outputs do not come back", same(await page.evaluate(outcomes), recorded));
}

// Each lesson runs in each browser from both origins, once wide and once narrow. Schemes alternate so that
// each browser sees all four looks. What needs more runs is done from one origin, in the other browser from
// the other.
export async function run_lessons(t, lessons) {
  const { browser, page, check, expect, book, origins } = t, firsts = [];
  const program = (name) => path.join(book, `lesson${name.slice(0, 2)}.js`);
  if (!lessons.some((name) => existsSync(program(name)))) return;
  let count = 0;
  for (const [i, name] of lessons.entries()) {
    const size = gzipSync(readFileSync(program(name))).length;
    expect(name, "more than 1 MB with gzip", size < 1e6, size);
    for (const [o, origin] of origins.entries()) {
      const width = [1280, 390][(i + o + t.other) % 2];
      const scheme = ["light", "dark"][((i >> 1) + o + t.other) % 2];
      const at = `${name}, live, ${origin.split(":")[0]}, ${width} wide, ${scheme}`;
      await browser.look(width, scheme);
      await browser.open(`${origin}${name}.html`);
      await page.$$eval("details:not(#live *)", (folds) => folds.forEach((fold) => (fold.open = true)));
      const recorded = await page.evaluate(outcomes);
      const { plain, claims: held, first } = await run(t, name, at);
      firsts.push(first);
      if (o === (i + t.other) % 2) {
        count += held;
        await break_and_stop(t, name, at);
        await move_a_slider(t, at, plain, recorded);
      }
      quiet(t, at);
    }
  }
  const [soonest, latest] = [Math.min(...firsts), Math.max(...firsts)];
  return `${lessons.length} lessons, ${count} claims, first line after ${soonest} to ${latest} ms`;
}
