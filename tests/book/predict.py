"""Answers the questions of the book's pages as a reader does, in the browser that browse.py opened."""
import json
from pathlib import Path

CASES = Path(__file__).parents[1] / "support/predictions.txt"
# Of each question: the answer as it is printed, its choices, what the field and the line behind it show, and whether its
# fold is open.
LOOK = """[...document.querySelectorAll('.guess')].map(box => ({
  answer: box.dataset.answer, choices: box.dataset.choices?.split('|') ?? null,
  asks: !!box.querySelector('form')?.checkVisibility(), number: !!box.querySelector('input'),
  told: box.querySelector('.said')?.textContent ?? '',
  open: box.closest('.question').nextElementSibling.open}))"""
TALLY = "document.querySelector('.tally').checkVisibility() && document.querySelector('.tally p').textContent"
FORGET = "for (const key of Object.keys(localStorage)) localStorage.removeItem(key)"


def same_rules(browser, check):
    """The page that is open judges the cases as lessons/support/predict.cpp does."""
    rows = [line.split("|") for line in CASES.read_text().splitlines() if not line.startswith("#")]
    cases = [[float(said), float(answer), {"percent": unit == "%", "unit": unit.replace("%", "")}]
             for said, answer, unit, _, _ in rows]
    got = browser.evaluate(f"{json.dumps(cases)}.map(each => predictions.judge(...each))")
    check("predictions", "judged otherwise than by the lessons",
          [f"{now}, not {row[3:]}" for now, row in zip(got, rows) if now != row[3:]] if rows else ["no cases"])
    style = '{percent: true, unit: ""}'
    typed = browser.evaluate(f"""[" 57 ", "+0.5", ".5", "1e3", "-2.", "", "x", "1,5", "0x10", "Infinity", "1e999", "5 %"].map(text =>
      [predictions.number_in(text, {{}}) ?? null, predictions.number_in(text, {style}) ?? null])""")
    wanted = [[57, 0.57], [0.5, 0.005], [0.5, 0.005], [1000, 10], [-2, -0.02]] + [[None, None]] * 6 + [[None, 0.05]]
    check("predictions", "what was typed is read otherwise", [] if typed == wanted else [typed])


def guess(browser, i, value):
    """Types a number and presses Enter, or presses the button of a choice."""
    box = f"document.querySelectorAll('.guess')[{i}]"
    if browser.evaluate(f"!{box}.querySelector('input')"):
        browser.evaluate(f"[...{box}.querySelectorAll('button')].find(button => button.textContent === {json.dumps(value)}).click()")
        return
    browser.evaluate(f"(() => {{ const input = {box}.querySelector('input'); input.focus(); input.select(); }})()")
    browser.call("Input.insertText", text=value)
    browser.press("Enter")


def try_predictions(browser, page, check):
    name = page.stem
    browser.look(390, "light")
    browser.open(page.as_uri())
    browser.evaluate(FORGET)
    browser.open(page.as_uri())
    before = browser.evaluate(LOOK)
    asked = [i for i, each in enumerate(before) if each["asks"]]
    check(name, "questions without a field",
          [each for each in before if not each["asks"] and (each["choices"] or each["answer"][0] in "-0123456789")])
    check(name, "a choice that is not offered",
          [each for each in before if each["choices"] and each["answer"] not in each["choices"]])
    check(name, "a tally before a prediction", [tally] if (tally := browser.evaluate(TALLY)) else [])
    number = next((i for i in asked if before[i]["number"]), None)
    if number is not None:
        guess(browser, number, "many")
        unread = browser.evaluate(LOOK)[number]
        check(name, "takes what is no number", [] if unread["asks"] and not unread["told"] else [unread])
    # All but the last are answered as it is printed; the last is opened without a guess.
    for i in asked[:-1]:
        guess(browser, i, before[i]["answer"])
    browser.evaluate(f"document.querySelectorAll('.guess')[{asked[-1]}].closest('.question').nextElementSibling.firstChild.click()")
    for moment in ("after the guesses", "after the page was loaded again"):
        after = browser.evaluate(LOOK)
        check(f"{name}, {moment}", "a right guess is not right",
              [after[i] for i in asked[:-1] if f"You said {after[i]['answer']}" not in after[i]["told"] or
               "right." not in after[i]["told"]])
        check(f"{name}, {moment}", "what was not predicted", [] if after[asked[-1]]["told"] == f"It is {after[asked[-1]]['answer']}."
              else [after[asked[-1]]])
        check(f"{name}, {moment}", "still folded, or still asked", [after[i] for i in asked if not after[i]["open"] or after[i]["asks"]])
        made = len(asked) - 1
        wanted = f"You made {made} prediction{'' if made == 1 else 's'}: {made} right; 1 skipped. There are {len(asked)} on this page."
        tally = browser.evaluate(TALLY)
        check(f"{name}, {moment}", "the tally", [] if tally == wanted else [tally])
        browser.open("about:blank")
        browser.open(page.as_uri())
    browser.evaluate("document.querySelector('.tally button').click()")
    again = browser.evaluate(LOOK)
    check(name, "does not ask again", [each for each, first in zip(again, before) if each != first])
    browser.evaluate("dispatchEvent(new Event('beforeprint'))")
    check(name, "folded on paper", [each for each in browser.evaluate(LOOK) if not each["open"]])
    browser.evaluate("dispatchEvent(new Event('afterprint'))")
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(page.as_uri(), scripts=False)
    still = browser.evaluate(LOOK)
    check(name, "without scripts", [each for each in still if each["asks"] or each["open"]])
    browser.call("Emulation.setScriptExecutionDisabled", value=False)
    browser.open(page.as_uri())
    browser.evaluate(FORGET)
