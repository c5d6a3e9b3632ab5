// Search over the whole book. search_index.js, made with the pages, is read at the first search: a list of
// [page, its title, fragment, heading, text, text that is folded], one for each section.
const book_search = (() => {
  const plain = (text) => text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[’‘]/g, "'");
  // A word is looked for at the beginnings of words.
  const finder = (word) => new RegExp("(?<![\\p{L}\\p{N}])" + word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "gu");
  const count = (text, expression) => (plain(text).match(expression) ?? []).length;

  // The sections that hold every word, the best first: a word in a heading counts for more than in the text.
  const find = (index, query, most = 12) => {
    const words = plain(query).split(/\s+/).filter(Boolean).map(finder);
    if (!words.length) return [];
    const found = [];
    for (const [place, section] of index.entries()) {
      const [, title, , heading, text, folded] = section;
      let score = 0;
      for (const word of words) {
        const here = 20 * Math.min(count(heading, word), 1) + 4 * Math.min(count(title, word), 1) +
          Math.log2(1 + count(text, word) + count(folded, word));
        if (here === 0) { score = 0; break; }
        score += here;
      }
      if (score) found.push({ section, score, place });
    }
    found.sort((a, b) => b.score - a.score || a.place - b.place);
    return found.slice(0, most).map(({ section }) => section);
  };
  // Some words around the first hit, in three parts. Folded text is not shown: it may be the answer to a question.
  const excerpt = ([, , , , text], query) => {
    const shortened = (end, most) => (end.length <= most ? end : end.slice(0, end.lastIndexOf(" ", most)) + " …");
    for (const word of plain(query).split(/\s+/).filter(Boolean)) {
      const at = plain(text).length === text.length ? plain(text).search(finder(word)) : -1;
      if (at < 0) continue;
      const from = at < 50 ? 0 : text.indexOf(" ", at - 50) + 1, to = at + word.length;
      return [(from ? "… " : "") + text.slice(from, at), text.slice(at, to), shortened(text.slice(to), 90)];
    }
    return [shortened(text, 120), "", ""];
  };
  return { find, excerpt };
})();

document.addEventListener("DOMContentLoaded", () => {
  const { made } = book, header = document.querySelector("body > header"), theme = document.getElementById("theme");
  const input = made("input", { type: "search", placeholder: "Search", autocomplete: "off" });
  const list = made("ul", { id: "found", hidden: true }), form = made("form", { className: "search" }, input, list);
  form.setAttribute("role", "search");
  for (const [name, value] of Object.entries({ role: "combobox", "aria-label": "Search the book", "aria-expanded": "false",
    "aria-controls": "found", "aria-autocomplete": "list", "aria-keyshortcuts": "/" })) input.setAttribute(name, value);
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Found");
  header.insertBefore(form, theme);

  let chosen = -1, loading;
  const index = () => loading ??= book.run("search_index.js").then(() => search_index);
  const choose = (i) => {
    const all = [...list.querySelectorAll("[role=option]")];
    chosen = all.length ? (i + all.length) % all.length : -1;
    all.forEach((option, k) => option.setAttribute("aria-selected", String(k === chosen)));
    if (chosen < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", all[chosen].id);
    all[chosen].scrollIntoView({ block: "nearest" });
  };
  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
  };
  const update = async () => {
    const query = input.value;
    if (!query.trim()) return close();
    const found = book_search.find(await index(), query);
    if (query !== input.value) return;
    list.replaceChildren(...found.map((section, i) => {
      const [page, title, fragment, heading] = section, [before, hit, after] = book_search.excerpt(section, query);
      const item = made("li", { id: "found-" + i },
        made("a", { href: page + (fragment && "#" + fragment), tabIndex: -1 }, made("b", {}, heading), made("small", {}, title),
          made("span", { className: "excerpt" }, before, made("mark", {}, hit), after)));
      item.setAttribute("role", "option");
      return item;
    }));
    if (!found.length) list.append(made("li", { className: "none" }, "Nothing found."));
    list.dataset.query = query;
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    choose(0);
  };
  input.addEventListener("input", update);
  input.addEventListener("focus", update);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen - 1);
    else if (event.key === "Escape") close(), input.blur();
    else return;
    event.preventDefault();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const link = list.hidden ? null : list.querySelectorAll("[role=option] a")[chosen];
    if (link) close(), input.blur(), location.assign(link.href);
  });
  list.addEventListener("click", close);
  form.addEventListener("focusout", (event) => { if (!form.contains(event.relatedTarget)) setTimeout(close, 200); });
  addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
});
