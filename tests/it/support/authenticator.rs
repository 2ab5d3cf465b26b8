//! A passkey in software: it makes keys and signs as an authenticator and a
//! browser do together, rightly or as a test wants it wrong.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use citekeep::desk::signing::{self, Answer, NewPasskey, Prepared, Purpose, Site};
use citekeep::desk::{Actor, Desk, DeskError};
use citekeep::domain::ids::ClaimId;
use citekeep::domain::passkey::Octets;
use citekeep::domain::words::Name;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use sha2::{Digest, Sha256};

/// Somebody was there and was recognised.
pub(crate) const PRESENT_AND_RECOGNISED: u8 = 0x05;

pub(crate) fn site() -> Site {
    Site {
        rp_id: "desk.example".to_owned(),
        origin: "https://desk.example".to_owned(),
    }
}

/// A passkey, and what it says of the page that asks it.
pub(crate) struct Authenticator {
    key: EcdsaKeyPair,
    credential: [u8; 16],
    pub(crate) rp_id: String,
    pub(crate) origin: String,
    pub(crate) flags: u8,
    pub(crate) count: u32,
}

pub(crate) fn octets(bytes: &[u8]) -> Octets {
    Octets::of(bytes).expect("some bytes")
}

impl Authenticator {
    pub(crate) fn new(number: u8) -> Self {
        Self::with_key(number, &Self::draw_key())
    }

    /// A new key, as PKCS #8.
    pub(crate) fn draw_key() -> Vec<u8> {
        let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
        let document = EcdsaKeyPair::generate_pkcs8(algorithm, &SystemRandom::new());
        document.expect("a key").as_ref().to_vec()
    }

    pub(crate) fn with_key(number: u8, key: &[u8]) -> Self {
        let (algorithm, rng) = (&ECDSA_P256_SHA256_ASN1_SIGNING, SystemRandom::new());
        Self {
            key: EcdsaKeyPair::from_pkcs8(algorithm, key, &rng).expect("a key"),
            credential: [number; 16],
            rp_id: "desk.example".to_owned(),
            origin: "https://desk.example".to_owned(),
            flags: PRESENT_AND_RECOGNISED,
            count: 7,
        }
    }

    fn head(&self, flags: u8) -> Vec<u8> {
        let mut data = Sha256::digest(&self.rp_id).to_vec();
        data.push(flags);
        data.extend_from_slice(&self.count.to_be_bytes());
        data
    }

    fn client_data(&self, ceremony: &str, challenge: &[u8]) -> Vec<u8> {
        let challenge = URL_SAFE_NO_PAD.encode(challenge);
        let origin = &self.origin;
        format!(
            r#"{{"type":"{ceremony}","challenge":"{challenge}","origin":"{origin}","crossOrigin":false}}"#
        )
        .into_bytes()
    }

    /// What it answers when it is made.
    pub(crate) fn make(&self, challenge: &[u8]) -> NewPasskey {
        let mut data = self.head(self.flags | 0x40);
        data.extend_from_slice(&[0; 16]);
        data.extend_from_slice(&16_u16.to_be_bytes());
        data.extend_from_slice(&self.credential);
        let point = self.key.public_key().as_ref();
        data.extend_from_slice(&[0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        data.extend_from_slice(&point[1..33]);
        data.extend_from_slice(&[0x22, 0x58, 0x20]);
        data.extend_from_slice(&point[33..]);
        NewPasskey {
            authenticator_data: octets(&data),
            client_data: octets(&self.client_data("webauthn.create", challenge)),
        }
    }

    /// What it answers when it is asked to sign.
    pub(crate) fn answer(&self, challenge: &[u8]) -> Answer {
        let data = self.head(self.flags);
        let client_data = self.client_data("webauthn.get", challenge);
        let signed = [data.as_slice(), &Sha256::digest(&client_data)].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed);
        Answer {
            credential: octets(&self.credential),
            authenticator_data: octets(&data),
            client_data: octets(&client_data),
            signature: octets(signature.expect("a signature").as_ref()),
        }
    }

    /// Registers it at a desk.
    pub(crate) fn register(&self, desk: &Desk, whose: Actor) -> Result<(), DeskError> {
        let name = Name::parse("A passkey").expect("a name");
        let id = signing::register(desk, whose, name, Purpose::Signing)?;
        let waiting = look(desk, whose, &id)?;
        let made = self.make(&waiting.challenge());
        signing::finish_registration(desk, whose, id, made, &site()).map(|_| ())
    }

    /// Signs what waits.
    pub(crate) fn sign(&self, desk: &Desk, who: Actor, id: &str) -> Result<ClaimId, DeskError> {
        let waiting = look(desk, who, id)?;
        signing::sign(desk, who, id.to_owned(), self.answer(&waiting.challenge()))
    }
}

pub(crate) fn look(desk: &Desk, who: Actor, id: &str) -> Result<Prepared, DeskError> {
    let person = who.byline().expect("a person").person;
    signing::look(desk, person, id, &site())
}
