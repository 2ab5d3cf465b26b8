//! A rating scale as a form: one row a rating, or the whole as JSON.

use crate::domain::scale::{Rating, ScaleSheet};
use crate::domain::words::{Key, Name, Note};
use crate::web::fields::Fields;

/// How many rows a form has at least, how many stand empty below those that
/// are filled, and how many there may be.
const LEAST: usize = 6;
const EMPTY: usize = 2;
const MORE: usize = 5;
const MOST: usize = 50;

/// The names of the fields of one row.
pub(super) struct Row {
    pub(super) number: usize,
    pub(super) place: String,
    pub(super) key: String,
    pub(super) label: String,
    pub(super) value: String,
    pub(super) meaning: String,
    pub(super) uncited: String,
}

impl Row {
    fn new(number: usize) -> Self {
        let name = |field: &str| format!("{field}_{number}");
        Self {
            number,
            place: name("place"),
            key: name("key"),
            label: name("label"),
            value: name("value"),
            meaning: name("meaning"),
            uncited: name("uncited"),
        }
    }

    fn is_empty(&self, form: &Fields) -> bool {
        let fields = [&self.key, &self.label, &self.value, &self.meaning];
        fields
            .iter()
            .all(|field| form.value(field).trim().is_empty())
    }
}

/// The rows that a form is drawn with.
pub(super) fn rows(form: &Fields) -> Vec<Row> {
    let asked = form.value("rows").parse().unwrap_or(LEAST);
    let more = if form.chose("step", "more") { MORE } else { 0 };
    let count = asked.saturating_add(more).clamp(LEAST, MOST);
    (1..=count).map(Row::new).collect()
}

/// The form with what a scale says.
pub(super) fn filled(sheet: &ScaleSheet) -> Fields {
    let mut pairs = vec![
        ("key".to_owned(), sheet.key().to_string()),
        ("name".to_owned(), sheet.name().to_string()),
        ("about".to_owned(), sheet.about().to_string()),
        (
            "rows".to_owned(),
            (sheet.ratings().len() + EMPTY).to_string(),
        ),
    ];
    for (at, rating) in sheet.ratings().iter().enumerate() {
        let row = Row::new(at + 1);
        let value = rating.value.map(|value| value.to_string());
        pairs.push((row.place, (at + 1).to_string()));
        pairs.push((row.key, rating.key.to_string()));
        pairs.push((row.label, rating.label.to_string()));
        pairs.push((row.value, value.unwrap_or_default()));
        pairs.push((row.meaning, rating.meaning.to_string()));
        if rating.uncited {
            pairs.push((row.uncited, "yes".to_owned()));
        }
    }
    let pairs: Vec<(&str, &str)> = pairs
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    Fields::proposed(&pairs)
}

/// Reads the form; what is wrong stands beside its field.
pub(super) fn read(form: &mut Fields) -> Option<ScaleSheet> {
    let head = (
        form.parse("key", Key::parse),
        form.parse("name", Name::parse),
        form.parse("about", Note::parse),
    );
    let mut ratings = Vec::new();
    let mut is_whole = true;
    for row in rows(form) {
        if row.is_empty(form) {
            continue;
        }
        match read_row(form, &row) {
            Some(found) => ratings.push((found.0, found.1, row)),
            None => is_whole = false,
        }
    }
    for (at, (_, rating, row)) in ratings.iter().enumerate() {
        if ratings[..at]
            .iter()
            .any(|(_, other, _)| other.key == rating.key)
        {
            form.refuse(
                &row.key,
                "another rating has this key already; give each its own",
            );
            is_whole = false;
        }
    }
    ratings.sort_by_key(|(place, ..)| *place);
    let (key, name, about) = (head.0?, head.1?, head.2?);
    if !is_whole {
        return None;
    }
    let ratings = ratings.into_iter().map(|(_, rating, _)| rating).collect();
    ScaleSheet::new((key, name, about), ratings)
        .map_err(|error| form.refuse("ratings", error))
        .ok()
}

/// A rating and its place among the others.
fn read_row(form: &mut Fields, row: &Row) -> Option<(i64, Rating)> {
    let place = form.parse_optional(&row.place, whole_number);
    let key = form.parse(&row.key, Key::parse);
    let label = form.parse(&row.label, Name::parse);
    let value = form.parse_optional(&row.value, whole_number);
    let meaning = form.parse(&row.meaning, Note::parse);
    let fine = form.error(&row.place).is_none() && form.error(&row.value).is_none();
    let place = place.unwrap_or(row.number as i64);
    let rating = Rating {
        key: key?,
        label: label?,
        value,
        meaning: meaning?,
        uncited: form.chose(&row.uncited, "yes"),
    };
    fine.then_some((place, rating))
}

fn whole_number(text: &str) -> Result<i64, &'static str> {
    let number = text.trim().parse::<i32>().map(i64::from);
    number.map_err(|_| "write a whole number, such as 5, or leave this empty")
}

/// Reads a scale from a file or from pasted JSON.
pub(super) fn read_json(form: &mut Fields) -> Option<ScaleSheet> {
    let bytes = match form.upload() {
        Some(upload) => upload.bytes.clone(),
        None => form.value("json").as_bytes().to_vec(),
    };
    serde_json::from_slice(&bytes)
        .map_err(|error| form.refuse("json", format!("this is not a scale: {error}")))
        .ok()
}

/// Whether a scale was brought as JSON.
pub(super) fn has_json(form: &Fields) -> bool {
    form.upload().is_some() || !form.value("json").trim().is_empty()
}
