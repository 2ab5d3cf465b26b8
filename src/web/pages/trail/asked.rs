//! What somebody wants to see of the trail, as the address says it. What cannot
//! be read is left out, and the page says so.

use serde::Deserialize;
use url::form_urlencoded::Serializer;

use crate::domain::ids::EntryIndex;
use crate::domain::time::{PartialDate, Timestamp};
use crate::store::trail::told::{Filter, Hand};

/// What an address asks for.
#[derive(Deserialize)]
pub(in crate::web) struct Asked {
    #[serde(default)]
    by: String,
    #[serde(default)]
    claim: String,
    #[serde(default)]
    source: String,
    #[serde(default)]
    article: String,
    #[serde(default)]
    part: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    before: Option<EntryIndex>,
}

/// The word for the desk itself where somebody is chosen.
pub(super) const DESK: &str = "desk";

/// What was typed or chosen, as it was, and what it means.
pub(super) struct Narrowed {
    pub(super) filter: Filter,
    pub(super) before: Option<EntryIndex>,
    /// The fields as they were sent, without those that are empty.
    fields: Vec<(&'static str, String)>,
    /// What was left out, in words.
    pub(super) left_out: Vec<String>,
}

impl Narrowed {
    pub(super) fn new(asked: Asked) -> Self {
        let sent = [
            ("by", asked.by),
            ("claim", asked.claim),
            ("source", asked.source),
            ("article", asked.article),
            ("part", asked.part),
            ("from", asked.from),
            ("to", asked.to),
        ];
        let sent = sent.map(|(name, value)| (name, value.trim().to_owned()));
        let mut narrowed = Self {
            filter: Filter::default(),
            before: asked.before,
            fields: Vec::new(),
            left_out: Vec::new(),
        };
        for (name, value) in sent.into_iter().filter(|(_, value)| !value.is_empty()) {
            match narrowed.take(name, &value) {
                Ok(()) => narrowed.fields.push((name, value)),
                Err(why) => narrowed.left_out.push(why),
            }
        }
        narrowed
    }

    fn take(&mut self, name: &str, value: &str) -> Result<(), String> {
        let filter = &mut self.filter;
        match name {
            "by" if value == DESK => filter.by = Some(Hand::Desk),
            "by" => filter.by = Some(Hand::Person(number("person", value)?)),
            "claim" => filter.claim = Some(number("claim", value)?),
            "source" => filter.source = Some(number("source", value)?),
            "article" => filter.article = Some(number("article", value)?),
            "part" => {
                let part = value.parse();
                filter.part = Some(part.map_err(|_| format!("there is no kind “{value}”"))?);
            }
            "from" => filter.from = Some(moment(value, PartialDate::starts_at)?),
            _ => filter.to = Some(moment(value, PartialDate::ends_at)?),
        }
        Ok(())
    }

    /// A field as it was sent.
    pub(super) fn value(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(other, _)| *other == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    /// Whether anything narrows the list.
    pub(super) fn is_narrow(&self) -> bool {
        self.filter != Filter::default()
    }

    /// The same list from another place on.
    pub(super) fn from(&self, place: EntryIndex) -> String {
        let mut query = Serializer::new(String::new());
        query.extend_pairs(&self.fields);
        query.append_pair("before", &place.to_string());
        format!("/log?{}", query.finish())
    }
}

fn number<T: std::str::FromStr>(what: &str, value: &str) -> Result<T, String> {
    let digits = value.trim_start_matches('#');
    digits
        .parse()
        .map_err(|_| format!("“{value}” is not the number of a {what}"))
}

/// The moment at which a date begins or ends, in UTC.
pub(super) fn moment(
    value: &str,
    end: impl Fn(&PartialDate) -> Option<i64>,
) -> Result<Timestamp, String> {
    let date = PartialDate::parse(value).map_err(|bad| format!("“{value}” is no date; {bad}"))?;
    let millis = end(&date).ok_or_else(|| format!("“{value}” is no date"))?;
    Timestamp::from_millis(millis).map_err(|bad| bad.to_string())
}
