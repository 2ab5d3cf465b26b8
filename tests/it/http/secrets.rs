//! Secrets: passwords, sessions, links, tokens and the keys of hooks and archives
//! stand in nothing that the program says, gives out, or keeps in words.

use std::fs;
use std::path::Path;
use std::process::Command;

use citekeep::domain::person::Role;
use citekeep::web::routes::TABLE;

use super::sign_in::set_up_app;
use crate::erasure::http::unpacked;
use crate::support::desk_of_today;
use crate::support::http::{Answer, Visitor};
use crate::support::program::Program;

const PASSWORD: &str = "Popocatepetl under snow";
const WRONG: &str = "Iztaccihuatl under snow";
const ARCHIVE: &str = "archive-key-5d41402abc4b2a76";
const METRICS: &str = "metrics-token-7d793037a0760186";

/// Secrets by what they are.
type Secrets = Vec<(&'static str, String)>;

/// What begins with some letters on a page, up to the next that is none of its.
fn after(page: &str, begins: &str) -> String {
    let (_, rest) = page.split_once(begins).expect(begins);
    let is_its = |c: &char| c.is_ascii_alphanumeric() || "+/=_-".contains(*c);
    format!(
        "{begins}{}",
        rest.chars().take_while(is_its).collect::<String>()
    )
}

/// The value of the cookie that an answer sets.
fn cookie(answer: &Answer) -> String {
    let cookie = answer.header("set-cookie").expect("a session");
    let value = cookie
        .split(';')
        .next()
        .and_then(|pair| pair.split_once('='));
    value.expect("a value").1.to_owned()
}

/// Comes in, chooses a password, is wrong, comes in by it, makes a token and a
/// hook, and sets up an app; every secret that there was is added.
fn live(base: &str, link: &str, secrets: &mut Secrets) -> Visitor {
    let nobody = Visitor::nobody(base);
    let entered = nobody.post(&format!("/enter/{link}"), &[]);
    secrets.push(("the link", link.to_owned()));
    secrets.push(("the first session", cookie(&entered)));
    let me = nobody.with_session_of(&entered);
    let credentials = [("sign_in", "admin.of.all"), ("password", PASSWORD)];
    let short = [("sign_in", "no spaces"), ("password", WRONG)];
    let refused = me.post("/me", &short);
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(
        !refused.body.contains(WRONG),
        "what is wrong comes back without it"
    );
    let chosen = me.post("/me", &credentials);
    assert_eq!(chosen.status, 303, "{}", chosen.body);
    secrets.push(("the second session", cookie(&chosen)));
    let wrong = [("sign_in", "admin.of.all"), ("password", WRONG)];
    let refused = nobody.post("/sign-in", &wrong);
    assert_eq!(refused.status, 401);
    assert!(!refused.body.contains(WRONG));
    // A password that was typed into the wrong field is said to nobody either.
    nobody.post("/sign-in", &[("sign_in", WRONG), ("password", "x")]);
    let signed_in = nobody.post("/sign-in", &credentials);
    assert_eq!(signed_in.status, 303, "{}", signed_in.body);
    secrets.push(("the session", cookie(&signed_in)));
    let me = nobody.with_session_of(&signed_in);
    let token = [
        ("name", "Story system"),
        ("role", "admin"),
        ("scope", "read"),
        ("lasting", "30"),
    ];
    let token = after(&me.post("/settings/tokens", &token).body, "ckp_");
    let program = [("authorization", format!("Bearer {token}"))];
    let program = program
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    assert_eq!(nobody.ask("GET", "/api/v1/me", &program).status, 200);
    let broken = format!("Bearer {}x", &token[..token.len() - 1]);
    let refused = nobody.ask("GET", "/api/v1/me", &[("authorization", &broken)]);
    assert_eq!(refused.status, 401);
    assert!(!refused.body.contains(&broken[12..]), "{}", refused.body);
    let hook = [
        ("name", "Story system"),
        ("url", "https://hooks.example/"),
        ("about", "public"),
    ];
    let made = me.post("/settings/hooks", &hook);
    secrets.push(("the hook's key", after(&made.body, "whsec_")));
    let forbidden = nobody.ask("POST", "/api/v1/claims", &program);
    assert_eq!(forbidden.status, 403, "{forbidden:?}");
    let elsewhere = [("host", "evil.example")];
    let refused = nobody.ask("GET", &format!("/enter/{link}"), &elsewhere);
    assert_eq!(refused.status, 421);
    secrets.push(("the token", token.clone()));
    let again = me.post("/people/1/link", &[]);
    let second = after(&again.body, "/enter/");
    secrets.push(("another's link", second["/enter/".len()..].to_owned()));
    let (app, codes) = set_up_app(&me);
    secrets.push(("what an app shares", app));
    secrets.push(("a recovery code", codes[0].clone()));
    me
}

/// Every page and file of the desk by what stands at it.
fn drawn(me: &Visitor) -> Vec<(String, Vec<u8>)> {
    let gets = TABLE.iter().filter(|(method, _, _)| *method == "get");
    let paths = gets
        .filter(|(_, pattern, _)| *pattern != "/events")
        .map(|(_, pattern, _)| {
            let parts = pattern.split('/').map(|part| match part {
                part if part.starts_with('{') => "1",
                part => part,
            });
            parts.collect::<Vec<_>>().join("/")
        });
    let api = [
        "/api/v1/changes",
        "/api/v1/tokens",
        "/api/v1/hooks",
        "/api/v1/people",
        "/api/v1/me",
    ];
    let all = paths.chain(api.map(str::to_owned));
    all.map(|path| {
        let (answer, bytes) = me.download(&path);
        let headers = format!("{:?}", answer.headers).into_bytes();
        (path, [headers, unpacked(&bytes)].concat())
    })
    .collect()
}

/// Every file of the data directory with its bytes.
fn kept(data: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![data.to_owned()];
    while let Some(folder) = folders.pop() {
        for file in fs::read_dir(&folder).expect("a folder") {
            let path = file.expect("a file").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = fs::read(&path).expect("its bytes");
                found.push((path.display().to_string(), bytes));
            }
        }
    }
    found
}

