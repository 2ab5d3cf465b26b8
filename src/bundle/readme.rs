//! The README of a bundle: how a person checks each part with tools that come
//! with every system.
//!
//! What stands in it between `$ ` and the end of a line, and between the lines
//! of a program, is run by the tests.

use std::fmt::Write;

use super::facts::{Facts, Kind, Presence};
use super::layout::Part;

/// What goes before the numbers of a public key so that OpenSSL reads it: the
/// DER of an Ed25519 key (RFC 8410, section 4).
const DER: &str = r"\060\052\060\005\006\003\053\145\160\003\041\000";

/// Checks every receipt and every body (RFC 9162, 2.1.3.2).
pub const RECEIPTS: &str = r#"import base64, glob, hashlib, os
sha = lambda b: hashlib.sha256(b).digest()
checkpoint = open("data/log/checkpoint", encoding="utf-8").read()
size, root = int(checkpoint.split("\n")[1]), base64.b64decode(checkpoint.split("\n")[2])
for name in glob.glob("data/log/entries/*.tlog-proof"):
    stem, receipt = name[:-len(".tlog-proof")], open(name, encoding="utf-8").read()
    head, signed = receipt.split("\n\n", 1)
    assert signed == checkpoint, name
    kind, index, *proof = head.split("\n")
    i, last, leaf = int(index.split(" ")[1]), size - 1, open(stem + ".leaf", "rb").read()
    assert stem.endswith("/%d" % i), name
    node = sha(b"\0" + leaf)
    for beside in map(base64.b64decode, proof):
        if i % 2 == 1 or i == last:
            node = sha(b"\1" + beside + node)
            while i % 2 == 0 and i > 0: i, last = i // 2, last // 2
        else:
            node = sha(b"\1" + node + beside)
        i, last = i // 2, last // 2
    assert last == 0 and node == root, name
    if os.path.exists(stem + ".body"):
        body = open(stem + ".salt", "rb").read() + open(stem + ".body", "rb").read()
        assert leaf == b'{"body":"sha256:' + sha(body).hex().encode() + b'","v":1}', name
print("every receipt leads to the root, every body fits its receipt")
"#;

/// Checks every quote of every verdict against its text.
pub const QUOTES: &str = r#"import glob, hashlib, json, os
for name in glob.glob("data/log/entries/*.body"):
    event = json.load(open(name, encoding="utf-8"))["event"]
    for words in event["verdict"]["evidence"] if event["kind"] == "verdict_given" else []:
        for kind in ("raw", "text"):
            blob = "data/blobs/" + words[kind]
            if os.path.exists(blob):
                assert hashlib.sha256(open(blob, "rb").read()).hexdigest() == words[kind], blob
        text, span = "data/blobs/" + words["text"], words["span"]
        if os.path.exists(text):
            text = open(text, encoding="utf-8", newline="").read()
            assert text[span["start"]:span["end"]] == words["quote"], name
print("every quote of every verdict stands in its text, letter by letter")
"#;

/// Writes the README of a bundle with these files.
pub fn text(facts: &Facts, names: &[&str]) -> String {
    let mut text = String::new();
    opening(facts, &mut text);
    contents(facts, names, &mut text);
    commands(facts, &mut text);
    timestamps(facts, &mut text);
    limits(facts, names, &mut text);
    text
}

fn opening(facts: &Facts, text: &mut String) {
    let (desk, claim, at) = (&facts.desk, facts.claim, facts.at);
    let whose = match facts.kind {
        Kind::Desk => {
            "everything that the desk keeps about it, also what is not published. Do not pass it on as it is."
        }
        Kind::Public => "what is published of it, and nothing else.",
    };
    let _ = write!(
        text,
        "EVIDENCE BUNDLE

Claim {claim} of {desk}: {whose}
The newest entry in it was made {at}.

This file tells how to check each part by hand. You need no software of the
desk, no network, and nobody's word. Unpack the archive, open a terminal in this
folder, and copy the lines that begin with a dollar sign, without it.

If you have the program `citekeep`, `citekeep verify FILE.zip` does all of this
and more, without a network.

"
    );
}

