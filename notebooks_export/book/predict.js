// The reader's predictions: a field at each "Predict first", what it turned out to be, and a tally at the end of the page.
// The rules are those of lessons/support/predict.cpp; tests/support/predictions.txt holds both to the same cases.
const predictions = (() => {
  // Rounded as printf does it, ties to even.
  const rounded = (number, digits) => {
    if (!Number.isFinite(number)) return number;
    const [mantissa, exponent] = Math.abs(number).toExponential(60).split("e");
    const all = mantissa.replace(".", ""), kept = all.slice(0, digits), rest = all.slice(digits);
    const up = rest[0] > "5" || (rest[0] === "5" && (/[1-9]/.test(rest.slice(1)) || kept.at(-1) % 2 === 1));
    return Number(`${number < 0 ? "-" : ""}${BigInt(kept) + BigInt(up)}e${+exponent - digits + 1}`);
  };
  // As printf's %.3g.
  const general = (number, digits) => {
    const value = rounded(number, digits), [mantissa, exponent] = value.toExponential().split("e");
    if (exponent >= -4 && exponent < digits) return String(value);
    return `${mantissa}e${exponent[0]}${exponent.slice(1).padStart(2, "0")}`;
  };
  const written = (number, { percent }) => {
    const shown = percent ? 100 * number : number;
    if (Math.abs(shown) >= 1e15) return BigInt(shown).toString();
    const whole = rounded(shown, Math.trunc(Math.abs(shown)).toString().length);
    return Number.isInteger(shown) || Math.abs(shown) >= 1000 ? whole.toFixed(0) : general(shown, 3);
  };
  const with_unit = (number, style) =>
    written(number, style) + (style.percent ? "%" : style.unit ? " " + style.unit : "");

  // A whole number of percent, though 100 * 0.07 is not 7.
  const whole_percent = (said) => rounded(100 * said, 12) === Math.round(100 * said);
  const rounds_to = (said, is, { percent }) => {
    if (percent && whole_percent(said)) return Math.round(100 * is) === Math.round(100 * said);
    let digits = 2;
    while (digits < 17 && rounded(said, digits) !== said) ++digits;
    return rounded(is, digits) === said;
  };
  const nearness = (said, is, style) => {
    if (rounds_to(said, is, style) || written(said, style) === written(is, style)) return "right";
    const apart = Math.abs(said - is);
    if (style.percent) return apart <= 0.05 ? "near" : apart <= 0.2 ? "not far" : "off";
    if (!(said * is > 0)) return "off";
    if ((apart === 1 && Number.isInteger(is)) || apart <= 0.25 * Math.abs(is)) return "near";
    return Math.max(said / is, is / said) <= 10 ? "not far" : "off";
  };
  const comparison = (said, is, style) => {
    const side = said > is ? "high" : "low";
    if (style.percent) return `${written(Math.abs(said - is), style)} points too ${side}`;
    if (!(said * is > 0)) return "";
    const factor = rounded(Math.max(said / is, is / said), 2);
    return factor === 1 ? `a little too ${side}` : `too ${side} by a factor of ${written(factor, {})}`;
  };
  const sentence = (said, is, measure) =>
    measure === "right" && said === is ? `You said ${is}: right.` : `You said ${said}; it is ${is}${measure && ": " + measure}.`;

  // Of a number: how near it was, and what the reader is told.
  const judge = (said, is, style) => {
    const how = nearness(said, is, style);
    const measure = how === "right" ? how : [how === "near" && how, comparison(said, is, style)].filter(Boolean).join(", ");
    return [how, sentence(with_unit(said, style), with_unit(is, style), measure)];
  };
  // Of words: yes, no, or a choice.
  const judge_words = (said, is) => {
    const how = said === is ? "right" : "off";
    return [how, sentence(said, is, how === "right" ? how : "")];
  };

  const decimal = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
  // The number that a reader typed, or nothing.
  const number_in = (text, { percent, unit }) => {
    text = text.trim();
    if (percent && text.endsWith("%")) text = text.slice(0, -1).trim();
    if (unit && text.endsWith(unit)) text = text.slice(0, -unit.length).trim();
    if (!decimal.test(text) || !Number.isFinite(+text)) return undefined;
    return percent ? +text / 100 : +text;
  };
  // What an answer that was printed is: words, or a number with its style.
  const answer_in = (text, choices) => {
    const [, number, unit] = text.match(/^([-+]?\d[\d.]*(?:e[-+]?\d+)?)(%| .+)?$/) ?? [];
    if (choices || number === undefined) return { is: text, choices: choices ?? (/^(yes|no)$/.test(text) && ["yes", "no"]) };
    const style = { percent: unit === "%", unit: unit && unit !== "%" ? unit.trim() : "" };
    return { is: style.percent ? +number / 100 : +number, style };
  };

  // How each was, or "skipped".
  const tally = (all) => {
    const count = (how) => all.filter((each) => each === how).length, skipped = count("skipped");
    const parts = ["right", "near", "not far", "off"].filter(count).map((how) => `${count(how)} ${how}`);
    const made = all.length - skipped;
    return `${made} prediction${made === 1 ? "" : "s"}${made ? ": " + parts.join(", ") : ""}${skipped ? `; ${skipped} skipped` : ""}`;
  };
  // What was told on each page of the book that was read: how many it asks, and how each prediction was.
  const told = book.kept("tallies");
  const tallies = () => { try { return JSON.parse(told.get()) ?? {}; } catch { return {}; } };
  const keep = (page, asked, how) => told.set(JSON.stringify({ ...tallies(), [page]: { asked, how } }));
  const of_book = () => {
    const pages = Object.values(tallies()).filter(({ how }) => how.length);
    return { pages: pages.length, how: pages.flatMap(({ how }) => how) };
  };
  return { judge, judge_words, number_in, answer_in, tally, tallies, keep, of_book };
})();

