//! Back from a provider.

use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::desk::people::SignedIn;
use crate::desk::sign_in;
use crate::desk::single_sign_on::{self, Arrived, Purpose, Return, Trouble};
use crate::web::auth::{Guest, Renewed};
use crate::web::cookies;
use crate::web::next::NextPath;
use crate::web::problem::Problem;
use crate::web::render::{Answer, Frame, page, see};
use crate::web::state::App;
use crate::web::throttle::Door;
use crate::web::tries;
use crate::web::whence;

use super::super::sign_in::go_on;
use super::refusal::{refused, too_often};

#[derive(Template)]
#[template(path = "people/proven.html")]
struct ProvenPage {
    frame: Frame,
}

/// What a provider writes into the address that it sends somebody back to.
#[derive(Deserialize)]
pub(in crate::web) struct Brought {
    #[serde(default)]
    state: String,
    code: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

pub(in crate::web) async fn come_back(
    app: web::Data<App>,
    request: HttpRequest,
    guest: Guest,
    provider: web::Path<String>,
    brought: web::Query<Brought>,
) -> Answer {
    let brought = told(&app, &request, &provider, brought.0);
    let doors = doors(&app, &request, &brought).await?;
    let tried = tries::lets(&app, &request, doors).map_err(too_often)?;
    let answer = take_back(&app, &request, guest.0, (&provider, brought)).await?;
    app.throttle().passed(&tried);
    app.live().sessions_changed();
    Ok(answer)
}

/// What a try counts at: in a browser where somebody signed in before, there alone.
/// An address that was not begun here is refused before: another site may have the
/// browsers of a whole house ask for it, as often as it likes.
async fn doors(app: &App, request: &HttpRequest, brought: &Return) -> Result<Vec<Door>, Problem> {
    let known = single_sign_on::begun_in(app.unblocked(), brought);
    let known = known.map_err(|trouble| refused(app, request, (&brought.provider, &trouble)))?;
    if let Some(known) = known {
        let browser = Door::browser(&known);
        let is_known = app.desk(move |desk| sign_in::knows_browser(desk, &known));
        if is_known.await? {
            return Ok(vec![browser]);
        }
    }
    let address = whence::address(app, request).map(Door::address);
    Ok(address.into_iter().collect())
}

fn told(app: &App, request: &HttpRequest, provider: &str, brought: Brought) -> Return {
    let kept = request.cookie(cookies::WAY.name(app));
    Return {
        provider: provider.to_owned(),
        kept: kept.map_or_else(String::new, |kept| kept.value().to_owned()),
        state: brought.state,
        code: brought.code,
        error: brought.error,
        issuer: brought.iss,
    }
}

/// Takes somebody back, and does what they were sent for.
async fn take_back(
    app: &web::Data<App>,
    request: &HttpRequest,
    me: Option<SignedIn>,
    (name, brought): (&str, Return),
) -> Answer {
    let (desk, base) = (app.unblocked(), &app.facts().base);
    let done = match single_sign_on::come_back(desk, base, brought).await {
        Ok(arrived) => arrive(app, request, me, arrived).await?,
        Err(Trouble::TooLongAgo(next, known)) => {
            return again(app, request, name, (Purpose::EnterAnew(next), known)).await;
        }
        Err(trouble) => Err(trouble),
    };
    let answer = done.map_err(|trouble| refused(app, request, (name, &trouble)))?;
    Ok(without_cookie(app, answer))
}

/// Sends somebody to the provider once more, who showed it too long ago who they
/// are.
async fn again(
    app: &App,
    request: &HttpRequest,
    name: &str,
    purpose: (Purpose, Option<String>),
) -> Answer {
    let base = &app.facts().base;
    let sent = single_sign_on::begin(app.unblocked(), base, name, purpose).await;
    let sent = sent.map_err(|trouble| refused(app, request, (name, &trouble)))?;
    let mut answer = see(sent.address.as_str())?;
    let _ = answer.add_cookie(&cookies::WAY.with(app, sent.kept));
    Ok(answer)
}

fn without_cookie(app: &App, mut answer: HttpResponse) -> HttpResponse {
    let _ = answer.add_cookie(&cookies::WAY.gone(app));
    answer
}

/// Does what somebody was sent for.
async fn arrive(
    app: &web::Data<App>,
    request: &HttpRequest,
    me: Option<SignedIn>,
    arrived: Arrived,
) -> Result<Result<HttpResponse, Trouble>, Problem> {
    let mut whence = whence::of(app, request);
    whence.known = whence.known.or_else(|| arrived.known.clone());
    match (arrived.purpose.clone(), me) {
        (Purpose::Enter(next) | Purpose::EnterAnew(next), _) => {
            let deed = move |desk: &_| Ok(sign_in::by_provider(desk, arrived, whence));
            Ok(match app.desk(deed).await? {
                Ok(entered) => Ok(go_on(app, entered, next.and_then(|n| NextPath::parse(&n)))?),
                Err(trouble) => Err(trouble),
            })
        }
        (Purpose::Link(asked), Some(me)) => {
            let deed = move |desk: &_| Ok(sign_in::link(desk, (&me, &asked), arrived, whence));
            Ok(match app.desk(deed).await? {
                Ok(()) => Ok(see("/me#accounts")?),
                Err(trouble) => Err(trouble),
            })
        }
        (Purpose::Prove(asked), Some(me)) => proven(app, request, (me, asked), arrived).await,
        (Purpose::Link(_) | Purpose::Prove(_), None) => Ok(Err(Trouble::SignedOut)),
    }
}

/// Notes that somebody showed who they are; the page from which they were sent
/// waits in another window.
async fn proven(
    app: &web::Data<App>,
    request: &HttpRequest,
    (me, asked): (SignedIn, String),
    arrived: Arrived,
) -> Result<Result<HttpResponse, Trouble>, Problem> {
    let cookie = request.cookie(cookies::SESSION.name(app));
    let cookie = cookie.map_or_else(String::new, |cookie| cookie.value().to_owned());
    let frame = Frame::new(app, Some(me.clone()));
    let deed = move |desk: &_| Ok(sign_in::prove(desk, (&me, &asked), &cookie, arrived));
    match app.desk(deed).await? {
        Ok(secret) => {
            request.extensions_mut().insert(Renewed(secret));
            page(&ProvenPage { frame }).map(Ok)
        }
        Err(trouble) => Ok(Err(trouble)),
    }
}
