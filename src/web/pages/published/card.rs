//! The picture that goes with a link to a published verdict.

use std::sync::Arc;

use actix_web::http::header::HeaderValue;
use actix_web::{HttpRequest, web};

use crate::capture::PagePicture;
use crate::desk::{Desk, DeskError};
use crate::domain::hash::ContentHash;
use crate::domain::ids::ClaimId;
use crate::export::card::{self, Card};

use super::super::super::cached::public;
use super::super::super::headers::{ANYWHERE, RESOURCE_POLICY};
use super::super::super::render::Answer;
use super::super::super::state::App;
use super::super::pictures::Pictures;
use super::summary::Summary;

pub(in crate::web) async fn card(
    app: web::Data<App>,
    request: HttpRequest,
    claim: web::Path<ClaimId>,
) -> Answer {
    let pictures = Arc::clone(app.pictures());
    let drawn = app
        .drawn(move |desk| {
            let summary = desk.read(|db| Summary::read(desk, db, *claim))?;
            draw(desk, &pictures, &summary.card())
        })
        .await?;
    let mut answer = public(&request, "image/png", drawn.png.clone())?;
    let anywhere = HeaderValue::from_static(ANYWHERE);
    answer.headers_mut().insert(RESOURCE_POLICY, anywhere);
    Ok(answer)
}

/// Draws the picture, or takes it from memory: it is kept by what it says.
pub(in crate::web::pages) fn draw(
    desk: &Desk,
    pictures: &Pictures,
    card: &Card,
) -> Result<Arc<PagePicture>, DeskError> {
    let page = card::page(card);
    let key = (ContentHash::of(&page), 1, None);
    pictures.get_or_insert_with(&key, || {
        let drawn = desk.reading().picture(&page, 1, None, card::WIDTH)?;
        Ok(Arc::new(drawn))
    })
}
