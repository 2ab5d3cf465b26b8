//! Who asks, and whether they may: one gate before every handler.
//!
//! The gate looks the route up in the table of `routes`; a route that is not
//! in the table is refused, so that a forgotten row fails closed.

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{
    ACCEPT, CACHE_CONTROL, HeaderMap, HeaderValue, LOCATION, RETRY_AFTER, SET_COOKIE,
};
use actix_web::middleware::Next;
use actix_web::{Error, FromRequest, HttpMessage, HttpRequest, HttpResponse, web};
use subtle::ConstantTimeEq;

use crate::desk::people::SignedIn;
use crate::desk::sign_in;
use crate::desk::{Desk, DeskError};
use crate::domain::person::Deed;
use crate::domain::sheet::Locale;
use crate::store::veil::Eyes;

use super::api;
use super::bearer;
use super::bodies;
use super::cookies;
use super::door;
use super::here::{self, Here};
use super::lasting;
use super::next::{self, NextPath};
use super::peer;
use super::problem::Problem;
use super::render::wants_json;
use super::room;
use super::routes::{self, Need};
use super::state::App;
use super::whence;

/// Somebody who is signed in and may do what the route needs.
pub(super) struct Visitor(pub(super) SignedIn);

/// Whoever asks, signed in or not.
pub(super) struct Guest(pub(super) Option<SignedIn>);

/// The new secret of the session that asks, for its cookie.
pub(super) struct Renewed(pub(super) String);

impl FromRequest for Visitor {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let found = request.extensions().get::<SignedIn>().cloned();
        std::future::ready(found.map(Self).ok_or_else(|| DeskError::NotSignedIn.into()))
    }
}

impl FromRequest for Guest {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(Ok(Self(request.extensions().get::<SignedIn>().cloned())))
    }
}

/// The gate: finds out who asks and holds that against the table of routes.
pub(super) async fn gate<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    inner: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let let_in = match admit(&request).await {
        Ok(need) => room::aside(&mut request).await.map(|held| (need, held)),
        Err(response) => Err(response),
    };
    let (need, held) = match let_in {
        Ok(let_in) => let_in,
        Err(mut response) => {
            keep_nowhere(response.headers_mut());
            return Ok(request.into_response(response).map_into_right_body());
        }
    };
    let person = request
        .extensions()
        .get::<SignedIn>()
        .map(|me| me.person.id);
    let patience = if person.is_some() {
        bodies::COLLEAGUES
    } else {
        bodies::STRANGERS
    };
    bodies::arrives_within(&mut request, patience);
    let writes = !request.method().is_safe();
    let app = request.app_data::<web::Data<App>>().cloned();
    let here = Here {
        path: request.path().to_owned(),
        locale: app
            .as_ref()
            .map_or(Locale::British, |app| app.sheet().locale),
        person,
        eyes: eyes(&request, need),
        once: None,
    };
    let wants_json = wants_json(request.request());
    let cookies = app.clone();
    let mut response = here::at(here, inner.call(request)).await?;
    drop(held);
    if let Some(app) = app.filter(|_| writes) {
        app.live().nudge();
    }
    if let Some(app) = cookies
        && hand_over(&app, &mut response)
    {
        lasting::end_before(&app, response.request()).await;
    }
    if wants_json && let Some(problem) = problem(&response) {
        let mut answer = problem.as_json();
        keep_nowhere(answer.headers_mut());
        for cookie in response.headers().get_all(SET_COOKIE) {
            answer.headers_mut().append(SET_COOKIE, cookie.clone());
        }
        return Ok(response.into_response(answer).map_into_right_body());
    }
    keep_nowhere(response.headers_mut());
    Ok(response.map_into_left_body())
}

/// Whose eyes a request reads with. What leaves the desk, as a public page, a
/// file or a stream, holds nothing sealed, whoever asks for it.
fn eyes(request: &ServiceRequest, need: Option<Need>) -> Eyes {
    let pattern = routes::pattern(request.request());
    let last = pattern
        .as_deref()
        .and_then(|pattern| pattern.rsplit('/').next());
    let is_file = last.is_some_and(|last| last.contains('.'));
    let me = request
        .extensions()
        .get::<SignedIn>()
        .map(|me| me.person.id);
    match (me, need) {
        (Some(me), Some(Need::Deed(_))) if !is_file => Eyes::Person(me),
        _ => Eyes::Anybody,
    }
}

