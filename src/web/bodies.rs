//! How long a request may take to arrive. Whoever sends a byte now and then
//! would otherwise hold a connection, and what was read of it, for good.

use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage};
use futures_util::StreamExt;
use futures_util::stream::unfold;
use tokio::time::{Instant, timeout_at};

/// A stranger sends a name and a password, or a checkpoint to cosign.
pub(super) const STRANGERS: Duration = Duration::from_secs(20);
/// A colleague sends a large file over a slow line.
pub(super) const COLLEAGUES: Duration = Duration::from_secs(600);

/// Gives every request as long as a stranger's.
pub(super) async fn in_time<B: MessageBody>(
    mut request: ServiceRequest,
    inner: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    arrives_within(&mut request, STRANGERS);
    inner.call(request).await
}

/// Lets the body of a request break off when it is not there in time.
pub(super) fn arrives_within(request: &mut ServiceRequest, longest: Duration) {
    if request.method().is_safe() {
        return;
    }
    let deadline = Instant::now() + longest;
    let body = request.take_payload();
    let timed = unfold(Some(body), move |body| async move {
        let mut body = body?;
        match timeout_at(deadline, body.next()).await {
            Ok(chunk) => Some((chunk?, Some(body))),
            Err(_) => {
                let late = std::io::Error::from(std::io::ErrorKind::TimedOut);
                Some((Err(PayloadError::Io(late)), None))
            }
        }
    });
    // What reads a form in parts asks once more after the end.
    request.set_payload(Payload::Stream {
        payload: Box::pin(timed.fuse()),
    });
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use futures_util::stream::pending;

    use super::*;

    /// Reads a body to its end, or to what went wrong with it.
    async fn read(mut request: ServiceRequest) -> Result<Vec<u8>, PayloadError> {
        let mut body = request.take_payload();
        let mut whole = Vec::new();
        while let Some(chunk) = body.next().await {
            whole.extend_from_slice(&chunk?);
        }
        assert!(body.next().await.is_none(), "it stays at its end");
        Ok(whole)
    }

    #[actix_web::test]
    async fn a_body_that_comes_is_read_as_it_is() {
        let request = TestRequest::post().set_payload("a=b");
        let mut request = request.to_srv_request();
        arrives_within(&mut request, Duration::from_secs(60));
        assert_eq!(read(request).await.expect("a body"), b"a=b");
    }

    #[actix_web::test]
    async fn a_body_that_does_not_come_breaks_off() {
        let mut request = TestRequest::post().to_srv_request();
        request.set_payload(Payload::Stream {
            payload: Box::pin(pending()),
        });
        arrives_within(&mut request, Duration::from_millis(10));
        let error = read(request).await.expect_err("it is late");
        let is_late = matches!(&error, PayloadError::Io(error) if error.kind() == std::io::ErrorKind::TimedOut);
        assert!(is_late, "{error}");
    }
}
