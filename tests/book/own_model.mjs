// The part of lesson 06's page in which readers try a model of their own: what it reads, beside what the
// native program reads; what it says of files that are no use; the microphone.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Browser, pause } from "./browser.mjs";
import { quiet } from "./pages.mjs";
import { probe } from "./probe.mjs";

const decoded = "Your browser decoded the recording and brought it to 8000 samples a second.";
const page_name = "06_ctc", fsdd = process.env.TG_FSDD ?? "../shared/data/fsdd";

// A WAV file of 16 bits; a sample for each channel of each moment.
function wav(samples, { rate = 8000, channels = 1 } = {}) {
  const data = Buffer.alloc(2 * samples.length), head = Buffer.alloc(44);
  samples.forEach((sample, i) => data.writeInt16LE(Math.round(32000 * sample), 2 * i));
  head.write("RIFF"), head.writeUInt32LE(36 + data.length, 4), head.write("WAVEfmt ", 8);
  [[16, 16, 4], [20, 1, 2], [22, channels, 2], [24, rate, 4], [28, 2 * channels * rate, 4],
    [32, 2 * channels, 2], [34, 16, 2]].forEach(([at, value, size]) => head.writeUIntLE(value, at, size));
  head.write("data", 36), head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}

// Words that are two tones, one after the other, with a breath before and behind.
const words = { do: [500, 900], mi: [1400, 700], so: [900, 2000] };
function said(word, number = 0, rate = 8000) {
  const hush = Array.from({ length: 0.1 * rate }, (_, n) => 0.002 * Math.sin(n * n));
  const length = (0.15 + 0.01 * (number % 4)) * rate;
  const tones = words[word].map((hertz) => Array.from({ length }, (_, n) =>
    0.5 * Math.sin((2 * Math.PI * (hertz + 5 * number) * n) / rate)));
  return [...hush, ...tones.flat(), ...hush];
}
const in_channels = (samples, count) => samples.flatMap((sample) => Array(count).fill(sample));

const results_in = (text) => text.split("\n").filter((line) => line.startsWith("\x1e"))
  .map((line) => JSON.parse(line.slice(1)).results);

// What both browsers read, and what the native program reads in it; made once.
let files;
function made_files(build) {
  if (files) return files;
  const folder = mkdtempSync(path.join(tmpdir(), "own_model_")), at = (name) => path.join(folder, name);
  const write = (name, bytes) => (writeFileSync(at(name), bytes), at(name));
  const program = `${build}/lessons/programs/transcribe`;
  const list = [];
  for (let number = 0; number < 10; ++number)
    for (const word in words) {
      write(`${word}${number}.wav`, wav(said(word, number)));
      list.push(`${word}${number}.wav\t${word}`);
    }
  write("list.txt", list.join("\n") + "\n");
  const env = { ...process.env, LESSON_RECORD: "1", OMP_NUM_THREADS: "1" };
  const sizes = ["--steps", "600", "--hidden", "16"];
  execFileSync(program, ["train", at("list.txt"), ...sizes, "--save", at("words.safetensors")], { env });
  const native = (sound, weights = at("words.safetensors")) =>
    results_in(execFileSync(program, ["read", weights, sound, "--letters"], { env, encoding: "utf8" }));
  const header = Buffer.from(JSON.stringify({ __metadata__: { program: "spell" } }));
  const length = Buffer.alloc(8);
  length.writeUInt32LE(header.length);
  const long = wav([]);
  long.writeUInt32LE(200e6, 40);
  write("long.wav", long), truncateSync(at("long.wav"), 44 + 200e6);
  write("large.safetensors", ""), truncateSync(at("large.safetensors"), 200e6);
  return (files = {
    folder, at, native,
    wide: write("wide.wav", wav(said("so", 1, 44100), { rate: 44100 })),
    both: write("both.wav", wav(in_channels(said("mi", 2), 2), { channels: 2 })),
    minutes: write("minutes.wav", wav(Array.from({ length: 300 }, () => said("do")).flat())),
    bad_sounds: [
      [write("empty.wav", ""), "[read_sound] sound/empty.wav: the file is empty; a recording is needed"],
      [write("text.wav", "hello\n"), "sound/text.wav: this is a text that begins with \"hello\\n\"; a WAV f"],
      [write("cut.wav", wav(said("do")).subarray(0, 1000)), "sound/cut.wav: its header promises "],
      [at("long.wav"), "sound/long.wav: it lasts longer than 125 min; at most 60000000 samples are read"],
      [write("hush.wav", wav(Array(800).fill(0))), "sound/hush.wav: nothing is heard"],
    ],
    bad_weights: [
      [write("junk.safetensors", "no weights at all"),
        "weights/junk.safetensors is not a valid safetensors file"],
      [write("empty.safetensors", ""), "weights/empty.safetensors is not a valid safetensors file"],
      [write("other.safetensors", Buffer.concat([length, header])),
        "weights/other.safetensors is no model of transcribe: it was saved by spell"],
      [at("large.safetensors"), "weights/large.safetensors is not a valid safetensors file"],
    ],
  });
}
export const remove_made_files = () => files && rmSync(files.folder, { recursive: true });

