//! One thing that programs can ask for: its address, what it needs, and what
//! its handler takes and gives, read off the handler's own signature so that
//! the document cannot say anything else.

use actix_web::guard;
use actix_web::http::Method;
use actix_web::{FromRequest, Handler, Responder, Route, web};

use crate::domain::person::Deed;
use crate::web::routes::Need;

use super::sketch::{Describe, Sketch};

/// An operation of the API.
pub struct Operation {
    /// Its method.
    pub method: Method,
    /// Its address below the API's own.
    pub path: &'static str,
    /// What whoever asks must be allowed.
    pub need: Need,
    /// Whether it is about somebody's own way in, which no token may touch.
    pub for_people: bool,
    /// What it does, as the start of a sentence.
    pub summary: &'static str,
    /// What is to be known beside.
    pub notes: &'static str,
    describe: fn(&mut Sketch<'_>),
    route: Box<dyn Fn() -> Route + Send + Sync>,
}

impl Operation {
    fn new<H, Args>(method: Method, path: &'static str, deed: Deed, handler: H) -> Self
    where
        H: Handler<Args> + Send + Sync,
        Args: FromRequest + Describe + 'static,
        H::Output: Responder + Describe + 'static,
    {
        let tied = method.clone();
        Self {
            method,
            path,
            need: Need::Deed(deed),
            for_people: false,
            summary: "",
            notes: "",
            describe: |sketch| {
                Args::describe(sketch);
                H::Output::describe(sketch);
            },
            route: Box::new(move || {
                let route = web::route().to(handler.clone());
                match tied {
                    // Whoever only looks whether it is there gets no body.
                    Method::GET => route.guard(guard::Any(guard::Get()).or(guard::Head())),
                    ref other => route.method(other.clone()),
                }
            }),
        }
    }

    /// Says in a few words what it does.
    pub(super) const fn says(mut self, summary: &'static str) -> Self {
        self.summary = summary;
        self
    }

    /// Says what is to be known beside.
    pub(super) const fn notes(mut self, notes: &'static str) -> Self {
        self.notes = notes;
        self
    }

    /// Opens it to everybody.
    pub(super) const fn public(mut self) -> Self {
        self.need = Need::Nobody;
        self
    }

    /// Keeps programs away from it.
    pub(super) const fn for_people(mut self) -> Self {
        self.for_people = true;
        self
    }

    pub(super) fn route(&self) -> Route {
        (self.route)()
    }

    pub(super) fn describe(&self, sketch: &mut Sketch<'_>) {
        (self.describe)(sketch);
    }

    /// Whether it changes something that is there already.
    pub fn changes(&self) -> bool {
        matches!(self.method, Method::PUT | Method::PATCH | Method::DELETE)
    }
}

macro_rules! verbs {
    ($($name:ident $method:ident;)*) => {$(
        pub(super) fn $name<H, Args>(path: &'static str, deed: Deed, handler: H) -> Operation
        where
            H: Handler<Args> + Send + Sync,
            Args: FromRequest + Describe + 'static,
            H::Output: Responder + Describe + 'static,
        {
            Operation::new(Method::$method, path, deed, handler)
        }
    )*};
}

verbs! {
    get GET;
    post POST;
    put PUT;
    delete DELETE;
}
