"""Checks a signed message twice: as the Standard Webhooks specification says
it, with nothing but Python's own hmac, and with the library of its authors.

Reads JSON from standard input: secrets, id, timestamp, body, signature. Each of
the secrets must have made one of the signatures, in their order.
"""

import base64
import datetime
import hashlib
import hmac
import json
import sys

from standardwebhooks.webhooks import Webhook

told = json.load(sys.stdin)
signatures = told["signature"].split(" ")
if len(signatures) != len(told["secrets"]):
    sys.exit(f"{len(signatures)} signatures for {len(told['secrets'])} secrets")
at = datetime.datetime.fromtimestamp(int(told["timestamp"]), datetime.timezone.utc)
for secret, signature in zip(told["secrets"], signatures):
    key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    if not 24 <= len(key) <= 64:
        sys.exit(f"the secret has {len(key)} bytes")
    words = f"{told['id']}.{told['timestamp']}.{told['body']}".encode()
    made = base64.b64encode(hmac.new(key, words, hashlib.sha256).digest()).decode()
    if f"v1,{made}" != signature:
        sys.exit(f"by the specification it is v1,{made} and not {signature}")
    if Webhook(secret).sign(told["id"], at, told["body"]) != signature:
        sys.exit("the library signs otherwise")
print("ok")
