"""Moves the figures of the book by mouse, finger and keys in the browser that browse.py opened."""
import re
import shutil
import subprocess
from pathlib import Path

# A handle, how far to drag it on a page 1280 wide, keys that do the same, and what the figure then says.
MOVES = {
    "01_autodiff": (0, (-332 / 6, 0), "ArrowLeft " * 10,
                    "At x = 0.50 the derivative is 1.940. The engine with = finds 0.470:"),
    "02_sigmoid_or_softmax": (0, (38.4, 76.8), "ArrowRight " * 4 + "ArrowDown " * 8,
                              "z1 − z0 = −1.00, so P(rain) = 0.27."),
    "03_timestep_differencing": (0, (300 * 340 / 1300, 0), "ArrowRight " * 3,
                                 "With 100 % of the offset, after 600 steps, the error is"),
    "04_sqrt_count_weights": (0, (34.5, 0), "ArrowRight " * 10,
                              "The weight n1.00 gives independent errors the smallest variance."),
    "05_padding_masks": (0, (4 * 686 / 30, 0), "ArrowRight " * 4,
                         "any padding of the words. The encoder still reads padding: its state moves by"),
    "06_ctc": (5, (0, 31), "ArrowRight ArrowDown", "This path says helo: no blank stands between the two l’s"),
    "07_speaker_embeddings": (2, (-144, 0), "ArrowDown " * 2 + "ArrowLeft " * 20,
                              "The gradients are (0, 0, 0, 0.125). If every label is swapped, no gradient changes."),
}
ANSWERS = {
    "01_autodiff": "It finds 0.420.",
    "03_timestep_differencing": "Over five seeds:",
    "04_sqrt_count_weights": "With the weight n the variance is 1.31 times as large.",
    "02_sigmoid_or_softmax": "P(rain) is 0.88 again.",
    "05_padding_masks": "A mask on the loss repairs that",
    "06_ctc": "It is 2.6 % (10 frames).",
    "07_speaker_embeddings": "It is 0.5, wherever the distances are below the margin.",
}

FIGURE = "document.querySelector('figure.live')"
HANDLE = """(i => {{ const box = {0}.querySelectorAll('.handle')[i].querySelector('circle').getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2]; }})""".format(FIGURE)
# A place beside the handles where a tap would count.
BESIDE = """(() => {{ const [x, y] = {0}(0);
  return [[60, 0], [-60, 0], [0, -60], [-40, -90]].map(([dx, dy]) => [x + dx, y + dy]).find(place => {{
    const there = document.elementFromPoint(...place);
    return there?.closest('.canvas svg') && !there.closest('.handle'); }}); }})()""".format(HANDLE)
# Words cut off or too small, at this width.
CUT = """(() => {{ const canvas = {0}.querySelector('.canvas').getBoundingClientRect();
  return [...{0}.querySelectorAll('svg text')].filter(text => text.checkVisibility()).filter(text => {{
    const box = text.getBoundingClientRect(), now = text.getScreenCTM();
    const size = parseFloat(getComputedStyle(text).fontSize) * Math.hypot(now.a, now.b);
    return box.width && (box.left < canvas.left - 1 || box.right > canvas.right + 1 || size < 11.9);
  }}).map(text => text.textContent); }})()""".format(FIGURE)


def numbers(measured):
    """What figures.mjs counts in node, which needs no browser: passed and failed. `measured`: a directory of new tables."""
    if not shutil.which("node"):
        print("skipped: there is no node here to check the numbers of the figures with (make deps-notebooks)")
        return 0, 0
    run = subprocess.run(["node", Path(__file__).with_name("figures.mjs"), measured], capture_output=True, text=True)
    counts = re.search(r"^(\d+) passed, (\d+) failed\n$", run.stdout, re.MULTILINE)
    print(run.stdout[:counts.start()] if counts else run.stdout + run.stderr, end="")
    return tuple(map(int, counts.groups())) if counts else (0, 1)


def read(browser, what):
    return " ".join(browser.evaluate(f"{FIGURE}.querySelector('{what}').textContent").split())


def open_new(browser, page, width=1280, fragment="", scripts=True):
    browser.open("about:blank", scripts)
    browser.look(width, "light")
    browser.open(page.as_uri() + fragment, scripts)
    browser.evaluate(FIGURE + ".scrollIntoView()")


def mouse(browser, kind, x, y):
    browser.call("Input.dispatchMouseEvent", type="mouse" + kind, x=x, y=y, button="left", clickCount=1,
                 buttons=0 if kind == "Released" else 1)


