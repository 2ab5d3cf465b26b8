//! Captures as WARC and as WACZ.

use actix_web::{HttpRequest, web};

use crate::desk::exchange::warc::{Format, Of, Plan};
use crate::domain::ids::{ClaimId, SnapshotId, SourceId};
use crate::export::warc::{GZIP_MEDIA_TYPE, Packing, wacz as package};
use crate::web::auth::Visitor;
use crate::web::render::Answer;
use crate::web::state::App;
use crate::web::streaming::Kind;

async fn sent(app: &App, request: &HttpRequest, of: Of, format: Format, name: &str) -> Answer {
    let plan = app.desk(move |desk| Plan::new(desk, of)).await?;
    let (ending, media_type) = match format {
        Format::Warc(_) => ("warc.gz", GZIP_MEDIA_TYPE),
        Format::Wacz => ("wacz", package::MEDIA_TYPE),
    };
    let kind = Kind {
        media_type,
        file_name: Some(format!("{name}.{ending}")),
    };
    app.stream(request, kind, move |desk, out| {
        plan.write(desk, format, out)
    })
}

/// One snapshot as WARC.
pub(in crate::web) async fn warc(
    app: web::Data<App>,
    _: Visitor,
    request: HttpRequest,
    snapshot: web::Path<SnapshotId>,
) -> Answer {
    let (of, format) = (Of::Snapshot(*snapshot), Format::Warc(Packing::Gzip));
    sent(&app, &request, of, format, &format!("snapshot-{snapshot}")).await
}

/// One snapshot as WACZ.
pub(in crate::web) async fn wacz(
    app: web::Data<App>,
    _: Visitor,
    request: HttpRequest,
    snapshot: web::Path<SnapshotId>,
) -> Answer {
    let name = format!("snapshot-{snapshot}");
    sent(&app, &request, Of::Snapshot(*snapshot), Format::Wacz, &name).await
}

/// Every snapshot of a source as WACZ.
pub(in crate::web) async fn of_source(
    app: web::Data<App>,
    _: Visitor,
    request: HttpRequest,
    source: web::Path<SourceId>,
) -> Answer {
    let name = format!("source-{source}");
    sent(&app, &request, Of::Source(*source), Format::Wacz, &name).await
}

/// The snapshots that a claim rests on as WACZ.
pub(in crate::web) async fn of_claim(
    app: web::Data<App>,
    _: Visitor,
    request: HttpRequest,
    claim: web::Path<ClaimId>,
) -> Answer {
    let name = format!("claim-{claim}");
    sent(&app, &request, Of::Claim(*claim), Format::Wacz, &name).await
}
