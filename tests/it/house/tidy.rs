//! How crowded a room may get, and what must not lie about.

use super::files::{File, below};

const FILE_LINES: usize = 500;
const FUNCTION_LINES: usize = 80;
const HANDLER_LINES: usize = 25;
const PARAMETERS: usize = 5;

/// What is not left lying in a file. Put together here, so that this file
/// does not offend against itself.
fn litter() -> Vec<String> {
    let mut words = vec![
        ["TO", "DO"].concat(),
        ["FIX", "ME"].concat(),
        ["X", "XX"].concat(),
        ["#[al", "low"].concat(),
        ["#![al", "low"].concat(),
        ["dbg", "!("].concat(),
        ["unimple", "mented!"].concat(),
    ];
    for place in ["home", "root", "work", "Users"] {
        words.push(format!("/{place}/"));
    }
    words
}

/// The name of the function that begins on a line, with its indent.
fn function(line: &str) -> Option<(usize, &str)> {
    let bare = line.trim_start();
    let indent = line.len() - bare.len();
    let (before, after) = bare.split_once("fn ")?;
    let is_start = before.split_whitespace().all(|word| {
        matches!(word, "async" | "const") || word.starts_with("pub") || word.ends_with(')')
    });
    let end = after.find(|mark: char| !(mark.is_alphanumeric() || mark == '_'))?;
    (is_start && end > 0).then(|| (indent, &after[..end]))
}

/// How many parameters a function takes, `self` left out: commas of the
/// parameter list that stand in no bracket of their own.
fn parameters(lines: &[&str]) -> usize {
    let text = lines.join("\n");
    let Some((_, after)) = text.split_once("fn ") else {
        return 0;
    };
    let (mut round, mut angle, mut filled, mut count) = (0_i32, 0_i32, false, 0);
    let mut last = ' ';
    let mut word = String::new();
    for mark in after.chars() {
        match mark {
            '(' | '[' | '{' => round += 1,
            ')' | ']' | '}' => round -= 1,
            '<' => angle += 1,
            '>' if last != '-' => angle -= 1,
            _ => {}
        }
        if mark == ')' && round == 0 && angle == 0 {
            let count = count + usize::from(filled);
            let is_self = word.trim_start_matches(['&', ' ']).contains("self");
            return count - usize::from(is_self);
        }
        if round >= 1 && !(round == 1 && mark == '(') {
            if mark == ',' && round == 1 && angle == 0 {
                count += usize::from(filled);
                filled = false;
            } else if !mark.is_whitespace() {
                filled = true;
            }
            if count == 0 && (filled || mark == ' ') {
                word.push(mark);
            }
        }
        last = mark;
    }
    0
}

fn rust(file: &File, say: &mut impl FnMut(usize, String)) {
    let lines: Vec<&str> = file.text.lines().collect();
    if !file.text.starts_with("//!") {
        say(1, "opens without saying what it is for".to_owned());
    }
    if lines.len() > FILE_LINES {
        say(1, format!("has {} lines", lines.len()));
    }
    for (at, line) in lines.iter().enumerate() {
        let Some((indent, name)) = function(line) else {
            continue;
        };
        let close = format!("{}}}", " ".repeat(indent));
        let rest = &lines[at..];
        let one_line = line.ends_with(';') || line.ends_with('}');
        let length = if one_line {
            1
        } else {
            rest.iter().take_while(|line| ***line != *close).count() + 1
        };
        let is_handler = file.path.starts_with("src/web/pages/")
            && line.trim_start().starts_with("pub(in ")
            && line.contains(" async fn ");
        let most = if is_handler {
            HANDLER_LINES
        } else {
            FUNCTION_LINES
        };
        if length > most {
            say(at + 1, format!("{name} has {length} lines"));
        }
        let takes = parameters(&rest[..length.min(rest.len())]);
        if takes > PARAMETERS {
            say(at + 1, format!("{name} takes {takes} parameters"));
        }
    }
}

