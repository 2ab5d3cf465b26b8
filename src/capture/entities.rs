//! Character references as HTML writes them, those that captions and Markdown
//! use in practice.

/// The longest reference that is looked for, in bytes.
const LONGEST: usize = 12;

/// Puts characters in place of references; what is not known stays as it is.
pub(super) fn decode(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        decoded.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(LONGEST).position(|byte| byte == b';');
        let found = end.and_then(|end| Some((character(&rest[1..end])?, end)));
        if let Some((c, end)) = found {
            decoded.push(c);
            rest = &rest[end + 1..];
        } else {
            decoded.push('&');
            rest = &rest[1..];
        }
    }
    decoded.push_str(rest);
    decoded
}

fn character(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        return numbered(number);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "lrm" => '\u{200e}',
        "rlm" => '\u{200f}',
        "shy" => '\u{ad}',
        "ndash" => '–',
        "mdash" => '—',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        "hellip" => '…',
        "euro" => '€',
        "pound" => '£',
        "copy" => '©',
        _ => return None,
    })
}

fn numbered(number: &str) -> Option<char> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse().ok()?,
    };
    let c = char::from_u32(code)?;
    // A control character would be taken for the border of a page or a line.
    (!c.is_control()).then_some(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(decode(text), expected);
    }

    #[test]
    fn references_become_characters() {
        check("AT&amp;T &lt;b&gt; 13&nbsp;men", "AT&T <b> 13\u{a0}men");
        check("&#8220;no&#x201D;", "“no”");
        check("&amp;lt;", "&lt;");
    }

    #[test]
    fn what_is_no_reference_stays() {
        check("a & b; &nosuch; &", "a & b; &nosuch; &");
        check("&#0; &#12; &#x110000; &#-1;", "&#0; &#12; &#x110000; &#-1;");
        check("&é; &ééééééééé;", "&é; &ééééééééé;");
    }
}
