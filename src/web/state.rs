//! What every handler has at hand, and the one bridge from async to the desk,
//! whose deeds block.

use std::io::Write;
use std::sync::Arc;

use actix_web::{HttpRequest, web};

use crate::capture::fetch::Fetcher;
use crate::desk::exchange::outgoing::ExportError;
use crate::desk::sign_in;
use crate::desk::signing::Site;
use crate::desk::timestamps::Plan;
use crate::desk::witnessing::Witnessing;
use crate::desk::{Desk, DeskError};
use crate::domain::sheet::DeskSheet;
use crate::domain::time::Timestamp;
use crate::ledger::policy::Policy;
use crate::store::shown::{Moment, Reach};

use super::crowd::Crowd;
use super::here;
use super::kept::Answers;
use super::live::Live;
use super::own::Own;
use super::pages::other_checks::readings::Readings;
use super::pages::pictures::Pictures;
use super::pages::published::KeptChoices;
use super::pass::{ONE_ADDRESS, Pass, Passes};
use super::problem::Problem;
use super::proxies::Proxies;
use super::render::Answer;
use super::room::Room;
use super::shares::{Shares, Whose};
use super::site;
use super::streaming::{Kind, Streams};
use super::throttle::Throttle;
use super::turns::{Held, Turn, Turns};
use super::watched::{Requests, Watched};

/// How many drawn pages are kept in memory.
const PICTURES: usize = 64;

/// What every handler has at hand.
#[derive(Clone)]
pub(super) struct App {
    desk: Desk,
    facts: Arc<Facts>,
    throttle: Arc<Throttle>,
    crowd: Arc<Crowd>,
    pictures: Arc<Pictures>,
    readings: Arc<Readings>,
    choices: Arc<KeptChoices>,
    answers: Arc<Answers>,
    reading: Arc<Turns>,
    doing: Arc<Turns>,
    doing_own: Arc<Own>,
    drawing: Arc<Turns>,
    drawing_own: Arc<Own>,
    sending: Arc<Turns>,
    sending_own: Arc<Own>,
    fetching: Shares,
    writing: Arc<Passes>,
    hashing: Arc<Turns>,
    room: Arc<Room>,
    live: Live,
    streams: Streams,
    requests: Arc<Requests>,
    watched: Arc<Watched>,
}

/// What does not change while the desk runs.
pub(super) struct Facts {
    /// The desk's name in the configuration, until it says another.
    pub(super) name: String,
    /// The address under which people reach the desk, without a final slash.
    pub(super) base: String,
    /// The largest upload, in bytes.
    pub(super) upload: usize,
    /// Whether the desk holds only the worked example.
    pub(super) demo: bool,
    /// Whether an archive elsewhere can be asked for copies.
    pub(super) archive: bool,
    /// Whether what somebody writes is kept in their browser until it is saved.
    pub(super) drafts: bool,
    /// What fetches pages; none where fetching is switched off.
    pub(super) fetcher: Option<Arc<Fetcher>>,
    /// Who cosigns the log's checkpoints.
    pub(super) witnesses: Arc<Policy>,
    /// What this desk is as a witness for others, if it is one.
    pub(super) witnessing: Option<Arc<Witnessing>>,
    /// Whom the desk asks for timestamps.
    pub(super) timestamps: Arc<Plan>,
    /// How the desk is reached.
    pub(super) outward: Reached,
}

/// How the desk is reached.
#[derive(Debug, Default)]
pub(super) struct Reached {
    /// The proxies that are believed.
    pub(super) proxies: Proxies,
    /// Whether it speaks HTTPS itself.
    pub(super) speaks_https: bool,
}

impl App {
    pub(super) fn new(desk: Desk, facts: Facts, crowd: Crowd) -> Self {
        Self {
            desk,
            room: Arc::new(Room::new(facts.upload)),
            facts: Arc::new(facts),
            throttle: Arc::new(Throttle::new()),
            crowd: Arc::new(crowd),
            pictures: Arc::new(Pictures::new(PICTURES)),
            readings: Arc::new(Readings::new()),
            choices: Arc::default(),
            answers: Arc::new(Answers::new()),
            reading: Arc::new(Turns::at_reading()),
            doing: Arc::new(Turns::at_doing()),
            doing_own: Arc::new(Own::new(Turns::at_doing_of_one)),
            drawing: Arc::new(Turns::at_drawing()),
            drawing_own: Arc::new(Own::new(Turns::at_drawing_of_one)),
            sending: Arc::new(Turns::at_sending()),
            sending_own: Arc::new(Own::new(Turns::at_sending_to_one)),
            fetching: Shares::default(),
            writing: Arc::new(Passes::new()),
            hashing: Arc::new(Turns::at_hashing()),
            live: Live::new(),
            streams: Streams::new(),
            requests: Arc::new(Requests::new()),
            watched: Arc::default(),
        }
    }

