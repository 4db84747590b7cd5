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

/* Django's calendars and choosers leave some of their inputs without a name for screen readers. */
function nameWhatHasNone() {
  for (const input of document.querySelectorAll("p.datetime input")) {
    const label = input.closest(".form-row, .fieldBox").querySelector("label, legend");
    const part = input.previousSibling?.textContent ?? "";
    if (label) input.setAttribute("aria-label", `${label.textContent} ${part}`.trim());
  }
  for (const select of document.querySelectorAll("select.admin-autocomplete")) {
    const label = select.labels[0]?.textContent ?? "";
    const parts = "[role=combobox], [role=textbox], .select2-search__field";
    for (const part of select.nextElementSibling?.querySelectorAll(parts) ?? []) {
      part.setAttribute("aria-label", label);
    }
  }
  for (const clear of document.querySelectorAll("ul > .select2-selection__clear")) {
    const item = document.createElement("li"); // nothing else belongs into a list
    clear.replaceWith(item);
    item.append(clear);
  }
}
django.jQuery(nameWhatHasNone); // after the choosers, which wait for the same moment
django.jQuery(document).on("change", "select", () => setTimeout(nameWhatHasNone));
document.addEventListener("formset:added", () => setTimeout(nameWhatHasNone));
