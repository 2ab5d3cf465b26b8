//! What a browser or a program sends to a desk that is served: addresses with
//! what stands after `?`, cookies, tokens and other headers, forms and JSON.
//!
//! Whatever was sent, an answer comes, it is no failure of ours, it is in the
//! form that it says, and nothing that was sent runs in a browser.

use std::sync::{Arc, LazyLock, Mutex, PoisonError, mpsc};

use citekeep::desk::people;
use citekeep::desk::sign_in::{self, Entered, Whence};
use citekeep::desk::timestamps::Plan;
use citekeep::desk::tokens::{self, Lasting, NewToken};
use citekeep::domain::person::Role;
use citekeep::domain::scope::Scopes;
use citekeep::domain::words::Name;
use citekeep::web::{self, Outward, Settings, TABLE, Workers};
use serde_json::Value;

use super::desk::Small;
use super::wire::{Answer, Wire};

/// What a page may not hold as it was sent: it would begin an element.
const MARK: &[u8] = b"<zz";

/// A desk that is served, and somebody who may do everything at it.
struct Door {
    small: Small,
    wire: Mutex<Wire>,
    host: String,
    operations: Vec<(String, String)>,
    keys: Mutex<Keys>,
}

/// What somebody shows who may do everything: as a person, and as a program.
struct Keys {
    cookie: String,
    csrf: String,
    token: String,
}

impl Keys {
    fn of_admin(small: &Small) -> Self {
        let link = people::make_demo_link(&small.desk, small.admin).expect("a link");
        let entered = sign_in::by_link(&small.desk, &link, Whence::default());
        let Entered::In(begun) = entered.expect("a link that works") else {
            unreachable!("nobody here has a second factor");
        };
        let cookie = begun.secret;
        let who = sign_in::who(&small.desk, &cookie).expect("a desk that answers");
        let me = who.expect("somebody");
        // One desk is asked for as long as the target runs, and a desk has only so
        // many tokens.
        for (token, _) in tokens::list(&small.desk).expect("the tokens") {
            tokens::revoke(&small.desk, me.actor(), token.id).expect("a token less");
        }
        let new = NewToken {
            name: Name::parse("A program").expect("a name"),
            role: Role::Admin,
            scopes: Scopes::ALL,
            lasting: Lasting::Days(300),
        };
        let token = tokens::make(&small.desk, &me, new).expect("a token");
        Self {
            csrf: me.csrf,
            cookie,
            token,
        }
    }
}

static DOOR: LazyLock<Door> = LazyLock::new(Door::open);

/// What is not asked: it would end the session or the token that asks, never
/// ends by itself, or is made slow on purpose.
const LEFT_OUT: [&str; 11] = [
    "/sign-out",
    "/events",
    "/sign-in",
    "/settings/tokens/{token}/revocation",
    "/api/v1/tokens/{token}",
    "/api/v1/changes",
    "/people/{person}/role",
    "/people/{person}/departure",
    "/people/{person}/sessions/end",
    "/people/{person}/factors/removal",
    "/api/v1/people/{person}/sessions/ending",
];

impl Door {
    fn open() -> Self {
        let small = Small::new();
        let (tell, told) = mpsc::channel();
        let desk = small.desk.clone();
        // It is served for as long as this process is there.
        std::thread::spawn(move || {
            web::block_on(async move {
                let listen = "127.0.0.1:0".parse().expect("an address");
                let running = web::start(&desk, listen, settings()).expect("a free port");
                tell.send(running.address).expect("somebody waits");
                let nobody = Workers {
                    capturing: None,
                    telling: None,
                    asking: None,
                    stamping: None,
                    keeping: None,
                };
                web::serve(desk, running, nobody)
                    .await
                    .expect("it is served");
            });
        });
        let address = told.recv().expect("it is served");
        let mut wire = Wire::new(address);
        let host = address.to_string();
        let asked = format!("GET /api/v1/openapi.json HTTP/1.1\r\nhost: {host}\r\n\r\n");
        let document = wire.ask(asked.as_bytes());
        let document = document.expect("the document of the API").body;
        let mut operations = operations(&serde_json::from_slice(&document).expect("JSON"));
        let pages = TABLE
            .iter()
            .map(|(method, path, _)| (method.to_uppercase(), (*path).to_owned()));
        operations.extend(pages);
        operations.retain(|(_, path)| !LEFT_OUT.contains(&path.as_str()));
        Self {
            operations,
            wire: Mutex::new(wire),
            host,
            keys: Mutex::new(Keys::of_admin(&small)),
            small,
        }
    }
}