fn contents(facts: &Facts, names: &[&str], text: &mut String) {
    text.push_str("WHAT IS WHERE\n\n");
    let lines: [(&str, &str); 10] = [
        ("data/bundle.json", "what this bundle holds, for programs"),
        ("data/claim.json", "the claim with everything about it"),
        ("data/published.json", "what is published of the claim"),
        ("data/page.html", "the public page, which opens from a disk"),
        ("data/blobs/", "captured bytes and texts, named by SHA-256"),
        ("data/keys/log.vkey", "the key that signs the desk's log"),
        ("data/keys/witnesses.vkey", "the keys of its witnesses"),
        ("data/log/checkpoint", "the log's size and root, signed"),
        ("data/log/timestamps/", "timestamps of that (RFC 3161)"),
        ("data/warc/", "the captures as web archives see them"),
    ];
    for (name, what) in lines {
        if names.iter().any(|there| there.starts_with(name)) {
            let _ = writeln!(text, "  {name:<30} {what}");
        }
    }
    text.push_str(
        "\nThe entries of the log, in data/log/entries/. N.leaf is the public line of entry
N, N.body what it says, N.salt 16 bytes that keep it from being guessed, and
N.tlog-proof the receipt: the way from the line to the signed root.\n\n",
    );
    for listed in &facts.entries {
        let state = match listed.body {
            Presence::Here => "",
            Presence::Withheld => " (its body is not public)",
            Presence::Erased => " (its body was erased)",
            Presence::Sealed => " (its body is sealed)",
        };
        let kind = listed.kind.replace('_', " ");
        let _ = writeln!(text, "  {:>8}  {kind}{state}", listed.entry.to_string());
    }
    text.push_str("\nThe files in data/blobs/:\n\n");
    for kept in &facts.blobs {
        let state = match kept.bytes {
            Presence::Here => "",
            Presence::Withheld => " (not public)",
            Presence::Erased => " (erased)",
            Presence::Sealed => " (sealed)",
        };
        let _ = writeln!(text, "  {}{state}", kept.sha256);
        for what in &kept.is {
            let _ = writeln!(text, "    {what}");
        }
    }
    holes(facts, names, text);
    text.push('\n');
}

/// What web archives do not hold, and where that is written in them.
fn holes(facts: &Facts, names: &[&str], text: &mut String) {
    let any = |state| facts.blobs.iter().any(|kept| kept.bytes == state);
    let is_archived = names.iter().any(|name| name.starts_with("data/warc/"));
    if is_archived && any(Presence::Erased) {
        text.push_str(
            "
What was erased is a hole in data/warc/ too: the metadata record of its capture
names its SHA-256 and the entry of the log that erased it.
",
        );
    }
    if facts.kind == Kind::Desk && any(Presence::Sealed) {
        text.push_str("\nOf a sealed source there is no file in data/warc/.\n");
    }
}

fn commands(facts: &Facts, text: &mut String) {
    let key = Part::LogKey;
    let origin = &facts.origin;
    let mut here = facts.entries.iter();
    let first = here.rfind(|listed| listed.body == Presence::Here);
    let _ = write!(
        text,
        "1. NOTHING WAS CHANGED SINCE THE BUNDLE WAS MADE

$ sha256sum -c tagmanifest-sha256.txt
$ sha256sum -c manifest-sha256.txt

This finds damage. Whoever changes a file can also change these lists, so go on.

2. THE CHECKPOINT WAS SIGNED WITH THE DESK'S KEY

Compare {key} with the key on the desk's own page about its method,
or with one that you kept: a bundle could bring a key of its own.

$ work=$(mktemp -d)
$ printf '{DER}' > $work/key.der
$ cut -d+ -f3- {key} | base64 -d | tail -c 32 >> $work/key.der
$ sed '/^$/,$d' data/log/checkpoint > $work/text
$ grep '^[^ ]* {origin} ' data/log/checkpoint | head -n 1 | cut -d' ' -f3 | base64 -d | tail -c 64 > $work/signature
$ openssl pkeyutl -verify -pubin -keyform DER -inkey $work/key.der -rawin -in $work/text -sigfile $work/signature

The first lines of the checkpoint are the log's name, how many entries it had,
and the root of the tree over them (C2SP tlog-checkpoint, RFC 6962).

"
    );
    if let Some(listed) = first {
        let entry = listed.entry;
        let _ = write!(
            text,
            "3. A BODY IS THE ONE THAT WAS LOGGED

The two lines show the same 64 letters and digits, for every entry with a body:

$ cat data/log/entries/{entry}.salt data/log/entries/{entry}.body | sha256sum
$ cat data/log/entries/{entry}.leaf; echo

"
        );
    }
    let _ = write!(
        text,
        "4. EVERY ENTRY IS IN THE SIGNED LOG, AND EVERY BODY IS THE ONE IN IT

The program below ends with a sentence, or names what does not fit. Put it into
a file, each line without the four spaces before it, and run `python3 FILE` in
this folder; or let sed do both:

$ sed -n '/^4[.]/,/^5[.]/s/^    //p' README.txt | python3 -

{}
5. EVERY QUOTE STANDS IN THE TEXT THAT WAS CAPTURED

In the same way:

$ sed -n '/^5[.]/,/^[6W]/s/^    //p' README.txt | python3 -

{}
",
        program(RECEIPTS),
        program(QUOTES)
    );
}

