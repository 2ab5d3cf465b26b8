//! Figures as Prometheus reads them: its text format, version 0.0.4.

use std::fmt::Write;

use crate::store::gauges::{BOUNDS, Tally};

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A count that only grows, until the process is started again.
    Counter,
    /// A number that goes up and down.
    Gauge,
    /// How long things took.
    Histogram,
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// The labels of a value.
pub(super) type Labels<'a> = &'a [(&'a str, &'a str)];

/// A page of figures that is being written.
#[derive(Debug, Default)]
pub(super) struct Page(String);

impl Page {
    /// Begins a name; its values follow before the next name.
    pub(super) fn name(&mut self, name: &str, kind: Kind, help: &str) {
        let kind = kind.as_str();
        // Writing to a text does not fail.
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    /// A name with one value and no labels.
    pub(super) fn one(&mut self, (name, kind): (&str, Kind), help: &str, value: impl Into<f64>) {
        self.name(name, kind, help);
        self.value(name, &[], value);
    }

    /// The same, where the value is known.
    pub(super) fn known(
        &mut self,
        (name, kind): (&str, Kind),
        help: &str,
        value: Option<impl Into<f64>>,
    ) {
        if let Some(value) = value {
            self.one((name, kind), help, value);
        }
    }

    /// One value of the name that was begun.
    pub(super) fn value(&mut self, name: &str, labels: Labels<'_>, value: impl Into<f64>) {
        self.0.push_str(name);
        self.labels(labels, None);
        let value: f64 = value.into();
        let _ = writeln!(self.0, " {value}");
    }

    /// How long things took, of the name that was begun.
    pub(super) fn times(&mut self, name: &str, labels: Labels<'_>, tally: &Tally) {
        for (bound, count) in BOUNDS.iter().zip(&tally.within) {
            let _ = write!(self.0, "{name}_bucket");
            self.labels(labels, Some(&bound.to_string()));
            let _ = writeln!(self.0, " {count}");
        }
        let _ = write!(self.0, "{name}_bucket");
        self.labels(labels, Some("+Inf"));
        let _ = writeln!(self.0, " {}", tally.all);
        let _ = write!(self.0, "{name}_sum");
        self.labels(labels, None);
        let _ = writeln!(self.0, " {}", tally.seconds);
        let _ = write!(self.0, "{name}_count");
        self.labels(labels, None);
        let _ = writeln!(self.0, " {}", tally.all);
    }

    fn labels(&mut self, labels: Labels<'_>, bound: Option<&str>) {
        let bound = bound.map(|bound| ("le", bound));
        let mut before = '{';
        for (name, value) in labels.iter().copied().chain(bound) {
            let value = escaped(value);
            let _ = write!(self.0, "{before}{name}=\"{value}\"");
            before = ',';
        }
        if before == ',' {
            self.0.push('}');
        }
    }

    /// The page as it is sent.
    pub(super) fn into_text(self) -> String {
        self.0
    }
}

/// A label's value, in which three letters are written otherwise.
fn escaped(value: &str) -> String {
    value
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::store::gauges::Timed;

    use super::*;

    #[test]
    fn a_page_is_written_as_the_format_asks() {
        let mut page = Page::default();
        page.one(("a_total", Kind::Counter), "What was counted.", 3_u32);
        page.known(("b", Kind::Gauge), "Not known.", None::<f64>);
        page.name("c", Kind::Gauge, "By name.");
        page.value("c", &[("who", "a \"b\"\\\n"), ("n", "1")], 0.5);
        let timed = Timed::default();
        timed.took(Duration::from_millis(400));
        page.name("d", Kind::Histogram, "Times.");
        page.times("d", &[("m", "GET")], &timed.tally());
        let text = page.into_text();
        let begins = "# HELP a_total What was counted.\n# TYPE a_total counter\na_total 3\n\
            # HELP c By name.\n# TYPE c gauge\nc{who=\"a \\\"b\\\"\\\\\\n\",n=\"1\"} 0.5\n\
            # HELP d Times.\n# TYPE d histogram\nd_bucket{m=\"GET\",le=\"0.001\"} 0\n";
        assert!(text.starts_with(begins), "{text}");
        let ends = "d_bucket{m=\"GET\",le=\"0.5\"} 1\nd_bucket{m=\"GET\",le=\"1\"} 1\n\
            d_bucket{m=\"GET\",le=\"2.5\"} 1\nd_bucket{m=\"GET\",le=\"10\"} 1\n\
            d_bucket{m=\"GET\",le=\"+Inf\"} 1\nd_sum{m=\"GET\"} 0.4\nd_count{m=\"GET\"} 1\n";
        assert!(text.ends_with(ends), "{text}");
    }
}
