// run.js DIRECTORY PROGRAM ARGUMENT...: runs a program that Emscripten made as a page does: its glue is
// evaluated as a script, and its files are in memory. It finds the lessons' text where it was compiled. The
// files that it leaves in /out are copied to DIRECTORY.
'use strict';
const fs = require('fs');
const path = require('path');
const vm = require('vm');

const [directory, program, ...words] = process.argv.slice(2);
const lessons = path.resolve('lessons');

const writer = descriptor => {
  let bytes = [];
  return byte => {
    if (byte !== null) bytes.push(byte);
    if (byte !== null && byte !== 10 && bytes.length < 4096) return;
    fs.writeSync(descriptor, Buffer.from(bytes));
    bytes = [];
  };
};
const out = writer(1), err = writer(2);

globalThis.Module = {
  arguments: words,
  thisProgram: program,
  wasmBinary: fs.readFileSync(`${program}.wasm`),
  stdin: () => null,
  stdout: out,
  stderr: err,
  preRun() {
    Object.assign(ENV, { COLUMNS: '88', OMP_NUM_THREADS: '1' });
    FS.mkdir('/out');
    FS.mkdirTree(lessons);
    for (const name of fs.readdirSync(lessons).filter(name => name.endsWith('.cpp')))
      FS.writeFile(`${lessons}/${name}`, fs.readFileSync(`${lessons}/${name}`));
  },
  quit(status, end) {
    out(null), err(null);
    for (const name of FS.readdir('/out').filter(name => FS.isFile(FS.stat(`/out/${name}`).mode)))
      fs.writeFileSync(`${directory}/${name}`, FS.readFile(`/out/${name}`));
    process.exitCode = status;
    throw end;
  },
};
Object.assign(globalThis, { require, __dirname });
delete globalThis.fetch; // Emscripten takes it for a browser's
vm.runInThisContext(fs.readFileSync(program, 'utf8'), program);
