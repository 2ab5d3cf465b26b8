//! Whom the desk talks to.

use std::net::IpAddr;

use actix_web::dev::ServiceRequest;

/// The address that a request came from: the one at the other end of the
/// connection, whatever the request says of itself.
pub(super) fn address(request: &ServiceRequest) -> Option<IpAddr> {
    request.peer_addr().map(|peer| peer.ip().to_canonical())
}
