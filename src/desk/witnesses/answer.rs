//! What a witness answered, and what it means.

use crate::capture::fetch::{FetchTrouble, Heard};
use crate::desk::hooks::trouble_words;
use crate::ledger::cosignature::{self, Cosignature, CosignerKey};
use crate::ledger::note::Note;

/// The longest that a witness is left alone at its own wish, in seconds.
const DAY: u64 = 86_400;
/// How long a witness is left alone whose answer only people can change, in
/// milliseconds: ten minutes.
const FOR_PEOPLE: i64 = 600_000;

/// What came of asking.
#[derive(Debug)]
pub(super) enum Outcome {
    /// It cosigned.
    Cosigned(Cosignature),
    /// It has cosigned another size than was named.
    OtherSize(u64),
    /// It did not, for a reason.
    Not(Obstacle),
}

/// Why a witness did not cosign.
#[derive(Debug)]
pub(super) struct Obstacle {
    /// In words.
    pub(super) words: String,
    /// How long it is to be left alone at least, in milliseconds.
    pub(super) after: i64,
    /// Whether it says that the log has two histories.
    pub(super) is_serious: bool,
}

impl Obstacle {
    fn new(words: impl Into<String>, after: i64) -> Self {
        Self {
            words: words.into(),
            after,
            is_serious: false,
        }
    }

    fn serious(words: impl Into<String>) -> Self {
        Self {
            is_serious: true,
            ..Self::new(words, FOR_PEOPLE)
        }
    }
}

/// Reads the answer to a checkpoint, whose signed note this is.
pub(super) fn read(heard: Result<Heard, FetchTrouble>, note: &str, key: &CosignerKey) -> Outcome {
    let heard = match heard {
        Ok(heard) => heard,
        Err(FetchTrouble::TooLarge { limit, .. }) => {
            let words = format!("its answer is larger than {limit} bytes");
            return Outcome::Not(Obstacle::new(words, FOR_PEOPLE));
        }
        Err(trouble) => return Outcome::Not(Obstacle::new(trouble_words(&trouble), 0)),
    };
    let after = heard
        .retry_after
        .map_or(0, |after| after.as_secs().min(DAY));
    let after = after as i64 * 1_000;
    Outcome::Not(match heard.status {
        200 => match cosignature(&heard.body, note, key) {
            Ok(found) => return Outcome::Cosigned(found),
            Err(why) => Obstacle::new(
                format!("its answer is no cosignature of this checkpoint: {why}"),
                FOR_PEOPLE,
            ),
        },
        409 => match size(&heard.body) {
            Some(size) => return Outcome::OtherSize(size),
            None => Obstacle::new(
                "it cosigned another size and does not say which",
                FOR_PEOPLE,
            ),
        },
        404 => Obstacle::new(
            "it does not know this log, or is not at this address (status 404); \
             check the address, and ask whoever runs it to add this log’s key",
            FOR_PEOPLE,
        ),
        403 => Obstacle::new(
            "it trusts another key for this log (status 403); give whoever runs it the key as it is now",
            FOR_PEOPLE,
        ),
        422 => Obstacle::serious(
            "it says that this log does not continue what it cosigned before (status 422): \
             the log was put back or has two histories; compare them before anything is published",
        ),
        300..=399 => Obstacle::new(
            format!(
                "it sends us elsewhere (status {}), which is not followed; write the address where it is now",
                heard.status
            ),
            FOR_PEOPLE,
        ),
        status @ (400..=499) if status != 408 && status != 429 => Obstacle::new(
            format!("it does not take what we send (status {status})"),
            FOR_PEOPLE.max(after),
        ),
        status => Obstacle::new(format!("it cannot cosign now (status {status})"), after),
    })
}

/// The witness has cosigned more than we have.
pub(super) fn ahead(size: u64, own: u64) -> Obstacle {
    Obstacle::serious(format!(
        "it has cosigned {size} entries of this log, which has {own} here: an older copy was put back; \
         put the newer one back, or tell whoever runs the witness what happened"
    ))
}

/// The witness has cosigned another root at our very size.
pub(super) fn two_histories(size: u64) -> Obstacle {
    Obstacle::serious(format!(
        "it has cosigned another history of the first {size} entries (status 409): \
         the log was put back or changed; compare both before anything is published"
    ))
}

/// It names one size, and then another.
pub(super) fn undecided() -> Obstacle {
    Obstacle::new("it names another size each time it is asked", 0)
}

/// Reads the cosignature by `key` out of an answer. Other lines, such as those
/// of keys that nobody configured, are passed over.
fn cosignature(body: &[u8], note: &str, key: &CosignerKey) -> Result<Cosignature, String> {
    let text = Note::parse(note).map_err(|error| error.to_string())?.text();
    let lines = std::str::from_utf8(body).map_err(|_| "it is not UTF-8".to_owned())?;
    let message = format!("{text}\n{lines}");
    let answered = Note::parse(&message).map_err(|error| error.to_string())?;
    if answered.text() != text {
        return Err("it has an empty line".to_owned());
    }
    cosignature::verify(&answered, key).map_err(|error| error.to_string())
}

/// Reads a size and its newline.
fn size(body: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(body).ok()?;
    let digits = text.strip_suffix('\n').unwrap_or(text);
    let is_decimal = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_decimal.then(|| digits.parse().ok())?
}
