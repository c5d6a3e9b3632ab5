"use strict";
// What all figures that the reader moves share. A figure is pure: a state, and functions of it that give text and SVG as
// strings (`add` says which). So node can draw the still picture and test the numbers; only `live` knows the page.
const figures = (() => {
  const all = {},
    tables = {};

  // ---- pure: strings and numbers ----
  const escaped = (text) => String(text).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
  const short = (value) => (typeof value === "number" ? +value.toFixed(2) : value);
  const el = (name, attributes = {}, ...inside) => {
    const list = Object.entries(attributes).filter(([, value]) => value !== undefined && value !== "");
    return (
      `<${name}${list.map(([key, value]) => ` ${key}="${escaped(short(value))}"`).join("")}>` +
      `${inside.flat(Infinity).join("")}</${name}>`
    );
  };
  const text = (x, y, words, kind, more) => el("text", { x, y, class: kind, ...more }, escaped(words));
  const line = (x1, y1, x2, y2, kind, more) => el("line", { x1, y1, x2, y2, class: kind, ...more });
  const path = (points, kind, more) =>
    el("path", { d: "M" + points.map(([x, y]) => `${short(x)} ${short(y)}`).join("L"), class: kind, ...more });
  const arrow = (x1, y1, x2, y2, kind) => {
    // with a head of two strokes
    const long = Math.hypot(x2 - x1, y2 - y1);
    if (long < 1) return "";
    const head = Math.min(7, long / 2),
      ux = ((x2 - x1) / long) * head,
      uy = ((y2 - y1) / long) * head;
    const side = (sign) => [x2 - ux - sign * uy * 0.6, y2 - uy + sign * ux * 0.6];
    return (
      path(
        [
          [x1, y1],
          [x2, y2],
        ],
        kind,
      ) + path([side(1), [x2, y2], side(-1)], kind)
    );
  };
  const clamp = (value, least, most) => Math.max(least, Math.min(most, value));
  // A line from `a` to `b` on the page for values from `from` to `to`.
  const scale = (from, to, a, b) => {
    const there = (value) => a + ((value - from) / (to - from)) * (b - a);
    there.back = (at) => from + ((at - a) / (b - a)) * (to - from);
    return there;
  };
  const percent = (share) => {
    const value = 100 * share;
    return (
      (value >= 9.95 ? Math.round(value) : value >= 0.095 ? +value.toPrecision(2) : value > 0 ? "under 0.1" : 0) +
      "\u00a0%"
    );
  };
  const signed = (value, digits = 2) => (value < -0.5 * 10 ** -digits ? "−" : "") + Math.abs(value).toFixed(digits);
  const list = (words) => words.join(", ").replace(/, ([^,]*)$/, " and $1");
  const right = (words) => `<b class="pass">${words}</b>`,
    wrong = (words) => `<b class="fail">${words}</b>`;
  const mine = (words) => `<b class="mine">${words}</b>`,
    model = (words) => `<b class="model">${words}</b>`;

  const number_of = (spec) => spec.name.slice(0, 2);
  const handle = ({ x, y, shape }) =>
    el("g", { transform: `translate(${short(x)} ${short(y)})`, class: "handle" }, shape);
  // The still picture, for pages without JavaScript and for paper: all that the figure says at its start, and the answer.
  const still = (spec) => {
    const id = `figure-${number_of(spec)}`,
      state = spec.start;
    const drawn = (W, kind) => {
      const { height, back, handles } = spec.draw(state, W, true);
      return el(
        "svg",
        {
          class: kind,
          viewBox: `0 0 ${W} ${height}`,
          role: "img",
          "aria-labelledby": `${id}-title ${id}-says`,
          style: `max-width:${W}px`,
        },
        back,
        handles.map(handle),
      );
    };
    return `<figure class="live" id="${id}" data-figure="${spec.name}" data-place="${spec.place}">
<p class="title" id="${id}-title">${spec.title(state, true)}</p>
<div class="ask">${spec.ask.question} ${spec.ask.answer()}</div>
<div class="canvas">
${drawn(736, "wide")}
${drawn(358, "narrow")}
</div>
<p class="says" id="${id}-says">${spec.says(state, true)}</p>
<figcaption>${spec.caption}</figcaption>
<details><summary>${spec.summary}</summary><div class="scroll">${spec.table(state)}</div></details>
</figure>
`.replaceAll("><", ">\n<");
  };

  // ---- the page ----
  function live(spec, figure) {
    const id = figure.id,
      find = (what) => figure.querySelector(what),
      stored = book.kept("predict-" + spec.name);
    let state = { ...spec.start },
      guess = stored.get(),
      printing = false,
      touched = false,
      later,
      W = 0,
      handles = [];
    const open = () => guess !== null || printing;

    figure.innerHTML = `<p class="title" id="${id}-title"></p><div class="ask" role="group" aria-label="Predict
      first"></div>
      <p class="hidden" id="${id}-hint">${spec.hint}</p><div class="canvas"><svg role="group"
      aria-labelledby="${id}-title ${id}-hint"><g class="back" aria-hidden="true"></g><g class="handles"></g></svg></div>
      <div class="controls"></div><p class="says" role="status"></p><figcaption>${spec.caption}</figcaption>
      <details><summary>${spec.summary}</summary><div class="scroll"></div></details>`;
    spec.lines.forEach((lines, i) => find(".says").style.setProperty(["--wide", "--narrow"][i], lines));
    const svg = find("svg"),
      canvas = find(".canvas"),
      controls = find(".controls");

    for (const dial of spec.dials ?? []) {
      const label = document.createElement("label");
      label.innerHTML = `<span>${dial.label}</span> <output></output><input type="range" min="${dial.least}"
        max="${dial.most}"
        step="${dial.step ?? 1}">`;
      label.lastChild.oninput = () => set(dial.change(state, +label.lastChild.value));
      controls.append(label);
    }
    for (const [label, options] of spec.buttons ?? []) {
      const row = document.createElement("div");
      row.setAttribute("role", "group");
      row.setAttribute("aria-label", label);
      row.innerHTML = `<span>${label}</span>`;
      for (const [words, change] of options) {
        row.append(
          book.made("button", { type: "button", textContent: words, change, onclick: () => set(change(state)) }),
        );
      }
      controls.append(row);
    }

    function set(change) {
      state = { ...state, ...change };
      touched = true;
      update();
    }

    function update() {
      figure.classList.toggle("asking", !open());
      find(".title").innerHTML = spec.title(state, open());
      const drawn = spec.draw(state, W, open());
      svg.setAttribute("viewBox", `0 0 ${W} ${drawn.height}`);
      svg.style.maxWidth = W + "px";
      svg.firstChild.innerHTML = drawn.back;
      while (handles.length > drawn.handles.length) handles.pop().remove();
      drawn.handles.forEach((one, i) => {
        if (!handles[i]) {
          handles[i] = document.createElementNS("http://www.w3.org/2000/svg", "g");
          handles[i].setAttribute("class", "handle");
          handles[i].setAttribute("role", "slider");
          // A touch ends early when what was touched is replaced, so that is a circle of its own, which stays.
          handles[i].innerHTML = `<circle class="grip"></circle><g></g>`;
          handles[i].addEventListener("focus", () => {
            if ((state.at ?? 0) !== i) set({ at: i });
          });
          svg.lastChild.append(handles[i]);
        }
        const g = handles[i];
        g.setAttribute("transform", `translate(${one.x} ${one.y})`);
        g.setAttribute("tabindex", i === (state.at ?? 0) ? 0 : -1);
        g.setAttribute("aria-label", one.name);
        g.setAttribute("aria-valuetext", one.text);
        for (const [key, value] of [
          ["min", one.least],
          ["max", one.most],
          ["now", one.value],
        ])
          g.setAttribute("aria-value" + key, value);
        g.firstChild.setAttribute("r", one.grip ?? 16);
        if (g.shape !== one.shape) g.lastChild.innerHTML = g.shape = one.shape;
      });
      (spec.dials ?? []).forEach((dial, i) => {
        const [, output, input] = controls.children[i].children;
        input.value = dial.value(state);
        output.textContent = dial.text(state);
        input.setAttribute("aria-valuetext", dial.text(state));
      });
      for (const button of controls.querySelectorAll("button"))
        button.setAttribute(
          "aria-pressed",
          Object.entries(button.change(state)).every(
            ([key, value]) => key === "at" || JSON.stringify(state[key]) === JSON.stringify(value),
          ),
        );
      find(".says").innerHTML = spec.says(state, open());
      find("details .scroll").innerHTML = spec.table(state);
      if (!touched) return;
      clearTimeout(later); // browsers limit how often an address may change
      later = setTimeout(() => {
        const words = Object.values(state)
          .map((value) => [value].flat().map(short).join(","))
          .join(";");
        try {
          history.replaceState(null, "", `#${id}=${words}`);
        } catch {
          /* no address, then */
        }
      }, 250);
    }

    function ask() {
      const { question, choices, answer } = spec.ask,
        box = find(".ask");
      if (open()) {
        const said = choices.find(([value]) => String(value) === guess);
        box.innerHTML = question + " " + (said ? `<b>You said ${said[1]}.</b> ` : "") + answer(said && said[0]);
        return;
      }
      box.innerHTML = `<b>Predict first.</b> ${question}<div></div>`;
      for (const [value, words] of [...choices, ["shown", "show it"]]) {
        const onclick = () => {
          stored.set((guess = String(value)));
          ask();
          update();
          box.tabIndex = -1;
          box.focus({ preventScroll: true });
        };
        box.lastChild.append(book.made("button", { type: "button", textContent: words, onclick }));
      }
    }

    // Pointer: on a handle, drag it; elsewhere tap, or draw. What begins up or down beside a handle scrolls the page.
    const place = (event) => {
      const r = svg.getBoundingClientRect();
      return [((event.clientX - r.left) * W) / r.width, ((event.clientY - r.top) * W) / r.width];
    };
    const move = (event) => {
      set(spec.drag(state, ...place(event), W, held.handle, held.from));
      handles[state.at ?? 0].focus({ preventScroll: true, focusVisible: false });
    };
    let held = null;
    svg.addEventListener("pointerdown", (event) => {
      const handle = handles.indexOf(event.target.closest(".handle")),
        from = place(event);
      if (event.button || (handle < 0 && !spec.inside(...from, state, W))) return;
      held = { handle, from, wait: handle < 0 && event.pointerType === "touch" };
      svg.setPointerCapture(event.pointerId);
      if (!held.wait) move(event);
      event.preventDefault();
    });
    svg.addEventListener("pointermove", (event) => {
      if (!held) return;
      const [x, y] = place(event),
        dx = Math.abs(x - held.from[0]),
        dy = Math.abs(y - held.from[1]);
      if (held.wait && (dx < 8 || dx < 0.6 * dy)) return;
      held.wait = false;
      move(event);
    });
    svg.addEventListener("pointerup", (event) => {
      if (held?.wait) move(event);
      held = null;
    });
    svg.addEventListener("pointercancel", () => {
      held = null;
    });
    svg.addEventListener(
      "touchmove",
      (event) => {
        if (held && !held.wait && event.cancelable) event.preventDefault();
      },
      { passive: false },
    );
    const keys = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, 1],
      ArrowDown: [0, -1],
      PageUp: [0, 5],
      PageDown: [0, -5],
      Home: [-Infinity, 0],
      End: [Infinity, 0],
    };
    svg.addEventListener("keydown", (event) => {
      if (!keys[event.key] || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      set(spec.key(state, ...keys[event.key]));
      handles[state.at ?? 0].focus();
    });

    // An address can hold a state: "#figure-06=10;1,1,3;4".
    const words = location.hash.startsWith(`#${id}=`) ? location.hash.slice(id.length + 2).split(";") : [];
    const read = Object.fromEntries(
      Object.entries(spec.start).map(([key, value], i) => {
        const numbers = (words[i] || "none").split(",").map(Number);
        return [key, Array.isArray(value) ? numbers : numbers[0]];
      }),
    );
    const asked =
      words.length === Object.keys(read).length &&
      Object.values(read).flat().every(Number.isFinite) &&
      spec.legal(read);
    if (asked) state = read;

    W = canvas.clientWidth || 736;
    ask();
    update();
    figure.classList.add("ready");
    if (asked) figure.scrollIntoView();
    new ResizeObserver(() => {
      if (!canvas.clientWidth || canvas.clientWidth === W) return;
      W = canvas.clientWidth;
      update();
    }).observe(canvas);
    const print = (on) => {
      printing = on;
      ask();
      update();
    };
    addEventListener("beforeprint", () => print(true));
    addEventListener("afterprint", () => print(false));
  }

  if (typeof document !== "undefined") {
    document.documentElement.classList.add("moves"); // until a figure is ready, its answer is not shown
    document.addEventListener("DOMContentLoaded", () => {
      for (const figure of document.querySelectorAll("figure.live")) live(all[figure.dataset.figure], figure);
    });
  }

  /* A figure has
       name, place         the lesson's name, and the id of the heading under whose text the page shows it
       start, legal        its state: numbers and arrays of them, `at` the handle in use; may an address ask for it?
       title, says         (state, open): html; open: the reader has guessed, so the answer may show
       draw                (state, W, open): {height, back, handles: [{x, y, shape, name, text, least, most, value}]}
       drag, key           (state, x, y, W, handle, from), (state, dx, dy): what changes
       inside              (x, y, state, W): is a tap meant?
       dials, buttons      [{label, least, most, step, value, text, change}], [[label, [[words, change]]]]
       ask                 {question, choices: [[value, words]], answer: (value): html}
       lines               how many `says` needs, wide and narrow
       hint, caption, summary, table
       model               what it computes, for tests */
  const add = (spec) => {
    all[spec.name] = spec;
  };
  return {
    all,
    tables,
    add,
    still,
    escaped,
    el,
    text,
    line,
    path,
    arrow,
    clamp,
    scale,
    percent,
    signed,
    list,
    right,
    wrong,
    mine,
    model,
  };
})();
