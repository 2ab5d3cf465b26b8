//! A code for an ID token (RFC 6749, section 4.1.3, with RFC 7636).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use url::form_urlencoded::{Serializer, byte_serialize};

use crate::capture::fetch::{Fetcher, Lookup};

use super::known::WITHIN;
use super::metadata::Metadata;
use super::provider::{Provider, Secret};
use super::trouble::{Trouble, Untrusted, word};

/// No larger answer is read, in bytes.
const LARGEST: usize = 64 * 1024;

/// What came for a code.
pub(super) struct Tokens {
    pub(super) id: String,
    pub(super) access: Option<String>,
}

#[derive(Deserialize)]
struct Wire {
    id_token: Option<String>,
    access_token: Option<String>,
}

#[derive(Deserialize)]
struct Refusal {
    error: String,
}

/// Buys tokens with a code.
pub(super) async fn buy(
    post: &Fetcher,
    provider: &Provider,
    metadata: &Metadata,
    (code, verifier, back): (&str, &str, &str),
) -> Result<Tokens, Trouble> {
    let mut form = Serializer::new(String::new());
    form.append_pair("grant_type", "authorization_code");
    form.append_pair("code", code);
    form.append_pair("redirect_uri", back);
    form.append_pair("code_verifier", verifier);
    let mut lookup = Lookup::at(metadata.token.clone(), WITHIN, LARGEST);
    match &provider.secret {
        Some(secret) if !metadata.secret_in_form => {
            lookup.authorization = Some(basic(&provider.client, secret));
        }
        secret => {
            form.append_pair("client_id", &provider.client);
            if let Some(secret) = secret {
                form.append_pair("client_secret", secret.reveal());
            }
        }
    }
    lookup.form = Some(form.finish());
    let heard = post.look_up(lookup).await?;
    if heard.status != 200 {
        let said = serde_json::from_slice::<Refusal>(&heard.body);
        let said = said.map(|refusal| refusal.error).unwrap_or_default();
        return Err(Trouble::NotConfirmed(word(&said)));
    }
    let wire = serde_json::from_slice::<Wire>(&heard.body).map_err(|_| Untrusted::Answer)?;
    Ok(Tokens {
        id: wire.id_token.ok_or(Untrusted::Answer)?,
        access: wire.access_token,
    })
}

/// How a client says in a header who it is: both parts are written as forms
/// write them first (RFC 6749, section 2.3.1).
fn basic(client: &str, secret: &Secret) -> String {
    let written = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let both = format!("{}:{}", written(client), written(secret.reveal()));
    format!("Basic {}", STANDARD.encode(both))
}
