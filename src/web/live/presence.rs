//! Who looks at which claim, and how many streams there are: in memory only.

use std::borrow::Borrow;
use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::desk::people::SignedIn;
use crate::domain::ids::{ClaimId, PersonId};
use crate::store::trail::Followed;

use super::{Live, Told};

/// Streams of one session: one for each page that is in sight.
const PER_SESSION: usize = 8;
/// Streams of one person: somebody who signs in again and again takes no more
/// than their part of what there is for all.
const PER_PERSON: usize = 24;
/// Streams in all.
const IN_ALL: usize = 200;

/// All streams that are open.
#[derive(Default)]
pub(super) struct Room {
    seats: Mutex<Seats>,
}

#[derive(Default)]
struct Seats {
    taken: usize,
    of_session: HashMap<String, usize>,
    of_person: HashMap<PersonId, usize>,
    /// By claim and person: the name, and in how many pages.
    looking: HashMap<ClaimId, BTreeMap<PersonId, (String, usize)>>,
}

impl Seats {
    /// Takes a seat; whether there was one, and whether somebody new looks at
    /// the claim.
    fn take(&mut self, session: &str, person: (PersonId, &str), at: Option<ClaimId>) -> Taken {
        let mine = self.of_session.get(session).copied().unwrap_or(0);
        let own = self.of_person.get(&person.0).copied().unwrap_or(0);
        if self.taken >= IN_ALL || mine >= PER_SESSION || own >= PER_PERSON {
            return Taken::No;
        }
        self.taken += 1;
        self.of_session.insert(session.to_owned(), mine + 1);
        self.of_person.insert(person.0, own + 1);
        let Some(claim) = at else {
            return Taken::Quietly;
        };
        let (id, name) = person;
        let here = self.looking.entry(claim).or_default().entry(id);
        let (_, pages) = here.or_insert_with(|| (name.to_owned(), 0));
        *pages += 1;
        if *pages == 1 {
            Taken::Seen
        } else {
            Taken::Quietly
        }
    }

    /// Gives a seat back; whether somebody has gone from the claim.
    fn leave(&mut self, session: &str, person: PersonId, at: Option<ClaimId>) -> bool {
        self.taken = self.taken.saturating_sub(1);
        one_less(&mut self.of_session, session);
        one_less(&mut self.of_person, &person);
        let Some((claim, people)) =
            at.and_then(|claim| Some((claim, self.looking.get_mut(&claim)?)))
        else {
            return false;
        };
        let Some((_, pages)) = people.get_mut(&person) else {
            return false;
        };
        *pages -= 1;
        let gone = *pages == 0;
        if gone {
            people.remove(&person);
        }
        if people.is_empty() {
            self.looking.remove(&claim);
        }
        gone
    }

    /// The names of the others at a claim.
    fn others(&self, claim: ClaimId, me: PersonId) -> Vec<String> {
        let people = self.looking.get(&claim).into_iter().flatten();
        people
            .filter(|(person, _)| **person != me)
            .map(|(_, (name, _))| name.clone())
            .collect()
    }
}

/// Counts one less, and forgets what is down to none.
fn one_less<K, Q>(counts: &mut HashMap<K, usize>, of: &Q)
where
    K: Borrow<Q> + Eq + Hash,
    Q: Eq + Hash + ?Sized,
{
    if let Some(count) = counts.get_mut(of) {
        *count -= 1;
        if *count == 0 {
            counts.remove(of);
        }
    }
}

/// What came of asking for a seat.
#[derive(Debug, PartialEq, Eq)]
enum Taken {
    /// There are too many.
    No,
    /// Nobody needs to know.
    Quietly,
    /// The others at the claim should be told.
    Seen,
}

/// A stream's place, given back when the stream is dropped, however it ends.
pub(super) struct Seat {
    live: Live,
    session: String,
    person: PersonId,
    pub(super) followed: Followed,
}

