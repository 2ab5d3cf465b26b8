//! Answers of timestamping authorities, good ones and bad ones, each by name.
//! All of them are made by OpenSSL; the good ones it must believe too.

use citekeep::ledger::timestamp::{
    MAX_BYTES, MAX_CERTIFICATES, Nonce, Roots, RootsError, StampError, read, request, verify,
};

use crate::support::authority::{Authority, Info, Key, STAMPS, der, granted};

const NOTE: &[u8] = include_bytes!("../golden/timestamp/note");
const ANSWER: &[u8] = include_bytes!("../golden/timestamp/answer.tsr");
const ROOT: &[u8] = include_bytes!("../golden/timestamp/root.pem");
const TST_INFO: &str = "1.2.840.113549.1.9.16.1.4";
/// A moment at which every certificate of these tests is valid.
const THEN: &str = "20300101000000Z";
const THEN_MILLIS: i64 = 1_893_456_000_000;
const NUMBER: [u8; 8] = [7; 8];

const fn nonce() -> Nonce {
    Nonce::from_bytes(NUMBER)
}

fn roots(authority: &Authority) -> Roots {
    Roots::from_pem(&authority.root()).expect("a root")
}

fn info(at: &str) -> Info<'_> {
    Info {
        about: NOTE,
        at,
        nonce: Some(NUMBER),
    }
}

fn check(authority: &Authority, answer: &[u8], expected: &StampError) {
    let found = verify(answer, NOTE, Some(nonce()), &roots(authority));
    assert_eq!(found.as_ref().map(|stamp| stamp.at()), Err(expected));
}

#[test]
fn what_openssl_stamps_is_believed_here_and_there() {
    let question = request(NOTE, nonce());
    for (key, digests) in [
        (Key::Rsa, &["sha256", "sha384", "sha512"][..]),
        (Key::P256, &["sha256", "sha384"]),
        (Key::P384, &["sha256", "sha384"]),
    ] {
        let authority = Authority::new(key);
        let known = roots(&authority);
        for signer in [authority.signer(key, STAMPS), authority.signer_below(key)] {
            for digest in digests {
                for ess in ["sha1", "sha256", "sha512"] {
                    let answer = signer.reply(&question, digest, ess);
                    let name = format!("{key:?} {digest} {ess}");
                    let stamp = verify(&answer, NOTE, Some(nonce()), &known);
                    let stamp = stamp.unwrap_or_else(|error| unreachable!("{name}: {error}"));
                    assert_eq!(stamp.accuracy(), Some(1_500), "{name}");
                    assert_eq!(stamp.policy(), "1.3.6.1.4.1.32473.1", "{name}");
                    assert!(authority.believes(&answer, NOTE, None), "{name}");
                }
            }
        }
    }
}

#[test]
fn other_ways_to_sign_and_to_name_the_signer_are_known() {
    let rsa = Authority::new(Key::Rsa);
    let signer = rsa.signer(Key::Rsa, STAMPS);
    let pss = [
        "-cades",
        "-keyopt",
        "rsa_padding_mode:pss",
        "-keyopt",
        "rsa_pss_saltlen:digest",
    ];
    for digest in ["sha256", "sha384", "sha512"] {
        for options in [&pss[..], &["-cades"], &["-cades", "-keyid"]] {
            let options = [options, &["-md", digest]].concat();
            let answer = signer.sign(&info(THEN), &options);
            let stamp = verify(&answer, NOTE, Some(nonce()), &roots(&rsa));
            let stamp = stamp.unwrap_or_else(|error| unreachable!("{options:?}: {error}"));
            assert_eq!((stamp.at(), stamp.serial()), (THEN_MILLIS, "2a"));
        }
    }
    let answer = signer.sign(&info("20300101000000.25Z"), &["-cades", "-md", "sha256"]);
    let stamp = verify(&answer, NOTE, None, &roots(&rsa)).expect("a good one");
    assert_eq!(stamp.at(), THEN_MILLIS + 250);
}

#[test]
fn an_algorithm_that_is_not_known_is_told_by_its_number() {
    let authority = Authority::new(Key::P384);
    let signer = authority.signer(Key::P384, STAMPS);
    let answer = signer.sign(&info(THEN), &["-cades", "-md", "sha512"]);
    let oid = "ECDSA with SHA-512, 1.2.840.10045.4.3.4".to_owned();
    let what = "signature";
    check(&authority, &answer, &StampError::Algorithm { what, oid });
    let answer = signer.sign(&info(THEN), &["-cades", "-md", "sha1"]);
    let oid = "1.3.14.3.2.26".to_owned();
    let what = "digest";
    check(&authority, &answer, &StampError::Algorithm { what, oid });
}