/// How timestamps are checked. The roots come from the authority: whoever
/// forges a timestamp would bring a root along.
fn timestamps(facts: &Facts, text: &mut String) {
    let Some(first) = facts.timestamps.first() else {
        return;
    };
    text.push_str(
        "6. THE LOG WAS SO BY THE TIME OF A TIMESTAMP

Authorities stamped what the desk alone signed: the checkpoint up to its blank
line, and the lines behind it that begin with the log's name.

",
    );
    for stamped in &facts.timestamps {
        let (authority, at) = (&stamped.authority, stamped.at);
        let _ = writeln!(text, "  {authority:<20} {at}");
    }
    let (authority, origin) = (&first.authority, &facts.origin);
    let _ = write!(
        text,
        "
$ sed '/^$/q' data/log/checkpoint > $work/stamped
$ sed '1,/^$/d' data/log/checkpoint | grep '^[^ ]* {origin} ' >> $work/stamped
$ openssl ts -reply -in data/log/timestamps/{authority}.tsr -text | grep 'Time stamp'

Fetch the authority's root certificate from the authority itself, as roots.pem, then:

$ openssl ts -verify -in data/log/timestamps/{authority}.tsr -data $work/stamped -CAfile roots.pem

"
    );
}

/// A program, set in so that it stands apart from the words.
fn program(lines: &str) -> String {
    let mut text = String::new();
    for line in lines.lines() {
        text.push_str("    ");
        text.push_str(line);
        text.push('\n');
    }
    text
}

fn limits(facts: &Facts, names: &[&str], text: &mut String) {
    text.push_str(
        "WHAT THIS DOES NOT PROVE

- That a source is authentic, or that what it says is true. The bundle proves
  which bytes the desk captured, not who made them.
- That a verdict is right.
- That nothing was left out before it was logged, or that this bundle has every
  entry about the claim.
- When something was decided: times are the desk's own. A timestamp or a
  witness, where there is one, proves that the log was as it is by then.
- That the desk shows everybody the same log. Keep this checkpoint: a later one
  that does not grow out of it proves the contrary. So does a witness.
- That a text says what the captured bytes say. The program that made it is
  named beside it, and `citekeep extract FILE` makes it again.
",
    );
    if names.contains(&Part::Page.to_string().as_str()) {
        text.push_str(
            "- That data/page.html says what the entries say: it is the page as it stood when
  the bundle was made, for reading.\n",
        );
    }
    if names.iter().any(|name| name.starts_with("data/warc/")) {
        text.push_str(
            "- That the files in data/warc/ hold the captures: compare what is in them with
  data/blobs/, by the SHA-256 that each record names.\n",
        );
    }
    if facts.kind == Kind::Public {
        text.push_str(
            "- Who made the claim, and what sources are called: the entries that say so say
  more than is public, so their bodies are not here. Their receipts are.\n",
        );
    }
}
