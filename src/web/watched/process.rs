//! What the system tells of this process, where it tells it (Linux).

use std::fs;

/// What the process uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Process {
    /// Bytes of memory that it holds.
    pub(super) memory: Option<u64>,
    /// Files, connections and the like that it holds open.
    pub(super) files: Option<u64>,
    /// How many of these it may hold.
    pub(super) most_files: Option<u64>,
}

impl Process {
    pub(super) fn now() -> Self {
        Self {
            memory: memory(),
            files: fs::read_dir("/proc/self/fd")
                .ok()
                .map(|open| open.count() as u64),
            most_files: most_files(),
        }
    }
}

fn memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib: u64 = line?.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1_024)
}

#[cfg(unix)]
fn most_files() -> Option<u64> {
    rustix::process::getrlimit(rustix::process::Resource::Nofile).current
}

#[cfg(not(unix))]
fn most_files() -> Option<u64> {
    None
}
