//! Somebody was let in, and what they may do is taken from them while what they
//! send is still on its way. A form has ten minutes to arrive.

use std::io::{Read, Write};
use std::net::TcpStream;

use citekeep::desk::{Actor, DeskError, claims, people};
use citekeep::domain::ids::PersonId;
use citekeep::domain::person::Role;
use citekeep::domain::scope::Scopes;
use citekeep::domain::words::{Name, Statement};
use rusqlite::Connection;
use serde_json::json;
use url::form_urlencoded::Serializer;

use crate::support::http::Visitor;
use crate::support::served::Served;
use crate::support::{desk, desk_of_today};

fn number(actor: Actor) -> PersonId {
    actor.byline().expect("a person").person
}

/// A request of which the end is yet to come.
struct Begun {
    stream: TcpStream,
    rest: Vec<u8>,
}

impl Begun {
    /// Sends a form but for its last letters, and waits until its sender is let in.
    fn send(
        served: &Served,
        (me, person): (&Visitor, PersonId),
        form: (&str, &[(&str, &str)]),
    ) -> Self {
        let mut fields = Serializer::new(String::new());
        fields.append_pair("csrf", me.secret()).extend_pairs(form.1);
        let body = fields.finish();
        let head = format!(
            "POST {} HTTP/1.1\r\nCookie: {}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\n",
            form.0,
            me.cookie.as_deref().unwrap_or_default(),
        );
        let row = format!("WHERE person = {person}");
        Self::begin(served, ("session", "seen_at", &row), (&head, &body))
    }

    /// Sends a new claim under a key in the same way, as the program whose token is
    /// the only one of the desk.
    fn claim(served: &Served, token: &str, (key, statement): (&str, &str)) -> Self {
        let body = json!({ "statement": statement }).to_string();
        let head = format!(
            "POST /api/v1/claims HTTP/1.1\r\nAuthorization: {token}\r\n\
             Idempotency-Key: {key}\r\nContent-Type: application/json\r\n",
        );
        Self::begin(served, ("token", "used_at", ""), (&head, &body))
    }

    /// The desk writes down who was let in when, but no more often than once a
    /// minute: so what is written there is set back before.
    fn begin(
        served: &Served,
        (table, moment, row): (&str, &str, &str),
        (head, body): (&str, &str),
    ) -> Self {
        let conn = Connection::open(served.data.join("desk.db")).expect("the database");
        let earlier = format!("UPDATE {table} SET {moment} = {moment} - 120000 {row}");
        conn.execute_batch(&earlier).expect("SQL that fits");
        let seen = || -> Option<i64> {
            let sql = format!("SELECT max({moment}) FROM {table} {row}");
            conn.query_row(&sql, [], |row| row.get(0)).expect("a row")
        };
        let before = seen();
        let host = served
            .base
            .trim_start_matches("http://")
            .trim_end_matches('/');
        let length = body.len();
        let head =
            format!("{head}Host: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n");
        let (now, rest) = body.split_at(body.len() - 3);
        let mut stream = TcpStream::connect(host).expect("a desk");
        stream.write_all((head + now).as_bytes()).expect("sent");
        while seen() == before {
            std::thread::yield_now();
        }
        let rest = rest.as_bytes().to_vec();
        Self { stream, rest }
    }

    /// Sends the end of it; what was answered.
    fn finish(mut self) -> String {
        self.stream.write_all(&self.rest).expect("sent");
        let mut answer = String::new();
        self.stream.read_to_string(&mut answer).expect("an answer");
        answer
    }
}

#[test]
fn right_taken_while_a_form_is_on_its_way() {
    let desk = desk_of_today();
    let [one, other] = [desk.join(Role::Admin), desk.join(Role::Admin)];
    let links = [one, other].map(|who| desk.link(who));
    let served = desk.serve();
    let [me, admin] = links.map(|link| served.enter(&link));
    let path = |what: &str| format!("/people/{}/{what}", number(one));
    // Whoever is to be no admin any more makes another one of their own.
    let fields = [("name", "Mallory Example"), ("role", "admin")];
    let join = Begun::send(&served, (&me, number(one)), ("/people", &fields));
    let demoted = admin.post(&path("role"), &[("role", "reader")]);
    assert_eq!(demoted.status, 303, "{}", demoted.body);
    let answer = join.finish();
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    assert!(!admin.get("/people").body.contains("Mallory"));
    // Whoever has a stolen session goes on with it after it was ended.
    let fields = [("name", "Mallory"), ("query", "state=open")];
    let keep = Begun::send(&served, (&me, number(one)), ("/filters", &fields));
    let ended = admin.post(&path("sessions/end"), &[]);
    assert_eq!(ended.status, 303, "{}", ended.body);
    let answer = keep.finish();
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    let conn = Connection::open(served.data.join("desk.db")).expect("the database");
    let kept = conn.query_row("SELECT count(*) FROM filter", [], |row| {
        row.get::<_, i64>(0)
    });
    assert_eq!(kept.expect("SQL that fits"), 0);
    served.end();
}

