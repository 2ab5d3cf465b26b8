//! Subtitles (SRT and WebVTT): what is said, a line for each cue, with the
//! times at which the lines begin, `subtitles/1`.
//!
//! Numbers, times, settings and marks of style are left out; voices are named
//! where they change.

mod cue;
mod roll;
mod time;

use crate::text::normalise::normalise;

use self::cue::{Cue, Form};
use self::time::Time;

/// A pause that is longer than this, in milliseconds, divides paragraphs.
const PAUSE: u64 = 2_000;

/// What subtitles say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SubtitlesText {
    /// The text in its normal form.
    pub(super) text: String,
    /// Where each cue's words begin in the text, in bytes, and when they are
    /// said: `HH:MM:SS.mmm`.
    pub(super) cues: Vec<(usize, String)>,
    /// What was odd about them, in sentences.
    pub(super) flaws: Vec<String>,
}

/// Whether a text begins like subtitles do: by its own name, or by a number
/// and a line of times.
pub(super) fn looks_like(text_start: &str) -> bool {
    let text = text_start.strip_prefix('\u{feff}').unwrap_or(text_start);
    if is_webvtt(text) {
        return true;
    }
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let number = lines.next().unwrap_or_default();
    !number.is_empty()
        && number.len() <= 10
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && lines.next().and_then(time::line).is_some()
}

fn is_webvtt(text: &str) -> bool {
    text.strip_prefix("WEBVTT")
        .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\n', '\r']))
}

/// Reads the text of a subtitle file.
pub(super) fn read(text: &str) -> SubtitlesText {
    // Every cue is normalised here, so that the places of the cues hold.
    let text = normalise(text.strip_prefix('\u{feff}').unwrap_or(text));
    let form = if is_webvtt(&text) {
        Form::WebVtt
    } else {
        Form::Srt
    };
    let (mut cues, mut flaws) = cue::cues(&text, form);
    let doubled = roll::unroll(&mut cues);
    if doubled > 0 {
        flaws.push(format!(
            "rolling captions: lines that stood twice stand once ({doubled})"
        ));
    }
    let mut script = Script::default();
    for cue in &cues {
        script.cue(cue, form);
    }
    if !script.text.is_empty() {
        script.text.push('\n');
    }
    SubtitlesText {
        text: script.text,
        cues: script.cues,
        flaws,
    }
}

/// What is said, being written down.
#[derive(Default)]
struct Script {
    text: String,
    cues: Vec<(usize, String)>,
    voice: Option<String>,
    /// When the last words ended.
    end: Option<Time>,
}

