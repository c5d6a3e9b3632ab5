"""What helps to read: search, the marked section, copying, colours; in the browser that browse.py opened."""
import json
import re
import time

OPTIONS = """[...document.querySelectorAll('#found [role=option]')].map(option => ({
  href: option.querySelector('a').getAttribute('href'), chosen: option.getAttribute('aria-selected') === 'true',
  text: option.textContent}))"""
SEARCHED = "document.getElementById('found').dataset.query === document.querySelector('.search input').value"


def wait(browser, condition):
    for _ in range(300):
        if browser.evaluate(condition):
            return
        time.sleep(0.1)


def luminance(colour):
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def palette(style, check):
    """Every colour of text on every ground has the contrast that WCAG asks for at level AA."""
    colours = {name: schemes for name, *schemes in
               re.findall(r"--(\w+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", style.read_text())}
    grounds = {"paper", "code", "card"}
    faint = []
    for text in colours.keys() - grounds - {"line"}:
        for ground in grounds:
            for a, b in zip(colours[text], colours[ground]):
                high, low = sorted((luminance(a), luminance(b)), reverse=True)
                if (high + 0.05) / (low + 0.05) < 4.5:
                    faint.append(f"{text} {a} on {ground} {b}")
    check("style.css", "contrast below 4.5", faint if len(colours) > 10 else ["no palette found"])


def search(browser, page, check, width):
    """/ begins, arrows choose, Enter goes there, Escape closes."""
    at = f"search, {width} wide"
    browser.look(width, "light")
    browser.open(page.as_uri())
    browser.press("/")
    check(at, "/ does not begin it", [] if browser.evaluate("document.activeElement.type") == "search" else ["/"])
    browser.call("Input.insertText", text="blank")
    wait(browser, SEARCHED)
    found = browser.evaluate(OPTIONS)
    check(at, "does not find the blank of CTC",
          [] if any(each["href"].startswith("06_ctc.html") for each in found) and
          any(each["href"] == "glossary.html#blank" for each in found) else [found])
    check(at, "finds what has no such word", [each for each in found if "blank" not in each["text"].lower()][:1]
          if len(found) > 1 else [found])
    cut = browser.evaluate("""[...document.querySelectorAll('#found, #found a')].map(box => box.getBoundingClientRect())
      .filter(box => box.left < 0 || box.right > innerWidth).length""")
    check(at, "wider than the screen", [cut] if cut else [])
    browser.press("ArrowDown")
    chosen = [each["href"] for each in browser.evaluate(OPTIONS) if each["chosen"]]
    check(at, "the arrow does not choose the second", [] if chosen == [found[1]["href"]] else [chosen])
    browser.press("ArrowUp")
    browser.press("ArrowUp")
    chosen = [each["href"] for each in browser.evaluate(OPTIONS) if each["chosen"]]
    check(at, "the arrow does not go around to the last", [] if chosen == [found[-1]["href"]] else [chosen])
    browser.press("Escape")
    check(at, "Escape does not close it", [] if browser.evaluate("document.getElementById('found').hidden") else ["open"])
    browser.press("/")
    browser.call("Input.insertText", text="glossaryless")
    wait(browser, SEARCHED)
    check(at, "finds what is not there", browser.evaluate(OPTIONS))
    browser.evaluate("document.activeElement.select()")
    browser.call("Input.insertText", text="teacher forcing")
    wait(browser, SEARCHED)
    wanted = browser.evaluate(OPTIONS)[0]["href"]
    browser.press("Enter")
    here = "location.pathname.split('/').pop() + location.hash"
    wait(browser, f"{here} === {json.dumps(wanted)} && document.readyState === 'complete'")
    got = browser.evaluate(here)
    check(at, "Enter does not go there", [] if got == wanted else [f"{got}, not {wanted}"])


def links_of_index(browser, book, ids_of, check):
    """Every section that the index of the search names is there."""
    browser.open((book / "index.html").as_uri())
    browser.evaluate("document.querySelector('.search input').focus()")
    browser.call("Input.insertText", text="a")
    wait(browser, SEARCHED)
    sections = browser.evaluate("search_index.map(each => [each[0], each[2]])")
    check("search", "leads nowhere", [f"{page}#{part}" for page, part in sections
                                      if book / page not in ids_of or part and part not in ids_of[book / page]["ids"]])
    check("search", "pages left out", {page.name for page in ids_of if not re.match("index|.*_source", page.stem)}
          - {page for page, _ in sections})


def marks_and_copies(browser, page, check):
    browser.look(1280, "light")
    browser.open(page.as_uri())
    marked = browser.evaluate("""(async () => {
      const wrong = [], headings = [...document.querySelectorAll('main :is(h2, h3)[id]')].slice(0, 6);
      for (const heading of headings) {
        heading.scrollIntoView();
        await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))));
        const now = [...document.querySelectorAll('.contents [aria-current]')].map(link => decodeURIComponent(link.hash));
        if (now.length !== 1 || now[0] !== '#' + heading.id) wrong.push(`${heading.id}: ${now}`);
      }
      return headings.length ? wrong : ['no headings']; })()""")
    check(page.stem, "the section that is read is not marked", marked)
    copied = browser.evaluate("""(async () => {
      const got = [], box = document.querySelector('main div.sourceCode'), code = box.querySelector('code').textContent;
      navigator.clipboard.writeText = async (text) => { got.push(text); };
      box.querySelector('.copy').click();
      await new Promise(done => setTimeout(done, 50));
      return [got.length === 1 && got[0] === code, box.querySelector('.copy').textContent]; })()""")
    check(page.stem, "code is not copied", [] if copied == [True, "Copied"] else [copied])
    lines = browser.evaluate("""[...document.querySelectorAll('.place a')].map(link => [link.getAttribute('href'),
      (link.closest('.place').previousElementSibling.querySelector('code').textContent.split('\\n')[0])])""")
    source = page.with_name(f"{page.stem}_source.html")
    browser.open(source.as_uri())
    there = browser.evaluate(f"{json.dumps(lines)}.map(([href, line]) => [document.getElementById(href.split('#')[1])?.textContent, line, href])")
    check(page.stem, "a link to another line", [each for each in there if each[0] != each[1]] if there else ["no links"])
