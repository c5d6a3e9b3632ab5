// Runs the page's lesson in the reader's browser.
const live = {
  number: document.currentScript.dataset.lesson,
  knobs: JSON.parse(document.currentScript.dataset.knobs),
};

const {made} = book;

// Text whose flags do not break at their hyphens.
const with_flags = (text) => text.split(/(--[\w-]+)/)
  .map((part, i) => (i % 2 ? made("span", {className: "flag", textContent: part}) : part));

// A field for a knob. A slider beside it runs over the range that suits it: step sizes in equal ratios, counts and shares in
// equal steps.
class Field {
  constructor(knob) {
    this.knob = knob;
    const id = `knob-${knob.name}`, type = {switch: "checkbox", text: "text"}[knob.type] ?? "number";
    this.input = made("input", {id, type});
    if (type === "number") Object.assign(this.input, {step: "any", min: knob.least ?? "", max: knob.most ?? ""});
    this.row = made("div", {className: "knob"}, made("label", {htmlFor: id, textContent: knob.name}), this.input);
    if (knob.slider) this.add_slider(...knob.slider);
    this.row.append(made("small", {textContent: knob.meaning}));
    this.value = knob.default;
  }
  add_slider(low, high) {
    const {type, least, most} = this.knob, ratios = type === "number" && (least === undefined || most === undefined);
    const equal = {min: low, max: high, step: type === "whole" ? 1 : (high - low) / 40};
    this.slider = made("input", {type: "range", ...(ratios ? {min: 0, max: 40, step: 1} : equal)});
    this.slider.setAttribute("aria-label", `${this.knob.name}, slider`);
    this.at = (value) => (ratios ? Math.max(0, (40 * Math.log(value / low)) / Math.log(high / low)) : value);
    this.slider.addEventListener("input", () => {
      const at = Number(this.slider.value), value = ratios ? low * (high / low) ** (at / 40) : at;
      this.input.value = type === "whole" ? value : Number(value.toPrecision(2));
    });
    this.input.addEventListener("input", () => (this.slider.value = this.at(this.value)));
    this.row.insertBefore(this.slider, null);
  }
  get value() {
    if (this.knob.type === "switch") return this.input.checked;
    if (this.knob.type === "text") return this.input.value;
    return this.input.value === "" ? this.knob.default : Number(this.input.value);
  }
  set value(value) {
    if (this.knob.type === "switch") this.input.checked = value;
    else this.input.value = value;
    if (this.slider) this.slider.value = this.at(Number(value));
  }
  get words() {
    const {name, type} = this.knob;
    if (this.value === this.knob.default) return [];
    return type === "switch" ? [this.value ? `--${name}` : `--no-${name}`] : [`--${name}`, String(this.value)];
  }
}

// Where a step's output stands: what was recorded, until a run makes it anew.
class Place {
  constructor(code) {
    let after = code.closest("details.code") ?? code;
    if (after.nextElementSibling?.matches("p.place")) after = after.nextElementSibling; // the link to the source
    this.recorded = [];
    for (let at = after.nextElementSibling; at?.matches("pre.output, figure:not(.live), div.error"); at = at.nextElementSibling)
      this.recorded.push(at);
    this.box = made("div", {className: "outcome"});
    after.after(this.box);
    this.show_recorded();
  }
  show_recorded() {
    this.begin("Recorded on another machine");
    this.box.append(...this.recorded);
    this.box.hidden = !this.recorded.length;
  }
  begin(origin, run) {
    [this.run, this.text] = [run, null];
    this.origin = made("p", {className: "origin small", textContent: origin});
    this.box.replaceChildren(this.origin);
    this.box.hidden = false;
  }
  add(...nodes) {
    if (!this.text) this.box.append((this.text = made("pre", {className: "output"})));
    this.text.append(...nodes);
  }
  add_line(line) {
    if (line || this.text) this.add(line + "\n");
  }
  add_figure({"image/svg+xml": svg, "text/plain": finding}) {
    const picture = made("div", {className: "picture"});
    picture.innerHTML = svg.slice(svg.indexOf("<svg"));
    this.box.append(made("figure", {}, picture, made("figcaption", {textContent: finding})));
    this.text = null;
  }
  add_error(message) {
    this.box.append(made("div", {className: "error"}, made("pre", {className: "output", textContent: message})));
    this.text = null;
  }
  tidy() {
    const last = this.text?.lastChild;
    if (last?.nodeType === Node.TEXT_NODE && !last.data.trim()) last.remove();
    if (this.text && !this.text.textContent.trim()) this.text.remove();
  }
}

