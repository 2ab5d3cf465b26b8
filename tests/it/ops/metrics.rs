//! What can be measured, read by the parser of Prometheus's own client.

use std::process::Command;

use citekeep::domain::person::Role;
use serde_json::{Value, json};

use super::start;
use crate::support::http::Visitor;
use crate::support::program::Program;
use crate::support::python::{installed, python};
use crate::support::{check, desk_of_today};

/// Reads a page of figures: each family with its kind and its samples.
fn parsed(page: &str) -> Value {
    let place = installed("prometheus").display().to_string();
    let script = format!(
        "import json, sys\nsys.path.insert(0, {place:?})\n\
         from prometheus_client.parser import text_string_to_metric_families\n\
         families = text_string_to_metric_families(sys.stdin.read())\n\
         print(json.dumps([[f.name, f.type, f.documentation, [[s.name, s.labels, s.value] for s in f.samples]] for f in families]))"
    );
    python(&script, page.as_bytes())
}

fn samples<'v>(families: &'v Value, name: &str) -> Vec<(&'v Value, f64)> {
    let families = families.as_array().expect("families");
    let all = families.iter().flat_map(|family| family[3].as_array());
    let its = all.flatten().filter(|sample| sample[0] == name);
    its.map(|sample| (&sample[1], sample[2].as_f64().unwrap_or(f64::INFINITY)))
        .collect()
}

fn one(families: &Value, name: &str) -> f64 {
    let found = samples(families, name);
    assert_eq!(found.len(), 1, "{name}: {found:?}");
    found[0].1
}

/// Where the metrics are, by what the program says, and where the desk is.
fn addresses(program: &mut Program) -> (String, String) {
    let line = program.hear("metrics are served at ");
    let (_, metrics) = line.split_once(" at ").expect("an address");
    let metrics = metrics.trim_end().strip_suffix("/metrics");
    (metrics.expect("its path").to_owned(), program.address())
}