// In the page: what the part says, and what it found.
const state = () => {
  const part = document.getElementById("own-model"), all = (selector) => [...part.querySelectorAll(selector)];
  const texts = (elements) => [...elements].map((one) => one.textContent);
  return { ...part.dataset, status: part.querySelector("[role=status]").textContent,
    notes: texts(all(".small")).join(" "), rows: all("tr").map((row) => texts(row.children)),
    pictures: part.querySelectorAll("svg[role=img]").length };
};
const settled = () => ["read", "failed"].includes(document.getElementById("own-model").dataset.state);
const starting = () => { document.getElementById("own-model").dataset.state = "chosen by the test"; };

const begin_and_stop = () => {
  const part = document.getElementById("own-model"), button = part.querySelector("p > button:only-child");
  return [0, 1].map(() => (button.click(), part.dataset.state));
};

// Puts a file into a field, as the browser's file chooser does.
async function choose({ page }, id, file) {
  await page.evaluate(starting);
  await (await page.$(`#${id}`)).uploadFile(file);
}
async function read(t, id, file) {
  await choose(t, id, file);
  await t.browser.wait(settled);
  return t.page.evaluate(state);
}

// The page's text, scores and letters, beside the native program's.
function compare({ check, expect }, at, now, [[, [, text, score]], [, ...letters]]) {
  expect(at, "is not read", now.state === "read", now.status);
  expect(at, "another text than natively", now.text === text, now.text, text);
  expect(at, "another score than natively", Math.abs(now.score - score) <= 1e-4, now.score, score);
  expect(at, "the status does not say it", now.status.includes(`“${text}”`), now.status);
  const shown = now.rows.slice(1).map(([letter, ...numbers]) => [letter, ...numbers.map(Number)]);
  expect(at, "letters", shown.length === letters.length && letters.length > 0, shown.length, letters.length);
  check(at, "letters unlike the native program's", shown.filter(([letter, ...numbers], i) => {
    const near = (number, k) => Math.abs(number - letters[i][k + 2]) <= 0.0051; // shown to 0.01
    return letter !== letters[i]?.[1] || !numbers.every(near);
  }));
  expect(at, "pictures", now.pictures === 1, now.pictures);
}

// From the keyboard. The window of headless Firefox has no focus, and its buttons take no keys.
async function press({ page, browser, other }, selector) {
  if (other) await page.$eval(selector, (button) => button.click());
  else await page.focus(selector), await browser.press("Enter");
}

// From the weights on, Tab reaches every control, in this order.
async function reach({ page, browser, check }, name) {
  await page.focus("#own-weights");
  const reached = [];
  for (const wanted of ["own-sound", "Record", "Read"]) {
    await browser.press("Tab");
    const found = await page.evaluate(() => document.activeElement.id || document.activeElement.textContent);
    if (found !== wanted) reached.push(`${found} for ${wanted}`);
  }
  check(name, "controls that the keyboard does not reach", reached);
}

async function look(t, at) {
  const { faint, width, twice } = await t.page.evaluate(probe);
  t.check(at, "contrast below 4.5", faint);
  t.check(at, "ids given twice", twice);
  t.expect(at, "wider than the screen", width <= (await t.page.evaluate(() => innerWidth)), width);
  const part = await t.page.$("#own-model"), name = `${page_name}_own_model_${at.replace(/\W+/g, "_")}`;
  await part.screenshot({ path: path.join(t.screenshots, `${name}_${t.name}.png`) });
}

async function without_microphone(t, origin) {
  const { page, browser, expect } = t, at = `${page_name}, own model, no microphone`;
  await page.evaluate(starting);
  await press(t, "#own-sound + button");
  await browser.wait(settled);
  const refused = await page.evaluate(state);
  expect(at, "is not told", refused.status.startsWith("The browser gave no microphone: "), refused);
  const id = await page.evaluateOnNewDocument(
    () => Object.defineProperty(navigator, "mediaDevices", { value: undefined }));
  await browser.open(`${origin}${page_name}.html`);
  const { notes } = await page.evaluate(state);
  expect(at, "does not say who gives one", notes.includes("pages from https or localhost"), notes);
  expect(at, "offers to record", !(await page.$("#own-sound + button")));
  await page.removeScriptToEvaluateOnNewDocument(id.identifier);
}