/// What does not say how long it may be kept is kept nowhere: not what only
/// those see who are signed in, not a link that signs in, and not the word that
/// there is no such page, which there may be in a minute.
fn keep_nowhere(headers: &mut HeaderMap) {
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

/// Hands a browser the new secret of its session, unless a handler gave it
/// another session; whether one did.
fn hand_over<B>(app: &App, response: &mut ServiceResponse<B>) -> bool {
    let renewed = response.request().extensions_mut().remove::<Renewed>();
    let name = format!("{}=", cookies::SESSION.name(app));
    let mut given = response.headers().get_all(SET_COOKIE);
    let is_given = given.any(|cookie| cookie.as_bytes().starts_with(name.as_bytes()));
    let Some(Renewed(secret)) = renewed.filter(|_| !is_given) else {
        return is_given;
    };
    let cookie = cookies::SESSION.with(app, secret).to_string();
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(SET_COOKIE, value);
    }
    false
}

/// What stood in the way of an answer.
fn problem<B>(response: &ServiceResponse<B>) -> Option<Problem> {
    let error = response.response().error()?;
    error.as_error::<Problem>().cloned()
}

/// What the route needs, where whoever asks may; nothing where there is no such
/// path.
async fn admit(request: &ServiceRequest) -> Result<Option<Need>, HttpResponse> {
    let http = request.request();
    let refuse = |problem: Problem| problem.respond(http);
    let Some(app) = request.app_data::<web::Data<App>>().cloned() else {
        return Err(refuse(Problem::broken()));
    };
    if let Some(answer) = door::two_lengths(http) {
        return Err(answer);
    }
    let base = &app.facts().base;
    if let Some(problem) = door::wrong_house(base, request) {
        tell(http, None, "it names another host");
        return Err(refuse(problem));
    }
    if let Some(answer) = door::without_https(base, http) {
        return Err(answer);
    }
    let token = bearer::token(http, cookies::SESSION.name(&app));
    let is_form = token.is_none() && !request.method().is_safe();
    if is_form && door::is_from_elsewhere(base, request) {
        tell(http, None, "another site made the browser send it");
        return Err(refuse(Problem::forged(http)));
    }
    let signed_in = who(&app, request, token).await?;
    let pattern = routes::pattern(http);
    let need = pattern
        .as_deref()
        .map(|pattern| routes::need(request.method(), pattern));
    let refusal = match (need, &signed_in) {
        // No such path: the default handler answers 404.
        (None, _) | (Some(Some((Need::Nobody, _))), _) => None,
        (Some(None), _) => Some(refuse(Problem::not_found())),
        (Some(Some((need, _))), _) if door::is_drawn_elsewhere(request, need) => {
            tell(http, signed_in.as_ref(), "another site draws it");
            Some(refuse(Problem::drawn_elsewhere()))
        }
        (Some(Some((Need::Deed(_), _))), None) => Some(to_sign_in(http)),
        (Some(Some((Need::Deed(deed), for_people))), Some(me)) => refused(me, deed, for_people)
            .or_else(|| forged(http, me))
            .or_else(|| too_old(&app, http, (me, deed)))
            .map(|problem| {
                tell(http, Some(me), "whoever asks may not");
                refuse(problem)
            })
            .or_else(|| without_factor(http, me)),
    };
    if let Some(me) = signed_in {
        request.extensions_mut().insert(me);
    }
    refusal.map_or(Ok(()), Err)?;
    Ok(need.flatten().map(|(need, _)| need))
}

/// Notes a refusal for those who watch over the desk: who asked what, and from
/// where. The address as it was sent may hold a secret, so its shape is told.
pub(super) fn tell(request: &HttpRequest, me: Option<&SignedIn>, why: &'static str) {
    let asked = routes::pattern(request);
    let person = me.map(|me| me.person.id.get());
    let address = peer::address(request);
    let address = address.map(tracing::field::display);
    let method = request.method();
    tracing::info!(
        person,
        address,
        method = method.as_str(),
        asked,
        why,
        "a request was refused"
    );
}

