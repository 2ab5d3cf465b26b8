//! Which column of a foreign table holds what.

use serde::{Deserialize, Serialize};

use crate::capture::table::Row;
use crate::domain::choice::choice;

choice! {
    /// What a column can hold.
    Field {
        /// The claim in one sentence; every row has it.
        Statement = "statement" / "Claim",
        /// Who made it.
        Claimant = "claimant" / "Who said it",
        /// What that person or body is.
        Role = "claimant_role" / "What they are",
        /// Where it was made.
        Url = "appearance_url" / "Where it was said (address)",
        /// When it was made.
        Date = "appearance_date" / "When it was said",
        /// Words that it is cited for.
        Quote = "quote" / "Quote from a snapshot",
        /// The snapshot in which they stand.
        Snapshot = "snapshot" / "Number of the snapshot",
        /// The source in whose newest snapshot they stand.
        Source = "source" / "Number of the source",
        /// What they do to the claim.
        Stance = "stance" / "Stance: supports, refutes or context",
    }
}

/// Why a map does not fit a table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadMap {
    /// It is not written as a map is.
    #[error("write the map as statement=NAME,claimant=NAME; this has '{0}'")]
    Shape(String),
    /// It speaks of something that no column can hold.
    #[error("'{0}' is nothing that a column can hold; choose of {all}", all = fields())]
    Field(String),
    /// It names a column that is not there.
    #[error("the table has no column '{0}'; it has: {1}")]
    Column(String, String),
    /// No column holds the claims.
    #[error("say which column holds the claims; the table has: {0}")]
    NoStatement(String),
}

fn fields() -> String {
    let all = Field::ALL.iter().map(|field| field.as_str());
    all.collect::<Vec<_>>().join(", ")
}

/// Which column holds what, by their places.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Map(Vec<(Field, usize)>);

impl Map {
    /// Takes the columns whose names say what they hold.
    pub fn guess(names: &[String]) -> Self {
        let of = |field: &Field| {
            let place = names.iter().position(|name| says(name, *field))?;
            Some((*field, place))
        };
        Self(Field::ALL.iter().filter_map(of).collect())
    }

    /// Reads a map as it is typed: `statement=Claim,claimant=Who`. What it
    /// does not speak of is in no column.
    pub fn parse(text: &str, names: &[String]) -> Result<Self, BadMap> {
        let mut map = Self::default();
        for part in text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
        {
            let (field, name) = part
                .split_once('=')
                .ok_or_else(|| BadMap::Shape(part.to_owned()))?;
            let known = field.trim().parse();
            let known = known.map_err(|_| BadMap::Field(field.trim().to_owned()))?;
            let place = names.iter().position(|known| known == name.trim());
            let missing = || BadMap::Column(name.trim().to_owned(), names.join(", "));
            map.set(known, Some(place.ok_or_else(missing)?));
        }
        map.check(names)?;
        Ok(map)
    }

    /// Says in which column something is, or that it is in none.
    pub fn set(&mut self, field: Field, place: Option<usize>) {
        self.0.retain(|(known, _)| *known != field);
        self.0.extend(place.map(|place| (field, place)));
    }

    /// The column that holds something.
    pub fn place(&self, field: Field) -> Option<usize> {
        let found = self.0.iter().find(|(known, _)| *known == field);
        found.map(|(_, place)| *place)
    }

    /// Refuses a map without claims.
    pub fn check(&self, names: &[String]) -> Result<(), BadMap> {
        match self.place(Field::Statement) {
            Some(_) => Ok(()),
            None => Err(BadMap::NoStatement(names.join(", "))),
        }
    }

    /// What a row has of something; nothing is the empty text.
    pub(super) fn cell<'r>(&self, row: &'r Row, field: Field) -> &'r str {
        let cell = self.place(field).and_then(|place| row.cells.get(place));
        cell.map_or("", String::as_str)
    }
}

/// Whether the name of a column says that it holds something: our own name for
/// it, or one that people commonly use.
fn says(name: &str, field: Field) -> bool {
    let bare: String = name.to_lowercase().replace(['_', '-'], " ");
    let others: &[&str] = match field {
        Field::Statement => &["claim", "claim text", "claimreviewed", "text"],
        Field::Claimant => &["who", "speaker", "said by", "author"],
        Field::Role => &["role", "position"],
        Field::Url => &["url", "link", "address"],
        Field::Date => &["date", "said on", "when"],
        Field::Quote => &["quotation", "evidence"],
        Field::Snapshot => &["snapshot number"],
        Field::Source => &["source number"],
        Field::Stance => &[],
    };
    bare.trim() == field.as_str().replace('_', " ") || others.contains(&bare.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Vec<String> {
        ["No", "Claim", "Said by", "Date"]
            .map(str::to_owned)
            .to_vec()
    }

    #[test]
    fn columns_are_known_by_their_names() {
        let map = Map::guess(&names());
        assert_eq!(map.place(Field::Statement), Some(1));
        assert_eq!(map.place(Field::Claimant), Some(2));
        assert_eq!(map.place(Field::Date), Some(3));
        assert_eq!(map.place(Field::Quote), None);
    }

    #[test]
    fn a_map_that_does_not_fit_says_what_would() {
        let parse = |text: &str| Map::parse(text, &names()).map_err(|bad| bad.to_string());
        assert!(parse("statement=Claim, claimant=Said by").is_ok());
        for (text, part) in [
            ("statement", "this has 'statement'"),
            ("who=Claim", "choose of statement, claimant,"),
            ("statement=Text", "no column 'Text'; it has: No, Claim,"),
            ("claimant=Said by", "say which column holds the claims"),
        ] {
            let bad = parse(text).expect_err("a bad map");
            assert!(bad.contains(part), "{bad}");
        }
    }
}
