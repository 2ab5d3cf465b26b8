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

/// What stands between the braces that follow, up to the one that closes them.
fn block(css: &str) -> &str {
    let start = css.find('{').map_or(css.len(), |at| at + 1);
    let mut depth = 1;
    let end = css[start..].find(|c| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        depth == 0
    });
    &css[start..end.map_or(css.len(), |end| start + end)]
}

/// What is declared for a dark screen and is more than a colour with a name.
fn beyond_colours(css: &str) -> Vec<String> {
    let css = without_comments(css);
    let (mut strange, mut rest) = (Vec::new(), css.as_str());
    while let Some((_, after)) = rest.split_once("prefers-color-scheme") {
        let dark = block(after);
        let rule = dark.trim();
        if !rule.starts_with(":root") || dark.matches('{').count() != 1 {
            strange.push(rule.to_owned());
        }
        let is_colour = |declared: &str| {
            let pair = declared.trim().split_once(": #");
            pair.is_some_and(|(name, hex)| {
                name.starts_with("--") && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
            })
        };
        let all = block(dark).split(';').map(str::trim);
        let others = all.filter(|declared| !declared.is_empty() && !is_colour(declared));
        strange.extend(others.map(str::to_owned));
        rest = after;
    }
    strange
}

/// So that axe-core need not look for anything but colours on a dark screen.
#[test]
fn in_the_dark_only_colours_are_others() {
    let mut found = Vec::new();
    for sheet in below(&["static/css"]) {
        found.extend(beyond_colours(&sheet.text));
    }
    for other in below(&["templates", "static/js", "src/web"]) {
        let asks = ["prefers-color-scheme", "light-dark("];
        if asks.iter().any(|asked| other.text.contains(asked)) {
            found.push(other.path);
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn what_is_more_than_a_colour_is_found() {
    let dark =
        |rules: &str| beyond_colours(&format!("@media (prefers-color-scheme: dark) {rules}"));
    assert!(dark("{ :root { --ink: #e7e3db; --soft: #a6acb4 } } p { margin: 0 }").is_empty());
    assert_eq!(dark("{ :root { --ink: #fff; margin: 0 } }"), ["margin: 0"]);
    assert_eq!(dark("{ :root { --wide: 2rem } }"), ["--wide: 2rem"]);
    assert_eq!(dark("{ p { --ink: #fff; } }"), ["p { --ink: #fff; }"]);
}