fn holds(bytes: &[u8], secret: &str) -> bool {
    bytes
        .windows(secret.len())
        .any(|window| window == secret.as_bytes())
}

#[test]
fn no_secret_is_said_given_out_or_kept_in_words() {
    let desk = desk_of_today();
    desk.published();
    let link = desk.link(desk.join(Role::Admin));
    let closed = desk.close();
    let config = closed.data.with_extension("toml");
    let archive = format!(
        "[archive]\naccess_key = \"{ARCHIVE}\"\nsecret = \"{ARCHIVE}\"\n\
         [metrics]\nlisten = \"127.0.0.1:0\"\ntoken = \"{METRICS}\"\n"
    );
    fs::write(&config, archive).expect("a configuration");
    let mut command = Command::new(env!("CARGO_BIN_EXE_citekeep"));
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(&closed.data)
        .arg("--config")
        .arg(&config)
        .env("CITEKEEP_LOG", "trace");
    let mut program = Program::start(&mut command);
    let base = program.address();
    let mut secrets: Secrets = vec![
        ("the password", PASSWORD.to_owned()),
        ("a wrong password", WRONG.to_owned()),
        ("the archive's secret", ARCHIVE.to_owned()),
        ("the metrics' token", METRICS.to_owned()),
    ];
    let me = live(&base, &link, &mut secrets);
    let key = fs::read_to_string(closed.data.join("log.key")).expect("the key");
    let key = key.lines().last().unwrap_or_default().trim();
    secrets.push(("the log's key", key.to_owned()));
    for (path, bytes) in drawn(&me) {
        for (what, secret) in &secrets {
            assert!(!holds(&bytes, secret), "{what} at {path}");
        }
    }
    // Something breaks: a visitor is told no more than that.
    fs::remove_dir_all(closed.data.join("blobs")).expect("the blobs are gone");
    let broken = me.get("/snapshots/1/raw");
    assert_eq!(broken.status, 500, "{broken:?}");
    let place = closed.data.display().to_string();
    for hint in [place.as_str(), "blobs", ".rs:", "os error"] {
        assert!(!broken.body.contains(hint), "{hint}: {}", broken.body);
    }
    let said = program.last_words();
    assert!(
        said.contains("a request failed"),
        "the cause is in the log: {said}"
    );
    // Who came in and how, and who did not, is said.
    for told in [
        "somebody came in person=5 way=\"link\" address=\"127.0.0.1\"",
        "somebody came in person=5 way=\"password\"",
        "somebody was not let in way=\"password\" address=\"127.0.0.1\"",
    ] {
        assert!(said.contains(told), "{told}: {said}");
    }
    for (what, secret) in &secrets {
        assert!(!said.contains(secret), "{what} was said: {said}");
        // What signs is kept as it is, in its file and beside its hook; so is what
        // codes are computed of.
        let is_own = |path: &str| match *what {
            "the log's key" => path.ends_with("log.key"),
            "the hook's key" | "what an app shares" => path.contains("desk.db"),
            _ => false,
        };
        for (path, bytes) in kept(&closed.data) {
            assert!(is_own(&path) || !holds(&bytes, secret), "{what} in {path}");
        }
    }
}
