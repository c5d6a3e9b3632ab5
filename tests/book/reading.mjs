// What helps to read: search, the marked section, copying, links to the source.

// In the page.
const options = () => [...document.querySelectorAll("#found [role=option]")].map((option) => ({
  href: option.querySelector("a").getAttribute("href"), text: option.textContent,
  chosen: option.getAttribute("aria-selected") === "true" }));
const searched = () =>
  document.getElementById("found").dataset.query === document.querySelector(".search input").value;

// / begins, arrows choose, Enter goes there, Escape closes.
export async function search({ browser, page, check, expect, origins, other }, name, width) {
  const at = `search, ${width} wide`;
  const find = async (words) => {
    await page.keyboard.type(words);
    await browser.wait(searched);
    return page.evaluate(options);
  };
  const chosen = async () => (await page.evaluate(options)).filter((it) => it.chosen).map((it) => it.href);
  await browser.look(width);
  await browser.open(`${origins[Number((width === 390) !== other)]}${name}.html`);
  await browser.press("/");
  expect(at, "/ does not begin it", (await page.evaluate(() => document.activeElement.type)) === "search");
  const found = await find("blank");
  expect(at, "does not find the blank of CTC", found.some(({ href }) => href.startsWith("06_ctc.html")) &&
         found.some(({ href }) => href === "glossary.html#blank"), found);
  check(at, "finds what has no such word",
        found.length > 1 ? found.filter(({ text }) => !text.toLowerCase().includes("blank")) : [found]);
  const cut = await page.$$eval("#found, #found a", (boxes) => boxes.filter((box) => {
    const { left, right } = box.getBoundingClientRect();
    return left < 0 || right > innerWidth;
  }).length);
  expect(at, "wider than the screen", !cut, cut);
  await browser.press("ArrowDown");
  const second = await chosen();
  expect(at, "the arrow does not choose the second", second.join() === found[1].href, second);
  await browser.press("ArrowUp", "ArrowUp");
  const last = await chosen();
  expect(at, "the arrow does not go around to the last", last.join() === found.at(-1).href, last);
  await browser.press("Escape");
  expect(at, "Escape does not close it", await page.evaluate(() => document.getElementById("found").hidden));
  await browser.press("/");
  check(at, "finds what is not there", await find("glossaryless"));
  await page.evaluate(() => document.activeElement.select());
  const [wanted] = await find("teacher forcing");
  await browser.press("Enter");
  await browser.wait((href) => location.pathname.split("/").pop() + location.hash === href &&
                     document.readyState === "complete", wanted.href);
}

// Every section that the index of the search names is there.
export async function links_of_index({ browser, page, check, origins }, seen) {
  await browser.open(`${origins[0]}index.html`);
  await page.evaluate(() => document.querySelector(".search input").focus());
  await page.keyboard.type("a");
  await browser.wait(searched);
  const sections = await page.evaluate(() => search_index.map((each) => [each[0], each[2]]));
  const named = new Set(sections.map(([file]) => file.replace(/\.html$/, "")));
  check("search", "leads nowhere", sections.filter(([file, part]) => {
    const there = seen.get(file.replace(/\.html$/, ""));
    return !there || (part && !there.ids.includes(part));
  }));
  const wanted = [...seen.keys()].filter((name) => !/^index$|_source$/.test(name));
  check("search", "pages left out", wanted.filter((name) => !named.has(name)));
}

export async function marks_and_copies({ browser, page, check, expect, origins }, name) {
  await browser.look(1280);
  await browser.open(`${origins[1]}${name}.html`);
  check(name, "the section that is read is not marked", await page.evaluate(async () => {
    const wrong = [], headings = [...document.querySelectorAll("main :is(h2, h3)[id]")].slice(0, 6);
    for (const heading of headings) {
      heading.scrollIntoView();
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))));
      const marked = [...document.querySelectorAll(".contents [aria-current]")];
      const now = marked.map((link) => decodeURIComponent(link.hash));
      if (now.join() !== `#${heading.id}`) wrong.push(`${heading.id}: ${now}`);
    }
    return headings.length ? wrong : ["no headings"];
  }));
  const copied = await page.evaluate(async () => {
    const got = [], box = document.querySelector("main div.sourceCode"), button = box.querySelector(".copy");
    navigator.clipboard.writeText = async (text) => { got.push(text); };
    button.click();
    await new Promise((done) => setTimeout(done, 50));
    return [got.length === 1 && got[0] === box.querySelector("code").textContent, button.textContent];
  });
  expect(name, "code is not copied", copied.join() === "true,Copied", copied);
  const lines = await page.$$eval(".place a", (links) => links.map((link) => [link.hash.slice(1),
    link.closest(".place").previousElementSibling.querySelector("code").textContent.split("\n")[0]]));
  await browser.open(`${origins[1]}${name}_source.html`);
  const others = await page.evaluate((rows) => rows.filter(([id, line]) =>
    document.getElementById(id)?.textContent !== line), lines);
  check(name, "a link to another line", lines.length ? others : ["no links"]);
}
