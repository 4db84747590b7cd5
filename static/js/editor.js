/* Counts the letters of a field against the length that reads well (data-count). */
for (const field of document.querySelectorAll("[data-count]")) {
  const limit = Number(field.dataset.count);
  const note = document.createElement("span");
  note.className = "letters-left";
  note.setAttribute("aria-live", "polite");
  field.after(note);
  const show = () => {
    const length = [...field.value].length;
    note.textContent = `${length} / ${limit}`;
    note.classList.toggle("letters-left--over", length > limit);
  };
  field.addEventListener("input", show);
  show();
}