fn settings() -> Settings {
    Settings {
        name: "A desk".to_owned(),
        base: None,
        upload: 1 << 20,
        strangers: 0,
        demo: false,
        archive: false,
        drafts: true,
        fetcher: None,
        witnesses: Arc::default(),
        witnessing: None,
        timestamps: Arc::new(Plan::none()),
        outward: Outward::default(),
        workers: 1,
    }
}

/// The operations of the API by its own document.
fn operations(document: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let paths = document["paths"].as_object().expect("paths");
    for (path, methods) in paths {
        for method in methods
            .as_object()
            .into_iter()
            .flat_map(|methods| methods.keys())
        {
            if ["get", "post", "put", "delete"].contains(&method.as_str()) {
                let path = if path.starts_with("/api/") {
                    path.clone()
                } else {
                    format!("/api/v1{path}")
                };
                found.push((method.to_uppercase(), path));
            }
        }
    }
    assert!(!found.is_empty(), "the API has no operations");
    found
}

/// What is sent, as bytes choose it.
struct Sent<'a> {
    /// Which operation: by its name, or by whatever these bytes come to.
    operation: &'a [u8],
    /// Who asks: a person, a program, or whoever the headers say.
    who: u8,
    /// What each number in the address is, a line each.
    number: &'a [u8],
    query: &'a [u8],
    /// Lines of headers.
    headers: &'a [u8],
    body: &'a [u8],
}

impl<'a> Sent<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut parts = bytes.splitn(5, |byte| *byte == 0xff);
        let operation = parts.next()?;
        let (who, number) = parts.next()?.split_first()?;
        let mut next = || parts.next().unwrap_or_default();
        Some(Self {
            operation,
            who: who % 4,
            number,
            query: next(),
            headers: next(),
            body: next(),
        })
    }

    /// The operation that is asked for.
    fn operation(&self, door: &'a Door) -> &'a (String, String) {
        let named = door
            .operations
            .iter()
            .find(|(method, path)| self.operation == format!("{method} {path}").as_bytes());
        let sum = self.operation.iter().fold(0_usize, |sum, byte| {
            sum.wrapping_mul(31).wrapping_add(usize::from(*byte))
        });
        named.unwrap_or(&door.operations[sum % door.operations.len()])
    }

    /// The request on the wire.
    fn request(&self, door: &'a Door, keys: &Keys) -> (Vec<u8>, String) {
        let (method, path) = self.operation(door);
        let mut request = format!("{method} ").into_bytes();
        request.extend(address(path, self.number));
        if !self.query.is_empty() {
            request.push(b'?');
            request.extend(encoded(self.query, b"&=%+"));
        }
        request.extend(format!(" HTTP/1.1\r\nhost: {}\r\n", door.host).bytes());
        let is_api = path.starts_with("/api/");
        let by_token = self.who == 0 && is_api;
        if by_token {
            let token = format!("authorization: Bearer {}\r\n", keys.token);
            request.extend(token.bytes());
        } else if self.who < 2 {
            let (cookie, csrf) = (&keys.cookie, &keys.csrf);
            let mine = format!("cookie: citekeep={cookie}\r\nx-csrf-token: {csrf}\r\n");
            request.extend(mine.bytes());
        }
        request.extend(self.lines());
        if method == "GET" {
            request.extend(b"\r\n");
            return (request, format!("{method} {path}"));
        }
        let is_json = match self.who {
            0 | 1 => is_api,
            _ => self.number.len().is_multiple_of(2),
        };
        let mut body = self.body.to_vec();
        if !is_json && self.who < 2 {
            // A form shows the secret of its session.
            body = [format!("csrf={}&", keys.csrf).as_bytes(), &body].concat();
        }
        let kind = if is_json {
            "application/json"
        } else {
            "application/x-www-form-urlencoded"
        };
        let length = body.len();
        let head = format!("content-type: {kind}\r\ncontent-length: {length}\r\n\r\n");
        request.extend(head.bytes());
        request.extend(body);
        (request, format!("{method} {path}"))
    }

    /// The lines of headers, without those that say where the request ends.
    fn lines(&self) -> Vec<u8> {
        const ENDS: [&[u8]; 5] = [
            b"content-length",
            b"transfer-encoding",
            b"expect",
            b"connection",
            b"upgrade",
        ];
        let mut lines = Vec::new();
        for line in self.headers.split(|byte| *byte == b'\n').take(20) {
            let line = line.iter().copied();
            let line: Vec<u8> = line.filter(|byte| !matches!(byte, b'\r' | 0)).collect();
            let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
            let name = name.trim_ascii().to_ascii_lowercase();
            if !name.is_empty() && !ENDS.contains(&name.as_slice()) {
                lines.extend(line);
                lines.extend(b"\r\n");
            }
        }
        lines
    }
}