/// Who asks; nobody, if they sent nothing. Strangers are counted, and so are
/// those whose token or session is none.
async fn who(
    app: &App,
    request: &ServiceRequest,
    token: Option<String>,
) -> Result<Option<SignedIn>, HttpResponse> {
    let http = request.request();
    let found = match token {
        Some(token) => bearer::admit(app, token).await.map(Some),
        None => session(app, http)
            .await
            .map_err(|problem| problem.respond(http)),
    };
    if matches!(found, Ok(Some(_))) {
        return found;
    }
    match app.crowd().must_wait(peer::address(http)) {
        None => found,
        Some(seconds) => {
            tell(http, None, "too many come from one address");
            let mut answer = Problem::too_often().respond(http);
            let seconds = HeaderValue::from(seconds);
            answer.headers_mut().insert(RETRY_AFTER, seconds);
            Err(answer)
        }
    }
}

/// Who is signed in by the request's cookie.
async fn session(app: &App, request: &HttpRequest) -> Result<Option<SignedIn>, Problem> {
    let Some(cookie) = request.cookie(cookies::SESSION.name(app)) else {
        return Ok(None);
    };
    let secret = cookie.value().to_owned();
    // A page that is open and asks for what is new is nobody who uses it.
    let is_used = routes::path(request) != "/events";
    let may_renew = is_used && is_page(request);
    let address = whence::address(app, request).map_or_else(String::new, |ip| ip.to_string());
    let looked_up = secret.clone();
    let looked = move |desk: &Desk| {
        let found = sign_in::who(desk, &looked_up)?;
        let own = found.as_ref().and_then(|me| me.session.as_ref());
        let wants_new = own.is_some_and(|own| own.renew && may_renew);
        if let Some(own) = own.filter(|_| is_used && !wants_new) {
            sign_in::seen(desk, &looked_up, own.seen_at, address)?;
        }
        Ok((found, wants_new))
    };
    let (found, wants_new) = app.desk(looked).await?;
    if wants_new {
        let renewed = app.desk(move |desk| sign_in::renew(desk, &secret)).await?;
        if let Some(secret) = renewed {
            request.extensions_mut().insert(Renewed(secret));
            app.live().sessions_changed();
        }
    }
    Ok(found)
}

/// Whether a browser opens a page: nothing that was drawn before waits for the
/// old secret then.
fn is_page(request: &HttpRequest) -> bool {
    let accepts = request.headers().get(ACCEPT);
    let accepts = accepts.and_then(|value| value.to_str().ok());
    *request.method() == Method::GET && accepts.is_some_and(|kinds| kinds.contains("text/html"))
}

/// What a browser's script may not do by the API without a proof of who its
/// person is that is not old. Forms are asked for it where they are read.
fn too_old(app: &App, request: &HttpRequest, (me, deed): (&SignedIn, Deed)) -> Option<Problem> {
    let is_grave = matches!(
        deed,
        Deed::ManagePeople | Deed::ManageDesk | Deed::Seal | Deed::Erase
    ) || routes::path(request).contains("/me/")
        || routes::path(request).ends_with("/seal");
    let is_asked = routes::path(request).starts_with(api::BASE) && !request.method().is_safe();
    let is_fresh = me.is_fresh(app.now(), app.policy().fresh);
    (is_asked && is_grave && !is_fresh).then(Problem::confirm_first)
}

/// Whoever must have a second factor and has none may set one up, and nothing
/// else.
fn without_factor(request: &HttpRequest, me: &SignedIn) -> Option<HttpResponse> {
    let lacks = me.session.as_ref().is_some_and(|own| own.lacks_factor);
    let path = routes::path(request);
    let own = ["/me/", "/signatures/"];
    let is_own =
        ["/me", "/sign-out"].contains(&path) || own.iter().any(|own| path.starts_with(own));
    if !lacks || is_own {
        return None;
    }
    if request.method().is_safe() && !wants_json(request) && !path.ends_with(".json") {
        let to = HttpResponse::SeeOther()
            .insert_header((LOCATION, "/me/security"))
            .finish();
        return Some(to);
    }
    Some(Problem::second_factor_needed().respond(request))
}

