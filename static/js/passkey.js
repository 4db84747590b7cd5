/* Passkeys: asks the browser for one and sends what it says. Forms with data-passkey stay hidden
   where the browser can't; the code by e-mail is always there. */
(function () {
  const forms = document.querySelectorAll("[data-passkey]");
  // A passkey belongs to a name; on a bare number (a machine being tried out) there are none.
  const isNamed = !/^[\d.]+$|:/.test(location.hostname);
  if (!window.PublicKeyCredential || !navigator.credentials || !isNamed) return;

  function bytes(text) {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
  }

  function text(buffer) {
    const plain = String.fromCharCode(...new Uint8Array(buffer));
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  const known = (list) => (list || []).map((each) => ({ ...each, id: bytes(each.id) }));

  function create({ publicKey }) {
    return navigator.credentials.create({
      publicKey: {
        ...publicKey,
        challenge: bytes(publicKey.challenge),
        user: { ...publicKey.user, id: bytes(publicKey.user.id) },
        excludeCredentials: known(publicKey.excludeCredentials),
      },
    });
  }

  function get({ publicKey }) {
    return navigator.credentials.get({
      publicKey: {
        ...publicKey,
        challenge: bytes(publicKey.challenge),
        allowCredentials: known(publicKey.allowCredentials),
      },
    });
  }

  function said(credential) {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    }
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment,
      clientExtensionResults: credential.getClientExtensionResults(),
      response,
    });
  }

  async function ask(form) {
    if (form.dataset.passkey) return create(JSON.parse(document.getElementById(form.dataset.passkey).textContent));
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    return get((await answer.json()).request_options);
  }

  for (const form of forms) {
    form.hidden = false;
    form.parentElement.querySelector("[data-passkey-none]")?.remove();
    const trouble = form.querySelector("[data-passkey-trouble]");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      trouble.hidden = true;
      try {
        form.elements.credential.value = said(await ask(form));
        form.submit();
      } catch {
        trouble.hidden = false; // they changed their mind, took too long, or it is there already
      }
    });
  }
})();
