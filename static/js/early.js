/* Before the first paint: scripts run, and the reader's text size and contrast. */
(function (page) {
  page.className = "js";
  try {
    for (const name of ["text", "contrast"]) {
      const value = localStorage.getItem(name);
      if (value) page.dataset[name] = value;
    }
  } catch {}
})(document.documentElement);
