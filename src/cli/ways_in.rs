//! The rules by which people are let in, out of the configuration.

use crate::config::SignInSection;
use crate::desk::sign_in::Policy;

use super::Failure;

/// A minute in milliseconds.
const MINUTE: i64 = 60_000;

/// The rules of a section, whose spans must be sensible.
pub(super) fn policy(section: &SignInSection) -> Result<Policy, Failure> {
    let spans = [
        ("session", section.session, 10..=1_440),
        ("idle", section.idle, 1..=section.session),
        ("confirm", section.confirm, 1..=60),
    ];
    for (name, minutes, allowed) in spans {
        if !allowed.contains(&minutes) {
            return Err(Failure::Usage(format!(
                "[sign_in] {name} in the configuration is {minutes}; choose {} to {} minutes",
                allowed.start(),
                allowed.end()
            )));
        }
    }
    Ok(Policy {
        whole: i64::from(section.session) * MINUTE,
        idle: i64::from(section.idle) * MINUTE,
        fresh: i64::from(section.confirm) * MINUTE,
        second_factor: section.second_factor,
        only: only(section)?,
    })
}

/// The sign-in name of the one who may come in without a provider, where others
/// may not.
fn only(section: &SignInSection) -> Result<Option<String>, Failure> {
    let kept = section
        .break_glass
        .clone()
        .filter(|name| !name.trim().is_empty());
    match (section.only_providers, kept) {
        (false, _) => Ok(None),
        (true, _) if section.provider.is_empty() => Err(Failure::Usage(
            "[sign_in] only_providers in the configuration wants a provider; describe one in [[sign_in.provider]]".to_owned(),
        )),
        (true, None) => Err(Failure::Usage(
            "[sign_in] only_providers in the configuration wants break_glass, the sign-in name of an admin who comes in when the provider does not answer".to_owned(),
        )),
        (true, Some(name)) => Ok(Some(name)),
    }
}