#[test]
fn a_key_on_another_curve_is_refused_though_openssl_knows_it() {
    let authority = Authority::new(Key::P384);
    let signer = authority.signer(Key::P521, STAMPS);
    let question = request(NOTE, nonce());
    let answer = signer.reply(&question, "sha384", "sha256");
    assert!(authority.believes(&answer, NOTE, None));
    check(&authority, &answer, &StampError::SignersKey);
    let answer = signer.reply(&question, "sha512", "sha256");
    assert!(authority.believes(&answer, NOTE, None));
    let oid = "ECDSA with SHA-512, 1.2.840.10045.4.3.4".to_owned();
    let what = "signature";
    check(&authority, &answer, &StampError::Algorithm { what, oid });
}

#[test]
fn wrong_imprint() {
    let authority = Authority::new(Key::P256);
    let signer = authority.signer(Key::P256, STAMPS);
    let about = Info {
        about: b"other bytes",
        ..info(THEN)
    };
    let answer = signer.sign(&about, &["-cades"]);
    check(&authority, &answer, &StampError::WrongImprint);
    // A good one, whose bytes were changed since.
    let answer = signer.sign(&info(THEN), &["-cades"]);
    let changed = [NOTE, b"\n"].concat();
    let found = verify(&answer, &changed, Some(nonce()), &roots(&authority));
    assert_eq!(found.err(), Some(StampError::WrongImprint));
}

#[test]
fn wrong_key_usage() {
    let authority = Authority::new(Key::P256);
    let question = request(NOTE, nonce());
    for (extensions, why) in [
        ("", "does not say that it is for timestamping"),
        (
            "keyUsage=critical,digitalSignature\n",
            "does not say that it is for timestamping",
        ),
        (
            "extendedKeyUsage=critical,codeSigning\n",
            "is not for timestamping",
        ),
        (
            "extendedKeyUsage=timeStamping\n",
            "does not mark its purpose as critical",
        ),
        (
            "extendedKeyUsage=critical,timeStamping,codeSigning\n",
            "is for other purposes too",
        ),
        (
            "extendedKeyUsage=critical,codeSigning,timeStamping\n",
            "is for other purposes too",
        ),
        (
            "extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature,keyCertSign\n",
            "lets its key do other things than sign",
        ),
        (
            "extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,keyEncipherment\n",
            "lets its key do other things than sign",
        ),
    ] {
        let signer = authority.signer(Key::P256, extensions);
        let answer = signer.sign(&info(THEN), &["-cades"]);
        check(&authority, &answer, &StampError::KeyUsage(why));
        assert!(
            !authority.believes(&answer, NOTE, Some(THEN_MILLIS)),
            "{extensions}"
        );
    }
    // Without a key usage, and with both kinds of signing, all is well.
    for extensions in [
        "extendedKeyUsage=critical,timeStamping\n",
        "extendedKeyUsage=critical,timeStamping\nkeyUsage=digitalSignature,nonRepudiation\n",
    ] {
        let signer = authority.signer(Key::P256, extensions);
        let answer = signer.reply(&question, "sha256", "sha256");
        assert!(verify(&answer, NOTE, None, &roots(&authority)).is_ok());
    }
    // An authority between may serve timestamps or say nothing; not others.
    let ca = Authority::new(Key::P256);
    let signer = ca.signer(
        Key::P256,
        "basicConstraints=critical,CA:true\nextendedKeyUsage=critical,timeStamping\n",
    );
    let answer = signer.sign(&info(THEN), &["-cades"]);
    let found = verify(&answer, NOTE, None, &roots(&ca));
    assert!(
        matches!(found, Err(StampError::Chain(_))),
        "an authority signs no timestamps: {found:?}"
    );
}

