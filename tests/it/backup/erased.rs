//! What was erased leaves older backups too.

use citekeep::desk::backup::{Order, list};
use citekeep::desk::erasures;
use citekeep::domain::erasure::{ErasureRequest, Ground};
use citekeep::domain::hash::ContentHash;
use citekeep::domain::person::Role;

use super::{back_up, files, kept};
use crate::support::note;

const WORDS: &str = "Quetzalcoatl said something that had to go, long ago and far away.";

#[test]
fn words_that_were_erased_leave_every_older_backup_with_the_next_one() {
    let kept = kept();
    let source = kept.desk.source("A report");
    let snapshot = kept.desk.snapshot(source, WORDS);
    let (one, other) = (kept.desk.join(Role::Admin), kept.desk.join(Role::Admin));
    kept.take();
    kept.take();
    let hash = ContentHash::of(WORDS.as_bytes()).to_string();
    let blob = kept.backups().join("blobs").join(&hash[..2]).join(&hash);
    assert!(blob.exists());
    let request = ErasureRequest {
        parts: kept.desk.whole(snapshot),
        ground: Ground::DataSubject,
        reference: None,
        reason: note("Somebody asked for it."),
    };
    let asked = erasures::ask(&kept.desk.desk, one, request).expect("a request");
    erasures::consent(&kept.desk.desk, other, asked).expect("a consent");
    let taken = kept.take();
    assert_eq!(taken.gone, (0, 2), "{taken:?}");
    assert!(!blob.exists());
    let left = list(&kept.backups()).expect("backups");
    assert_eq!(left.len(), 1, "{left:?}");
    // No stretch of a database is left either that holds the words.
    for (name, bytes) in files(&kept.backups()) {
        let plain = zstd::decode_all(&*bytes).unwrap_or(bytes);
        let found = memchr::memmem::find(&plain, b"Quetzalcoatl");
        assert_eq!(found, None, "{}", name.display());
    }
    kept.drill(&[]);
    kept.desk.is_clean();
}

#[test]
fn what_the_rule_does_not_keep_goes_with_the_pieces_that_nothing_else_needs() {
    let kept = kept();
    let order = Order {
        keep: Some("2".parse().expect("a rule")),
        ..kept.order()
    };
    let clock = crate::support::Stopped::new();
    let mut names = Vec::new();
    for day in 0..4 {
        kept.desk.claim(&format!("Claim of day {day}."));
        citekeep::desk::audit::checkpoint(&kept.desk.desk).expect("a checkpoint");
        clock.pass(86_400);
        let world = citekeep::desk::World {
            clock: clock.clone(),
            ..crate::support::world()
        };
        let never = std::sync::atomic::AtomicBool::new(false);
        let mut watch = super::Watch {
            tell: &mut |_, _, _| {},
            stop: &never,
        };
        let taken = super::take(&kept.desk.data(), &order, &world, &mut watch).expect("a backup");
        names.push(taken.name);
    }
    let left = list(&kept.backups()).expect("backups");
    let left: Vec<String> = left.into_iter().map(|backup| backup.name).collect();
    assert_eq!(left, names[2..]);
    // One that is not whole lets nothing go.
    let blobs = kept.desk.data().join("blobs");
    let name = files(&blobs).into_keys().next().expect("a blob");
    std::fs::remove_file(blobs.join(name)).expect("a loss");
    let bad = back_up(&kept.desk.data(), &order).expect("a backup");
    assert!(!bad.verified);
    assert_eq!(list(&kept.backups()).expect("backups").len(), 3);
}
