// Asks a passkey to sign a statement, or makes one. The form carries what it
// asks for; the answer goes into its hidden fields and is sent as any form is.
"use strict";
(() => {
  const form = document.querySelector("form[data-passkey]");
  if (!form) return;
  const { passkey, challenge, site, origin, handle, name, known, resident } = form.dataset;
  const button = form.querySelector("button");
  const tell = (words) => { form.querySelector("[role=status]").textContent = words; };
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  if (location.origin !== origin) {
    return tell(`Passkeys of this desk work at ${origin} alone. Open the desk there and begin again.`);
  }
  if (!window.isSecureContext || !window.PublicKeyCredential) {
    return tell("This browser cannot ask a passkey here. It needs HTTPS, and a browser of the last years.");
  }
  const mine = known.split(" ").filter(Boolean).map((id) => ({ type: "public-key", id: bytes(id) }));
  const wanted = { challenge: bytes(challenge), timeout: 120000 };
  const make = () => navigator.credentials.create({ publicKey: {
    ...wanted,
    rp: { id: site, name: site },
    user: { id: bytes(handle), name, displayName: name },
    pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: "public-key", alg })),
    excludeCredentials: mine,
    authenticatorSelection: { residentKey: resident, userVerification: "required" },
    attestation: "none",
  } });
  const sign = () => navigator.credentials.get({ publicKey: {
    ...wanted, rpId: site, allowCredentials: mine, userVerification: "required",
  } });
  const put = (field, buffer) => { form.elements[field].value = text(buffer); };
  button.disabled = false;
  tell("");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    tell("Your passkey is asked …");
    try {
      const answer = await (passkey === "make" ? make() : sign());
      const { response } = answer;
      put("credential", answer.rawId);
      put("client_data", response.clientDataJSON);
      put("authenticator_data", passkey === "make" ? response.getAuthenticatorData() : response.authenticatorData);
      if (response.signature) put("signature", response.signature);
      form.submit();
    } catch (error) {
      button.disabled = false;
      tell(error.name === "InvalidStateError"
        ? "This device has a passkey for this desk already."
        : "The passkey was not used: it was refused, or took too long. Nothing is saved; you can try again.");
    }
  });
})();
