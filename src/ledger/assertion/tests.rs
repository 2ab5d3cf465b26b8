//! Assertions as OpenSSL's keys make them, whole and spoilt.

use super::*;

const STATEMENT: &[u8] = br#"{"after":1,"by":null,"event":{}}"#;

/// Keys of each kind and what each signed, made with OpenSSL 3.
const MADE: [(&str, &str); 3] = [
    (
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEA4VoIknWDofV2qRDBpRlA8azy6Cl8COemS0k0gG7cgnwN0s6PlrO\
     NO0zAiX5KbIMZAs51ynIJ6OFzHHwZ3ID_Q",
        "MEUCIQCNfYx1gWA1CuMfmMD6FhgmoLIHcfKy5EEzowUk_xzC_QIgVk05mIbqjQFJl8vvzA5VocmYuQWIy1KaROvW\
     ZbNgZ4M",
    ),
    (
        "MCowBQYDK2VwAyEALU0YQYKJHxGUYvh9ShX2UkeKI9R0UFGfZ3cjTDfqVhI",
        "AK8cwajnEAiMylZ2mVo66MKXRQbz_PxmKv3wuBUg-ajKvrkBfQfpQNa1vFFHuJRae8DekSHDHguIxT7af87jDg",
    ),
    (
        "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAlYyPOExwAX-6IdIkxLX2B2EXTDjLzoOsffPl1M3Uyyav\
     U1xd4i_ZDDWtwEpjxK3ERXjW63ln_e1YxPyLwvH3dUwI3REXMS012rt5SmPuxyk99PodIDBGTblf5hHuQCQv78Cn\
     kN5oplORB8qK4N5LFObLrxjh8wZ9a9srI2llRQFx79jRh7ZIJYzPNe_DsnaLvZccDJR1tOgEu90uHgj6vBpNdV4c\
     aeNL2SMZmCT9KJnk0FMR-c1Mw5JzjDXYcMjaoSrV4JeHP04yxTj1R0GXtWOACGXl7xORyaAcyob7F0jafG9Egjeq\
     cV2ShBEC9CPfVOImtqAlYgVpReuA8LOlRQIDAQAB",
        "NwB64Aptb6HNcbTvo7DX0xIGIShaTiL87cpbMYfJu7Q9qMB0dVPd5sPd-kbPIFQMgMob7M6aEMkXVmbgGsCzXbVz\
     1pfql-GazT45Xi1bIT8SRPk9fOLAyMJyUah3NbB41-rd3ubslYcBHRBa2kT3xUdPUCFoWQTWQ-FbSSPrYguMw8rG\
     CcHP59eAH_UKsuRqNeGkEOiYKnltR1s5MOZediQfCEGWW5qnedOBBZHveC5ceDgAAnM-AG7YL_1wAoJY50l0IJ4_\
     F9HBjL83Jm_cqwNl79UanBjJTO8XNEEST1-1i96DdsjTBcqGwRtXG0DLTocxmEKfoa2g-1Ie5PjYsg",
    ),
];

fn asked() -> Asked<'static> {
    Asked {
        statement: STATEMENT,
        origin: "https://desk.example",
        rp_id: "desk.example",
    }
}

fn client(ceremony: &str) -> Vec<u8> {
    let challenge = URL_SAFE_NO_PAD.encode(challenge(STATEMENT));
    format!(
        r#"{{"type":"{ceremony}","challenge":"{challenge}","origin":"https://desk.example","crossOrigin":false}}"#
    )
    .into_bytes()
}

fn head(flags: u8) -> Vec<u8> {
    let mut data = Sha256::digest("desk.example").to_vec();
    data.extend_from_slice(&[flags, 0, 0, 0, 7]);
    data
}

fn bytes(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).expect("Base 64 for URLs")
}

#[test]
fn what_openssl_signed_is_accepted_and_no_byte_of_it_may_change() {
    for (key, signature) in MADE {
        let spki = bytes(key);
        let key = PublicKey::from_spki(&spki).expect("a key");
        assert_eq!(key.to_spki(), spki);
        let (data, client, signature) = (head(5), client("webauthn.get"), bytes(signature));
        let check = |data: &[u8], client: &[u8], signature: &[u8]| {
            let answer = Assertion {
                authenticator_data: data,
                client_data: client,
                signature,
            };
            super::check(&answer, &key, &asked())
        };
        assert_eq!(check(&data, &client, &signature), Ok(()));
        for at in 0..signature.len() {
            let mut wrong = signature.clone();
            wrong[at] ^= 1;
            assert!(check(&data, &client, &wrong).is_err(), "byte {at}");
        }
        for at in 0..data.len() {
            let mut wrong = data.clone();
            wrong[at] ^= 1;
            assert!(check(&wrong, &client, &signature).is_err(), "byte {at}");
        }
        for at in 0..client.len() {
            let mut wrong = client.clone();
            wrong[at] ^= 1;
            assert!(check(&data, &wrong, &signature).is_err(), "byte {at}");
        }
    }
}

#[test]
fn another_ceremony_and_another_frame_are_refused() {
    let key = PublicKey::from_spki(&bytes(MADE[0].0)).expect("a key");
    let refused = |client: &[u8]| {
        let answer = Assertion {
            authenticator_data: &head(5),
            client_data: client,
            signature: &bytes(MADE[0].1),
        };
        check(&answer, &key, &asked())
    };
    assert_eq!(
        refused(&client("webauthn.create")),
        Err(AssertionError::Ceremony)
    );
    let framed = String::from_utf8(client("webauthn.get")).expect("text");
    let framed = framed.replace("false", "true");
    assert_eq!(refused(framed.as_bytes()), Err(AssertionError::Origin));
    assert_eq!(refused(b"[]"), Err(AssertionError::ClientData));
}

/// A key as an authenticator writes it, out of its SubjectPublicKeyInfo.
fn cose(spki: &[u8]) -> Vec<u8> {
    match spki.len() {
        91 => [
            &[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 0x20][..],
            &spki[27..59],
            &[0x22, 0x58, 0x20],
            &spki[59..],
        ]
        .concat(),
        44 => [
            &[0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x58, 0x20][..],
            &spki[12..],
        ]
        .concat(),
        _ => [
            &[0xa4, 1, 3, 3, 0x39, 1, 0, 0x20, 0x59, 1, 0][..],
            &spki[33..289],
            &[0x21, 0x43, 1, 0, 1],
        ]
        .concat(),
    }
}

#[test]
fn a_new_key_of_each_kind_is_read_and_a_cut_one_is_not() {
    for (key, _) in MADE {
        let spki = bytes(key);
        let mut data = head(0x45);
        data.extend_from_slice(&[0; 16]);
        data.extend_from_slice(&[0, 3, 9, 8, 7]);
        data.extend_from_slice(&cose(&spki));
        let made = created(&client("webauthn.create"), &data, &asked()).expect("a passkey");
        assert_eq!((made.credential, made.key.to_spki()), (vec![9, 8, 7], spki));
        for end in 0..data.len() {
            let cut = created(&client("webauthn.create"), &data[..end], &asked());
            assert!(cut.is_err(), "{end} bytes");
        }
        data[32] = 5;
        let without = created(&client("webauthn.create"), &data, &asked());
        assert_eq!(without, Err(AssertionError::AuthenticatorData));
    }
}
