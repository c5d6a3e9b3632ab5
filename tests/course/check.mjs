// Is what a lecturer gets right? The hours of the syllabus are added up again from the cards and hints; the
// slides have each question, table, figure and claim of their lesson, fit a screen of 1280 by 720 and print a page each;
// neither needs a network; a handout has no line of a solution.
//   check.mjs CHROMIUM BUILD LESSON...      the last line is `N passed, N failed`
import {execFileSync} from "node:child_process";
import {existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {pathToFileURL} from "node:url";

const [chromium, build, ...lessons] = process.argv.slice(2);
const scratch = mkdtempSync(join(tmpdir(), "course-"));
let passed = 0, failed = 0;
function check(what, got, needed) {
  if (JSON.stringify(got) === JSON.stringify(needed)) return passed++;
  failed++;
  console.log(`FAIL ${what}: got ${JSON.stringify(got)}, needed ${JSON.stringify(needed)}`);
}
const matches = (text, pattern) => [...text.matchAll(pattern)];
const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);

// Nothing may be fetched; a link that a reader may follow is no fetch.
function fetches(page) {
  return matches(page.replace(/<a\s[^>]*>/g, ""), /(?:src|href)="(?!data:)([^"#]*:[^"]*)"|url\(['"]?(?!data:|#)([^)'"]+)|@import/g)
    .map((found) => found[0]);
}

function browser(...more) {
  return execFileSync(chromium, ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
    `--user-data-dir=${join(scratch, "profile")}`, ...more], {encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], maxBuffer: 1e9});
}

