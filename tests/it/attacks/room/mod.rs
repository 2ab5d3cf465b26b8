//! Attacks on the editors' room and on its public side, by those who are signed
//! in and by strangers.

mod forms;
mod paths;
mod public;
mod streams;

use citekeep::desk::Actor;

use crate::support::http::Visitor;
use crate::support::program::{Program, citekeep};
use crate::support::{ClosedDesk, TestDesk};

/// A desk that runs, with links that sign its people in as often as they like.
struct Room {
    base: String,
    nobody: Visitor,
    links: Vec<String>,
    _program: Program,
    _closed: ClosedDesk,
}

impl Room {
    fn serve(desk: TestDesk, people: &[Actor]) -> Self {
        let links = people.iter().map(|actor| desk.link(*actor)).collect();
        let closed = desk.close();
        let mut program = citekeep(&closed.data, &["serve"]);
        let base = program.address();
        Self {
            nobody: Visitor::nobody(&base),
            links,
            base,
            _program: program,
            _closed: closed,
        }
    }

    /// One of the people, in a new session.
    fn enter(&self, who: usize) -> Visitor {
        Visitor::enter(&self.base, &self.links[who])
    }
}
