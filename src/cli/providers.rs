//! Providers of single sign-on, out of the configuration.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::capture::fetch::Fetcher;
use crate::capture::fetch::allow::AllowList;
use crate::capture::fetch::limits::FetchLimits;
use crate::config::{Config, ProviderSection};
use crate::desk::Desk;
use crate::desk::single_sign_on::{MOST, Provider, Secret};

use super::Failure;

/// The desk, to which the configured providers let people in.
pub(super) fn with(desk: Desk, config: &Config) -> Result<Desk, Failure> {
    let sections = &config.sign_in.provider;
    if sections.is_empty() {
        return Ok(desk);
    }
    if sections.len() > MOST {
        return Err(wrong("", &format!("there are at most {MOST} of them")));
    }
    let providers: Result<Vec<Provider>, Failure> = sections.iter().map(provider).collect();
    let providers = providers?;
    for (at, one) in providers.iter().enumerate() {
        let is_like = |other: &Provider| other.name == one.name || other.issuer == one.issuer;
        if providers[..at].iter().any(is_like) {
            return Err(wrong(
                &one.name,
                "each needs a name and an issuer of its own",
            ));
        }
    }
    let post = Fetcher::new(limits(config, &providers)?);
    Ok(desk.with_providers(providers, Arc::new(post)))
}

fn wrong(name: &str, why: &str) -> Failure {
    Failure::Usage(format!(
        "[[sign_in.provider]] {name} in the configuration: {why}"
    ))
}

fn provider(section: &ProviderSection) -> Result<Provider, Failure> {
    let secret = section.secret.as_deref().map(secret).transpose();
    let secret = secret.map_err(|why| wrong(&section.name, &why))?;
    let provider = Provider {
        name: section.name.clone(),
        label: section.label.clone(),
        issuer: section.issuer.clone(),
        client: section.client_id.clone(),
        secret,
        hosted: section.hd.clone(),
        tenants: section.tid.clone(),
        domains: section.domains.clone(),
        claim: section.claim.clone().unwrap_or_else(|| "sub".to_owned()),
        second_factor: section.second_factor,
        acr: section.acr.clone(),
        tells_time: section.auth_time,
        join: section.join,
        signs_out: section.sign_out,
        plain: section.plain_http,
    };
    provider.check().map_err(|why| wrong(&section.name, &why))?;
    Ok(provider)
}

/// Reads a secret from where it is kept. What it is, is not said.
fn secret(place: &str) -> Result<Secret, String> {
    let named = |name: &str| {
        std::env::var(name).map_err(|_| format!("${name} is named for its secret, and is not set"))
    };
    if let Some(name) = place.strip_prefix("env:") {
        return Ok(Secret::new(&named(name)?));
    }
    let path = match place.strip_prefix("credential:") {
        Some(name) => Path::new(&named("CREDENTIALS_DIRECTORY")?).join(name),
        None => {
            let path = PathBuf::from(place);
            is_private(&path)?;
            path
        }
    };
    let text = std::fs::read_to_string(&path);
    let text =
        text.map_err(|error| format!("its secret in {} cannot be read: {error}", path.display()))?;
    Ok(Secret::new(&text))
}

/// Refuses a file that others can read.
#[cfg(unix)]
fn is_private(path: &Path) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt;
    let found = std::fs::metadata(path);
    let found = found
        .map_err(|error| format!("its secret in {} cannot be read: {error}", path.display()))?;
    if found.permissions().mode() & 0o077 == 0 {
        return Ok(());
    }
    Err(format!(
        "others can read its secret in {0}; run `chmod 600 {0}`",
        path.display()
    ))
}

#[cfg(not(unix))]
fn is_private(_: &Path) -> Result<(), String> {
    Ok(())
}

/// What providers are asked with: they are named by whoever runs the desk, so
/// that they may be within the house; whatever else they name is public, or in
/// `[fetch] allow`. The desk asks them though it fetches no pages.
fn limits(config: &Config, providers: &[Provider]) -> Result<FetchLimits, Failure> {
    let mut allow = config.fetch.allow.clone();
    let mut ports = vec![443];
    for provider in providers {
        let issuer = url::Url::parse(&provider.issuer);
        let issuer = issuer.map_err(|error| wrong(&provider.name, &error.to_string()))?;
        let host = issuer.host_str().unwrap_or_default();
        let port = issuer.port_or_known_default().unwrap_or(443);
        allow.push(format!("{host}:{port}"));
        ports.push(port);
    }
    let allow = AllowList::parse(&allow)
        .map_err(|error| Failure::Usage(format!("[fetch] allow in the configuration: {error}")))?;
    Ok(FetchLimits {
        allow,
        ports,
        connect: Duration::from_secs(5),
        bytes: 1024 * 1024,
        redirects: 0,
        ..FetchLimits::default()
    })
}
