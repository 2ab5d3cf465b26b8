//! HTTPS by ourselves, with certificates that OpenSSL makes, and read by curl and
//! OpenSSL.

use std::path::Path;
use std::process::Command;

use super::start;
use crate::support::desk_of_today;

/// Makes a certificate for this machine, with its key.
pub(super) fn certificate(dir: &Path, name: &str) {
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
        ])
        .args(["-nodes", "-days", "2", "-subj", &format!("/CN={name}")])
        .args(["-addext", "subjectAltName=IP:127.0.0.1", "-keyout"])
        .arg(dir.join(format!("{name}.key")))
        .arg("-out")
        .arg(dir.join(format!("{name}.pem")))
        .output()
        .expect("openssl runs");
    assert!(made.status.success(), "{made:?}");
}

fn put(dir: &Path, name: &str, ending: &str) {
    let draft = dir.join("draft");
    std::fs::copy(dir.join(format!("{name}.{ending}")), &draft).expect("a copy");
    std::fs::rename(draft, dir.join(format!("served.{ending}"))).expect("a name");
}

/// Whose certificate is shown.
fn shown(port: &str) -> String {
    let script = format!(
        "openssl s_client -connect 127.0.0.1:{port} -servername localhost </dev/null 2>/dev/null | openssl x509 -noout -subject"
    );
    let said = Command::new("sh").args(["-c", &script]).output();
    String::from_utf8(said.expect("sh runs").stdout).expect("UTF-8")
}

fn curl(arguments: &[&str]) -> String {
    let said = Command::new("curl")
        .args(["--silent", "--show-error", "--include", "--max-time", "10"])
        .args(arguments)
        .output()
        .expect("curl runs");
    assert!(said.status.success(), "{said:?}");
    String::from_utf8(said.stdout).expect("UTF-8")
}

#[test]
fn a_desk_speaks_https_and_takes_up_a_new_certificate_without_a_stop() {
    let closed = desk_of_today().close();
    let dir = closed.data.parent().expect("a folder");
    for name in ["first", "second"] {
        certificate(dir, name);
    }
    for ending in ["pem", "key"] {
        put(dir, "first", ending);
    }
    let (chain, key) = (dir.join("served.pem"), dir.join("served.key"));
    let config = format!("[tls]\ncertificate = {chain:?}\nkey = {key:?}\n");
    let config = format!("{config}[metrics]\nlisten = \"127.0.0.1:0\"\n");
    let mut program = start(&closed.data, &config, "warn");
    let metrics = program.hear("metrics are served at ");
    let base = program.address();
    let port = base.rsplit(':').next().expect("a port").to_owned();
    assert_eq!(base, format!("https://127.0.0.1:{port}"));

    let trusted = dir.join("first.pem").display().to_string();
    let page = format!("{base}/published");
    // Whoever would rather speak HTTP/2 is answered in HTTP/1.1: of what one
    // connection may ask at once, and how much it may keep waiting, the server of
    // HTTP/2 knows no bound.
    let rather = ["--cacert", trusted.as_str(), "--http2"];
    let answer = curl(&[&rather[..], &[page.as_str()]].concat());
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    let hsts = "strict-transport-security: max-age=63072000";
    assert!(answer.contains(hsts), "{answer}");
    assert!(answer.contains("<title>"), "{answer}");
    let (_, metrics) = metrics.trim_end().split_once(" at ").expect("an address");
    let figures = curl(&[metrics]);
    let name = "\ncitekeep_certificate_expiry_timestamp_seconds ";
    let ends = figures.split_once(name).expect("when it ends").1;
    let script =
        format!("date -d \"$(openssl x509 -enddate -noout -in {trusted} | cut -d= -f2)\" +%s");
    let expected = Command::new("sh").args(["-c", &script]).output();
    let expected = String::from_utf8(expected.expect("sh runs").stdout).expect("UTF-8");
    assert_eq!(ends.lines().next(), Some(expected.trim()));
    // A form of this site is let through.
    let form = format!("{base}/sign-in");
    let origin = format!("origin: {base}");
    let sent = [&rather[..], &["--data", "sign_in=a&password=b"]].concat();
    let ours = curl(&[&sent[..], &["--header", &origin, &form]].concat());
    assert!(ours.starts_with("HTTP/1.1 401"), "{ours}");
    let foreign = ["--header", "origin: https://evil.example", &form];
    let foreign = curl(&[&sent[..], &foreign].concat());
    assert!(foreign.starts_with("HTTP/1.1 403"), "{foreign}");
    let elsewhere = ["--header", "host: evil.example", &page];
    let elsewhere = curl(&[&rather[..], &elsewhere].concat());
    assert!(elsewhere.starts_with("HTTP/1.1 421"), "{elsewhere}");

    // Half a pair, then no certificate at all: what was there is served on.
    put(dir, "second", "key");
    program.hear("the one before is served on");
    assert!(shown(&port).contains("first"));
    std::fs::write(&chain, "no certificate").expect("a file");
    program.hear("holds no certificate in PEM; the one before");
    assert!(shown(&port).contains("first"));
    put(dir, "second", "pem");
    program.hear("a new certificate is served");
    assert!(shown(&port).contains("second"));
}

#[test]
fn a_pair_that_cannot_be_used_stops_the_start_with_words() {
    let closed = desk_of_today().close();
    let dir = closed.data.parent().expect("a folder");
    for name in ["first", "second"] {
        certificate(dir, name);
    }
    let path = |name: &str| dir.join(name);
    let tls = |certificate: &str, key: &str| {
        format!(
            "[tls]\ncertificate = {:?}\nkey = {:?}\n",
            path(certificate),
            path(key)
        )
    };
    let plain = "[server]\npublic_url = \"http://desk.example.org\"\n";
    for (config, expected) in [
        (tls("first.pem", "second.key"), "cannot be used together"),
        (tls("first.key", "first.key"), "no certificate in PEM"),
        (tls("first.pem", "none.key"), "cannot be read"),
        (
            format!("[tls]\ncertificate = {:?}\n", path("first.pem")),
            "both",
        ),
        (
            format!("{plain}{}", tls("first.pem", "first.key")),
            "https://",
        ),
    ] {
        let file = closed.data.with_extension("toml");
        std::fs::write(&file, &config).expect("a configuration");
        let refused = Command::new(env!("CARGO_BIN_EXE_citekeep"))
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(&closed.data)
            .arg("--config")
            .arg(&file)
            .output()
            .expect("it runs");
        let said = String::from_utf8_lossy(&refused.stderr);
        assert_eq!(refused.status.code(), Some(2), "{said}");
        assert!(said.contains(expected), "{expected}: {said}");
    }
}
