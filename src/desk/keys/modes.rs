//! Who else on the machine could read what the desk keeps to itself.
//!
//! The key is refused when others could have read it, as `ssh` does it: it may
//! be known already. Everything else is mended, with a word about it.

use std::fs;
use std::path::Path;

/// The files of a data directory that are nobody else's.
const OWN: [&str; 4] = ["desk.db", "desk.db-wal", "desk.db-shm", "checkpoints"];

/// Why a key file may not be used, with the command that mends it.
#[cfg(unix)]
pub(super) fn open_to_others(path: &Path, is_ours: bool) -> std::io::Result<Option<String>> {
    use std::os::unix::fs::MetadataExt;
    let seen = fs::metadata(path)?;
    let me = rustix::process::geteuid().as_raw();
    let shown = path.display();
    // Root may read everything anyway; a key that root laid down for the desk
    // is as good as the desk's own.
    if seen.uid() != me && seen.uid() != 0 {
        let owner = seen.uid();
        return Ok(Some(format!(
            "it belongs to user {owner} and not to the one that runs the desk; if that is as it should not be, run `chown {me} {shown}`"
        )));
    }
    // What hands keys to services opens them to the service's group.
    let mask = if is_ours { 0o077 } else { 0o007 };
    if seen.mode() & mask == 0 {
        return Ok(None);
    }
    let mode = seen.mode() & 0o777;
    Ok(Some(format!(
        "others on this machine can read or change it (mode {mode:03o}); run `chmod 600 {shown}`, and if they may have read it, `citekeep rotate-key` after that"
    )))
}

#[cfg(not(unix))]
pub(super) fn open_to_others(_: &Path, _: bool) -> std::io::Result<Option<String>> {
    Ok(None)
}

/// Closes the data directory and what stands in it to others; `tell` hears
/// what was open, and what could not be closed.
#[cfg(unix)]
pub(in super::super) fn close(dir: &Path, tell: &mut dyn FnMut(&str)) {
    close_one(dir, 0o700, tell);
    for name in OWN {
        close_one(&dir.join(name), 0o600, tell);
    }
}

/// What of the data directory others on this machine could read or change, in
/// words; nothing is changed.
#[cfg(unix)]
pub(in super::super) fn open(dir: &Path) -> Vec<String> {
    use std::os::unix::fs::MetadataExt;
    let me = rustix::process::geteuid().as_raw();
    let files = OWN.iter().map(|name| dir.join(name));
    let all = std::iter::once(dir.to_owned()).chain(files);
    let open = all.filter_map(|path| {
        let seen = fs::metadata(&path).ok()?;
        let (shown, mode, owner) = (path.display(), seen.mode() & 0o777, seen.uid());
        if mode & 0o077 != 0 {
            return Some(format!("{shown} is open to others (mode {mode:03o})"));
        }
        (owner != me && owner != 0 && me != 0).then(|| format!("{shown} belongs to user {owner}"))
    });
    open.collect()
}

#[cfg(not(unix))]
pub(in super::super) fn open(_: &Path) -> Vec<String> {
    Vec::new()
}

#[cfg(not(unix))]
pub(in super::super) fn close(_: &Path, _: &mut dyn FnMut(&str)) {}

#[cfg(unix)]
fn close_one(path: &Path, mode: u32, tell: &mut dyn FnMut(&str)) {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let Ok(seen) = fs::metadata(path) else {
        return;
    };
    let shown = path.display();
    let (owner, me) = (seen.uid(), rustix::process::geteuid().as_raw());
    if owner != me && owner != 0 {
        tell(&format!(
            "{shown} belongs to user {owner}, who can read and change it; run `chown {me} {shown}`"
        ));
    }
    if seen.mode() & 0o077 == 0 {
        return;
    }
    let open = seen.mode() & 0o777;
    match fs::set_permissions(path, fs::Permissions::from_mode(mode)) {
        Ok(()) => tell(&format!(
            "{shown} was open to others on this machine (mode {open:03o}); it is closed now"
        )),
        Err(error) => tell(&format!(
            "{shown} is open to others on this machine (mode {open:03o}) and cannot be closed: {error}"
        )),
    }
}