    /// The moment now, by the desk's clock.
    pub(super) fn now(&self) -> Timestamp {
        self.desk.now()
    }

    /// The rules by which people are let in.
    pub(super) fn policy(&self) -> &sign_in::Policy {
        self.desk.policy()
    }

    /// What a passkey is to sign now so that its person is let in.
    pub(super) fn challenge(&self) -> String {
        self.desk.challenge()
    }

    /// The desk, for what does not block: never for a deed.
    pub(super) const fn unblocked(&self) -> &Desk {
        &self.desk
    }

    /// Counts tries to get in.
    pub(super) fn throttle(&self) -> &Throttle {
        &self.throttle
    }

    /// Counts the requests of strangers.
    pub(super) fn crowd(&self) -> &Crowd {
        &self.crowd
    }

    /// The room for what is sent.
    pub(super) fn room(&self) -> &Room {
        &self.room
    }

    /// Pages of documents that were drawn lately.
    pub(super) fn pictures(&self) -> &Arc<Pictures> {
        &self.pictures
    }

    /// Reviews of others that wait for a choice.
    pub(super) fn readings(&self) -> &Arc<Readings> {
        &self.readings
    }

    /// Lets go of all that is kept in memory and may say what was erased.
    pub(super) fn forget_shown(&self) {
        self.pictures.clear();
        self.answers.forget();
        self.choices.forget();
        self.readings.forget();
        self.live.sessions_changed();
    }

    /// What the index of published verdicts can be narrowed to.
    pub(super) fn choices(&self) -> &KeptChoices {
        &self.choices
    }

    /// Public answers that are kept in memory.
    pub(super) fn answers(&self) -> &Answers {
        &self.answers
    }

    /// What strangers are shown now, as far as an answer reaches.
    pub(super) fn shown(&self, reach: Reach) -> Moment {
        self.desk.store().shown().now(reach)
    }

    /// The streams of open pages.
    pub(super) fn live(&self) -> &Live {
        &self.live
    }

    pub(super) fn facts(&self) -> &Facts {
        &self.facts
    }

    /// What is counted of requests.
    pub(super) fn requests(&self) -> &Requests {
        &self.requests
    }

    /// How it stands with the desk, for those who watch over it.
    pub(super) fn watched(&self) -> &Arc<Watched> {
        &self.watched
    }

    /// The desk itself, for those who watch over it and read no word of it.
    pub(super) fn whole_desk(&self) -> Desk {
        self.desk.clone()
    }

