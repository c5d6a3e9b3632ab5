// Looks at the page that is open and returns what a test wants to know of it. It runs in the page.
export function probe() {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const say = (element) => `<${element.localName}> ${(element.textContent || "").trim().slice(0, 40)}`;

  // A colour as red, green, blue from 0 to 255 and opacity, whatever notation it is in.
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const known = new Map();
  const rgba = (colour) => known.get(colour) ?? known.set(colour, painted(colour)).get(colour);
  const painted = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const luminance = (colour) => {
    const [r, g, b] = colour.map((c) => c / 255)
      .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255, 255];
  };
  const faint = () => {
    const found = new Map();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      if (!node.data.trim() || element.closest("svg, script") || !element.checkVisibility()) continue;
      const [a, b] = [rgba(getComputedStyle(element).color), behind(element)].map(luminance);
      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      const kind = element.className || element.localName;
      if (ratio < 4.5) found.set(kind, `${say(element)}: ${ratio.toFixed(2)}`);
    }
    return [...found.values()];
  };

  const named = (svg) => {
    const ids = (svg.getAttribute("aria-labelledby") || "").split(" ");
    const named_by = ids.map((id) => document.getElementById(id));
    const role = svg.querySelector("[role=slider]") ? "group" : "img";
    return svg.getAttribute("role") === role && named_by.every((each) => each?.textContent.trim());
  };
  const ids = all("[id]").map((element) => element.id);
  const seen = (selector) => all(selector).filter((element) => element.checkVisibility());
  return {
    ids,
    twice: ids.filter((id, i) => ids.indexOf(id) !== i),
    links: all("a[href]").map((link) => link.href),
    parts: all("script[src], link[rel=stylesheet], img[src]").map((part) => part.src || part.href),
    pictures: all("main svg, main img").length,
    mute: all("main img").filter((image) => !image.alt.trim()).map(say).concat(
      all("main svg").filter((svg) => !named(svg)).map(say)),
    bare: [!document.documentElement.lang && "lang", !document.title.trim() && "title",
           !document.querySelector("meta[name=viewport]") && "viewport",
           !document.querySelector("meta[name=description]")?.content.trim() && "description",
           all("h1").length !== 1 && "one h1", all("main").length !== 1 && "one main",
           document.querySelector("a")?.hash !== "#text" && "skip link"].filter(Boolean),
    skipped: all("h1, h2, h3, h4").filter(
      (heading, i, list) => i && heading.localName[1] - list[i - 1].localName[1] > 1).map(say),
    width: document.scrollingElement.scrollWidth,
    faint: faint(),
    navigation: seen("header, nav").length,
    formulas: all("math").length,
    flat: seen("math").filter((formula) => !formula.getBoundingClientRect().height).map(say),
    claims: all(".output .pass, .output .fail, .output .dim:not(.turn)").length,
    code: all("main div.sourceCode").length,
    predictions: all("details.prediction").length,
    told: all("details.prediction > :not(summary)").filter((answer) => answer.checkVisibility()).map(say),
    text: document.querySelector("main").textContent,
    moves: all("figure.live").length,
    lessons: all(".lessons > li").length,
  };
}
