// Proves one entry of the log, step by step, from what its page holds: the body
// and its salt, the leaf, the way up the tree, the signed checkpoint and the
// desk's key. It asks the desk for nothing.
(() => {
  const section = document.querySelector("[data-prove]");
  if (!section) return;
  const list = section.querySelector("[data-prove-steps]");
  const button = section.querySelector("[data-prove-go]");
  const encode = (text) => new TextEncoder().encode(text);
  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const unhex = (text) => Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
  const unbase64 = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const join = (...parts) => {
    const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
    return all;
  };
  const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", join(...parts)));

  const tell = (kind, words, value) => {
    const item = document.createElement("li");
    const badge = document.createElement("span");
    const said = { right: "fits", wrong: "does not fit", open: "not checked" };
    badge.className = `badge ${{ right: "published", wrong: "stale", open: "open" }[kind]}`;
    badge.textContent = said[kind];
    item.dataset.result = kind;
    item.append(badge, ` ${words}`);
    if (value) {
      const code = document.createElement("div");
      code.className = "mono soft";
      code.textContent = value;
      item.append(code);
    }
    list.append(item);
    return kind !== "wrong";
  };
  const same = (one, other, words) => tell(one === other ? "right" : "wrong", words, one);

  // The body is what the leaf names.
  const checkBody = async ({ body, salt, leaf }) => {
    if (body === undefined || salt === undefined) {
      return tell("open", "The body is not here, so what the leaf commits to cannot be computed.");
    }
    const bound = hex(await sha256(unhex(salt), encode(body)));
    return same(`{"body":"sha256:${bound}","v":1}`, leaf, "Salt and body give what the leaf names.");
  };

  // RFC 9162, section 2.1.3.2: which side the next hash stands on follows from
  // the place and the size alone; what the page says of it is not believed.
  const climb = async ({ entry, size, leaf, path }) => {
    let [place, last] = [BigInt(entry), BigInt(size) - 1n];
    let hash = await sha256(Uint8Array.of(0), encode(leaf));
    tell("right", "The leaf’s own hash.", hex(hash));
    if (place > last) return null;
    for (const step of path.split(" ").filter(Boolean)) {
      if (last === 0n) return null;
      const [side, sibling] = step.split(":");
      const isLeft = (place & 1n) === 1n || place === last;
      if (isLeft !== (side === "left")) return null;
      const other = unhex(sibling);
      hash = await sha256(Uint8Array.of(1), ...(isLeft ? [other, hash] : [hash, other]));
      if (isLeft) while (place !== 0n && (place & 1n) === 0n) [place, last] = [place >> 1n, last >> 1n];
      [place, last] = [place >> 1n, last >> 1n];
      tell("right", `Joined with ${sibling.slice(0, 12)}… on the ${side}.`, hex(hash));
    }
    return last === 0n ? hash : null;
  };

  const checkRoot = async (facts) => {
    const [, size, root] = facts.note.split("\n");
    const fits = same(size, facts.size, "The checkpoint covers as many entries as the tree that these hashes are from.");
    const hash = await climb(facts);
    if (!hash) return tell("wrong", "The way up does not fit the place and the size.");
    return same(hex(hash), hex(unbase64(root)), "The top is the root in the checkpoint.") && fits;
  };

  // C2SP signed-note: name, key hash and key; the hash says which key signed.
  const checkSignature = async ({ note, key }) => {
    const [, name, keyHash, ...rest] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(key) || [];
    if (!name) return tell("wrong", "The desk’s key cannot be read.");
    const bytes = unbase64(rest[0]);
    const end = note.lastIndexOf("\n\n");
    const mine = note.slice(end + 2).split("\n").filter((line) => line.startsWith(`— ${name} `));
    const signatures = mine.map((line) => unbase64(line.split(" ")[2]));
    const found = signatures.find((signature) => hex(signature.slice(0, 4)) === keyHash);
    if (bytes[0] !== 1 || !found) {
      return tell("open", "The checkpoint is signed with another key than the one that this page names.");
    }
    let imported;
    try {
      imported = await crypto.subtle.importKey("raw", bytes.slice(1), { name: "Ed25519" }, false, ["verify"]);
    } catch {
      return tell("open", "This browser cannot check Ed25519 signatures; use the receipt and another tool.");
    }
    const text = encode(note.slice(0, end + 1));
    const holds = await crypto.subtle.verify("Ed25519", imported, found.slice(4), text);
    return tell(holds ? "right" : "wrong", "The desk’s key signed this checkpoint.", key);
  };

  const prove = async () => {
    list.replaceChildren();
    section.dataset.proved = "";
    const facts = { ...section.dataset };
    let holds = true;
    for (const check of [checkBody, checkRoot, checkSignature]) {
      try {
        holds = (await check(facts)) && holds;
      } catch (error) {
        holds = tell("wrong", `This step could not be read: ${error.message}`);
      }
    }
    const open = list.querySelector("[data-result=open]");
    const verdict = document.createElement("li");
    const words = open ? "Nothing is wrong; some of it could not be checked here." : "Proved: this entry is in the log that the desk signed.";
    const strong = document.createElement("strong");
    verdict.append(strong);
    strong.textContent = holds ? words : "Not proved: something was changed.";
    list.prepend(verdict);
    section.dataset.proved = holds ? "yes" : "no";
  };

  // The line stands there from the start, so that nothing below it moves.
  const offer = section.querySelector("[data-prove-offer]");
  if (globalThis.crypto && crypto.subtle) {
    button.addEventListener("click", prove);
    button.disabled = false;
  } else {
    offer.lastElementChild.textContent = "Browsers compute hashes only on pages that come over HTTPS; check it by hand, or with the receipt.";
  }
})();
