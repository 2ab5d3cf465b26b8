//! Which page is being asked for. The gate says it once, and the frame of
//! whatever page is drawn marks its part of the desk, without every handler
//! passing it on.

use std::future::Future;

tokio::task_local! {
    static PATH: String;
}

/// Answers a request with its path at hand.
pub(super) async fn at<F: Future>(path: String, answer: F) -> F::Output {
    PATH.scope(path, answer).await
}

/// The path that is being asked for; empty outside of a request.
pub(super) fn path() -> String {
    PATH.try_with(Clone::clone).unwrap_or_default()
}
