//! Each thing that can be wrong with an installation is found, and said.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::tls::certificate;
use crate::capture::origin::{Origin, Response};
use crate::support::authority::{Authority, Key, STAMPS};
use crate::support::{ClosedDesk, desk_of_today};
use crate::witness::StandIn;

/// What `citekeep doctor` says of a desk: its exit code and its findings.
fn doctor(data: &Path, config: &str, more: &[&str]) -> (i32, Vec<Value>) {
    let file = data.with_extension("toml");
    fs::write(&file, config).expect("a configuration");
    let said = Command::new(env!("CARGO_BIN_EXE_citekeep"))
        .args(["doctor", "--json", "--data"])
        .arg(data)
        .arg("--config")
        .arg(&file)
        .args(more)
        .output()
        .expect("it runs");
    let told: Value = serde_json::from_slice(&said.stdout)
        .unwrap_or_else(|_| unreachable!("{}", String::from_utf8_lossy(&said.stderr)));
    let code = said.status.code().expect("a code");
    assert_eq!(told["ok"], code == 0, "{told}");
    (code, told["checks"].as_array().expect("checks").clone())
}

/// The words of the one finding of a check that is wrong; none where it is not.
fn wrong(found: &[Value], check: &str) -> Option<String> {
    let its = found
        .iter()
        .find(|one| one["check"] == check && one["standing"] == "wrong")?;
    let mend = its["mend"].as_str().expect("what mends it");
    assert!(mend.len() > 5, "{its}");
    its["found"].as_str().map(str::to_owned)
}

/// A desk under which nothing is wrong, once a backup was taken.
struct Patient {
    closed: ClosedDesk,
    config: String,
}

impl Patient {
    fn new() -> Self {
        let closed = desk_of_today().close();
        let to = closed.data.with_extension("backups");
        let config = format!("[server]\nlisten = \"127.0.0.1:0\"\n[backup]\nto = {to:?}\n");
        Self { closed, config }
    }

    fn backed_up() -> Self {
        let patient = Self::new();
        let done = Command::new(env!("CARGO_BIN_EXE_citekeep"))
            .args(["backup", "--data"])
            .arg(patient.data())
            .arg("--to")
            .arg(patient.data().with_extension("backups"))
            .output()
            .expect("it runs");
        assert!(done.status.success(), "{done:?}");
        patient
    }

    fn data(&self) -> &Path {
        &self.closed.data
    }

    fn look(&self) -> (i32, Vec<Value>) {
        doctor(self.data(), &self.config, &[])
    }

    /// The doctor finds this wrong.
    fn finds(&self, check: &str, part: &str) {
        self.finds_with(&self.config, (check, part), &[]);
    }

    /// The doctor finds this wrong with another configuration.
    fn finds_with(&self, config: &str, (check, part): (&str, &str), more: &[&str]) {
        let (code, found) = doctor(self.data(), config, more);
        let words = wrong(&found, check);
        let is_it = words.is_some_and(|it| it.contains(part));
        assert!(is_it, "{config}: {part}: {found:#?}");
        assert_eq!(code, 1);
    }

    fn sql(&self, words: &str) {
        let database = rusqlite::Connection::open(self.data().join("desk.db"));
        let done = database.expect("a database").execute_batch(words);
        done.expect(words);
    }
}

/// Whether a check is worth a note and no more.
fn noted(found: &[Value], check: &str) -> bool {
    let its = found.iter().find(|one| one["check"] == check);
    its.is_some_and(|one| one["standing"] == "note")
}

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode");
}

#[test]
fn a_desk_that_is_as_it_should_be_passes() {
    let patient = Patient::new();
    patient.finds("backup", "none was taken yet");
    let patient = Patient::backed_up();
    let (code, found) = doctor(patient.data(), &patient.config, &["--network"]);
    assert_eq!(code, 0, "{found:#?}");
    let checks: Vec<_> = found
        .iter()
        .filter_map(|one| one["check"].as_str())
        .collect();
    let expected = "configuration port address proxy files reading data schema database key clock \
                    room backup network";
    assert_eq!(checks.join(" "), expected);
    let empty = patient.data().with_extension("none");
    let (_, found) = doctor(&empty, &patient.config, &[]);
    assert!(noted(&found, "data"), "{found:#?}");
}

#[test]
fn whoever_could_read_the_data_or_the_key_is_found() {
    let patient = Patient::backed_up();
    let data = patient.data();
    mode(data, 0o755);
    patient.finds("data", "mode 755");
    mode(data, 0o700);
    mode(&data.join("desk.db"), 0o644);
    patient.finds("data", "desk.db is open to others");
    mode(&data.join("desk.db"), 0o600);
    let key = data.join("log.key");
    mode(&key, 0o640);
    patient.finds("key", "mode 640");
    mode(&key, 0o600);
    let kept = fs::read(&key).expect("the key");
    fs::write(&key, "no key").expect("a file");
    patient.finds("key", "log.key");
    fs::remove_file(&key).expect("it goes");
    patient.finds("key", "is not there");
    fs::write(&key, &kept).expect("the key");
    mode(&key, 0o600);
    let (code, found) = patient.look();
    assert_eq!(code, 0, "it changed nothing: {found:#?}");
    patient.sql("UPDATE desk SET verifier_key = 'other' || verifier_key");
    patient.finds("key", "not the key that the log names");
}

