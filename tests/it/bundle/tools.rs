//! Bundles read with tools of others: the Library of Congress' `bagit`,
//! `sha256sum`, `openssl`, and the lines of Python in the README.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use citekeep::desk::exchange::bundle::Kind;
use tempfile::TempDir;

use super::stamped::stamped;
use super::{bundle_of, files, remade};
use crate::support::authority::{Authority, Key};
use crate::support::{desk, python};

/// A bundle as a person unpacks it.
pub(super) struct Unpacked {
    place: TempDir,
}

impl Unpacked {
    pub(super) fn new(bytes: &[u8]) -> Self {
        let place = tempfile::tempdir().expect("a folder");
        let archive = place.path().join("bundle.zip");
        fs::write(&archive, bytes).expect("a file");
        let unpack = "import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])";
        let done = Command::new("python3")
            .args(["-c", unpack])
            .args([&archive, place.path()])
            .status();
        assert!(done.expect("Python runs").success());
        Self { place }
    }

    pub(super) fn folder(&self) -> PathBuf {
        let folders = ["claim-1", "published-1"].map(|name| self.place.path().join(name));
        let found = folders.into_iter().find(|folder| folder.is_dir());
        found.expect("the archive unpacks to a folder")
    }

    /// Runs lines of a shell within the bag; tells whether all went well.
    pub(super) fn shell(&self, lines: &str) -> (bool, String) {
        self.run(Command::new("bash").args(["-euo", "pipefail", "-c", lines]))
    }

    fn python(&self, program: &str) -> (bool, String) {
        self.run(Command::new("python3").args(["-c", program]))
    }

    fn run(&self, command: &mut Command) -> (bool, String) {
        let output = command.current_dir(self.folder()).output();
        let output = output.expect("the program runs");
        let told = [output.stdout, output.stderr].concat();
        let told = String::from_utf8_lossy(&told).into_owned();
        (output.status.success(), told)
    }
}

/// The commands of a README: what stands behind a dollar sign.
pub(super) fn commands(readme: &str) -> Vec<&str> {
    readme
        .lines()
        .filter_map(|line| line.strip_prefix("$ "))
        .collect()
}

/// The programs of a README: lines that are set in by four, from an import on.
fn programs(readme: &str) -> Vec<String> {
    let mut programs = Vec::new();
    let mut program: Option<String> = None;
    for line in readme.lines() {
        match line.strip_prefix("    ") {
            Some(line) if program.is_some() || line.starts_with("import ") => {
                let program = program.get_or_insert_default();
                program.push_str(line);
                program.push('\n');
            }
            _ => programs.extend(program.take()),
        }
    }
    programs.extend(program);
    programs
}

fn readme(bytes: &[u8]) -> String {
    let readme = files(bytes).remove("README.txt").expect("a README");
    String::from_utf8(readme).expect("text")
}

#[test]
fn what_the_readme_says_to_do_works_on_a_good_bundle() {
    let desk = desk();
    let (claim, _) = desk.published();
    for kind in [Kind::Desk, Kind::Public] {
        let bytes = bundle_of(&desk, claim, kind);
        let readme = readme(&bytes);
        let unpacked = Unpacked::new(&bytes);
        let lines = commands(&readme).join("\n");
        let (good, told) = unpacked.shell(&lines);
        assert!(good, "{told}");
        assert!(told.contains("Signature Verified Successfully"), "{told}");
        assert!(told.contains("data/log/checkpoint: OK"), "{told}");
        // Its programs ran too, as sed took them out.
        assert!(told.contains("every receipt leads to the root"), "{told}");
        assert!(told.contains("letter by letter"), "{told}");
        let programs = programs(&readme);
        assert_eq!(programs.len(), 2, "the README has two programs");
        for program in programs {
            let (good, told) = unpacked.python(&program);
            assert!(good && told.contains("every"), "{told}");
        }
    }
}

