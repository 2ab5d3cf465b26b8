//! From what somebody typed to an expression of FTS5 in which nothing that was
//! typed is an operator.

/// No search asks for more words.
const MOST_WORDS: usize = 20;
/// A shorter beginning fits half of all words, and helps nobody.
const SHORTEST_BEGINNING: usize = 2;

/// The words of a text, as the index takes them apart.
pub(in crate::store) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
}

/// Every word must occur; words between quotation marks must follow one
/// another; the last word may be the beginning of one. Nothing for a text
/// without a word.
pub(in crate::store) fn expression(typed: &str) -> Option<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut left = MOST_WORDS;
    let mut may_go_on = false;
    for (at, piece) in typed.split(is_quotation_mark).enumerate() {
        let found: Vec<&str> = words(piece).take(left).collect();
        let Some(last) = found.last() else {
            // A quotation mark that closes ends its last word.
            may_go_on = may_go_on && at == 0;
            continue;
        };
        left -= found.len();
        may_go_on = last.chars().nth(SHORTEST_BEGINNING - 1).is_some();
        if at % 2 == 1 {
            parts.push(format!("\"{}\"", found.join(" ")));
        } else {
            parts.extend(found.iter().map(|word| format!("\"{word}\"")));
        }
    }
    if parts.is_empty() {
        return None;
    }
    let end = if may_go_on { "*" } else { "" };
    Some(parts.join(" ") + end)
}

/// One of these words must occur in a column.
pub(super) fn any_of(column: &str, words: &[String]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    format!("{column} : ({})", quoted.join(" OR "))
}

const fn is_quotation_mark(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '«' | '»')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(typed: &str, expected: Option<&str>) {
        assert_eq!(expression(typed).as_deref(), expected, "{typed}");
    }

    #[test]
    fn nothing_that_is_typed_is_an_operator() {
        check("school attack", Some("\"school\" \"attack\"*"));
        check(
            "a OR b* NEAR(x, 2) -c ^d",
            Some("\"a\" \"OR\" \"b\" \"NEAR\" \"x\" \"2\" \"c\" \"d\""),
        );
        check("statement:bridge", Some("\"statement\" \"bridge\"*"));
        check("ISIS-K", Some("\"ISIS\" \"K\""));
        check(" \"*() ", None);
        check("", None);
    }

    #[test]
    fn words_between_quotation_marks_follow_one_another() {
        check("\"opened in 1932\"", Some("\"opened in 1932\""));
        check(
            "bridge \"opened in\" 19",
            Some("\"bridge\" \"opened in\" \"19\"*"),
        );
        check("\"opened in 19", Some("\"opened in 19\"*"));
        check("“opened in”", Some("\"opened in\""));
        check("a\"b OR c\"d", Some("\"a\" \"b OR c\" \"d\""));
    }

    #[test]
    fn one_letter_is_a_word_and_not_a_beginning() {
        check("b", Some("\"b\""));
        check("br", Some("\"br\"*"));
    }
}
