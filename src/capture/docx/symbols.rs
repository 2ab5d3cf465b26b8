//! Characters of the picture fonts that Word writes as `w:sym`.

/// The letters of the Symbol font from `a` to `z`, and from `A` to `Z`.
const SMALL: &str = "αβχδεφγηιϕκλμνοπθρστυϖωξψζ";
const CAPITAL: &str = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ";

/// The character that a symbol shows; none when the font's picture is not
/// known here.
pub(super) fn character(font: &str, code: &str) -> Option<char> {
    let code = u32::from_str_radix(code, 16).ok()?;
    let c = char::from_u32(code).filter(|c| !c.is_control())?;
    if !(0xf000..=0xf0ff).contains(&code) && !(0x21..=0xff).contains(&code) {
        return Some(c);
    }
    let byte = u8::try_from(code & 0xff).ok()?;
    match font.to_ascii_lowercase().as_str() {
        "symbol" => symbol(byte),
        "wingdings" => wingdings(byte),
        _ if code < 0xf000 => Some(c),
        _ => None,
    }
}

fn symbol(byte: u8) -> Option<char> {
    Some(match byte {
        b'a'..=b'z' => return SMALL.chars().nth(usize::from(byte - b'a')),
        b'A'..=b'Z' => return CAPITAL.chars().nth(usize::from(byte - b'A')),
        b'0'..=b'9'
        | b'%'
        | b'('
        | b')'
        | b'+'
        | b','
        | b'.'
        | b'/'
        | b':'
        | b';'
        | b'='
        | b'<'
        | b'>'
        | b'['
        | b']'
        | b'{'
        | b'|'
        | b'}'
        | b'!'
        | b'#'
        | b'&'
        | b'?' => char::from(byte),
        0x2d => '−',
        0xa2 => '′',
        0xa3 => '≤',
        0xa5 => '∞',
        0xa7 => '♣',
        0xa8 => '♦',
        0xa9 => '♥',
        0xaa => '♠',
        0xab => '↔',
        0xac => '←',
        0xad => '↑',
        0xae => '→',
        0xaf => '↓',
        0xb0 => '°',
        0xb1 => '±',
        0xb2 => '″',
        0xb3 => '≥',
        0xb4 => '×',
        0xb7 => '•',
        0xb8 => '÷',
        0xb9 => '≠',
        0xba => '≡',
        0xbb => '≈',
        0xbc => '…',
        0xd2 => '®',
        0xd3 => '©',
        0xd4 => '™',
        0xd6 => '√',
        0xe5 => '∑',
        0xf2 => '∫',
        _ => return None,
    })
}

fn wingdings(byte: u8) -> Option<char> {
    Some(match byte {
        0x4a => '☺',
        0x4c => '☹',
        0x6c => '●',
        0x6e => '■',
        0x6f | 0xa8 => '☐',
        0x76 => '❖',
        0x9f => '•',
        0xa7 => '▪',
        0xd8 => '➢',
        0xdf => '←',
        0xe0 => '→',
        0xe8 => '➔',
        0xfb => '✗',
        0xfc => '✓',
        0xfd => '☒',
        0xfe => '☑',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(font: &str, code: &str, expected: Option<char>) {
        assert_eq!(character(font, code), expected, "{font} {code}");
    }

    #[test]
    fn pictures_become_characters() {
        check("Symbol", "F061", Some('α'));
        check("Symbol", "F057", Some('Ω'));
        check("Symbol", "00B3", Some('≥'));
        check("Wingdings", "F0FC", Some('✓'));
        check("Wingdings", "F021", None);
        check("Calibri", "00A7", Some('§'));
        check("Calibri", "2014", Some('—'));
        check("Unknown", "F0FC", None);
        check("Symbol", "zz", None);
        check("Calibri", "000C", None);
    }
}
