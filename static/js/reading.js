/* Text size, contrast, copying a link, printing; brings suggest.js when somebody begins to search. */
(function () {
  const page = document.documentElement;
  const asset = document.currentScript.dataset;

  function remember(name, value) {
    if (value) page.dataset[name] = value;
    else delete page.dataset[name];
    try {
      if (value) localStorage.setItem(name, value);
      else localStorage.removeItem(name);
    } catch {
      /* Storage refused: the choice holds for this page. */
    }
  }

  for (const button of document.querySelectorAll("[data-text-step]")) {
    const step = Number(button.dataset.textStep);
    button.addEventListener("click", () => {
      const size = step && Math.min(3, Math.max(-1, Number(page.dataset.text || 0) + step));
      remember("text", size ? String(size) : "");
    });
  }

  for (const button of document.querySelectorAll("[data-contrast-toggle]")) {
    const show = () => button.setAttribute("aria-pressed", String(page.dataset.contrast === "high"));
    button.addEventListener("click", () => {
      remember("contrast", page.dataset.contrast === "high" ? "" : "high");
      show();
    });
    show();
  }

  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) break;
    const name = button.textContent;
    button.hidden = false;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = button.dataset.done;
      setTimeout(() => (button.textContent = name), 3000);
    });
  }

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }

  for (const field of document.querySelectorAll("input[data-suggest]")) {
    field.addEventListener(
      "focus",
      () => {
        if (document.getElementById("suggest-script")) return;
        const script = document.createElement("script");
        script.id = "suggest-script";
        script.src = asset.suggest;
        document.head.append(script);
      },
      { once: true },
    );
  }

  /* A menu closes with Escape and when the reader goes elsewhere. */
  const menu = document.querySelector(".menu");
  if (menu) {
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && menu.open) {
        menu.open = false;
        menu.firstElementChild.focus();
      }
    });
    document.addEventListener("click", (event) => {
      if (menu.open && !menu.contains(event.target)) menu.open = false;
    });
  }
})();
