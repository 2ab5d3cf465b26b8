//! The snapshots of a source, and taking one.

use actix_web::web;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::desk::snapshots::{self as deeds, NewSnapshot};
use crate::domain::ids::{SnapshotId, SourceId};
use crate::domain::snapshot::CaptureMethod;
use crate::domain::words::{Address, FileName, Notice};
use crate::store::{snapshots as rows, sources};
use crate::web::api::BASE;
use crate::web::api::answer::{List, Made, Page};
use crate::web::api::asked::Asked;
use crate::web::api::claims::New;
use crate::web::api::paging::{Limit, last, next};
use crate::web::api::problems::act;
use crate::web::api::sent::{Brought, Content, MediaType};
use crate::web::api::snapshots::Line;
use crate::web::auth::Visitor;
use crate::web::problem::Problem;
use crate::web::state::App;

use super::show::missing;

/// Which snapshots to list; the newest come first.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Wanted {
    /// Go on after this snapshot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<SnapshotId>,
    /// How many at most.
    #[serde(default)]
    limit: Limit,
}

pub(in crate::web) async fn list(
    app: web::Data<App>,
    _: Visitor,
    source: web::Path<SourceId>,
    Asked(mut wanted): Asked<Wanted>,
) -> Result<Page<Line>, Problem> {
    let (source, after, limit) = (*source, wanted.after, wanted.limit);
    let found = app
        .desk(move |desk| {
            desk.read(|db| {
                sources::find(db, source)?.ok_or(missing(source))?;
                Ok(rows::list_before(db, source, after, limit.get())?)
            })
        })
        .await?;
    let next = last(&found, limit).map(|taken| {
        wanted.after = Some(taken.snapshot.id);
        next(&format!("/sources/{source}/snapshots"), &wanted)
    });
    let lines = found.into_iter().map(Line::new).collect();
    Ok(Page(List::new(lines, next)))
}

/// A capture of a source, inside JSON.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewSnapshot")]
pub(in crate::web) struct Taken {
    /// The bytes.
    content: Content,
    /// What they are, where it does not show by itself; left out: plain text
    /// for `utf8` without a file name.
    #[serde(default)]
    media_type: Option<MediaType>,
    /// The name of the file that they came in; left out: they were pasted.
    #[serde(default)]
    file_name: Option<FileName>,
    /// Where they came from.
    #[serde(default)]
    url: Option<Address>,
    /// A warning shown wherever their words are shown.
    #[serde(default)]
    notice: Option<Notice>,
}

/// What is said of a capture that is sent as it is.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Beside {
    /// Where the bytes came from.
    #[serde(default)]
    url: Option<Address>,
    /// A warning shown wherever their words are shown.
    #[serde(default)]
    notice: Option<Notice>,
}

fn new(source: SourceId, brought: Brought<Taken>, beside: Beside) -> NewSnapshot {
    let mut new = NewSnapshot {
        source,
        bytes: Vec::new(),
        declared: None,
        how: CaptureMethod::Uploaded,
        url: beside.url,
        file_name: None,
        notice: beside.notice,
        response: None,
    };
    match brought {
        Brought::File(file) => {
            new.declared = file.declared();
            new.bytes = file.bytes;
            new.file_name = file.name;
        }
        Brought::Json(taken) => {
            let is_text = matches!(taken.content, Content::Utf8(_));
            let file = taken.file_name.as_ref().map(ToString::to_string);
            if is_text && file.is_none() {
                new.how = CaptureMethod::Pasted;
            }
            let said = taken.media_type.map(MediaType::into_string);
            let plain = is_text.then(|| "text/plain".to_owned());
            new.declared = said.or(file).or(plain);
            new.bytes = taken.content.into_bytes();
            new.file_name = taken.file_name;
            new.url = taken.url.or(new.url);
            new.notice = taken.notice.or(new.notice);
        }
    }
    new
}

pub(in crate::web) async fn take(
    app: web::Data<App>,
    me: Visitor,
    source: web::Path<SourceId>,
    Asked(beside): Asked<Beside>,
    brought: Brought<Taken>,
) -> Result<Made<New<SnapshotId>>, Problem> {
    let (source, actor) = (*source, me.0.actor());
    let id = act(&app, move |desk| {
        deeds::take(desk, actor, new(source, brought, beside))
    })
    .await?;
    Ok(Made {
        value: New { id },
        at: format!("{BASE}/snapshots/{id}"),
    })
}
