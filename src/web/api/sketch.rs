//! What an operation takes and gives, drawn from the types in its signature.

use std::collections::BTreeMap;

use actix_web::web;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Value, json};

use crate::domain::hash::ContentHash;
use crate::domain::ids::{
    ArticleId, CitationId, ClaimId, DeliveryId, EntryIndex, HookId, OtherCheckId, PersonId,
    RemarkId, ScaleId, SnapshotId, SourceId, TokenId,
};
use crate::store::queue::Queue;
use crate::web::auth::{Guest, Visitor};
use crate::web::problem::Problem;
use crate::web::state::App;

/// An operation as the document will have it.
pub(in crate::web) struct Sketch<'g> {
    /// Makes the schemas of what is taken.
    pub(super) taken: &'g mut SchemaGenerator,
    /// Makes the schemas of what is given.
    pub(super) given: &'g mut SchemaGenerator,
    /// The schemas of the parts of the address that vary, in their order.
    pub(super) parts: Vec<Schema>,
    /// The schema of what may stand after `?`.
    pub(super) query: Option<Schema>,
    /// Headers that it heeds: name, whether it must be there, and why.
    pub(super) headers: Vec<(&'static str, bool, &'static str)>,
    /// The bodies that it takes, by media type.
    pub(super) body: BTreeMap<&'static str, Value>,
    /// What it gives, by status.
    pub(super) answers: BTreeMap<u16, Value>,
}

/// Something in the signature of a handler.
pub(in crate::web) trait Describe {
    /// Adds to the sketch what it means for those who ask.
    fn describe(sketch: &mut Sketch<'_>);
}

macro_rules! silent {
    ($($kind:ty),* $(,)?) => {$(
        impl Describe for $kind {
            fn describe(_: &mut Sketch<'_>) {}
        }
    )*};
}
silent!(
    web::Data<App>,
    Visitor,
    Guest,
    actix_web::HttpRequest,
    Problem
);

impl<T: Describe> Describe for Result<T, Problem> {
    fn describe(sketch: &mut Sketch<'_>) {
        T::describe(sketch);
    }
}

macro_rules! all {
    ($($part:ident)*) => {
        impl<$($part: Describe),*> Describe for ($($part,)*) {
            fn describe(sketch: &mut Sketch<'_>) {
                let _ = &sketch;
                $($part::describe(sketch);)*
            }
        }
    };
}
all!();
all!(A);
all!(A B);
all!(A B C);
all!(A B C D);
all!(A B C D E);
all!(A B C D E F);

/// A part of an address that varies.
pub(super) trait Part {
    fn schema(taken: &mut SchemaGenerator) -> Schema;
}

macro_rules! parts {
    ($($kind:ty),* $(,)?) => {$(
        impl Part for $kind {
            fn schema(taken: &mut SchemaGenerator) -> Schema {
                taken.subschema_for::<$kind>()
            }
        }
        impl Describe for web::Path<$kind> {
            fn describe(sketch: &mut Sketch<'_>) {
                let schema = <$kind as Part>::schema(sketch.taken);
                sketch.parts.push(schema);
            }
        }
    )*};
}
parts!(
    ArticleId, ClaimId, EntryIndex, HookId, PersonId, Queue, ScaleId, SnapshotId, SourceId,
    TokenId, i64, u32, String,
);

impl Part for CitationId {
    fn schema(taken: &mut SchemaGenerator) -> Schema {
        taken.subschema_for::<Self>()
    }
}

impl Part for RemarkId {
    fn schema(taken: &mut SchemaGenerator) -> Schema {
        taken.subschema_for::<Self>()
    }
}

impl Part for OtherCheckId {
    fn schema(taken: &mut SchemaGenerator) -> Schema {
        taken.subschema_for::<Self>()
    }
}

impl Part for DeliveryId {
    fn schema(taken: &mut SchemaGenerator) -> Schema {
        taken.subschema_for::<Self>()
    }
}

impl Part for ContentHash {
    fn schema(taken: &mut SchemaGenerator) -> Schema {
        taken.subschema_for::<Self>()
    }
}

impl<A: Part, B: Part> Describe for web::Path<(A, B)> {
    fn describe(sketch: &mut Sketch<'_>) {
        let parts = [A::schema(sketch.taken), B::schema(sketch.taken)];
        sketch.parts.extend(parts);
    }
}

impl Sketch<'_> {
    /// Notes an answer with a JSON body.
    pub(super) fn gives<T: JsonSchema>(&mut self, status: u16, words: &str, headers: Value) {
        let schema = self.given.subschema_for::<T>();
        let answer = json!({
            "description": words,
            "headers": headers,
            "content": { "application/json": { "schema": schema } },
        });
        self.answers.insert(status, answer);
    }

    /// Notes an answer without one.
    pub(super) fn gives_nothing(&mut self, status: u16, words: &str, headers: Value) {
        let answer = json!({ "description": words, "headers": headers });
        self.answers.insert(status, answer);
    }
}
