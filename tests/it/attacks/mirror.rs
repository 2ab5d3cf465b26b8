//! Somebody who may write where a mirror lies, but not where the desk lies.

use std::fs;
use std::os::unix::fs::symlink;

use citekeep::desk::mirror::mirror;
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
