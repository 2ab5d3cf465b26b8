//! The shapes of schema.org that a ClaimReview is made of, and no others. An
//! empty field is left out.

use serde::Serialize;

/// A `ClaimReview`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Review {
    #[serde(rename = "@context", skip_serializing_if = "Option::is_none")]
    pub(super) context: Option<&'static str>,
    #[serde(rename = "@type")]
    pub(super) kind: &'static str,
    pub(super) url: String,
    pub(super) claim_reviewed: String,
    pub(super) review_rating: Rating,
    pub(super) author: Organization,
    pub(super) date_published: String,
    pub(super) date_modified: String,
    pub(super) in_language: &'static str,
    pub(super) review_body: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) creative_work_status: Option<&'static str>,
    pub(super) item_reviewed: Claim,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) citation: Vec<Work>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) correction: Vec<Correction>,
}

/// A `Rating`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Rating {
    #[serde(rename = "@type")]
    pub(super) kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rating_value: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) best_rating: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) worst_rating: Option<i64>,
    pub(super) alternate_name: String,
    pub(super) rating_explanation: String,
}

/// An `Organization`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Organization {
    #[serde(rename = "@type")]
    pub(super) kind: &'static str,
    pub(super) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) same_as: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) publishing_principles: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) corrections_policy: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) parent_organization: Option<Party>,
}

/// A `Person` or an `Organization` of which little is known.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Party {
    #[serde(rename = "@type")]
    pub(super) kind: &'static str,
    pub(super) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) job_title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
}

/// A `Claim`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Claim {
    #[serde(rename = "@type")]
    pub(super) kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) author: Option<Party>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) date_published: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) in_language: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) appearance: Vec<Place>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) first_appearance: Option<Place>,
}

/// A `CreativeWork` of which nothing but the address is known.
#[derive(Clone, Serialize)]
pub(super) struct Place {
    #[serde(rename = "@type")]
    pub(super) kind: &'static str,
    pub(super) url: String,
}

/// A `CreativeWork` that is cited.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Work {
    #[serde(rename = "@type")]
    pub(super) kind: &'static str,
    pub(super) name: String,
    pub(super) genre: &'static str,
    pub(super) publisher: Party,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) author: Option<Party>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) date_published: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) archived_at: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) encoding: Vec<Media>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) has_part: Vec<Quotation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) citation: Option<Box<Work>>,
}

/// A `MediaObject`: bytes that anybody may fetch.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Media {
    #[serde(rename = "@type")]
    pub(super) kind: &'static str,
    pub(super) name: &'static str,
    pub(super) content_url: String,
    pub(super) encoding_format: String,
    pub(super) sha256: String,
    pub(super) upload_date: String,
}

/// A `Quotation`: the exact words.
#[derive(Serialize)]
pub(super) struct Quotation {
    #[serde(rename = "@type")]
    pub(super) kind: &'static str,
    pub(super) text: String,
    pub(super) url: String,
}

/// A `CorrectionComment`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Correction {
    #[serde(rename = "@type")]
    pub(super) kind: &'static str,
    pub(super) name: &'static str,
    pub(super) text: String,
    pub(super) date_published: String,
}
