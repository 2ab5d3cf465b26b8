//! What the style sheet says is worn by something.

use super::files::{File, below};

/// The classes that a style sheet names.
fn classes(css: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = css;
    // Comments and what stands in braces that hold declarations name none, but
    // numbers such as .5rem begin with a digit and are no classes either.
    while let Some((_, after)) = rest.split_once('.') {
        let end = after
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'))
            .unwrap_or(after.len());
        let name = &after[..end];
        let is_class = name.starts_with(|c: char| c.is_ascii_alphabetic());
        if is_class && !found.iter().any(|known| known == name) {
            found.push(name.to_owned());
        }
        rest = after;
    }
    found
}

fn without_comments(css: &str) -> String {
    let mut text = String::new();
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        text.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    text + rest
}

/// Whether a file names a class as a word of its own.
fn names(file: &File, class: &str) -> bool {
    let is_inside = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    file.text.match_indices(class).any(|(at, _)| {
        let before = file.text[..at].chars().next_back();
        let after = file.text[at + class.len()..].chars().next();
        !before.is_some_and(is_inside) && !after.is_some_and(is_inside)
    })
}

#[test]
fn no_class_of_the_style_is_dead() {
    let wearers = below(&["templates", "static/js", "src/web", "src/domain"]);
    let mut dead = Vec::new();
    for sheet in below(&["static/css"]) {
        for class in classes(&without_comments(&sheet.text)) {
            if !wearers.iter().any(|file| names(file, &class)) {
                dead.push(format!("{}: .{class}", sheet.path));
            }
        }
    }
    assert!(dead.is_empty(), "nothing wears {dead:#?}");
}

#[test]
fn classes_are_found_in_a_style() {
    let css = ".a { margin: .5rem 0.25em } /* e.g. .not */ :is(.b-c, td.d_e).f::before {}";
    assert_eq!(classes(&without_comments(css)), ["a", "b-c", "d_e", "f"]);
}
