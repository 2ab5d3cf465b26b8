//! The one task that reads what is new in the log, for all streams.

use std::sync::Arc;

use actix_web::web;

use crate::desk::Desk;
use crate::store::trail::Followed;

use super::news::{self, MOST};
use super::{Live, Told};

/// Watches the log until it is stopped.
pub(in super::super) async fn watch(desk: Desk, live: Live) {
    // A stream may have begun before the first look: it hears of the newest
    // entries once more and passes over those that it knows.
    let mut seen = None;
    loop {
        live.something_may_be_new().await;
        let desk = desk.clone();
        let look = move || {
            desk.read(|db| {
                let size = crate::store::log::size(db)?;
                let from = seen.unwrap_or_else(|| size.saturating_sub(MOST as u64));
                if from == size {
                    return Ok((size, None));
                }
                Ok((size, Some(news::read(db, Followed::Desk, from)?)))
            })
        };
        match web::block(look).await {
            Ok(Ok((size, news))) => {
                seen = Some(size);
                if let Some(news) = news {
                    live.tell(Told::News(Arc::new(news)));
                }
            }
            Ok(Err(error)) => {
                tracing::error!(%error, "what is new could not be read; it is tried again");
            }
            Err(_) => return,
        }
    }
}
