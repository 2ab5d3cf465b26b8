//! Two copies of a log, held against each other.

use serde::Serialize;

use crate::ledger::checkpoint::Checkpoint;
use crate::ledger::hash::Hash;
use crate::ledger::parting::{PartingError, first_difference};
use crate::ledger::proof::{BuildError, consistency, verify_consistency};
use crate::ledger::tree::{NodeSource, root};

use super::{Copy, Tree};

/// One of the two copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The one that was named first.
    A,
    /// The other.
    B,
}

impl Side {
    const fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }
}

/// How two copies of a log stand to each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum Outcome {
    /// They are the same.
    Same {
        /// How many entries both have.
        size: u64,
    },
    /// One has the other's entries, and more.
    Behind {
        /// The one that has fewer.
        behind: Side,
        /// By how many entries.
        by: u64,
        /// How many entries are proven to be the same in both.
        same: u64,
        /// What is not proven, and why.
        #[serde(skip_serializing_if = "Option::is_none")]
        open: Option<String>,
    },
    /// They have different histories: one of them was rewritten.
    Forked {
        /// The first entry in which they differ, where both trees are at hand.
        first: Option<u64>,
        /// Up to this many entries are proven to be the same in both.
        same: u64,
        /// The first entry in which they differ comes before this one.
        before: u64,
        /// Why the first such entry cannot be told.
        #[serde(skip_serializing_if = "Option::is_none")]
        open: Option<String>,
    },
    /// What is at hand does not tell.
    Undecided {
        /// Why not, and what would.
        why: String,
    },
}

/// Why two copies could not be compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CompareError {
    /// They are copies of different logs.
    #[error("these are two logs, {a} and {b}; compare copies of one")]
    OtherLogs {
        /// The origin of the first.
        a: String,
        /// The origin of the second.
        b: String,
    },
    /// A copy does not hang together in itself.
    #[error("{place} is damaged: {why}; nothing can be told from it")]
    Damaged {
        /// Which copy.
        place: String,
        /// What does not fit.
        why: String,
    },
    /// A tree could not be read.
    #[error("{place} cannot be read: {why}")]
    Unreadable {
        /// Which copy.
        place: String,
        /// What went wrong.
        why: String,
    },
}

const ONLY_CHECKPOINTS: &str =
    "of one copy only checkpoints are at hand, and they name no single entry";

/// Compares two copies of a log.
pub fn compare(a: &Copy, b: &Copy) -> Result<Outcome, CompareError> {
    for copy in [a, b] {
        for signed in &copy.checkpoints {
            if signed.origin() != a.origin {
                return Err(CompareError::OtherLogs {
                    a: a.origin.clone(),
                    b: signed.origin().to_owned(),
                });
            }
        }
        sound(copy)?;
    }
    match (&a.tree, &b.tree) {
        (Some(one), Some(other)) => trees((a, one), (b, other)),
        (Some(tree), None) => against((a, tree), b, Side::A),
        (None, Some(tree)) => against((b, tree), a, Side::B),
        (None, None) => Ok(checkpoints(a, b)),
    }
}

/// Holds a copy's own checkpoint against its own tree.
fn sound(copy: &Copy) -> Result<(), CompareError> {
    let Some(tree) = &copy.tree else {
        return Ok(());
    };
    for signed in &copy.checkpoints {
        let size = signed.size();
        if size > tree.size {
            let why = format!("it was signed over {size} entries and has {}", tree.size);
            return Err(damaged(copy, why));
        }
        if whole(copy, tree, size)? != signed.root() {
            let why = format!("its checkpoint over {size} entries does not fit its tree");
            return Err(damaged(copy, why));
        }
    }
    Ok(())
}

fn damaged(copy: &Copy, why: String) -> CompareError {
    CompareError::Damaged {
        place: copy.place.clone(),
        why,
    }
}

fn unreadable(copy: &Copy, why: String) -> CompareError {
    CompareError::Unreadable {
        place: copy.place.clone(),
        why,
    }
}

fn whole(copy: &Copy, tree: &Tree, size: u64) -> Result<Hash, CompareError> {
    root(size, &Dyn(&*tree.nodes)).map_err(|why| unreadable(copy, why))
}

/// A tree behind a pointer, for functions that take any.
struct Dyn<'t>(&'t dyn NodeSource<Error = String>);

impl NodeSource for Dyn<'_> {
    type Error = String;

    fn node(&self, level: u8, index: u64) -> Result<Hash, String> {
        self.0.node(level, index)
    }
}