/// An address whose numbers are these bytes, or 1 where there are none.
fn address(path: &str, number: &[u8]) -> Vec<u8> {
    let number = if number.is_empty() { b"1" } else { number };
    let mut numbers = number.split(|byte| *byte == b'\n').cycle();
    let mut address = Vec::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        address.extend(before.bytes());
        address.extend(encoded(numbers.next().unwrap_or_default(), b""));
        rest = after.split_once('}').map_or("", |(_, after)| after);
    }
    address.extend(rest.bytes());
    address
}

/// Bytes as they stand in an address: what may not stand there as `%41`.
fn encoded(bytes: &[u8], and: &[u8]) -> Vec<u8> {
    let mut written = Vec::new();
    for byte in bytes.iter().take(4_000) {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(byte) || and.contains(byte) {
            written.push(*byte);
        } else {
            written.extend(format!("%{byte:02X}").bytes());
        }
    }
    written
}

/// One request, and what must hold of its answer.
pub fn request(bytes: &[u8]) {
    answered(bytes);
}

/// The same; the status of the answer, where these bytes are a request.
pub fn answered(bytes: &[u8]) -> Option<u16> {
    let door = &*DOOR;
    let sent = Sent::read(bytes)?;
    let keys = door.keys.lock().unwrap_or_else(PoisonError::into_inner);
    let (request, name) = sent.request(door, &keys);
    drop(keys);
    let mut wire = door.wire.lock().unwrap_or_else(PoisonError::into_inner);
    let answer = wire.ask(&request);
    drop(wire);
    let answer = answer.unwrap_or_else(|why| unreachable!("{name}: no answer: {why}"));
    check(&answer, &name);
    let to = answer.header("location").unwrap_or_default();
    if sent.who < 2 && (answer.status == 401 || to.starts_with("/sign-in")) {
        // What was asked before may have ended the session or the token.
        let mut keys = door.keys.lock().unwrap_or_else(PoisonError::into_inner);
        *keys = Keys::of_admin(&door.small);
    }
    Some(answer.status)
}

fn check(answer: &Answer, name: &str) {
    let shown = || {
        let body = String::from_utf8_lossy(&answer.body);
        body.chars().take(2_000).collect::<String>()
    };
    let is_known = matches!(answer.status, 200..=499 | 503);
    assert!(is_known, "{name}: {} {}", answer.status, shown());
    let is_marked = answer.header("x-content-type-options") == Some("nosniff");
    if !is_marked && answer.status == 400 && answer.body.is_empty() {
        // This was no HTTP, and nobody of ours saw it.
        return;
    }
    assert!(
        is_marked,
        "{name}: {} may be taken for anything",
        answer.status
    );
    let kind = answer.header("content-type").unwrap_or_default();
    let is_json = kind.contains("json") && !kind.contains("ndjson");
    if is_json && !answer.body.is_empty() {
        let read = serde_json::from_slice::<Value>(&answer.body);
        assert!(read.is_ok(), "{name}: no JSON: {}", shown());
    }
    let is_page = kind.starts_with("text/html");
    if is_page || kind.contains("xml") || kind.contains("svg") {
        let lower = answer.body.to_ascii_lowercase();
        let runs = lower.windows(MARK.len()).any(|some| some == MARK);
        assert!(
            !runs,
            "{name}: what was sent stands in the page: {}",
            shown()
        );
    }
    if is_page {
        let policy = answer.header("content-security-policy");
        assert!(policy.is_some(), "{name}: a page without a policy");
    }
    let is_told = answer.status < 400 || !answer.body.is_empty();
    assert!(is_told, "{name}: {} without a word", answer.status);
}
