//! Where a redirect leads, and whether it is followed.

use hyper::header::LOCATION;
use url::Url;

use super::exchange::Reply;
use super::fetched::Hop;
use super::trouble::FetchTrouble;

/// Whether an answer sends us to another place. 300 leaves the choice to
/// people, 304 to 306 are no redirects.
pub(super) const fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

/// Where a redirect leads. A fragment lives on, as in browsers.
pub(super) fn onward(reply: &Reply, from: &Url) -> Result<Url, FetchTrouble> {
    let host = reply.host().to_owned();
    let Some(location) = reply.header(&LOCATION) else {
        let status = reply.status;
        return Err(FetchTrouble::Status { host, status });
    };
    let Ok(mut to) = from.join(&location) else {
        let to = location.chars().take(200).collect();
        return Err(FetchTrouble::BadRedirect { host, to });
    };
    if to.fragment().is_none() {
        to.set_fragment(from.fragment());
    }
    Ok(to)
}

/// Follows a redirect, unless it leads round in a circle or on and on.
pub(super) fn follow(
    reply: &Reply,
    from: &Url,
    hops: &mut Vec<Hop>,
    most: usize,
) -> Result<Url, FetchTrouble> {
    let host = reply.host().to_owned();
    let to = onward(reply, from)?;
    if to == *from || hops.iter().any(|hop| hop.from == to) {
        return Err(FetchTrouble::Circle { host });
    }
    if hops.len() >= most {
        let redirects = hops.len();
        return Err(FetchTrouble::TooManyRedirects { host, redirects });
    }
    hops.push(Hop {
        from: from.clone(),
        status: reply.status,
        to: to.clone(),
    });
    Ok(to)
}
