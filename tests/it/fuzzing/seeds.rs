//! The seeds of the fuzz targets, made by the builders of the tests.

use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use citekeep::desk::exchange::bundle::Kind;
use citekeep::ledger::hash::Hash;
use citekeep::ledger::proof::{consistency, inclusion};
use citekeep::ledger::receipt::Receipt;
use citekeep::ledger::submission::write;
use citekeep::ledger::tile::{TilePath, encode_bundle, tile_bytes};
use citekeep::ledger::timestamp::{Nonce, request};
use citekeep::ledger::tree::MemoryNodes;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair,
    KeyPair,
};
use sha2::{Digest, Sha256};

use super::bodies::{id_token, known, passkey, proof};
use super::folder;
use crate::bundle::bundle_of;
use crate::support::authority::{Authority, Key, STAMPS};
use crate::support::desk;

/// Writes seeds for a target.
pub(super) fn put(target: &str, seeds: &[(&str, &[u8])]) {
    let folder = folder("seeds").join(target);
    fs::create_dir_all(&folder).expect("a folder");
    for (name, bytes) in seeds {
        fs::write(folder.join(name), bytes).expect("written");
    }
}

#[test]
#[ignore = "writes the seeds, which are kept"]
fn the_seeds_of_the_log_are_written() {
    notes();
    proofs();
    tiles();
    brought();
    policies();
}

fn notes() {
    let [planned, lost] = &*known::CHANGES;
    let (first, newest) = (&known::NOTES[2], known::NOTES.last().expect("a note"));
    let one = |at: usize| known::FORKED[at].as_bytes();
    put(
        "note",
        &[
            ("signed", newest.as_bytes()),
            ("cosigned", known::COSIGNED.as_bytes()),
            ("planned", planned.as_bytes()),
            ("lost", lost.as_bytes()),
            ("text", b"words\n\nmore words\n"),
        ],
    );
    let text = known::checkpoint(70, &known::TREE).to_string();
    let run = format!("{first}\n{newest}\n");
    put(
        "checkpoint",
        &[
            ("signed", newest.as_bytes()),
            ("forked", one(0)),
            ("text", text.as_bytes()),
            ("run", run.as_bytes()),
            ("cut", &run.as_bytes()[..run.len() - 40]),
        ],
    );
    let keys = [
        known::KEY.verifier().to_string(),
        known::KEY.to_private_text(),
        known::WITNESS.verifier().to_string(),
        known::WITNESS.to_private_text(),
        Hash::EMPTY_ROOT.to_string(),
        Hash::EMPTY_ROOT.to_base64(),
    ];
    put("policy", &[("keys", keys.join("\n").as_bytes())]);
}

fn proofs() {
    let nodes = &*known::TREE;
    let leaf = |at: u64| Hash::leaf(&known::leaf(at));
    let included = |at: u8, size: u8| {
        let hashes = inclusion(at.into(), size.into(), nodes).expect("a proof");
        proof::chosen(0, (at, size), leaf(at.into()), &hashes)
    };
    let continued = |old: u8, size: u8| {
        let hashes = consistency(old.into(), size.into(), nodes).expect("a proof");
        let root = known::root_of(old.into(), nodes);
        proof::chosen(1, (old, size), root, &hashes)
    };
    put(
        "proof",
        &[
            ("first_of_one", &included(0, 1)),
            ("third_of_five", &included(2, 5)),
            ("last_of_seventy", &included(69, 70)),
            ("five_to_eight", &continued(5, 8)),
            ("eight_to_seventy", &continued(8, 70)),
            ("seventy_to_seventy", &continued(70, 70)),
        ],
    );
    let receipt = |at: u64, note: &str, nodes: &MemoryNodes| {
        let made = Receipt::make(at, &known::leaf(at), note, nodes);
        made.expect("a receipt")
    };
    let (five, newest) = (&known::NOTES[2], known::NOTES.last().expect("a note"));
    let with_more = receipt(64, newest, nodes).with_extra(b"more");
    put(
        "receipt",
        &[
            ("of_five", receipt(2, five, nodes).to_string().as_bytes()),
            ("of_seventy", with_more.to_string().as_bytes()),
            (
                "forked",
                receipt(3, &known::FORKED[1], &known::FORK)
                    .to_string()
                    .as_bytes(),
            ),
        ],
    );
}

