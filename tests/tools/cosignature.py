"""Checks the cosignature of a checkpoint, as C2SP tlog-cosignature says.

Written from the standard alone; OpenSSL does the arithmetic.
Usage: cosignature.py NOTE-FILE VKEY
"""

import base64
import hashlib
import os
import subprocess
import sys
import tempfile

# The head of every Ed25519 public key as a SubjectPublicKeyInfo (RFC 8410).
SPKI = bytes.fromhex("302a300506032b6570032100")


def openssl_accepts(public, message, signature):
    with tempfile.TemporaryDirectory() as place:
        names = {}
        for name, data in (("key", SPKI + public), ("text", message), ("sig", signature)):
            names[name] = os.path.join(place, name)
            with open(names[name], "wb") as file:
                file.write(data)
        done = subprocess.run(
            ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER",
             "-inkey", names["key"], "-rawin", "-in", names["text"], "-sigfile", names["sig"]],
            capture_output=True,
        )
        return done.returncode == 0


def main(path, vkey):
    with open(path, encoding="utf-8", newline="") as file:
        text, lines = file.read().rsplit("\n\n", 1)
    text += "\n"
    name, key_id, key = vkey.split("+", 2)
    key = base64.b64decode(key, validate=True)
    assert key[0] == 4 and len(key) == 33, "no key that cosigns"
    expected = hashlib.sha256(name.encode() + b"\n" + key).digest()[:4]
    assert expected.hex() == key_id, "the key's hash is wrong"
    said = "not cosigned"
    for line in lines.splitlines():
        dash, who, signature = line.split(" ")
        signature = base64.b64decode(signature, validate=True)
        if dash != "\u2014" or who != name or signature[:4] != expected:
            continue
        assert len(signature) == 4 + 8 + 64, "no time and signature"
        time = int.from_bytes(signature[4:12], "big")
        message = f"cosignature/v1\ntime {time}\n{text}".encode()
        if not openssl_accepts(key[1:], message, signature[12:]):
            return "wrong"
        said = f"cosigned at {time}"
    return said


print(main(*sys.argv[1:]))
