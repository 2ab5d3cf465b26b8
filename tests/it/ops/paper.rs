//! docs/operations.md says what is there: its examples are run, and each command,
//! option, line of the configuration and metric that it names exists.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

use citekeep::config::Config;

use super::start;
use crate::support::desk_of_today;
use crate::support::http::Visitor;

const PROGRAM: &str = env!("CARGO_BIN_EXE_citekeep");

fn file(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).expect("a file of the project")
}

fn paper() -> String {
    file("docs/operations.md")
}

/// The blocks of a paper in one language, without the indentation of a list.
fn blocks(paper: &str, language: &str) -> Vec<String> {
    let (mut blocks, mut block) = (Vec::new(), None::<Vec<&str>>);
    for line in paper.lines() {
        match (&mut block, line.trim_start()) {
            (Some(lines), "```") => {
                blocks.push(lines.join("\n"));
                block = None;
            }
            (Some(lines), bare) => lines.push(bare),
            (None, bare) if bare.strip_prefix("```") == Some(language) => block = Some(Vec::new()),
            (None, bare) if bare.len() > 3 && bare.starts_with("```") => {}
            (None, _) => {}
        }
    }
    blocks
}

fn run(program: &str, arguments: &[&str]) -> Output {
    let done = Command::new(program).args(arguments).output();
    done.unwrap_or_else(|error| unreachable!("{program}: {error}"))
}

fn said(output: &Output) -> String {
    let both = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8_lossy(&both).into_owned()
}

#[test]
fn the_examples_do_what_the_paper_says_and_its_metrics_are_those_that_are_served() {
    let desk = desk_of_today();
    desk.published();
    let closed = desk.close();
    let config = "[metrics]\nlisten = \"127.0.0.1:0\"\n[server]\nlisten = \"127.0.0.1:0\"\n";
    let mut program = start(&closed.data, config, "error");
    let line = program.hear("metrics are served at ");
    let metrics = line.trim_end().trim_end_matches("/metrics");
    let metrics = metrics.rsplit('/').next().expect("an address").to_owned();
    let base = program.address();
    let place = tempfile::tempdir().expect("a folder");
    let at = |name: &str| place.path().join(name).display().to_string();
    let script = blocks(&paper(), "sh").join("\n");
    assert!(script.matches('\n').count() >= 8, "{script}");
    let config = closed.data.with_extension("toml").display().to_string();
    let script = [
        ("/etc/citekeep/config.toml", config.as_str()),
        ("/var/lib/citekeep/data", &closed.data.display().to_string()),
        ("/var/lib/citekeep/drill", &at("drill")),
        ("/mnt/backup/citekeep", &at("backups")),
        ("127.0.0.1:8080", base.trim_start_matches("http://")),
        ("127.0.0.1:9464", &metrics),
    ]
    .iter()
    .fold(script, |script, (written, here)| {
        script.replace(written, here)
    });
    // The doctor finds that no backup is configured, as it is here.
    let script = format!("citekeep() {{ '{PROGRAM}' \"$@\" || [ \"$1\" = doctor ]; }}\n{script}");
    let done = run("bash", &["-euo", "pipefail", "-c", &script]);
    let told = said(&done);
    assert!(done.status.success(), "{told}");
    for part in [
        "no backup is taken",
        "\nok\n",
        "\nready\n",
        "citekeep_log_entries",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }

    let page = Visitor::nobody(&format!("http://{metrics}"))
        .get("/metrics")
        .body;
    let served: BTreeSet<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next())
        .collect();
    let paper = paper();
    let rows = paper.lines().filter_map(|line| line.strip_prefix("| `"));
    let named = rows.filter_map(|row| row.split('`').next());
    let is_metric = |name: &&str| name.starts_with("citekeep_") || name.starts_with("process_");
    let mut named: BTreeSet<&str> = named
        .filter(is_metric)
        .filter(|it| !it.contains('*'))
        .collect();
    // Where there is a certificate: tests/it/ops/tls.rs.
    assert!(named.remove("citekeep_certificate_expiry_timestamp_seconds"));
    assert_eq!(named, served);
}

