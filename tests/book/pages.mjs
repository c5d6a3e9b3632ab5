// Looks at every page as a reader sees it: contrast, width, links, pictures, and what paper shows of it.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { probe } from "./probe.mjs";

// Where a link leads within the book, as [file, fragment]; nothing for one that leaves it for the network.
function place(link, origins) {
  const origin = origins.find((each) => link.startsWith(each));
  if (!origin && !link.startsWith("file:")) return;
  const [file, fragment] = link.slice(origin?.length).split("#");
  return [decodeURIComponent(file), decodeURIComponent(fragment ?? "")];
}

// What the page must show of its notebook, how often; and the first lines of what it must leave out.
function contents_of(notebook) {
  const { cells } = JSON.parse(readFileSync(notebook, "utf8"));
  const tagged = (cell, ...tags) => tags.some((tag) => cell.metadata.tags?.includes(tag));
  const hidden = cells.filter((cell) => tagged(cell, "about", "notebook-setup"));
  const outputs = cells.flatMap((cell) => cell.outputs ?? []);
  const kinds = outputs.map((output) => Object.keys(output.data ?? {}));
  const text = outputs.map((output) => (output.text ?? []).join("")).join("\n");
  const count = {
    pictures: kinds.filter((data) => data.some((kind) => kind.startsWith("image/"))).length,
    claims: text.match(/^(?:✓|✗|- skip)/gm)?.length ?? 0,
    predictions: cells.filter((cell) => tagged(cell, "prediction")).length,
    code: cells.filter((cell) => cell.cell_type === "code" && !hidden.includes(cell)).length,
  };
  return [count, hidden.map((cell) => cell.source.join("").split("\n")[0])];
}

// Nothing failed, nothing was asked of another place, and the console is silent.
export function quiet({ browser: { events }, check, origins }, at) {
  const within = (url) => [...origins, "data:", "blob:", "about:"].some((each) => url.startsWith(each));
  check(at, "requests that failed", events.failures);
  check(at, "requests beyond the book", events.requests.filter((url) => !within(url)));
  check(at, "the console says", events.complaints);
}

export async function look_at_pages(t, pages, notebooks) {
  const { browser, page, check, expect, origins } = t, seen = new Map();
  for (const name of pages) {
    let found;
    // Each width from another origin; the browsers the other way around.
    for (const [i, width] of [1280, 390].entries()) {
      const at = `${name}, ${width} wide`;
      await browser.look(width, "light");
      await browser.open(origins[(i + t.other) % 2] + name + ".html");
      for (const scheme of ["light", "dark"]) {
        await browser.look(width, scheme);
        found = await page.evaluate(probe);
        await page.screenshot({ path: path.join(t.screenshots, `${name}_${width}_${scheme}_${t.name}.png`) });
        check(`${at}, ${scheme}`, "contrast below 4.5", found.faint);
      }
      quiet(t, at);
      expect(at, "wider than the screen", found.width <= width, found.width);
    }
    seen.set(name, found);
    check(name, "pictures without a description", found.mute);
    check(name, "ids given twice", found.twice);
    check(name, "missing", found.bare);
    check(name, "headings that skip a level", found.skipped);
    check(name, "formulas without height", found.flat);
    check(name, "answers told before they are asked for", found.told);
    await browser.look(794, "dark", "print");
    const paper = await page.evaluate(probe);
    check(name, "on paper, contrast below 4.5", paper.faint);
    expect(name, "navigation on paper", !paper.navigation, paper.navigation);
  }
  const leads_nowhere = (link) => {
    const [file, fragment] = place(link, origins) ?? [];
    if (file === undefined) return false;
    if (!existsSync(path.join(t.book, file))) return true;
    return fragment && seen.has(file.slice(0, -5)) && !seen.get(file.slice(0, -5)).ids.includes(fragment);
  };
  for (const [name, { links, parts }] of seen)
    check(name, "links that lead nowhere", [...links, ...parts].filter(leads_nowhere));
  for (const [name, notebook] of notebooks) {
    const [count, hidden] = contents_of(notebook), found = seen.get(name);
    check(name, "fewer than in the notebook", Object.keys(count).filter((kind) => found[kind] < count[kind])
      .map((kind) => `${kind}: ${found[kind]} of ${count[kind]}`));
    check(name, "what is about the notebook", hidden.filter((line) => found.text.includes(line)));
  }
  const lessons = [...notebooks.keys()].filter((name) => !name.endsWith("_exercises")).length;
  const { lessons: listed } = seen.get("index");
  expect("index", "lessons listed", listed === lessons && lessons > 0, `${listed} of ${lessons}`);
  expect("the book", "formulas", [...seen.values()].some((found) => found.formulas), "none");
  return seen;
}

function luminance(colour) {
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16) / 255)
    .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

// Every colour of text on every ground has the contrast that WCAG asks for at level AA.
export function palette(style, check) {
  const pairs = /--(\w+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g;
  const found = [...readFileSync(style, "utf8").matchAll(pairs)];
  const colours = new Map(found.map(([, name, ...schemes]) => [name, schemes]));
  const grounds = ["paper", "code", "card"], faint = [];
  for (const text of [...colours.keys()].filter((name) => ![...grounds, "line"].includes(name)))
    for (const ground of grounds)
      for (const i of [0, 1]) {
        const pair = [text, ground].map((name) => colours.get(name)[i]);
        const [low, high] = pair.map(luminance).sort((a, b) => a - b);
        if ((high + 0.05) / (low + 0.05) < 4.5) faint.push(`${text} ${pair[0]} on ${ground} ${pair[1]}`);
      }
  check("style.css", "contrast below 4.5", colours.size > 10 ? faint : ["no palette found"]);
}
