// The builder of questionnaires: shows the half of a condition that counts, and says of an
// expression, while it is typed, whether it can be read. Without it the server says so on saving.
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
