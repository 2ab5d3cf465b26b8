//! Cues: lines that are shown together, and who says them.

use super::super::entities;
use super::time::{self, Times};

/// How many damaged lines are told one by one.
const MOST_TOLD: usize = 5;

/// A longer piece between angle brackets is no tag.
const LONGEST_TAG: usize = 300;

/// Tags that SRT files use; WebVTT knows every one for a tag.
const SRT_TAGS: &[&str] = &[
    "b", "i", "u", "s", "font", "c", "v", "span", "ruby", "rt", "lang",
];

/// The two forms of subtitles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// SubRip.
    Srt,
    /// WebVTT.
    WebVtt,
}

/// Lines that are shown together.
#[derive(Debug)]
pub(super) struct Cue<'t> {
    /// None when they could not be understood.
    pub(super) times: Option<Times>,
    pub(super) lines: Vec<&'t str>,
}

/// Words of one voice.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Speech {
    pub(super) voice: Option<String>,
    pub(super) words: String,
}

/// Divides a text into cues; line ends are line feeds.
pub(super) fn cues(text: &str, form: Form) -> (Vec<Cue<'_>>, Vec<String>) {
    let lines: Vec<&str> = text.lines().collect();
    let (mut cues, mut odd): (Vec<Cue<'_>>, Vec<String>) = (Vec::new(), Vec::new());
    // Until the first times, and after a blank line in WebVTT, no words follow.
    let (mut open, mut after_blank) = (false, true);
    let mut aside = form == Form::WebVtt;
    for (index, line) in lines.iter().enumerate() {
        let next_is_times = lines.get(index + 1).is_some_and(|next| is_times(next));
        let blank = line.is_empty() || (form == Form::Srt && line.trim().is_empty());
        if blank {
            (aside, after_blank) = (false, true);
            open &= form == Form::Srt;
            continue;
        }
        let begins = std::mem::take(&mut after_blank);
        if is_times(line) {
            let times = time::line(line);
            if times.is_none() {
                odd.push(format!(
                    "line {}: these times are not understood",
                    index + 1
                ));
            }
            let lines = Vec::new();
            cues.push(Cue { times, lines });
            (open, aside) = (true, false);
        } else if aside || next_is_times && (begins && form == Form::WebVtt || is_number(line)) {
            // The words of a note, or a cue's number or name.
        } else if form == Form::WebVtt && begins && is_aside(line) {
            aside = true;
        } else if open && let Some(cue) = cues.last_mut() {
            cue.lines.push(line);
        } else {
            odd.push(format!(
                "line {}: words without times were left out",
                index + 1
            ));
            aside = true;
        }
    }
    let more = odd.len().saturating_sub(MOST_TOLD);
    odd.truncate(MOST_TOLD);
    if more > 0 {
        odd.push(format!("so are {more} lines more"));
    }
    (cues, odd)
}

/// Whether a line is meant to hold times; an arrow alone may be spoken of.
fn is_times(line: &str) -> bool {
    line.contains("-->") && line.contains(':')
}

fn is_number(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a block that begins with this line is not shown.
fn is_aside(line: &str) -> bool {
    ["NOTE", "STYLE", "REGION"].iter().any(|name| {
        line.strip_prefix(name)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
    })
}

/// Who says what in a cue's lines. The lines read on, unless one begins with
/// the dash of a dialogue.
pub(super) fn speeches(lines: &[&str], form: Form) -> Vec<Speech> {
    let mut speeches = vec![Speech::default()];
    for line in lines {
        let dash = line.trim_start().starts_with(['-', '–', '—']);
        add(&mut speeches, if dash { "\n" } else { " " });
        let mut rest = *line;
        while let Some(at) = rest.find(['<', '{']) {
            add(&mut speeches, &entities::decode(&rest[..at]));
            rest = &rest[at..];
            let Some(length) = tag_length(rest, form) else {
                add(&mut speeches, &rest[..1]);
                rest = &rest[1..];
                continue;
            };
            if let Some(voice) = voice(&rest[1..length - 1]) {
                let words = String::new();
                speeches.push(Speech { voice, words });
            }
            rest = &rest[length..];
        }
        add(&mut speeches, &entities::decode(rest));
    }
    for speech in &mut speeches {
        let lines: Vec<String> = speech
            .words
            .split('\n')
            .map(|line| line.split([' ', '\t']).filter(|word| !word.is_empty()))
            .map(|words| words.collect::<Vec<_>>().join(" "))
            .filter(|line| !line.is_empty())
            .collect();
        speech.words = lines.join("\n");
    }
    speeches
}

fn add(speeches: &mut [Speech], words: &str) {
    if let Some(speech) = speeches.last_mut() {
        speech.words.push_str(words);
    }
}

/// The length of the tag that a text begins with, brackets included.
fn tag_length(text: &str, form: Form) -> Option<usize> {
    let close = if text.starts_with('<') { b'>' } else { b'}' };
    // A tag holds no other, so that a row of brackets is passed over quickly.
    let inside = text.bytes().skip(1).take(LONGEST_TAG);
    let end = 1 + inside
        .take_while(|byte| !matches!(byte, b'<' | b'{'))
        .position(|byte| byte == close)?;
    let inner = &text[1..end];
    let is_tag = match close {
        b'}' => inner.starts_with('\\'),
        _ => is_tag(inner, form),
    };
    is_tag.then_some(end + 1)
}

fn is_tag(inner: &str, form: Form) -> bool {
    let name = inner.strip_prefix('/').unwrap_or(inner);
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        return name.contains(':') && name.bytes().all(|byte| b"0123456789:.,".contains(&byte));
    }
    let end = name.find(['.', ' ', '\t']).unwrap_or(name.len());
    let is_name = !name.is_empty() && name[..end].bytes().all(|byte| byte.is_ascii_alphanumeric());
    let known = SRT_TAGS.contains(&name[..end].to_ascii_lowercase().as_str());
    is_name && (known || form == Form::WebVtt)
}

/// The voice that speaks after a tag; none inside when it ends; none at all
/// for any other tag.
fn voice(inner: &str) -> Option<Option<String>> {
    if inner == "/v" {
        return Some(None);
    }
    let end = inner.find(['.', ' ', '\t'])?;
    let name = inner.split_once([' ', '\t'])?.1;
    let words: Vec<&str> = name.split_whitespace().collect();
    (&inner[..end] == "v" && !words.is_empty()).then(|| Some(entities::decode(&words.join(" "))))
}
