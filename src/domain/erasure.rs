//! Erasure: what somebody asks to have erased, on which ground, and the hole
//! that is left in the log.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::choice::choice;
use super::event::{Event, Record};
use super::hash::ContentHash;
use super::ids::{ArticleId, EntryIndex, PersonId, SnapshotId, TextId};
use super::words::{Note, Title};

choice! {
    /// Why something has to go.
    Ground {
        /// A court or an authority ordered it.
        Order = "order" / "a court or an authority ordered it",
        /// The person whom it is about asked for it (GDPR article 17).
        DataSubject = "data_subject" / "the person whom it is about asked for it",
        /// It is somebody else's work and may not be kept.
        Rights = "rights" / "it is somebody’s work and may not be kept",
        /// It endangers somebody.
        Safety = "safety" / "it endangers somebody",
        /// It got here by mistake.
        Mistake = "mistake" / "it got here by mistake",
    }
}

/// One thing to erase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "snake_case", deny_unknown_fields)]
pub enum ErasurePart {
    /// The body of an entry.
    Entry {
        /// The entry.
        entry: EntryIndex,
    },
    /// The name of somebody who left.
    Name {
        /// The person.
        person: PersonId,
    },
    /// The bytes of a snapshot.
    Bytes {
        /// The snapshot.
        snapshot: SnapshotId,
    },
    /// A text derived from a snapshot.
    Text {
        /// The text.
        text: TextId,
    },
    /// The text of one revision of an article.
    Revision {
        /// The article.
        article: ArticleId,
        /// The revision.
        number: u32,
    },
}

impl ErasurePart {
    /// The part in words, without anything that it holds.
    pub fn in_words(&self) -> String {
        match self {
            Self::Entry { entry } => format!("what entry {entry} says"),
            Self::Name { person } => format!("the name of person {person}"),
            Self::Bytes { snapshot } => format!("the bytes of snapshot {snapshot}"),
            Self::Text { text } => format!("text {text}"),
            Self::Revision { article, number } => {
                format!("the text of revision {number} of article {article}")
            }
        }
    }
}

/// What somebody asks to have erased. Nothing in it repeats what is to go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErasureRequest {
    /// What.
    pub parts: Vec<ErasurePart>,
    /// On which ground.
    pub ground: Ground,
    /// The reference of the order or of the letter.
    pub reference: Option<Title>,
    /// Why, in words.
    pub reason: Note,
}

impl ErasureRequest {
    /// How many things may be asked for at once.
    pub const MOST: usize = 500;

    /// Whether it asked for the hole that is left of an entry.
    pub fn names(&self, hole: &Hole) -> bool {
        let is_it = |part: &ErasurePart| match (part, &hole.left.event) {
            (ErasurePart::Entry { entry }, _) => *entry == hole.entry,
            (ErasurePart::Name { person }, Event::PersonJoined { person: joined, .. }) => {
                person == joined
            }
            _ => false,
        };
        self.parts.iter().any(is_it)
    }
}

/// An entry whose body went, and what is left of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hole {
    /// The entry.
    pub entry: EntryIndex,
    /// What it was, without anybody's words: kind, numbers, hashes, who and
    /// when. Projections are made of this.
    pub left: Record,
}

/// An erasure that two people agreed on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Erasure {
    /// The entry that asked for it.
    pub asked: EntryIndex,
    /// The entries whose bodies went.
    pub holes: Vec<Hole>,
    /// The bytes and texts that went.
    pub blobs: Vec<ContentHash>,
    /// Those that were asked for and stay, because something else that was not
    /// asked for is the same to the byte.
    pub kept: Vec<ContentHash>,
}

/// A text that names nothing that could be erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "write each thing on a line of its own: entry 12, name 3, bytes 5 (of a snapshot), text 7, or revision 1/2 (of an article)"
)]
pub struct BadPart;

impl fmt::Display for ErasurePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entry { entry } => write!(f, "entry {entry}"),
            Self::Name { person } => write!(f, "name {person}"),
            Self::Bytes { snapshot } => write!(f, "bytes {snapshot}"),
            Self::Text { text } => write!(f, "text {text}"),
            Self::Revision { article, number } => write!(f, "revision {article}/{number}"),
        }
    }
}

impl FromStr for ErasurePart {
    type Err = BadPart;

    fn from_str(text: &str) -> Result<Self, BadPart> {
        fn number<T: FromStr>(text: &str) -> Result<T, BadPart> {
            text.parse().map_err(|_| BadPart)
        }
        let (what, which) = text.trim().split_once(' ').ok_or(BadPart)?;
        let which = which.trim();
        Ok(match what {
            "entry" => Self::Entry {
                entry: number(which)?,
            },
            "name" => Self::Name {
                person: number(which)?,
            },
            "bytes" => Self::Bytes {
                snapshot: number(which)?,
            },
            "text" => Self::Text {
                text: number(which)?,
            },
            "revision" => {
                let (article, revision) = which.split_once('/').ok_or(BadPart)?;
                Self::Revision {
                    article: number(article)?,
                    number: number(revision)?,
                }
            }
            _ => return Err(BadPart),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_read_as_it_is_written() {
        for line in ["entry 0", "name 3", "bytes 5", "text 7", "revision 1/2"] {
            let part: ErasurePart = line.parse().expect(line);
            assert_eq!(part.to_string(), line);
        }
        for bad in ["", "entry", "entry -1", "bytes 0", "revision 1", "claim 2"] {
            assert_eq!(bad.parse::<ErasurePart>(), Err(BadPart), "{bad}");
        }
    }
}
