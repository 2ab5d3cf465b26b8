//! Files to take away: tables, feeds, lists of sources, annotations, captures.
//! Those below `/published` are for everybody and hold what is public.

pub(in crate::web) mod annotations;
pub(in crate::web) mod bundles;
pub(in crate::web) mod captures;
mod feeds;
pub(in crate::web) mod sources;
mod tables;

pub(in crate::web) use feeds::{atom, json_feed};
pub(in crate::web) use tables::{
    citations, claims, corrections, of_claim, published_citations, published_claims,
    published_of_claim,
};
