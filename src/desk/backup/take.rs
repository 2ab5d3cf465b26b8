//! Taking a backup while the desk works.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::domain::hash::ContentHash;
use crate::domain::time::Timestamp;
use crate::store::{Store, StoreError, erasures, people};

use super::super::audit::verify::{Depth, verify};
use super::super::{DeskError, World};
use super::age::Recipient;
use super::contents::{Blob, Contents, Database, Facts, VERSION};
use super::moment::{KEYS, Moment, Scratch, moment};
use super::pieces::{Kind, Pieces, Seal, listing, write_whole};
use super::place::Place;
use super::tidy::{Gone, tidy};
use super::{BackupError, Order, Watch};

/// The database is cut into stretches of this many bytes: a day's work changes
/// few of them.
const STRETCH: usize = 64 * 1024;
/// How often a backup is begun again because something was erased meanwhile.
const TRIES: usize = 3;
/// How many findings are written down.
const MOST_FINDINGS: usize = 20;

/// A backup that was taken.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Taken {
    /// What it is called.
    pub name: String,
    /// When it was begun.
    pub made_at: Timestamp,
    /// How many entries its log has.
    pub entries: u64,
    /// Whether it was checked whole, and nothing was wrong.
    pub verified: bool,
    /// What was wrong.
    pub findings: Vec<String>,
    /// How many files and bytes were written.
    pub written: (u64, u64),
    /// How many bytes it would have alone.
    pub bytes: u64,
    /// Whether the key that signs the log is in it.
    pub has_key: bool,
    /// How many older backups went by the rule, and for what was erased since.
    pub gone: (u64, u64),
}

/// Takes a backup of a data directory, in which a desk may work meanwhile.
///
/// # Errors
/// When the desk cannot be read or the directory not be written to. A desk that
/// is not as it should be is no error: what is wrong stands beside the backup,
/// and no older one is let go.
pub fn take(
    data: &Path,
    order: &Order,
    world: &World,
    watch: &mut Watch<'_>,
) -> Result<Taken, BackupError> {
    if !data.join("desk.db").exists() {
        return Err(DeskError::NoDesk.into());
    }
    apart(data, &order.to)?;
    let origin = Store::look(data, |db, _| {
        let desk = people::desk(db)?.ok_or(DeskError::NoDesk)?;
        Ok::<_, DeskError>(desk.origin().to_owned())
    })?;
    let place = Place::open(&order.to, &origin, !order.recipients.is_empty())?;
    let scratch = Scratch::open(data)?;
    let made_at = world.clock.now();
    for _ in 0..TRIES {
        scratch.clear()?;
        let moment = moment(data, &scratch, watch)?;
        let run = Run {
            data,
            order,
            world,
            place: &place,
            scratch: &scratch,
            made_at,
        };
        if let Some(taken) = run.write(&moment, watch)? {
            return Ok(taken);
        }
    }
    Err(BackupError::Restless)
}

/// What pieces for these recipients are named with. One that is encrypted for
/// others is another piece: a backup for a new key would otherwise share what that
/// key does not open.
fn names_for(to: &[Recipient], secret: &[u8; 32]) -> [u8; 32] {
    let mut all: Vec<String> = to.iter().map(ToString::to_string).collect();
    all.sort_unstable();
    all.dedup();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes a key of any length");
    for recipient in all {
        mac.update(recipient.as_bytes());
        mac.update(b"\n");
    }
    mac.finalize().into_bytes().into()
}

/// Refuses a directory that would be in its own backup, or the other way round.
fn apart(data: &Path, to: &Path) -> Result<(), BackupError> {
    let whole = |path: &Path| fs::canonicalize(path).ok();
    let Some(data) = whole(data) else {
        return Ok(());
    };
    let mut there = to.ancestors().find_map(whole);
    if there.is_none() {
        there = whole(Path::new("."));
    }
    let inside = there.is_some_and(|there| there.starts_with(&data));
    let around = whole(to).is_some_and(|to| data.starts_with(to));
    if inside || around {
        return Err(BackupError::Inside(to.to_owned()));
    }
    Ok(())
}

/// What one run has at hand.
struct Run<'a> {
    data: &'a Path,
    order: &'a Order,
    world: &'a World,
    place: &'a Place,
    scratch: &'a Scratch,
    made_at: Timestamp,
}

