//! People of the desk and what each role may do.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ids::PersonId;

/// What somebody is at the desk; each role may do all that the ones before it
/// may.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads everything that is not sealed.
    Reader,
    /// Opens claims, gathers sources and cites.
    Researcher,
    /// Decides, approves and dissents.
    Reviewer,
    /// Assigns, publishes, corrects and withdraws.
    Editor,
    /// Looks after people and the desk itself.
    Admin,
}

impl Role {
    /// Every role, the least first.
    pub const ALL: [Self; 5] = [
        Self::Reader,
        Self::Researcher,
        Self::Reviewer,
        Self::Editor,
        Self::Admin,
    ];

    /// The role as it is written in files and forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Researcher => "researcher",
            Self::Reviewer => "reviewer",
            Self::Editor => "editor",
            Self::Admin => "admin",
        }
    }

    /// Whether this role may do `deed`.
    ///
    /// ```
    /// use citekeep::domain::person::{Deed, Role};
    /// assert!(Role::Editor.may(Deed::Publish));
    /// assert!(!Role::Researcher.may(Deed::Decide));
    /// ```
    pub fn may(self, deed: Deed) -> bool {
        self >= deed.least_role()
    }
}

/// A text that names no role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a role is one of reader, researcher, reviewer, editor, admin")]
pub struct BadRole;

impl FromStr for Role {
    type Err = BadRole;

    fn from_str(text: &str) -> Result<Self, BadRole> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or(BadRole)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Something that a person may or may not do. The one table of permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Deed {
    /// Read the desk's own pages.
    Read,
    /// Add articles and open or reword claims.
    OpenClaim,
    /// Add and revise sources and take snapshots.
    AddSource,
    /// Tie a claim to words, or untie it.
    Cite,
    /// Give a verdict.
    Decide,
    /// Approve of a colleague's verdict, or dissent from it.
    Judge,
    /// Say who works on a claim.
    Assign,
    /// Make a verdict public.
    Publish,
    /// Correct or retract what is public.
    Correct,
    /// Take a claim off the desk, or bring it back.
    Withdraw,
    /// Add people and change their roles.
    ManagePeople,
    /// Write a remark about a claim, or settle a question.
    Discuss,
    /// Change what the desk says of itself, its rules and its tokens.
    ManageDesk,
    /// Seal a source, or choose who may see a sealed one.
    Seal,
    /// Ask for an erasure, or decide on one that somebody else asked for.
    Erase,
}

impl Deed {
    /// Every deed, in the order of the table.
    pub const ALL: [Self; 15] = [
        Self::Read,
        Self::OpenClaim,
        Self::AddSource,
        Self::Cite,
        Self::Decide,
        Self::Judge,
        Self::Assign,
        Self::Publish,
        Self::Correct,
        Self::Withdraw,
        Self::ManagePeople,
        Self::Discuss,
        Self::ManageDesk,
        Self::Seal,
        Self::Erase,
    ];

    /// The least role that may do this.
    pub const fn least_role(self) -> Role {
        match self {
            Self::Read => Role::Reader,
            Self::OpenClaim | Self::AddSource | Self::Cite | Self::Discuss => Role::Researcher,
            Self::Decide | Self::Judge => Role::Reviewer,
            Self::Assign | Self::Publish | Self::Correct | Self::Withdraw | Self::Seal => {
                Role::Editor
            }
            Self::ManagePeople | Self::ManageDesk | Self::Erase => Role::Admin,
        }
    }

    /// The deed as it stands after "may".
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Read => "read the desk’s pages",
            Self::OpenClaim => "add articles and open or reword claims",
            Self::AddSource => "add sources and snapshots",
            Self::Cite => "cite sources",
            Self::Decide => "give verdicts",
            Self::Judge => "approve of verdicts or dissent from them",
            Self::Assign => "assign claims",
            Self::Publish => "publish",
            Self::Correct => "correct or retract what is published",
            Self::Withdraw => "withdraw claims",
            Self::ManagePeople => "add people and change roles",
            Self::Discuss => "write remarks and settle questions",
            Self::ManageDesk => "change the desk’s settings",
            Self::Seal => "seal sources and choose who may see them",
            Self::Erase => "ask for erasures and consent to those that others asked for",
        }
    }
}

/// Who did something, and as what, at the time of the deed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Byline {
    /// The person.
    pub person: PersonId,
    /// The role in which the person acted.
    pub role: Role,
}