/// What a template may not have. `{{ style|safe }}` is the one style of our own
/// that goes into a file which stands alone.
fn template(line: &str) -> Option<&'static str> {
    let line = line.to_lowercase();
    let has_handler = line.match_indices(" on").any(|(at, _)| {
        let rest = &line[at + 3..];
        let name: String = rest.chars().take_while(char::is_ascii_lowercase).collect();
        !name.is_empty() && rest[name.len()..].starts_with('=')
    });
    let script = line.find("<script").is_some_and(|at| {
        let tag = &line[at..];
        // Data for programs is no script: no browser runs it.
        !tag.contains("src=") && !tag.starts_with("<script type=\"application/ld+json\">")
    });
    if line.contains("<style") || line.contains(" style=") {
        Some("a style inside a page, which the security policy refuses")
    } else if script || has_handler {
        Some("a script inside a page, which the security policy refuses")
    } else if line.trim() != "{{ style|safe }}"
        && (line.contains("|safe") || line.contains("| safe"))
    {
        Some("text that is not escaped")
    } else {
        None
    }
}

fn offences(file: &File) -> Vec<String> {
    let mut found = Vec::new();
    let mut say = |at: usize, what: String| found.push(format!("{}:{at}: {what}", file.path));
    if file.path.ends_with(".rs") {
        rust(file, &mut say);
    }
    let litter = litter();
    for (at, line) in file.text.lines().enumerate() {
        for word in litter.iter().filter(|word| line.contains(word.as_str())) {
            say(at + 1, format!("{word} lies about"));
        }
        if file.path.starts_with("templates/")
            && let Some(what) = template(line)
        {
            say(at + 1, what.to_owned());
        }
    }
    found
}

#[test]
fn the_house_is_tidy() {
    let rooms = [
        "src",
        "tests",
        "benches",
        "fuzz/src",
        "fuzz/fuzz_targets",
        "templates",
        "static",
        "docs",
        "db",
        "README.md",
        "config.toml",
    ];
    let found: Vec<String> = below(&rooms).iter().flat_map(offences).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn made_up_litter_is_caught() {
    let long = format!("//! Long.\n{}", "\n".repeat(FILE_LINES));
    let function = format!(
        "//! Long.\n\npub fn slow() {{\n{}}}\n",
        "    step();\n".repeat(FUNCTION_LINES)
    );
    let handler = format!(
        "//! Long.\n\npub(in crate::web) async fn show() -> Answer {{\n{}}}\n",
        "    step();\n".repeat(HANDLER_LINES)
    );
    let many = "//! Many.\n\nfn f(a: u8, b: u8, c: (u8, u8), d: Map<u8, u8>, e: u8, f: u8) {}\n";
    let todo = format!("//! Later.\n\n// {}: mend\n", ["TO", "DO"].concat());
    let path = format!("//! Here.\n\nconst AT: &str = \"/{}/me\";\n", "home");
    let offenders = [
        ("src/a.rs", "fn f() {}\n", "opens without"),
        ("src/a.rs", long.as_str(), "lines"),
        ("src/a.rs", function.as_str(), "slow has 82 lines"),
        ("src/web/pages/a.rs", handler.as_str(), "show has 27 lines"),
        ("src/a.rs", many, "f takes 6 parameters"),
        ("src/a.rs", todo.as_str(), "lies about"),
        ("src/a.rs", path.as_str(), "lies about"),
        ("templates/a.html", "<p style=\"x\">", "a style"),
        ("templates/a.html", "<script>go()</script>", "a script"),
        ("templates/a.html", "<p onclick=\"go()\">", "a script"),
        ("templates/a.html", "{{ words|safe }}", "not escaped"),
    ];
    for (path, text, expected) in offenders {
        let found = offences(&File::new(path, text));
        assert_eq!(found.len(), 1, "{path}: {expected}: {found:?}");
        assert!(found[0].contains(expected), "{expected}: {found:?}");
    }
}

#[test]
fn parameters_are_counted() {
    let heads = [
        ("fn f() {", 0),
        ("fn f(&self) {", 0),
        ("fn f(&mut self, a: u8) {", 1),
        ("async fn f<T: Into<u8>>(a: T, (b, c): (u8, u8)) -> u8 {", 2),
        ("fn f(a: impl Fn(u8, u8) -> u8, b: [u8; 2],\n) {", 2),
    ];
    for (head, count) in heads {
        assert_eq!(parameters(&[head]), count, "{head}");
    }
}
