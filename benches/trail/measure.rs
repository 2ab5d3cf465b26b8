//! Taking times in turn, and telling them.

use std::time::{Duration, Instant};

#[expect(clippy::print_stdout, reason = "a benchmark tells its figures")]
pub(crate) fn say(line: &str) {
    println!("{line}");
}

pub(crate) fn timed<T>(act: impl FnOnce() -> T) -> (T, Duration) {
    let begun = Instant::now();
    let done = act();
    (done, begun.elapsed())
}

/// The value below which so many of a thousand lie.
pub(crate) fn quantile(times: &mut [Duration], of_a_thousand: usize) -> Duration {
    times.sort();
    times[(times.len() - 1) * of_a_thousand / 1_000]
}

pub(crate) fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Something that is measured, and what it is called.
pub(crate) type Run<'a> = (&'a str, &'a mut dyn FnMut());

/// Runs each thing in its turn, round after round, so that whatever else the
/// machine does falls on all of them, and tells the median of each beside that
/// of the first.
pub(crate) fn in_turn(rounds: usize, runs: &mut [Run<'_>]) {
    let mut times = vec![Vec::new(); runs.len()];
    for _ in 0..rounds {
        for ((_, run), times) in runs.iter_mut().zip(&mut times) {
            times.push(timed(run).1);
        }
    }
    let medians: Vec<Duration> = times.iter_mut().map(|all| quantile(all, 500)).collect();
    for (((name, _), all), median) in runs.iter().zip(&times).zip(&medians) {
        let (best, worst) = (all[0], all[all.len() - 1]);
        say(&format!(
            "  {name:<62} {:>10.3} ms ({:.3} to {:.3}), {:.2} times the first",
            millis(*median),
            millis(best),
            millis(worst),
            median.as_secs_f64() / medians[0].as_secs_f64()
        ));
    }
}
