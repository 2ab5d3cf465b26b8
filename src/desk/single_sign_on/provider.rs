//! A provider as the configuration describes it.

use std::fmt;

use url::{Host, Url};

use crate::domain::account::SecondFactorAt;
use crate::domain::person::Role;

/// How many providers a desk has at most.
pub const MOST: usize = 8;

/// What addresses of the desk already mean something else.
const RESERVED: [&str; 2] = ["second", "passkey"];

/// Claims that providers let people change, or give to somebody else later:
/// whoever gets hold of one would be taken for its person.
const CHANGEABLE: [&str; 6] = [
    "email",
    "preferred_username",
    "upn",
    "unique_name",
    "name",
    "nickname",
];

/// What a client proves itself with; it is not said anywhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A secret as it was handed over, without the line's end that files have.
    pub fn new(text: &str) -> Self {
        Self(text.trim().to_owned())
    }

    /// The secret itself, to be sent to its provider.
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a secret")
    }
}

/// A provider of single sign-on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// Names it in addresses: small letters, digits and hyphens.
    pub name: String,
    /// Its name on pages.
    pub label: String,
    /// Its issuer, to the letter.
    pub issuer: String,
    /// How it knows the desk.
    pub client: String,
    /// What the desk proves itself with; none: by PKCE alone.
    pub secret: Option<Secret>,
    /// Those `hd` of Google that are let in; none named: any.
    pub hosted: Vec<String>,
    /// Those `tid` of Entra that are let in; none named: any.
    pub tenants: Vec<String>,
    /// The domains of verified addresses that are let in; none named: any.
    pub domains: Vec<String>,
    /// The claim that names an account for good.
    pub claim: String,
    /// Whether it is believed to have asked for a second factor.
    pub second_factor: SecondFactorAt,
    /// Classes of sign-in that are asked for, each of which has a second factor.
    pub acr: Vec<String>,
    /// Whether it says when somebody showed who they are, and asks them again
    /// when it is told to.
    pub tells_time: bool,
    /// The role of those whom nobody knows yet; none: they are not let in.
    pub join: Option<Role>,
    /// Whether signing out here signs out there.
    pub signs_out: bool,
    /// Whether it may be asked without HTTPS, on this machine alone: for tests.
    pub plain: bool,
}

impl Provider {
    /// Whether all that the configuration says of it can be.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn check(&self) -> Result<(), String> {
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let name = &self.name;
        if name.is_empty() || name.len() > 32 || !name.chars().all(is_name) {
            return Err(
                "its name stands in addresses; choose 1 to 32 small letters, digits and hyphens"
                    .to_owned(),
            );
        }
        if RESERVED.contains(&name.as_str()) {
            return Err(format!(
                "the name '{name}' has another meaning; choose another"
            ));
        }
        if self.label.trim().is_empty() || self.client.is_empty() {
            return Err("label and client_id are needed".to_owned());
        }
        if self.secret.as_ref().is_some_and(Secret::is_empty) {
            return Err("there is nothing in what its secret names".to_owned());
        }
        let issuer = Url::parse(&self.issuer);
        let issuer = issuer.map_err(|error| format!("its issuer is no address: {error}"))?;
        if issuer.query().is_some() || issuer.fragment().is_some() || !self.may_ask(&issuer) {
            return Err("its issuer must be an https address without ? and #".to_owned());
        }
        if CHANGEABLE.contains(&self.claim.as_str()) || self.claim.is_empty() {
            return Err(format!(
                "the claim '{}' can come to name somebody else; use sub, or with Entra ID oid",
                self.claim
            ));
        }
        if self.join.is_some() && !self.is_narrow() {
            return Err(
                "join lets in whoever the provider knows; name hd, tid or domains too".to_owned(),
            );
        }
        if self.join == Some(Role::Admin) {
            return Err(
                "nobody becomes an admin by signing in; choose another role for join".to_owned(),
            );
        }
        Ok(())
    }

    fn is_narrow(&self) -> bool {
        !(self.hosted.is_empty() && self.tenants.is_empty() && self.domains.is_empty())
    }

    /// Whether an address of it may be asked: by HTTPS, or on this machine
    /// where that is said explicitly.
    pub(super) fn may_ask(&self, url: &Url) -> bool {
        let is_bare = url.username().is_empty() && url.password().is_none();
        is_bare && (url.scheme() == "https" || (self.plain && is_here(url)))
    }
}

/// Whether an address is of this machine.
fn is_here(url: &Url) -> bool {
    url.scheme() == "http"
        && match url.host() {
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            Some(Host::Domain(_)) | None => false,
        }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A provider that tests use.
    pub(in crate::desk::single_sign_on) fn provider() -> Provider {
        Provider {
            name: "newsroom".to_owned(),
            label: "Newsroom account".to_owned(),
            issuer: "https://id.example".to_owned(),
            client: "desk".to_owned(),
            secret: Some(Secret::new("hush\n")),
            hosted: Vec::new(),
            tenants: Vec::new(),
            domains: Vec::new(),
            claim: "sub".to_owned(),
            second_factor: SecondFactorAt::Said,
            acr: Vec::new(),
            tells_time: true,
            join: None,
            signs_out: true,
            plain: false,
        }
    }

    fn check(change: impl FnOnce(&mut Provider), words: &str) {
        let mut changed = provider();
        change(&mut changed);
        let found = changed.check().err().unwrap_or_default();
        assert!(found.contains(words) && !words.is_empty(), "{found}");
    }

    #[test]
    fn what_cannot_be_is_said() {
        assert_eq!(provider().check(), Ok(()));
        check(|p| p.name = "A b".to_owned(), "stands in addresses");
        check(|p| p.name = "passkey".to_owned(), "another meaning");
        check(|p| p.issuer = "http://id.example".to_owned(), "https");
        check(|p| p.issuer = "https://id.example/?x".to_owned(), "https");
        check(|p| p.claim = "email".to_owned(), "somebody else");
        check(|p| p.join = Some(Role::Reader), "name hd, tid or domains");
        check(|p| p.secret = Some(Secret::new(" \n")), "nothing in");
        let mut admins = provider();
        admins.domains = vec!["example.org".to_owned()];
        admins.join = Some(Role::Admin);
        assert!(admins.check().is_err());
    }

    #[test]
    fn without_https_only_this_machine_is_asked_and_only_if_that_is_said() {
        let mut here = provider();
        here.issuer = "http://127.0.0.1:9400".to_owned();
        assert!(here.check().is_err());
        here.plain = true;
        assert_eq!(here.check(), Ok(()));
        for other in [
            "http://10.0.0.7",
            "http://localhost",
            "http://id.example",
            "https://a:b@id.example",
        ] {
            here.issuer = other.to_owned();
            assert!(here.check().is_err(), "{other}");
        }
    }

    #[test]
    fn a_secret_is_not_said() {
        assert!(!format!("{:?}", provider()).contains("hush"));
    }
}
