// Light or dark as the system says, until the reader presses the button; the choice is kept where the browser allows it.
const root = document.documentElement;
const remembered = {
  get: () => { try { return localStorage.getItem("theme"); } catch { return null; } },
  set: (theme) => { try { localStorage.setItem("theme", theme); } catch { /* then it lasts as long as the page */ } },
};
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
    const link = document.createElement("a");
    link.className = "anchor";
    link.href = "#" + heading.id;
    link.textContent = "#";
    link.setAttribute("aria-label", "Link to: " + heading.textContent);
    heading.append(" ", link);
  }
  // What scrolls by itself must be within reach of the keyboard.
  const reach = () => {
    for (const box of document.querySelectorAll("pre, .picture, .scroll"))
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
