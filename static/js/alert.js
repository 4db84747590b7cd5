/* Fills an alert with the usual words of the danger chosen, where nobody has written others. */
const choice = document.querySelector("[data-dangers]");
if (choice) {
  const dangers = JSON.parse(choice.dataset.dangers);
  let before = {};
  const fill = () => {
    const words = dangers[choice.value] ?? {};
    for (const name of Object.keys(Object.values(dangers)[0])) {
      const field = choice.form.elements[name];
      if (!field.value || field.value === before[name]) field.value = words[name] ?? "";
    }
    before = words;
  };
  choice.addEventListener("change", fill);
  // Whoever chose before this script came gets the words too.
  if (choice.value) fill();
}