    /// The lines in which requests wait, by name.
    pub(super) fn lines(&self) -> [(&'static str, &Turns); 7] {
        [
            ("reading", &self.reading),
            ("doing", &self.doing),
            ("drawing", &self.drawing),
            ("sending", &self.sending),
            ("writing", self.writing.turns()),
            ("hashing", &self.hashing),
            ("bringing", self.room.line()),
        ]
    }

    /// A name for a request that nobody can foresee.
    pub(super) fn draw_id(&self) -> String {
        let mut id = self.desk.draw_secret();
        id.truncate(32);
        id
    }

    /// What the desk says of itself.
    pub(super) fn sheet(&self) -> Arc<DeskSheet> {
        self.desk.sheet()
    }

    /// The desk's name, for the head of every page.
    pub(super) fn name(&self) -> String {
        if self.desk.has_sheet() {
            self.desk.sheet().name.to_string()
        } else {
            self.facts.name.clone()
        }
    }

    /// Whether cookies may travel over HTTPS only.
    pub(super) fn is_secure(&self) -> bool {
        self.facts.base.starts_with("https://")
    }

    /// How browsers and passkeys name the desk; nothing where it has no name.
    pub(super) fn site(&self) -> Option<Site> {
        site::of(&self.facts.base)
    }

    /// Answers with a stream, made where it may block.
    pub(super) fn stream(
        &self,
        request: &HttpRequest,
        kind: Kind,
        fill: impl FnOnce(&Desk, &mut dyn Write) -> Result<(), ExportError> + Send + 'static,
    ) -> Answer {
        self.streams.answer((self, request), kind, fill)
    }

    /// Waits until it is this request's turn at a thread that may block; one of the
    /// desk's people has so many of their own.
    async fn turn(&self) -> Result<(Turn, Option<Turn>), Problem> {
        let own = match here::person() {
            Some(me) => Some(
                self.doing_own
                    .next(me)
                    .await
                    .ok_or_else(Problem::overloaded)?,
            ),
            None => None,
        };
        let turns = if here::is_of_a_stranger() {
            &self.reading
        } else {
            &self.doing
        };
        let turn = turns.next().await.ok_or_else(Problem::overloaded)?;
        Ok((turn, own))
    }

    /// Runs a deed where it may block.
    pub(super) async fn desk<T: Send + 'static>(
        &self,
        deed: impl FnOnce(&Desk) -> Result<T, DeskError> + Send + 'static,
    ) -> Result<T, Problem> {
        let _turn = self.turn().await?;
        let desk = here::desk(&self.desk);
        let done = web::block(here::carried(move || deed(&desk))).await;
        let result = done.map_err(|_| Problem::closing())?;
        result.map_err(Problem::from)
    }

    /// Waits for a turn at having a picture drawn: strangers have few together, and
    /// each of the desk's people some of their own.
    pub(super) async fn turn_at_drawing(&self) -> Result<Turn, Problem> {
        let turn = match here::person() {
            Some(me) => self.drawing_own.next(me).await,
            None => self.drawing.next().await,
        };
        turn.ok_or_else(Problem::busy)
    }

    /// Runs a deed that may draw a picture, when it is its turn.
    pub(super) async fn drawn<T: Send + 'static>(
        &self,
        deed: impl FnOnce(&Desk) -> Result<T, DeskError> + Send + 'static,
    ) -> Result<T, Problem> {
        let _turn = self.turn_at_drawing().await?;
        self.desk(deed).await
    }

    /// Runs a deed that reads a file, when it is a turn of the strangers, of whom one
    /// address has a part, or of that person; it is to be kept until the file is sent.
    pub(super) async fn fetched<T: Send + 'static>(
        &self,
        request: &HttpRequest,
        deed: impl FnOnce(&Desk) -> Result<T, DeskError> + Send + 'static,
    ) -> Result<(T, Held), Problem> {
        let held = match here::person() {
            Some(me) => self.sending_own.next(me).await.map(Held::ours),
            None => {
                let share = self.fetching.take(Whose::of(self, request), ONE_ADDRESS);
                let share = share.ok_or_else(Problem::busy)?;
                let turn = self.sending.next().await;
                turn.map(|turn| Held::of_strangers(turn, share))
            }
        };
        let held = held.ok_or_else(Problem::busy)?;
        Ok((self.desk(deed).await?, held))
    }

    /// Waits until a stranger may have a file written, which is to be kept until
    /// the file is sent.
    pub(super) async fn pass(&self, whose: Option<Whose>) -> Result<Pass, Problem> {
        self.writing.next(whose).await.ok_or_else(Problem::busy)
    }

    /// Runs a deed that hashes a password, when it is its turn: each needs much
    /// memory for a moment. Its refusal is the page's to explain.
    pub(super) async fn hashed<T: Send + 'static>(
        &self,
        deed: impl FnOnce(&Desk) -> Result<T, DeskError> + Send + 'static,
    ) -> Result<Result<T, DeskError>, Problem> {
        let _turn = self.hashing.next().await.ok_or_else(Problem::busy)?;
        self.attempt(deed).await
    }

    /// Runs a deed whose refusal the page itself wants to explain.
    pub(super) async fn attempt<T: Send + 'static>(
        &self,
        deed: impl FnOnce(&Desk) -> Result<T, DeskError> + Send + 'static,
    ) -> Result<Result<T, DeskError>, Problem> {
        let _turn = self.turn().await?;
        let desk = here::desk(&self.desk);
        web::block(here::carried(move || deed(&desk)))
            .await
            .map_err(|_| Problem::closing())
    }
}
