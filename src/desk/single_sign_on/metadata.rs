//! What a provider says of itself (OpenID Connect Discovery 1.0, RFC 8414).

use serde::Deserialize;
use url::Url;

use super::provider::Provider;
use super::trouble::Untrusted;

/// Where a provider is asked for what, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    /// Where people are sent.
    pub authorization: Url,
    /// Where codes become tokens.
    pub token: Url,
    /// Where its keys are.
    pub keys: Url,
    /// Where people are sent to sign out; none: nowhere.
    pub end_session: Option<Url>,
    /// Whether it takes the client's secret in the form only.
    pub secret_in_form: bool,
    /// Whether it names itself whenever it sends somebody back (RFC 9207).
    pub names_itself: bool,
}

#[derive(Deserialize)]
struct Wire {
    issuer: String,
    authorization_endpoint: Url,
    token_endpoint: Url,
    jwks_uri: Url,
    end_session_endpoint: Option<Url>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

/// Where the document is.
pub(super) fn address(provider: &Provider) -> Option<Url> {
    let issuer = provider.issuer.trim_end_matches('/');
    Url::parse(&format!("{issuer}/.well-known/openid-configuration")).ok()
}

/// Reads the document of a provider.
///
/// # Errors
/// When it cannot be read, is about another issuer, or names an address that
/// may not be asked.
pub fn read(bytes: &[u8], provider: &Provider) -> Result<Metadata, Untrusted> {
    let wire: Wire = serde_json::from_slice(bytes).map_err(|_| Untrusted::Metadata)?;
    if wire.issuer != provider.issuer {
        return Err(Untrusted::Metadata);
    }
    let addresses = [
        &wire.authorization_endpoint,
        &wire.token_endpoint,
        &wire.jwks_uri,
    ];
    let may_be_asked = |url: &Url| provider.may_ask(url) && url.fragment().is_none();
    let more = &wire.end_session_endpoint;
    if !addresses.into_iter().chain(more).all(may_be_asked) {
        return Err(Untrusted::Address);
    }
    // Without the list, a provider takes it in the header (OpenID Connect
    // Discovery, section 3).
    let methods = wire.token_endpoint_auth_methods_supported;
    let has = |name: &str| {
        let methods = methods.as_ref();
        methods.is_none_or(|methods| methods.iter().any(|method| method == name))
    };
    Ok(Metadata {
        authorization: wire.authorization_endpoint,
        token: wire.token_endpoint,
        keys: wire.jwks_uri,
        end_session: wire.end_session_endpoint,
        secret_in_form: !has("client_secret_basic") && has("client_secret_post"),
        names_itself: wire.authorization_response_iss_parameter_supported,
    })
}

#[cfg(test)]
mod tests {
    use super::super::provider::tests::provider;
    use super::*;

    fn document(issuer: &str, token: &str) -> String {
        format!(
            r#"{{"issuer":"{issuer}","authorization_endpoint":"https://id.example/a?x=1",
            "token_endpoint":"{token}","jwks_uri":"https://keys.example/k","more":[1]}}"#
        )
    }

    #[test]
    fn a_document_is_about_its_own_issuer_and_names_only_https() {
        let check = |issuer: &str, token: &str, expected: Option<Untrusted>| {
            let found = read(document(issuer, token).as_bytes(), &provider());
            assert_eq!(found.err(), expected, "{issuer} {token}");
        };
        let token = "https://id.example/t";
        check("https://id.example", token, None);
        check("https://id.example/", token, Some(Untrusted::Metadata));
        check("https://evil.example", token, Some(Untrusted::Metadata));
        for bad in [
            "http://id.example/t",
            "ftp://id.example/t",
            "https://a:b@id.example/t",
            "http://127.0.0.1/t",
            "https://id.example/#t",
        ] {
            check("https://id.example", bad, Some(Untrusted::Address));
        }
        assert_eq!(read(b"[]", &provider()).err(), Some(Untrusted::Metadata));
    }

    #[test]
    fn the_secret_goes_into_the_form_only_where_no_header_is_taken() {
        let check = |methods: &str, expected: bool| {
            let json = document("https://id.example", "https://id.example/t");
            let json = json.replace("\"more\"", &format!("{methods}\"more\""));
            let found = read(json.as_bytes(), &provider()).expect("a document");
            assert_eq!(found.secret_in_form, expected, "{methods}");
        };
        let name = "\"token_endpoint_auth_methods_supported\"";
        check("", false);
        check(&format!("{name}:[\"client_secret_post\"],"), true);
        check(
            &format!("{name}:[\"client_secret_post\",\"client_secret_basic\"],"),
            false,
        );
    }
}
