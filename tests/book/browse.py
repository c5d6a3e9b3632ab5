"""Opens every page of the book in Chromium, wide and narrow, light and dark, and on paper.

  browse.py CHROMIUM DIRECTORY NOTEBOOK...      the last line is `N passed, N failed`; screenshots go to DIRECTORY/screenshots
"""
import json
import os
import re
import sys
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlparse

from browser import Browser
from figures import numbers, try_figure
from live import try_lesson
from predict import same_rules, try_predictions
from reading import links_of_index, marks_and_copies, palette, search

passed = failed = 0


def check(page, what, wrong):
    """One check: `wrong` lists what is against it."""
    global passed, failed
    wrong = list(wrong)
    if not wrong:
        passed += 1
        return
    failed += 1
    print(f"FAIL {page}: {what}: {'; '.join(map(str, wrong[:5]))}{' ...' if len(wrong) > 5 else ''}")


def requests_beyond(events):
    for event in events:
        if event.get("method") == "Network.requestWillBeSent":
            url = event["params"]["request"]["url"]
            if urlparse(url).scheme not in ("file", "data", "blob"):
                yield url


def complaints(events):
    for event in events:
        params = event.get("params", {})
        if event.get("method") == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            yield details.get("exception", {}).get("description", details["text"])
        elif event.get("method") == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning"):
            yield " ".join(str(arg.get("value", arg.get("description"))) for arg in params["args"])
        elif event.get("method") == "Log.entryAdded":
            yield f"{params['entry']['text']} {params['entry'].get('url', '')}"


def failures(events):
    names = {event["params"]["requestId"]: event["params"]["request"]["url"] for event in events
             if event.get("method") == "Network.requestWillBeSent"}
    for event in events:
        if event.get("method") == "Network.loadingFailed":
            yield names.get(event["params"]["requestId"], "?") + " " + event["params"]["errorText"]


def dead_links(page, ids_of):
    for link in ids_of[page]["links"]:
        url, fragment = urldefrag(link)
        if urlparse(url).scheme != "file":
            continue
        path = Path(unquote(urlparse(url).path))
        if not path.is_file():
            yield link
        elif fragment and path in ids_of and unquote(fragment) not in ids_of[path]["ids"]:
            yield link


def contents_of(notebook):
    """What the page must show of it: pictures, claims, formulas, code; and the first lines of what it must leave out."""
    cells = json.loads(notebook.read_text())["cells"]
    hidden = [cell for cell in cells if {"about", "notebook-setup"} & set(cell["metadata"].get("tags", []))]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    text = "\n".join("".join(output.get("text", [])) for output in outputs)
    count = {"pictures": sum(any(kind.startswith("image/") for kind in output.get("data", {})) for output in outputs),
             "claims": len(re.findall(r"^(?:✓|✗|- skip)", text, re.MULTILINE)),
             "predictions": sum("prediction" in cell["metadata"].get("tags", []) for cell in cells),
             "code": sum(cell["cell_type"] == "code" for cell in cells if cell not in hidden)}
    return count, ["".join(cell["source"]).split("\n")[0] for cell in hidden]


def main(chromium, directory, *notebooks):
    global passed, failed
    book = Path(directory).resolve()
    passed, failed = numbers(book.parent / "notebooks_export/book/figures")
    probe = Path(__file__).with_name("probe.js").read_text()
    screenshots = book / "screenshots"
    screenshots.mkdir(exist_ok=True)
    of = {book / (Path(notebook).stem + ".html"): Path(notebook) for notebook in notebooks}
    beside = [book / "glossary.html", *sorted(book.glob("*_source.html"))]
    pages = [book / "index.html", *of, *beside]
    browser, seen = Browser(chromium), {}
    for page in pages:
        name = page.stem
        for width in (1280, 390):
            browser.look(width, "light")
            events = browser.open(page.as_uri())
            for scheme in ("light", "dark"):
                browser.look(width, scheme)
                found = browser.evaluate(probe)
                browser.screenshot(screenshots / f"{name}_{width}_{scheme}.png")
                check(f"{name}, {width} wide, {scheme}", "contrast below 4.5", found["faint"])
            at = f"{name}, {width} wide"
            check(at, "requests that failed", failures(events))
            check(at, "requests to the network", requests_beyond(events))
            check(at, "the console says", complaints(events))
            check(at, "wider than the screen", [found["width"]] if found["width"] > width else [])
        seen[page] = found
        check(name, "pictures without a description", found["mute"])
        check(name, "ids given twice", found["twice"])
        check(name, "missing", found["bare"])
        check(name, "headings that skip a level", found["skipped"])
        check(name, "formulas without height", found["flat"])
        check(name, "answers told before they are asked for", found["told"])
        browser.look(794, "dark", media="print")
        paper = browser.evaluate(probe)
        check(name, "on paper, contrast below 4.5", paper["faint"])
        check(name, "navigation on paper", [paper["navigation"]] if paper["navigation"] else [])
    for page in pages:
        check(page.stem, "links that lead nowhere", dead_links(page, seen))
    for page, notebook in of.items():
        count, hidden = contents_of(notebook)
        check(page.stem, "fewer than in the notebook",
              [f"{kind}: {seen[page][kind]} of {count[kind]}" for kind in count if seen[page][kind] < count[kind]])
        check(page.stem, "what is about the notebook", [line for line in hidden if line in seen[page]["text"]])
    lessons, listed = sum(not page.stem.endswith("_exercises") for page in of), seen[pages[0]]["lessons"]
    check("index", "lessons listed", [] if listed == lessons > 0 else [f"{listed} of {lessons}"])
    check("the book", "formulas", [] if any(seen[page]["formulas"] for page in of) else ["none"])
    for page in pages:
        if seen[page]["moves"]:
            try_figure(browser, page, check)
    if try_lesson(browser, book, check):
        check("lesson 3, live", "requests to the network", requests_beyond(browser.events))
        check("lesson 3, live", "the console says", complaints(browser.events))
    browser.open(next(iter(of)).as_uri())
    same_rules(browser, check)
    for page in of:
        if seen[page]["predictions"]:
            try_predictions(browser, page, check)
            marks_and_copies(browser, page, check)
    palette(book / "style.css", check)
    for width in (1280, 390):
        search(browser, pages[1], check, width)
    links_of_index(browser, book, seen, check)
    browser.close()
    print(f"{len(pages)} pages; screenshots in {os.path.relpath(screenshots)}")
    print(f"{passed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
