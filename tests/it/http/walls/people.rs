//! Everybody who could ask, and what the rules say of their roles and scopes.

use citekeep::desk::Actor;
use citekeep::desk::tokens::{self, Lasting, NewToken};
use citekeep::domain::person::{Deed, Role};
use citekeep::domain::scope::{Scope, Scopes};
use citekeep::domain::words::Name;
use citekeep::web::Need;

use super::walk::{Cell, Row};
use crate::support::TestDesk;
use crate::support::http::Visitor;

/// Somebody who asks.
pub(super) struct Somebody {
    pub(super) name: &'static str,
    pub(super) visitor: Visitor,
    /// The header of a program.
    pub(super) token: Option<String>,
    /// The role, and the one scope of a token that has no more; none for those
    /// whom the desk does not know.
    pub(super) rights: Option<(Role, Option<Scope>)>,
}

impl Somebody {
    /// Whether they are among those who ask for things of every kind: nobody, every
    /// role, and a program. What the scopes of programs say is seen at one thing.
    pub(super) fn is_one_of_few(&self) -> bool {
        let few = [
            "nobody",
            "reader",
            "researcher",
            "reviewer",
            "editor",
            "admin",
            "program-of-reader",
        ];
        few.contains(&self.name)
    }
}

/// The desk's rules on who may do what, written out once more by hand, so that
/// a slip in the program's own table shows.
fn role_may(role: Role, deed: Deed) -> bool {
    use Role::{Admin, Editor, Reader, Researcher, Reviewer};
    let roles: &[Role] = match deed {
        Deed::Read => &[Reader, Researcher, Reviewer, Editor, Admin],
        Deed::OpenClaim | Deed::AddSource | Deed::Cite | Deed::Discuss => {
            &[Researcher, Reviewer, Editor, Admin]
        }
        Deed::Decide | Deed::Judge => &[Reviewer, Editor, Admin],
        Deed::Assign => &[Editor, Admin],
        Deed::Publish | Deed::Correct | Deed::Withdraw | Deed::Seal => &[Editor, Admin],
        Deed::ManagePeople | Deed::ManageDesk | Deed::Erase => &[Admin],
    };
    roles.contains(&role)
}

/// The scope of each deed, written out once more by hand.
fn scope(deed: Deed) -> Scope {
    match deed {
        Deed::Read => Scope::Read,
        Deed::OpenClaim | Deed::AddSource | Deed::Cite | Deed::Discuss => Scope::Research,
        Deed::Decide | Deed::Judge => Scope::Review,
        Deed::Assign | Deed::Publish | Deed::Correct | Deed::Withdraw => Scope::Publish,
        Deed::ManagePeople | Deed::ManageDesk | Deed::Seal | Deed::Erase => Scope::Manage,
    }
}

/// Whether somebody's role and scope let them ask, or how they are refused.
pub(super) fn may(one: &Somebody, row: &Row) -> Result<(), Cell> {
    // A token that does not work is said so, wherever it is sent.
    if one.token.is_some() && one.rights.is_none() {
        return Err(Cell::Unknown);
    }
    let Need::Deed(deed) = row.need else {
        return Ok(());
    };
    let Some((role, held)) = one.rights else {
        return Err(Cell::Unknown);
    };
    let in_scope = held.is_none_or(|held| held == scope(deed));
    let kept_out = one.token.is_some() && row.is_for_people();
    if role_may(role, deed) && in_scope && !kept_out {
        Ok(())
    } else {
        Err(Cell::No)
    }
}

/// A token as a program's header, made by an admin.
pub(super) fn token(desk: &TestDesk, admin: Actor, role: Role, scopes: Scopes) -> String {
    let who = desk.session(admin);
    let new = NewToken {
        name: Name::parse("A program").expect("a name"),
        role,
        scopes,
        lasting: Lasting::Days(30),
    };
    let secret = tokens::make(&desk.desk, &who, new).expect("a token");
    format!("Bearer {secret}")
}

/// The headers of programs: one that may read and write all that a reader may,
/// and one of an admin for each scope.
pub(super) fn programs(
    desk: &TestDesk,
    admin: Actor,
) -> Vec<(&'static str, Role, Option<Scope>, String)> {
    let mut all = vec![(
        "program-of-reader",
        Role::Reader,
        None,
        token(desk, admin, Role::Reader, Scopes::ALL),
    )];
    let of = |scope: Scope| match scope {
        Scope::Read => "program-read",
        Scope::Research => "program-research",
        Scope::Review => "program-review",
        Scope::Publish => "program-publish",
        Scope::Manage => "program-manage",
    };
    for scope in Scope::ALL {
        let header = token(desk, admin, Role::Admin, Scopes::from_iter([*scope]));
        all.push((of(*scope), Role::Admin, Some(*scope), header));
    }
    all
}
