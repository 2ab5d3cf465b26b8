//! What a backup holds, costs and refuses.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

use citekeep::desk::backup::{BackupError, Order, Watch, list, take};
use citekeep::domain::hash::ContentHash;

use super::{back_up, files, kept, order, pieces};
use crate::support::{check, world};

#[test]
fn what_is_backed_up_comes_back_whole_with_its_key() {
    let kept = kept();
    let taken = kept.take();
    assert_eq!(taken.findings, Vec::<String>::new());
    assert!(taken.verified && taken.has_key);
    let restored = kept.drill(&[]);
    assert_eq!(restored.entries, taken.entries);
    for name in ["log.key", "checkpoints"] {
        let (was, is) = (kept.desk.data().join(name), kept.back().join(name));
        assert_eq!(fs::read(was).expect(name), fs::read(is).expect(name));
    }
    let desk = crate::support::open(&kept.back()).expect("the desk opens");
    assert_eq!(desk.verifier_key(), kept.desk.desk.verifier_key());
    drop(desk);
    assert_eq!(check(&kept.back()).findings, []);
    kept.desk.is_clean();
}

#[test]
fn the_next_backup_writes_only_what_changed() {
    let kept = kept();
    // Words that cannot be compressed much, so that they weigh something.
    let mut words = String::new();
    while words.len() < 200_000 {
        words += &ContentHash::of(words.len().to_string().as_bytes()).to_string();
        words.push(' ');
    }
    kept.desk
        .snapshot(kept.desk.source("A long report"), &words);
    let first = kept.take();
    let same = kept.take();
    assert_eq!(same.written, (0, 0), "nothing happened between the two");
    assert_ne!(same.name, first.name);
    let source = kept.desk.source("A second report");
    kept.desk
        .snapshot(source, "It snowed on the bridge that day.");
    let third = kept.take();
    assert!(third.written.1 < third.bytes / 2, "{third:?}");
    assert!(third.written.0 > 0);
    let all = list(&kept.backups()).expect("three backups");
    assert_eq!(all.len(), 3);
    assert!(all.iter().all(|backup| backup.verified));
    // Each of them can be put back.
    for backup in all {
        let to = kept.dir.path().join(&backup.name);
        let from = kept.backups();
        let wanted = super::Wanted {
            name: Some(&backup.name),
            ..super::wanted(&from, &to)
        };
        let restored = super::put_back(&wanted).expect("a backup");
        assert_eq!(restored.entries, backup.entries);
    }
    kept.desk.is_clean();
}

#[test]
fn a_backup_that_is_stopped_anywhere_is_gone_on_with() {
    let kept = kept();
    let steps = steps(&kept.desk.data(), &kept.order(), u64::MAX).expect("a whole one");
    let all = pieces(&kept.backups()).len();
    assert!(steps > 10, "{steps}");
    for stop in (0..steps).step_by(7) {
        let to = kept.dir.path().join(format!("stopped-{stop}"));
        let order = order(&to);
        let stopped = self::steps(&kept.desk.data(), &order, stop);
        // What is left to do after it is whole is only to tidy up.
        if stopped.is_ok() {
            assert_eq!(list(&to).expect("a directory").len(), 1, "{stop}");
            continue;
        }
        assert!(matches!(stopped, Err(BackupError::Stopped)), "{stop}");
        assert_eq!(list(&to).expect("a directory").len(), 0, "{stop}");
        let before = pieces(&to).len();
        let taken = back_up(&kept.desk.data(), &order).expect("the rest");
        assert!(taken.verified);
        let written = usize::try_from(taken.written.0).expect("a number");
        assert_eq!(before + written, all, "stopped after {stop} steps");
        assert_eq!(pieces(&to).len(), all);
        assert!(!kept.desk.data().join("backup.working").exists());
    }
    kept.desk.is_clean();
}

/// Takes a backup that is stopped after so many steps; tells how many it had.
fn steps(data: &std::path::Path, order: &Order, after: u64) -> Result<u64, BackupError> {
    let (stop, mut steps) = (AtomicBool::new(false), 0);
    let mut tell = |_: &'static str, _: u64, _: u64| {
        if steps == after {
            stop.store(true, Ordering::Relaxed);
        }
        steps += 1;
    };
    let mut watch = Watch {
        tell: &mut tell,
        stop: &stop,
    };
    take(data, order, &world(), &mut watch)?;
    Ok(steps)
}

#[test]
fn a_desk_that_is_damaged_is_backed_up_and_said_to_be() {
    let kept = kept();
    kept.take();
    let blobs = kept.desk.data().join("blobs");
    let name = files(&blobs).into_keys().next().expect("a blob");
    let good = fs::read(blobs.join(&name)).expect("a blob");
    fs::write(blobs.join(&name), b"other words").expect("an attack");
    let taken = kept.take();
    assert!(!taken.verified);
    assert!(
        taken.findings[0].contains("altered"),
        "{:?}",
        taken.findings
    );
    // The good copy of the backup before is shared by this one.
    kept.drill(&[]);
    assert_eq!(
        fs::read(kept.back().join("blobs").join(&name)).expect("a blob"),
        good
    );
}

#[test]
fn a_piece_that_rots_is_found_and_written_anew() {
    let kept = kept();
    kept.take();
    let piece = kept.backups().join(&pieces(&kept.backups())[0]);
    let mut bytes = fs::read(&piece).expect("a piece");
    bytes[0] ^= 1;
    fs::write(&piece, &bytes).expect("rot");
    let found = kept.take();
    assert!(!found.verified, "{found:?}");
    let mended = kept.take();
    assert!(mended.verified, "{mended:?}");
    kept.drill(&[]);
    kept.desk.is_clean();
}

#[test]
fn other_directories_are_left_alone() {
    let kept = kept();
    let data = kept.desk.data();
    let refused = |to: &std::path::Path| {
        let error = back_up(&data, &order(to)).expect_err("a refusal");
        error.to_string()
    };
    let inside = refused(&data.join("backups"));
    assert!(inside.contains("lie in each other"), "{inside}");
    assert!(!data.join("backups").exists());
    let around = refused(data.parent().expect("a parent"));
    assert!(around.contains("lie in each other"), "{around}");
    let foreign = kept.dir.path().join("photos");
    fs::create_dir(&foreign).expect("a folder");
    fs::write(foreign.join("one.jpg"), "…").expect("a photo");
    let foreign = refused(&foreign);
    assert!(foreign.contains("no directory of backups"), "{foreign}");
    kept.desk.is_clean();
}
