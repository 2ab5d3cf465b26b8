//! The evidence that assessors of the IFCN code of principles ask for: a page,
//! the same as one file that opens anywhere, and the same as JSON.

use actix_web::web;
use askama::Template;
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use crate::desk::assessment::{Span, assess};
use crate::desk::{Desk, DeskError};
use crate::domain::time::{PartialDate, Timestamp};
use crate::export::assessment::Assessment;
use crate::store::StoreError;
use crate::web::assets;
use crate::web::auth::Visitor;
use crate::web::pages::snapshots::attachment;
use crate::web::render::{Answer, Frame, page};
use crate::web::state::App;

/// The span that is asked for.
#[derive(Deserialize)]
pub(in crate::web) struct Asked {
    #[serde(default)]
    from: String,
    #[serde(default)]
    until: String,
}

impl Asked {
    /// The span, twelve months until today where nothing else is asked for, and
    /// what had to be left out.
    fn span(&self, now: Timestamp) -> (Span, Vec<String>) {
        let mut span = Span::year_until(now);
        let mut left_out = Vec::new();
        for (asked, date) in [(&self.from, &mut span.from), (&self.until, &mut span.until)] {
            let asked = asked.trim();
            match PartialDate::parse(asked) {
                _ if asked.is_empty() => {}
                Ok(parsed) => *date = parsed,
                Err(bad) => left_out.push(format!("“{asked}” is no date; {bad}")),
            }
        }
        (span, left_out)
    }
}

#[derive(Template)]
#[template(path = "assessment/page.html")]
struct AssessmentPage {
    frame: Frame,
    left_out: Vec<String>,
    /// The query of the files of the same span.
    query: String,
    found: Assessment,
}

/// The same as one file that opens from a disk and asks for nothing.
#[derive(Template)]
#[template(path = "assessment/alone.html")]
struct AlonePage {
    style: String,
    frame: Frame,
    found: Assessment,
}

pub(in crate::web) async fn assessment(
    app: web::Data<App>,
    me: Visitor,
    asked: web::Query<Asked>,
) -> Answer {
    let frame = Frame::new(&app, Some(me.0));
    let base = app.facts().base.clone();
    let view = app
        .desk(move |desk| {
            let (span, left_out) = asked.span(desk.now());
            Ok(AssessmentPage {
                frame,
                left_out,
                query: query(&span),
                found: assess(desk, &base, span)?,
            })
        })
        .await?;
    page(&view)
}

fn query(span: &Span) -> String {
    let mut query = Serializer::new(String::new());
    query.append_pair("from", span.from.as_str());
    query.append_pair("until", span.until.as_str());
    query.finish()
}

/// Writes the evidence as one file of HTML that opens anywhere; `base` is the
/// desk's address without a final slash.
///
/// # Errors
/// When the desk cannot be read.
pub fn html(desk: &Desk, base: &str, span: Span) -> Result<String, DeskError> {
    let page = AlonePage {
        style: format!("<style>{}</style>", assets::paper_style()),
        frame: Frame::of_file(desk),
        found: assess(desk, base, span)?,
    };
    let written = page.render();
    Ok(written.map_err(|error| StoreError::corrupt("assessment", error))?)
}

/// Writes the evidence as JSON.
///
/// # Errors
/// When the desk cannot be read.
pub fn json(desk: &Desk, base: &str, span: Span) -> Result<String, DeskError> {
    let found = assess(desk, base, span)?;
    let written = serde_json::to_string_pretty(&found);
    Ok(written.map_err(|error| StoreError::corrupt("assessment", error))? + "\n")
}

/// How a file of a kind is written.
type Write = fn(&Desk, &str, Span) -> Result<String, DeskError>;

pub(in crate::web) async fn as_html(
    app: web::Data<App>,
    _: Visitor,
    asked: web::Query<Asked>,
) -> Answer {
    file(
        &app,
        &asked,
        ("assessment.html", "text/html; charset=utf-8"),
        html,
    )
    .await
}

pub(in crate::web) async fn as_json(
    app: web::Data<App>,
    _: Visitor,
    asked: web::Query<Asked>,
) -> Answer {
    file(&app, &asked, ("assessment.json", "application/json"), json).await
}

async fn file(
    app: &App,
    asked: &Asked,
    (name, kind): (&str, &'static str),
    write: Write,
) -> Answer {
    let base = app.facts().base.clone();
    let asked = Asked {
        from: asked.from.clone(),
        until: asked.until.clone(),
    };
    let written = app
        .desk(move |desk| write(desk, &base, asked.span(desk.now()).0))
        .await?;
    Ok(attachment(name, kind).body(written))
}
