//! What of the desk is to be in a file, and whether a kind of file holds that.

use crate::desk::assessment::Span;
use crate::desk::exchange::feeds::Place;
use crate::domain::ids::{ArticleId, ClaimId, SnapshotId, SourceId};
use crate::domain::time::{PartialDate, Timestamp};

use super::Failure;
use super::format::Format;

/// Whose facts a file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// Everything.
    Desk,
    /// What is published.
    Published,
    /// One claim.
    Claim(ClaimId),
    /// What is published of one claim.
    PublishedClaim(ClaimId),
    /// One article.
    Article(ArticleId),
    /// One snapshot.
    Snapshot(SnapshotId),
    /// One source.
    Source(SourceId),
}

/// What of the desk is wanted, and how.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) of: Of,
    /// Whether it is to be made smaller with gzip.
    pub(super) gzip: bool,
    /// Which page of the annotations, instead of the whole with the first.
    pub(super) page: Option<usize>,
    /// Which part of a feed, instead of the newest.
    pub(super) before: Option<Place>,
    /// The first and the last day of an assessment, instead of twelve months
    /// until today.
    pub(super) days: (Option<&'a PartialDate>, Option<&'a PartialDate>),
    /// Whether a table begins with a byte order mark.
    pub(super) bom: bool,
    /// The desk's address, for those files that name pages.
    pub(super) base: &'a str,
}

impl Wanted<'_> {
    /// The days that an assessment is about.
    pub(super) fn span(&self, now: Timestamp) -> Span {
        let year = Span::year_until(now);
        let (from, until) = self.days;
        Span {
            from: from.cloned().unwrap_or(year.from),
            until: until.cloned().unwrap_or(year.until),
        }
    }

    /// Refuses what a kind of file cannot hold, and says what it can.
    pub(super) fn check(&self, format: Format) -> Result<(), Failure> {
        let (holds, can) = held(format);
        let name = format.name();
        if !can(self.of) {
            let words = format!("a file of --format {name} holds {holds}");
            return Err(Failure::Usage(words));
        }
        let is_table = matches!(
            format,
            Format::ClaimsCsv | Format::CitationsCsv | Format::CorrectionsCsv
        );
        let is_feed = matches!(format, Format::Atom | Format::JsonFeed);
        let is_assessment = matches!(format, Format::Assessment | Format::AssessmentJson);
        for (option, is_given, goes) in [
            (
                "--page",
                self.page.is_some(),
                matches!(format, Format::Annotations),
            ),
            ("--before", self.before.is_some(), is_feed),
            ("--bom", self.bom, is_table),
            ("--from", self.days.0.is_some(), is_assessment),
            ("--until", self.days.1.is_some(), is_assessment),
        ] {
            if is_given && !goes {
                let words = format!("{option} does not go with --format {name}");
                return Err(Failure::Usage(words));
            }
        }
        Ok(())
    }
}

/// What a kind of file holds: in words, and whether it holds this.
fn held(format: Format) -> (&'static str, fn(Of) -> bool) {
    match format {
        Format::Json => (
            "the whole desk, or one claim (--claim); what is published comes as lines, with --format ndjson --published",
            |of| matches!(of, Of::Desk | Of::Claim(_)),
        ),
        Format::Ndjson => (
            "the whole desk, or what is published (--published); one claim and what it rests on comes with --format json --claim",
            |of| matches!(of, Of::Desk | Of::Published),
        ),
        Format::ClaimsCsv | Format::CitationsCsv => (
            "the whole desk, one claim (--claim), or what is published of either (--published)",
            |of| !matches!(of, Of::Article(_) | Of::Snapshot(_) | Of::Source(_)),
        ),
        Format::CorrectionsCsv => (
            "every correction of what the desk published, and nothing of one claim or article alone",
            |of| matches!(of, Of::Desk | Of::Published),
        ),
        Format::Bibtex | Format::CslJson => (
            "every source of the desk, or those of one article (--article), of one claim (--claim), or of its published verdict (--claim with --published)",
            |of| !matches!(of, Of::Published | Of::Snapshot(_) | Of::Source(_)),
        ),
        Format::ClaimReview => (
            "what is published, or what is published of one claim (--claim)",
            |of| !matches!(of, Of::Article(_) | Of::Snapshot(_) | Of::Source(_)),
        ),
        Format::Atom | Format::JsonFeed => (
            "what was published and corrected, and nothing of one claim or article alone",
            |of| matches!(of, Of::Desk | Of::Published),
        ),
        Format::Annotations | Format::Hypothesis => (
            "what lies over one text: name an article (--article) or a snapshot (--snapshot)",
            |of| matches!(of, Of::Article(_) | Of::Snapshot(_)),
        ),
        Format::Assessment | Format::AssessmentJson => (
            "what the desk promises and published, and nothing of one claim or article alone",
            |of| matches!(of, Of::Desk | Of::Published),
        ),
        Format::Warc | Format::Wacz => (
            "captures: of one snapshot (--snapshot), of a source (--source), or those that a claim rests on (--claim)",
            |of| matches!(of, Of::Snapshot(_) | Of::Source(_) | Of::Claim(_)),
        ),
        Format::DraftHtml => ("one article: name it with --article", |of| {
            matches!(of, Of::Article(_))
        }),
    }
}
