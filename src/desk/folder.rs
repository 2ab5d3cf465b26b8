//! A folder in which somebody else may write too, held open: what is done in it is
//! done there, whatever is put in the place of its name meanwhile, and no link in
//! it is followed. A link to the desk's own data would else have the desk write
//! there what belongs elsewhere, or take away what is not needed elsewhere.

use std::fs::File;
use std::io::{Error, ErrorKind, Result, Write};
use std::path::Path;

use rustix::fd::OwnedFd;
use rustix::fs::{
    AtFlags, Dir, FileType, Mode, OFlags, mkdirat, open, openat, renameat, statat, unlinkat,
};
use rustix::io::Errno;

use super::plain;

/// A folder that is open.
#[derive(Debug)]
pub(super) struct Folder(OwnedFd);

impl Folder {
    /// Opens a folder by its path, which may lead over links: whoever names it
    /// chose them.
    pub(super) fn open(path: &Path) -> Result<Self> {
        Ok(Self(open(path, flags(), Mode::empty())?))
    }

    /// A folder in this one; nothing where nothing is there.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidData`] for a link, or what is no folder.
    pub(super) fn inner(&self, name: &str) -> Result<Option<Self>> {
        match openat(&self.0, name, flags() | OFlags::NOFOLLOW, Mode::empty()) {
            Ok(inner) => Ok(Some(Self(inner))),
            Err(Errno::NOENT) => Ok(None),
            Err(Errno::LOOP | Errno::NOTDIR) => Err(Error::new(
                ErrorKind::InvalidData,
                "it is a link, or no folder",
            )),
            Err(error) => Err(error.into()),
        }
    }

    /// A folder in this one, which is made where it is missing.
    ///
    /// # Errors
    /// As [`Folder::inner`].
    pub(super) fn make(&self, name: &str) -> Result<Self> {
        match mkdirat(&self.0, name, Mode::RWXU) {
            Ok(()) | Err(Errno::EXIST) => {}
            Err(error) => return Err(error.into()),
        }
        self.inner(name)?.ok_or_else(|| ErrorKind::NotFound.into())
    }

    /// How many bytes a file has; nothing for what is none, a link among it.
    pub(super) fn length(&self, name: &str) -> Result<Option<u64>> {
        match statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(found) => {
                let is_file = FileType::from_raw_mode(found.st_mode).is_file();
                let length = u64::try_from(found.st_size).ok();
                Ok(length.filter(|_| is_file))
            }
            Err(Errno::NOENT) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// What stands in it; names that are no text are nobody's of ours.
    pub(super) fn names(&self) -> Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in Dir::read_from(&self.0)? {
            match entry?.file_name().to_str() {
                Ok("." | "..") | Err(_) => {}
                Ok(name) => names.push(name.to_owned()),
            }
        }
        Ok(names)
    }

    /// Begins a file that is added to, closed to other users of the machine.
    ///
    /// # Errors
    /// When a link stands there, or anything but a file.
    pub(super) fn add_to(&self, name: &str) -> Result<File> {
        let flags = OFlags::WRONLY | OFlags::APPEND | OFlags::CREATE | OFlags::NONBLOCK;
        plain::only_a_file(self.file(name, flags)?.into())
    }

    /// Reads a file of at most so many bytes; nothing where nothing is there.
    ///
    /// # Errors
    /// As [`Folder::add_to`], and for one that is larger.
    pub(super) fn read(&self, name: &str, most: u64) -> Result<Option<Vec<u8>>> {
        match self.file(name, OFlags::RDONLY | OFlags::NONBLOCK) {
            Ok(file) => plain::whole(file.into(), most).map(Some),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes a file under another name, syncs it and gives it its own. What a run
    /// that was cut off left under that name goes.
    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let new = format!("{name}.new");
        self.remove(&new)?;
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL;
        let mut file = File::from(self.file(&new, flags)?);
        file.write_all(bytes)?;
        file.sync_all()?;
        Ok(renameat(&self.0, &new, &self.0, name)?)
    }

    /// Removes a file, if it is there; of a link the link.
    pub(super) fn remove(&self, name: &str) -> Result<()> {
        match unlinkat(&self.0, name, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Brings the names in it to the disk.
    pub(super) fn sync(&self) -> Result<()> {
        Ok(rustix::fs::fsync(&self.0)?)
    }

    fn file(&self, name: &str, flags: OFlags) -> Result<OwnedFd> {
        let flags = flags | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        Ok(openat(&self.0, name, flags, Mode::RUSR | Mode::WUSR)?)
    }
}

/// How a folder is opened: a pipe in its place is not waited for.
fn flags() -> OFlags {
    OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn nothing_is_done_where_a_link_leads() {
        let dir = tempfile::tempdir().expect("a directory");
        let place = |name: &str| dir.path().join(name);
        for folder in ["ours", "theirs"] {
            fs::create_dir(place(folder)).expect("a folder");
        }
        fs::write(place("theirs/prey"), "precious").expect("a file");
        for (from, to) in [
            ("theirs", "ours/folder"),
            ("theirs/prey", "ours/file"),
            ("theirs/prey", "ours/file.new"),
        ] {
            symlink(place(from), place(to)).expect("a link");
        }
        let ours = Folder::open(&place("ours")).expect("a folder");
        let kind = |done: Result<()>| done.expect_err("it is a link").kind();
        assert_eq!(kind(ours.inner("folder").map(drop)), ErrorKind::InvalidData);
        assert_eq!(kind(ours.make("folder").map(drop)), ErrorKind::InvalidData);
        assert!(ours.add_to("file").is_err());
        assert_eq!(ours.length("file").expect("an answer"), None);
        ours.write("file", b"words").expect("written");
        assert_eq!(ours.length("file").expect("an answer"), Some(5));
        ours.remove("folder").expect("the link");
        assert_eq!(ours.names().expect("names"), ["file"]);
        let prey = fs::read_to_string(place("theirs/prey"));
        assert_eq!(prey.expect("a file"), "precious");
    }
}
