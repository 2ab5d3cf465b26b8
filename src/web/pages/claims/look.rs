//! What of a claim's evidence somebody looks at, as the address says it.

use serde::Deserialize;

use crate::domain::ids::{CitationId, ClaimId, TextId};
use crate::domain::snapshot::DerivedText;
use crate::web::fields::Fields;

use super::window::Part;

/// The citation, the view of its snapshot and the place in it that are shown.
#[derive(Debug, Clone, Default, Deserialize)]
pub(in crate::web) struct Look {
    #[serde(default)]
    pub(super) citation: String,
    #[serde(default)]
    pub(super) view: String,
    #[serde(default)]
    pub(super) at: String,
    #[serde(default)]
    pub(super) page: String,
    /// The filters of the queue that one came from, as its address has them.
    #[serde(default)]
    pub(super) from: String,
}

/// In which way a snapshot is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    /// The text in which the words are cited.
    Cited,
    /// The text that people read.
    Main,
    /// Everything visible.
    Visible,
    /// Any other text.
    Text(TextId),
    /// The picture of the page.
    Page,
    /// The bytes.
    Raw,
}

impl Look {
    /// After a form of the page was sent.
    pub(super) fn after(form: &Fields) -> Self {
        Self {
            from: form.value("from").to_owned(),
            ..Self::default()
        }
    }

    /// The citation, if the address names one.
    pub(super) fn citation(&self) -> Option<CitationId> {
        self.citation.parse().ok()
    }

    /// The view; what is not known is the text in which the words are cited.
    pub(super) fn view(&self) -> View {
        match self.view.as_str() {
            "text" => View::Main,
            "visible" => View::Visible,
            "page" => View::Page,
            "raw" => View::Raw,
            other => other
                .strip_prefix("text-")
                .and_then(|id| id.parse().ok())
                .map_or(View::Cited, View::Text),
        }
    }

    /// The part of the text.
    pub(super) fn part(&self) -> Part {
        match (self.page.parse(), self.at.parse()) {
            (Ok(page), _) => Part::Page(page),
            (_, Ok(at)) => Part::From(at),
            _ => Part::Around,
        }
    }
}

/// The name of a text's view in addresses.
pub(super) fn view_name(text: &DerivedText, is_main: bool) -> String {
    match text.view() {
        _ if is_main => "text".to_owned(),
        Some("everything visible") => "visible".to_owned(),
        _ => format!("text-{}", text.id),
    }
}

/// A longer way through the queue is no way that a page of ours has written.
const LONGEST_WAY: usize = 4_000;

/// Makes the addresses of what can be looked at beside a claim, each with the
/// filters of the queue that one came from.
pub(in crate::web::pages) struct Paths {
    pub(super) claim: ClaimId,
    pub(in crate::web::pages) from: String,
}

impl Paths {
    /// After a form about the claim was sent.
    pub(in crate::web::pages) fn after(claim: ClaimId, form: &Fields) -> Self {
        Self::new(claim, form.value("from").to_owned())
    }

    pub(super) fn new(claim: ClaimId, from: String) -> Self {
        let from = Some(from).filter(|from| from.len() <= LONGEST_WAY);
        Self {
            claim,
            from: from.unwrap_or_default(),
        }
    }

    /// The claim's page with these things shown.
    pub(super) fn to(&self, citation: CitationId, shown: &[(&str, &str)]) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("citation", &citation.to_string());
        for (name, value) in shown.iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        if !self.from.is_empty() {
            query.append_pair("from", &self.from);
        }
        format!("/claims/{}?{}#source", self.claim, query.finish())
    }

    /// A claim's page, on the same way through the queue.
    pub(in crate::web::pages) fn claim(&self, claim: &ClaimId) -> String {
        self.with_from(format!("/claims/{claim}"), &[])
    }

    /// Where words are cited for the claim: of a snapshot, or of one that is
    /// to be chosen yet.
    pub(in crate::web::pages) fn citing(&self, snapshot: Option<&i64>) -> String {
        let path = format!("/claims/{}/citations/new", self.claim);
        let snapshot = snapshot.map(ToString::to_string);
        let chosen = snapshot.iter().map(|id| ("snapshot", id.as_str()));
        self.with_from(path, &chosen.collect::<Vec<_>>())
    }

    fn with_from(&self, path: String, pairs: &[(&str, &str)]) -> String {
        let from = Some(("from", self.from.as_str())).filter(|(_, from)| !from.is_empty());
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs.iter().copied().chain(from))
            .finish();
        match query.as_str() {
            "" => path,
            query => format!("{path}?{query}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(view: &str, at: &str, page: &str) -> (View, Part) {
        let look = Look {
            view: view.to_owned(),
            at: at.to_owned(),
            page: page.to_owned(),
            ..Look::default()
        };
        (look.view(), look.part())
    }

    #[test]
    fn an_address_says_what_is_looked_at_and_nonsense_is_the_cited_text() {
        assert_eq!(look("", "", ""), (View::Cited, Part::Around));
        assert_eq!(look("nonsense", "x", "-1"), (View::Cited, Part::Around));
        assert_eq!(look("text-0", "", ""), (View::Cited, Part::Around));
        assert_eq!(look("visible", "77", ""), (View::Visible, Part::From(77)));
        assert_eq!(look("page", "", "3"), (View::Page, Part::Page(3)));
        let text = TextId::try_from(12).expect("a number");
        assert_eq!(look("text-12", "", ""), (View::Text(text), Part::Around));
    }
}
