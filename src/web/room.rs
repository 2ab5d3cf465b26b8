//! How much of what is sent to the desk lies in its memory at once.
//!
//! A form or a file is read whole before anything is done with it. So that no
//! crowd of them takes all the memory that there is, there is so much room:
//! whoever finds none is told to come back, and nothing of theirs is kept; whoever
//! only reads pages goes on. Short forms and long ones have rooms of their own, so
//! that nobody keeps a verdict out by large files, and no one person fills either.
//! The forms of strangers are so short that their number bounds them, and so need
//! no room that somebody could keep others out of.

use std::time::Duration;

use actix_web::dev::ServiceRequest;
use actix_web::http::Version;
use actix_web::http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use actix_web::{HttpMessage, HttpResponse, web};
use futures_util::StreamExt;

use crate::desk::people::SignedIn;
use crate::domain::ids::PersonId;
use crate::ledger::submission;

use super::api;
use super::auth;
use super::fields;
use super::problem::Problem;
use super::shares::{Share, Shares, Whose};
use super::state::App;
use super::turns::{Turn, Turns};

/// Room is set aside in pieces of so many bytes.
const PIECE: usize = 4 * 1024;
/// What strangers bring that is no form: checkpoints to cosign, so many at once.
const CHECKPOINTS: usize = 64;
/// What is no longer is a short form: a claim, a verdict, a remark.
const SHORT: usize = 64 * 1024;
/// So many of the longest short forms are on their way at once, and so many of one
/// person.
const FORMS: (usize, usize) = (512, 64);
/// So many of the longest files, and so many of one person.
const FILES: (usize, usize) = (8, 4);
/// How long what is not kept may take to arrive.
const PASSING: Duration = Duration::from_secs(30);

/// The room for what is sent.
pub(super) struct Room {
    checkpoints: Turns,
    forms: Line,
    files: Line,
    /// The longest that a colleague may send, in bytes.
    longest: usize,
}

/// Room for one kind of what colleagues send.
struct Line {
    turns: Turns,
    /// How many pieces one person has at most.
    of_one: usize,
    shares: Shares,
}

/// Room that is set aside for one request, and given back when this is dropped.
pub(super) struct Held {
    _turn: Turn,
    _share: Option<Share>,
}

impl Room {
    /// Room at a desk that takes uploads of so many bytes.
    pub(super) fn new(upload: usize) -> Self {
        let longest = upload.max(api::LARGEST_JSON);
        Self {
            checkpoints: Turns::at_bringing(CHECKPOINTS * pieces(submission::MAX_BYTES) as usize),
            forms: Line::new(FORMS, SHORT),
            files: Line::new(FILES, longest),
            longest,
        }
    }

    /// The line of those who bring large files, for those who watch over the desk.
    pub(super) fn line(&self) -> &Turns {
        &self.files.turns
    }

    /// Sets room aside for what somebody brings; where no length is told it may be
    /// as long as the longest. There is none for whoever has waited too long, or
    /// brings too much at once already.
    async fn take(&self, who: Option<PersonId>, length: Option<u64>) -> Taken {
        let at_most = |most: usize| {
            let told = length.map(|length| usize::try_from(length).unwrap_or(most));
            pieces(told.map_or(most, |told| told.min(most)))
        };
        let is_within = |most: usize| length.is_some_and(|length| length <= most as u64);
        let held = match who {
            None if is_within(fields::STRANGERS) => return Taken::NotNeeded,
            None => {
                let turn = self.checkpoints.many(at_most(submission::MAX_BYTES)).await;
                turn.map(|turn| Held {
                    _turn: turn,
                    _share: None,
                })
            }
            Some(who) if is_within(SHORT) => self.forms.take(who, at_most(SHORT)).await,
            Some(who) => self.files.take(who, at_most(self.longest)).await,
        };
        held.map_or(Taken::No, Taken::Held)
    }
}

/// What came of asking for room.
enum Taken {
    Held(Held),
    NotNeeded,
    No,
}

impl Line {
    /// Room for so many of the longest, and for so many of one person.
    fn new((all, of_one): (usize, usize), longest: usize) -> Self {
        Self {
            turns: Turns::at_bringing(all * pieces(longest) as usize),
            of_one: of_one * pieces(longest) as usize,
            shares: Shares::default(),
        }
    }