/// Finds a seat, unless there are too many.
pub(super) fn sit(live: &Live, me: &SignedIn, followed: Followed) -> Option<Seat> {
    let person = (me.person.id, me.person.name.as_str());
    let session = session(me);
    let taken = live.room.seats().take(&session, person, claim(followed));
    if taken == Taken::No {
        return None;
    }
    let seat = Seat {
        live: live.clone(),
        session,
        person: me.person.id,
        followed,
    };
    if taken == Taken::Seen {
        seat.tell();
    }
    Some(seat)
}

/// What somebody's streams are counted under. Programs have no session: those
/// of one person share one.
fn session(me: &SignedIn) -> String {
    if me.is_program() {
        format!("programs of {}", me.person.id)
    } else {
        me.csrf.clone()
    }
}

impl Seat {
    /// The names of the others at the same claim; none where no claim is
    /// looked at.
    pub(super) fn others(&self) -> Option<Vec<String>> {
        let claim = claim(self.followed)?;
        Some(self.live.room.seats().others(claim, self.person))
    }

    fn tell(&self) {
        if let Some(claim) = claim(self.followed) {
            self.live.tell(Told::Present(claim));
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let at = claim(self.followed);
        let gone = (self.live.room.seats()).leave(&self.session, self.person, at);
        if gone {
            self.tell();
        }
    }
}

impl Room {
    fn seats(&self) -> MutexGuard<'_, Seats> {
        // Nothing in here panics half-way; counts stay whole.
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const fn claim(followed: Followed) -> Option<ClaimId> {
    match followed {
        Followed::Claim(claim) => Some(claim),
        Followed::Article(_) | Followed::Desk => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEVEN: Option<ClaimId> = Some(ClaimId::FIRST);
    const ANA: PersonId = PersonId::FIRST;
    const BEN: PersonId = PersonId::FIRST.next();

    #[test]
    fn somebody_with_two_pages_is_there_once_until_both_are_closed() {
        let mut seats = Seats::default();
        assert_eq!(seats.take("a", (ANA, "Ana"), SEVEN), Taken::Seen);
        assert_eq!(seats.take("a", (ANA, "Ana"), SEVEN), Taken::Quietly);
        assert_eq!(seats.take("b", (BEN, "Ben"), SEVEN), Taken::Seen);
        assert_eq!(seats.others(ClaimId::FIRST, BEN), ["Ana"]);
        assert!(!seats.leave("a", ANA, SEVEN));
        assert_eq!(seats.others(ClaimId::FIRST, BEN), ["Ana"]);
        assert!(seats.leave("a", ANA, SEVEN));
        assert!(seats.others(ClaimId::FIRST, BEN).is_empty());
        assert!(seats.leave("b", BEN, SEVEN));
        assert!(seats.looking.is_empty() && seats.of_session.is_empty());
        assert!(seats.of_person.is_empty());
        assert_eq!(seats.taken, 0);
    }

    #[test]
    fn a_session_has_eight_streams_and_the_desk_two_hundred() {
        let mut seats = Seats::default();
        for _ in 0..PER_SESSION {
            assert_ne!(seats.take("a", (ANA, "Ana"), None), Taken::No);
        }
        assert_eq!(seats.take("a", (ANA, "Ana"), SEVEN), Taken::No);
        assert!(seats.others(ClaimId::FIRST, BEN).is_empty());
        let mut person = BEN;
        for other in PER_SESSION..IN_ALL {
            let session = other.to_string();
            assert_ne!(seats.take(&session, (person, "Ben"), None), Taken::No);
            person = person.next();
        }
        assert_eq!(seats.take("c", (BEN, "Ben"), None), Taken::No);
        seats.leave("a", ANA, None);
        assert_ne!(seats.take("c", (BEN, "Ben"), None), Taken::No);
    }

    #[test]
    fn one_person_with_many_sessions_leaves_room_for_the_others() {
        let mut seats = Seats::default();
        for session in 0..PER_PERSON {
            let session = session.to_string();
            assert_ne!(seats.take(&session, (ANA, "Ana"), None), Taken::No);
        }
        assert_eq!(seats.take("one more", (ANA, "Ana"), None), Taken::No);
        assert_ne!(seats.take("b", (BEN, "Ben"), None), Taken::No);
        seats.leave("0", ANA, None);
        assert_ne!(seats.take("one more", (ANA, "Ana"), None), Taken::No);
    }
}
