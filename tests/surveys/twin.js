/* Runs the browser's half of the logic for the tests: one line of JSON in, one out.
   {"vectors": [{tree, answers, this, columns, today}]} or {"form", "today", "answers": [...]}. */
require("../../static/js/survey_logic.js");
const { evaluate, settle, numberText } = globalThis.surveyLogic;

const told = (value) => (typeof value === "number" ? { number: numberText(value) } : value);

const lines = require("readline").createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const { vectors, form, today, answers } = JSON.parse(line);
  const results = vectors
    ? vectors.map((vector) => told(evaluate(vector.tree, { answers: {}, ...vector })))
    : answers.map((given) => settle(form, given, { today }).answers);
  process.stdout.write(JSON.stringify(results) + "\n");
});
