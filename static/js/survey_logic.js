/* The logic of questionnaires, twin of surveys/expressions/evaluation.py and of
   surveys.answering.settle: change both, and tests/surveys/vectors.json. */
(() => {
  const LONGEST = 2000;
  const FIRST_DAY = -719162;
  const LAST_DAY = 2932896;
  const DAY = 864e5;
  const WHITE = /[ \t\r\n]+/;
  const patterns = new Map();

  const trimmed = (text) => text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
  const words = (text) => text.split(WHITE).filter(Boolean);
  const isNumber = (value) => typeof value === "number";
  const blank = (value) => value === "" || Number.isNaN(value);
  const truth = (value) => Boolean(value);

  /* Python counts letters where JavaScript counts halves of some. */
  function cut(text) {
    return text.length > LONGEST ? [...text].slice(0, LONGEST).join("") : text;
  }

  function stored(answer) {
    if (isNumber(answer)) return answer;
    if (Array.isArray(answer)) answer = answer.filter((code) => typeof code === "string").join(" ");
    return typeof answer === "string" ? cut(answer) : "";
  }

  function numberText(number) {
    if (!Number.isFinite(number)) return String(number);
    const [digits, exponent] = String(Math.abs(number)).split("e");
    const sign = number < 0 ? "-" : "";
    if (!exponent) return sign + digits;
    const [whole, part = ""] = digits.split(".");
    const point = whole.length + Number(exponent);
    const all = whole + part;
    if (point <= 0) return `${sign}0.${"0".repeat(-point)}${all}`;
    return sign + all.padEnd(point, "0");
  }

  const text = (value) => (isNumber(value) ? numberText(value) : String(value));

  function day(value) {
    if (isNumber(value)) {
      return value >= FIRST_DAY && value < LAST_DAY + 1 ? Math.floor(value) : null;
    }
    const found = /^(\d{4})-(\d\d)-(\d\d)(?:T[^]*)?$/.exec(trimmed(text(value)));
    if (!found) return null;
    const [year, month, date] = found.slice(1).map(Number);
    const moment = new Date(0);
    moment.setUTCFullYear(year, month - 1, date);
    const real = year && moment.getUTCMonth() === month - 1 && moment.getUTCDate() === date;
    return real ? moment / DAY : null;
  }

  const iso = (days) => new Date(days * DAY).toISOString().slice(0, 10);

  function number(value) {
    if (typeof value !== "string") return Number(value);
    const written = trimmed(value);
    if (/^-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?$/.test(written)) return Number(written);
    return day(written) ?? NaN;
  }

  function equal(left, right) {
    if (typeof left === "boolean" || typeof right === "boolean") return truth(left) === truth(right);
    if (isNumber(left) || isNumber(right)) return number(left) === number(right);
    return left === right;
  }

  function matches(subject, source) {
    if (subject.length > LONGEST && [...subject].length > LONGEST) return false;
    if (!patterns.has(source)) patterns.set(source, new RegExp(source, "u"));
    return patterns.get(source).test(subject);
  }

  /* Halves go away from nought, as in ODK. */
  function round(value, places = 0) {
    if (Number.isNaN(places)) return NaN;
    if (!Number.isFinite(value)) return value;
    const factor = Number(`1e${Math.abs(Math.trunc(Math.max(-15, Math.min(15, places))))}`);
    const scaled = places > 0 ? Math.abs(value) * factor : Math.abs(value) / factor;
    if (scaled >= 2 ** 52) return value;
    const halved = Math.floor(scaled + 0.5);
    const result = places > 0 ? halved / factor : halved * factor;
    return value < 0 || Object.is(value, -0) ? -result : result;
  }

  function substr(subject, start, end = Infinity) {
    const letters = [...subject];
    const place = (value) => {
      const whole = Math.trunc(Math.max(-1e6, Math.min(1e6, value))) || 0;
      return whole < 0 ? Math.max(0, letters.length + whole) : whole;
    };
    return letters.slice(place(start), place(end)).join("");
  }

  function formatted(value, form) {
    const days = day(value);
    if (days === null) return "";
    const [Y, m, d] = iso(days).split("-");
    const signs = { Y, m, d, y: Y.slice(2), n: Number(m), e: Number(d), H: "00", M: "00" };
    return form.replace(/%([YymndeHM])/g, (_, sign) => signs[sign]);
  }

  const whole = (change) => (value) => change(value) + 0;

  function extreme(better) {
    return (...values) =>
      values.some(Number.isNaN) ? NaN : values.reduce((best, one) => (better(one, best) ? one : best));
  }

  const numeric = {
    "+": (left, right) => left + right,
    "-": (left, right) => left - right,
    "*": (left, right) => left * right,
    div: (left, right) => left / right,
    mod: (left, right) => left % right,
    "<": (left, right) => left < right,
    "<=": (left, right) => left <= right,
    ">": (left, right) => left > right,
    ">=": (left, right) => left >= right,
  };

  /* s: texts, n: numbers, v: values as they are. */
  const functions = {
    selected: ["s", (list, code) => (words(list).length ? words(list) : [""]).includes(trimmed(code))],
    not: ["v", (value) => !truth(value)],
    "count-selected": ["s", (list) => words(list).length],
    "string-length": ["s", (value) => [...value].length],
    regex: ["s", matches],
    true: ["v", () => true],
    false: ["v", () => false],
    number: ["n", (value) => value],
    int: ["n", whole(Math.trunc)],
    round: ["n", round],
    floor: ["n", whole(Math.floor)],
    min: ["n", extreme((one, best) => one < best)],
    max: ["n", extreme((one, best) => one > best)],
    sum: ["n", (value) => value],
    concat: ["s", (...values) => values.join("")],
    contains: ["s", (value, part) => value.includes(part)],
    "starts-with": ["s", (value, part) => value.startsWith(part)],
    date: ["v", (value) => (day(value) === null ? "" : iso(day(value)))],
    string: ["s", (value) => value],
    substr: ["snn", substr],
    "normalize-space": ["s", (value) => words(value).join(" ")],
    "format-date": ["vs", formatted],
  };
  const convert = { s: text, n: number, v: (value) => value };

  const bangkokToday = () => iso(Math.floor((Date.now() + 7 * 36e5) / DAY));

  /* context: {answers, this, columns, today} */
  function evaluate(tree, context) {
    if (!Array.isArray(tree)) return tree;
    const [head, ...parts] = tree;
    const value = (part) => evaluate(part, context);
    switch (head) {
      case "$":
        return stored(context.answers[parts[0]]);
      case ".":
        return stored(context.this);
      case "@":
        return stored(context.columns?.[parts[0]]);
      case "and":
        return parts.every((part) => truth(value(part)));
      case "or":
        return parts.some((part) => truth(value(part)));
      case "if":
        return value(truth(value(parts[0])) ? parts[1] : parts[2]);
      case "today":
      case "now":
        return context.today || bangkokToday();
    }
    const values = parts.map(value);
    if (head === "neg") return -number(values[0]);
    if (head === "=") return equal(...values);
    if (head === "!=") return !equal(...values);
    if (head === "coalesce") return values.find((one) => !blank(one)) ?? values[values.length - 1];
    if (head in numeric) return values.map(number).reduce(numeric[head]);
    const [kinds, run] = functions[head];
    return run(...values.map((one, place) => convert[kinds[Math.min(place, kinds.length - 1)]](one)));
  }

  const holds = (tree, context) => tree === undefined || truth(evaluate(tree, context));

  function variables({ name, kind, rows, other }) {
    if (kind === "note") return [];
    if (kind === "matrix") return rows.map((row) => `${name}_${row}`);
    return other ? [name, `${name}_other`] : [name];
  }

  function result(value) {
    if (typeof value === "boolean") return Number(value);
    if (isNumber(value)) return Number.isFinite(value) ? value + 0 : null;
    return cut(value) || null;
  }

  /* All questions once, each as the others stand now; gives the names that are asked. */
  function pass(form, given, state, today) {
    const asked = new Set();
    const context = { answers: state, today };
    for (const section of form.sections) {
      const open = holds(section.relevant, context);
      for (const question of section.questions) {
        const { name, kind, other } = question;
        const shown = open && holds(question.relevant, context);
        if (shown) asked.add(name);
        for (const variable of variables(question)) {
          const own = variable === name || kind === "matrix";
          if (!shown || !(own || [].concat(state[name]).includes(other))) delete state[variable];
          else if (kind === "calculate") state[name] = result(evaluate(question.calculation, context));
          else state[variable] = given[variable] ?? null;
          if (variable in state) asked.add(variable);
        }
      }
    }
    return asked;
  }

  /* form: as surveys.definition.compiled gives it. earlier: answers of questions that are not in
     it. Gives {answers, asked}: what is kept, and the names of what is shown. */
  function settle(form, given, { today, earlier = {} } = {}) {
    const known = new Set(form.sections.flatMap(({ questions }) => questions.flatMap(variables)));
    const state = { ...earlier };
    for (const name of known) if (name in given && given[name] !== null) state[name] = given[name];
    let asked;
    let before;
    for (let rounds = known.size + 2; rounds; rounds -= 1) {
      asked = pass(form, given, state, today);
      const now = JSON.stringify(state, [...known].sort());
      if (now === before) break;
      before = now;
    }
    return { answers: state, asked };
  }

  globalThis.surveyLogic = { evaluate, holds, settle, truth, numberText };
})();
