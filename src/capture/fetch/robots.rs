//! Reading a robots.txt, as RFC 9309 says.

use std::time::Duration;

/// How the fetcher is called in a robots.txt.
const OUR_NAME: &str = "citekeep";

/// The most bytes of a robots.txt that are read (RFC 9309, 2.5).
pub(super) const MOST_BYTES: usize = 500 * 1024;

/// The most rules that are kept.
const MOST_RULES: usize = 10_000;

/// The longest pause between two requests that is kept to.
const LONGEST_DELAY: Duration = Duration::from_secs(60);

/// What a host lets us read, and how fast.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Robots {
    rules: Vec<Rule>,
    /// How long to pause between two requests.
    pub(super) delay: Option<Duration>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    /// The beginning of a path, where `*` is anything; in the spelling of
    /// [`spelled`].
    pattern: String,
    allows: bool,
}

/// What a group of lines says, while it is read.
#[derive(Default)]
struct Groups {
    ours: Option<Robots>,
    everybody: Option<Robots>,
    /// Whom the lines that are read now are for.
    is_ours: bool,
    is_everybodys: bool,
    /// Whether a rule has come since the last `User-agent`.
    has_begun: bool,
}

impl Robots {
    /// Reads a robots.txt. Lines that make no sense are passed over.
    pub(super) fn read(bytes: &[u8]) -> Self {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let bytes = &bytes[..bytes.len().min(MOST_BYTES)];
        let mut groups = Groups::default();
        for line in bytes.split(|byte| matches!(byte, b'\n' | b'\r')) {
            let line = String::from_utf8_lossy(line);
            let line = line.split('#').next().unwrap_or_default();
            if let Some((key, value)) = line.split_once(':') {
                groups.line(key.trim(), value.trim());
            }
        }
        groups.ours.or(groups.everybody).unwrap_or_default()
    }

    /// Whether a path with its query may be read: the longest rule that fits
    /// decides, and of two that are equally long the kinder one.
    pub(super) fn allows(&self, path: &str) -> bool {
        if path == "/robots.txt" {
            return true;
        }
        let path = spelled(path);
        let best = self
            .rules
            .iter()
            .filter(|rule| fits(&rule.pattern, &path))
            .max_by_key(|rule| (rule.pattern.len(), rule.allows));
        best.is_none_or(|rule| rule.allows)
    }
}

impl Groups {
    fn line(&mut self, key: &str, value: &str) {
        match key.to_ascii_lowercase().as_str() {
            "user-agent" => self.agent(value),
            "allow" => self.rule(value, true),
            "disallow" => self.rule(value, false),
            "crawl-delay" => self.delay(value),
            _ => {}
        }
    }

    fn agent(&mut self, name: &str) {
        if std::mem::take(&mut self.has_begun) {
            self.is_ours = false;
            self.is_everybodys = false;
        }
        if name == "*" {
            self.is_everybodys = true;
            self.everybody.get_or_insert_default();
        } else if product(name).eq_ignore_ascii_case(OUR_NAME) {
            self.is_ours = true;
            self.ours.get_or_insert_default();
        }
    }

    fn rule(&mut self, pattern: &str, allows: bool) {
        self.has_begun = true;
        if pattern.is_empty() {
            return;
        }
        let pattern = spelled(pattern);
        self.each(|robots| {
            if robots.rules.len() < MOST_RULES {
                let pattern = pattern.clone();
                robots.rules.push(Rule { pattern, allows });
            }
        });
    }

    fn delay(&mut self, seconds: &str) {
        self.has_begun = true;
        let Ok(seconds) = seconds.parse::<f64>() else {
            return;
        };
        if seconds.is_finite() && seconds >= 0.0 {
            let delay = Duration::from_secs_f64(seconds.min(LONGEST_DELAY.as_secs_f64()));
            self.each(|robots| robots.delay = Some(delay));
        }
    }

