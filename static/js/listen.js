/* Reads the scripts of the page aloud, where the device itself has a Thai voice. A voice that would
   send the text elsewhere is not used. */
(function () {
  const button = document.querySelector("[data-listen]");
  const speech = window.speechSynthesis;
  if (!button || !speech) return;
  const name = button.textContent;
  let turn = 0; // what was cancelled still reports its end
  let isTalking = false;

  const thai = () => speech.getVoices().find((voice) => voice.localService && /^th\b/i.test(voice.lang));
  const show = () => (button.hidden = !thai());

  function rest() {
    turn += 1;
    isTalking = false;
    speech.cancel();
    button.textContent = name;
  }

  function talk() {
    const mine = turn;
    const lines = [...document.querySelectorAll(".script p")];
    isTalking = true;
    button.textContent = button.dataset.listen;
    for (const line of lines) {
      const said = new SpeechSynthesisUtterance(line.textContent);
      said.lang = "th-TH";
      said.voice = thai();
      said.rate = 0.9;
      said.onerror = () => mine === turn && rest();
      if (line === lines.at(-1)) said.onend = said.onerror;
      speech.speak(said);
    }
  }

  button.addEventListener("click", () => (isTalking ? rest() : talk()));
  speech.addEventListener?.("voiceschanged", show);
  window.addEventListener("pagehide", rest);
  show();
})();