fn trees((a, one): (&Copy, &Tree), (b, other): (&Copy, &Tree)) -> Result<Outcome, CompareError> {
    let same = one.size.min(other.size);
    let parting = first_difference(same, &Dyn(&*one.nodes), &Dyn(&*other.nodes));
    let first = parting.map_err(|error| match error {
        PartingError::First(why) => unreadable(a, why),
        PartingError::Second(why) => unreadable(b, why),
        PartingError::FirstDamaged { .. } => damaged(a, error.to_string()),
        PartingError::SecondDamaged { .. } => damaged(b, error.to_string()),
    })?;
    if let Some(first) = first {
        return Ok(Outcome::Forked {
            first: Some(first),
            same: first,
            before: first + 1,
            open: None,
        });
    }
    let (smaller, larger, behind) = if one.size <= other.size {
        ((a, one), (b, other), Side::A)
    } else {
        ((b, other), (a, one), Side::B)
    };
    // The nodes that were compared must be those under the larger one's root.
    let short = whole(smaller.0, smaller.1, same)?;
    if !grew_from(larger, same, short)? {
        let why = format!("its first {same} entries do not lead to its own root");
        return Err(damaged(larger.0, why));
    }
    Ok(settled(behind, same, larger.1.size))
}

fn settled(behind: Side, size: u64, larger: u64) -> Outcome {
    if size == larger {
        return Outcome::Same { size };
    }
    Outcome::Behind {
        behind,
        by: larger - size,
        same: size,
        open: None,
    }
}

/// Proves that a tree grew out of an older one of that size and root.
fn grew_from((copy, tree): (&Copy, &Tree), size: u64, older: Hash) -> Result<bool, CompareError> {
    let now = whole(copy, tree, tree.size)?;
    if size == 0 {
        return Ok(older == Hash::EMPTY_ROOT);
    }
    let proof = consistency(size, tree.size, &Dyn(&*tree.nodes));
    let proof = proof.map_err(|error| match error {
        BuildError::Nodes(why) => unreadable(copy, why),
        other => unreadable(copy, other.to_string()),
    })?;
    Ok(verify_consistency(size, tree.size, &proof, older, now).is_ok())
}

/// Holds checkpoints against a tree; `side` is the one with the tree.
fn against((copy, tree): (&Copy, &Tree), kept: &Copy, side: Side) -> Result<Outcome, CompareError> {
    let covered = |signed: &&Checkpoint| signed.size() <= tree.size;
    let mut same = None;
    for signed in kept.checkpoints.iter().filter(covered) {
        if !grew_from((copy, tree), signed.size(), signed.root())? {
            return Ok(Outcome::Forked {
                first: None,
                same: same.unwrap_or(0),
                before: signed.size(),
                open: Some(ONLY_CHECKPOINTS.to_owned()),
            });
        }
        same = Some(signed.size());
    }
    let newest = kept.size;
    let Some(same) = same else {
        let why = format!(
            "the oldest checkpoint covers {} entries and the tree has {}; nothing can be told until it has grown that far",
            kept.checkpoints.first().map_or(newest, Checkpoint::size),
            tree.size
        );
        return Ok(Outcome::Undecided { why });
    };
    if newest <= tree.size {
        return Ok(settled(side.other(), newest, tree.size));
    }
    Ok(Outcome::Behind {
        behind: side,
        by: newest - tree.size,
        same,
        open: Some(format!(
            "the checkpoints beyond {} entries; that they continue this tree can be told only where those entries are",
            tree.size
        )),
    })
}

/// Compares checkpoints alone: they tell something only about sizes that both
/// copies have.
fn checkpoints(a: &Copy, b: &Copy) -> Outcome {
    let mut same = None;
    for one in &a.checkpoints {
        let like = b.checkpoints.iter().filter(|it| it.size() == one.size());
        for other in like {
            if one.root() != other.root() {
                return Outcome::Forked {
                    first: None,
                    same: same.unwrap_or(0),
                    before: one.size(),
                    open: Some(ONLY_CHECKPOINTS.replace("of one copy", "of both copies")),
                };
            }
            same = Some(one.size());
        }
    }
    let (behind, size, larger) = if a.size <= b.size {
        (Side::A, a.size, b.size)
    } else {
        (Side::B, b.size, a.size)
    };
    if same == Some(size) {
        return settled(behind, size, larger);
    }
    let agreed = same.map_or_else(
        || "they name no size in common".to_owned(),
        |same| format!("they agree at {same} entries, and name no later size in common"),
    );
    Outcome::Undecided {
        why: format!(
            "only checkpoints are at hand, and {agreed}; the tree of one of the two would tell"
        ),
    }
}