    async fn take(&self, who: PersonId, pieces: u32) -> Option<Held> {
        let whose = Some(Whose::Person(who));
        let share = self.shares.take_many(whose, pieces as usize, self.of_one)?;
        Some(Held {
            _turn: self.turns.many(pieces).await?,
            _share: Some(share),
        })
    }
}

/// How many pieces hold so many bytes; what is empty takes one, too.
fn pieces(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(PIECE)).map_or(u32::MAX, |pieces| pieces.max(1))
}

/// Sets room aside for what a request brings, and refuses it where there is none.
pub(super) async fn aside(request: &mut ServiceRequest) -> Result<Option<Held>, HttpResponse> {
    let app = request.app_data::<web::Data<App>>().cloned();
    let Some(app) = app.filter(|_| !request.method().is_safe()) else {
        return Ok(None);
    };
    let me = request.extensions().get::<SignedIn>().cloned();
    let who = me.as_ref().map(|me| me.person.id);
    match app.room().take(who, length(request)).await {
        Taken::Held(held) => Ok(Some(held)),
        Taken::NotNeeded => Ok(None),
        Taken::No => {
            let why = "there is no room for what it brings";
            auth::tell(request.request(), me.as_ref(), why);
            pass_over(request, app.room().longest).await;
            Err(Problem::no_room().respond(request.request()))
        }
    }
}

/// Lets what nobody keeps come to its end, for so long: whoever is answered while
/// they still send hears that the connection broke, and not why.
async fn pass_over(request: &mut ServiceRequest, most: usize) {
    let mut body = request.take_payload();
    let passing = async {
        let mut left = most;
        while let Some(Ok(chunk)) = body.next().await {
            let Some(rest) = left.checked_sub(chunk.len()) else {
                return;
            };
            left = rest;
        }
    };
    // Who is slower than that is not waited for.
    let _ = tokio::time::timeout(PASSING, passing).await;
}

/// How long what a request brings is, by its own word; none where it does not say.
fn length(request: &ServiceRequest) -> Option<u64> {
    let headers = request.headers();
    match headers.get(CONTENT_LENGTH) {
        Some(length) => length.to_str().ok()?.parse().ok(),
        // Without a word on either there is nothing to come (RFC 9112, 6.3).
        None if request.version() <= Version::HTTP_11 => {
            (!headers.contains_key(TRANSFER_ENCODING)).then_some(0)
        }
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UPLOAD: usize = 20 << 20;

    fn person(number: i64) -> Option<PersonId> {
        PersonId::new(number).ok()
    }

    async fn held(room: &Room, who: Option<PersonId>, length: Option<u64>) -> Option<Held> {
        match room.take(who, length).await {
            Taken::Held(held) => Some(held),
            Taken::NotNeeded | Taken::No => None,
        }
    }

    #[actix_web::test]
    async fn large_files_fill_their_own_room_and_no_one_person_fills_it() {
        let (room, long) = (Room::new(UPLOAD), Some(UPLOAD as u64));
        let mut all = Vec::new();
        for _ in 0..FILES.1 {
            all.push(held(&room, person(1), long).await.expect("room"));
        }
        assert!(held(&room, person(1), long).await.is_none());
        // Whoever does not say how long it is may bring the longest.
        assert!(held(&room, person(1), None).await.is_none());
        for _ in FILES.1..FILES.0 {
            all.push(held(&room, person(2), None).await.expect("room"));
        }
        assert_eq!(room.line().taken(), FILES.0 * pieces(UPLOAD) as usize);
        let short = held(&room, person(3), Some(SHORT as u64)).await;
        assert!(short.is_some());
        assert!(matches!(room.take(None, Some(100)).await, Taken::NotNeeded));
        all.clear();
        assert!(held(&room, person(1), long).await.is_some());
        assert!(
            room.files.shares.is_nobodys(),
            "what is over leaves nothing"
        );
    }

    #[actix_web::test]
    async fn a_length_that_nobody_may_send_takes_no_more_than_the_longest() {
        let room = Room::new(UPLOAD);
        let large = held(&room, person(1), Some(u64::MAX)).await;
        assert_eq!(room.line().taken(), pieces(UPLOAD) as usize);
        drop(large.expect("room"));
        let large = held(&room, None, Some(u64::MAX)).await;
        assert_eq!(
            room.checkpoints.taken(),
            pieces(submission::MAX_BYTES) as usize
        );
        drop(large.expect("room"));
    }
}
