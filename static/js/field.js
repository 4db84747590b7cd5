/* The interviewers' page: what is to be asked, one interview section by section, what waits to be
   sent. All of it works without a network; static/js/field_store.js keeps and sends. */
(() => {
  const SAVE_AFTER = 300; // ms without typing
  const SILENT_DAYS = 3; // iOS deletes what a page keeps after seven days without use
  const DAY = 864e5;
  const DEPTH = { province: 2, district: 4, subdistrict: 6 };
  const { settle, holds } = surveyLogic;
  const store = fieldStore;
  const language = document.documentElement.lang;
  const said = {};
  for (const one of document.querySelectorAll("#words [data-word]")) {
    said[one.dataset.word] = one.textContent;
  }
  const screen = document.getElementById("screen");
  const bar = document.getElementById("state");

  const word = (name, ...values) =>
    values.reduce((text, value) => text.replace("%s", value), said[name]);
  const pick = (words) => words?.[language] || words?.th || "";

  /* An element: attributes, "text" and "on…" functions; then what is inside. */
  function make(tag, attributes = {}, ...inside) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "text") made.textContent = value;
      else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
      else if (value === true) made.setAttribute(name, "");
      else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
    }
    made.append(...inside.flat().filter(Boolean));
    return made;
  }

  function button(text, run, kind = "primary") {
    return make("button", { type: "button", class: `button button--${kind}`, text, onclick: run });
  }

  function notice(tone, title, ...inside) {
    return make(
      "div",
      { class: `notice notice--${tone}` },
      title && make("h2", { class: "notice__title", text: title }),
      make("div", { class: "flow" }, ...inside),
    );
  }

  /* Whoever reads by ear or moves by keyboard goes on at the top of what comes. */
  function show(...parts) {
    const isLeft = screen.contains(document.activeElement);
    screen.replaceChildren(...parts.flat().filter(Boolean));
    if (isLeft) screen.focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  const calendar = language === "th" ? "th-TH-u-ca-buddhist" : "en-GB";
  const when = (moment, how = { timeStyle: "short" }) =>
    new Intl.DateTimeFormat(calendar, { dateStyle: "medium", ...how }).format(moment);

  // The device may stand on any time zone; the office's days are those of Bangkok.
  const today = () => new Date(Date.now() + 7 * 36e5).toISOString().slice(0, 10);

  // --- home ---

  let interview = null; // the one that is open

  async function home() {
    interview = null;
    store.refresh();
    const [running, outbox] = [await store.all("running"), await store.all("outbox")];
    const notes = (await store.get("facts", "notes"))?.notes ?? [];
    const { work } = store.state;
    show(
      make("h1", { text: said.title }),
      work?.name && make("p", { class: "who", text: work.name }),
      make("div", { id: "queue" }, queue(outbox)),
      notes.length > 0 && held(notes),
      running.length > 0 && unfinished(running),
      make("h2", { text: said.surveys }),
      surveys(),
    );
  }

  function queue(outbox) {
    const { phase, synced, queue: waiting, others } = store.state;
    const silent = synced && Date.now() - synced > SILENT_DAYS * DAY;
    const refused = outbox.filter((item) => item.refused);
    const lines = [
      make("p", { class: "count" }, make("b", { text: waiting }), ` ${said.waiting}`),
      make("p", { class: "field__hint", text: synced ? word("synced", when(synced)) : said.never }),
      others > 0 && make("p", { text: word("others", others) }),
      refused.length > 0 && make("p", { text: word("refused", refused.length) }),
      make(
        "p",
        { class: "cluster" },
        button(phase === "sending" ? said.sending : said.send, () => store.sync(), waiting ? "primary" : "secondary"),
        // What was kept before there was a key to seal with waits for a network.
        waiting > 0 && store.state.work?.seal && button(said.backup, backup, "secondary"),
      ),
      waiting > 0 && make("p", { class: "field__hint", text: said.backupMore }),
    ];
    const tone = silent || refused.length ? "warning" : waiting ? "info" : "success";
    return [
      phase === "signed-out" &&
        notice(
          "warning",
          said.signedOut,
          make("p", { text: said.signedOutMore }),
          make("p", {}, make("a", { class: "button", href: document.body.dataset.signIn, text: said.signIn })),
        ),
      phase === "refused" && notice("warning", said.noAccess),
      silent && notice("danger", word("silent", SILENT_DAYS), make("p", { text: said.silentMore })),
      notice(tone, "", ...lines),
    ].filter(Boolean);
  }

  function held(notes) {
    const clear = async () => {
      await store.remove("facts", "notes");
      home();
    };
    return notice(
      "info",
      said.held,
      make("ul", {}, notes.map(({ key, sentence }) => make("li", { text: `${key.slice(0, 8)}: ${sentence}` }))),
      make("p", {}, button(said.seen, clear, "quiet")),
    );
  }

  function unfinished(running) {
    return [
      make("h2", { text: said.unfinished }),
      make(
        "ul",
        { class: "jobs", role: "list" },
        running.map((item) =>
          make(
            "li",
            {},
            make("b", { text: item.title }),
            make("span", { class: "field__hint", text: word("begun", when(new Date(`${item.begun}T00:00`), {})) }),
            make(
              "p",
              { class: "cluster" },
              button(said.resume, () => resume(item)),
              discard(item),
            ),
          ),
        ),
      ),
    ];
  }

  /* Two presses: the second says what it does. */
  function discard(item) {
    return button(
      said.discard,
      async (event) => {
        const pressed = event.currentTarget;
        if (pressed.dataset.sure) {
          await store.remove("running", item.key);
          home();
        }
        pressed.dataset.sure = "1";
        pressed.textContent = said.discardSure;
        pressed.className = "button button--danger";
      },
      "quiet",
    );
  }

  function surveys() {
    const { work } = store.state;
    if (!work) return make("p", { text: said.first });
    if (!work.surveys.length) return make("p", { text: said.none });
    return make(
      "ul",
      { class: "jobs", role: "list" },
      work.surveys.map((survey) =>
        make(
          "li",
          {},
          make("h3", { text: survey.title }),
          make("p", { text: survey.population }),
          make("p", { class: "progress-line", text: survey.target ? word("done", survey.done, survey.target) : word("doneSoFar", survey.done) }),
          survey.strata.length > 0 &&
            make(
              "p",
              { class: "field__hint" },
              survey.strata.map(({ name, done }) => `${name} ${done}`).join(" · "),
            ),
          make("p", { class: "field__hint", text: word("closes", survey.closes) }),
          make("p", {}, button(said.begin, () => consent(survey))),
        ),
      ),
    );
  }

  /* A file with everything that is on the device and was not sent yet; only the office opens it. */
  async function backup() {
    const file = {
      kind: "lopburi-surveys-backup",
      made: new Date().toISOString(),
      items: await store.all("outbox"),
      unfinished: await store.all("running"),
    };
    const parts = await sealed(new TextEncoder().encode(JSON.stringify(file)));
    const address = URL.createObjectURL(new Blob(parts, { type: "application/octet-stream" }));
    make("a", { href: address, download: `interviews-${today()}.sealed` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  }

  /* The parts of a file as surveys/sealing.py opens it: a key is made for this file alone. */
  async function sealed(content) {
    const { subtle } = crypto;
    const curve = { name: "ECDH", namedCurve: "P-256" };
    const mark = new TextEncoder().encode("lopburi-surveys-sealed-1\n");
    const theirs = Uint8Array.from(atob(store.state.work.seal), (letter) => letter.charCodeAt(0));
    const office = await subtle.importKey("raw", theirs, curve, false, []);
    const own = await subtle.generateKey(curve, false, ["deriveBits"]);
    const shared = await subtle.deriveBits({ name: "ECDH", public: office }, own.privateKey, 256);
    const salt = await subtle.exportKey("raw", own.publicKey);
    const key = await subtle.deriveKey(
      { name: "HKDF", hash: "SHA-256", salt, info: mark },
      await subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]),
      { name: "AES-GCM", length: 256 },
      false,
      ["encrypt"],
    );
    const iv = crypto.getRandomValues(new Uint8Array(12));
    return [mark, salt, iv, await subtle.encrypt({ name: "AES-GCM", iv }, key, content)];
  }

  // --- one interview ---

  async function consent(survey) {
    const form = await store.get("questionnaires", survey.questionnaire);
    if (!form) return show(make("h1", { text: survey.title }), notice("warning", said.notHere), back());
    const last = (await store.get("facts", "cluster"))?.value ?? "";
    const cluster = make("input", { id: "cluster", maxlength: 20, autocomplete: "off", value: last });
    const agreed = make("input", { type: "checkbox", id: "agreed" });
    const problem = make("p", { class: "field__error", role: "alert" });
    const begin = async () => {
      if (!agreed.checked) {
        problem.textContent = said.mustAgree;
        agreed.focus();
        return;
      }
      const item = {
        key: crypto.randomUUID(),
        interviewer: survey.interviewer,
        questionnaire: survey.questionnaire,
        title: survey.title,
        answers: {},
        section: "",
        begun: today(),
        seconds: 0,
        cluster: cluster.value.trim(),
      };
      await store.put("facts", { name: "cluster", value: item.cluster });
      await store.put("running", item);
      navigator.storage?.persist?.();
      resume(item);
    };
    show(
      make("h1", { text: survey.title }),
      make(
        "div",
        { class: "read-out" },
        make("p", { class: "field__hint", text: said.readOut }),
        make("p", { text: word("consentWhy", survey.aim) }),
        make("p", { text: said.consentHow }),
        make("p", { text: said.consentFree }),
      ),
      make("div", { class: "field" }, problem, make("div", {}, make("label", { for: "agreed" }, agreed, make("span", { text: said.agrees })))),
      make(
        "div",
        { class: "field" },
        make("label", { for: "cluster", text: said.cluster }),
        make("p", { class: "field__hint", text: said.clusterHint }),
        cluster,
      ),
      make("p", { class: "cluster" }, button(said.start, begin), back()),
    );
    return undefined;
  }

  const back = () => button(said.home, home, "quiet");

  async function resume(item) {
    const form = await store.get("questionnaires", item.questionnaire);
    if (!form) return show(make("h1", { text: item.title }), notice("warning", said.notHere), back());
    interview = new Interview(item, form);
    interview.draw();
    return undefined;
  }

  class Interview {
    constructor(item, { definition, compiled, places }) {
      this.item = item;
      this.compiled = compiled;
      this.sections = definition.sections;
      this.logic = new Map(compiled.sections.flatMap(({ questions }) => questions.map((one) => [one.name, one])));
      this.places = places;
      this.since = performance.now();
      this.settle();
      this.section ??= this.asked()[0];
      const kept = this.asked().find(({ name }) => name === item.section);
      if (kept) this.section = kept;
    }

    settle() {
      const { answers, asked } = settle(this.compiled, this.item.answers);
      this.answers = answers;
      this.shown = asked;
    }

    /* The sections in which something is asked or told now. */
    asked() {
      return this.sections.filter(({ questions }) =>
        questions.some(({ name, kind }) => kind !== "calculate" && this.shown.has(name)),
      );
    }

    visible(question) {
      const { filter, columns } = this.logic.get(question.name);
      if (!filter) return question.choices;
      return question.choices.filter((choice) =>
        holds(filter, { answers: this.answers, columns: columns[choice.code] ?? {} }),
      );
    }

    // Seconds count while the page is looked at.
    tick() {
      const now = performance.now();
      if (!document.hidden) this.item.seconds += Math.min(600, (now - this.since) / 1000);
      this.since = now;
    }

    save() {
      this.tick();
      clearTimeout(this.timer);
      return store.put("running", { ...this.item, section: this.section?.name ?? "" });
    }

    set(name, value) {
      this.item.answers[name] = value;
      this.settle();
      this.follow();
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.save(), SAVE_AFTER);
    }

    // -- drawing --

    draw() {
      const sections = this.asked();
      const at = sections.indexOf(this.section);
      this.errors = make("div", { class: "errors" });
      this.drawn = new Map();
      const parts = this.section.questions
        .filter(({ kind }) => kind !== "calculate")
        .map((question) => {
          const part = make("div", { class: "question", id: `q-${question.name}` });
          this.drawn.set(question.name, part);
          this.fill(question, part);
          return part;
        });
      show(
        make("p", { class: "steps", text: word("step", at + 1, sections.length) }),
        make("progress", { max: sections.length, value: at + 1, "aria-hidden": "true" }),
        make("h1", { text: pick(this.section.title) || this.item.title }),
        this.errors,
        make("form", { novalidate: true, onsubmit: (event) => this.next(event) }, parts, this.buttons(at, sections)),
        make("p", {}, button(said.later, () => this.leave(), "quiet")),
      );
      this.follow();
      this.save();
    }

    buttons(at, sections) {
      return make(
        "p",
        { class: "cluster" },
        make("button", { class: "button", text: at + 1 < sections.length ? said.next : said.finish }),
        at > 0 && button(said.previous, () => this.go(sections[at - 1]), "secondary"),
      );
    }

    go(section) {
      this.section = section;
      this.draw();
    }

    async leave() {
      await this.save();
      home();
    }

    /* Shows what is asked now, hides what is not; choices that a filter took away go. */
    follow() {
      for (const question of this.section.questions) {
        const part = this.drawn?.get(question.name);
        if (!part) continue;
        part.hidden = !this.shown.has(question.name);
        if (this.logic.get(question.name).filter) {
          const codes = this.visible(question).map(({ code }) => code).join(" ");
          if (part.dataset.codes !== codes) this.fill(question, part);
          part.dataset.codes = codes;
        }
        const other = part.querySelector("[data-other]");
        if (other) other.hidden = !(`${question.name}_other` in this.answers);
      }
    }

    fill(question, part) {
      const { kind } = question;
      const draw = { scale: "single", single: "single", multiple: "single" }[kind] ?? kind;
      part.replaceChildren(this[draw](question));
      if (this.logic.get(question.name).filter) {
        part.dataset.codes = this.visible(question).map(({ code }) => code).join(" ");
      }
    }

    isRequired(question) {
      const { required } = this.logic.get(question.name);
      return required === true || (required !== undefined && holds(required, { answers: this.answers }));
    }

    group(question, ...inside) {
      return make(
        "fieldset",
        {},
        make("legend", { class: "question__label", text: pick(question.label) }),
        question.hint && make("p", { class: "field__hint", text: pick(question.hint) }),
        make("p", { class: "field__error", "data-error": question.name }),
        ...inside,
      );
    }

    line(question, input) {
      input.id = `i-${question.name}`;
      const unit = pick(question.unit);
      return make(
        "div",
        {},
        make("label", { class: "question__label", for: input.id, text: pick(question.label) + (unit ? ` (${unit})` : "") }),
        question.hint && make("p", { class: "field__hint", text: pick(question.hint) }),
        make("p", { class: "field__error", "data-error": question.name }),
        input,
      );
    }

    note(question) {
      return make("div", { class: "note" }, make("p", { text: pick(question.label) }));
    }

    single(question) {
      const { name } = question;
      const many = question.kind === "multiple";
      const chosen = [].concat(this.item.answers[name] ?? []);
      const inputs = [];
      const changed = (event) => {
        if (many && event.target.checked) this.alone(question, event.target, inputs);
        const codes = inputs.filter(({ checked }) => checked).map(({ value }) => value);
        this.set(name, many ? (codes.length ? codes : null) : (codes[0] ?? null));
      };
      const choices = this.visible(question).map((choice) => {
        const type = many ? "checkbox" : "radio";
        const checked = chosen.includes(choice.code);
        const input = make("input", { type, name, value: choice.code, checked, onchange: changed });
        inputs.push(input);
        return make("label", { class: "choice" }, input, make("span", { text: pick(choice.label) }));
      });
      return this.group(
        question,
        make("div", { class: question.kind === "scale" ? "choices choices--scale" : "choices" }, choices),
        this.logic.get(name).other && this.other(question),
      );
    }

    /* "None of these" and the like go with no other choice. */
    alone(question, pressed, inputs) {
      const exclusive = new Set(question.choices.filter((choice) => choice.exclusive).map(({ code }) => code));
      for (const input of inputs) {
        const both = exclusive.has(pressed.value) || exclusive.has(input.value);
        if (input !== pressed && both) input.checked = false;
      }
    }

    other(question) {
      const name = `${question.name}_other`;
      const input = make("input", { maxlength: 500, autocomplete: "off", value: this.item.answers[name] ?? "" });
      input.addEventListener("input", () => this.set(name, input.value.trim() || null));
      input.setAttribute("aria-label", said.other);
      return make("div", { "data-other": true }, make("p", { class: "field__error", "data-error": name }), input);
    }

    matrix(question) {
      const rows = question.rows.map((row) => {
        const name = `${question.name}_${row.code}`;
        return make(
          "fieldset",
          { class: "matrix__row" },
          make("legend", { text: pick(row.label) }),
          make("p", { class: "field__error", "data-error": name }),
          make(
            "div",
            { class: "choices choices--scale" },
            question.choices.map((choice) =>
              make(
                "label",
                { class: "choice" },
                make("input", {
                  type: "radio",
                  name,
                  value: choice.code,
                  checked: this.item.answers[name] === choice.code,
                  onchange: () => this.set(name, choice.code),
                }),
                make("span", { text: pick(choice.label) }),
              ),
            ),
          ),
        );
      });
      return this.group(question, ...rows);
    }

    rank(question) {
      const { name } = question;
      const places = this.logic.get(name).places;
      const kept = this.item.ranks?.[name] ?? this.item.answers[name] ?? [];
      const selects = [];
      const changed = () => {
        const codes = selects.map(({ value }) => value);
        this.item.ranks = { ...this.item.ranks, [name]: codes };
        while (codes.length && !codes.at(-1)) codes.pop();
        this.set(name, codes.length ? codes : null);
      };
      for (let place = 0; place < places; place += 1) {
        selects.push(
          this.select(
            this.visible(question).map((choice) => [choice.code, pick(choice.label)]),
            kept[place],
            changed,
            word("rankPlace", place + 1),
          ),
        );
      }
      return this.group(question, ...selects);
    }

    select(options, value, changed, label) {
      const made = make(
        "select",
        { onchange: changed, "aria-label": label },
        make("option", { value: "", text: label }),
        options.map(([code, text]) => make("option", { value: code, text, selected: code === value })),
      );
      return made;
    }

    number(question) {
      const value = this.item.typed?.[question.name] ?? this.item.answers[question.name] ?? "";
      const input = make("input", { inputmode: question.integer ? "numeric" : "decimal", autocomplete: "off", value });
      input.addEventListener("input", () => {
        this.item.typed = { ...this.item.typed, [question.name]: input.value };
        this.set(question.name, readNumber(input.value));
      });
      return this.line(question, input);
    }

    text(question) {
      const value = this.item.answers[question.name] ?? "";
      const maxlength = question.max_length ?? 500;
      const input = question.multiline
        ? make("textarea", { rows: 4, maxlength })
        : make("input", { maxlength, autocomplete: "off" });
      input.value = value;
      input.addEventListener("input", () => this.set(question.name, input.value.trim() || null));
      return this.line(question, input);
    }

    date(question) {
      const input = make("input", { type: "date", value: this.item.answers[question.name] ?? "" });
      input.addEventListener("input", () => this.set(question.name, input.value || null));
      return this.line(question, input);
    }

    place(question) {
      const { name } = question;
      const depth = DEPTH[question.level ?? "district"];
      const scope = question.scope ?? [];
      const box = make("div", { class: "cascade" });
      const draw = () => {
        const code = this.item.answers[name] ?? "";
        const selects = [];
        for (let length = 2; length <= depth; length += 2) {
          const above = code.slice(0, length - 2);
          if (above.length < length - 2) break;
          const options = this.places
            .filter(([each]) => each.length === length && each.startsWith(above))
            .filter(([each]) => length > 2 || !scope.length || scope.includes(each))
            .map(([each, thai, english]) => [each, language === "en" ? english : thai]);
          if (length === 2 && options.length === 1 && !code) {
            // Only one province is asked: nobody has to choose it.
            this.item.answers[name] = options[0][0];
            return draw();
          }
          const changed = (event) => {
            this.set(name, event.target.value || above || null);
            draw();
          };
          const label = said[{ 2: "province", 4: "district", 6: "subdistrict" }[length]];
          if (length > 2 || options.length > 1) selects.push(this.select(options, code.slice(0, length), changed, label));
        }
        return box.replaceChildren(...selects);
      };
      draw();
      return this.group(question, box);
    }

    // -- going on --

    problems() {
      const found = [];
      for (const question of this.section.questions) {
        if (question.kind === "calculate" || question.kind === "note" || !this.shown.has(question.name)) continue;
        for (const name of this.variables(question)) {
          const sentence = this.problem(question, name);
          if (sentence) found.push([question, name, sentence]);
        }
      }
      return found;
    }

    variables({ name, kind, rows }) {
      if (kind === "matrix") return rows.map((row) => `${name}_${row.code}`);
      return `${name}_other` in this.answers ? [name, `${name}_other`] : [name];
    }

    problem(question, name) {
      const value = this.answers[name];
      const isOther = name === `${question.name}_other` && question.kind !== "matrix";
      const required = this.isRequired(question);
      if (!isOther && question.kind === "number" && this.item.typed?.[name]?.trim() && value === null) {
        return said.number;
      }
      if (value === null || value === undefined || value === "") {
        const possible = !question.choices || this.visible(question).length > 0;
        if (!required || !possible) return "";
        return isOther ? said.otherMissing : pick(question.required_message) || said.required;
      }
      if (isOther) return "";
      const { constraint } = this.logic.get(question.name);
      return (
        this.impossible(question, value, required) ||
        (holds(constraint, { answers: this.answers, this: value })
          ? ""
          : pick(question.constraint_message) || said.constraint)
      );
    }

    impossible(question, value, required) {
      const codes = question.choices ? this.visible(question).map(({ code }) => code) : [];
      switch (question.kind) {
        case "single":
        case "scale":
        case "matrix":
          return codes.includes(value) ? "" : said.required;
        case "multiple": {
          if (question.max_choices && value.length > question.max_choices) return word("most", question.max_choices);
          const alone = question.choices.some((choice) => choice.exclusive && value.includes(choice.code));
          const least = Math.min(question.min_choices ?? 0, codes.length);
          return value.length < least && !alone ? word("least", least) : "";
        }
        case "rank": {
          const places = Math.min(this.logic.get(question.name).places, codes.length);
          if (value.includes("")) return said.rankGap;
          if (new Set(value).size < value.length) return said.rankTwice;
          return required && value.length < places ? word("rankAll", places) : "";
        }
        case "number":
          if (question.integer && !Number.isInteger(value)) return said.whole;
          if (question.min !== undefined && value < question.min) return word("min", question.min);
          if (question.max !== undefined && value > question.max) return word("max", question.max);
          return "";
        case "place":
          return required && value.length < DEPTH[question.level ?? "district"] ? said.placeWhole : "";
        default:
          return "";
      }
    }

    next(event) {
      event.preventDefault();
      const found = this.problems();
      for (const line of this.section.questions.flatMap(({ name }) => [
        ...this.drawn.get(name)?.querySelectorAll("[data-error]") ?? [],
      ])) {
        const own = found.find(([, name]) => name === line.dataset.error);
        line.textContent = own ? own[2] : "";
        const part = line.closest(".question");
        const isWrong = found.some(([{ name }]) => part.id === `q-${name}`);
        part.classList.toggle("question--wrong", isWrong);
      }
      this.errors.replaceChildren(...this.summary(found));
      if (found.length) {
        this.errors.firstChild.focus();
        scrollTo(0, 0);
        return;
      }
      const sections = this.asked();
      const following = sections[sections.indexOf(this.section) + 1];
      if (following) this.go(following);
      else this.finish();
    }

    summary(found) {
      if (!found.length) return [];
      return [
        make(
          "section",
          { class: "error-summary", role: "alert", tabindex: "-1" },
          make("h2", { text: said.problem }),
          make(
            "ul",
            {},
            found.map(([question, , sentence]) =>
              make("li", {}, make("a", { href: `#q-${question.name}`, text: `${pick(question.label)}: ${sentence}` })),
            ),
          ),
        ),
      ];
    }

    async finish() {
      this.tick();
      clearTimeout(this.timer);
      const { key, interviewer, questionnaire, cluster, seconds } = this.item;
      const { answers } = settle(this.compiled, this.item.answers);
      const whole = { key, interviewer, questionnaire, cluster, seconds: Math.round(seconds), answers, on: today() };
      await store.finish(whole);
      interview = null;
      const survey = store.state.work?.surveys.find((one) => one.interviewer === interviewer);
      show(
        make("h1", { text: said.thanks }),
        notice("success", said.saved, make("p", { text: said.savedMore })),
        make("p", { class: "cluster" }, survey && button(said.another, () => consent(survey)), button(said.home, home, "secondary")),
      );
      store.sync();
    }
  }

  function readNumber(text) {
    const plain = text
      .replace(/[๐-๙]/g, (digit) => digit.charCodeAt(0) - 0x0e50)
      .replace(/[\s,]/g, "")
      .replace("−", "-");
    return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : null;
  }

  // --- the state that stands above every screen ---

  store.listen(async ({ phase, queue: waiting }) => {
    const name = { sending: "sending", offline: "offline", "signed-out": "signedOut", refused: "noAccess" }[phase];
    bar.textContent = [name ? said[name] : said.online, waiting > 0 && word("queued", waiting)].filter(Boolean).join(" · ");
    bar.dataset.phase = phase;
    if (interview) return;
    const place = document.getElementById("queue");
    if (place) place.replaceChildren(...queue(await store.all("outbox")));
  });

  document.addEventListener("visibilitychange", () => {
    if (!interview) return;
    if (document.hidden) interview.save();
    else interview.since = performance.now();
  });
  addEventListener("pagehide", () => interview?.save());

  // What a first visit brings, or work that has changed, shows on the home screen at once.
  let known = "";
  store.listen(({ work }) => {
    const now = JSON.stringify(work);
    if (known !== now && !interview && document.getElementById("queue")) home();
    known = now;
  });

  const without = () => show(make("h1", { text: said.title }), notice("danger", said.noStore));
  store.start().then(home, without);
})();
