//! Search: the best of each place together, or one place page by page.

use actix_web::web;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::desk::{Desk, DeskError};
use crate::domain::ids::{ArticleId, ClaimId, SnapshotId, SourceId};
use crate::domain::source::SourceKind;
use crate::domain::time::{PartialDate, Timestamp};
use crate::store::search::{self, CLOSE, Hit, Narrow, OPEN, RANKED, Shelfmark};
use crate::store::{Db, claims};
use crate::web::api::answer::Reply;
use crate::web::api::asked::Asked;
use crate::web::api::claims::State;
use crate::web::api::paging::{Limit, next};
use crate::web::auth::Visitor;
use crate::web::problem::Problem;
use crate::web::state::App;

/// What is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Place {
    /// Wordings and claimants.
    Claims,
    /// Rationales and ratings.
    Verdicts,
    /// Titles, publishers and authors.
    Sources,
    /// The texts of snapshots.
    Texts,
}

impl Place {
    /// Every place, in the order in which they are told.
    const ALL: [Self; 4] = [Self::Claims, Self::Verdicts, Self::Sources, Self::Texts];

    const fn mark(self) -> Shelfmark {
        match self {
            Self::Claims => Shelfmark::Claims,
            Self::Verdicts => Shelfmark::Verdicts,
            Self::Sources => Shelfmark::Sources,
            Self::Texts => Shelfmark::Texts,
        }
    }
}

/// How many of the best of each place are given, where all are searched and
/// nothing else is said.
const BEST: usize = 5;

/// What to look for. What narrows the search leaves out the places that it
/// cannot be asked of: a state is one of claims alone.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Wanted {
    /// Words that all must be there; between quotation marks they follow one
    /// another, and the last may be the beginning of one.
    q: String,
    /// Only here; left out: everywhere.
    #[serde(default, rename = "in", skip_serializing_if = "Option::is_none")]
    place: Option<Place>,
    /// Claims in this state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state: Option<State>,
    /// Claims whose standing verdict has this rating, and verdicts with it, by
    /// its key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rating: Option<String>,
    /// Claims of this article, and verdicts on them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    article: Option<ArticleId>,
    /// Sources of this kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kind: Option<SourceKind>,
    /// Texts of this source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source: Option<SourceId>,
    /// From this day, month or year on: claims opened, verdicts given, texts
    /// captured (UTC), sources published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<PartialDate>,
    /// Up to this day, month or year, itself included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to: Option<PartialDate>,
    /// How many of the best hits to leave out; follow `next`.
    #[serde(default)]
    #[schemars(range(max = 2000))]
    skip: u16,
    /// How many at most of each place; left out: 5 of each, or 50 of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    limit: Option<Limit>,
}

impl Wanted {
    fn narrow(&self) -> Narrow {
        Narrow {
            state: self.state.map(|state| state.as_str().to_owned()),
            rating: self.rating.clone(),
            article: self.article,
            kind: self.kind,
            source: self.source,
            from: self.from.clone(),
            to: self.to.clone(),
        }
    }

    /// The claim whose number was typed.
    fn number(&self) -> Option<ClaimId> {
        let typed = self.q.trim();
        typed.strip_prefix('#').unwrap_or(typed).parse().ok()
    }

    fn page(&self) -> (usize, usize) {
        let all = if self.place.is_none() {
            BEST
        } else {
            Limit::default().get()
        };
        let skip = usize::from(self.skip).min(RANKED);
        (skip, self.limit.map_or(all, Limit::get))
    }
}

/// What was found.
#[derive(Serialize, JsonSchema)]
pub(in crate::web) struct Found {
    /// The claim whose number the words are.
    claim: Option<ClaimId>,
    /// The places that were searched.
    places: Vec<Section>,
}

/// What was found in one place.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "FoundIn")]
struct Section {
    /// The place.
    #[serde(rename = "in")]
    place: Place,
    /// How many matches were ranked.
    ranked: usize,
    /// Whether there are older matches, which were not ranked: add a word.
    cut: bool,
    /// The best of them, the best first.
    hits: Vec<Shown>,
    /// Where the list goes on, if it does.
    next: Option<String>,
}