    /// Does something to every group that the lines read now are for.
    fn each(&mut self, change: impl Fn(&mut Robots)) {
        if self.is_ours {
            self.ours.iter_mut().for_each(&change);
        }
        if self.is_everybodys {
            self.everybody.iter_mut().for_each(&change);
        }
    }
}

/// The product in a line such as `Citekeep/1.0`.
fn product(name: &str) -> &str {
    let end = name
        .find(|mark: char| !(mark.is_ascii_alphabetic() || matches!(mark, '-' | '_')))
        .unwrap_or(name.len());
    &name[..end]
}

/// One spelling for all the ways to write a path: what needs no escape stands
/// for itself, all else is escaped in capitals (RFC 9309, 2.2.2).
fn spelled(path: &str) -> String {
    let bytes = path.as_bytes();
    let mut out = String::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at).copied() {
        let escaped = bytes.get(at + 1..at + 3).and_then(escape);
        match (byte, escaped) {
            (b'%', Some(meant)) => {
                let is_plain = meant.is_ascii_alphanumeric() || b"-._~".contains(&meant);
                push(&mut out, meant, is_plain);
                at += 3;
            }
            _ => {
                push(&mut out, byte, byte.is_ascii_graphic());
                at += 1;
            }
        }
    }
    out
}

fn push(out: &mut String, byte: u8, is_plain: bool) {
    if is_plain {
        out.push(char::from(byte));
    } else {
        out.push('%');
        for half in [byte >> 4, byte & 15] {
            let digit = char::from_digit(u32::from(half), 16).unwrap_or('0');
            out.push(digit.to_ascii_uppercase());
        }
    }
}

fn escape(digits: &[u8]) -> Option<u8> {
    let [high, low] = digits else {
        return None;
    };
    let high = char::from(*high).to_digit(16)?;
    let low = char::from(*low).to_digit(16)?;
    u8::try_from(high * 16 + low).ok()
}