#[test]
fn each_flaw_of_a_database_and_of_its_backups_is_named() {
    let patient = Patient::backed_up();
    let data = patient.data();
    let schema = |version: usize| patient.sql(&format!("PRAGMA user_version = {version}"));
    schema(99);
    patient.finds("schema", "schema 99");
    schema(citekeep::store::SCHEMA_VERSION - 1);
    assert!(noted(&patient.look().1, "schema"));
    schema(citekeep::store::SCHEMA_VERSION);
    patient.sql("UPDATE trail SET at = at + 86400000");
    patient.finds("clock", "before the newest entry");
    patient.sql("UPDATE trail SET at = at - 86400000");
    let standing = data.join("last-backup.json");
    let text = fs::read_to_string(&standing).expect("a file");
    let mut told: Value = serde_json::from_str(&text).expect("JSON");
    told["trouble"] = serde_json::json!(["the disk is full", 3]);
    fs::write(&standing, told.to_string()).expect("a file");
    patient.finds("backup", "the last 3 came to nothing: the disk is full");
    told["trouble"] = Value::Null;
    told["last"]["finding"] = "blob 7 is lost".into();
    fs::write(&standing, told.to_string()).expect("a file");
    patient.finds("backup", "not whole: blob 7 is lost");
    told["last"]["finding"] = Value::Null;
    told["last"]["at"] = "2021-01-01T00:00:00.000Z".into();
    fs::write(&standing, told.to_string()).expect("a file");
    patient.finds("backup", "hours old");

    let mut spoilt = fs::read(data.join("desk.db")).expect("the database");
    for page in 2..spoilt.len() / 4_096 {
        spoilt[page * 4_096..page * 4_096 + 8].fill(0xff);
    }
    fs::write(data.join("desk.db"), spoilt).expect("a file");
    patient.finds("database", "");
}

/// What is wrong with a configuration, and what the doctor says of it.
#[rustfmt::skip]
const FLAWS: [(&str, &str, &str); 17] = [
    ("configuration", "[desk]\ndaata = \"x\"\n", "daata"),
    ("configuration", "[desk]\nname = \"\"\n", "name"),
    ("configuration", "[timestamps]\nevery = 1\n", "every"),
    ("configuration", "[fetch]\nallow = [\"10.0.0.1/8\"]\n", "allow"),
    ("configuration", "[backup]\nto = \"x\"\nkeep = \"7q\"\n", "7d,4w"),
    ("configuration", "[[witness]]\naddress = \"https://w.example/\"\nvkey = \"x\"\n", "witnesses"),
    ("port", "[server]\nlisten = \"203.0.113.9:80\"\n", "203.0.113.9:80"),
    ("address", "[server]\nlisten = \"0.0.0.0:0\"\n", "without HTTPS"),
    ("address", "[server]\npublic_url = \"http://desk.example.org\"\n", "https://"),
    ("address", "[server]\npublic_url = \"https://desk.example.org\"\n", "neither"),
    ("proxy", "[proxy]\ntrusted = [\"proxy.example\"]\n", "proxy.example"),
    ("proxy", "[proxy]\ntrusted = [\"0.0.0.0/0\"]\n", "everybody"),
    ("certificate", "[tls]\ncertificate = \"none.pem\"\nkey = \"none.key\"\n", "none.pem"),
    ("metrics", "[metrics]\nlisten = \"0.0.0.0:9464\"\n", "token"),
    ("key", "[desk]\nkey = \"env:CITEKEEP_NO_SUCH_KEY\"\n", "CITEKEEP_NO_SUCH_KEY"),
    ("reading", "[reading]\nmemory = 1\n", "documents cannot be read"),
    ("backup", "[desk]\nname = \"A desk\"\n", "no backup"),
];

#[test]
fn each_flaw_of_a_configuration_is_named() {
    let patient = Patient::backed_up();
    for (check, config, part) in FLAWS {
        patient.finds_with(config, (check, part), &[]);
    }
    let dir = patient.data().parent().expect("a folder");
    certificate(dir, "first");
    let (pem, key) = (dir.join("first.pem"), dir.join("first.key"));
    let tls = format!("[tls]\ncertificate = {pem:?}\nkey = {key:?}\n");
    patient.finds_with(&tls, ("certificate", "ends within three days"), &[]);
    mode(&key, 0o644);
    patient.finds_with(&tls, ("certificate", "mode 644"), &[]);
}

