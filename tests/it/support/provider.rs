//! A stand-in for a provider of single sign-on: it keeps to OpenID Connect, holds
//! the desk to it, and says in its ID tokens whatever a test wants.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use citekeep::desk::single_sign_on::{self, Arrived, Identity, Purpose};
use citekeep::domain::account::SecondFactorAt;
use ring::hmac;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::form_urlencoded;

pub(crate) const CLIENT: &str = "desk";
pub(crate) const SECRET: &str = "the-client-secret-5d41402abc4b";

/// Pairs of a form or of the part of an address after `?`.
pub(crate) type Pairs = BTreeMap<String, String>;

/// How the provider is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    Fine,
    /// It takes what is asked, and says nothing.
    Silent,
    /// It sends far too much.
    Flood,
    /// It says that it is broken.
    Broken,
}

struct Key {
    id: String,
    pair: EcdsaKeyPair,
}

struct State {
    key: Key,
    mood: Mood,
    /// What it says of itself beside what it must.
    more: Value,
    /// Codes that were not used yet, with what they were asked with, and the ID
    /// token that they buy.
    codes: BTreeMap<String, (Pairs, String)>,
    /// How often each path was asked.
    asked: BTreeMap<String, usize>,
}

/// A provider that answers until it is let go.
pub(crate) struct Provider {
    pub(crate) address: SocketAddr,
    state: Arc<Mutex<State>>,
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().expect("nobody panicked with it")
}

fn new_key(id: &str) -> Key {
    let rng = SystemRandom::new();
    let way = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let document = EcdsaKeyPair::generate_pkcs8(way, &rng).expect("a key");
    let pair = EcdsaKeyPair::from_pkcs8(way, document.as_ref(), &rng).expect("a key");
    let id = id.to_owned();
    Key { id, pair }
}

/// Now, in seconds.
#[expect(
    clippy::disallowed_methods,
    reason = "the program that is tested reads the wall clock too"
)]
pub(crate) fn now() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.expect("a clock after 1970").as_secs() as i64
}

impl Provider {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(Mutex::new(State {
            key: new_key("first"),
            mood: Mood::Fine,
            more: json!({}),
            codes: BTreeMap::new(),
            asked: BTreeMap::new(),
        }));
        let over = Arc::new(AtomicBool::new(false));
        let (shared, ends) = (Arc::clone(&state), Arc::clone(&over));
        let thread = std::thread::spawn(move || {
            let mut held = Vec::new();
            for stream in listener.incoming() {
                if ends.load(Ordering::Relaxed) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                if lock(&shared).mood == Mood::Silent {
                    held.push(stream);
                    continue;
                }
                // A desk that hangs up half-way is no fault.
                let _ = serve(stream, &shared, &format!("http://{address}"));
            }
        });
        Self {
            address,
            state,
            over,
            thread: Some(thread),
        }
    }

    pub(crate) fn issuer(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The part of a configuration that describes it, with more lines.
    pub(crate) fn section(&self, name: &str, secret: &std::path::Path, more: &str) -> String {
        format!(
            "[[sign_in.provider]]\nname = \"{name}\"\nlabel = \"Newsroom account\"\nissuer = \"{}\"\n\
             client_id = \"{CLIENT}\"\nsecret = \"{}\"\nplain_http = true\n{more}\n",
            self.issuer(),
            secret.display()
        )
    }

    pub(crate) fn is(&self, mood: Mood) {
        lock(&self.state).mood = mood;
    }

    /// Lets it say more of itself.
    pub(crate) fn says(&self, more: Value) {
        lock(&self.state).more = more;
    }

    /// Lets it sign with another key from here on.
    pub(crate) fn rotates(&self, id: &str) {
        lock(&self.state).key = new_key(id);
    }

    /// How often a path was asked.
    pub(crate) fn asked(&self, path: &str) -> usize {
        lock(&self.state)
            .asked
            .get(path)
            .copied()
            .unwrap_or_default()
    }

    /// What an honest ID token says about an account.
    pub(crate) fn claims(&self, asked: &Pairs, subject: &str) -> Value {
        json!({
            "iss": self.issuer(), "aud": CLIENT, "sub": subject, "nonce": asked["nonce"],
            "iat": now(), "exp": now() + 300, "auth_time": now(),
            "email": format!("{subject}@newsroom.example"), "email_verified": true,
        })
    }

    /// Signs an ID token as it should be.
    pub(crate) fn sign(&self, claims: &Value) -> String {
        let id = lock(&self.state).key.id.clone();
        self.sign_as(&json!({"alg": "ES256", "kid": id}), claims)
    }

    /// Signs an ID token with a header of a test's own.
    pub(crate) fn sign_as(&self, header: &Value, claims: &Value) -> String {
        let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
        let said = format!("{}.{}", part(header), part(claims));
        let state = lock(&self.state);
        let pair = &state.key.pair;
        let signature = match header["alg"].as_str() {
            Some("none") => Vec::new(),
            Some("HS256") => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, pair.public_key().as_ref());
                hmac::sign(&key, said.as_bytes()).as_ref().to_vec()
            }
            _ => {
                let signed = pair.sign(&SystemRandom::new(), said.as_bytes());
                signed.expect("a signature").as_ref().to_vec()
            }
        };
        format!("{said}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// Gives out a code for an ID token, to whoever asked with `asked`.
    pub(crate) fn grants(&self, asked: &Pairs, token: String) -> String {
        let mut state = lock(&self.state);
        let code = format!("code-{}-{}", state.codes.len(), asked["state"]);
        state.codes.insert(code.clone(), (asked.clone(), token));
        code
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        // Wakes the thread that waits for whoever comes next.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn pairs(text: &str) -> Pairs {
    form_urlencoded::parse(text.as_bytes())
        .into_owned()
        .collect()
}

fn serve(mut stream: TcpStream, state: &Mutex<State>, issuer: &str) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let (mut length, mut proof) = (0, String::new());
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().unwrap_or_default(),
            "authorization" => value.clone_into(&mut proof),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let mut state = lock(state);
    *state.asked.entry(path.clone()).or_default() += 1;
    let (status, answer) = match (state.mood, path.as_str()) {
        (Mood::Broken, _) => (503, json!({"error": "server_error"}).to_string()),
        (Mood::Flood, _) => (200, "x".repeat(10 << 20)),
        (_, "/.well-known/openid-configuration") => (200, about(&state, issuer).to_string()),
        (_, "/keys") => (200, keys(&state.key).to_string()),
        (_, "/token") => token(&mut state, &pairs(&String::from_utf8_lossy(&body)), &proof),
        _ => (404, String::new()),
    };
    drop(state);
    write!(
        stream,
        "HTTP/1.1 {status} Here\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{answer}",
        answer.len()
    )
}

