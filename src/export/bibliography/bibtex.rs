//! Sources as BibTeX, in UTF-8, with the fields of both BibTeX and biblatex.

use crate::domain::source::SourceKind;
use crate::domain::time::PartialDate;

use super::Work;

/// What a file of BibTeX is called on the wire.
pub const MEDIA_TYPE: &str = "application/x-bibtex; charset=utf-8";

/// Writes one source as an entry.
pub fn entry(work: &Work, origin: &str) -> String {
    let (kind, publisher) = kind(work.kind);
    let mut fields = vec![("title", braced(&work.title))];
    if let Some(author) = &work.author {
        // One name, whatever words it has: "Facts and Figures" are not two.
        fields.push(("author", braced(author)));
    }
    fields.push((publisher, braced(&work.publisher)));
    if !matches!(work.kind, SourceKind::Article) {
        fields.push(("type", plain(work.kind.label())));
    }
    if let Some(date) = &work.published {
        dated(date, &mut fields);
    }
    if let Some(url) = &work.url {
        fields.push(("url", format!("{{{}}}", address(url))));
    }
    if let Some(day) = work.captured_on() {
        fields.push(("urldate", plain(&day)));
    }
    let note = work.note(origin);
    if !note.is_empty() {
        fields.push(("note", plain(&note)));
    }
    if !work.captures.is_empty() {
        let hashes = work.captures.iter().map(|capture| capture.sha256.as_str());
        fields.push(("sha256", plain(&hashes.collect::<Vec<_>>().join(", "))));
    }
    let fields = fields
        .iter()
        .map(|(name, value)| format!("  {name} = {value}"));
    let fields = fields.collect::<Vec<_>>().join(",\n");
    format!("@{kind}{{{},\n{fields}\n}}\n\n", work.key(origin))
}

/// The type of an entry, and the field that names its publisher.
const fn kind(kind: SourceKind) -> (&'static str, &'static str) {
    match kind {
        SourceKind::Assessment | SourceKind::InspectorGeneralReport | SourceKind::Report => {
            ("techreport", "institution")
        }
        SourceKind::Article => ("article", "journal"),
        SourceKind::Interview
        | SourceKind::Briefing
        | SourceKind::Statement
        | SourceKind::CourtRecord
        | SourceKind::Dataset
        | SourceKind::Other => ("misc", "organization"),
    }
}

fn dated(date: &PartialDate, fields: &mut Vec<(&'static str, String)>) {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let text = date.as_str();
    fields.push(("date", plain(text)));
    fields.push(("year", plain(&text[..4])));
    let month = text.get(5..7).and_then(|month| month.parse::<usize>().ok());
    if let Some(month) = month.and_then(|month| MONTHS.get(month - 1)) {
        // The names of months are macros, which styles write in their language.
        fields.push(("month", (*month).to_owned()));
    }
}

fn plain(words: &str) -> String {
    format!("{{{}}}", escaped(words))
}

/// Words whose capitals stay as they are, and that are never parted.
fn braced(words: &str) -> String {
    format!("{{{{{}}}}}", escaped(words))
}

/// Words without anything that TeX would take for a command. Braces are
/// written as commands, because BibTeX counts escaped ones too.
fn escaped(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for letter in words.chars() {
        match letter {
            '\\' => out.push_str("\\textbackslash{}"),
            '{' => out.push_str("\\textbraceleft{}"),
            '}' => out.push_str("\\textbraceright{}"),
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            '#' | '$' | '%' | '&' | '_' => {
                out.push('\\');
                out.push(letter);
            }
            '\u{a0}' => out.push('~'),
            other => out.push(other),
        }
    }
    out
}

/// An address, which packages take as it is, but for what would end the field.
fn address(url: &str) -> String {
    url.replace('{', "%7B")
        .replace('}', "%7D")
        .replace('\\', "%5C")
}

#[cfg(test)]
mod tests {
    use super::super::samples::work;
    use super::*;

    #[test]
    fn an_entry_holds_nothing_that_tex_would_run() {
        let expected = r"@techreport{desk.example-log-s7,
  title = {{50\% of \textbraceleft{}Größe\textbraceright{} \& \textbackslash{}cost\_1 \#2 \textasciitilde{} \$3\textasciicircum{}4}},
  author = {{Office of Facts and Figures}},
  institution = {{Ministère}},
  type = {report},
  date = {2021-08},
  year = {2021},
  month = aug,
  url = {https://example.org/a_b?c=%7Bd%7D&e},
  urldate = {2022-03-01},
  note = {As cited by desk.example-log-s9. Captured 2022-03-01, SHA-256 HASH},
  sha256 = {HASH}
}

";
        let expected = expected.replace("HASH", &"ab".repeat(32));
        assert_eq!(entry(&work(), "desk.example/log"), expected);
    }
}