/// Whether a path begins as the pattern says. Each piece between two stars is
/// looked for once, behind the one before it, so that the work stays in
/// proportion to the path however many stars there are.
fn fits(pattern: &str, path: &str) -> bool {
    let (pattern, to_the_end) = match pattern.strip_suffix('$') {
        Some(pattern) => (pattern, true),
        None => (pattern, false),
    };
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = path.strip_prefix(first) else {
        return false;
    };
    let mut pieces = pieces.peekable();
    if pieces.peek().is_none() {
        return !to_the_end || rest.is_empty();
    }
    while let Some(piece) = pieces.next() {
        if to_the_end && pieces.peek().is_none() {
            return rest.ends_with(piece);
        }
        let Some(at) = memchr::memmem::find(rest.as_bytes(), piece.as_bytes()) else {
            return false;
        };
        rest = &rest[at + piece.len()..];
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(robots: &str, path: &str, expected: bool) {
        let found = Robots::read(robots.as_bytes()).allows(path);
        assert_eq!(found, expected, "{path} under {robots:?}");
    }

    fn check_delay(robots: &str, seconds: Option<f32>) {
        let found = Robots::read(robots.as_bytes()).delay;
        assert_eq!(found, seconds.map(Duration::from_secs_f32), "{robots:?}");
    }

    #[test]
    fn nothing_said_is_nothing_forbidden() {
        check("", "/a", true);
        check("<html>no such page</html>", "/a", true);
        check("User-agent: *\nDisallow:", "/a", true);
        check("Disallow: /", "/a", true);
        check("User-agent: otherbot\nDisallow: /", "/a", true);
    }

    #[test]
    fn our_name_comes_before_everybody() {
        let robots = "User-Agent: *\nDisallow: /\n\nuser-agent: CiteKeep/1.0\nDisallow: /private";
        check(robots, "/a", true);
        check(robots, "/private/a", false);
        let reversed = "user-agent: citekeep\nallow: /\nuser-agent: *\ndisallow: /";
        check(reversed, "/a", true);
        check("User-agent: a\nUser-agent: *\nDisallow: /x", "/x", false);
        check(
            "User-agent: citekeep\nDisallow: /a\nUser-agent: b\nDisallow: /b\nUser-agent: citekeep\nDisallow: /c",
            "/c",
            false,
        );
        check("User-agent: citekeeper\nDisallow: /", "/", true);
    }

    #[test]
    fn the_longest_rule_decides() {
        let robots = "User-agent: *\nDisallow: /a\nAllow: /a/b\nDisallow: /a/b/c";
        check(robots, "/a/x", false);
        check(robots, "/a/b/x", true);
        check(robots, "/a/b/c", false);
        let even = ["Allow: /page", "Disallow: /page"];
        for [one, other] in [even, [even[1], even[0]]] {
            check(&format!("User-agent: *\n{one}\n{other}"), "/page", true);
        }
        check("User-agent: *\nDisallow: /", "/robots.txt", true);
    }

    #[test]
    fn stars_and_the_end() {
        let pdf = "User-agent: *\nDisallow: /*.pdf$";
        check(pdf, "/a/b.pdf", false);
        check(pdf, "/a.pdf?page=2", true);
        check(pdf, "/a.pdf.html", true);
        let query = "User-agent: *\nDisallow: /*?*print=";
        check(query, "/a?b=1&print=yes", false);
        check(query, "/print=yes", true);
        check("User-agent: *\nDisallow: /a$", "/a", false);
        check("User-agent: *\nDisallow: /a$", "/ab", true);
        check("User-agent: *\nDisallow: /a*b*a$", "/aba", false);
        check("User-agent: *\nDisallow: /a*ba$", "/aba", false);
        check("User-agent: *\nDisallow: *", "/", false);
    }

    #[test]
    fn a_path_has_one_spelling() {
        check("User-agent: *\nDisallow: /ü", "/%C3%BC", false);
        check("User-agent: *\nDisallow: /%c3%bc", "/%C3%BC/a", false);
        check("User-agent: *\nDisallow: /%7Eme", "/~me", false);
        check("User-agent: *\nDisallow: /a%2fb", "/a/b", true);
        check("User-agent: *\nDisallow: /a%", "/a%b", false);
    }

    #[test]
    fn odd_bytes_are_passed_over() {
        check("\u{feff}User-agent: *\r\nDisallow: /a # why\r", "/a", false);
        check("User-agent : *\nfoo\n: \nDisallow : /a", "/a", false);
        assert!(Robots::read(b"\xff\xfe\0:%\nUser-agent:*\nDisallow:/\xff").allows("/a"));
    }

    #[test]
    fn delays_are_bounded() {
        check_delay("User-agent: *\nCrawl-delay: 2.5", Some(2.5));
        check_delay("User-agent: *\nCrawl-delay: 86400", Some(60.0));
        check_delay("User-agent: *\nCrawl-delay: -1", None);
        check_delay("User-agent: *\nCrawl-delay: NaN", None);
        check_delay("User-agent: a\nCrawl-delay: 5", None);
    }

    #[test]
    fn many_stars_take_no_time() {
        let robots = format!("User-agent: *\nDisallow: /{}$", "a*".repeat(50_000));
        check(&robots, &format!("/{}b", "a".repeat(60_000)), false);
        check(&robots, &format!("/{}b", "a".repeat(40_000)), true);
    }

    #[test]
    fn every_beginning_of_odd_bytes_is_read() {
        let odd = b"\xef\xbb\xbfUser-agent: *\nDisallow: /%\xc3*%C3%$\xff\r\nAllow:*%4\n";
        for end in 0..odd.len() {
            let robots = Robots::read(&odd[..end]);
            for path in ["/", "", "/%", "/%\u{fc}*", "*$"] {
                let _any = robots.allows(path);
            }
        }
    }
}
