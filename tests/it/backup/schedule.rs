//! Backups by the desk's own clock.

use std::fs;
use std::sync::Arc;

use citekeep::desk::World;
use citekeep::desk::backup::{Keeper, list, standing};

use super::kept;
use crate::support::{Stopped, world};

const HOUR: i64 = 3_600;

fn keeper(kept: &super::Kept, clock: &Arc<Stopped>) -> Keeper {
    let world = World {
        clock: clock.clone(),
        ..world()
    };
    Keeper::new(kept.desk.data(), kept.order(), 24 * HOUR as u64, world)
}

#[test]
fn a_backup_is_taken_each_day_and_told_of() {
    let (kept, clock) = (kept(), Stopped::new());
    let keeper = keeper(&kept, &clock);
    assert_eq!(standing(&kept.desk.data()).last, None);
    let first = keeper.step().expect("a step").expect("the first at once");
    let told = standing(&kept.desk.data());
    let last = told.last.expect("a backup");
    assert_eq!((last.name, last.verified), (first.name, true));
    clock.pass(23 * HOUR);
    assert_eq!(keeper.step().expect("a step"), None);
    clock.pass(HOUR);
    assert!(keeper.step().expect("a step").is_some());
    // A clock that was set back by a year puts nothing off.
    clock.pass(-365 * 24 * HOUR);
    assert!(keeper.step().expect("a step").is_some());
    assert_eq!(list(&kept.backups()).expect("backups").len(), 3);
    kept.desk.is_clean();
}

#[test]
fn what_comes_to_nothing_is_tried_again_and_told() {
    let (kept, clock) = (kept(), Stopped::new());
    let keeper = keeper(&kept, &clock);
    // Where the directory should be lies a file.
    fs::write(kept.backups(), "in the way").expect("a file");
    assert_eq!(keeper.step().expect("a step"), None);
    for (pause, tries) in [(60, 2), (300, 3)] {
        let before = standing(&kept.desk.data());
        clock.pass(pause - 1);
        assert_eq!(keeper.step().expect("a step"), None);
        assert_eq!(standing(&kept.desk.data()), before, "not yet");
        clock.pass(1);
        assert_eq!(keeper.step().expect("a step"), None);
        let (words, tried) = standing(&kept.desk.data()).trouble.expect("trouble");
        assert!(words.contains("backups"), "{words}");
        assert_eq!(tried, tries);
    }
    fs::remove_file(kept.backups()).expect("the file");
    clock.pass(1_800);
    assert!(keeper.step().expect("a step").is_some());
    assert_eq!(standing(&kept.desk.data()).trouble, None);
    kept.desk.is_clean();
}