document.addEventListener("DOMContentLoaded", () => {
  const folds = [...document.querySelectorAll("details.prediction")];
  const page = location.pathname.split("/").pop();
  const { made } = book, kept = book.kept("predictions " + page);
  const read = () => { try { return JSON.parse(kept.get()) ?? {}; } catch { return {}; } };
  const write = () => kept.set(JSON.stringify(said));
  let said = read();
  const asked = [];  // every question that can be answered

  const end = made("section", { className: "tally", hidden: true });
  const sum = made("p", {}), in_all = made("p", {}), again = made("button", { type: "button", textContent: "Predict again" });
  end.setAttribute("aria-label", "Your predictions");
  end.append(sum, in_all, again);
  document.querySelector("main")?.append(end);

  const add_up = () => {
    const all = asked.map((each) => each.how).filter(Boolean);
    end.hidden = all.length === 0;
    sum.textContent = `You made ${predictions.tally(all)}. There are ${asked.length} on this page.`;
    if (all.length || page in predictions.tallies()) predictions.keep(page, asked.length, all);
    const { pages, how } = predictions.of_book();
    in_all.textContent = pages > 1 ? `In the whole book you made ${predictions.tally(how)}.` : "";
  };
  // Shows what is known of a question; unfolds once all of its fold are answered.
  const show = (each) => {
    const value = said[each.question], known = value !== undefined;
    let told = "";
    if (!known) each.how = undefined;
    else if (value === null) [each.how, told] = ["skipped", `It is ${each.shown}.`];
    else [each.how, told] = each.style ? predictions.judge(value, each.is, each.style) : predictions.judge_words(value, each.is);
    each.form.hidden = known;
    each.status.textContent = told;
    each.now.textContent = known && each.run && each.run.answer !== each.shown
      ? `In your run${each.run.words && ` (${each.run.words})`} it is ${each.run.answer}. ` : "";
    add_up();
  };
  const settle = (each, value) => {
    said[each.question] = value;
    write();
    show(each);
    if (each.beside.every((other) => other.how)) each.fold.open = true;
  };

  const field = (each) => {
    const { style } = each, unit = style.percent ? "in percent" : style.unit ? "how many " + style.unit : "a number";
    const input = made("input", { type: "text", inputMode: "decimal", autocomplete: "off", size: 10 });
    const wrong = made("p", { className: "wrong" });
    wrong.setAttribute("role", "alert");
    each.form.append(made("label", {}, made("span", {}, `Your guess, ${unit}: `), input), " ", made("button", { textContent: "Compare" }), wrong);
    each.form.addEventListener("submit", (event) => {
      event.preventDefault();
      const number = predictions.number_in(input.value, style);
      wrong.textContent = number === undefined ? "Please give a number, as 1000 or 0.5." : "";
      if (number === undefined) input.focus();
      else settle(each, number);
    });
  };
  const buttons = (each) => {
    each.form.setAttribute("role", "group");
    each.form.setAttribute("aria-label", "Your guess");
    for (const choice of each.choices) {
      const button = made("button", { type: "button", textContent: choice });
      button.addEventListener("click", () => settle(each, choice));
      each.form.append(button, " ");
    }
  };

  for (const fold of folds) {
    const beside = [];
    for (const box of fold.previousElementSibling?.querySelectorAll(".guess") ?? []) {
      const shown = box.dataset.answer, choices = box.dataset.choices?.split("|");
      const answer = predictions.answer_in(shown, choices);
      if (!answer.style && !answer.choices) continue;
      const each = { ...answer, shown, fold, beside, question: box.querySelector(".asked").textContent.replace(/\s+/g, " ") };
      each.form = made("form", { noValidate: true });
      each.status = made("p", { className: "said" });
      each.status.setAttribute("role", "status");
      each.now = made("p", { className: "small" });
      if (answer.style) field(each); else buttons(each);
      const choices_in_text = box.querySelector(".choices");
      if (choices_in_text) choices_in_text.hidden = true;
      box.append(each.form, each.status, each.now);
      beside.push(each);
      asked.push(each);
    }
    beside.forEach(show);
    if (beside.length && beside.every((each) => each.how)) fold.open = true;
    fold.querySelector("summary").addEventListener("click", () => {
      if (fold.open) return;
      beside.filter((each) => !each.how).forEach((each) => settle(each, null));
      fold.open = false;  // the click itself unfolds
    });
  }
  // A run of the lesson in its page gives answers of its own; without a question it takes them all back.
  addEventListener("answer", ({ detail: { question, answer, run } }) => {
    for (const each of asked.filter((one) => !question || one.question === question.replace(/\s+/g, " "))) {
      each.run = question && { answer, words: run };
      show(each);
    }
  });
  again.addEventListener("click", () => {
    said = {};
    write();
    for (const each of asked) {
      each.fold.open = false;
      show(each);
    }
    asked[0].form.closest(".question").scrollIntoView({ block: "center" });
    asked[0].form.querySelector("input, button").focus({ preventScroll: true });
  });
});

// The front page tells how they were, lesson by lesson; it may come back from the browser's memory.
addEventListener("pageshow", () => {
  const list = document.querySelector(".lessons"), { made } = book, all = predictions.of_book();
  for (const old of document.querySelectorAll(".predicted")) old.remove();
  if (!list || !all.pages) return;
  list.before(made("p", { className: "predicted" }, `In the whole book you made ${predictions.tally(all.how)}.`));
  const tallies = predictions.tallies();
  for (const link of list.querySelectorAll("h2 a")) {
    const { asked, how = [] } = tallies[link.getAttribute("href")] ?? {};
    if (!how.length) continue;
    link.closest("li").append(made("p", { className: "small predicted" }, `You made ${predictions.tally(how)}. The lesson asks for ${asked}.`));
  }
});