#[test]
fn each_command_option_and_line_of_configuration_that_is_named_exists() {
    let papers = [
        paper(),
        file("docs/backup.md"),
        file("docs/deploy/citekeep.service"),
    ]
    .join("\n");
    let named = papers
        .split(['`', '\n'])
        .map(str::trim_start)
        .map(|code| {
            code.strip_prefix("ExecStart=/usr/local/bin/")
                .unwrap_or(code)
        })
        .filter_map(|code| code.strip_prefix("citekeep "));
    let mut seen = BTreeSet::new();
    for code in named {
        let words: Vec<&str> = code.split_whitespace().collect();
        let is_word = |word: &str| word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
        let Some(command) = words.first().filter(|word| is_word(word)) else {
            continue;
        };
        if !seen.insert(code.to_owned()) {
            continue;
        }
        let help = run(PROGRAM, &[command, "--help"]);
        assert!(help.status.success(), "citekeep {code}: {}", said(&help));
        let help = said(&help);
        let options = words.iter().take_while(|word| **word != "&&");
        for option in options.filter(|word| word.starts_with("--")) {
            assert!(help.contains(option), "citekeep {code}: {option}");
        }
    }
    assert!(seen.len() > 12, "{seen:?}");

    let sections = blocks(&paper(), "toml");
    assert_eq!(sections.len(), 4);
    for section in sections.iter().chain([&file("config.toml")]) {
        let read: Result<Config, _> = toml::from_str(section);
        assert!(read.is_ok(), "{section}: {read:?}");
    }
    // What the configuration shows is what holds without it.
    let shown: Config = toml::from_str(&file("config.toml")).expect("it can be read");
    assert_eq!(shown, Config::default());
}

#[test]
fn the_unit_can_be_read_by_systemd_and_lets_the_desk_do_little() {
    let unit = file("docs/deploy/citekeep.service");
    for line in [
        "User=citekeep",
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "UMask=0077",
    ] {
        assert!(unit.lines().any(|it| it == line), "{line}");
    }
    let place = tempfile::tempdir().expect("a folder");
    let path = place.path().join("citekeep.service");
    std::fs::write(&path, unit.replace("/usr/local/bin/citekeep", PROGRAM)).expect("a file");
    let path = path.display().to_string();
    // Not everybody has systemd; who has it sees what it says.
    let checked = Command::new("systemd-analyze")
        .args(["verify", "--man=no", &path])
        .output();
    if let Ok(checked) = checked {
        let told = said(&checked);
        assert!(checked.status.success(), "{told}");
        assert!(!told.contains("citekeep.service:"), "{told}");
    }
}

#[test]
fn the_recipes_for_proxies_and_containers_fit_what_the_desk_reads() {
    let nginx = file("docs/deploy/nginx.conf");
    let caddy = file("docs/deploy/Caddyfile");
    for header in [
        "X-Forwarded-For",
        "X-Forwarded-Proto",
        "X-Forwarded-Host",
        "X-Request-Id",
    ] {
        assert!(
            nginx.contains(&format!("proxy_set_header {header} ")),
            "{header}"
        );
    }
    // The kind of header that is not believed goes no farther.
    assert!(nginx.contains("proxy_set_header Forwarded \"\";"));
    assert!(caddy.contains("header_up -Forwarded"));
    // A desk whose disk is full is not ready, and can be read all the same.
    assert!(!caddy.contains("health_uri"));
    for recipe in [&nginx, &caddy] {
        assert!(
            recipe.contains("/api/") && recipe.contains("403"),
            "{recipe}"
        );
        assert_eq!(recipe.matches('{').count(), recipe.matches('}').count());
    }
    let container = file("docs/deploy/Containerfile");
    let last = container.rsplit("\nFROM ").next().expect("a stage");
    assert!(
        last.starts_with("scratch\n") && last.contains("\nUSER 65532"),
        "{last}"
    );
    let words = last.split_once("\nCMD ").expect("what it runs").1;
    let words: Vec<String> = serde_json::from_str(words.trim()).expect("JSON");
    let help = said(&run(PROGRAM, &[&words[0], "--help"]));
    for option in words.iter().filter(|word| word.starts_with("--")) {
        assert!(help.contains(option), "{option}");
    }
}