fn tiles() {
    let path: TilePath = "tile/0/000.p/70".parse().expect("a path");
    let whole = tile_bytes(path, &*known::TREE).expect("a tile");
    let sized = |size: u64, hashes: usize| [&size.to_be_bytes(), &whole[..hashes * 32]].concat();
    let entries = (0..3).map(known::leaf);
    put(
        "tile",
        &[
            ("path", b"tile/0/x001/x234/067"),
            ("partial", b"tile/entries/000.p/5"),
            ("entries", &encode_bundle(entries).expect("a bundle")),
            ("five", &sized(5, 5)),
            ("large", &sized(70_000, 2)),
            ("full", &whole.repeat(4)[..256 * 32]),
        ],
    );
}

fn brought() {
    let (notes, forked) = (&*known::NOTES, &*known::FORKED);
    let proof = |old, size| consistency(old, size, &*known::TREE).expect("a proof");
    put(
        "submission",
        &[
            ("first", write(0, &[], &notes[2]).as_bytes()),
            ("grown", write(5, &proof(5, 70), &notes[4]).as_bytes()),
            ("same", write(8, &[], &notes[3]).as_bytes()),
            ("forked", write(5, &proof(5, 8), &forked[1]).as_bytes()),
        ],
    );
}

fn policies() {
    let (log, witness) = (known::KEY.verifier(), known::WITNESS.verifier());
    let other = citekeep::ledger::cosignature::CosigningKey::from_seed(
        "other.example/w2".parse().expect("a name"),
        &[10; 32],
    );
    let other = other.verifier();
    let whole = format!(
        "# whom we know\nlog {log} https://log.example/\n\
         witness first {witness} https://witness.example/\nwitness second {other}\n\
         group both all first second\ngroup any 1 both\nquorum both\n"
    );
    put(
        "policy",
        &[
            ("whole", whole.as_bytes()),
            ("alone", format!("log {log}\nquorum none\n").as_bytes()),
        ],
    );
}

#[test]
#[ignore = "writes the seeds, which are kept"]
fn the_seeds_of_others_signatures_are_written() {
    stamps();
    passkeys();
}

fn stamps() {
    let golden = |name: &str| {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/golden/timestamp/");
        fs::read(format!("{root}{name}")).expect("a file")
    };
    let (answer, note, root) = (golden("answer.tsr"), golden("note"), golden("root.pem"));
    let question = request(&note, Nonce::from_bytes([6; 8]));
    let reply = |key: Key, below: bool| {
        let authority = Authority::new(key);
        let signer = if below {
            authority.signer_below(key)
        } else {
            authority.signer(key, STAMPS)
        };
        signer.reply(&question, "sha512", "sha256")
    };
    put(
        "timestamp",
        &[
            ("believed", &answer),
            ("by_rsa", &reply(Key::Rsa, false)),
            ("by_p384", &reply(Key::P384, false)),
            ("from_below", &reply(Key::P256, true)),
        ],
    );
    let rsa = Authority::new(Key::Rsa).root();
    let two = [root.as_slice(), &rsa].concat();
    put("timestamp", &[("root", &root), ("roots", &two)]);
}

