// Reads a recording of the reader's with weights of theirs: `transcribe read` in a Worker.
{
const {made} = book, rate = 8000; // samples a second, as the program needs
const longest = 60; // seconds of a recording made here
const largest = 120e6; // bytes that a browser is asked to decode: 10 minutes in two channels, 48000 samples a second

// A WAV file of the samples, as floats.
function wav_of(audio) {
  const channels = audio.numberOfChannels, samples = new Float32Array(audio.length * channels);
  for (let c = 0; c < channels; ++c) audio.getChannelData(c).forEach((sample, i) => (samples[i * channels + c] = sample));
  const word = (text) => [...text].reduceRight((sum, letter) => sum * 256 + letter.charCodeAt(0), 0);
  const frame = 4 * channels, pair = (low, high) => low + high * 65536;
  return new Blob([new Uint32Array([word("RIFF"), 36 + samples.byteLength, word("WAVE"), word("fmt "), 16, pair(3, channels),
    audio.sampleRate, frame * audio.sampleRate, pair(frame, 32), word("data"), samples.byteLength]), samples]);
}

class OwnModel {
  constructor(element) {
    const file = (id, accept) => made("input", {type: "file", id, accept, onchange: () => this.chosen()});
    const button = (textContent, onclick) => made("button", {type: "button", textContent, onclick});
    const row = (input, label, ...more) => made("p", {}, made("label", {htmlFor: input.id, textContent: label}), input, ...more);
    this.element = element;
    this.weights = file("own-weights", ".safetensors");
    this.sound = file("own-sound", ".wav,audio/*");
    this.sound.addEventListener("change", () => (this.recorded = null));
    this.record_button = button("Record", () => this.record());
    this.read_button = button("Read", () => (this.run ? this.stop() : this.read()));
    this.status = made("p", {className: "status"});
    this.status.setAttribute("role", "status");
    this.result = made("div");
    const has_microphone = navigator.mediaDevices?.getUserMedia && globalThis.MediaRecorder;
    element.replaceChildren(row(this.weights, "Weights"), row(this.sound, "Recording", has_microphone ? this.record_button : ""),
      has_microphone ? "" : made("p", {className: "small",
        textContent: "This browser lets this page use no microphone. Browsers allow it to pages from https or localhost."}),
      made("p", {}, this.read_button), this.status, this.result);
    this.chosen();
  }
  get heard() { return this.recorded ?? this.sound.files[0]; }

  tell(state, text) {
    this.element.dataset.state = state;
    this.status.textContent = text;
    this.status.classList.toggle("fail", state === "failed");
    this.read_button.textContent = state === "reading" ? "Stop" : "Read";
    this.read_button.disabled = state === "waiting";
  }
  chosen() {
    this.stop();
    this.result.replaceChildren();
    const [weights] = this.weights.files;
    if (weights && this.heard) this.read();
    else this.tell("waiting", weights ? "Now choose a recording, or make one." : "Choose the weights and a recording.");
  }
  stop() {
    if (!this.run) return;
    this.run.worker?.terminate();
    this.run = null;
    this.tell("stopped", "Stopped.");
  }

  async read() {
    this.stop();
    const run = (this.run = {from: performance.now()}), file = this.heard;
    this.result.replaceChildren();
    for (const name of ["text", "score", "took"]) delete this.element.dataset[name];
    this.tell("reading", "Reading the recording.");
    try {
      let said = await this.transcribe(run, file);
      // What the program reads with libraries that are not here, a browser decodes.
      const decoded = /^\[resampled\]|without libsndfile|a WAV file is needed/.test(said.error) && file.size <= largest &&
        await file.arrayBuffer().then((bytes) => new OfflineAudioContext(1, 1, rate).decodeAudioData(bytes)).catch(() => null);
      if (decoded) {
        said = await this.transcribe(run, wav_of(decoded));
        said.lines.push(`Your browser decoded the recording and brought it to ${rate} samples a second.`);
      }
      if (this.run === run) this.show(said);
    } catch (error) {
      if (this.run === run) this.tell("failed", error.message), (this.run = null);
    }
  }
  // What the program says: lines, tables and a picture, or its first complaint.
  async transcribe(run, blob) {
    const program = await wasm.load("transcribe"), [weights] = this.weights.files, {name} = this.heard;
    const files = [{directory: "weights", name: weights.name, blob: weights}, {directory: "sound", name, blob}];
    const paths = files.map((file) => `${file.directory}/${file.name}`), said = {lines: [], results: []};
    return new Promise((done, fail) => {
      if (this.run !== run) return;
      const hear = ({line, error, status}) => {
        if (line?.startsWith("\x1e")) {
          const {display, results} = JSON.parse(line.slice(1));
          if (display) said.display = display;
          if (results) said.results.push(results);
        } else if (line) said.lines.push(line);
        else if (error) said.error ??= error.replace(/^transcribe: /, "");
        else if (status !== undefined) {
          if (status) said.error ??= `the program ended with status ${status}`;
          done(said);
        }
      };
      run.worker = wasm.start(program, {words: ["read", ...paths, "--letters", "--picture"], files}, hear,
                              (message) => fail(new Error(message)));
    });
  }
  show({lines, results, display, error}) {
    const seconds = (performance.now() - this.run.from) / 1000;
    this.run = null;
    this.element.dataset.took = Math.round(1000 * seconds);
    if (error) return this.tell("failed", error);
    const [[, [, text, score]], [, ...letters]] = results;
    this.element.dataset.text = text;
    this.element.dataset.score = score;
    const said = text ? `It reads “${text}”` : "It reads nothing";
    this.tell("read", `${said}, log-probability ${Number(score).toFixed(3)}, in ${seconds.toFixed(1)}\u00a0s.`);
    const picture = made("div", {className: "picture"});
    picture.innerHTML = display["image/svg+xml"];
    const head = ["letter", "from (s)", "to (s)", "probability"], rounded = (cell, i) => (i ? Number(cell).toFixed(2) : cell);
    const row = (kind, cells) => made("tr", {}, ...cells.map((textContent) => made(kind, {textContent})));
    this.result.append(made("p", {className: "small", textContent: lines.join(" ")}),
      made("figure", {}, picture, made("figcaption", {textContent: display["text/plain"]})),
      made("details", {}, made("summary", {textContent: "When it reads each letter"}),
        made("div", {className: "scroll"}, made("table", {}, row("th", head),
          ...letters.map(([, ...cells]) => row("td", cells.map(rounded)))))));
    dispatchEvent(new Event("resize")); // what scrolls by itself has changed
  }

  async record() {
    if (this.recorder) return this.recorder.stop();
    this.stop();
    this.result.replaceChildren();
    this.tell("waiting", "The browser asks whether this page may use the microphone.");
    const plain = {echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: 1};
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({audio: plain});
    } catch (error) {
      return this.tell("failed", `The browser gave no microphone: ${error.message}`);
    }
    const lossless = "audio/webm;codecs=pcm", parts = [];
    this.recorder = new MediaRecorder(stream, MediaRecorder.isTypeSupported(lossless) ? {mimeType: lossless} : {});
    this.recorder.ondataavailable = ({data}) => parts.push(data);
    this.recorder.onstop = () => {
      for (const track of stream.getTracks()) track.stop();
      clearTimeout(this.end);
      this.recorder = null;
      this.record_button.textContent = "Record";
      this.recorded = new File(parts, "recording");
      this.chosen();
    };
    this.recorder.start();
    this.end = setTimeout(() => this.recorder?.stop(), 1000 * longest);
    this.record_button.textContent = "End the recording";
    this.tell("recording", `Recording, for at most ${longest} s. Speak now.`);
  }
}

addEventListener("DOMContentLoaded", () => new OwnModel(document.getElementById("own-model")));
}