/// Something that was found.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Hit")]
struct Shown {
    /// The number of the claim, source, text or verdict.
    id: i64,
    /// The claim, or the one that was judged.
    claim: Option<ClaimId>,
    /// The source, or the one that the text is of.
    source: Option<SourceId>,
    /// The snapshot that the text is of.
    snapshot: Option<SnapshotId>,
    /// The source's title, or the wording that was judged.
    title: Option<String>,
    /// Words around what matched.
    snippet: Vec<Piece>,
    /// Where the claim stands.
    state: Option<String>,
    /// Whether the claim is stale, or the verdict stands no longer.
    stale: bool,
    /// A rating, or the kind of a source.
    label: Option<String>,
    /// Who claimed, published or judged.
    who: Option<String>,
    /// When the claim was opened, the verdict given, the text captured.
    at: Option<Timestamp>,
}

/// A piece of a snippet.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SnippetPiece")]
struct Piece {
    /// The words.
    words: String,
    /// Whether they are what matched.
    matched: bool,
}

pub(in crate::web) async fn find(
    app: web::Data<App>,
    _: Visitor,
    Asked(wanted): Asked<Wanted>,
) -> Result<Reply<Found>, Problem> {
    let found = app.desk(move |desk| look(desk, wanted));
    Ok(Reply::new(found.await?))
}

fn look(desk: &Desk, mut wanted: Wanted) -> Result<Found, DeskError> {
    let narrow = wanted.narrow();
    desk.read(|db| {
        let claim = match wanted.number() {
            Some(number) => claims::find(db, number)?.map(|claim| claim.id),
            None => None,
        };
        let asked = wanted.place;
        let searched = Place::ALL.iter().filter(|place| {
            asked.is_none_or(|asked| asked == **place) && narrow.fits(place.mark())
        });
        let page = wanted.page();
        let places = searched.map(|place| section(db, &mut wanted, (*place, &narrow), page));
        Ok(Found {
            claim,
            places: places.collect::<Result<_, _>>()?,
        })
    })
}

fn section(
    db: &Db<'_>,
    wanted: &mut Wanted,
    (place, narrow): (Place, &Narrow),
    (skip, limit): (usize, usize),
) -> Result<Section, DeskError> {
    let found = search::find(db, place.mark(), &wanted.q, narrow, (skip, limit))?;
    let end = skip + found.hits.len();
    let goes_on = end < found.ranked && !found.hits.is_empty();
    Ok(Section {
        place,
        ranked: found.ranked,
        cut: found.is_cut(),
        next: goes_on.then(|| further(wanted, place, end)),
        hits: found
            .hits
            .into_iter()
            .map(|hit| Shown::new(place, hit))
            .collect(),
    })
}

/// The address of what follows in one place.
fn further(wanted: &mut Wanted, place: Place, end: usize) -> String {
    let before = (wanted.place, wanted.skip);
    wanted.place = Some(place);
    wanted.skip = u16::try_from(end).unwrap_or(u16::MAX);
    let next = next("/search", wanted);
    (wanted.place, wanted.skip) = before;
    next
}

impl Shown {
    fn new(place: Place, hit: Hit) -> Self {
        let page = hit.page;
        let judged = matches!(place, Place::Claims | Place::Verdicts);
        let claim = judged.then(|| ClaimId::try_from(page).ok()).flatten();
        let source = match place {
            Place::Sources => SourceId::try_from(page).ok(),
            Place::Claims | Place::Verdicts | Place::Texts => hit.source,
        };
        let text = place == Place::Texts;
        Self {
            id: hit.id,
            claim,
            source,
            snapshot: text.then(|| SnapshotId::try_from(page).ok()).flatten(),
            title: hit.title,
            snippet: pieces(&hit.snippet),
            state: hit.state,
            stale: hit.stale,
            label: hit.label,
            who: hit.who,
            at: hit.at,
        }
    }
}

/// A snippet as plain and matching pieces.
fn pieces(snippet: &str) -> Vec<Piece> {
    let mut matched = false;
    let mut pieces = Vec::new();
    for piece in snippet.split_inclusive([OPEN, CLOSE]) {
        let words = piece.trim_end_matches([OPEN, CLOSE]).to_owned();
        if !words.is_empty() {
            pieces.push(Piece { words, matched });
        }
        matched = piece.ends_with(OPEN);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snippet_is_cut_where_a_match_begins_and_ends() {
        let cut = pieces("the \u{E000}bridge\u{E001} opened\u{E000}.\u{E001}");
        let cut: Vec<(&str, bool)> = cut
            .iter()
            .map(|piece| (piece.words.as_str(), piece.matched))
            .collect();
        let expected = [
            ("the ", false),
            ("bridge", true),
            (" opened", false),
            (".", true),
        ];
        assert_eq!(cut, expected);
    }
}
