// node browse.mjs BUILD NOTEBOOK...: tests every page of the book in Chromium and Firefox, wide and narrow,
// light and dark, on paper, from file:// and from http://127.0.0.1, and runs the lessons there. Both browsers
// work at the same time. The last line is `N passed, N failed`; screenshots go to BUILD/book/screenshots.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { Browser, command_of, puppeteer_in, serve } from "./browser.mjs";
import { try_figure } from "./moves.mjs";
import { run_lessons } from "./live.mjs";
import { remove_made_files, try_own_model } from "./own_model.mjs";
import { look_at_pages, palette } from "./pages.mjs";
import { same_rules, try_predictions } from "./predict.mjs";
import { links_of_index, marks_and_copies, search } from "./reading.mjs";

const [build, ...notebooks] = process.argv.slice(2);
const book = path.resolve(build, "book"), screenshots = path.join(book, "screenshots");
const names = notebooks.map((notebook) => path.basename(notebook, ".ipynb"));
const all = readdirSync(book).filter((file) => file.endsWith(".html")).map((file) => file.slice(0, -5));
const pages = ["index", ...names, ...all.filter((name) => name !== "index" && !names.includes(name))];
let passed = 0, failed = 0;

// A check for each browser: `wrong` lists what is against it.
const check_in = (browser) => (page, what, wrong) => {
  wrong.length ? ++failed : ++passed;
  const shown = wrong.slice(0, 5).map((each) => (typeof each === "string" ? each : JSON.stringify(each)));
  if (wrong.length > 5) shown.push("...");
  if (wrong.length) console.log(`FAIL ${browser}, ${page}: ${what}: ${shown.join("; ")}`);
};

async function test(name, puppeteer, origins) {
  const from = performance.now(), browser = new Browser(name), check = check_in(name);
  const t = { name, browser, check, origins, book, build, screenshots, other: name === "Firefox",
    expect: (page, what, holds, ...shown) => check(page, what, holds ? [] : shown.length ? shown : ["so it is"]),
  };
  let ran = "no lesson run", own_model = "";
  try {
    await browser.start(puppeteer);
    t.page = browser.page;
    const seen = await look_at_pages(t, pages, new Map(notebooks.map((notebook, i) => [names[i], notebook])));
    for (const page of pages.filter((each) => seen.get(each).moves)) await try_figure(t, page);
    await same_rules(t, names[0]);
    for (const page of names.filter((each) => seen.get(each).predictions)) {
      await try_predictions(t, page);
      await marks_and_copies(t, page);
    }
    for (const width of [1280, 390]) await search(t, pages[1], width);
    await links_of_index(t, seen);
    if (names.includes("06_ctc")) own_model = await try_own_model(t, puppeteer);
    ran = await run_lessons(t, names.filter((each) => !each.endsWith("_exercises"))) ?? ran;
  } catch (error) {
    check("the test", "ended early", [error.stack]);
  }
  await browser.browser?.close();
  const seconds = Math.round((performance.now() - from) / 1000);
  return `${name}: ${browser.version}, ${pages.length} pages, ${ran}${own_model}, ${seconds} s`;
}

// What needs no browser: how the figures compute, and the colours.
const numbers = spawnSync("node", ["tests/book/figures.mjs", `${build}/notebooks_export/book/figures`],
                          { encoding: "utf8" });
const counts = /^(\d+) passed, (\d+) failed\n$/m.exec(numbers.stdout);
process.stdout.write(counts ? numbers.stdout.slice(0, counts.index) : numbers.stdout + numbers.stderr);
passed += Number(counts?.[1] ?? 0), failed += Number(counts?.[2] ?? 1);
palette(path.join(book, "style.css"), check_in("both"));

mkdirSync(screenshots, { recursive: true });
const puppeteer = puppeteer_in(build), server = await serve(book);
const missing = (name) => (!puppeteer ? "puppeteer-core" : !command_of(name) && name.toLowerCase());
const lines = await Promise.all(["Chromium", "Firefox"].map((name) => (missing(name)
  ? `skipped: there is no ${missing(name)} here to test the book in ${name} with (make deps-book)`
  : test(name, puppeteer, [pathToFileURL(book + path.sep).href, server.origin]))));
server.close();
remove_made_files();
if (!existsSync(path.join(book, "lesson01.js")))
  console.log("skipped: no lesson runs in its page, as there is no em++ here (make deps-book)");
console.log(`screenshots in ${path.relative(".", screenshots)}`);
for (const line of lines) console.log(line);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
