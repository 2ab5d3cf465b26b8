//! More than the desk can do, and callers who hold on to what they have.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::editors::Material;
use crate::mix;
use crate::running::Running;
use crate::wire::Line;
use crate::{claims, say};

/// Connections that ask at once for what is in no memory.
const CROWD: u64 = 2_000;
const LASTING: Duration = Duration::from_secs(10);
const IDLE: usize = 10_000;

pub(crate) fn run(running: &Running, material: &Material) {
    overload(running);
    say("after the overload:");
    mix::run(running, material, LASTING);
    with_idle(running, material);
    with_slow(running, material);
}

/// Pages that are all different, asked for by far more than can be served.
fn overload(running: &Running) {
    let begun = Instant::now();
    let answers = Mutex::new((0_u64, 0_u64, 0_u64, Vec::new()));
    std::thread::scope(|scope| {
        for number in 0..CROWD {
            let answers = &answers;
            let spawned = std::thread::Builder::new().stack_size(64 * 1024);
            let work = move || {
                let Ok(mut line) = Line::try_open(&running.address) else {
                    return;
                };
                let mut claim = number * 47;
                while begun.elapsed() < LASTING {
                    claim += 1;
                    let path = format!("/published/{}", 1 + claim % claims());
                    let asked = Instant::now();
                    let head = line.get(&path);
                    let mut all = answers.lock().expect("nobody panics with it");
                    match head {
                        Ok(head) if head.status == 200 => {
                            all.0 += 1;
                            all.3.push(asked.elapsed().as_millis() as u64);
                        }
                        Ok(head) if head.status == 503 && head.retry_after => {
                            all.1 += 1;
                            drop(all);
                            // As a client does that reads Retry-After, only sooner.
                            std::thread::sleep(Duration::from_millis(200));
                        }
                        _ => {
                            all.2 += 1;
                            return;
                        }
                    }
                }
            };
            spawned.spawn_scoped(scope, work).expect("a thread");
        }
    });
    let (served, shed, failed, mut times) = answers.into_inner().expect("nobody panicked");
    times.sort_unstable();
    let p99 = times.get(times.len() * 99 / 100).copied().unwrap_or(0);
    say(&format!(
        "{CROWD} connections that ask for different pages for {} s: {:.0} a second served (p99 {p99} ms), {:.0} a second told 503 with Retry-After, {failed} failed; {} MB at most",
        LASTING.as_secs(),
        served as f64 / LASTING.as_secs_f64(),
        shed as f64 / LASTING.as_secs_f64(),
        running.peak()
    ));
}

/// Connections that say nothing.
fn with_idle(running: &Running, material: &Material) {
    let before = running.memory();
    let idle: Vec<TcpStream> = (0..IDLE)
        .map_while(|_| TcpStream::connect(&running.address).ok())
        .collect();
    say(&format!(
        "beside {} idle connections ({} MB before, {} MB with them):",
        idle.len(),
        before,
        running.memory()
    ));
    mix::run(running, material, LASTING);
    drop(idle);
}

/// Those who send a request letter by letter, who never read, and who are gone.
fn with_slow(running: &Running, material: &Material) {
    let open = || TcpStream::connect(&running.address).expect("it listens");
    let mut halves: Vec<TcpStream> = (0..500).map(|_| open()).collect();
    for half in &mut halves {
        half.write_all(b"GET /published/1 HTTP/1.1\r\nHost: loc")
            .expect("sent");
    }
    let mut deaf: Vec<TcpStream> = (0..500).map(|_| open()).collect();
    for (at, deaf) in deaf.iter_mut().enumerate() {
        let asked = format!("GET /published/claims.csv?x={at} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        deaf.write_all(asked.as_bytes()).expect("sent");
    }
    say("beside 500 half requests and 500 that never read their file:");
    mix::run(running, material, LASTING);
    let mut ended = 0;
    for half in &mut halves {
        half.set_read_timeout(Some(Duration::from_millis(10)))
            .expect("a timeout");
        ended += u64::from(half.read(&mut [0; 512]).is_ok());
    }
    say(&format!(
        "{ended} of 500 half requests were ended by the desk; {} MB",
        running.memory()
    ));
}
