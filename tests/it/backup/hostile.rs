//! Somebody who may write where backups lie, or beside a data directory that is
//! put back, but not where the desk lies.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use citekeep::desk::backup::BackupError;
use citekeep::domain::hash::ContentHash;
use serde_json::Value;

use super::{Kept, back_up, files, kept, pieces, put_back, wanted};

/// What no attack may change: the files of the desk but for its database, which a
/// desk that is open changes by itself.
fn evidence(kept: &Kept) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let all = files(&kept.desk.data()).into_iter();
    let steady = |name: &Path| !name.to_string_lossy().starts_with("desk.db");
    all.filter(|(name, _)| steady(name)).collect()
}

fn pipe(path: &Path) {
    let _ = fs::remove_file(path);
    let made = Command::new("mkfifo").arg(path).status();
    assert!(made.expect("a pipe").success());
}

#[test]
fn folders_of_pieces_that_lead_into_the_desk() {
    let kept = kept();
    kept.take();
    let data = kept.desk.data();
    let before = evidence(&kept);
    // What is not needed of a backup is removed; this folder holds the desk.
    symlink(&data, kept.backups().join("pages/zz")).expect("a link");
    symlink(data.join("blobs"), kept.backups().join("blobs/zz")).expect("a link");
    assert!(kept.take().verified);
    assert!(data.join("desk.db").exists(), "the desk is gone");
    assert_eq!(evidence(&kept), before);
    // Nor is anything written or kept where a link leads.
    let piece = &pieces(&kept.backups())[0];
    let folder = piece.parent().expect("a folder");
    let name = folder.file_name().expect("its name");
    fs::remove_dir_all(kept.backups().join(folder)).expect("it goes");
    symlink(data.join("blobs").join(name), kept.backups().join(folder)).expect("a link");
    let refused = back_up(&data, &kept.order()).expect_err("a refusal");
    assert!(refused.to_string().contains("it is a link"), "{refused}");
    assert_eq!(evidence(&kept), before);
    let place = kept.backups().join("blobs");
    fs::remove_dir_all(&place).expect("it goes");
    symlink(data.join("blobs"), &place).expect("a link");
    let refused = back_up(&data, &kept.order()).expect_err("a refusal");
    assert!(refused.to_string().contains("it is a link"), "{refused}");
    assert_eq!(evidence(&kept), before);
    kept.desk.is_clean();
}

#[test]
fn journal_that_leads_to_a_key() {
    let kept = kept();
    kept.take();
    let key = kept.desk.data().join("log.key");
    let before = fs::read(&key).expect("a key");
    symlink(&key, kept.backups().join("journal")).expect("a link");
    let refused = back_up(&kept.desk.data(), &kept.order());
    assert!(refused.is_err(), "{refused:?}");
    assert_eq!(fs::read(&key).expect("a key"), before);
}

#[test]
fn pipes_and_endless_lines_in_the_place_of_files() {
    let kept = kept();
    let taken = kept.take();
    let (from, to) = (kept.backups(), kept.back());
    let list = from.join(&taken.name).join("pieces");
    let piece = from.join(&pieces(&from)[0]);
    let (whole, bytes) = (fs::read(&list), fs::read(&piece));
    // Nobody writes into a pipe: whoever waited for that would wait for good.
    for path in [&list, &from.join("journal")] {
        pipe(path);
        assert!(back_up(&kept.desk.data(), &kept.order()).is_err());
        fs::remove_file(path).expect("the pipe");
        fs::write(&list, whole.as_ref().expect("a list")).expect("as it was");
    }
    // A file that has no bytes on the disk and no end of a line.
    let endless = fs::File::create(&list).expect("a file");
    endless.set_len(1 << 40).expect("a hole");
    assert!(back_up(&kept.desk.data(), &kept.order()).is_err());
    fs::write(&list, whole.expect("a list")).expect("as it was");
    pipe(&piece);
    let refused = put_back(&wanted(&from, &to)).expect_err("a refusal");
    assert!(matches!(refused, BackupError::Damaged { .. }), "{refused}");
    let found = kept.take();
    assert!(found.verified, "a pipe is no piece, and it is written anew");
    assert_eq!(fs::read(&piece).ok(), bytes.ok());
    kept.drill(&[]);
}

/// Lets a backup say of its contents what somebody else wants.
fn say(dir: &Path, change: impl FnOnce(&mut Value)) {
    let (packed, facts) = (dir.join("contents.json.zst"), dir.join("backup.json"));
    let json = zstd::decode_all(&*fs::read(&packed).expect("contents")).expect("zstd");
    let mut contents: Value = serde_json::from_slice(&json).expect("JSON");
    change(&mut contents);
    let json = serde_json::to_vec(&contents).expect("JSON");
    let bytes = zstd::encode_all(&*json, 1).expect("zstd");
    fs::write(&packed, &bytes).expect("contents");
    let mut told: Value = serde_json::from_slice(&fs::read(&facts).expect("facts")).expect("JSON");
    told["contents_sha256"] = ContentHash::of(&bytes).to_string().into();
    fs::write(&facts, told.to_string()).expect("facts");
}

#[test]
fn files_beside_those_that_a_backup_holds() {
    let kept = kept();
    let taken = kept.take();
    let (from, to) = (kept.backups(), kept.back());
    for name in ["desk.db", "desk.db-wal", "backup.names", "../prey", "blobs"] {
        let taken = from.join(&taken.name);
        let put = |text: Value| move |contents: &mut Value| contents["files"][name] = text;
        say(&taken, put("planted".into()));
        let refused = put_back(&wanted(&from, &to)).expect_err("a refusal");
        assert!(matches!(refused, BackupError::Damaged { .. }), "{refused}");
        say(&taken, |contents| {
            let files = contents["files"].as_object_mut();
            files.expect("files").remove(name);
        });
    }
    kept.drill(&[]);
}

#[test]
fn link_where_a_backup_is_put_together() {
    let kept = kept();
    kept.take();
    let (from, to) = (kept.backups(), kept.back());
    let data = kept.desk.data();
    let before = evidence(&kept);
    let length = || fs::metadata(data.join("desk.db")).expect("a desk").len();
    let was = length();
    symlink(&data, to.with_added_extension("restoring")).expect("a link");
    let refused = put_back(&wanted(&from, &to)).expect_err("a refusal");
    assert!(refused.to_string().contains("a link"), "{refused}");
    assert_eq!((evidence(&kept), length()), (before, was));
    kept.desk.is_clean();
}
