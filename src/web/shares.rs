//! How much one may hold of what costs something for as long as it lasts: files
//! that are being sent, and streams. Whoever asks once more than their share is
//! told to come again; the rest is for others, however often one asks.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::{HttpMessage, HttpRequest};

use crate::desk::people::SignedIn;
use crate::domain::ids::PersonId;

use super::crowd::site;
use super::state::App;
use super::whence;

/// Whose a share is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Whose {
    /// Somebody's of the desk, in whatever browsers and programs.
    Person(PersonId),
    /// A stranger's: that of their address, of IPv6 of the network.
    Address(u128),
}

impl Whose {
    /// Whose the share of a request is. What comes from this machine has none:
    /// behind it stand all those whom a proxy speaks for.
    pub(super) fn of(app: &App, request: &HttpRequest) -> Option<Self> {
        let me = request
            .extensions()
            .get::<SignedIn>()
            .map(|me| me.person.id);
        match me {
            Some(person) => Some(Self::Person(person)),
            None => whence::address(app, request).and_then(Self::at),
        }
    }

    fn at(address: IpAddr) -> Option<Self> {
        (!address.is_loopback()).then(|| Self::Address(site(address)))
    }
}

type Held = Arc<Mutex<HashMap<Whose, usize>>>;

/// The shares of one thing.
#[derive(Clone, Default)]
pub(super) struct Shares(Held);

impl Shares {
    /// Takes a share of somebody who holds fewer than so many; whoever is not
    /// known is not counted.
    pub(super) fn take(&self, whose: Option<Whose>, most: usize) -> Option<Share> {
        self.take_many(whose, 1, most)
    }

    /// Takes as many at once, for somebody who will not hold more than so many.
    pub(super) fn take_many(
        &self,
        whose: Option<Whose>,
        count: usize,
        most: usize,
    ) -> Option<Share> {
        if let Some(whose) = whose {
            let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let theirs = held.entry(whose).or_default();
            if *theirs + count > most {
                return None;
            }
            *theirs += count;
        }
        let held = Arc::clone(&self.0);
        Some(Share { whose, count, held })
    }

    #[cfg(test)]
    pub(super) fn is_nobodys(&self) -> bool {
        self.0.lock().expect("nobody panicked").is_empty()
    }
}

/// A share, given back when it is dropped.
pub(super) struct Share {
    whose: Option<Whose>,
    count: usize,
    held: Held,
}

impl Drop for Share {
    fn drop(&mut self) {
        let Some(whose) = self.whose else { return };
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let left = held.get_mut(&whose).map(|theirs| {
            *theirs -= self.count;
            *theirs
        });
        if left == Some(0) {
            held.remove(&whose);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<Whose> {
        Whose::at(text.parse().expect("an address"))
    }

    #[test]
    fn nobody_has_more_than_a_share_by_asking_often() {
        let shares = Shares::default();
        let mut taken = Vec::new();
        for last in 1..=3 {
            let inner = at(&format!("2001:db8::{last}"));
            taken.push(shares.take(inner, 3).expect("a share"));
        }
        assert!(shares.take(at("2001:db8::99"), 3).is_none(), "one house");
        assert!(shares.take(at("2001:db8:0:1::1"), 3).is_some());
        let person = Some(Whose::Person(PersonId::FIRST));
        assert!(shares.take(person, 1).is_some());
        taken.pop();
        assert!(shares.take(at("2001:db8::99"), 3).is_some());
        drop(taken);
        assert!(shares.is_nobodys(), "what is over leaves nothing");
    }

    #[test]
    fn this_machine_is_not_counted() {
        let shares = Shares::default();
        let here = at("127.0.0.1");
        let taken: Vec<_> = (0..100).map(|_| shares.take(here, 1)).collect();
        assert!(taken.iter().all(Option::is_some));
    }
}
