// Runs the programs that Emscripten made. NAME.js holds one, and comes when it is first needed. A Worker of its own for each run leaves the page quick, and can be stopped.
const wasm = {
  programs: {},
  add(name, program) { this.programs[name] = program; }, // NAME.js calls it

  async load(name) {
    if (!this.programs[name]) await book.run(`${name}.js`);
    const program = Object.assign(this.programs[name], {name});
    const packed = Uint8Array.from(atob(program.wasm), (letter) => letter.charCodeAt(0));
    const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    program.module ??= await WebAssembly.compile(await new Response(unpacked).arrayBuffer());
    return program;
  },

  // What the Worker does: its source is sent to it.
  work() {
    onmessage = ({data}) => {
      self.Module = {
        thisProgram: data.name,
        arguments: data.words,
        stdin: () => null,
        print: (line) => postMessage({line}),
        printErr: (error) => postMessage({error}),
        preRun() {
          Object.assign(ENV, {LESSON_RECORD: "1", OMP_NUM_THREADS: "1"});
          for (const {directory, name, blob} of data.files) {
            FS.mkdir(directory);
            FS.mount(WORKERFS, {blobs: [{name, data: blob}]}, directory);
          }
        },
        instantiateWasm(imports, done) {
          const fail = (error) => (postMessage({error: error.message}), postMessage({status: 1}));
          WebAssembly.instantiate(data.module, imports).then(done, fail);
          return {};
        },
        quit(status, end) {
          postMessage({status});
          throw end;
        },
      };
      (0, eval)(data.glue);
    };
  },

  // Starts a program that load() gave, with the words of its command line. Of files it reads what it needs, where it needs it. hear() gets
  // a {line} of its output, an {error} of stderr, or its {status} at the end; fail() what else ends it.
  start({name, module, glue}, {words, files = []}, hear, fail) {
    this.source ??= URL.createObjectURL(new Blob([`(function ${this.work})()`], {type: "text/javascript"}));
    const worker = new Worker(this.source);
    worker.onmessage = ({data}) => hear(data);
    worker.onerror = (event) => (event.preventDefault(), fail(event.message));
    worker.postMessage({name, module, glue, words, files});
    return worker;
  },
};
