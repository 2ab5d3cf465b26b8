//! What a receiver checks a message by: the Standard Webhooks specification,
//! version 1, with the symmetric signature `v1`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::domain::hook::HookSecret;

/// Signs a message as it is tried at a moment, in seconds since 1970: with one
/// signature for each secret, the newest first.
pub(super) fn sign<'s>(
    secrets: impl Iterator<Item = &'s HookSecret>,
    (message, seconds): (&str, i64),
    body: &str,
) -> String {
    let signatures: Vec<String> = secrets
        .map(|secret| {
            let mut mac = Hmac::<Sha256>::new_from_slice(secret.bytes())
                .expect("HMAC takes a key of any length");
            for part in [message, ".", &seconds.to_string(), ".", body] {
                mac.update(part.as_bytes());
            }
            format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
        })
        .collect();
    signatures.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(base64: &str) -> HookSecret {
        HookSecret::new(STANDARD.decode(base64).expect("base64"))
    }

    #[test]
    fn the_published_example_is_signed_as_published() {
        let known = secret("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let message = ("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330);
        let body = "{\"test\": 2432232314}";
        let expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert_eq!(sign([&known].into_iter(), message, body), expected);
        let both = sign([&secret("AAAA"), &known].into_iter(), message, body);
        assert_eq!(both.split(' ').nth(1), Some(expected));
    }
}
