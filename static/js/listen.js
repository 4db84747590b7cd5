/* Reads the scripts of the page aloud, where the device itself has a Thai voice. A voice that would
   send the text elsewhere is not used. */
(function () {
  const button = document.querySelector("[data-listen]");
  const speech = window.speechSynthesis;
  if (!button || !speech) return;
  const name = button.textContent;
  const thai = () => speech.getVoices().find((voice) => voice.localService && /^th\b/i.test(voice.lang));
  const show = () => (button.hidden = !thai());

  function rest() {
    speech.cancel();
    button.textContent = name;
  }

  button.addEventListener("click", () => {
    if (button.textContent !== name) return rest();
    speech.cancel();
    button.textContent = button.dataset.listen;
    const lines = [...document.querySelectorAll(".script p")];
    lines.forEach((line, place) => {
      const said = new SpeechSynthesisUtterance(line.textContent);
      said.lang = "th-TH";
      said.voice = thai();
      said.rate = 0.9;
      if (place === lines.length - 1) said.onend = rest;
      said.onerror = rest;
      speech.speak(said);
    });
  });
  speech.addEventListener?.("voiceschanged", show);
  window.addEventListener("pagehide", () => speech.cancel());
  show();
})();
