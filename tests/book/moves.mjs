// Moves the figures of the book by mouse, finger, keys and address.
import { pause } from "./browser.mjs";

// A handle, how far to drag it on a page 1280 wide, keys that do the same, what the figure then says, and the
// answer to its question.
const moves = {
  "01_autodiff": [0, [-332 / 6, 0], { ArrowLeft: 10 },
    "At x = 0.50 the derivative is 1.940. The engine with = finds 0.470:", "It finds 0.420."],
  "02_sigmoid_or_softmax": [0, [38.4, 76.8], { ArrowRight: 4, ArrowDown: 8 },
    "z1 − z0 = −1.00, so P(rain) = 0.27.", "P(rain) is 0.88 again."],
  "03_timestep_differencing": [0, [(300 * 340) / 1300, 0], { ArrowRight: 3 },
    "With 100 % of the offset, after 600 steps, the error is", "Over five seeds:"],
  "04_sqrt_count_weights": [0, [34.5, 0], { ArrowRight: 10 },
    "The weight n1.00 gives independent errors the smallest variance.",
    "With the weight n the variance is 1.31 times as large."],
  "05_padding_masks": [0, [(4 * 686) / 30, 0], { ArrowRight: 4 },
    "any padding of the words. The encoder still reads padding: its state moves by",
    "A mask on the loss repairs that"],
  "06_ctc": [5, [0, 31], { ArrowRight: 1, ArrowDown: 1 },
    "This path says helo: no blank stands between the two l’s", "It is 2.6 % (10 frames)."],
  "07_speaker_embeddings": [2, [-144, 0], { ArrowDown: 2, ArrowLeft: 20 },
    "The gradients are (0, 0, 0, 0.125). If every label is swapped, no gradient changes.",
    "It is 0.5, wherever the distances are below the margin."],
  "08_many_machines": [0, [(7 * 668) / 12, 0], { ArrowRight: 7 },
    "1024 machines. Computing a step takes 47 µs. Bytes take 3.24 µs, messages 51.1 ms in a ring: under 0.1 %, 0.94",
    "No faster: 0.94 times as fast."],
  "09_time_steps": [0, [(2 * (722 - 130)) / 4, 0], { ArrowRight: 2 },
    "Windows one after the other, 6 rows in a batch: 6 states are carried, and none of them fits.",
    "window 3 gets the state of window 0"],
  "10_generation": [0, [(-2 * 640) / 7, 0], { ArrowLeft: 2 },
    "From letter 2 on, the word becomes another one. Mask: one letter late. 2 places know too much: where a, l must",
    "At 2 of them, one for each block."],
  "11_no_gradient": [0, [-0.5 * 682, 0], { ArrowLeft: 50 },
    "At p = 0.30 the bit costs 0.2325 on average, with the slope 0.10.", "There the mean of the bits is 0.45"],
  "12_rare_class": [0, [(-3.5 * 720) / 14, 0], { ArrowLeft: 14 },
    "Above the score −3.50, where the network says 2.9 %", "without weights, and weights at 0"],
  "13_nan_and_forgetting": [0, [((38.17 - 2.21) * 674) / 110, 0], { ArrowRight: 30 },
    "Forget bias 4.0: the gate is 0.982, and half is lost in 38.2 steps. After 50 steps 40 % is left.",
    "Less than a millionth: 1.6"],
};

// In the page.
const text_of = (selector) =>
  document.querySelector(`figure.live ${selector}`).textContent.trim().replace(/\s+/g, " ");
const handle_at = (i) => {
  const handle = document.querySelectorAll("figure.live .handle")[i];
  const box = handle.querySelector("circle").getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2];
};
// A place beside the handles where a tap would count.
const beside = ([x, y]) => {
  const places = [[60, 0], [-60, 0], [0, -60], [-40, -90]].map(([dx, dy]) => [x + dx, y + dy]);
  return places.find((place) => {
    const there = document.elementFromPoint(...place);
    return there?.closest(".canvas svg") && !there.closest(".handle");
  });
};
// Words cut off or too small, at this width. A browser's box may reach a pixel further, not quite exactly.
const cut = () => {
  const canvas = document.querySelector("figure.live .canvas").getBoundingClientRect();
  return [...document.querySelectorAll("figure.live svg text")].filter((text) => {
    const box = text.getBoundingClientRect(), now = text.getScreenCTM();
    const size = parseFloat(getComputedStyle(text).fontSize) * Math.hypot(now?.a, now?.b);
    const outside = box.left < canvas.left - 1.01 || box.right > canvas.right + 1.01;
    return text.checkVisibility() && box.width && (outside || size < 11.9);
  }).map((text) => text.textContent);
};
// Where the figure stands on the screen. (The page's own scroll position also changes when something above the
// figure grows, and nothing moves on the screen.)
const scrolled = () => Math.round(document.querySelector("figure.live").getBoundingClientRect().top);
// The page's address, once it has followed the last move.
const address = async () => {
  for (let before; ; before = location.hash) {
    await new Promise((done) => setTimeout(done, 400));
    if (location.hash && location.hash === before) return before;
  }
};

