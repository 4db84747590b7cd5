/* Keying in sheets: Enter goes on to the next field; on the last one it sends. */
for (const form of document.querySelectorAll("[data-entry]")) {
  const fields = [...form.querySelectorAll("input[type=text]")];
  form.addEventListener("keydown", (event) => {
    const next = fields[fields.indexOf(event.target) + 1];
    if (event.key !== "Enter" || event.isComposing || !next) return;
    event.preventDefault();
    next.focus();
    next.select();
  });
  form.querySelector("[aria-invalid]")?.focus();
}
