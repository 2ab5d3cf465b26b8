//! A desk that its own program serves for a test, and those who visit it.

use std::path::PathBuf;

use super::http::Visitor;
use super::program::{Program, citekeep, citekeep_with};
use super::{ClosedDesk, TestDesk, check};

/// A desk that is served for as long as this is kept.
pub(crate) struct Served {
    /// Where it answers.
    pub(crate) base: String,
    /// Its data directory.
    pub(crate) data: PathBuf,
    // What is dropped first stands first: a program must not outlive its data.
    program: Program,
    _closed: ClosedDesk,
}

impl TestDesk {
    /// Closes the desk here and lets the program open it, on a port of its own.
    pub(crate) fn serve(self) -> Served {
        self.close().serve()
    }
}

impl ClosedDesk {
    /// Lets the program open the desk, on a port of its own.
    pub(crate) fn serve(self) -> Served {
        let program = citekeep(&self.data, &["serve"]);
        self.served(program)
    }

    /// Lets the program open the desk with a configuration.
    pub(crate) fn serve_with(self, config: &str) -> Served {
        let program = citekeep_with(&self.data, config);
        self.served(program)
    }

    fn served(self, mut program: Program) -> Served {
        Served {
            base: program.address(),
            data: self.data.clone(),
            program,
            _closed: self,
        }
    }
}

impl Served {
    /// A stranger.
    pub(crate) fn nobody(&self) -> Visitor {
        Visitor::nobody(&self.base)
    }

    /// Whoever comes in by a link.
    pub(crate) fn enter(&self, link: &str) -> Visitor {
        Visitor::enter(&self.base, link)
    }

    /// Asks the program to stop, and waits until it has.
    pub(crate) fn stop(&mut self) -> std::process::ExitStatus {
        self.program.stop()
    }

    /// Ends the program and checks its log whole; what the program said.
    pub(crate) fn last_words(self) -> String {
        let words = self.program.last_words();
        assert_eq!(check(&self.data).findings, []);
        words
    }

    /// Ends the program and checks its log whole.
    pub(crate) fn end(self) {
        drop(self.program);
        assert_eq!(check(&self.data).findings, []);
    }
}
