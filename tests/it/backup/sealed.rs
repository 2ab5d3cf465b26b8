//! Encrypted backups: who can read them, and what their names tell.

use std::fs;
use std::path::Path;
use std::process::Command;

use citekeep::desk::backup::age::{self, AgeError, Identity};
use citekeep::desk::backup::{BackupError, Order};
use citekeep::domain::hash::ContentHash;

use super::{Kept, back_up, files, kept, pieces, put_back, wanted};
use crate::support::python::installed;

/// A key that the specification of age shows.
const KEY: &str = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";

fn key() -> Identity {
    KEY.parse().expect("a key")
}

fn sealed(kept: &Kept) -> Order {
    Order {
        recipients: vec![key().recipient()],
        ..kept.order()
    }
}

#[test]
fn only_the_key_opens_an_encrypted_backup() {
    let kept = kept();
    let words = "A word that stands in no other place: Quetzalcoatl.";
    let source = kept.desk.source("A report");
    kept.desk.snapshot(source, words);
    let taken = back_up(&kept.desk.data(), &sealed(&kept)).expect("a backup");
    assert!(taken.verified, "{taken:?}");
    let (from, to) = (kept.backups(), kept.back());
    let hash = ContentHash::of(words.as_bytes()).to_string();
    for (name, bytes) in files(&from) {
        let name = name.display().to_string();
        assert!(!name.contains(&hash[..16]), "{name} tells what is in it");
        let has = |what: &str| memchr::memmem::find(&bytes, what.as_bytes()).is_some();
        assert!(
            !has("Quetzalcoatl") && !has(&hash) && !has("PRIVATE"),
            "{name}"
        );
    }
    let closed = put_back(&wanted(&from, &to)).expect_err("a refusal");
    assert!(
        matches!(
            closed,
            BackupError::Sealed {
                why: AgeError::NotForYou,
                ..
            }
        ),
        "{closed}"
    );
    kept.drill(&[key()]);
    kept.desk.is_clean();
}

#[test]
fn encrypted_backups_share_their_pieces_without_the_key() {
    let kept = kept();
    let first = back_up(&kept.desk.data(), &sealed(&kept)).expect("a backup");
    let count = pieces(&kept.backups()).len();
    let second = back_up(&kept.desk.data(), &sealed(&kept)).expect("a backup");
    assert_eq!(second.written.0, 0, "{second:?}");
    assert_eq!(pieces(&kept.backups()).len(), count);
    assert!(second.verified && first.verified);
    let plain = back_up(&kept.desk.data(), &kept.order()).expect_err("a refusal");
    assert!(plain.to_string().contains("encrypted"), "{plain}");
    kept.drill(&[key()]);
}

#[test]
fn backups_for_a_new_key_are_opened_by_it_alone() {
    let kept = kept();
    let made = pyrage("print(pyrage.x25519.Identity.generate())", &[]);
    let new: Identity = String::from_utf8(made)
        .expect("text")
        .parse()
        .expect("a key");
    back_up(&kept.desk.data(), &sealed(&kept)).expect("a backup");
    let order = Order {
        recipients: vec![new.recipient()],
        ..kept.order()
    };
    let later = back_up(&kept.desk.data(), &order).expect("a backup");
    // Nobody has the old key any more; or whoever has it is not to read on.
    kept.drill(std::slice::from_ref(&new));
    let listed = kept.backups().join(&later.name).join("pieces");
    let listed = fs::read_to_string(listed).expect("what it needs");
    let names = listed
        .lines()
        .filter_map(|line| line.split(' ').next_back());
    let mut count = 0;
    for name in names {
        let bytes = fs::read(kept.backups().join(name)).expect("a piece");
        assert!(age::open(&bytes, &[key()]).is_err(), "{name}");
        count += 1;
    }
    assert!(count > 3, "{count} pieces");
    // The next one for the same key writes nothing anew.
    let same = back_up(&kept.desk.data(), &order).expect("a backup");
    assert_eq!(same.written.0, 0, "{same:?}");
    kept.desk.is_clean();
}

/// Runs a script with another's code for age.
fn pyrage(script: &str, arguments: &[&Path]) -> Vec<u8> {
    let place = installed("pyrage").display().to_string();
    let script = format!("import sys\nsys.path.insert(0, {place:?})\nimport pyrage\n{script}");
    let output = Command::new("python3")
        .args(["-c", &script])
        .args(arguments)
        .output()
        .expect("Python");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

#[test]
fn programs_of_others_read_what_was_encrypted_and_we_read_theirs() {
    let kept = kept();
    back_up(&kept.desk.data(), &sealed(&kept)).expect("a backup");
    // Every piece, opened by somebody else's code; the database's stretches
    // come to the hash that the contents name.
    let script = format!(
        "import glob, hashlib
key = pyrage.x25519.Identity.from_str({KEY:?})
for name in sorted(glob.glob(sys.argv[1] + '/**/*.age', recursive=True)):
    plain = pyrage.decrypt(open(name, 'rb').read(), [key])
    print(name.rsplit('/', 1)[1], hashlib.sha256(plain).hexdigest())"
    );
    let told = String::from_utf8(pyrage(&script, &[&kept.backups()])).expect("text");
    let mut count = 0;
    for (name, bytes) in files(&kept.backups()) {
        if !name.to_string_lossy().ends_with(".age") {
            continue;
        }
        let opened = age::open(&bytes, &[key()]).expect("ours");
        let line = format!(
            "{} {}",
            name.file_name().expect("a name").to_string_lossy(),
            ContentHash::of(&opened)
        );
        assert!(told.lines().any(|told| told == line), "{line}");
        count += 1;
    }
    assert_eq!(told.lines().count(), count);
    for length in [0, 1, 65_535, 65_536, 65_537, 200_000] {
        let file = kept.dir.path().join("theirs.age");
        let script = format!(
            "to = pyrage.x25519.Identity.from_str({KEY:?}).to_public()
other = pyrage.x25519.Identity.generate().to_public()
open(sys.argv[1], 'wb').write(pyrage.encrypt(bytes(i % 251 for i in range({length})), [other, to]))"
        );
        pyrage(&script, &[&file]);
        let theirs = fs::read(&file).expect("their file");
        let plain: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
        assert_eq!(age::open(&theirs, &[key()]), Ok(plain), "{length}");
    }
}
