/* Skip logic while one answers. The page works without: the server decides what holds.

   <script type="application/json" id="survey-logic">{"logic": …, "answers": …, "today": …}</script>
   as surveys.definition.for_page gives it, in or beside the form[data-survey], which holds
     [data-question="D1"]   what is shown of a question; also "Q2_other"
     [data-choice="1"]      in it: a choice (label or option) that a filter may hide
     [data-said]            in it: where is said that no more can be chosen (data-too-many) */
(() => {
  const form = document.querySelector("form[data-survey]");
  const source = document.getElementById("survey-logic");
  if (!form || !source) return;

  const { logic, answers: earlier, today } = JSON.parse(source.textContent);
  const { settle, holds } = globalThis.surveyLogic;
  const questions = logic.sections.flatMap((section) => section.questions);
  const wrapper = (name) => form.querySelector(`[data-question="${name}"]`);
  const controls = (name) => [...form.querySelectorAll(`[name="${name}"]`)];

  const arabic = (text) => text.replace(/[๐-๙]/g, (digit) => digit.charCodeAt(0) - 0xe50);

  function marked(name) {
    return controls(name)
      .filter((one) => (/radio|checkbox/.test(one.type) ? one.checked : true))
      .map((one) => one.value.trim())
      .filter(Boolean);
  }

  function day(text) {
    const found = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text);
    if (!found) return text;
    const [, date, month, year] = found;
    const common = Number(year) > 2400 ? year - 543 : year;
    return `${common}-${month.padStart(2, "0")}-${date.padStart(2, "0")}`;
  }

  /* What stands in the controls of a question, hidden ones too, as answers. */
  function read({ name, kind, rows, places, other }) {
    const found = {};
    const one = (variable) => marked(variable).pop() ?? null;
    if (kind === "matrix") {
      for (const row of rows) found[`${name}_${row}`] = one(`${name}_${row}`);
    } else if (kind === "multiple") {
      const codes = marked(name);
      found[name] = codes.length ? codes : null;
    } else if (kind === "rank") {
      const codes = [...Array(places).keys()].flatMap((place) => marked(`${name}_${place + 1}`));
      found[name] = codes.length ? codes : null;
    } else if (kind === "number") {
      const text = arabic(one(name) ?? "").replace(/[, ]/g, "");
      found[name] = text === "" || Number.isNaN(Number(text)) ? null : Number(text);
    } else if (kind === "date") {
      found[name] = one(name) && day(arabic(one(name)));
    } else if (kind !== "note" && kind !== "calculate") {
      found[name] = one(name);
    }
    if (other) found[`${name}_other`] = one(`${name}_other`);
    return found;
  }

  function show(element, shown) {
    element.hidden = !shown;
    const inside = element.matches("input, select, textarea, option") ? [element] : [];
    for (const control of [...inside, ...element.querySelectorAll("input, select, textarea")]) {
      control.disabled = Boolean(control.closest("[hidden]"));
    }
  }

  function filterChoices({ name, filter, columns }, answers) {
    for (const choice of wrapper(name)?.querySelectorAll("[data-choice]") ?? []) {
      const own = columns[choice.dataset.choice];
      const shown = !own || holds(filter, { answers, columns: own, today });
      show(choice, shown);
      if (!shown && choice.selected) choice.closest("select").value = "";
    }
  }

  function follow() {
    const given = Object.assign({}, ...questions.map(read));
    const { answers, asked } = settle(logic, given, { earlier, today });
    for (const element of form.querySelectorAll("[data-question]")) {
      show(element, asked.has(element.dataset.question));
    }
    for (const question of questions) if (question.filter) filterChoices(question, answers);
  }

  function say(name, text) {
    const place = wrapper(name)?.querySelector("[data-said]");
    if (place) place.textContent = text;
  }

  /* A choice that stands alone takes the others away; one too many is taken back, and said. */
  function limit(changed) {
    const question = questions.find(({ name, kind }) => kind === "multiple" && name === changed.name);
    if (!question) return;
    const { name, max, exclusive = [] } = question;
    say(name, "");
    if (!changed.checked) return;
    const alone = exclusive.includes(changed.value);
    for (const one of controls(name)) {
      if (one !== changed && (alone || exclusive.includes(one.value))) one.checked = false;
    }
    if (max && marked(name).length > max) {
      changed.checked = false;
      say(name, wrapper(name)?.querySelector("[data-said]")?.dataset.tooMany ?? "");
    }
  }

  form.addEventListener("change", (event) => {
    limit(event.target);
    follow();
  });
  form.addEventListener("input", follow);
  follow();
})();
