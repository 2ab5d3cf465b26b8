//! What a desk says about itself: who it is, how it works, what it promises.
//!
//! The fields follow what signatories of the IFCN code of principles publish:
//! who stands behind the desk and pays for it, that it takes no side, which
//! sources it accepts, how it works and how it corrects itself.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::choice::choice;
use super::words::{Address, Name, Policy, Position};

choice! {
    /// How dates and numbers are written. The pages are in English, so these
    /// are the ways in which English is written, and the international one.
    Locale {
        /// 27 August 2026, 14:05; 12,345
        British = "en-GB" / "British: 27 August 2026, 14:05; 12,345",
        /// August 27, 2026, 2:05 PM; 12,345
        American = "en-US" / "American: August 27, 2026, 2:05 PM; 12,345",
        /// 2026-08-27 14:05; 12 345
        International = "en-CA" / "International: 2026-08-27 14:05; 12\u{202f}345",
    }
}

/// What a desk says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeskSheet {
    /// Its name, as every page shows it.
    pub name: Name,
    /// What it is, in one line.
    pub tagline: Option<Position>,
    /// The address of the newsroom that it belongs to.
    pub url: Option<Address>,
    /// The organisation that is responsible for it, as registered.
    pub owner: Option<Name>,
    /// The country in which that organisation is registered.
    pub country: Option<Name>,
    /// How readers reach it: an address, a number, a form.
    pub contact: Option<Policy>,
    /// How it writes dates and numbers.
    pub locale: Locale,
    /// What it promises.
    pub policies: Policies,
}

/// Something that a desk has not said of itself yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// The field.
    pub field: &'static str,
    /// What it is about, in words.
    pub words: &'static str,
}

/// What a desk promises, in its own words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Policies {
    /// How it keeps from taking sides.
    pub independence: Option<Policy>,
    /// Which sources it accepts and how it names them.
    pub sources: Option<Policy>,
    /// Who pays for it, and what they may not ask for.
    pub funding: Option<Policy>,
    /// How claims are chosen.
    pub selection: Option<Policy>,
    /// How a claim is checked, step by step.
    pub method: Option<Policy>,
    /// How mistakes are corrected.
    pub corrections: Option<Policy>,
    /// How to complain, and to whom if the desk's answer is not enough.
    pub complaints: Option<Policy>,
}

impl DeskSheet {
    /// What is known of a desk that has said nothing but its name.
    pub fn named(name: Name) -> Self {
        Self {
            name,
            tagline: None,
            url: None,
            owner: None,
            country: None,
            contact: None,
            locale: Locale::British,
            policies: Policies::default(),
        }
    }

    /// The fields that signatories of the IFCN code publish and that are still
    /// empty, as pages name them.
    pub fn missing(&self) -> Vec<&'static str> {
        self.gaps().into_iter().map(|gap| gap.words).collect()
    }

    /// The fields that signatories of the IFCN code publish and that are still
    /// empty, the desk's own first and then its policies.
    pub fn gaps(&self) -> Vec<Gap> {
        let policies = &self.policies;
        let of = |missing: bool, field: &'static str, words: &'static str| {
            missing.then_some(Gap { field, words })
        };
        let fields = [
            of(
                self.owner.is_none(),
                "owner",
                "the organisation responsible",
            ),
            of(
                self.country.is_none(),
                "country",
                "the country it is registered in",
            ),
            of(
                self.contact.is_none(),
                "contact",
                "how readers reach the desk",
            ),
            of(
                policies.independence.is_none(),
                "independence",
                "how it keeps from taking sides",
            ),
            of(
                policies.sources.is_none(),
                "sources",
                "which sources it accepts",
            ),
            of(policies.funding.is_none(), "funding", "who pays for it"),
            of(
                policies.selection.is_none(),
                "selection",
                "how claims are chosen",
            ),
            of(
                policies.method.is_none(),
                "method",
                "how a claim is checked",
            ),
            of(
                policies.corrections.is_none(),
                "corrections",
                "how mistakes are corrected",
            ),
            of(
                policies.complaints.is_none(),
                "complaints",
                "how to complain",
            ),
        ];
        fields.into_iter().flatten().collect()
    }
}
