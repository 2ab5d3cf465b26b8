//! The examples of docs/api.md, run as they stand there against a live desk.

use std::path::Path;
use std::process::Command;

use citekeep::domain::person::Role;
use citekeep::domain::scope::Scopes;

use crate::support::desk_of_today;

/// The examples of a paper in one language, in their order.
fn examples(paper: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    let parts = paper.split(&fence).skip(1);
    parts
        .filter_map(|part| part.split("\n```").next())
        .map(str::to_owned)
        .collect()
}

fn paper() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/api.md");
    std::fs::read_to_string(path).expect("the paper")
}

fn run(program: &str, arguments: &[&str], desk: (&str, &str)) -> String {
    let answer = Command::new(program)
        .args(arguments)
        .env("DESK", desk.0)
        .env("TOKEN", desk.1)
        .output()
        .unwrap_or_else(|error| unreachable!("{program} could not be started: {error}"));
    let (said, failed) = (
        String::from_utf8_lossy(&answer.stdout),
        String::from_utf8_lossy(&answer.stderr),
    );
    assert!(answer.status.success(), "{program}: {said}\n{failed}");
    said.into_owned()
}

/// What WordPress and Drupal bring, as far as the recipes use it.
const PHP: &str = r#"
function add_shortcode($name, $make) { $GLOBALS['shortcode'] = $make; }
function shortcode_atts($known, $given) { return array_merge($known, $given); }
function get_transient($name) { return $GLOBALS['kept'][$name] ?? false; }
function set_transient($name, $value, $seconds) { $GLOBALS['kept'][$name] = $value; }
function wp_remote_get($address, $how) { $GLOBALS['asked'] = ($GLOBALS['asked'] ?? 0) + 1; return ['body' => file_get_contents($address)]; }
function is_wp_error($answer) { return $answer['body'] === false; }
function wp_remote_retrieve_response_code($answer) { return 200; }
function wp_remote_retrieve_body($answer) { return $answer['body']; }
function esc_url($words) { return htmlspecialchars($words, ENT_QUOTES); }
function esc_html($words) { return htmlspecialchars($words, ENT_QUOTES); }
class Drupal {
  public static $rows = [];
  static function state() { return new class { function get($name, $otherwise) { return $otherwise; } function set($name, $value) { $GLOBALS['since'] = $value; } }; }
  static function httpClient() { return new class { function get($address, $how) {
    return new class($address) { function __construct(public $address) {} function getBody() { return file_get_contents($this->address); } function getHeaderLine($name) { return ''; } }; } }; }
  static function database() { return new class {
    private $key;
    function merge($table) { return $this; }
    function delete($table) { return $this; }
    function condition($name, $value) { unset(\Drupal::$rows[$value]); return $this; }
    function key($name, $value) { $this->key = $value; return $this; }
    function fields($fields) { \Drupal::$rows[$this->key] = $fields; return $this; }
    function execute() {} }; }
}
"#;

#[test]
fn the_examples_of_the_paper_do_what_it_says() {
    let desk = desk_of_today();
    desk.published();
    let token = desk.token(Role::Editor, Scopes::ALL);
    let token = token.trim_start_matches("Bearer ").to_owned();
    let served = desk.serve();
    let at = (served.base.trim_end_matches('/'), token.as_str());
    let paper = paper();

    let script = examples(&paper, "sh").join("\n");
    let said = run("bash", &["-euo", "pipefail", "-c", &script], at);
    for expected in [
        "\"role\":\"editor\"",
        "claim 2",
        "citation 2",
        "{\"line\":2,\"fate\":\"new\"}",
        "{\"noted\":[1],\"known\":0}",
        "\"record\":\"end\"",
        "/statement",
    ] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
    let script = examples(&paper, "python").join("\n");
    let said = run("python3", &["-c", &script], at);
    assert_eq!(said.trim(), "2 claims");
    served.end();
}

#[test]
fn the_recipes_for_wordpress_and_drupal_read_a_live_desk() {
    let desk = desk_of_today();
    desk.published();
    let served = desk.serve();
    let at = (served.base.trim_end_matches('/'), "");
    let recipes = examples(&paper(), "php").join("\n").replace("<?php", "");
    let script = format!(
        "{PHP}{recipes}
         $make = $GLOBALS['shortcode'];
         echo $make(['search' => 'bridge']), $make(['search' => 'bridge']), $GLOBALS['asked'];
         newsroom_verdicts_cron();
         echo json_encode(array_values(\\Drupal::$rows)), $GLOBALS['since'];"
    );
    let said = run("php", &["-r", &script], at);
    let expected = format!("<a href=\"{}/published/1\">", at.0);
    assert_eq!(said.matches(&expected).count(), 2, "{said}");
    assert!(said.contains("</ul>1[{"), "asked once: {said}");
    assert!(said.contains("\"rating\":\"True\""), "{said}");
    served.end();
}
