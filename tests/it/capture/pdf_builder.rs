//! Builds small PDF files of Helvetica text for tests.

use std::fmt::Write as _;

/// A file under construction.
#[derive(Default)]
pub(crate) struct PdfBuilder {
    pages: Vec<String>,
    /// The inside of the catalog's `PageLabels`.
    labels: Option<String>,
    title: Option<String>,
}

impl PdfBuilder {
    /// A file without pages.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds a page of 600 by 800 points with lines of 10-point type: from the
    /// left and from the bottom in points, and the words.
    pub(crate) fn page(mut self, lines: &[(u32, u32, &str)]) -> Self {
        let mut content = String::from("BT /F1 10 Tf\n");
        for (left, bottom, words) in lines {
            let words = words
                .replace('\\', r"\\")
                .replace('(', r"\(")
                .replace(')', r"\)");
            writeln!(content, "1 0 0 1 {left} {bottom} Tm ({words}) Tj").expect("memory");
        }
        content.push_str("ET");
        self.pages.push(content);
        self
    }

    /// Adds a page that is one grey picture.
    pub(crate) fn scanned_page(mut self) -> Self {
        self.pages
            .push("q 600 0 0 800 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 /F /AHx ID 80> EI Q".to_owned());
        self
    }

    /// Gives the pages labels: first page from 0, style and prefix of each range.
    pub(crate) fn labels(mut self, ranges: &[(usize, &str, &str)]) -> Self {
        let ranges = ranges
            .iter()
            .map(|(first, style, prefix)| format!("{first} << /S /{style} /P ({prefix}) >>"))
            .collect::<Vec<_>>();
        self.labels = Some(format!("<< /Nums [ {} ] >>", ranges.join(" ")));
        self
    }

    /// Gives the file a title.
    pub(crate) fn title(mut self, title: &str) -> Self {
        self.title = Some(title.to_owned());
        self
    }

    /// Writes the file.
    pub(crate) fn bytes(self) -> Vec<u8> {
        let count = self.pages.len();
        let kids = (0..count).map(|page| format!("{} 0 R", 5 + 2 * page));
        let kids = kids.collect::<Vec<_>>().join(" ");
        let labels = self.labels.map(|labels| format!("/PageLabels {labels}"));
        let title = self.title.unwrap_or_default();
        let mut objects = vec![
            format!(
                "<< /Type /Catalog /Pages 2 0 R {} >>",
                labels.unwrap_or_default()
            ),
            format!("<< /Type /Pages /Count {count} /Kids [ {kids} ] >>"),
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
            format!("<< /Title ({title}) /CreationDate (D:20210304050607Z) >>"),
        ];
        for (page, content) in self.pages.iter().enumerate() {
            objects.push(format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [ 0 0 600 800 ] /Contents {} 0 R \
                 /Resources << /Font << /F1 3 0 R >> >> >>",
                6 + 2 * page
            ));
            objects.push(format!(
                "<< /Length {} >>\nstream\n{content}\nendstream",
                content.len()
            ));
        }
        write_objects(&objects)
    }
}

/// Puts numbered objects one after the other, with the table of where they are.
fn write_objects(objects: &[String]) -> Vec<u8> {
    let mut file = String::from("%PDF-1.7\n");
    let mut table = String::from("0000000000 65535 f \n");
    for (number, object) in (1..).zip(objects) {
        writeln!(table, "{:010} 00000 n ", file.len()).expect("memory");
        writeln!(file, "{number} 0 obj\n{object}\nendobj").expect("memory");
    }
    let size = objects.len() + 1;
    let start = file.len();
    write!(
        file,
        "xref\n0 {size}\n{table}trailer\n<< /Size {size} /Root 1 0 R /Info 4 0 R >>\nstartxref\n{start}\n%%EOF\n"
    )
    .expect("memory");
    file.into_bytes()
}
