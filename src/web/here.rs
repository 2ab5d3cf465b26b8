//! What is being asked for, and how this desk writes dates and numbers. The
//! gate says it once; whatever is drawn for the request finds it here, without
//! every handler and every template passing it on.

use std::future::Future;

use crate::domain::sheet::Locale;

/// What holds for one request.
#[derive(Debug, Clone)]
pub(super) struct Here {
    pub(super) path: String,
    pub(super) locale: Locale,
}

tokio::task_local! {
    static HERE: Here;
}

/// Answers a request with what holds for it at hand.
pub(super) async fn at<F: Future>(here: Here, answer: F) -> F::Output {
    HERE.scope(here, answer).await
}

/// Takes what holds for the request along to a thread that may block.
pub(super) fn carried<T>(deed: impl FnOnce() -> T) -> impl FnOnce() -> T {
    let here = HERE.try_with(Clone::clone).ok();
    move || match here {
        Some(here) => HERE.sync_scope(here, deed),
        None => deed(),
    }
}

/// The path that is being asked for; empty outside of a request.
pub(super) fn path() -> String {
    HERE.try_with(|here| here.path.clone()).unwrap_or_default()
}

/// How dates and numbers are written; British outside of a request.
pub(super) fn locale() -> Locale {
    HERE.try_with(|here| here.locale).unwrap_or(Locale::British)
}
