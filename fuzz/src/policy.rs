//! Trust policies, and the keys that stand in them.

use std::fmt::Display;
use std::str::FromStr;

use citekeep::ledger::cosignature::{CosignerKey, CosigningKey};
use citekeep::ledger::hash::Hash;
use citekeep::ledger::key::{SigningKey, VerifierKey};
use citekeep::ledger::policy::Policy;

use super::known::{COSIGNED, COSIGNED_AT, KEY, LEAVES, WITNESS};
use super::text;

/// A policy that is written reads as the same, and it believes a checkpoint
/// only by whom it names.
pub fn policy(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    text.split_whitespace().for_each(key);
    let Ok(policy) = text.parse::<Policy>() else {
        return;
    };
    let written = policy.to_string();
    let again = written.parse::<Policy>();
    assert_eq!(again.as_ref(), Ok(&policy), "{written}");
    assert_eq!(again.map(|again| again.to_string()), Ok(written));
    let names_log = policy.logs().iter().any(|log| log.key == KEY.verifier());
    let judged = policy.judge(&COSIGNED);
    assert_eq!(judged.is_ok(), names_log, "{judged:?}");
    let Ok(judged) = judged else { return };
    assert_eq!(judged.checkpoint.size(), LEAVES);
    let ours = WITNESS.verifier();
    let expected = policy.witnesses().filter(|witness| witness.key == ours);
    let expected = expected.map(|witness| (witness.name.clone(), COSIGNED_AT));
    assert_eq!(judged.cosigned, expected.collect());
    if judged.cosigned.is_empty() {
        assert_eq!(judged.is_enough, !policy.asks_for_witnesses());
    }
}

/// A key that is read is written, and read as the same again.
fn key(word: &str) {
    same::<VerifierKey>(word);
    same::<CosignerKey>(word);
    if let Ok(key) = word.parse::<SigningKey>() {
        let again: SigningKey = key.to_private_text().parse().expect("a key");
        assert_eq!(again.verifier(), key.verifier());
        let signature = key.sign_bytes(b"words");
        assert!(key.verifier().accepts(b"words", &signature));
    }
    if let Ok(key) = word.parse::<CosigningKey>() {
        let again: CosigningKey = key.to_private_text().parse().expect("a key");
        assert_eq!(again.verifier(), key.verifier());
        same::<CosignerKey>(&key.verifier().to_string());
    }
    if let Ok(hash) = word.parse::<Hash>() {
        assert_eq!(hash.to_string(), word.to_ascii_lowercase());
    }
    if let Ok(hash) = Hash::from_base64(word) {
        assert_eq!(hash.to_base64(), word);
    }
}

fn same<K: FromStr + Display + PartialEq>(line: &str) {
    let Ok(key) = line.parse::<K>() else { return };
    let written = key.to_string();
    assert!(written.eq_ignore_ascii_case(line), "{written} of {line}");
    let again = written.parse::<K>().ok();
    assert!(again.is_some_and(|again| again == key), "{written}");
}