function syllabus() {
  const page = readFileSync(`${build}/book/syllabus.html`, "utf8").replaceAll("\u00a0", " ");
  const hints = readdirSync("lessons/exercises/hints").map((name) => {
    const head = readFileSync(`lessons/exercises/hints/${name}`, "utf8").split("\n---")[0];
    const of = (key) => head.match(new RegExp(`^${key}: *(.*)`, "m"))[1];
    return {number: +name.slice(0, 2), kind: of("kind"), minutes: +of("minutes"), lesson: +of("lesson").match(/(\d+)_/)[1]};
  });
  const reading = lessons.map((name) => +readFileSync(`lessons/${name}.cpp`, "utf8").match(/(\d+) minutes to read/)[1]);
  const hours = (minutes) => `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
  const rows = matches(page, /<tr[^>]*>([^]*?)<\/tr>/g).map((row) =>
    matches(row[1], /<t[dh][^>]*>([^]*?)<\/t[dh]>/g).map((cell) => cell[1].replace(/<[^>]*>/g, "").replace(/\s+/g, " ").trim()));
  const totals = rows.filter((row) => row.includes("all"));
  check("syllabus: reading, number of exercises, their time", totals[0]?.slice(3),
    [hours(sum(reading)), String(hints.length), hours(sum(hints.map((each) => each.minutes)))]);
  const readme = readFileSync("README.md", "utf8"), exercising = sum(hints.map((each) => each.minutes));
  for (const said of [hours(sum(reading)), hours(exercising), `about ${Math.round((sum(reading) + exercising) / 60)} hours`])
    check(`README.md says ${said}`, readme.includes(said), true);
  lessons.forEach((name, i) => {
    const own = hints.filter((each) => each.lesson === +lessons[i].slice(0, 2));
    const row = rows.find((each) => each[0] === `${+lessons[i].slice(0, 2)}.`) ?? [];
    check(`syllabus: ${lessons[i]}`, [row[3], row[5]], [`${reading[i]} min`, `${sum(own.map((each) => each.minutes))} min`]);
  });
  // Each plan names every lesson once and the exercises of its kinds once; its weeks add up to the total and to what these take.
  const plans = [[["fix", "fill"], 6], [["fix", "fill", "extend", "investigate"], 12]];
  let at = rows.findIndex((row) => row[0] === "Week");
  for (const [kinds, weeks] of plans) {
    const plan = rows.slice(at + 1, at + 1 + weeks), total = rows[at + 1 + weeks];
    const listed = (column) => plan.flatMap((row) => matches(row[column], /(\d+)(?: to (\d+))?/g)).flatMap(([, from, to]) =>
      Array.from({length: (to ?? from) - from + 1}, (_, i) => +from + i));
    const minutes = (cell) => { const [h, m] = cell.match(/\d+/g); return 60 * h + +m; };
    const given = hints.filter((each) => kinds.includes(each.kind));
    const project = sum(plan.map((row) => 60 * parseInt(row[3] || "0", 10)));
    check(`plan of ${weeks} weeks: lessons`, listed(1), lessons.map((name) => +name.slice(0, 2)));
    check(`plan of ${weeks} weeks: exercises`, listed(2).sort((a, b) => a - b), given.map((each) => each.number));
    check(`plan of ${weeks} weeks: total`, minutes(total[4]), sum(plan.map((row) => minutes(row[4]))));
    check(`plan of ${weeks} weeks: hours`, minutes(total[4]), sum(reading) + sum(given.map((each) => each.minutes)) + project);
    at = rows.findIndex((row, i) => i > at && row[0] === "Week");
  }
}

// Runs inside the page: what a viewer of a slide would miss.
const probe = `<script>addEventListener("load", () => {
  const wrong = [];
  document.querySelectorAll("section").forEach((slide, i) => {
    const say = (what) => wrong.push("slide " + (i + 1) + " " + what);
    if (slide.scrollHeight > slide.clientHeight + 1 || slide.scrollWidth > slide.clientWidth + 1) say("is too full");
    for (const part of slide.querySelectorAll("p, ul, ol, pre, figure, h1, h2, math"))
      if (part.getBoundingClientRect().bottom > slide.getBoundingClientRect().bottom + 1) say("cuts a " + part.localName);
    const picture = slide.querySelector("figure > svg");
    if (picture && Math.min(picture.clientWidth, picture.clientHeight) < innerHeight / 2) say("has a small picture");
    if (!slide.querySelector("h1, h2").textContent.trim()) say("has no heading");
  });
  const loaded = performance.getEntriesByType("resource").map((each) => each.name).filter((name) => !name.startsWith("data:"));
  document.body.innerHTML = "<pre id=probe></pre>";
  document.querySelector("#probe").textContent = JSON.stringify({width: innerWidth, height: innerHeight, wrong, loaded});
})</script></body>`;

function slides(lesson) {
  const file = `${build}/slides/${lesson.slice(0, 2)}.html`, page = readFileSync(file, "utf8");
  const cells = JSON.parse(readFileSync(`notebooks_export/${lesson}.ipynb`, "utf8")).cells;
  const further = cells.findIndex((cell) => cell.source.join("").match(/^## Further/m));
  const shown = cells.slice(0, further), outputs = shown.flatMap((cell) => cell.outputs ?? []);
  const printed = outputs.map((output) => (output.text ?? []).join("")).join("\n");
  const count = (pattern) => matches(page, pattern).length;
  check(`slides ${lesson}: questions`, count(/<h2[^>]*>Predict\s+first<\/h2>/g),
    shown.filter((cell) => cell.metadata.tags?.includes("question")).length);
  check(`slides ${lesson}: figures`, count(/<figure><svg/g), outputs.filter((output) => output.data?.["image/svg+xml"]).length);
  check(`slides ${lesson}: tables`, count(/<section class="printed( small(est)?)?">/g), printed.split(/\n[ \t]*\n/)
    .filter((each) => /^--[- ]+$/m.test(each)).length);
  const claims = matches(page, /<section class="claims">([^]*?)<\/section>/g).map((each) => matches(each[1], /<li>/g).length);
  check(`slides ${lesson}: claims`, sum(claims), matches(printed, /^✓ pass/gm).length);
  check(`slides ${lesson}: what it would fetch`, fetches(page), []);
  const probed = join(scratch, "probed.html"), paper = join(scratch, "paper.pdf");
  writeFileSync(probed, page.replace("</body>", () => probe));
  // A window is higher than its page: by what the browser says of the first page, the next is made 720 high.
  const look = (height) => JSON.parse(browser(`--window-size=1280,${height}`, "--dump-dom", pathToFileURL(probed).href)
    .match(/<pre id="probe">(.*?)<\/pre>/)[1].replaceAll("&amp;", "&"));
  bars ??= 720 - look(720).height;
  check(`slides ${lesson}: on a screen`, look(720 + bars), {width: 1280, height: 720, wrong: [], loaded: []});
  browser("--no-pdf-header-footer", `--print-to-pdf=${paper}`, pathToFileURL(file).href);
  check(`slides ${lesson}: pages on paper`, matches(readFileSync(paper, "latin1"), /\/Type \/Page\b/g).length, count(/<section/g));
}
let bars;

function files(directory) {
  return readdirSync(directory, {withFileTypes: true}).flatMap((entry) => {
    const path = join(directory, entry.name);
    return entry.isDirectory() ? files(path) : entry.isFile() ? [path] : [];
  });
}

// The lines of a file as one reads them, whatever it is: also the text of comments, as notebooks have it.
function lines(file) {
  const text = readFileSync(file, "utf8");
  const plain = file.endsWith(".ipynb") ? JSON.parse(text).cells.map((cell) => [cell.source, ...(cell.outputs ?? []).map((output) =>
    output.text ?? [])].flat().join("")).join("\n") : !/\.html$/.test(file) ? text : text.replace(/<[^>]*>/g, "")
    .replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
  return plain.split("\n").map((line) => line.replace(/^[+ ]/, "").trim().replace(/^\/\/ /, ""));
}

// No line that only a solution has may be in what students get: not in sources, notebooks, the book or its files.
function handout() {
  const to = join(scratch, "handout"), here = "lessons/exercises", stub = `${here}/01_softplus.hpp`;
  execFileSync("make", ["-s", "handout", `DIR=${to}`], {stdio: ["ignore", "ignore", "inherit"]});
  const common = new Set(["tinygrad_cpp", "lessons", "tests"].flatMap(files).filter((file) =>
    !/\/(solutions|wrong|right|cheats)\//.test(file)).flatMap(lines));
  const secret = new Set(files(`${here}/solutions`).flatMap(lines).filter((line) => line.length >= 20 && !common.has(line)));
  check("handout: exercises whose solutions have lines of their own", files(`${here}/solutions`).filter((file) =>
    !lines(file).some((line) => secret.has(line))), []);
  check("handout: lines of solutions", files(to).filter((file) => /\.(cpp|hpp|html|ipynb|js|json|lua|md|mjs|patch|py|sh|txt|yml)$/
    .test(file) && lines(file).some((line) => secret.has(line))), []);
  check("handout: stubs", lines(join(to, stub)), lines(stub));
  for (const part of ["README.md", "notebooks_export/01_autodiff.ipynb", "book/index.html", "book/syllabus.html", "slides/01.html"])
    check(`handout: ${part}`, existsSync(join(to, part)), true);
  check("handout: git history", existsSync(join(to, ".git")), false);
  const workflow = readFileSync(join(to, ".github/workflows/classroom.yml"), "utf8");
  const numbers = readdirSync(here).map((name) => name.match(/^(\d\d)_.*\.hpp$/)?.[1]).filter(Boolean);
  const steps = matches(workflow, /^        id: exercise-(\d+)\n(?:.*\n){4}          command: make exercise N=\1$/gm)
    .map((each) => each[1]);
  check("classroom: steps", [...steps].sort(), numbers);
  check("classroom: results", matches(workflow, /^ +EXERCISE-(\d+)_RESULTS: "\$\{\{steps\.exercise-\1\.outputs\.result\}\}"$/gm)
    .map((each) => each[1]), steps);
  check("classroom: runners", workflow.match(/runners: (.*)/)[1], steps.map((number) => `exercise-${number}`).join(","));
}

// Properties that the specification of development containers knows.
function container() {
  const known = ["name", "image", "onCreateCommand", "postCreateCommand", "customizations"];
  const file = JSON.parse(readFileSync(".devcontainer/devcontainer.json", "utf8"));
  check("devcontainer: properties", Object.keys(file), known);
}

try {
  syllabus();
  check("syllabus: what it would fetch", fetches(readFileSync(`${build}/book/syllabus.html`, "utf8")).filter((what) => what.includes("//")), []);
  lessons.forEach(slides);
  handout();
  container();
} finally {
  rmSync(scratch, {recursive: true, force: true});
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
