// pack.mjs WASM BOOK: writes BOOK/lessonNN.js for every lesson of which Emscripten made a program, and prints a line for each
// to stdout: its number, and the listing of its knobs.
import {execFileSync} from "node:child_process";
import {existsSync, readdirSync, readFileSync, statSync, writeFileSync} from "node:fs";
import {gzipSync} from "node:zlib";

const [wasm, book] = process.argv.slice(2);

for (const file of readdirSync(`${wasm}/lessons`).filter((name) => /^\d\d_.*\.wasm$/.test(name)).sort()) {
  const number = file.slice(0, 2), program = `${wasm}/lessons/${file.replace(/\.wasm$/, "")}`, to = `${book}/lesson${number}.js`;
  const knobs = execFileSync(process.execPath, ["tests/wasm/run.js", wasm, program, "--list-knobs"], {encoding: "utf8"});
  process.stdout.write(`${number}\t${knobs}`);
  const newest = Math.max(statSync(program).mtimeMs, statSync(`${program}.wasm`).mtimeMs, statSync(import.meta.filename).mtimeMs);
  if (existsSync(to) && statSync(to).mtimeMs > newest) continue;
  const parts = {glue: readFileSync(program, "utf8"), wasm: gzipSync(readFileSync(`${program}.wasm`), {level: 9}).toString("base64")};
  writeFileSync(to, `live.add(${JSON.stringify(parts)});\n`);
}