impl Run<'_> {
    /// Writes a backup of that moment; nothing where something was erased since
    /// it, so that a newer one has to be taken.
    fn write(&self, moment: &Moment, watch: &mut Watch<'_>) -> Result<Option<Taken>, BackupError> {
        let mut findings = if self.order.check {
            self.check_moment(watch)?
        } else {
            Vec::new()
        };
        let seal = self.seal()?;
        let mut pieces = Pieces::open(self.place)?;
        let database = self.database(&seal, &mut pieces, watch)?;
        let blobs = self.blobs(moment, (&seal, &mut pieces), &mut findings, watch)?;
        pieces.sync()?;
        let newest = Store::look(self.data, |db, _| erasures::newest(db))?;
        if newest.map(|entry| entry.get()) != moment.erased {
            return Ok(None);
        }
        if self.order.check {
            self.check_pieces(&pieces, &mut findings, watch)?;
        }
        findings.truncate(MOST_FINDINGS);
        let contents = Contents {
            citekeep_contents: VERSION,
            files: moment.files.clone(),
            database,
            blobs,
            names: match &seal {
                Seal::Open => None,
                Seal::Sealed { names, .. } => Some(hex::encode(names)),
            },
        };
        let mut taken = self.publish(moment, (&contents, &seal), &pieces, findings)?;
        let gone = match tidy((self.place, &taken.name), self.order.keep.as_ref(), watch) {
            // It is whole; the next one tidies up.
            Err(BackupError::Stopped) => Gone::default(),
            gone => gone?,
        };
        tell_gone(&gone);
        taken.gone = (gone.old, gone.erased);
        Ok(Some(taken))
    }

    /// Checks the copy of the database with the blobs of the desk.
    fn check_moment(&self, watch: &mut Watch<'_>) -> Result<Vec<String>, BackupError> {
        let (from, to) = (self.data.join("blobs"), self.scratch.dir.join("blobs"));
        let linked = fs::canonicalize(&from).and_then(|from| link(&from, &to));
        linked.map_err(|error| StoreError::file(&to, error))?;
        let mut stopped = Ok(());
        let report = verify(
            &self.scratch.dir,
            None,
            Depth::Everything,
            &mut |done, total| {
                if stopped.is_ok() {
                    stopped = watch.tell("checking the copy", done, total);
                }
            },
        )?;
        stopped?;
        fs::remove_file(&to).map_err(|error| StoreError::file(&to, error))?;
        let findings = report.findings.iter();
        Ok(findings
            .map(|finding| format!("{}: {}", finding.place, finding.words))
            .collect())
    }

    /// How pieces are named: always with the same secret, so that a piece that
    /// is there is known.
    fn seal(&self) -> Result<Seal, BackupError> {
        if self.order.recipients.is_empty() {
            return Ok(Seal::Open);
        }
        let path = self.data.join("backup.names");
        let known = fs::read_to_string(&path).ok();
        let known = known.and_then(|text| hex::decode(text.trim()).ok());
        let names = match known.and_then(|bytes| bytes.try_into().ok()) {
            Some(names) => names,
            None => {
                let mut names = [0; 32];
                self.world.rng.fill(&mut names);
                let text = hex::encode(names) + "\n";
                let written = write_whole(&path, text.as_bytes());
                written.map_err(|error| StoreError::file(&path, error))?;
                names
            }
        };
        let to = self.order.recipients.clone();
        let names = names_for(&to, &names);
        Ok(Seal::Sealed { to, names })
    }

    fn database(
        &self,
        seal: &Seal,
        pieces: &mut Pieces<'_>,
        watch: &mut Watch<'_>,
    ) -> Result<Database, BackupError> {
        let path = self.scratch.dir.join("desk.db");
        let failed = |error| StoreError::file(&path, error);
        let mut file = File::open(&path).map_err(failed)?;
        let total = file.metadata().map_err(failed)?.len();
        let total = total.div_ceil(STRETCH as u64);
        let mut hasher = Sha256::new();
        let (mut stretches, mut length) = (Vec::new(), 0);
        loop {
            let mut stretch = Vec::with_capacity(STRETCH);
            let mut part = file.by_ref().take(STRETCH as u64);
            part.read_to_end(&mut stretch).map_err(failed)?;
            if stretch.is_empty() {
                break;
            }
            length += stretch.len() as u64;
            hasher.update(&stretch);
            let hash = ContentHash::of(&stretch);
            let name = seal.name(Kind::Page, hash, true);
            if !pieces.has(&name) {
                let packed = zstd::bulk::compress(&stretch, 3).map_err(failed)?;
                pieces.put(name, &seal.sealed(packed, &*self.world.rng))?;
            }
            stretches.push(hash);
            watch.tell("writing the database", stretches.len() as u64, total)?;
        }
        Ok(Database {
            length,
            sha256: ContentHash::from_bytes(hasher.finalize().into()),
            stretches,
        })
    }

    fn blobs(
        &self,
        moment: &Moment,
        (seal, pieces): (&Seal, &mut Pieces<'_>),
        findings: &mut Vec<String>,
        watch: &mut Watch<'_>,
    ) -> Result<Vec<Blob>, BackupError> {
        let shelf = crate::store::shelf::Shelf::at(&self.data.join("blobs"));
        let total = moment.blobs.len() as u64;
        let mut held = Vec::with_capacity(moment.blobs.len());
        for (done, hash) in moment.blobs.iter().enumerate() {
            watch.tell("copying documents and texts", done as u64, total)?;
            let Some(packed) = shelf.blobs().is_packed(*hash) else {
                findings.push(format!("blob {hash}: it is missing"));
                continue;
            };
            let name = seal.name(Kind::Blob, *hash, packed);
            if !pieces.has(&name) {
                match shelf.blobs().stored(*hash) {
                    Ok(stored) => pieces.put(name, &seal.sealed(stored, &*self.world.rng))?,
                    Err(StoreError::Blob { flaw, .. }) => {
                        findings.push(format!("blob {hash}: it is {flaw}"));
                        continue;
                    }
                    Err(error) => return Err(error.into()),
                }
            }
            held.push(Blob(*hash, packed));
        }
        Ok(held)
    }

    /// Reads back everything that the backup needs.
    fn check_pieces(
        &self,
        pieces: &Pieces<'_>,
        findings: &mut Vec<String>,
        watch: &mut Watch<'_>,
    ) -> Result<(), BackupError> {
        let total = pieces.needed.len() as u64;
        for (done, (name, stored)) in pieces.needed.iter().enumerate() {
            watch.tell("reading the backup back", done as u64, total)?;
            if let Some(flaw) = pieces.flaw(name, *stored) {
                // It is written anew by the next backup.
                pieces.remove(name)?;
                findings.push(format!("{name}: it is {flaw}"));
            }
        }
        Ok(())
    }

    /// Writes the backup's own folder, and gives it its name last.
    fn publish(
        &self,
        moment: &Moment,
        (contents, seal): (&Contents, &Seal),
        pieces: &Pieces<'_>,
        findings: Vec<String>,
    ) -> Result<Taken, BackupError> {
        let name = self.free_name();
        let dir = self.place.dir.join(format!("{name}.new"));
        let failed = |error| StoreError::file(&dir, error);
        let own = self
            .place
            .root
            .make(&format!("{name}.new"))
            .map_err(failed)?;
        let json =
            serde_json::to_vec(contents).map_err(|error| StoreError::corrupt("contents", error))?;
        let packed = zstd::bulk::compress(&json, 3).map_err(failed)?;
        let sealed = seal.sealed(packed, &*self.world.rng);
        let ending = if matches!(seal, Seal::Open) {
            ""
        } else {
            ".age"
        };
        let facts = Facts {
            citekeep_backup: VERSION,
            made_at: self.made_at,
            origin: moment.origin.clone(),
            entries: moment.entries,
            checkpoint: moment.checkpoint.clone(),
            erased: moment.erased,
            unswept: moment.unswept,
            encrypted_to: self
                .order
                .recipients
                .iter()
                .map(ToString::to_string)
                .collect(),
            verified: self.order.check && findings.is_empty(),
            findings,
            pieces: pieces.needed.len() as u64,
            bytes: pieces.needed.values().map(|stored| stored.length).sum(),
            new_bytes: pieces.written.1,
            contents: format!("contents.json.zst{ending}"),
            contents_sha256: ContentHash::of(&sealed),
        };
        let json = serde_json::to_vec_pretty(&facts)
            .map_err(|error| StoreError::corrupt("facts", error))?;
        let needed = listing(&pieces.needed);
        own.write(&facts.contents, &sealed)
            .and_then(|()| own.write("pieces", needed.as_bytes()))
            .and_then(|()| own.write("backup.json", &json))
            .and_then(|()| own.sync())
            .and_then(|()| fs::rename(&dir, self.place.dir.join(&name)))
            .and_then(|()| self.place.root.sync())
            .map_err(failed)?;
        pieces.finish()?;
        Ok(Taken {
            name,
            made_at: self.made_at,
            entries: facts.entries,
            verified: facts.verified,
            findings: facts.findings,
            written: pieces.written,
            bytes: facts.bytes,
            has_key: moment.files.contains_key(KEYS[0]),
            gone: (0, 0),
        })
    }

    /// When it was begun, as a name that no backup has.
    fn free_name(&self) -> String {
        let base = self.made_at.to_string().replace(':', "-");
        let taken = |name: &String| self.place.dir.join(name).exists();
        let more = (2..).map(|number| format!("{base}-{number}"));
        let mut names = std::iter::once(base.clone()).chain(more);
        names.find(|name| !taken(name)).unwrap_or(base)
    }
}

fn tell_gone(gone: &Gone) {
    if gone.old + gone.erased > 0 {
        tracing::info!(
            old = gone.old,
            erased = gone.erased,
            bytes = gone.bytes,
            "older backups were let go"
        );
    }
}

#[cfg(unix)]
fn link(from: &Path, to: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(from, to)
}

#[cfg(not(unix))]
fn link(_: &Path, _: &Path) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}
