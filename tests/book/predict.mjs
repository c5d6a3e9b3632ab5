// Answers the questions of the book's pages as a reader does.
import { readFileSync } from "node:fs";

// In the page. Of each question: the answer as it is printed, its choices, what the field and the line behind
// it show, and whether its fold is open.
const look = () => [...document.querySelectorAll(".guess")].map((box) => ({
  answer: box.dataset.answer, choices: box.dataset.choices?.split("|") ?? null,
  asks: !!box.querySelector("form")?.checkVisibility(), number: !!box.querySelector("input"),
  told: box.querySelector(".said")?.textContent ?? "",
  open: box.closest(".question").nextElementSibling.open,
}));
const tally = () => {
  const box = document.querySelector(".tally");
  return box.checkVisibility() && box.querySelector("p").textContent;
};
const forget = () => { for (const key of Object.keys(localStorage)) localStorage.removeItem(key); };
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

// The page judges the cases as lessons/support/predict.cpp does.
export async function same_rules({ browser, page, check, expect, origins }, name) {
  const cases = readFileSync(new URL("../support/predictions.txt", import.meta.url), "utf8").split("\n")
    .filter((line) => line && !line.startsWith("#")).map((line) => line.split("|"));
  await browser.open(`${origins[0]}${name}.html`);
  const asked = cases.map(([said, answer, unit]) =>
    [Number(said), Number(answer), { percent: unit === "%", unit: unit.replace("%", "") }]);
  const got = await page.evaluate((rows) => rows.map((row) => predictions.judge(...row)), asked);
  const differ = cases.map((row, i) => [got[i], row.slice(3)]).filter((pair) => !same(...pair));
  check("predictions", "judged otherwise than by the lessons", cases.length ? differ : ["no cases"]);
  const none = [null, null];
  const wanted = { " 57 ": [57, 0.57], "+0.5": [0.5, 0.005], ".5": [0.5, 0.005], "1e3": [1000, 10],
    "-2.": [-2, -0.02], "": none, x: none, "1,5": none, "0x10": none, Infinity: none, "1e999": none,
    "5 %": [null, 0.05] };
  const typed = await page.evaluate((texts) => {
    const styles = [{}, { percent: true, unit: "" }];
    return texts.map((text) => styles.map((style) => predictions.number_in(text, style) ?? null));
  }, Object.keys(wanted));
  expect("predictions", "what was typed is read otherwise", same(typed, Object.values(wanted)), typed);
}

export async function try_predictions({ browser, page, check, expect, origins }, name) {
  const address = `${origins[1]}${name}.html`;
  // Types a number and presses Enter, or presses the button of a choice.
  const guess = async (i, value) => {
    const is_number = await page.evaluate((at, wanted) => {
      const box = document.querySelectorAll(".guess")[at], input = box.querySelector("input");
      if (input) input.focus(), input.select();
      else [...box.querySelectorAll("button")].find((button) => button.textContent === wanted).click();
      return !!input;
    }, i, value);
    if (is_number) await page.keyboard.type(value), await browser.press("Enter");
  };
  await browser.look(390);
  await browser.open(address);
  await page.evaluate(forget);
  await browser.open(address);
  const before = await page.evaluate(look), asked = before.flatMap((each, i) => (each.asks ? [i] : []));
  const last = asked.at(-1);
  check(name, "questions without a field",
        before.filter(({ asks, choices, answer }) => !asks && (choices || /^[-\d]/.test(answer))));
  check(name, "a choice that is not offered",
        before.filter(({ choices, answer }) => choices && !choices.includes(answer)));
  const none = await page.evaluate(tally);
  expect(name, "a tally before a prediction", !none, none);
  const number = asked.find((i) => before[i].number);
  if (number !== undefined) {
    await guess(number, "many");
    const unread = (await page.evaluate(look))[number];
    expect(name, "takes what is no number", unread.asks && !unread.told, unread);
  }
  // All but the last are answered as it is printed; the last is opened without a guess.
  for (const i of asked.slice(0, -1)) await guess(i, before[i].answer);
  await page.evaluate((i) => {
    document.querySelectorAll(".guess")[i].closest(".question").nextElementSibling.firstChild.click();
  }, last);
  for (const moment of ["after the guesses", "after the page was loaded again"]) {
    const at = `${name}, ${moment}`, after = await page.evaluate(look);
    check(at, "a right guess is not right", asked.slice(0, -1).map((i) => after[i])
      .filter(({ told, answer }) => !told.includes(`You said ${answer}`) || !told.includes("right.")));
    expect(at, "what was not predicted", after[last].told === `It is ${after[last].answer}.`, after[last]);
    check(at, "still folded, or still asked",
          after.filter(({ open, asks }, i) => asked.includes(i) && (!open || asks)));
    const made = asked.length - 1, shown = await page.evaluate(tally);
    const wanted = `You made ${made} prediction${made === 1 ? "" : "s"}: ${made} right; 1 skipped. ` +
      `There are ${asked.length} on this page.`;
    expect(at, "the tally", shown === wanted, shown);
    await browser.open(address);
  }
  await page.evaluate(() => document.querySelector(".tally button").click());
  const again = await page.evaluate(look);
  check(name, "does not ask again", again.filter((each, i) => !same(each, before[i])));
  await page.evaluate(() => { dispatchEvent(new Event("beforeprint")); });
  check(name, "folded on paper", (await page.evaluate(look)).filter(({ open }) => !open));
  await page.evaluate(() => { dispatchEvent(new Event("afterprint")); });
  await browser.scripts(false);
  await browser.open(address);
  check(name, "without scripts", (await page.evaluate(look)).filter(({ asks, open }) => asks || open));
  await browser.scripts(true);
  await browser.open(address);
  await page.evaluate(forget);
}
