//! What an address is told of, and the secret that its messages are signed
//! with (Standard Webhooks).

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::choice::{NotAChoice, choice};

choice! {
    /// What an address is told of.
    About {
        /// All that happens at the desk.
        Everything = "everything" / "everything that happens",
        /// What readers see: publications and corrections.
        Public = "public" / "publications and corrections only",
        /// Some kinds of event.
        Chosen = "chosen" / "chosen kinds of event",
    }
}

/// Every kind of event, as the log and the changes name it.
pub const KINDS: [&str; 55] = [
    "desk_opened",
    "older_log_accepted",
    "desk_described",
    "rules_set",
    "scale_adopted",
    "person_joined",
    "role_changed",
    "person_left",
    "article_added",
    "article_revised",
    "passage_set_aside",
    "passage_taken_up",
    "passage_reanchored",
    "passage_accepted",
    "claim_opened",
    "claim_reworded",
    "claim_assigned",
    "claim_planned",
    "remark_made",
    "question_settled",
    "claim_withdrawn",
    "claim_reopened",
    "source_added",
    "source_revised",
    "snapshot_taken",
    "text_derived",
    "snapshot_fetched",
    "snapshot_unread",
    "text_located",
    "snapshot_confirmed",
    "snapshot_archived",
    "recheck_scheduled",
    "change_dismissed",
    "citation_made",
    "citation_removed",
    "citation_reanchored",
    "verdict_given",
    "verdict_approved",
    "approval_taken_back",
    "verdict_dissented",
    "verdict_published",
    "publication_corrected",
    "other_check_noted",
    "other_check_removed",
    "key_rotated",
    "key_replaced",
    "signing_ruled",
    "passkey_registered",
    "passkey_retired",
    "erasure_asked",
    "erasure_withdrawn",
    "erasure_refused",
    "erased",
    "source_sealed",
    "source_unsealed",
];

/// What readers see change.
const PUBLIC: [&str; 2] = ["verdict_published", "publication_corrected"];

/// One kind of event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind(&'static str);

impl Kind {
    /// Its name.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl FromStr for Kind {
    type Err = NotAChoice;

    fn from_str(text: &str) -> Result<Self, NotAChoice> {
        let known = KINDS.iter().find(|kind| **kind == text);
        known.map(|kind| Self(kind)).ok_or(NotAChoice {
            allowed: "the kinds of event that the changes name, such as verdict_published",
        })
    }
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

impl JsonSchema for Kind {
    fn schema_name() -> Cow<'static, str> {
        "EventKind".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "enum": KINDS.as_slice() })
    }
}

/// What one address is told of.
///
/// ```
/// use citekeep::domain::hook::{About, Interest};
/// let readers = Interest::new(About::Public, Vec::new()).expect("an interest");
/// assert!(readers.holds("verdict_published") && !readers.holds("claim_opened"));
/// assert!(Interest::new(About::Chosen, Vec::new()).is_none(), "nothing is chosen");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interest {
    about: About,
    kinds: Vec<Kind>,
}

impl Interest {
    /// Puts an interest together; nothing where kinds are to be chosen and
    /// none is. Where none are to be chosen they are left out.
    pub fn new(about: About, kinds: Vec<Kind>) -> Option<Self> {
        let chosen = |kind: &&'static str| kinds.iter().any(|chosen| chosen.0 == *kind);
        let kinds = match about {
            About::Chosen => KINDS.into_iter().filter(chosen).map(Kind).collect(),
            About::Everything | About::Public => Vec::new(),
        };
        let is_nothing = about == About::Chosen && kinds.is_empty();
        (!is_nothing).then_some(Self { about, kinds })
    }

    /// What readers see.
    pub const fn public() -> Self {
        Self {
            about: About::Public,
            kinds: Vec::new(),
        }
    }

    /// In one word.
    pub const fn about(&self) -> About {
        self.about
    }

    /// The kinds that were chosen.
    pub fn kinds(&self) -> &[Kind] {
        &self.kinds
    }

    /// Whether an event of this kind is of interest.
    pub fn holds(&self, kind: &str) -> bool {
        match self.about {
            About::Everything => true,
            About::Public => PUBLIC.contains(&kind),
            About::Chosen => self.kinds.iter().any(|chosen| chosen.0 == kind),
        }
    }
}

/// A secret that signs what an address is told. It is kept as it is, because a
/// signature needs it; it is shown when it is made and never written to a log.
#[derive(Clone, PartialEq, Eq)]
pub struct HookSecret(Vec<u8>);

impl HookSecret {
    /// Takes the bytes of a secret.
    pub const fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The secret as receivers take it: `whsec_` and base64.
    ///
    /// ```
    /// use citekeep::domain::hook::HookSecret;
    /// assert_eq!(HookSecret::new(vec![0; 3]).written(), "whsec_AAAA");
    /// ```
    pub fn written(&self) -> String {
        format!("whsec_{}", STANDARD.encode(&self.0))
    }
}

impl fmt::Debug for HookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HookSecret(…)")
    }
}
