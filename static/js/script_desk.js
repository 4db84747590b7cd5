/* Beside a loudspeaker script (data-script: who answers): its time and what to mend while it is
   written, and a button that proposes the wording. What stood there before stays one click away. */
for (const field of document.querySelectorAll("textarea[data-script]")) {
  const form = field.form;
  const notes = field.parentElement.querySelector("[data-script-notes]");
  const tools = document.createElement("p");
  tools.className = "script-tools";
  notes.before(tools);
  const propose = button(notes.dataset.propose);
  const undo = button(notes.dataset.undo);
  undo.hidden = true;
  let other = "";
  let turn = 0;
  let waiting;

  function button(text) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "button";
    made.textContent = text;
    tools.append(made);
    return made;
  }

  async function ask() {
    const body = new FormData();
    for (const name of ["csrfmiddlewaretoken", "title", "must_know", "lead", "spoken_budget"]) {
      body.set(name, form.elements[name].value);
    }
    body.set("spoken", field.value);
    const mine = ++turn;
    const answer = await fetch(field.dataset.script, { method: "POST", body }).catch(() => null);
    if (!answer?.ok || mine !== turn) return null; // what is typed since asks again
    const told = await answer.json();
    const fresh = new DOMParser().parseFromString(told.notes, "text/html");
    notes.replaceChildren(...fresh.querySelector("[data-script-notes]").childNodes);
    return told;
  }

  propose.addEventListener("click", async () => {
    const told = await ask();
    if (!told || told.proposal === field.value) return;
    [other, field.value] = [field.value, told.proposal];
    undo.hidden = false;
    ask();
  });
  undo.addEventListener("click", () => {
    [other, field.value] = [field.value, other];
    ask();
  });
  form.elements.spoken_budget.addEventListener("change", ask);
  field.addEventListener("input", () => {
    turn += 1;
    clearTimeout(waiting);
    waiting = setTimeout(ask, 400);
  });
}