#[test]
fn root_carried_in_the_token() {
    let (mine, theirs) = (Authority::new(Key::P256), Authority::new(Key::P256));
    let signer = theirs.signer(Key::P256, STAMPS).bringing(&theirs.root());
    let answer = signer.sign(&info(THEN), &["-cades"]);
    // Its own name is the same, and it is all there; it is not the one chosen.
    check(
        &mine,
        &answer,
        &StampError::Chain("InvalidSignatureForPublicKey".to_owned()),
    );
    assert!(!mine.believes(&answer, NOTE, Some(THEN_MILLIS)));
    assert!(verify(&answer, NOTE, Some(nonce()), &roots(&theirs)).is_ok());
    let other = Roots::from_pem(ROOT).expect("a root");
    assert!(verify(&answer, NOTE, Some(nonce()), &other).is_err());
    // A signer's own certificate is no root either.
    let own = Roots::from_pem(&signer.certificate()).expect("a certificate");
    let found = verify(&answer, NOTE, Some(nonce()), &own);
    assert_eq!(found.err(), Some(StampError::UnknownRoot));
    // Everything else about it is right, which alone proves nothing.
    assert_eq!(
        read(&answer, NOTE, Some(nonce())).map(|stamp| stamp.at()),
        Ok(THEN_MILLIS)
    );
}

#[test]
fn expired_at_gentime() {
    let authority = Authority::new(Key::P256);
    let signer = authority.signer(Key::P256, STAMPS);
    for at in ["20200101000000Z", "20990101000000Z"] {
        let answer = signer.sign(&info(at), &["-cades"]);
        let found = verify(&answer, NOTE, Some(nonce()), &roots(&authority));
        assert!(
            matches!(found, Err(StampError::NotValidThen(_))),
            "{at}: {found:?}"
        );
    }
    // A root that had expired, under a signer that had not.
    let short = Authority::lasting(Key::P256, 30);
    let signer = short.signer(Key::P256, STAMPS);
    let answer = signer.sign(&info(THEN), &["-cades"]);
    let then = StampError::NotValidThen("2030-01-01T00:00:00Z".to_owned());
    check(&short, &answer, &then);
    assert!(!short.believes(&answer, NOTE, Some(THEN_MILLIS)));
    // The one that is kept here stays good when its certificates have expired.
    let known = Roots::from_pem(ROOT).expect("a root");
    assert!(verify(ANSWER, NOTE, Some(nonce()), &known).is_ok());
}

#[test]
fn changed_nonce() {
    let authority = Authority::new(Key::P256);
    let signer = authority.signer(Key::P256, STAMPS);
    for other in [None, Some([8; 8])] {
        let other = Info {
            nonce: other,
            ..info(THEN)
        };
        let answer = signer.sign(&other, &["-cades"]);
        check(&authority, &answer, &StampError::WrongNonce);
        assert!(
            verify(&answer, NOTE, None, &roots(&authority)).is_ok(),
            "without a question"
        );
    }
}

#[test]
fn one_bit_off() {
    let known = Roots::from_pem(ROOT).expect("a root");
    let good = verify(ANSWER, NOTE, Some(nonce()), &known).expect("a good one");
    let mut unnoticed = Vec::new();
    for at in 0..ANSWER.len() * 8 {
        let mut answer = ANSWER.to_vec();
        answer[at / 8] ^= 1 << (at % 8);
        if let Ok(stamp) = verify(&answer, NOTE, Some(nonce()), &known) {
            assert_eq!(stamp, good, "bit {at}");
            unnoticed.push(at);
        }
    }
    // Granted, or granted with modifications: it is not signed which.
    let status = 8 * 8;
    assert_eq!(unnoticed, [status]);
    for length in 0..ANSWER.len() {
        assert!(
            verify(&ANSWER[..length], NOTE, None, &known).is_err(),
            "cut at {length}"
        );
    }
}

#[test]
fn signer_not_named_by_signerinfo() {
    let authority = Authority::new(Key::P256);
    let signer = authority.signer(Key::P256, STAMPS);
    let other = authority.signer(Key::P256, STAMPS);
    // The token carries a certificate, but not the one that signed.
    let other = other.certificate();
    let answer = signer
        .bringing(&other)
        .sign(&info(THEN), &["-cades", "-nocerts"]);
    check(&authority, &answer, &StampError::NoSigner);
    let signer = authority.signer(Key::P256, STAMPS);
    // And one without the attribute that says who was meant.
    let answer = signer.sign(&info(THEN), &[]);
    check(
        &authority,
        &answer,
        &StampError::Attribute("signing-certificate"),
    );
}

#[test]
fn no_signed_attributes() {
    let authority = Authority::new(Key::P256);
    let signer = authority.signer(Key::P256, STAMPS);
    let answer = signer.sign(&info(THEN), &["-noattr"]);
    check(&authority, &answer, &StampError::Attribute("content-type"));
}

