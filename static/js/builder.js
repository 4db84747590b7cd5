// The builder of questionnaires: shows the half of a condition that counts, says of an expression,
// while it is typed, whether it can be read, and lets questions and answers be put in order by
// dragging. Without it there are buttons and numbers, and the server says the rest on saving.
const page = document.querySelector("[data-check]");

const shown = () => {
  const chosen = document.querySelector('[name="show"]:checked')?.value;
  for (const part of document.querySelectorAll("[data-if]")) {
    part.hidden = part.dataset.if !== chosen;
  }
};

for (const choice of document.querySelectorAll('[name="show"]')) {
  choice.addEventListener("change", shown);
}
shown();

const check = async (area, said) => {
  const text = area.value;
  const body = new URLSearchParams({ text, columns: area.dataset.expression });
  body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
  const answer = await fetch(page.dataset.check, { method: "POST", body });
  if (!answer.ok || area.value !== text) return;
  const { is_good: isGood, said: words } = await answer.json();
  said.textContent = text.trim() ? (isGood ? `✓ ${words}` : words) : "";
  said.classList.toggle("builder__said--wrong", !isGood);
};

if (page) {
  for (const area of page.querySelectorAll("[data-expression]")) {
    const said = document.createElement("p");
    said.className = "builder__said";
    said.setAttribute("role", "status");
    area.after(said);
    let waiting;
    area.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => check(area, said).catch(() => {}), 400);
    });
  }
}

// Each of the rows gets a handle. `drop(row, over, isAfter)` is told where it was let go: over
// another row, or over something else that `targets` names.
const draggable = (area, rows, targets, drop) => {
  let row = null;
  let mark = null;
  const point = (over, isAfter) => {
    mark?.classList.remove("builder__mark", "builder__mark--after");
    mark = over;
    mark?.classList.add("builder__mark");
    mark?.classList.toggle("builder__mark--after", isAfter);
  };
  const aim = (event) => {
    const over = row && event.target.closest(targets);
    if (!over) return null;
    const { top, height } = over.getBoundingClientRect();
    return { over, isAfter: !rows.includes(over) || event.clientY > top + height / 2 };
  };
  for (const each of rows) {
    const handle = document.createElement("span");
    handle.className = "builder__handle";
    handle.draggable = true;
    handle.title = area.dataset.drag;
    handle.setAttribute("aria-hidden", "true"); // who uses no pointer has the buttons
    handle.textContent = "⠿";
    handle.addEventListener("dragstart", (event) => {
      row = each;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", each.id);
      event.dataTransfer.setDragImage(each, 0, 0);
    });
    handle.addEventListener("dragend", () => {
      row = null;
      point(null);
    });
    each.prepend(handle);
  }
  area.addEventListener("dragover", (event) => {
    const aimed = aim(event);
    if (!aimed) return;
    event.preventDefault();
    point(aimed.over, aimed.isAfter);
  });
  area.addEventListener("drop", (event) => {
    const aimed = aim(event);
    if (!aimed) return;
    event.preventDefault();
    if (aimed.over !== row) drop(row, aimed.over, aimed.isAfter);
  });
};

// Questions: a drop is a step like those of the buttons, and can be taken back like them.
const steps = document.getElementById("steps");
const LAST = "builder.step";

if (steps) {
  const send = (facts) => {
    for (const [name, value] of Object.entries(facts)) {
      steps.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    }
    steps.requestSubmit();
  };
  const place = (row, over, isAfter) => {
    const list = over.querySelector(".builder__questions") ?? row.parentNode;
    const there = over.matches(".builder__question") ? over.parentNode : list;
    const others = [...there.children].filter((each) => each !== row);
    const at = over.parentNode === there ? others.indexOf(over) + isAfter : others.length;
    if (there.children[at] === row) return;
    send({ step: `place ${row.id}`, to: `${there.dataset.section} ${at}` });
  };
  const questions = [...steps.querySelectorAll(".builder__question")];
  draggable(steps, questions, ".builder__question, .builder__section", place);

  // Whoever moves by keyboard goes on with the same button when the page comes again.
  steps.addEventListener("submit", ({ submitter }) => {
    if (/^(section-)?(up|down) /.test(submitter?.value)) sessionStorage.setItem(LAST, submitter.value);
  });
  const pressed = sessionStorage.getItem(LAST);
  sessionStorage.removeItem(LAST);
  const again = pressed && steps.querySelector(`[value="${CSS.escape(pressed)}"]`);
  // Not before the browser went to the part of the address behind its #, which takes the focus.
  if (again) addEventListener("load", () => again.focus());
}

// Answers, and lines of a table: two buttons and a handle in place of a number.
for (const list of document.querySelectorAll(".builder__entries")) {
  const entries = () => [...list.querySelectorAll(".builder__entry")];
  const said = document.createElement("p");
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  list.append(said);

  const number = (moved) => {
    entries().forEach((entry, at) => (entry.querySelector("[name$=-place]").value = at + 1));
    const at = entries().indexOf(moved) + 1;
    said.textContent = list.dataset.moved.replace("%s", `${at}/${entries().length}`);
  };
  const drop = (row, over, isAfter) => {
    over[isAfter ? "after" : "before"](row);
    number(row);
  };
  const move = (entry, by) => {
    const all = entries();
    const other = all[all.indexOf(entry) + by];
    if (other) drop(entry, other, by > 0);
  };
  for (const entry of entries()) {
    const field = entry.querySelector("[name$=-place]");
    const cell = field.closest(".builder__cell");
    field.type = "hidden";
    const arrows = document.createElement("span");
    arrows.className = "builder__arrows";
    for (const [sign, word, by] of [
      ["↑", list.dataset.up, -1],
      ["↓", list.dataset.down, 1],
    ]) {
      const arrow = document.createElement("button");
      arrow.type = "button";
      arrow.textContent = sign;
      arrow.setAttribute("aria-label", `${word}: ${entry.querySelector("[name$=-th]").value}`);
      arrow.addEventListener("click", () => {
        move(entry, by);
        arrow.focus();
      });
      arrows.append(arrow);
    }
    cell.append(arrows);
  }
  draggable(list, entries(), ".builder__entry", drop);
}
