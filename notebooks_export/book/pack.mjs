// pack.mjs WASM BOOK: writes BOOK/lessonNN.js for every lesson of which Emscripten made a program, and prints a line for each
// to stdout: its number, and the listing of its knobs.
import {execFileSync} from "node:child_process";
import {existsSync, readdirSync, readFileSync, statSync, writeFileSync} from "node:fs";
import {gzipSync} from "node:zlib";

const [wasm, book] = process.argv.slice(2);

for (const file of readdirSync(`${wasm}/lessons`).filter((name) => /^\d\d_.*\.wasm$/.test(name)).sort()) {
  const number = file.slice(0, 2), to = `${book}/lesson${number}.js`;
  const program = `${wasm}/lessons/${file.replace(/\.wasm$/, "")}`;
  const knobs = execFileSync(process.execPath, ["tests/wasm/run.js", wasm, program, "--list-knobs"], {encoding: "utf8"});
  process.stdout.write(`${number}\t${knobs}`);
  const times = [program, `${program}.wasm`, new URL(import.meta.url)].map((each) => statSync(each).mtimeMs);
  if (existsSync(to) && statSync(to).mtimeMs > Math.max(...times)) continue;
  const packed = gzipSync(readFileSync(`${program}.wasm`), {level: 9}).toString("base64");
  writeFileSync(to, `live.add(${JSON.stringify({glue: readFileSync(program, "utf8"), wasm: packed})});\n`);
}