impl Script {
    fn cue(&mut self, cue: &Cue<'_>, form: Form) {
        let start = cue.times.map(|times| times.start);
        let paused = match (self.end, start) {
            (Some(end), Some(start)) => start.since(end) > PAUSE,
            _ => false,
        };
        let mut first = true;
        for speech in cue::speeches(&cue.lines, form) {
            let words = normalise(&speech.words);
            if words.is_empty() {
                continue;
            }
            let other = speech.voice != self.voice;
            let border = match (self.text.is_empty(), first && paused || other) {
                (true, _) => "",
                (false, true) => "\n\n",
                (false, false) => "\n",
            };
            self.text.push_str(border);
            if first && let Some(start) = start {
                self.cues.push((self.text.len(), start.to_string()));
            }
            if other && let Some(voice) = &speech.voice {
                self.text.push_str(&normalise(voice));
                self.text.push_str(": ");
            }
            self.text.push_str(&words);
            self.voice = speech.voice;
            first = false;
        }
        if let Some(times) = cue.times {
            self.end = Some(times.end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(subtitles: &str, expected: &str, times: &[&str], flaws: usize) {
        let read = read(subtitles);
        assert_eq!(read.text, expected, "{subtitles}");
        let found: Vec<&str> = read.cues.iter().map(|(_, time)| time.as_str()).collect();
        assert_eq!(found, times, "{subtitles}");
        assert_eq!(read.flaws.len(), flaws, "{:?}", read.flaws);
    }

    #[test]
    fn a_sentence_reads_on_over_cues() {
        check(
            "1\r\n00:00:01,000 --> 00:00:02,000\r\nThe bridge\r\nopened\r\n\r\n2\r\n00:00:02,500 --> 00:00:04,000\r\nin <i>1932</i>.\r\n\r\n3\r\n00:00:06,001 --> 0:00:07,5\r\n{\\an8}No.\r\n",
            "The bridge opened\nin 1932.\n\nNo.\n",
            &["00:00:01.000", "00:00:02.500", "00:00:06.001"],
            0,
        );
    }

    #[test]
    fn places_of_cues_are_bytes_of_the_text() {
        let read = read(
            "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Zoe\u{308}>cafe\u{301}\n\n00:02.000 --> 00:03.000\n<v Zoe\u{308}>two\n",
        );
        assert_eq!(read.text, "Zoë: café\ntwo\n");
        let at: Vec<&str> = read.cues.iter().map(|(at, _)| &read.text[*at..]).collect();
        assert_eq!(at, ["Zoë: café\ntwo\n", "two\n"]);
    }

    #[test]
    fn voices_are_named_where_they_change() {
        check(
            "\u{feff}WEBVTT - talk\nKind: captions\n\nNOTE\nnot said\n\nSTYLE\n::cue { color: red }\n\nintro\n00:01.000 --> 00:02.000 align:start\n<v.loud Ann Lee>One &amp; two\n\n00:02.000 --> 00:03.000\n<v Ann Lee>three</v>\n\n00:03.000 --> 00:04.000\n<v Bo>No.\n<v Ann Lee>Yes.\n\n00:04.000 --> 01:00:05.000\n<c.x>Music</c>&lrm;\n",
            "Ann Lee: One & two\nthree\n\nBo: No.\n\nAnn Lee: Yes.\n\nMusic\u{200e}\n",
            &[
                "00:00:01.000",
                "00:00:02.000",
                "00:00:03.000",
                "00:00:04.000",
            ],
            0,
        );
    }

    #[test]
    fn what_is_no_tag_stays() {
        check(
            "1\n00:00:01,000 --> 00:00:02,000\n5 < 6 and <unknown> > 3\n- Hi.\n- Hello.\n",
            "5 < 6 and <unknown> > 3\n- Hi.\n- Hello.\n",
            &["00:00:01.000"],
            0,
        );
    }

    #[test]
    fn words_near_times_are_kept() {
        check(
            "1\n00:00:01,000 --> 00:00:02,000\nthis --> that\n\nno number\n00:00:02,000 --> 00:00:03,000\nso\n",
            "this --> that no number\nso\n",
            &["00:00:01.000", "00:00:02.000"],
            0,
        );
    }

    #[test]
    fn broken_times_are_told_and_their_words_kept() {
        check(
            "1\n00:00:01,000 --> 00:00:02,000\none\n\n2\n00:00:xx,000 --> 00:00:04,000\ntwo\n\nthree after a blank line\n3\n00:00:05,000 --> 00:00:06,000\n4\n",
            "one\ntwo three after a blank line\n\n4\n",
            &["00:00:01.000", "00:00:05.000"],
            1,
        );
        check("words only\n", "", &[], 1);
        check("", "", &[], 0);
    }

    #[test]
    fn rolling_captions_are_said_once() {
        let mut rolling = String::from("WEBVTT\nKind: captions\n\n");
        let words = ["the report", "says the no", "no", "rows of it", "were read"];
        let mut last = " ";
        for (index, line) in words.iter().enumerate() {
            rolling.push_str(&format!(
                "00:0{index}.000 --> 00:0{index}.990 align:start\n{last}\n{}<00:0{index}.500><c>{}</c>\n\n00:0{index}.990 --> 00:0{}.000\n{line}\n \n\n",
                &line[..2],
                &line[2..],
                index + 1
            ));
            last = line;
        }
        let read = read(&rolling);
        assert_eq!(
            read.text,
            "the report\nsays the no\nno\nrows of it\nwere read\n"
        );
        assert_eq!((read.cues.len(), read.flaws.len()), (5, 1));
    }

    #[test]
    fn words_that_are_said_twice_stand_twice() {
        let subtitles: String = (1..=4)
            .map(|n| {
                format!(
                    "{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{}\n\n",
                    if n < 3 { "No." } else { "Yes" }
                )
            })
            .collect();
        assert_eq!(read(&subtitles).text, "No.\nNo.\nYes\nYes\n");
    }

    #[test]
    fn subtitles_are_known_by_their_first_lines() {
        for (text, expected) in [
            ("WEBVTT", true),
            ("\u{feff}WEBVTT - x\n", true),
            ("WEBVTTX", false),
            ("\n1\r\n00:00:01,000 --> 00:00:02,000\r\nx", true),
            ("1\nwords", false),
            ("1932\n\nThe bridge", false),
            ("", false),
        ] {
            assert_eq!(looks_like(text), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(text in "(WEBVTT\n\n)?([0-9]{1,2}\n|00:0[0-9]:0[0-9]\\.000 --> 00:00:09,5\n|[-<>/v &;{}\\\\aé\u{301}\n]{0,9}){0,20}") {
            let once = read(&text);
            proptest::prop_assert!(once.cues.iter().all(|(at, _)| once.text.is_char_boundary(*at)));
            proptest::prop_assert_eq!(normalise(&once.text), once.text);
        }
    }
}
