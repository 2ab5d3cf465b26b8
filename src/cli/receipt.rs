//! `citekeep receipt` and `citekeep check-receipt`: the proof that an entry is
//! in the log, made with a desk and checked without one.

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use crate::desk::DeskError;
use crate::desk::receipts::{self, Under};
use crate::domain::ids::EntryIndex;
use crate::ledger::key::VerifierKey;
use crate::ledger::receipt::{MAX_BYTES, Receipt};
use crate::store::Store;

use super::export::file;
use super::{Failure, Ready, output};

/// Write the receipt of an entry: a proof that anybody can check and keep.
#[derive(Debug, Args)]
pub(super) struct Give {
    /// The entry's place in the log, from 0
    entry: u64,
    /// Make it under the newest checkpoint, not the first that covers the entry
    #[arg(long)]
    newest: bool,
    /// Where to write it; `-` is standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    out: PathBuf,
}

impl Give {
    pub(super) fn run(&self, ready: &Ready) -> Result<(), Failure> {
        let data = ready.data();
        if !data.join("desk.db").exists() {
            return Err(DeskError::NoDesk.into());
        }
        let entry = EntryIndex::new(self.entry);
        let under = if self.newest {
            Under::Newest
        } else {
            Under::First
        };
        let found = Store::look(&data, |db, _| receipts::find(db, entry, under))?;
        let receipt = found.ok_or_else(|| {
            Failure::Usage(format!(
                "no signed checkpoint covers an entry {entry}; look at the size in the newest checkpoint"
            ))
        })?;
        file::write(&self.out, None, |out| {
            Ok(out.write_all(receipt.to_string().as_bytes())?)
        })
    }
}

/// Check a receipt with a key that you kept; needs no desk and no network.
#[derive(Debug, Args)]
pub(super) struct Check {
    /// The receipt; - reads it from standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The verifier key of the log, as the desk's page /about shows it
    #[arg(long, value_name = "VKEY")]
    key: VerifierKey,
    /// The log's name, where it is not the key's
    #[arg(long, value_name = "NAME")]
    origin: Option<String>,
    /// A file with the entry's public line, instead of the one that the receipt
    /// carries
    #[arg(long, value_name = "FILE")]
    entry_file: Option<PathBuf>,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

/// What came of a check.
#[derive(Serialize)]
struct Checked {
    proven: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    entry: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    log: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<String>,
}

impl Check {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let text = read(&self.file)?;
        let line = self.entry_file.as_deref().map(read).transpose()?;
        let checked = self.check(&text, line).unwrap_or_else(|why| Checked {
            proven: false,
            why: Some(why),
            entry: None,
            log: None,
            size: None,
            line: None,
        });
        if self.json {
            let json = serde_json::to_string_pretty(&checked);
            output::line(&json.map_err(|error| Failure::Broken(error.to_string()))?);
        } else {
            tell(&checked);
        }
        if checked.proven {
            Ok(())
        } else {
            Err(Failure::Found)
        }
    }

    fn check(&self, text: &[u8], line: Option<Vec<u8>>) -> Result<Checked, String> {
        let text = std::str::from_utf8(text).map_err(|_| "the receipt is no text".to_owned())?;
        let receipt: Receipt = text.parse().map_err(|error| format!("{error}"))?;
        let line = line
            .or_else(|| receipt.extra().map(<[u8]>::to_vec))
            .ok_or("the receipt does not carry the entry; give it with --entry-file")?;
        // Editors end a file with a line end, which the entry has not.
        let bare = line.strip_suffix(b"\n").unwrap_or(&line);
        let proven = [line.as_slice(), bare]
            .into_iter()
            .map(|line| (line, receipt.verify(line, &self.key)))
            .find(|(_, result)| result.is_ok());
        let (line, result) = proven.unwrap_or_else(|| (&line, receipt.verify(&line, &self.key)));
        let signed = result.map_err(|error| error.to_string())?;
        let wanted = self.origin.as_deref();
        let wanted = wanted.unwrap_or_else(|| self.key.name().as_str());
        if signed.origin() != wanted {
            return Err(format!(
                "the receipt is of the log {} and not of {wanted}; name the log with --origin if that is the one",
                signed.origin()
            ));
        }
        Ok(Checked {
            proven: true,
            why: None,
            entry: Some(receipt.index()),
            log: Some(signed.origin().to_owned()),
            size: Some(signed.size()),
            line: Some(String::from_utf8_lossy(line).into_owned()),
        })
    }
}

fn tell(checked: &Checked) {
    if let Some(why) = &checked.why {
        let why = why.strip_prefix("the entry is not proven: ").unwrap_or(why);
        output::line(&format!("NOT PROVEN: {why}"));
    }
    if let (Some(entry), Some(log), Some(size), Some(line)) =
        (checked.entry, &checked.log, checked.size, &checked.line)
    {
        output::line(&format!("proven: entry {entry} of {log} is {line}"));
        output::line(&format!(
            "proven: whoever has the key signed a log of {size} entries with it"
        ));
        output::line("not proven: what the entry's body says, unless you have it with its salt");
        output::line(
            "not proven: that others are shown the same log; compare checkpoints with them",
        );
    }
}

/// Reads a file that is not too large for what it should be.
fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let broken = |error: std::io::Error| {
        Failure::Broken(format!("{} cannot be read: {error}", path.display()))
    };
    let mut bytes = Vec::new();
    let most = MAX_BYTES as u64 + 1;
    if path == Path::new("-") {
        let mut input = std::io::stdin().take(most);
        input.read_to_end(&mut bytes).map_err(broken)?;
    } else {
        let file = std::fs::File::open(path).map_err(broken)?;
        file.take(most).read_to_end(&mut bytes).map_err(broken)?;
    }
    Ok(bytes)
}
