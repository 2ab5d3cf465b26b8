//! What those who run a desk see of it: its log, its proxies, its health.

mod doctor;
mod logs;
mod metrics;
mod overload;
mod paper;
mod proxies;
pub(crate) mod ready;
mod tls;

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::program::Program;

/// Starts a desk with a configuration, with everything said that it says of
/// itself at this level.
fn start(data: &Path, config: &str, level: &str) -> Program {
    let file = data.with_extension("toml");
    std::fs::write(&file, config).expect("a configuration");
    let mut command = Command::new(env!("CARGO_BIN_EXE_citekeep"));
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .arg("--config")
        .arg(&file)
        .env("CITEKEEP_LOG", level);
    Program::start(&mut command)
}

/// The lines of a log for programs; what the command line itself says beside is
/// left out.
fn lines(said: &str) -> Vec<Value> {
    let lines = said.lines().filter(|line| line.starts_with('{'));
    lines
        .map(|line| serde_json::from_str(line).expect(line))
        .collect()
}
