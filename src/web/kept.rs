//! Public answers kept in memory: as long as nothing that they tell of has
//! changed they are sent again, or only compared, without a look at the
//! database.

use std::sync::Arc;

use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::store::shown::{Moment, Reach};

use super::cached::{self, HTML, Tag, drawn, varying};
use super::render::{Answer, Frame, page};
use super::state::App;

/// How many bytes of answers are kept, with what it takes to find them.
const BYTES: u64 = 32 * 1024 * 1024;
/// About how many answers that is.
const ANSWERS: usize = 4_096;
/// The longest address that an answer is kept for.
const ADDRESS: usize = 512;
/// What an answer takes beside its bytes and its address.
const BESIDE: u64 = 256;

/// The answers.
pub(super) struct Answers(Cache<String, Arc<Kept>, Weight>);

struct Kept {
    moment: Moment,
    tag: Tag,
    media_type: &'static str,
    bytes: web::Bytes,
    headers: Vec<(HeaderName, HeaderValue)>,
}

#[derive(Clone)]
struct Weight;

impl Weighter<String, Arc<Kept>> for Weight {
    fn weight(&self, address: &String, kept: &Arc<Kept>) -> u64 {
        BESIDE + (address.len() + kept.bytes.len()) as u64
    }
}

impl Answers {
    pub(super) fn new() -> Self {
        Self(Cache::with_weighter(ANSWERS, BYTES, Weight))
    }

    /// Lets go of all of them: something was erased that they may still say.
    pub(super) fn forget(&self) {
        self.0.clear();
    }
}

/// An answer that is at hand, or where to put it once it is written.
pub(super) enum Look {
    /// It was written before, and nothing has changed since.
    Found(HttpResponse),
    /// It has to be written.
    Missing(Place),
}

/// Where an answer is put, and what was shown before it was written.
pub(super) struct Place {
    address: Option<String>,
    moment: Moment,
}

/// Looks for the answer to a request. `reach` says what it tells of.
pub(super) fn look(app: &App, request: &HttpRequest, reach: Reach) -> Look {
    let moment = app.shown(reach);
    let address = request.uri().path_and_query().map(|it| it.as_str());
    let address = address.filter(|address| address.len() <= ADDRESS);
    let kept = address.and_then(|address| app.answers().0.get(address));
    match kept.filter(|kept| kept.moment == moment) {
        Some(kept) => Look::Found(kept.answer(request)),
        None => Look::Missing(Place {
            address: address.map(str::to_owned),
            moment,
        }),
    }
}

impl Place {
    /// Answers with what was written, and keeps it.
    pub(super) fn keep(self, app: &App, request: &HttpRequest, written: Written) -> HttpResponse {
        let kept = Arc::new(Kept {
            moment: self.moment,
            tag: Tag::of(&written.bytes),
            media_type: written.media_type,
            bytes: written.bytes,
            headers: written.headers,
        });
        if let Some(address) = self.address {
            app.answers().0.insert(address, Arc::clone(&kept));
        }
        kept.answer(request)
    }
}

/// Looks for a public page. Those who are signed in get theirs anew each time.
pub(super) fn look_for_page(
    app: &App,
    request: &HttpRequest,
    (frame, reach): (&Frame, Reach),
) -> Look {
    if frame.me.is_some() {
        return Look::Missing(Place {
            address: None,
            moment: app.shown(reach),
        });
    }
    look(app, request, reach)
}

impl Place {
    /// Answers with a page, and keeps it if it is the one for everybody.
    pub(super) fn keep_page(
        self,
        (app, request): (&App, &HttpRequest),
        frame: &Frame,
        view: &impl Template,
    ) -> Answer {
        if frame.me.is_some() {
            return page(view);
        }
        let (name, value) = varying();
        let written = Written::new(HTML, drawn(view)?).with(name, value);
        Ok(self.keep(app, request, written))
    }

    /// As a place that nothing is kept in: what was written tells of more than
    /// the desk notices in time.
    pub(super) fn passing(self) -> Self {
        Self {
            address: None,
            ..self
        }
    }
}

/// A public answer as it was written.
pub(super) struct Written {
    media_type: &'static str,
    bytes: web::Bytes,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Written {
    pub(super) fn new(media_type: &'static str, bytes: impl Into<web::Bytes>) -> Self {
        Self {
            media_type,
            bytes: bytes.into(),
            headers: Vec::new(),
        }
    }

    /// With a header of its own beside those that all public answers have.
    pub(super) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }
}

impl Kept {
    fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let bytes = self.bytes.clone();
        let mut answer = cached::tagged(request, &self.tag, self.media_type, bytes);
        for (name, value) in &self.headers {
            answer.headers_mut().insert(name.clone(), value.clone());
        }
        answer
    }
}
