//! Claims and citations as CSV.

use actix_web::{HttpRequest, web};
use serde::Deserialize;

use crate::desk::exchange::corrections;
use crate::desk::exchange::tables::{Kind, Of, Table};
use crate::domain::ids::ClaimId;
use crate::export::csv::BOM;
use crate::web::auth::Visitor;
use crate::web::downloads::{self, File};
use crate::web::pages::claims::Wanted;
use crate::web::pages::published::{Asked, Corrections, narrowed};
use crate::web::render::Answer;
use crate::web::state::App;

/// How a table is written.
#[derive(Deserialize)]
pub(in crate::web) struct Form {
    /// `yes` puts a byte order mark first, which Excel needs to see UTF-8.
    #[serde(default)]
    bom: String,
}

impl Form {
    fn file(&self, name: impl Into<String>) -> File {
        File {
            name: name.into(),
            media_type: "text/csv; charset=utf-8; header=present",
            head: if self.bom == "yes" { BOM } else { "" },
        }
    }
}

pub(in crate::web) async fn claims(
    app: web::Data<App>,
    me: Visitor,
    request: HttpRequest,
    wanted: web::Query<Wanted>,
    form: web::Query<Form>,
) -> Answer {
    let file = form.file("claims.csv");
    queue((&app, &request), me, Kind::Claims, &wanted, file).await
}

pub(in crate::web) async fn citations(
    app: web::Data<App>,
    me: Visitor,
    request: HttpRequest,
    wanted: web::Query<Wanted>,
    form: web::Query<Form>,
) -> Answer {
    let file = form.file("citations.csv");
    queue((&app, &request), me, Kind::Citations, &wanted, file).await
}

/// The claims of a queue, as the queue's page would list them.
async fn queue(
    (app, request): (&App, &HttpRequest),
    me: Visitor,
    kind: Kind,
    wanted: &Wanted,
    file: File,
) -> Answer {
    let me = me.0.person.id;
    let now = app.desk(|desk| Ok(desk.now())).await?;
    let of = Of::Queue(wanted.filter(me, now));
    let mut table = Table::new(kind, of, &app.facts().base);
    downloads::attachment(app, request, file, move |desk| table.next(desk)).await
}

pub(in crate::web) async fn of_claim(
    app: web::Data<App>,
    _: Visitor,
    request: HttpRequest,
    claim: web::Path<ClaimId>,
    form: web::Query<Form>,
) -> Answer {
    let file = form.file(format!("claim-{claim}-citations.csv"));
    let mut table = Table::new(Kind::Citations, Of::Claim(*claim), &app.facts().base);
    downloads::attachment(&app, &request, file, move |desk| table.next(desk)).await
}

pub(in crate::web) async fn published_claims(
    app: web::Data<App>,
    request: HttpRequest,
    asked: web::Query<Asked>,
    form: web::Query<Form>,
) -> Answer {
    let file = form.file("published-claims.csv");
    let of = Of::Published(narrowed(asked.into_inner()));
    let mut table = Table::new(Kind::Claims, of, &app.facts().base);
    downloads::public(&app, &request, file, move |desk| table.next(desk)).await
}

pub(in crate::web) async fn published_citations(
    app: web::Data<App>,
    request: HttpRequest,
    asked: web::Query<Asked>,
    form: web::Query<Form>,
) -> Answer {
    let file = form.file("published-citations.csv");
    let of = Of::Published(narrowed(asked.into_inner()));
    let mut table = Table::new(Kind::Citations, of, &app.facts().base);
    downloads::public(&app, &request, file, move |desk| table.next(desk)).await
}

pub(in crate::web) async fn published_of_claim(
    app: web::Data<App>,
    request: HttpRequest,
    claim: web::Path<ClaimId>,
    form: web::Query<Form>,
) -> Answer {
    let file = form.file(format!("published-{claim}-citations.csv"));
    let of = Of::PublishedClaim(*claim);
    let mut table = Table::new(Kind::Citations, of, &app.facts().base);
    downloads::public(&app, &request, file, move |desk| table.next(desk)).await
}

pub(in crate::web) async fn corrections(
    app: web::Data<App>,
    request: HttpRequest,
    asked: web::Query<Corrections>,
    form: web::Query<Form>,
) -> Answer {
    let file = form.file("corrections.csv");
    let mut table = corrections::Table::new(asked.filter().0, &app.facts().base);
    downloads::public(&app, &request, file, move |desk| table.next(desk)).await
}
