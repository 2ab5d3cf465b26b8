//! Lists of sources, as BibTeX and as CSL-JSON. The address ends as the file
//! does, so that one handler serves both.

use actix_web::{HttpRequest, web};

use crate::desk::exchange::bibliography::{Format, List, Of};
use crate::domain::ids::{ArticleId, ClaimId};
use crate::export::bibliography::{bibtex, csl};
use crate::web::auth::Visitor;
use crate::web::downloads::{self, File};
use crate::web::render::Answer;
use crate::web::state::App;

fn list(request: &HttpRequest, of: Of, name: &str) -> (File, List) {
    let (format, ending, media_type) = if request.path().ends_with(".bib") {
        (Format::Bibtex, "bib", bibtex::MEDIA_TYPE)
    } else {
        (Format::Csl, "csl.json", csl::MEDIA_TYPE)
    };
    let file = File {
        name: format!("{name}.{ending}"),
        media_type,
        head: "",
    };
    (file, List::new(format, of))
}

async fn own(app: &App, request: &HttpRequest, of: Of, name: &str) -> Answer {
    let (file, mut list) = list(request, of, name);
    downloads::attachment(app, request, file, move |desk| list.next(desk)).await
}

pub(in crate::web) async fn all(app: web::Data<App>, _: Visitor, request: HttpRequest) -> Answer {
    own(&app, &request, Of::Desk, "sources").await
}

pub(in crate::web) async fn of_claim(
    app: web::Data<App>,
    _: Visitor,
    request: HttpRequest,
    claim: web::Path<ClaimId>,
) -> Answer {
    let name = format!("claim-{claim}-sources");
    own(&app, &request, Of::Claim(*claim), &name).await
}

pub(in crate::web) async fn of_article(
    app: web::Data<App>,
    _: Visitor,
    request: HttpRequest,
    article: web::Path<ArticleId>,
) -> Answer {
    let name = format!("article-{article}-sources");
    own(&app, &request, Of::Article(*article), &name).await
}

pub(in crate::web) async fn published(
    app: web::Data<App>,
    request: HttpRequest,
    claim: web::Path<ClaimId>,
) -> Answer {
    let name = format!("published-{claim}-sources");
    let (file, mut list) = list(&request, Of::Published(*claim), &name);
    downloads::public(&app, &request, file, move |desk| list.next(desk)).await
}
