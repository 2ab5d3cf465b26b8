//! As many public pages as the desk can send, beside what the bare framework
//! sends of the same size: in turns, so that both have the same machine.

use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::mix::{Chance, page};
use crate::running::{Running, listening};
use crate::wire::Line;
use crate::{claims, say};

const CONNECTIONS: u64 = 16;
const ROUNDS: usize = 5;
const LASTING: Duration = Duration::from_secs(4);

struct Bare {
    child: Child,
    address: String,
}

impl Bare {
    fn start(size: usize) -> Self {
        let own = std::env::current_exe().expect("this program");
        let mut child = Command::new(own)
            .args(["--bare", &size.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let address = listening(&mut child);
        Self { child, address }
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Answers a second, and the bytes of one.
fn rate(address: &str, path: impl Fn(&mut Chance) -> String + Sync) -> (f64, u64) {
    let (answers, bytes) = (AtomicU64::new(0), AtomicU64::new(0));
    let begun = Instant::now();
    std::thread::scope(|scope| {
        for number in 0..CONNECTIONS {
            let (answers, bytes, path) = (&answers, &bytes, &path);
            scope.spawn(move || {
                let mut line = Line::open(address);
                let mut chance = Chance(number);
                while begun.elapsed() < LASTING {
                    let head = line.get(&path(&mut chance)).expect("an answer");
                    assert_eq!(head.status, 200);
                    answers.fetch_add(1, Ordering::Relaxed);
                    bytes.fetch_add(line.body().len() as u64, Ordering::Relaxed);
                }
            });
        }
    });
    let answers = answers.into_inner();
    let rate = answers as f64 / begun.elapsed().as_secs_f64();
    (rate, bytes.into_inner() / answers.max(1))
}

pub(crate) fn run(running: &Running) {
    let one = |_: &mut Chance| format!("/published/{}", claims() / 2);
    compare(running, "one verdict, asked for by all", one);
    let mix = |chance: &mut Chance| page(claims(), chance);
    compare(running, "the readers' mix, any verdict", mix);
}

fn compare(running: &Running, name: &str, path: impl Fn(&mut Chance) -> String + Sync) {
    let (_, size) = rate(&running.address, &path);
    let bare = Bare::start(size as usize);
    let mut rounds: Vec<(f64, f64)> = (0..ROUNDS)
        .map(|_| {
            let desk = rate(&running.address, &path).0;
            (desk, rate(&bare.address, |_| "/".to_owned()).0)
        })
        .collect();
    rounds.sort_by(|a, b| (a.0 / a.1).total_cmp(&(b.0 / b.1)));
    let (desk, framework) = rounds[ROUNDS / 2];
    say(&format!(
        "{name}: {desk:.0} a second, the bare framework {framework:.0} of {size} bytes: {:.2} of it (from {:.2} to {:.2})",
        desk / framework,
        rounds[0].0 / rounds[0].1,
        rounds[ROUNDS - 1].0 / rounds[ROUNDS - 1].1
    ));
}