/// Why somebody may not do something, if so.
fn refused(me: &SignedIn, deed: Deed, for_people: bool) -> Option<Problem> {
    if !me.person.role.may(deed) {
        Some(DeskError::NotAllowed { deed }.into())
    } else if !me.may(deed) {
        Some(Problem::out_of_scope(deed))
    } else if me.is_program() && for_people {
        Some(Problem::for_people_only())
    } else {
        None
    }
}

/// A browser's script that changes something by the API shows that it knows
/// its session's secret, as every form does.
fn forged(request: &HttpRequest, me: &SignedIn) -> Option<Problem> {
    let is_asked = routes::path(request).starts_with(api::BASE) && !request.method().is_safe();
    if !is_asked || me.is_program() {
        return None;
    }
    let sent = request.headers().get("x-csrf-token");
    let sent = sent.map_or(&b""[..], |value| value.as_bytes());
    let same: bool = me.csrf.as_bytes().ct_eq(sent).into();
    (!same).then(|| Problem::forged(request))
}

/// A page that needs a person sends there to sign in; anything else says so.
fn to_sign_in(request: &HttpRequest) -> HttpResponse {
    if wants_json(request) {
        return bearer::missing(request);
    }
    if request.method().is_safe() && !request.path().ends_with(".json") {
        let back = request.uri().path_and_query();
        let back = back.and_then(|path| NextPath::parse(path.as_str()));
        return HttpResponse::SeeOther()
            .insert_header((LOCATION, next::sign_in(back.as_ref())))
            .finish();
    }
    Problem::signed_out(request).respond(request)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use actix_web::App as ActixApp;
    use actix_web::middleware::from_fn;
    use actix_web::test::{TestRequest, call_service, init_service};

    use crate::desk::fixture::{self, Still};
    use crate::desk::timestamps::Plan;
    use crate::ledger::policy::Policy;
    use crate::web::crowd::Crowd;
    use crate::web::headers;
    use crate::web::state::{Facts, Reached};

    use super::*;

    fn app(desk: Desk) -> App {
        let facts = Facts {
            name: "A desk".to_owned(),
            base: "http://127.0.0.1:8080".to_owned(),
            upload: 1_000,
            demo: false,
            archive: false,
            drafts: true,
            fetcher: None,
            witnesses: Arc::new(Policy::default()),
            witnessing: None,
            timestamps: Arc::new(Plan::none()),
            outward: Reached::default(),
        };
        App::new(desk, facts, Crowd::new(1))
    }

    #[actix_web::test]
    async fn strangers_of_one_address_are_told_to_wait() {
        let dir = tempfile::tempdir().expect("a directory");
        let desk = fixture::open(&dir.path().join("data"), &Still::new());
        let app = web::Data::new(app(desk));
        let served = ActixApp::new()
            .app_data(app)
            .wrap(from_fn(gate))
            .wrap(from_fn(headers::dress))
            .configure(routes::all);
        let served = init_service(served).await;
        let ask = |path: &str, from: &str| {
            let request = TestRequest::get()
                .uri(path)
                .insert_header(("host", "127.0.0.1:8080"))
                // Whatever a stranger says of their own address is not believed.
                .insert_header(("x-forwarded-for", "203.0.113.9"))
                .insert_header(("authorization", "Bearer ckp_0"))
                .peer_addr(format!("{from}:4000").parse().expect("an address"));
            call_service(&served, request.to_request())
        };
        let mut statuses = Vec::new();
        for _ in 0..30 {
            let answer = ask("/healthz", "198.51.100.7").await;
            if answer.status() == 429 {
                let wait = answer.headers().get(RETRY_AFTER).expect("a time");
                assert!(["1", "2"].contains(&wait.to_str().expect("a number")));
                assert!(answer.headers().contains_key("content-security-policy"));
            }
            statuses.push(answer.status().as_u16());
        }
        assert_eq!(statuses[0], 401, "a token that does not work");
        assert_eq!(statuses[29], 429, "{statuses:?}");
        let other = ask("/healthz", "127.0.0.1").await;
        assert_eq!(other.status(), 401, "this machine is not counted");
    }
}
