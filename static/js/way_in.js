// Shows a password that is being typed, and asks a passkey to let somebody in.
// Everything but the passkey works without.
"use strict";
(() => {
  for (const button of document.querySelectorAll("button[data-show]")) {
    const field = document.getElementById(button.dataset.show);
    button.disabled = false;
    button.addEventListener("click", () => {
      const show = field.type === "password";
      field.type = show ? "text" : "password";
      button.textContent = show ? "Hide" : "Show";
      button.setAttribute("aria-pressed", String(show));
    });
    field.form.addEventListener("submit", () => { field.type = "password"; });
  }
  const button = document.querySelector("button[data-ask]");
  if (!button) return;
  const { ask, challenge, site, origin, known } = button.dataset;
  const form = button.form;
  const tell = (words) => { form.querySelector("[role=status]").textContent = words; };
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  // The button stands there from the start, so that nothing below it moves.
  if (!window.isSecureContext || !window.PublicKeyCredential) return tell("This browser asks no passkeys here.");
  if (location.origin !== origin) return tell(`Passkeys work at ${origin}.`);
  button.disabled = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    tell("Your passkey is asked …");
    try {
      const { rawId, response } = await navigator.credentials.get({ publicKey: {
        challenge: bytes(challenge), rpId: site, userVerification: "required", timeout: 120000,
        allowCredentials: known.split(" ").filter(Boolean).map((id) => ({ type: "public-key", id: bytes(id) })),
      } });
      const put = (field, buffer) => { form.elements[ask + field].value = text(buffer); };
      put("credential", rawId);
      put("client_data", response.clientDataJSON);
      put("authenticator_data", response.authenticatorData);
      put("signature", response.signature);
      form.submit();
    } catch {
      button.disabled = false;
      tell("The passkey was not used: it was refused, or took too long. You can try again.");
    }
  });
})();