// Chromium alone can be given a recording for a microphone.
async function with_microphone(t, puppeteer, origin) {
  const { at } = made_files(t.build), sound = at("spoken.wav"), name = `${page_name}, own model, microphone`;
  writeFileSync(sound, wav(said("do", 3)));
  const browser = new Browser("Chromium");
  await browser.start(puppeteer, ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
    `--use-file-for-fake-audio-capture=${sound}`]);
  const heard = { ...t, browser, page: browser.page };
  try {
    await browser.open(`${origin}${page_name}.html`);
    await choose(heard, "own-weights", at("words.safetensors"));
    await press(heard, "#own-sound + button");
    await browser.wait(() => document.getElementById("own-model").dataset.state === "recording");
    await pause(2000); // the sound comes again and again
    await browser.press("Enter");
    await browser.wait(settled);
    const now = await browser.page.evaluate(state);
    t.expect(name, "is not read", now.state === "read", now);
    t.expect(name, "other words than were said", now.text?.includes("do"), now.text);
    t.expect(name, "does not say who decoded it", now.notes.includes(decoded), now.notes);
  } finally {
    await browser.close();
  }
}

// Recordings of people that the network was not trained on.
async function held_out(t, origin) {
  if (!existsSync(fsdd)) return "";
  const { at, native } = made_files(t.build), weights = at("fsdd.safetensors"), list = at("held_out.txt");
  if (!existsSync(weights))
    execFileSync(`${t.build}/lessons/programs/transcribe`, ["train", fsdd, "--steps", "300", "--hidden", "32",
      "--save", weights, "--held-out", list], { stdio: "ignore" });
  const lines = readFileSync(list, "utf8").trim().split("\n");
  const sounds = lines.slice(0, 20).map((line) => line.split(/\s/)[0]);
  await t.browser.open(`${origin}${page_name}.html`);
  await choose(t, "own-weights", weights);
  for (const sound of sounds) {
    const file = path.resolve(fsdd, sound), [[, [, text, score]]] = native(file, weights);
    const now = await read(t, "own-sound", file);
    t.expect(`${page_name}, own model, ${sound}`, "is read otherwise than natively",
      now.text === text && Math.abs(now.score - score) <= 1e-4, now.text, text, now.score, score);
  }
  return `, ${sounds.length} held-out recordings`;
}

// From one origin in this browser, from the other in the other one.
export async function try_own_model(t, puppeteer) {
  const { page, browser, expect, origins } = t;
  if (!existsSync(path.join(t.book, "transcribe.js"))) return "";
  const { at, native, wide, both, minutes, bad_sounds, bad_weights } = made_files(t.build);
  const origin = origins[Number(t.other)], name = `${page_name}, own model`;
  const fetched = () => page.$$eval("script[src='transcribe.js']", (all) => all.length);
  await browser.look(390, "dark");
  await browser.open(`${origin}${page_name}.html`);
  await choose(t, "own-weights", at("words.safetensors"));
  expect(name, "loads the program before it is needed", (await fetched()) === 0);
  const first = await read(t, "own-sound", at("do3.wav")), sounds = ["mi0.wav", "so7.wav"].map(at);
  compare(t, `${name}, do`, first, native(at("do3.wav")));
  expect(`${name}, do`, "is not learned", first.text === "do", first.text);
  expect(name, "does not load the program once", (await fetched()) === 1);
  await look(t, `${name}, narrow, dark`);
  await reach(t, name);
  for (const sound of [...sounds, both])
    compare(t, `${name}, ${path.basename(sound)}`, await read(t, "own-sound", sound), native(sound));
  const { notes } = await page.evaluate(state);
  expect(name, "does not tell of two channels", notes.includes("2 channels; they were averaged."), notes);
  const other = await read(t, "own-sound", wide), [[, [, text]]] = native(wide);
  expect(`${name}, 44100 a second`, "another text than natively", other.text === text, other, text);
  expect(name, "does not say who decoded it", other.notes.includes(decoded), other.notes);

  await browser.look(1280, "light");
  const refuses = async (id, file, error) => {
    const { state: how, status } = await read(t, id, file), at = `${name}, ${path.basename(file)}`;
    expect(at, "the error is not told", how === "failed" && status.includes(error), status);
  };
  for (const [file, error] of bad_sounds) await refuses("own-sound", file, error);
  await look(t, `${name}, error`);
  await read(t, "own-sound", sounds[0]);
  for (const [file, error] of bad_weights) await refuses("own-weights", file, error);
  const mended = await read(t, "own-weights", at("words.safetensors"));
  compare(t, `${name}, after errors`, mended, native(sounds[0]));

  await read(t, "own-sound", minutes);
  const states = await page.evaluate(begin_and_stop);
  expect(name, "does not stop", states.join() === "reading,stopped", ...states);
  await press(t, "#own-model > p > button:only-child");
  await browser.wait(settled);
  const again = await page.evaluate(state);
  const is_read = again.state === "read" && again.text.startsWith("do");
  expect(name, "does not read again", is_read, again.state, again.status);
  quiet(t, name);
  await without_microphone(t, origin);
  if (!t.other) await with_microphone(t, puppeteer, origin);
  const more = await held_out(t, origin);
  quiet(t, name);
  return `, own model: first transcript after ${first.took} ms${more}`;
}
