//! Whether those outside whom the configuration names are asked with HTTPS.

use url::Url;

use crate::config::{ArchiveAsked, Config};
use crate::desk::doctor::Finding;

use super::super::trust;

/// Names those who are asked without HTTPS; nothing where nobody is named.
pub(super) fn look(config: &Config) -> Option<Finding> {
    let named = outside(config);
    let open: Vec<&str> = named
        .iter()
        .filter(|(_, address)| address.scheme() != "https")
        .map(|(name, _)| name.as_str())
        .collect();
    if named.is_empty() {
        return None;
    }
    let check = "encryption";
    if open.is_empty() {
        return Some(Finding::fine(check, "those outside are asked with HTTPS"));
    }
    Some(Finding::note(
        check,
        format!("without HTTPS are asked: {}", open.join(", ")),
        "give addresses that begin with https://; where `https_only` under [fetch] is set, others are asked only if `allow` names them",
    ))
}

/// Witnesses, authorities and the archive, each with where it is asked.
fn outside(config: &Config) -> Vec<(String, Url)> {
    let policy = trust::witnesses(config).unwrap_or_default();
    let witnesses = policy.witnesses().filter_map(|witness| {
        let address = witness.url.as_ref()?.parse().ok()?;
        Some((witness.name.clone(), address))
    });
    let authorities = config
        .timestamp
        .iter()
        .map(|one| (one.name.clone(), one.address.clone()));
    let archive = &config.archive;
    let archives = (archive.ask != ArchiveAsked::Never)
        .then(|| (archive.name.clone(), archive.endpoint.clone()));
    witnesses.chain(authorities).chain(archives).collect()
}
