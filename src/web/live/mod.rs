//! What colleagues do appears on open pages: one stream of server-sent events
//! for each of them.
//!
//! The log is the truth here too. One task reads what is new in it once for
//! everybody (`watch`), and each stream says what of it concerns its page
//! (`stream`). Who looks at what is known in memory only (`presence`).

pub(in crate::web) mod feed;
mod news;
mod presence;
mod stream;
mod watch;

use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header::{CACHE_CONTROL, HeaderName, HeaderValue, RETRY_AFTER};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use tokio::sync::{Notify, broadcast, watch as switch};

use crate::desk::people::SignedIn;
use crate::desk::sign_in;
use crate::desk::{Desk, DeskError, tokens};
use crate::domain::ids::{ArticleId, ClaimId};
use crate::store::trail::Followed;

use super::auth::Visitor;
use super::bearer;
use super::cookies;
use super::problem::Problem;
use super::render::Answer;
use super::state::App;

use self::news::News;
use self::presence::Room;
pub(super) use self::watch::watch;

/// How many messages wait for a slow reader; one that is further behind is
/// told to start afresh.
const KEPT: usize = 64;
/// How often the log is looked at while somebody listens: what is written by
/// a form is noticed at once, what the desk does by itself within this time.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// What all streams are told.
#[derive(Debug, Clone)]
enum Told {
    /// Something was written.
    News(Arc<News>),
    /// Others look at this claim than before.
    Present(ClaimId),
    /// Somebody signed out or changed how they sign in.
    Sessions,
}

/// What ties the streams together.
#[derive(Clone)]
pub(super) struct Live {
    told: broadcast::Sender<Told>,
    /// Wakes the task that watches the log.
    nudge: Arc<Notify>,
    room: Arc<Room>,
    ended: Arc<switch::Sender<bool>>,
}

impl Live {
    pub(super) fn new() -> Self {
        let told = broadcast::Sender::new(KEPT);
        Self {
            room: Arc::new(Room::default()),
            nudge: Arc::new(Notify::new()),
            ended: Arc::new(switch::Sender::new(false)),
            told,
        }
    }

    /// Says that something may have been written.
    pub(super) fn nudge(&self) {
        self.nudge.notify_one();
    }

    /// Says that sessions ended, so that their streams do too.
    pub(super) fn sessions_changed(&self) {
        self.tell(Told::Sessions);
    }

    /// Ends all streams, and lets no new ones begin.
    pub(super) fn end(&self) {
        self.ended.send_replace(true);
    }

    fn tell(&self, told: Told) {
        // Nobody listens: nothing is lost.
        let _ = self.told.send(told);
    }

    async fn something_may_be_new(&self) {
        if self.told.receiver_count() == 0 {
            self.nudge.notified().await;
        } else {
            // Waiting for no longer than this is the point: the error says so.
            let _ = tokio::time::timeout(LOOK_EVERY, self.nudge.notified()).await;
        }
    }
}

/// What a page wants to hear about.
#[derive(Deserialize)]
pub(super) struct Wanted {
    claim: Option<ClaimId>,
    article: Option<ArticleId>,
    /// The newest entry that the page shows.
    after: Option<u64>,
}

impl Wanted {
    fn followed(&self) -> Followed {
        match (self.claim, self.article) {
            (Some(claim), _) => Followed::Claim(claim),
            (None, Some(article)) => Followed::Article(article),
            (None, None) => Followed::Desk,
        }
    }
}

/// `GET /events`: a stream that lasts as long as the page is open.
pub(super) async fn events(
    app: web::Data<App>,
    me: Visitor,
    wanted: web::Query<Wanted>,
    request: HttpRequest,
) -> Answer {
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header(("X-Accel-Buffering", "no"))
        .content_type("text/event-stream");
    if request.method() == Method::HEAD {
        return Ok(answer.finish());
    }
    let pass = Pass::of(&request, cookies::SESSION.name(&app));
    let (followed, missed) = (wanted.followed(), last_seen(&request).or(wanted.after));
    let live = app.live().clone();
    let Some(seat) = presence::sit(&live, &me.0, followed) else {
        return Ok(full(&request));
    };
    // A connection that carried a stream carries nothing after it, so that
    // the desk can close without waiting for it.
    let stream = stream::open(app.get_ref().clone(), (me.0, pass), seat, missed);
    Ok(answer.force_close().streaming(stream))
}

/// What somebody who listens came in with; when it is over, so is the stream.
enum Pass {
    /// The secret of a session.
    Session(String),
    /// The token of a program.
    Token(String),
}

impl Pass {
    fn of(request: &HttpRequest, cookie: &str) -> Self {
        if let Some(token) = bearer::token(request, cookie) {
            return Self::Token(token);
        }
        let cookie = request.cookie(cookie);
        Self::Session(cookie.map_or_else(String::new, |cookie| cookie.value().to_owned()))
    }

    /// Who it lets in now.
    fn who(&self, desk: &Desk) -> Result<Option<SignedIn>, DeskError> {
        match self {
            Self::Session(secret) => sign_in::who(desk, secret),
            Self::Token(token) => tokens::who(desk, token),
        }
    }
}

/// What a browser that connects again says it has seen.
fn last_seen(request: &HttpRequest) -> Option<u64> {
    let header = HeaderName::from_static("last-event-id");
    request.headers().get(header)?.to_str().ok()?.parse().ok()
}

fn full(request: &HttpRequest) -> HttpResponse {
    let problem = Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "too-many-streams",
        "Too many pages follow the desk",
        "The page itself is fine. Close some that you do not need, or reload it to see what is new.",
    );
    let mut answer = problem.respond(request);
    let headers = answer.headers_mut();
    headers.insert(RETRY_AFTER, HeaderValue::from_static("30"));
    answer
}