#[test]
fn token_revoked_while_a_request_under_a_key_is_on_its_way() {
    let desk = desk_of_today();
    let token = desk.token(Role::Editor, Scopes::ALL);
    let link = desk.link(desk.join(Role::Admin));
    let served = desk.serve();
    let admin = served.enter(&link);
    let [done, new] = [
        ("story-7-1", "The bridge opened in 1932."),
        ("story-7-2", "The bridge was painted green."),
    ];
    let answer = Begun::claim(&served, &token, done).finish();
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    // Neither what was answered before is told any more, nor anything new done.
    let on_their_way = [done, new].map(|what| Begun::claim(&served, &token, what));
    let revoked = admin.post("/settings/tokens/1/revocation", &[]);
    assert_eq!(revoked.status, 303, "{}", revoked.body);
    for begun in on_their_way {
        let answer = begun.finish();
        assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
        assert!(!answer.contains("1932"), "{answer}");
    }
    let conn = Connection::open(served.data.join("desk.db")).expect("the database");
    let claims = conn.query_row("SELECT count(*) FROM claim", [], |row| row.get::<_, i64>(0));
    assert_eq!(claims.expect("SQL that fits"), 1);
    served.end();
}

#[test]
fn right_taken_while_an_act_waits() {
    let desk = desk();
    // Somebody is left who looks after the desk when others go.
    desk.join(Role::Admin);
    let (was, who) = (desk.editor, number(desk.editor));
    let open = || {
        let new = claims::NewClaim {
            statement: Statement::parse("The bridge opened in 1932.").expect("a statement"),
            claimant: None,
            made: claims::Made::default(),
        };
        claims::open(&desk.desk, was, new)
    };
    open().expect("they may");
    people::change_role(&desk.desk, Actor::Operator, who, Role::Reader).expect("changed");
    let refused = open();
    assert!(
        matches!(refused, Err(DeskError::NotAllowed { .. })),
        "{refused:?}"
    );
    people::change_role(&desk.desk, Actor::Operator, who, Role::Editor).expect("changed");
    open().expect("they may again");
    people::leave(&desk.desk, Actor::Operator, who).expect("gone");
    let refused = open();
    assert!(
        matches!(refused, Err(DeskError::NotAllowed { .. })),
        "{refused:?}"
    );
    // Nor does somebody come back by what they were.
    let name = Name::parse("Mallory Example").expect("a name");
    assert!(people::join(&desk.desk, was, name, Role::Reader).is_err());
    desk.is_clean();
}

/// What the desk accepted before it was told to stop it finishes.
#[test]
fn desk_told_to_stop_while_a_form_is_on_its_way() {
    use std::time::{Duration, Instant};

    use citekeep::store::claims::{Filter, list};

    let desk = desk_of_today();
    let (link, person) = (desk.link(desk.researcher), number(desk.researcher));
    let mut served = desk.serve();
    let me = served.enter(&link);
    let page = me.listen("/events", None);
    let fields = [("statement", "The bridge opened in 1932.")];
    let form = Begun::send(&served, (&me, person), ("/claims", &fields));
    let (base, data) = (served.base.clone(), served.data.clone());
    let stopping = std::thread::spawn(move || (served.stop(), served));
    let begun = Instant::now();
    let address = base.trim_start_matches("http://").trim_end_matches('/');
    while TcpStream::connect(address).is_ok() {
        assert!(begun.elapsed() < Duration::from_secs(9), "it takes others");
        std::thread::sleep(Duration::from_millis(10));
    }
    let answer = form.finish();
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    let (status, served) = stopping.join().expect("its end");
    assert!(status.success(), "{status}");
    assert!(
        begun.elapsed() < Duration::from_secs(10),
        "nobody waits longer"
    );
    drop(page);
    let desk = crate::support::open(&data).expect("the desk opens");
    let found = desk.read(|db| Ok(list(db, &Filter::default(), None, 9)?));
    assert_eq!(found.expect("its claims").len(), 1);
    drop(desk);
    served.end();
}
