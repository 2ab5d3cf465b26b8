//! Rating scales: data with versions, never code.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ids::ScaleId;
use super::words::{Key, Name, Note};

/// One step of a scale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rating {
    /// The short name that verdicts carry: `mostly-true`.
    pub key: Key,
    /// The rating as readers see it (schema.org `alternateName`).
    pub label: Name,
    /// Its number where it has one (schema.org `ratingValue`).
    pub value: Option<i64>,
    /// What the rating means, in a sentence.
    pub meaning: Note,
    /// Whether a verdict with this rating may stand without any citation.
    pub uncited: bool,
}

/// A rating scale as a preset or a desk writes it, best rating first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "RawSheet", into = "RawSheet")]
#[schemars(!try_from, !into, deny_unknown_fields)]
pub struct ScaleSheet {
    /// The scale's own short name, the same in all its versions.
    key: Key,
    /// The scale's name.
    name: Name,
    /// What the scale is for, in a sentence.
    about: Note,
    /// The ratings, best first.
    #[schemars(length(min = 2, max = 50))]
    ratings: Vec<Rating>,
}

/// What is wrong with a scale.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadScale {
    /// Fewer than two ratings cannot tell anything apart.
    #[error("a scale needs from 2 to 50 ratings; this one has {0}")]
    Size(usize),
    /// Two ratings share a key.
    #[error("two ratings share the key '{0}'; give each its own")]
    SameKey(Key),
}

impl ScaleSheet {
    /// Puts a scale together from its ratings, best first.
    ///
    /// # Errors
    /// When it has too few or too many ratings, or two with one key.
    pub fn new(
        (key, name, about): (Key, Name, Note),
        ratings: Vec<Rating>,
    ) -> Result<Self, BadScale> {
        RawSheet {
            key,
            name,
            about,
            ratings,
        }
        .try_into()
    }

    /// The scale's own short name, the same in all its versions.
    pub const fn key(&self) -> &Key {
        &self.key
    }

    /// The scale's name.
    pub const fn name(&self) -> &Name {
        &self.name
    }

    /// What the scale is for, in a sentence.
    pub const fn about(&self) -> &Note {
        &self.about
    }

    /// The ratings, best first.
    pub fn ratings(&self) -> &[Rating] {
        &self.ratings
    }

    /// Finds a rating by its key.
    pub fn rating(&self, key: &str) -> Option<&Rating> {
        self.ratings
            .iter()
            .find(|rating| rating.key.as_str() == key)
    }
}

/// One adopted version of a scale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scale {
    /// Names this version of the scale.
    pub id: ScaleId,
    /// Counts the versions of one scale, from 1.
    pub version: u32,
    /// What the scale says.
    pub sheet: ScaleSheet,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSheet {
    key: Key,
    name: Name,
    about: Note,
    ratings: Vec<Rating>,
}

impl TryFrom<RawSheet> for ScaleSheet {
    type Error = BadScale;

    fn try_from(raw: RawSheet) -> Result<Self, BadScale> {
        if !(2..=50).contains(&raw.ratings.len()) {
            return Err(BadScale::Size(raw.ratings.len()));
        }
        let mut keys: Vec<&Key> = raw.ratings.iter().map(|rating| &rating.key).collect();
        keys.sort();
        if let Some(pair) = keys.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(BadScale::SameKey(pair[0].clone()));
        }
        Ok(Self {
            key: raw.key,
            name: raw.name,
            about: raw.about,
            ratings: raw.ratings,
        })
    }
}

impl From<ScaleSheet> for RawSheet {
    fn from(sheet: ScaleSheet) -> Self {
        Self {
            key: sheet.key,
            name: sheet.name,
            about: sheet.about,
            ratings: sheet.ratings,
        }
    }
}