export async function try_figure({ browser, page, check, expect, origins, other }, name) {
  const [handle, [dx, dy], keys, wanted, answer] = moves[name] ?? [];
  if (!wanted) return check(name, "moves of its figure", ["none in moves.mjs"]);
  const read = (selector) => page.evaluate(text_of, selector);
  const dispatch = (kind) => page.evaluate((event) => { dispatchEvent(new Event(event)); }, kind);
  const open_new = async (width = 1280, fragment = "") => {
    await browser.look(width);
    await browser.open(`${origins[0]}${name}.html${fragment}`);
    await page.evaluate(() => document.querySelector("figure.live").scrollIntoView());
    for (let before = NaN, top; top !== before;) {  // what stands above it may still come to rest
      before = top;
      await pause(50);
      top = await page.evaluate(scrolled);
    }
  };
  await open_new();
  await page.evaluate(() => localStorage.clear());
  await open_new();
  const stops = (await page.$$("figure.live .handle[tabindex='0']")).length;
  expect(name, "tab stops of its handles", stops === 1, stops);
  const unanswered = await read(".ask");
  expect(name, "the answer stands in the question", !unanswered.includes(answer), unanswered);
  await dispatch("beforeprint");
  const printed = await read(".ask");
  expect(name, "on paper without the answer", printed.includes(answer), printed);
  await dispatch("afterprint");
  const guess = await read(".ask button");
  await page.evaluate(() => document.querySelector("figure.live .ask button").click());
  const answered = await read(".ask");
  const told = answered.includes(`You said ${guess}.`) && answered.includes(answer);
  expect(name, "no answer to a guess", told, answered);

  const start = await page.evaluate(handle_at, handle), before = await read(".says"), said = {};
  const [end, half] = [1, 0.5].map((part) => [start[0] + part * dx, start[1] + part * dy]);
  await browser.drag(start, end);
  said.drag = await read(".says");
  const fragment = await page.evaluate(address);
  const others = {
    keys: () => browser.press(...Object.entries(keys).flatMap(([key, times]) => Array(times).fill(key))),
    tap: () => browser.touch([end]),
    finger: () => browser.touch([start, half, end]),
  };
  for (const [how, move] of Object.entries(others)) {
    await open_new();
    await page.$eval("figure.live .handle[tabindex='0']", (it) => it.focus({ preventScroll: true }));
    const at = await page.evaluate(scrolled);
    await move();
    await pause(100);
    const after = await page.evaluate(scrolled);
    expect(name, `scrolls with ${how}`, after === at, at, after);
    said[how] = await read(".says");
  }
  await open_new(1280, fragment);
  said[`address ${fragment}`] = await read(".says");
  check(name, "what a move says",
        Object.entries(said).filter(([, text]) => !text.includes(wanted) || text === before));
  expect(name, "moves that differ", new Set(Object.values(said)).size === 1, ...Object.entries(said));
  for (const wrong of ["%E0;x", "", "1;".repeat(9), "NaN;1e9;-1;0.5"]) {
    await open_new(1280, `${fragment.split("=")[0]}=${wrong}`);
    const shown = await read(".says");
    expect(name, `address ${wrong}`, shown === before, shown);
  }

  // Firefox's protocol sends a finger's events to the page alone: nothing scrolls.
  if (!other) {
    await open_new(390);
    await page.$eval("figure.live .handle", (handle) => handle.scrollIntoView({ block: "center" }));
    const first = await read(".says"), at = await page.evaluate(scrolled);
    const [x, y] = await page.evaluate(beside, await page.evaluate(handle_at, 0));
    await browser.touch(Array.from({ length: 8 }, (_, i) => [x, y - 20 * i]));
    await pause(200);
    const after = await read(".says"), by = at - (await page.evaluate(scrolled));
    expect(name, "a swipe that should scroll the page", after === first && by > 50, after, by);
  }
  for (const width of [1280, 390, 320]) {
    await open_new(width);
    check(`${name}, ${width} wide`, "words cut off or small", await page.evaluate(cut));
    const wide = await page.evaluate(() => document.scrollingElement.scrollWidth);
    expect(`${name}, ${width} wide`, "scrolls sideways", wide <= width, wide);
  }
  await browser.scripts(false);
  for (const width of [1280, 390]) {
    await open_new(width);
    const still = await page.evaluate(() =>
      [...document.querySelectorAll("figure.live svg")].filter((svg) => svg.checkVisibility()).length);
    expect(`${name}, ${width} wide`, "still pictures", still === 1, still);
    check(`${name}, ${width} wide`, "words of the still cut off or small", await page.evaluate(cut));
  }
  await browser.scripts(true);
}