def drag(browser, start, end, steps=4):
    mouse(browser, "Pressed", *start)
    for i in range(1, steps + 1):
        mouse(browser, "Moved", *(a + (b - a) * i / steps for a, b in zip(start, end)))
    mouse(browser, "Released", *end)


def touch(browser, *points):
    """A finger goes from point to point: one is a tap."""
    for i, point in enumerate(points):
        browser.call("Input.dispatchTouchEvent", type="touchMove" if i else "touchStart",
                     touchPoints=[dict(zip("xy", point))])
    browser.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])


def try_figure(browser, page, check):
    name = page.stem
    handle, (dx, dy), keys, wanted = MOVES[name]
    open_new(browser, page)
    browser.evaluate("localStorage.clear()")
    open_new(browser, page)
    stops = browser.evaluate(FIGURE + ".querySelectorAll('.handle[tabindex=\"0\"]').length")
    check(name, "tab stops of its handles", [] if stops == 1 else [stops])
    unanswered = read(browser, ".ask")
    check(name, "the answer stands in the question", [unanswered] if ANSWERS[name] in unanswered else [])
    browser.evaluate("dispatchEvent(new Event('beforeprint'))")
    printed = read(browser, ".ask")
    check(name, "on paper without the answer", [] if ANSWERS[name] in printed else [printed])
    browser.evaluate("dispatchEvent(new Event('afterprint'))")
    guess = read(browser, ".ask button")
    browser.evaluate(FIGURE + ".querySelector('.ask button').click()")
    answered = read(browser, ".ask")
    check(name, "no answer to a guess",
          [] if f"You said {guess}." in answered and ANSWERS[name] in answered else [answered])

    said = {}
    start = browser.evaluate(f"{HANDLE}({handle})")
    end = [start[0] + dx, start[1] + dy]
    before = read(browser, ".says")
    drag(browser, start, end)
    said["drag"] = read(browser, ".says")
    browser.evaluate("new Promise(done => setTimeout(done, 400))")
    fragment = browser.evaluate("location.hash")
    for how, move in (("keys", lambda: [browser.press(key) for key in keys.split()]), ("tap", lambda: touch(browser, end)),
                      ("finger", lambda: touch(browser, start, [start[0] + dx / 2, start[1] + dy / 2], end))):
        open_new(browser, page)
        browser.evaluate(FIGURE + ".querySelector('.handle[tabindex=\"0\"]').focus({preventScroll: true})")
        at = browser.evaluate("scrollY")
        move()
        browser.evaluate("new Promise(done => setTimeout(done, 100))")
        check(name, f"scrolls with {how}", [] if browser.evaluate("scrollY") == at else [at])
        said[how] = read(browser, ".says")
    open_new(browser, page, fragment=fragment)
    said["address " + fragment] = read(browser, ".says")
    check(name, "what a move says",
          [f"{how}: {text}" for how, text in said.items() if wanted not in text or text == before])
    check(name, "moves that differ", [] if len(set(said.values())) == 1 else said.items())

    for wrong in ("%E0;x", "", "1;" * 9, "NaN;1e9;-1;0.5"):
        open_new(browser, page, fragment=fragment.split("=")[0] + "=" + wrong)
        shown = read(browser, ".says")
        check(name, f"address {wrong}", [] if shown == before else [shown])

    open_new(browser, page, 390)
    browser.evaluate(FIGURE + ".querySelector('.handle').scrollIntoView({block: 'center'})")
    before, (x, y), at = read(browser, ".says"), browser.evaluate(BESIDE), browser.evaluate("scrollY")
    touch(browser, *([x, y - 20 * i] for i in range(8)))
    browser.evaluate("new Promise(done => setTimeout(done, 200))")
    after, scrolled = read(browser, ".says"), browser.evaluate("scrollY") - at
    check(name, "a swipe that should scroll the page", [] if after == before and scrolled > 50 else [after, scrolled])
    for width in (1280, 390, 320):
        open_new(browser, page, width)
        check(f"{name}, {width} wide", "words cut off or small", browser.evaluate(CUT))
        check(f"{name}, {width} wide", "scrolls sideways",
              [wide] if (wide := browser.evaluate("document.scrollingElement.scrollWidth")) > width else [])
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    for width in (1280, 390):
        open_new(browser, page, width, scripts=False)
        still = browser.evaluate(f"[...{FIGURE}.querySelectorAll('svg')].filter(svg => svg.checkVisibility()).length")
        check(f"{name}, {width} wide", "still pictures", [] if still == 1 else [still])
        check(f"{name}, {width} wide", "words of the still cut off or small", browser.evaluate(CUT))
    browser.call("Emulation.setScriptExecutionDisabled", value=False)
