"""Runs lesson 3 in its page, as a reader would: Run, a broken claim, Stop, a slider."""
import json
import time

FIRST_STEP = "document.querySelector('.outcome:has(.break)')"


def panel(browser):
    return json.loads(browser.evaluate("JSON.stringify({...document.getElementById('live').dataset})"))


def press(browser, words, within="#live"):
    browser.evaluate(f"[...document.querySelectorAll('{within} button')].find(b => b.textContent === '{words}').click()")


def wait(browser, condition, then="", seconds=240):
    """Looks from within the page, so that `then` happens as soon as the condition holds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if browser.evaluate(f"""new Promise((done) => {{
              const end = Date.now() + 10000;
              const look = () => {{
                if ({condition}) {{ {then}; done(true); }} else if (Date.now() > end) done(false); else setTimeout(look, 10);
              }};
              look();
            }})"""):
            return


def state_is(*states):
    return f"{json.dumps(states)}.includes(document.getElementById('live').dataset.state)"


def count(browser, selector):
    return browser.evaluate(f"document.querySelectorAll('{selector}').length")


def first_step(browser):
    return browser.evaluate(f"{FIRST_STEP}.innerText")


def try_lesson(browser, book, check):
    """Whether there was a lesson to run."""
    page = book / "03_timestep_differencing.html"
    if not (book / "lesson03.js").exists():
        print("skipped: no lesson runs in its page, as there is no em++ here (make deps-book)")
        return False
    name = "lesson 3, live"
    browser.look(1280, "light")
    browser.open(page.as_uri())
    browser.evaluate("document.querySelectorAll(\"details\").forEach(fold => fold.open = true)")
    recorded = first_step(browser)
    check(name, "recorded outputs say so", [] if recorded.startswith("Recorded on another machine") else [recorded[:60]])

    press(browser, "Run")
    wait(browser, state_is("ended", "failed"))
    status = browser.evaluate("document.querySelector('#live .status').textContent")
    verdicts = {kind: count(browser, f".outcome .claim.{kind}") for kind in ("pass", "fail")}
    check(name, "the run's end", [] if panel(browser)["state"] == "ended" else [status])
    check(name, "claims hold", [] if verdicts["pass"] > 20 and not verdicts["fail"] else [verdicts, status])
    waiting, plain = count(browser, ".outcome.waiting"), first_step(browser)
    check(name, "outputs are of this run", [] if not waiting and plain.startswith("Run here: --quick\n") else [waiting, plain])
    figures = count(browser, ".outcome > figure svg")
    check(name, "figures are drawn", [] if figures > 3 else [figures])
    print(f"lesson 3 in its page: {status} first line after {panel(browser)['first']} ms")

    press(browser, "break it", ".outcome")
    wait(browser, f"{FIRST_STEP}?.innerText.match(/^Run here: --quick --askers-lr[^]*✗ FAIL[^]*✗ FAIL/)",
         "[...document.querySelectorAll('#live button')].find(b => b.textContent === 'Stop').click()")
    broken = first_step(browser)
    check(name, "a broken claim is false", [] if broken.count("✗ FAIL") == 2 and "mend it" in broken else [broken])
    check(name, "it stops", [] if panel(browser)["state"] == "stopped" else [panel(browser)["state"]])
    before = browser.evaluate("document.getElementById('text').innerText")
    time.sleep(1)
    after = browser.evaluate("document.getElementById('text').innerText")
    check(name, "stopped, nothing comes", [] if before == after else ["it did"])

    press(browser, "Defaults")
    browser.evaluate("""{const slider = document.getElementById("knob-askers-lr").nextElementSibling;
                        slider.value = 25, slider.dispatchEvent(new Event("input"))}""")
    press(browser, "Run")
    wait(browser, f"/^Run here: --quick --askers-lr \\S+\\n[^]*✓ pass[^]*(✓ pass|✗ FAIL)/.test({FIRST_STEP}.innerText)", 60)
    moved = first_step(browser)
    numbers = [text.split("\n", 1)[1] for text in (moved, plain)]
    check(name, "a slider changes the output", [] if moved.startswith("Run here") and numbers[0] != numbers[1] else [moved])
    press(browser, "Recorded outputs")
    check(name, "the recorded outputs come back", [] if first_step(browser) == recorded else [first_step(browser)[:60]])
    return True
