//! What is being asked for, and how this desk writes dates and numbers. The
//! gate says it once; whatever is drawn for the request finds it here, without
//! every handler and every template passing it on.

use std::future::Future;
use std::sync::Arc;

use crate::desk::Desk;
use crate::desk::terms::Once;
use crate::domain::ids::PersonId;
use crate::domain::sheet::Locale;
use crate::store::veil::Eyes;

/// What holds for one request.
#[derive(Debug, Clone)]
pub(super) struct Here {
    pub(super) path: String,
    pub(super) locale: Locale,
    /// Who asks; nothing for strangers.
    pub(super) person: Option<PersonId>,
    /// Whose eyes it is read with.
    pub(super) eyes: Eyes,
    /// The key under which the request is to be done once.
    pub(super) once: Option<Arc<Once>>,
}

tokio::task_local! {
    static HERE: Here;
}

/// Answers a request with what holds for it at hand.
pub(super) async fn at<F: Future>(here: Here, answer: F) -> F::Output {
    HERE.scope(here, answer).await
}

/// Answers a request that is to be done once.
pub(super) async fn once<F: Future>(once: Arc<Once>, answer: F) -> F::Output {
    let here = HERE.try_with(Clone::clone).ok();
    match here {
        Some(here) => {
            let here = Here {
                once: Some(once),
                ..here
            };
            HERE.scope(here, answer).await
        }
        None => answer.await,
    }
}

/// Whether it is known that nobody of the desk asks.
pub(super) fn is_of_a_stranger() -> bool {
    HERE.try_with(|here| here.person.is_none()).unwrap_or(false)
}

/// Who of the desk asks, where it is known.
pub(super) fn person() -> Option<PersonId> {
    HERE.try_with(|here| here.person).ok().flatten()
}

/// The desk as this request is to use it.
pub(super) fn desk(desk: &Desk) -> Desk {
    let here = HERE.try_with(|here| (here.eyes, here.once.clone()));
    let (eyes, once) = here.unwrap_or_default();
    let desk = desk.seen_by(eyes);
    match once {
        Some(once) => desk.once(once),
        None => desk,
    }
}

/// Takes what holds for the request along to a thread that may block, and what
/// the program's log says of it.
pub(super) fn carried<T>(deed: impl FnOnce() -> T) -> impl FnOnce() -> T {
    let here = HERE.try_with(Clone::clone).ok();
    let span = tracing::Span::current();
    move || {
        span.in_scope(|| match here {
            Some(here) => HERE.sync_scope(here, deed),
            None => deed(),
        })
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