fn passkeys() {
    let asked = passkey::ASKED;
    let client = |ceremony: &str| {
        use base64::Engine as _;
        let challenge = Sha256::digest(asked.statement);
        let challenge = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(challenge);
        let origin = asked.origin;
        format!(r#"{{"type":"webauthn.{ceremony}","challenge":"{challenge}","origin":"{origin}"}}"#)
            .into_bytes()
    };
    let mut data = Sha256::digest(asked.rp_id).to_vec();
    data.extend([5, 0, 0, 0, 7]);
    let signed = [data.as_slice(), &Sha256::digest(client("get"))].concat();
    let (rng, algorithm) = (SystemRandom::new(), &ECDSA_P256_SHA256_ASN1_SIGNING);
    let secret = EcdsaKeyPair::generate_pkcs8(algorithm, &rng).expect("a key");
    let key = EcdsaKeyPair::from_pkcs8(algorithm, secret.as_ref(), &rng).expect("a key");
    let point = key.public_key().as_ref();
    let before = "3059301306072a8648ce3d020106082a8648ce3d030107034200";
    let spki = [hex::decode(before).expect("digits"), point.to_vec()].concat();
    let signature = key.sign(&rng, &signed).expect("a signature");
    let one = passkey::joined([&spki, &data, &client("get"), signature.as_ref()]);
    let secret = Ed25519KeyPair::generate_pkcs8(&rng).expect("a key");
    let key = Ed25519KeyPair::from_pkcs8(secret.as_ref()).expect("a key");
    let before = hex::decode("302a300506032b6570032100").expect("digits");
    let spki = [before, key.public_key().as_ref().to_vec()].concat();
    let other = passkey::joined([&spki, &data, &client("get"), key.sign(&signed).as_ref()]);
    data[32] = 0x45;
    data.extend([0; 16]);
    data.extend([0, 4, 1, 2, 3, 4]);
    data.extend([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
    data.extend(&point[1..33]);
    data.extend([0x22, 0x58, 0x20]);
    data.extend(&point[33..]);
    let made = passkey::joined([&[], &data, &client("create"), &[]]);
    put(
        "assertion",
        &[("signed", &one), ("by_ed25519", &other), ("made", &made)],
    );
}

#[test]
#[ignore = "writes the seeds, which are kept"]
fn the_seeds_of_bundles_are_written() {
    let desk = desk();
    let (claim, _) = desk.published();
    put(
        "bundle",
        &[("good.zip", &bundle_of(&desk, claim, Kind::Public))],
    );
    put(
        "bundle_parts",
        &[
            ("as_it_is", b"\x00"),
            ("one_byte", b"\x02\x00\x07\x01\x01x"),
            ("one_less", b"\x05\x00\x00\xff\x00"),
            ("two_changes", b"\x03\x00\x00\x00\x01 \x08\x00\x10\x02\x00"),
        ],
    );
}

#[test]
#[ignore = "writes the seeds, which are kept"]
fn the_seeds_of_single_sign_on_are_written() {
    let rng = SystemRandom::new();
    let way = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let document = EcdsaKeyPair::generate_pkcs8(way, &rng).expect("a key");
    let pair = EcdsaKeyPair::from_pkcs8(way, document.as_ref(), &rng).expect("a key");
    let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let (point, expected) = (pair.public_key().as_ref(), id_token::EXPECTED);
    let keys = format!(
        r#"{{"keys":[{{"kty":"EC","crv":"P-256","kid":"one","use":"sig","x":"{}","y":"{}"}}]}}"#,
        part(&point[1..33]),
        part(&point[33..])
    );
    let (issuer, now) = (expected.issuer, expected.now);
    let claims = format!(
        r#"{{"iss":"{issuer}","aud":["{}"],"sub":"s-1","nonce":"{}","iat":{now},"exp":{},"email":"a@b.example","email_verified":true,"amr":["mfa"]}}"#,
        expected.client,
        expected.nonce,
        now + 300
    );
    let said = format!(
        "{}.{}",
        part(br#"{"alg":"ES256","kid":"one"}"#),
        part(claims.as_bytes())
    );
    let signed = pair.sign(&rng, said.as_bytes()).expect("a signature");
    let token = format!("{said}.{}", part(signed.as_ref()));
    let about = format!(
        r#"{{"issuer":"{issuer}","authorization_endpoint":"{issuer}/a","token_endpoint":"{issuer}/t","jwks_uri":"{issuer}/k"}}"#
    );
    let whole = passkey::joined([about.as_bytes(), keys.as_bytes(), token.as_bytes(), b""]);
    put("id_token", &[("signed", &whole)]);
}
