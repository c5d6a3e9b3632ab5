// node still.mjs: writes the still picture of every figure beside its source, NN_name.html. The book takes it from
// there, so
// that making the book needs no node. A test holds the two equal.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import vm from "node:vm";

const here = new URL("./", import.meta.url);
const names = readdirSync(here).filter((name) => /^\d\d_.*\.js$/.test(name));
const tables_first = names.sort((a, b) => b.includes(".table.") - a.includes(".table."));
vm.runInThisContext(
  ["figure.js", ...tables_first].map((name) => readFileSync(new URL(name, here), "utf8")).join("\n") +
    "\nglobalThis.figures = figures;",
);
export const all = globalThis.figures.all;
export const stills = Object.keys(all).map((name) => [
  new URL(name + ".html", here),
  globalThis.figures.still(all[name]),
]);

if (process.argv[1] === fileURLToPath(import.meta.url)) for (const [file, html] of stills) writeFileSync(file, html);