#[test]
fn what_is_taken_is_noted_and_who_is_away_is_found_when_asked_for() {
    let patient = Patient::backed_up();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let at = taken.local_addr().expect("an address");
    let config = patient.config.replace("127.0.0.1:0", &at.to_string());
    let (code, found) = doctor(patient.data(), &config, &[]);
    assert_eq!(code, 0, "{found:#?}");
    assert!(noted(&found, "port"));
    let outside = format!(
        "{config}[fetch]\nallow = [\"127.0.0.1:9\"]\n\
         [[witness]]\naddress = \"http://127.0.0.1:9/\"\nvkey = \"{}\"\n",
        StandIn::vkey()
    );
    patient.finds_with(&outside, ("witness", "cannot be reached"), &["--network"]);
    let (_, found) = doctor(patient.data(), &outside, &[]);
    assert_eq!(wrong(&found, "witness"), None, "nobody is asked");
    assert!(noted(&found, "encryption"), "{found:#?}");
    let encrypted = outside.replace("http://127.0.0.1:9/", "https://127.0.0.1:9/");
    let (_, found) = doctor(patient.data(), &encrypted, &[]);
    let told = found.iter().find(|one| one["check"] == "encryption");
    assert_eq!(told.expect("a finding")["standing"], "fine");
}

#[test]
fn a_scanner_that_lets_malware_in_or_nothing_at_all_is_found() {
    let patient = Patient::backed_up();
    let with = |script: &str| {
        let command = format!("[scanning]\ncommand = [\"sh\", \"-c\", {script:?}]\n");
        format!("{}{command}", patient.config)
    };
    let knows = "grep -q EICAR-STANDARD-ANTIVIRUS-TEST-FILE && exit 1; exit 0";
    let (code, found) = doctor(patient.data(), &with(knows), &[]);
    assert_eq!(code, 0, "{found:#?}");
    assert!(found.iter().any(|one| one["check"] == "scanning"));
    for (script, part) in [
        ("exit 0", "does not know the file"),
        ("exit 1", "takes a harmless file for malware"),
        ("exit 2", "gives no answer"),
    ] {
        patient.finds_with(&with(script), ("scanning", part), &[]);
    }
}

/// The configuration of an authority at an address of this machine.
fn authority(place: &str, roots: &Path) -> String {
    format!(
        "[fetch]\nallow = [\"{place}\"]\n[[timestamp]]\nname = \"first-stamp\"\n\
         address = \"http://{place}/tsr\"\nroots = {roots:?}\n"
    )
}

#[test]
fn an_authority_that_stamps_is_told_from_one_that_answers_wrongly_or_not_at_all() {
    let patient = Patient::backed_up();
    let (openssl, other) = (Authority::new(Key::P256), Authority::new(Key::P256));
    let root = patient.data().with_extension("roots");
    fs::write(&root, openssl.root()).expect("a root");
    let signer = openssl.signer(Key::P256, STAMPS);
    let stamping = Origin::start(move |request| {
        let reply = signer.reply(&request.body, "sha256", "sha256");
        Response::bytes("application/timestamp-reply", reply)
    });
    let ask = |place: &str| {
        let config = format!("{}{}", patient.config, authority(place, &root));
        doctor(patient.data(), &config, &["--network"])
    };
    let (code, found) = ask(&stamping.place());
    assert_eq!(code, 0, "{found:#?}");
    let told = found.iter().find(|one| one["check"] == "timestamps");
    let told = told.expect("a finding")["found"].as_str().expect("words");
    assert!(
        told.starts_with("first-stamp stamps; its clock says 20"),
        "{told}"
    );
    let asked = stamping.requests();
    assert_eq!((asked.len(), asked[0].path.as_str()), (1, "/tsr"));

    let foreign = other.signer(Key::P256, STAMPS);
    let stranger = Origin::start(move |request| {
        let reply = foreign.reply(&request.body, "sha256", "sha256");
        Response::bytes("application/timestamp-reply", reply)
    });
    let portal = Origin::start(|_| Response::page("<title>Sign in to the network</title>"));
    let absent = Origin::start(|_| Response::status(404));
    let silent = Origin::start(|_| Response::raw(""));
    for (place, part) in [
        (stranger.place(), "would not be kept: "),
        (portal.place(), "would not be kept: "),
        (
            absent.place(),
            "answers with status 404 instead of a timestamp",
        ),
        (silent.place(), ""),
        ("127.0.0.1:9".to_owned(), "cannot be reached"),
    ] {
        let (code, found) = ask(&place);
        let words = wrong(&found, "timestamps").expect("it is found");
        assert!(words.starts_with("first-stamp"), "{words}");
        assert!(words.contains(part), "{part}: {words}");
        assert_eq!(code, 1);
    }
}
