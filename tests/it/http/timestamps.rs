//! Timestamps as readers, admins and the command line see them.

use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use citekeep::domain::person::Role;
use serde_json::Value;

use crate::capture::origin::{Origin, Response};
use crate::support::authority::{Authority, Key};
use crate::support::desk_of_today;
use crate::support::http::Visitor;
use crate::support::program::{Program, citekeep_with};

/// How long a desk may take until it has asked everybody.
const PATIENCE: Duration = Duration::from_secs(20);

/// The list for programs, once it holds so many timestamps.
fn listed(nobody: &Visitor, count: usize) -> Value {
    let begin = Instant::now();
    loop {
        let answer = nobody.get("/log/timestamps.json");
        let list: Value = serde_json::from_str(&answer.body).expect("JSON");
        if list["timestamps"].as_array().expect("a list").len() >= count {
            return list;
        }
        assert!(begin.elapsed() < PATIENCE, "{list}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn run(data: &Path, config: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_citekeep"));
    command.args(arguments).arg("--data").arg(data);
    command.arg("--config").arg(config);
    command.output().expect("the program runs")
}

fn said(output: &Output) -> String {
    let (out, err) = (&output.stdout, &output.stderr);
    String::from_utf8_lossy(&[out.as_slice(), err].concat()).into_owned()
}

#[test]
fn what_is_served_is_what_openssl_takes() {
    let authority = Authority::new(Key::Rsa);
    let signer = authority.signer_below(Key::Rsa);
    let origin = Origin::start(move |request| {
        let reply = signer.reply(&request.body, "sha512", "sha256");
        Response::bytes("application/timestamp-reply", reply)
    });
    let busy = Origin::start(|_| Response::status(503));
    let desk = desk_of_today();
    desk.published();
    let admin = desk.link(desk.join(Role::Admin));
    let closed = desk.close();
    let mut program = asking(
        &closed.data,
        &authority,
        [("first", &origin), ("busy", &busy)],
    );
    let base = program.address();
    let nobody = Visitor::nobody(&base);

    let list = listed(&nobody, 1);
    let one = &list["timestamps"][0];
    let size = one["checkpoint"].as_u64().expect("a size");
    assert_eq!(one["authority"], "first");
    let path = |field: &str| {
        let address = one[field].as_str().expect("an address");
        address
            .trim_start_matches(base.trim_end_matches('/'))
            .to_owned()
    };
    assert_eq!(path("answer"), format!("/log/timestamps/{size}/first.tsr"));
    let (kind, answer) = nobody.fetch(&path("answer"), &[]);
    assert_eq!(kind, "application/timestamp-reply");
    let (_, note) = nobody.fetch(&path("stamped"), &[]);
    assert!(authority.believes(&answer, &note, None));
    assert!(!authority.believes(&answer, &note[1..], None));
    let text = String::from_utf8(note).expect("a note");
    assert_eq!(
        text.matches('\u{2014}').count(),
        1,
        "the desk's own signature alone"
    );
    for missing in [
        "/log/checkpoints/999999".to_owned(),
        format!("/log/timestamps/{size}/other.tsr"),
        format!("/log/timestamps/{size}/first"),
        format!("/log/timestamps/{size}/..tsr"),
        "/log/timestamps/999999/first.tsr".to_owned(),
    ] {
        assert_eq!(nobody.get(&missing).status, 404, "{missing}");
    }

    pages(&nobody, size);
    settings(&Visitor::enter(&base, &admin));
    program.stop();

    commands(&closed.data, size);
}

/// A desk that asks authorities of these names, whose root is this one's.
fn asking(data: &Path, authority: &Authority, origins: [(&str, &Origin); 2]) -> Program {
    let folder = data.parent().expect("the folder of the test");
    let roots = folder.join("roots.pem");
    std::fs::write(&roots, authority.root()).expect("written");
    let sections = origins.map(|(name, origin)| {
        format!(
            "[[timestamp]]\nname = \"{name}\"\naddress = \"{}\"\nroots = \"{}\"\n",
            origin.url("/tsr"),
            roots.display()
        )
    });
    let places = origins.map(|(_, origin)| format!("\"{}\"", origin.place()));
    let config = format!(
        "[fetch]\nallow = [{}]\ngap = 0\n{}",
        places.join(", "),
        sections.concat()
    );
    citekeep_with(data, &config)
}

/// What strangers read.
fn pages(nobody: &Visitor, size: u64) {
    let page = nobody.get("/log/timestamps").body;
    assert!(
        page.contains("openssl ts -verify") && page.contains("first.tsr"),
        "{page}"
    );
    let rest = nobody.get(&format!("/log/timestamps.json?after={size}&by=first"));
    assert!(rest.body.starts_with("{\"timestamps\":[]"), "{}", rest.body);
    let about = nobody.get("/about").body;
    assert!(about.contains("By the clock of first"), "{about}");
}

/// What an admin sees of the authorities.
fn settings(admin: &Visitor) {
    let begin = Instant::now();
    // The other authority is asked after the first.
    while !admin
        .get("/settings/timestamps")
        .body
        .contains("status 503")
    {
        assert!(
            begin.elapsed() < PATIENCE,
            "the one that is busy was not asked"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    let page = admin.get("/settings/timestamps").body;
    assert!(page.contains("entries existed before"), "{page}");
    let hurried = admin.post("/settings/timestamps/tries", &[]);
    assert_eq!(hurried.location.as_deref(), Some("/settings/timestamps"));
}

/// The same by the command line.
fn commands(data: &Path, size: u64) {
    let config = data.with_extension("toml");
    let done = run(data, &config, &["verify"]);
    assert_eq!(done.status.code(), Some(0), "{}", said(&done));
    let proven = format!("the first {size} entries existed, as they are, before");
    assert!(said(&done).contains(&proven), "{}", said(&done));
    let done = run(data, &config, &["stamp", "--now"]);
    assert_eq!(done.status.code(), Some(3), "{}", said(&done));
    assert!(
        said(&done).contains("busy: 127.0.0.1 answers with status 503"),
        "{}",
        said(&done)
    );
    assert!(said(&done).contains("first: not asked"), "{}", said(&done));

    let none = data.with_extension("none.toml");
    std::fs::write(&none, "").expect("written");
    let done = run(data, &none, &["verify"]);
    assert_eq!(done.status.code(), Some(0), "{}", said(&done));
    let open = "when the timestamp by first was made: no roots are configured";
    assert!(said(&done).contains(open), "{}", said(&done));
    for (text, expected) in [
        ("", "no authority is configured"),
        ("[timestamps]\nevery = 5\n", "choose 60 to 86400 seconds"),
        (
            "[[timestamp]]\nname = \"First\"\naddress = \"http://a.example/\"\nroots = \"x\"\n",
            "small letters",
        ),
        (
            "[[timestamp]]\nname = \"a\"\naddress = \"http://a.example/\"\nroots = \"nowhere.pem\"\n",
            "nowhere.pem cannot be read",
        ),
    ] {
        std::fs::write(&none, text).expect("written");
        let done = run(data, &none, &["stamp"]);
        assert_eq!(done.status.code(), Some(2), "{}", said(&done));
        assert!(said(&done).contains(expected), "{}", said(&done));
    }
}
