/* Keeps the text of a news form: in this browser after each change, on the server every half minute.
   Says who else has it open, and warns before a page with an unsaved text is left. */
const EVERY = 30_000;
const row = document.querySelector("[data-autosave]");
if (row) {
  const form = row.closest("form");
  const [said, others] = row.querySelectorAll("p");
  let shelf = `unsaved:${location.pathname}`;
  let saved = written();
  let sending = null;
  let leaving = false;
  let touched = false;

  form.addEventListener("input", () => (touched = true));
  // The editor spells the same text its own way; only what somebody changes is unsaved.
  window.CKEDITOR?.on("instanceReady", () => {
    if (!touched) saved = written();
  });

  function content() {
    for (const editor of Object.values(window.CKEDITOR?.instances ?? {})) editor.updateElement();
    const data = new FormData(form);
    for (const key of [...data.keys()]) {
      if (/^(placements|attachments|_|emergency)/.test(key)) data.delete(key);
    }
    return data;
  }

  function written() {
    const kept = [...content()].filter(([key]) => !/^(csrf|seen)/.test(key));
    return JSON.stringify(kept);
  }

  function show(names) {
    others.hidden = !names?.length;
    others.textContent = names?.length ? `${row.dataset.also} ${names.join(", ")}` : "";
  }

  async function send(url, data) {
    const answer = await fetch(url, { method: "POST", body: data });
    return [answer, await answer.json()];
  }

  function beat() {
    if (!leaving) sending ??= save().finally(() => (sending = null));
  }

  async function save() {
    const now = written();
    try {
      if (now === saved) {
        const token = new FormData();
        token.set("csrfmiddlewaretoken", form.csrfmiddlewaretoken.value);
        if (row.dataset.present) show((await send(row.dataset.present, token))[1].others);
        return;
      }
      const [answer, told] = await send(row.dataset.autosave, content());
      if (!answer.ok) {
        said.textContent = told.errors.join(" ");
        return;
      }
      saved = now;
      localStorage.removeItem(shelf);
      form.seen.value = told.seen;
      said.textContent = told.saved;
      show(told.others);
      if (!row.dataset.present) {
        form.action = told.address;
        history.replaceState(null, "", told.address);
        shelf = `unsaved:${told.address}`;
        row.dataset.autosave = told.address.replace("change/", "autosave/");
        row.dataset.present = told.address.replace("change/", "present/");
      }
    } catch {
      said.textContent = row.dataset.failed;
    }
  }

  function putBack(kept) {
    for (const [key, value] of JSON.parse(kept)) {
      const field = form.elements[key];
      if (!field || field.type === "file") continue;
      if (window.CKEDITOR?.instances[`id_${key}`]) CKEDITOR.instances[`id_${key}`].setData(value);
      if (field instanceof RadioNodeList || field.type !== "checkbox") field.value = value;
    }
  }

  if (document.querySelector(".messagelist .success")) {
    localStorage.removeItem(shelf);
    localStorage.removeItem(shelf.replace(/\d+\/change/, "add"));
  }
  const kept = localStorage.getItem(shelf);
  if (kept && kept !== saved && !document.querySelector(".errornote")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = row.dataset.restore;
    button.addEventListener("click", () => {
      putBack(kept);
      said.textContent = "";
    });
    said.append(`${row.dataset.found} `, button);
  }

  setInterval(beat, EVERY);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && written() !== saved) beat();
  });
  setInterval(() => {
    const now = written();
    if (now !== saved) localStorage.setItem(shelf, now);
  }, 2_000);
  form.addEventListener("submit", (event) => {
    leaving = true;
    localStorage.setItem(shelf, written());
    if (sending) {
      // Or a new text would be saved twice.
      event.preventDefault();
      sending.finally(() => form.requestSubmit(event.submitter));
    }
  });
  addEventListener("beforeunload", (event) => {
    if (!leaving && written() !== saved) event.preventDefault();
  });
}