#[test]
fn what_the_readme_says_about_timestamps_works_with_the_authority_s_root() {
    let (desk, claim, root) = stamped();
    let bytes = bundle_of(&desk, claim, Kind::Public);
    let readme = readme(&bytes);
    let unpacked = Unpacked::new(&bytes);
    fs::write(unpacked.folder().join("roots.pem"), root).expect("a file");
    let lines = commands(&readme).join("\n");
    let (good, told) = unpacked.shell(&lines);
    assert!(good && told.contains("Verification: OK"), "{told}");
    // Somebody else's root does not do.
    let other = Authority::new(Key::P256).root();
    fs::write(unpacked.folder().join("roots.pem"), other).expect("a file");
    let (good, told) = unpacked.shell(&lines);
    assert!(!good && told.contains("Verification: FAILED"), "{told}");
}

#[test]
fn what_the_readme_says_to_do_finds_what_was_changed() {
    let desk = desk();
    let (claim, _) = desk.published();
    let good = bundle_of(&desk, claim, Kind::Desk);
    let readme = readme(&good);
    let programs = programs(&readme);
    let openssl = commands(&readme)[2..8].join("\n");
    let changed = |name: &str, old: &str, new: &str| {
        let bytes = remade(&good, |_, files| {
            let content = files.get_mut(name).expect("a file");
            let text = String::from_utf8(std::mem::take(content)).expect("text");
            assert!(text.contains(old), "{name} lacks {old}");
            *content = text.replace(old, new).into_bytes();
        });
        Unpacked::new(&bytes)
    };
    let verdict = files(&good).into_iter().find(|(name, content)| {
        name.ends_with(".body") && memchr::memmem::find(content, b"verdict_given").is_some()
    });
    let (verdict, _) = verdict.expect("a verdict");
    let lie = changed(&verdict, "The report says so.", "The report denies it.");
    assert!(!lie.python(&programs[0]).0, "a changed body passes");
    let quote = changed(&verdict, "opened in 1932", "opened in 1933");
    assert!(!quote.python(&programs[1]).0, "a changed quote passes");
    let receipt = verdict.replace(".body", ".tlog-proof");
    let moved = changed(&receipt, "index 1", "index 2");
    assert!(!moved.python(&programs[0]).0, "a changed receipt passes");
    let signed = changed(
        "data/log/checkpoint",
        "test.example/desk\n",
        "test.example/desk\n9",
    );
    let (passes, told) = signed.shell(&openssl);
    assert!(!passes, "a changed checkpoint passes: {told}");
    // Whoever does not make the lists anew is found by the first command.
    let unpacked = Unpacked::new(&good);
    fs::write(unpacked.folder().join("data/page.html"), "<p>False</p>").expect("a file");
    let (passes, told) = unpacked.shell("sha256sum -c manifest-sha256.txt");
    assert!(!passes && told.contains("data/page.html: FAILED"), "{told}");
}

#[test]
fn the_library_of_congress_takes_it_for_a_valid_bag() {
    let place = python::installed("bagit");
    let script = format!(
        "import sys\nsys.path.insert(0, {:?})\nimport bagit\n\
         bag = bagit.Bag('.')\nbag.validate()\n\
         assert bag.version == '1.0', bag.version\nprint(bag.info['Payload-Oxum'])",
        place.display().to_string()
    );
    let desk = desk();
    let (claim, _) = desk.published();
    for kind in [Kind::Desk, Kind::Public] {
        let unpacked = Unpacked::new(&bundle_of(&desk, claim, kind));
        let (valid, told) = unpacked.python(&script);
        assert!(valid, "{told}");
        fs::write(unpacked.folder().join("data/page.html"), "<p>False</p>").expect("a file");
        assert!(
            !unpacked.python(&script).0,
            "bagit lets a changed page pass"
        );
    }
}

#[test]
fn warcio_takes_the_captures_for_valid_web_archives() {
    let place = python::installed("warcio").display().to_string();
    let script = format!(
        "import glob, sys\nsys.path.insert(0, {place:?})\nfrom warcio.cli import main\n\
         files = glob.glob('data/warc/*.warc.gz')\nassert len(files) == 1, files\n\
         main(['check', '-v', *files])"
    );
    let desk = desk();
    let (claim, _) = desk.published();
    let unpacked = Unpacked::new(&bundle_of(&desk, claim, Kind::Desk));
    let (valid, told) = unpacked.python(&script);
    assert!(valid && told.contains("digest pass"), "{told}");
}