// The steps' places by their titles. A page's code cell holds a step or several.
function places_of_page() {
  const places = new Map();
  for (const code of document.querySelectorAll("main div.sourceCode")) {
    const source = code.querySelector("code").textContent; // without the button that copies it
    const titles = [...source.matchAll(/^(?:STEP|FURTHER)\w*\([^"\n]*("(?:[^"\\\n]|\\.)*")\)/gm)];
    const place = titles.length && new Place(code);
    for (const [, title] of titles) places.set(JSON.parse(title), place);
  }
  return places;
}

class Panel {
  constructor() {
    this.places = places_of_page();
    this.fields = live.knobs.concat({name: "seed", meaning: "start of the random numbers", type: "whole", default: 0})
      .map((knob) => new Field(knob));
    const button = (textContent, act) => made("button", {type: "button", textContent, onclick: act});
    this.run_button = button("Run", () => this.start());
    this.stop_button = made("button", {type: "button", textContent: "Stop", disabled: true, onclick: () => this.stop()});
    this.quick = made("input", {type: "checkbox", checked: true});
    this.status = made("span", {className: "status"});
    this.status.setAttribute("role", "status");
    this.element = made("aside", {id: "live"},
      this.run_button, this.stop_button,
      made("label", {}, this.quick, " quick"),
      made("details", {}, made("summary", {textContent: "Knobs"}),
        made("div", {className: "knobs"},
          made("small", {textContent: "quick: less training; claims that need more are skipped"}),
          ...this.fields.map((field) => field.row),
          made("p", {}, button("Defaults", () => this.set("")), " ",
            button("Recorded outputs", () => this.show_recorded())))),
      this.status);
    this.element.setAttribute("aria-label", "Run this lesson");
    document.getElementById("text").append(this.element);
    for (const turn of document.querySelectorAll(".claim.turn")) {
      const text = turn.textContent.trim();
      turn.replaceChildren(...with_flags(text), " ", this.breaker(text.replace(/^becomes false with /, "")));
    }
    // What "Your turn" proposes, where the page has the knobs for it. Further steps run here always.
    for (const code of document.querySelectorAll("#your-turn ~ ul li > code")) {
      const words = code.textContent.replace(/^--further /, "");
      if (/^--/.test(words) && words.match(/--\S+/g).every((flag) => this.field_of(flag)))
        code.after(" ", this.breaker(words, "run it"));
    }
    this.tell("ready", "Run this lesson here, in your browser.");
  }
  tell(state, text) {
    this.element.dataset.state = state;
    this.stop_button.disabled = !["loading", "running"].includes(state);
    this.status.textContent = text;
  }
  get words() { return this.fields.flatMap((field) => field.words).concat(this.more ?? []); }

  // What the reader turned, in words.
  get turned() {
    const usual = ({type, default: value}) => (type === "switch" || value === "" ? "" : `; usually ${value}`);
    return this.fields.filter(({words}) => words.length)
      .map(({words, knob}) => `${words.join(" ")} (${knob.meaning}${usual(knob)})`).concat(this.more ?? []).join(", ");
  }

  // Sets the knobs to what flags say, and all others to their defaults.
  set(flags) {
    const words = flags.split(/\s+/).filter(Boolean);
    this.more = [];
    for (const field of this.fields) field.value = field.knob.default;
    while (words.length) {
      const word = words.shift();
      const field = this.field_of(word);
      if (!field) this.more.push(word);
      else if (field.knob.type === "switch") field.value = word === `--${field.knob.name}`;
      else field.value = field.knob.type === "text" ? words.shift() : Number(words.shift());
    }
  }
  field_of(flag) { return this.fields.find(({knob}) => [`--${knob.name}`, `--no-${knob.name}`].includes(flag)); }
  breaker(flags, textContent = "break it") {
    return made("button", {type: "button", className: "break", textContent, title: `run with ${flags}`,
                           onclick: () => (this.set(flags), this.start())});
  }
  mender() {
    return made("button", {type: "button", className: "break", textContent: "mend it", title: "run with the defaults",
                           onclick: () => (this.set(""), this.start())});
  }
  show_recorded() {
    this.stop();
    for (const place of this.places.values()) place.show_recorded();
    dispatchEvent(new CustomEvent("answer", {detail: {}}));
    this.tell("ready", "These outputs were recorded on another machine.");
  }

  async start() {
    this.stop();
    const given = this.words, words = this.quick.checked ? ["--quick", ...given] : given;
    const origin = ["Run here", words.join(" ")].filter(Boolean).join(": ");
    const run = (this.run = {words: words.join(" "), origin, turned: this.turned, from: performance.now(), claim: []});
    for (const place of this.places.values()) place.box.classList.add("waiting");
    this.tell("loading", "The program is being loaded.");
    try {
      const program = await wasm.load(`lesson${live.number}`);
      if (this.run !== run) return;
      this.tell("running", "Running.");
      run.worker = wasm.start(program, {words}, (said) => this.run === run && this.hear(said),
                              (message) => this.run === run && this.fail(message));
    } catch (error) {
      if (this.run === run) this.fail(error.message);
    }
  }
  stop() {
    if (!this.run) return;
    if (this.place) this.place.origin.textContent += ". Stopped: it is not complete";
    this.end("stopped", "Stopped. What the run did not reach is as it was.");
  }
  fail(message) { this.end("failed", `The lesson cannot run here: ${message}`); }
  end(state, text) {
    this.run.worker?.terminate();
    this.element.dataset.took = Math.round(performance.now() - this.run.from);
    for (const place of this.places.values()) place.box.classList.remove("waiting"), place.tidy();
    this.run = this.place = null;
    this.tell(state, text);
    dispatchEvent(new Event("resize")); // what scrolls by itself has changed
  }

  hear({line, error, status}) {
    if (line?.startsWith("\x1e")) return this.obey(JSON.parse(line.slice(1)));
    if (line !== undefined) return this.print(line);
    if (error !== undefined) return (this.run.complaint = error);
    const complaint = this.run.complaint?.replace(/^\w+: (?=--)| \(--help.*\)$/g, "");
    if (complaint && status === 2) this.end("failed", complaint + "."); // about a knob
    else this.fail(complaint ?? `it ended with status ${status}`); // before its last line
  }
  // The lines of a claim are kept until the record of it comes.
  print(line) {
    if (!this.place) return;
    this.element.dataset.first ??= Math.round(performance.now() - this.run.from);
    const {claim} = this.run;
    if (/^(✓ pass|✗ FAIL|- skip)  /.test(line) || (claim.length && line.startsWith("        "))) claim.push(line.trim());
    else this.place.add_line(line);
  }
  obey({step, display, claim, prediction, error, end}) {
    if (step) this.take(step.title);
    if (display) this.place?.add_figure(display);
    if (claim && this.place) this.settle(claim);
    if (prediction) dispatchEvent(new CustomEvent("answer", {detail: {...prediction, run: this.run.words}}));
    if (error) this.place?.add_error(error);
    if (end) this.finish(end);
  }
  take(title) {
    this.place?.tidy();
    this.place = this.places.get(title);
    if (this.place && this.place.run !== this.run) this.place.begin(this.run.origin, this.run);
    this.place?.box.classList.remove("waiting");
    this.tell("running", `Running: ${title}`);
  }
  settle({text, result, fails_with}) {
    const kind = {pass: "pass", fail: "fail"}[result] ?? "dim";
    const shown = {pass: `✓ pass  ${text}`, fail: `✗ FAIL  ${text}`}[result] ?? this.run.claim.join(" ");
    this.run.claim = [];
    this.place.add(made("span", {className: `claim ${kind}`, textContent: shown}));
    const turn = (what, button) => this.place.add(made("span", {className: "claim dim turn"}, ...with_flags(what), " ", button));
    if (kind === "pass" && fails_with) turn(`becomes false with ${fails_with}`, this.breaker(fails_with));
    if (kind === "fail" && this.run.turned) turn(`false in this run, with ${this.run.turned}`, this.mender());
  }
  finish({passed, failed, skipped}) {
    const seconds = ((performance.now() - this.run.from) / 1000).toFixed(1);
    const parts = [`${passed} claims hold`, `${failed} ${failed === 1 ? "is" : "are"} false`];
    if (skipped) parts.push(`${skipped} skipped`);
    this.end("ended", `${parts.join(", ")}; ${seconds}\u00a0s.`);
    const first = failed && document.querySelector(".outcome .claim.fail");
    if (!first) return;
    this.status.append(" ", made("button", {type: "button", textContent: "Show", onclick: () => {
      this.element.querySelector("details").open = false; // the knobs would cover the claim
      for (let at = first.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
      first.scrollIntoView({block: "center"});
    }}));
  }
}

document.addEventListener("DOMContentLoaded", () => (live.panel = new Panel()));
