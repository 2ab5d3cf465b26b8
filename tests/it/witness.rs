//! A stand-in for a witness, written from C2SP tlog-witness and RFC 6962 alone:
//! nothing of the program's own arithmetic is used.

use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::capture::origin::{Origin, Request, Response};

/// The seed of the witness's key, and its name.
const SEED: [u8; 32] = [42; 32];
const NAME: &str = "witness.example/w1";

type Node = [u8; 32];

/// What the witness remembers, and how it behaves.
#[derive(Default)]
pub(crate) struct Memory {
    /// The size and root that it cosigned last.
    pub(crate) cosigned: Option<(u64, Node)>,
    /// What it answers instead of judging.
    pub(crate) instead: Option<Response>,
    /// How many checkpoints it cosigned.
    pub(crate) count: u64,
}

/// A witness of one log that answers at a loopback address.
pub(crate) struct StandIn {
    pub(crate) origin: Origin,
    pub(crate) memory: Arc<Mutex<Memory>>,
}

impl StandIn {
    /// Starts a witness of the log with this verifier key.
    pub(crate) fn of(log: &str) -> Self {
        let memory = Arc::new(Mutex::new(Memory::default()));
        let (log, shared) = (log.to_owned(), Arc::clone(&memory));
        let origin = Origin::start(move |request| {
            let mut memory = shared.lock().expect("no test panicked here");
            if let Some(response) = &memory.instead {
                return response.clone();
            }
            answer(request, &log, &mut memory).unwrap_or_else(|| Response::status(400))
        });
        Self { origin, memory }
    }

    /// The witness's verifier key.
    pub(crate) fn vkey() -> String {
        let public = SigningKey::from_bytes(&SEED).verifying_key().to_bytes();
        let typed = [&[4], &public[..]].concat();
        let hash = Sha256::digest([NAME.as_bytes(), b"\n", &typed].concat());
        let key = STANDARD.encode(&typed);
        format!("{NAME}+{}+{key}", hex::encode(&hash[..4]))
    }

    /// The address below which it is asked.
    pub(crate) fn url(&self) -> String {
        self.origin.url("").to_string()
    }

    /// How many entries it cosigned last.
    pub(crate) fn size(&self) -> Option<u64> {
        let memory = self.memory.lock().expect("no test panicked here");
        memory.cosigned.map(|(size, _)| size)
    }
}

fn answer(request: &Request, log: &str, memory: &mut Memory) -> Option<Response> {
    if request.path != "/add-checkpoint" || request.method != "POST" {
        return Some(Response::status(405));
    }
    let body = std::str::from_utf8(&request.body).ok()?;
    let (head, note) = body.split_once("\n\n")?;
    let mut lines = head.lines();
    let old: u64 = lines.next()?.strip_prefix("old ")?.parse().ok()?;
    let proof: Option<Vec<Node>> = lines.map(hash).collect();
    let (text, signatures) = note.split_once("\n\n")?;
    let text = format!("{text}\n");
    let mut three = text.lines();
    let (origin, size, root) = (three.next()?, three.next()?, three.next()?);
    let (size, root): (u64, Node) = (size.parse().ok()?, hash(root)?);
    if origin != log.split('+').next()? {
        return Some(Response::status(404));
    }
    if !is_signed(&text, signatures, log)? {
        return Some(Response::status(403));
    }
    let (known, known_root) = memory.cosigned.unwrap_or((0, Sha256::digest(b"").into()));
    if old != known || (size == known && root != known_root) {
        return Some(other_size(known));
    }
    if !grew((known, known_root), (size, root), &proof?) {
        return Some(Response::status(422));
    }
    memory.cosigned = Some((size, root));
    memory.count += 1;
    Some(Response::text(&cosign(&text, 1_700_000_000 + memory.count)))
}

fn other_size(size: u64) -> Response {
    Response::bytes("text/x.tlog.size", format!("{size}\n")).but(409)
}

fn hash(text: &str) -> Option<Node> {
    STANDARD.decode(text).ok()?.try_into().ok()
}

/// Whether a line by the log's key signs the text.
fn is_signed(text: &str, signatures: &str, log: &str) -> Option<bool> {
    let (name, rest) = log.split_once('+')?;
    let (id, key) = rest.split_once('+')?;
    let public: Node = STANDARD.decode(key).ok()?[1..].try_into().ok()?;
    let key = VerifyingKey::from_bytes(&public).ok()?;
    let signed = signatures.lines().any(|line| {
        let encoded = line.strip_prefix(&format!("\u{2014} {name} "));
        let bytes = encoded.and_then(|encoded| STANDARD.decode(encoded).ok());
        let bytes = bytes.filter(|bytes| bytes.len() == 68 && hex::encode(&bytes[..4]) == id);
        bytes.is_some_and(|bytes| {
            let signature = Signature::from_slice(&bytes[4..]).expect("64 bytes");
            key.verify_strict(text.as_bytes(), &signature).is_ok()
        })
    });
    Some(signed)
}

fn cosign(text: &str, time: u64) -> String {
    let key = SigningKey::from_bytes(&SEED);
    let signed = key.sign(format!("cosignature/v1\ntime {time}\n{text}").as_bytes());
    let id = StandIn::vkey();
    let id = id.split('+').nth(1).expect("a key's hash");
    let id = hex::decode(id).expect("hexadecimal");
    let bytes = [&id[..], &time.to_be_bytes(), &signed.to_bytes()].concat();
    format!("\u{2014} {NAME} {}\n", STANDARD.encode(bytes))
}

fn node(left: Node, right: Node) -> Node {
    Sha256::digest([&[1], &left[..], &right[..]].concat()).into()
}

/// RFC 6962, 2.1.2: what a proof gives for both trees, taken apart as SUBPROOF
/// puts it together, from its end.
fn grew((old, old_root): (u64, Node), (new, new_root): (u64, Node), proof: &[Node]) -> bool {
    if old == 0 || old == new {
        return proof.is_empty() && (old != new || old_root == new_root);
    }
    let mut rest = proof;
    let given = roots((old, new), true, old_root, &mut rest);
    given == Some((old_root, new_root)) && rest.is_empty()
}

fn roots(
    (m, n): (u64, u64),
    is_known: bool,
    old_root: Node,
    proof: &mut &[Node],
) -> Option<(Node, Node)> {
    let mut last = || {
        let (last, before) = proof.split_last()?;
        *proof = before;
        Some(*last)
    };
    if m == n {
        let whole = if is_known { old_root } else { last()? };
        return Some((whole, whole));
    }
    let k = n.next_power_of_two() / 2;
    let beside = last()?;
    if m <= k {
        let (old, new) = roots((m, k), is_known, old_root, proof)?;
        Some((old, node(new, beside)))
    } else {
        let (old, new) = roots((m - k, n - k), false, old_root, proof)?;
        Some((node(beside, old), node(beside, new)))
    }
}
