/* Small conveniences of answering, none of which anything depends on. */
(() => {
  /* The code of a card comes behind the # of its QR code, which no server ever sees. */
  const code = document.querySelector("[data-code]");
  const [, given] = /^#c=([0-9A-Za-z-]{8,16})$/.exec(location.hash) ?? [];
  if (given) {
    if (code && !code.value) code.value = given;
    history.replaceState(null, "", location.pathname + location.search);
  }

  /* A kiosk that nobody touches begins anew. */
  const idle = document.querySelector("[data-idle]");
  if (idle) {
    let timer;
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => location.replace(idle.dataset.again), idle.dataset.idle * 1000);
    };
    for (const deed of ["pointerdown", "keydown", "scroll", "input"]) {
      addEventListener(deed, wait, { passive: true });
    }
    wait();
  }

  /* A long list of places in groups: first the group, then the place. */
  for (const list of document.querySelectorAll("select[data-places]")) {
    const groups = [...list.querySelectorAll("optgroup")];
    const first = document.createElement("select");
    first.setAttribute("aria-label", list.dataset.places);
    first.add(new Option(list.dataset.places, ""));
    for (const group of groups) first.add(new Option(group.label, group.label));
    const chosen = groups.find((group) => group.contains(list.selectedOptions[0]));
    if (chosen) first.value = chosen.label;
    const narrow = () => {
      const empty = list.options[0];
      const group = groups.find(({ label }) => label === first.value);
      const kept = list.value;
      list.replaceChildren(empty, ...(group ? [...group.children].map((one) => one.cloneNode(true)) : []));
      list.value = [...list.options].some(({ value }) => value === kept) ? kept : "";
    };
    first.addEventListener("change", () => {
      narrow();
      list.dispatchEvent(new Event("change", { bubbles: true }));
    });
    first.disabled = list.disabled;
    list.before(first);
    narrow();
  }
})();