#[test]
fn figures_are_read_by_prometheus_and_hold_no_address_that_was_asked_for() {
    let config = "[metrics]\nlisten = \"127.0.0.1:0\"\n";
    let desk = desk_of_today();
    desk.published();
    let closed = desk.close();
    let mut program = start(&closed.data, config, "error");
    let (metrics, base) = addresses(&mut program);
    let nobody = Visitor::nobody(&base);
    for path in [
        "/published",
        "/published/1",
        "/published/1?from=popocatepetl",
        "/no/popocatepetl",
    ] {
        nobody.get(path);
    }
    nobody.ask("BREW", "/popocatepetl", &[]);
    let watcher = Visitor::nobody(&metrics);
    // A site that has its name lead here has a browser on this machine ask by it.
    let rebound = watcher.ask("GET", "/metrics", &[("host", "evil.example")]);
    assert_eq!(rebound.status, 421, "{rebound:?}");
    let answer = watcher.get("/metrics");
    assert_eq!(answer.status, 200, "{answer:?}");
    let kind = answer.header("content-type");
    assert_eq!(kind, Some("text/plain; version=0.0.4; charset=utf-8"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    let policy = answer.header("content-security-policy").expect("a policy");
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(!answer.body.contains("popocatepetl"), "{}", answer.body);
    let families = parsed(&answer.body);
    for family in families.as_array().expect("families") {
        let (name, kind) = (&family[0], family[1].as_str().expect("a kind"));
        assert!(
            ["counter", "gauge", "histogram"].contains(&kind),
            "{name}: {kind}"
        );
        assert!(
            family[2].as_str().expect("its help").ends_with('.'),
            "{name}"
        );
    }
    let requests = samples(&families, "citekeep_http_requests_total");
    let of = |route: &str, method: &str, status: &str| {
        let labels = json!({"route": route, "method": method, "status": status});
        requests
            .iter()
            .find(|(it, _)| **it == labels)
            .map(|(_, count)| *count)
    };
    assert_eq!(
        of("/published/{claim}", "GET", "200"),
        Some(2.0),
        "{requests:?}"
    );
    assert_eq!(of("/published", "GET", "200"), Some(1.0));
    assert_eq!(of("none", "GET", "404"), Some(1.0));
    assert_eq!(of("none", "other", "404"), Some(1.0));
    let buckets = samples(&families, "citekeep_http_request_seconds_bucket");
    let published: Vec<f64> = buckets
        .iter()
        .filter(|(labels, _)| labels["route"] == "/published/{claim}")
        .map(|(_, count)| *count)
        .collect();
    assert_eq!(published.len(), 13);
    assert!(
        published.is_sorted() && published[12] == 2.0,
        "{published:?}"
    );
    drop(program);
    assert_eq!(check(&closed.data).findings, []);
}

#[test]
fn what_a_desk_holds_and_uses_is_measured_where_strangers_do_not_come() {
    let config = "[metrics]\nlisten = \"127.0.0.1:0\"\n";
    let desk = desk_of_today();
    desk.published();
    let closed = desk.close();
    let mut program = start(&closed.data, config, "error");
    let (metrics, base) = addresses(&mut program);
    let (watcher, nobody) = (Visitor::nobody(&metrics), Visitor::nobody(&base));
    let families = parsed(&watcher.get("/metrics").body);
    assert!(one(&families, "citekeep_log_entries") > 10.0);
    assert_eq!(one(&families, "citekeep_log_unsigned_entries"), 0.0);
    assert!((0.0..600.0).contains(&one(&families, "citekeep_checkpoint_age_seconds")));
    assert!(one(&families, "citekeep_database_bytes") > 10_000.0);
    assert!(one(&families, "citekeep_blob_bytes") > 10.0);
    assert!(one(&families, "citekeep_disk_free_bytes") > 1e6);
    assert!(one(&families, "process_resident_memory_bytes") > 1e6);
    assert!(one(&families, "process_open_fds") < one(&families, "process_max_fds"));
    // The desk itself writes now and then.
    assert!(one(&families, "citekeep_acts_waiting") < 10.0);
    assert!(samples(&families, "citekeep_queue_shed_total").len() >= 4);
    for alone in ["/", "/published", "/metrics/more"] {
        assert_eq!(watcher.get(alone).status, 404, "{alone}");
    }
    assert_eq!(
        nobody.get("/metrics").status,
        404,
        "not where strangers are"
    );
}

#[test]
fn sessions_and_writes_are_counted_and_a_token_is_asked_for() {
    let desk = desk_of_today();
    let link = desk.link(desk.join(Role::Reader));
    let closed = desk.close();
    let config = "[metrics]\nlisten = \"127.0.0.1:0\"\ntoken = \"0123456789abcdef\"\n";
    let mut program = start(&closed.data, config, "error");
    let (metrics, base) = addresses(&mut program);
    let watcher = Visitor::nobody(&metrics);
    let ask = |token: &str| watcher.ask("GET", "/metrics", &[("authorization", token)]);
    for wrong in [
        "",
        "Bearer ",
        "Bearer 0123456789abcde",
        "Basic 0123456789abcdef",
    ] {
        assert_eq!(ask(wrong).status, 401, "{wrong}");
    }
    let right = "Bearer 0123456789abcdef";
    let before = parsed(&ask(right).body);
    Visitor::enter(&base, &link);
    let after = parsed(&ask(right).body);
    let grew = |name: &str| one(&after, name) - one(&before, name);
    assert_eq!(grew("citekeep_sessions"), 1.0);
    assert!(grew("citekeep_act_seconds_count") >= 1.0);
    assert!(grew("citekeep_commit_seconds_count") >= 1.0);
    assert!(grew("citekeep_act_seconds_sum") > 0.0);
}

#[test]
fn metrics_are_open_to_others_with_a_token_alone() {
    let closed = desk_of_today().close();
    let config = closed.data.with_extension("toml");
    for (listen, token, expected) in [
        ("0.0.0.0:0", "", "token"),
        ("127.0.0.1:0", "token = \"short\"", "16"),
    ] {
        let text = format!("[metrics]\nlisten = \"{listen}\"\n{token}\n");
        std::fs::write(&config, text).expect("a configuration");
        let refused = Command::new(env!("CARGO_BIN_EXE_citekeep"))
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(&closed.data)
            .arg("--config")
            .arg(&config)
            .output()
            .expect("it runs");
        assert_eq!(refused.status.code(), Some(2), "{listen}");
        let said = String::from_utf8_lossy(&refused.stderr);
        assert!(said.contains(expected), "{said}");
    }
}
