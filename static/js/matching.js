/* Published answers about what is being typed (data-matching holds the address). */
const form = document.querySelector("form[data-matching]");
const list = form?.querySelector("[data-matching-list]");
if (list) {
  const fields = [form.elements.subject, form.elements.detail];
  let waiting;
  let asked;
  let last = "";

  async function ask() {
    const text = fields.map((field) => field.value.trim()).join("\n");
    if (text === last) return;
    last = text;
    asked?.abort();
    asked = new AbortController();
    try {
      const answer = await fetch(form.dataset.matching, {
        method: "POST",
        body: new URLSearchParams({ text: text.slice(0, 2000) }),
        signal: asked.signal,
      });
      if (answer.ok) list.innerHTML = await answer.text();
    } catch {
      /* A question without suggestions is still a question. */
    }
  }

  for (const field of fields) {
    field.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(ask, 500);
    });
  }
  if (fields.some((field) => field.value)) ask();
}
