// pack.mjs WASM BOOK: writes BOOK/lessonNN.js for every lesson of which Emscripten made a program, and prints a line for each
// to stdout: its number, and the listing of its knobs. Other programs become BOOK/NAME.js.
import {execFileSync} from "node:child_process";
import {existsSync, readdirSync, readFileSync, statSync, writeFileSync} from "node:fs";
import {gzipSync} from "node:zlib";

const [wasm, book] = process.argv.slice(2);

function pack(program, name) {
  const to = `${book}/${name}.js`, times = [program, `${program}.wasm`, new URL(import.meta.url)].map((each) => statSync(each).mtimeMs);
  if (existsSync(to) && statSync(to).mtimeMs > Math.max(...times)) return;
  const packed = gzipSync(readFileSync(`${program}.wasm`), {level: 9}).toString("base64");
  writeFileSync(to, `wasm.add("${name}", ${JSON.stringify({glue: readFileSync(program, "utf8"), wasm: packed})});\n`);
}

const programs_in = (directory) => readdirSync(directory).filter((name) => name.endsWith(".wasm")).map((name) => name.slice(0, -5)).sort();
for (const lesson of programs_in(`${wasm}/lessons`).filter((name) => /^\d\d_/.test(name))) {
  const number = lesson.slice(0, 2), program = `${wasm}/lessons/${lesson}`;
  const knobs = execFileSync(process.execPath, ["tests/wasm/run.js", wasm, program, "--list-knobs"], {encoding: "utf8"});
  process.stdout.write(`${number}\t${knobs}`);
  pack(program, `lesson${number}`);
}
for (const program of programs_in(`${wasm}/lessons/programs`)) pack(`${wasm}/lessons/programs/${program}`, program);