#[test]
fn two_signatures() {
    let authority = Authority::new(Key::P256);
    let signer = authority.signer(Key::P256, STAMPS);
    let other = authority.signer(Key::P256, STAMPS);
    let answer = signer.sign_with(&other, &info(THEN));
    check(&authority, &answer, &StampError::Signatures(2));
}

#[test]
fn another_kind_of_signed_message() {
    let authority = Authority::new(Key::P256);
    let signer = authority.signer(Key::P256, STAMPS);
    let answer = signer.sign_content(NOTE, "1.2.840.113549.1.7.1", &["-cades"]);
    check(&authority, &answer, &StampError::OtherContent);
    let answer = signer.sign_content(b"no timestamp", TST_INFO, &["-cades"]);
    check(&authority, &answer, &StampError::Malformed("the timestamp"));
}

#[test]
fn answer_too_large() {
    let authority = Authority::new(Key::P256);
    let answer = vec![0x30; MAX_BYTES + 1];
    check(&authority, &answer, &StampError::TooLarge(MAX_BYTES + 1));
    let signer = authority.signer(Key::P256, STAMPS);
    let certificates = |count: usize| {
        let made = (0..count).map(|_| authority.signer(Key::P256, STAMPS).certificate());
        made.collect::<Vec<_>>().concat()
    };
    // Its own is one of them.
    let signer = signer.bringing(&certificates(MAX_CERTIFICATES));
    let answer = signer.sign(&info(THEN), &["-cades"]);
    check(&authority, &answer, &StampError::TooManyCertificates);
    let signer = signer.bringing(&certificates(MAX_CERTIFICATES - 1));
    let answer = signer.sign(&info(THEN), &["-cades"]);
    assert!(verify(&answer, NOTE, Some(nonce()), &roots(&authority)).is_ok());
}

#[test]
fn not_der() {
    let authority = Authority::new(Key::P256);
    let wrong = StampError::Malformed("the answer");
    check(
        &authority,
        b"<!doctype html><title>Welcome to our network</title>",
        &wrong,
    );
    check(&authority, b"", &wrong);
    // Nested as deep as it goes: nothing here calls itself.
    let mut deep = Vec::new();
    for _ in 0..12_000 {
        deep = der(0x30, &[&deep]);
    }
    check(&authority, &deep, &wrong);
    check(
        &authority,
        &granted(&[0x30, 0x00]),
        &StampError::Malformed("the token"),
    );
    let good = granted(&ANSWER[9..]);
    assert_eq!(good, ANSWER);
    // Something after the end.
    check(&authority, &[ANSWER, &[0]].concat(), &wrong);
}

#[test]
fn status_rejected() {
    let authority = Authority::new(Key::P256);
    let status = der(
        0x30,
        &[&der(2, &[&[2]]), &der(0x30, &[&der(0x0c, &[b"not today"])])],
    );
    let answer = der(0x30, &[&status]);
    let words = "it rejects the request; it says: not today".to_owned();
    check(&authority, &answer, &StampError::Refused(words));
    // A token beside a refusal is not looked at.
    let answer = der(0x30, &[&der(0x30, &[&der(2, &[&[2]])]), &ANSWER[9..]]);
    let found = verify(&answer, NOTE, None, &Roots::from_pem(ROOT).expect("a root"));
    assert!(matches!(found, Err(StampError::Refused(_))), "{found:?}");
    let answer = der(0x30, &[&der(0x30, &[&der(2, &[&[1]])]), &ANSWER[9..]]);
    let found = verify(&answer, NOTE, None, &Roots::from_pem(ROOT).expect("a root"));
    assert!(found.is_ok(), "granted with modifications: {found:?}");
}

#[test]
fn a_file_of_roots_is_read_whole_or_not_at_all() {
    let both = [ROOT, b"some words between\n", ROOT].concat();
    assert_eq!(Roots::from_pem(&both).map(|roots| roots.count()), Ok(2));
    let text = String::from_utf8(ROOT.to_vec()).expect("PEM");
    let broken = text.replace("MII", "MIJ");
    let begun: String = text.chars().take(200).collect();
    for (pem, expected) in [
        ("", RootsError::None),
        ("MIIBmTCCAT", RootsError::None),
        (broken.as_str(), RootsError::Unreadable(1)),
        (begun.as_str(), RootsError::Unreadable(1)),
        (text.repeat(33).as_str(), RootsError::TooMany),
        ("x".repeat(1_000_001).as_str(), RootsError::TooMany),
    ] {
        assert_eq!(Roots::from_pem(pem.as_bytes()), Err(expected), "{pem:.40}");
    }
}