fn about(state: &State, issuer: &str) -> Value {
    let mut about = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "end_session_endpoint": format!("{issuer}/leave"),
        "authorization_response_iss_parameter_supported": true,
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "code_challenge_methods_supported": ["S256"],
    });
    for (name, value) in state.more.as_object().expect("an object") {
        about[name] = value.clone();
    }
    about
}

fn keys(key: &Key) -> Value {
    let point = key.pair.public_key().as_ref();
    let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    json!({"keys": [{
        "kty": "EC", "crv": "P-256", "kid": key.id, "use": "sig", "alg": "ES256",
        "x": part(&point[1..33]), "y": part(&point[33..]),
    }]})
}

/// Sells tokens for a code, once, to whoever asked for it and can show that.
fn token(state: &mut State, form: &Pairs, proof: &str) -> (u16, String) {
    let refuse = |why: &str| {
        (
            400,
            json!({"error": why, "error_description": SECRET}).to_string(),
        )
    };
    let ours = format!("Basic {}", STANDARD.encode(format!("{CLIENT}:{SECRET}")));
    if proof != ours {
        return refuse("invalid_client");
    }
    let value = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let Some((asked, token)) = state.codes.remove(value("code")) else {
        return refuse("invalid_grant");
    };
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(value("code_verifier")));
    let fits = value("grant_type") == "authorization_code"
        && asked["redirect_uri"] == value("redirect_uri")
        && asked["code_challenge_method"] == "S256"
        && asked["code_challenge"] == challenge;
    if !fits {
        return refuse("invalid_grant");
    }
    let answer =
        json!({"access_token": "access-token-7d793037", "token_type": "Bearer", "id_token": token});
    (200, answer.to_string())
}

/// Somebody whom a provider named by one factor, as it is known once they are back:
/// Ann, who wants to come in.
pub(crate) fn arrived(issuer: &str, subject: &str) -> Arrived {
    let provider = single_sign_on::Provider {
        name: "newsroom".to_owned(),
        label: "Newsroom account".to_owned(),
        issuer: issuer.to_owned(),
        client: "desk".to_owned(),
        secret: None,
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
    };
    let identity = Identity {
        subject: subject.to_owned(),
        email: Some("ann@newsroom.example".to_owned()),
        is_verified: true,
        name: None,
        hosted: None,
        tenant: None,
        shown_at: None,
        means: Vec::new(),
        class: None,
    };
    Arrived {
        provider,
        identity,
        hint: "a.b.c".to_owned(),
        purpose: Purpose::Enter(None),
        known: None,
    }
}
