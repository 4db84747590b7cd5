/* A pad to sign on (data-signature: the hidden field that gets the drawing as PNG). Who can't draw
   types the name, which the form asks for anyway; without this script there is no pad at all. */
for (const place of document.querySelectorAll("[data-signature]")) {
  const field = document.getElementById(place.dataset.signature);
  const label = document.createElement("p");
  label.textContent = place.dataset.label;
  const pad = document.createElement("canvas");
  [pad.width, pad.height] = [640, 240];
  pad.setAttribute("role", "img");
  pad.setAttribute("aria-label", place.dataset.label);
  const clear = document.createElement("button");
  clear.type = "button";
  clear.textContent = place.dataset.clear;
  place.append(label, pad, clear);
  const pen = pad.getContext("2d");
  let isDown = false;

  function spot(event) {
    const box = pad.getBoundingClientRect();
    return [
      ((event.clientX - box.left) * pad.width) / box.width,
      ((event.clientY - box.top) * pad.height) / box.height,
    ];
  }

  function wipe() {
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, pad.width, pad.height);
    field.value = "";
  }

  wipe();
  pen.lineWidth = 4;
  pen.lineCap = "round";
  pad.addEventListener("pointerdown", (event) => {
    isDown = true;
    pad.setPointerCapture(event.pointerId);
    pen.beginPath();
    pen.moveTo(...spot(event));
    event.preventDefault();
  });
  pad.addEventListener("pointermove", (event) => {
    if (!isDown) return;
    pen.lineTo(...spot(event));
    pen.stroke();
  });
  pad.addEventListener("pointerup", () => {
    isDown = false;
    field.value = pad.toDataURL("image/png");
  });
  clear.addEventListener("click", wipe);
}
