//! Somebody who may write where a mirror lies, but not where the desk lies.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use citekeep::desk::mirror::{MirrorError, mirror};
use tempfile::TempDir;

use crate::support::desk;

#[test]
fn a_link_where_a_file_is_written_before_it_is_renamed() {
    let desk = desk();
    desk.published();
    citekeep::desk::audit::checkpoint(&desk.desk).expect("a checkpoint");
    let place = TempDir::new().expect("a directory");
    let (out, prey) = (place.path().join("log"), place.path().join("prey"));
    fs::write(&prey, "precious").expect("a file of the operator");
    fs::create_dir(&out).expect("the mirror's place");
    symlink(&prey, out.join("checkpoint.new")).expect("a link");
    mirror(&desk.data(), &out, false, &mut |_, _| {}).expect("a mirror");
    assert_eq!(fs::read_to_string(&prey).ok().as_deref(), Some("precious"));
    let written = fs::symlink_metadata(out.join("checkpoint")).expect("a checkpoint");
    assert!(written.is_file(), "the checkpoint is a link");
}

#[test]
fn pipe_put_in_the_place_of_a_file_that_was_looked_at() {
    let desk = desk();
    desk.published();
    citekeep::desk::audit::checkpoint(&desk.desk).expect("a checkpoint");
    let place = TempDir::new().expect("a directory");
    let out = place.path().join("log");
    mirror(&desk.data(), &out, false, &mut |_, _| {}).expect("a mirror");
    let tile = out.join("tile/entries/000.p");
    let mut names = fs::read_dir(&tile).expect("its partial tile");
    let tile = names.next().expect("one").expect("one").path();
    let whole = fs::read(&tile).expect("a tile");
    let [pipe, link, file] = ["a-pipe", "a-link", "a-file"].map(|name| out.join(name));
    let made = Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("a pipe").success());
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                fs::hard_link(&pipe, &link).expect("a name of the pipe");
                fs::rename(&link, &tile).expect("put there");
                fs::write(&file, &whole).expect("a file");
                fs::rename(&file, &tile).expect("put there");
            }
        });
        // Nobody writes into the pipe: whoever waited for that would wait for good.
        for _ in 0..40 {
            let done = mirror(&desk.data(), &out, true, &mut |_, _| {});
            let is_answer = matches!(done, Ok(_) | Err(MirrorError::Foreign(_)));
            assert!(is_answer, "{done:?}");
        }
        is_over.store(true, Ordering::Relaxed);
    });
}
