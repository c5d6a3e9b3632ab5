// What all scripts of a page use.
const book = {
  // What the browser keeps under a name, where it keeps anything.
  kept: (name) => ({
    get: () => { try { return localStorage.getItem(name); } catch { return null; } },
    set: (value) => { try { localStorage.setItem(name, value); } catch { /* then it lasts as long as the page */ } },
  }),
  // An element with its properties and what it holds.
  made: (name, properties, ...inside) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...inside);
    return element;
  },
  // Runs a script that lies beside the page: one that was opened as a file may read nothing else.
  run: (src) => new Promise((done, fail) => {
    const script = book.made("script", { src, onload: done });
    script.onerror = () => (script.remove(), fail(new Error(`${src} is not beside this page`)));
    document.head.append(script);
  }),
};

// Light or dark as the system says, until the reader presses the button.
const root = document.documentElement, remembered = book.kept("theme");
if (remembered.get()) root.style.colorScheme = remembered.get();

document.addEventListener("DOMContentLoaded", () => {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const button = document.getElementById("theme");
  const other = () => ((root.style.colorScheme || (system.matches ? "dark" : "light")) === "dark" ? "light" : "dark");
  const label = () => { button.textContent = other() === "dark" ? "Dark" : "Light"; };
  button.addEventListener("click", () => {
    root.style.colorScheme = other();
    remembered.set(root.style.colorScheme);
    label();
  });
  system.addEventListener("change", label);
  label();
  button.hidden = false;

  for (const heading of document.querySelectorAll("main :is(h2, h3, h4)[id]")) {
    const link = book.made("a", { className: "anchor", href: "#" + heading.id, textContent: "#" });
    link.setAttribute("aria-label", "Link to: " + heading.textContent);
    heading.append(" ", link);
  }
  // Which section is being read is marked in the contents: the last whose heading is above the upper third.
  const entries = new Map();
  for (const link of document.querySelectorAll('.contents a[href^="#"]')) {
    const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (heading) entries.set(heading, link);
  }
  let current, waiting = false;
  const mark = () => {
    waiting = false;
    let found;
    for (const [heading, link] of entries) if (heading.getBoundingClientRect().top < innerHeight / 3) found = link;
    if (scrollY > 0 && scrollY + innerHeight >= document.documentElement.scrollHeight - 2) found = [...entries.values()].at(-1);
    if (found === current) return;
    current?.removeAttribute("aria-current");
    current = found;
    current?.setAttribute("aria-current", "location");
    const box = document.querySelector(".contents"), at = current?.getBoundingClientRect(), around = box.getBoundingClientRect();
    if (at?.height && (at.top < around.top || at.bottom > around.bottom)) box.scrollTop += at.top - around.top - around.height / 2;
  };
  const mark_soon = () => { if (!waiting) waiting = true, requestAnimationFrame(mark); };
  for (const kind of ["scroll", "resize"]) addEventListener(kind, mark_soon, { passive: true });
  mark();

  // Code can be copied. Where the browser gives no clipboard to a file, an old way does it.
  const copy = async (text) => {
    try { return await navigator.clipboard.writeText(text); } catch { /* the old way */ }
    const area = book.made("textarea", { value: text });
    document.body.append(area);
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    if (!copied) throw new Error("this browser lets no page copy");
  };
  for (const box of document.querySelectorAll("main div.sourceCode")) {
    const button = book.made("button", { type: "button", className: "copy", textContent: "Copy" });
    button.setAttribute("aria-label", "Copy this code");
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", () => copy(box.querySelector("code").textContent).then(() => "Copied", () => "Select it").then((text) => {
      button.textContent = text;
      button.focus();
      setTimeout(() => (button.textContent = "Copy"), 2000);
    }));
    box.prepend(button);
  }

  // What scrolls by itself must be within reach of the keyboard.
  const reach = () => {
    for (const box of document.querySelectorAll("pre, .picture, .scroll, p:has(> math[display=block])"))
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0; else box.removeAttribute("tabindex");
  };
  reach();
  addEventListener("resize", reach);
  document.addEventListener("toggle", reach, true);
});

// On paper nothing can be unfolded. Hints stay folded.
const folded = new Set();
addEventListener("beforeprint", () => {
  for (const code of document.querySelectorAll("details:is(.code, .prediction):not([open])")) folded.add(code), (code.open = true);
});
addEventListener("afterprint", () => {
  for (const code of folded) code.open = false;
  folded.clear();
});
