"""Makes db/common-passwords.bin of a list with one password a line, the most
common first (SecLists: 10-million-password-list-top-1000000.txt).

What is kept: every password of 12 characters or more, which the desk would
otherwise accept, and the 30,000 most common of 4 to 11, which people lengthen.
Each is the first four bytes of the SHA-256 of its small letters; they are
sorted, and each stands once.

    python3 common_passwords.py LIST db/common-passwords.bin
"""

import hashlib
import sys

LEAST = 12
SHORT = 30_000


def main(source, target):
    with open(source, encoding="utf-8", errors="replace") as lines:
        words = list(dict.fromkeys(line.rstrip("\n").lower() for line in lines))
    long = [word for word in words if len(word) >= LEAST]
    short = [word for word in words if 4 <= len(word) < LEAST][:SHORT]
    marks = {hashlib.sha256(word.encode()).digest()[:4] for word in long + short}
    with open(target, "wb") as out:
        out.write(b"".join(sorted(marks)))


main(*sys.argv[1:])
