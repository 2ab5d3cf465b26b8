//! What a desk says about itself: who it is, how it works, what it promises.
//!
//! The fields follow what signatories of the IFCN code of principles publish:
//! who stands behind the desk and pays for it, that it takes no side, which
//! sources it accepts, how it works and how it corrects itself.

use serde::{Deserialize, Serialize};

use super::choice::choice;
use super::words::{Address, Name, Policy, Position};

choice! {
    /// How dates and numbers are written. The pages are in English, so these
    /// are the ways in which English is written, and the international one.
    Locale {
        /// 27 August 2026, 14:05; 12,345
        British = "en-GB" / "27 August 2026, 14:05",
        /// August 27, 2026, 2:05 PM; 12,345
        American = "en-US" / "August 27, 2026, 2:05 PM",
        /// 2026-08-27 14:05; 12 345
        International = "en-CA" / "2026-08-27 14:05",
    }
}

/// What a desk says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

/// What a desk promises, in its own words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
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
        let policies = &self.policies;
        let fields = [
            (self.owner.is_none(), "the organisation responsible"),
            (self.country.is_none(), "the country it is registered in"),
            (self.contact.is_none(), "how readers reach the desk"),
            (
                policies.independence.is_none(),
                "how it keeps from taking sides",
            ),
            (policies.sources.is_none(), "which sources it accepts"),
            (policies.funding.is_none(), "who pays for it"),
            (policies.selection.is_none(), "how claims are chosen"),
            (policies.method.is_none(), "how a claim is checked"),
            (policies.corrections.is_none(), "how mistakes are corrected"),
            (policies.complaints.is_none(), "how to complain"),
        ];
        let missing = fields.into_iter().filter(|(missing, _)| *missing);
        missing.map(|(_, name)| name).collect()
    }
}
