//! Single sign-on: with a provider that keeps to the standard, and against one,
//! or whoever stands in between, that does not.

mod accounts;
mod attacks;
mod outages;
mod real;
mod way_in;

use std::fs;
use std::os::unix::fs::PermissionsExt;

use citekeep::domain::person::Role;
use serde_json::Value;
use url::Url;

use crate::support::desk_of_today;
use crate::support::http::{Answer, Visitor};
use crate::support::provider::{Pairs, Provider, SECRET};
use crate::support::served::Served;

/// A desk with a provider, and its admin in a session by a link.
struct House {
    provider: Provider,
    served: Served,
    admin: Visitor,
    /// The number of the admin, and of somebody else.
    admin_id: String,
    colleague_id: String,
}

/// Somebody who is at the provider: what they were sent with, and what their
/// browser keeps.
struct Sent {
    asked: Pairs,
    cookie: String,
}

/// A desk whose configuration says more of the provider, and more of sign-in.
fn house(of_provider: &str, of_sign_in: &str) -> House {
    let desk = desk_of_today();
    let (admin, colleague) = (desk.join(Role::Admin), desk.join(Role::Researcher));
    let id = |actor: citekeep::desk::Actor| actor.byline().expect("a person").person.to_string();
    let (admin_id, colleague_id, link) = (id(admin), id(colleague), desk.link(admin));
    let provider = Provider::start();
    let secret = desk.data().with_extension("secret");
    fs::write(&secret, format!("{SECRET}\n")).expect("written");
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).expect("private");
    let section = provider.section("newsroom", &secret, of_provider);
    let config = format!("[sign_in]\n{of_sign_in}\n{section}");
    let served = desk.close().serve_with(&config);
    let admin = served.enter(&link);
    House {
        provider,
        served,
        admin,
        admin_id,
        colleague_id,
    }
}

/// Where an answer leads on to, and what the browser keeps.
fn sent(answer: &Answer) -> Sent {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let lead = answer.header("refresh").expect("a way on");
    let url = Url::parse(lead.strip_prefix("0;url=").expect("at once")).expect("an address");
    Sent {
        asked: url.query_pairs().into_owned().collect(),
        cookie: answer.cookie("citekeep-way").expect("a cookie"),
    }
}

impl House {
    /// Sends somebody to the provider to come in.
    fn begin(&self) -> Sent {
        sent(&self.served.nobody().post("/sign-in/newsroom/start", &[]))
    }

    /// The way back from the provider, with a code for an ID token.
    fn back(&self, sent: &Sent, token: String) -> String {
        let code = self.provider.grants(&sent.asked, token);
        self.path(&[("code", &code), ("state", &sent.asked["state"])])
    }

    /// The way back with these pairs; the provider names itself.
    fn path(&self, pairs: &[(&str, &str)]) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query
            .extend_pairs(pairs)
            .append_pair("iss", &self.provider.issuer());
        format!("/sign-in/newsroom/return?{}", query.finish())
    }

    /// Comes back with what the browser kept.
    fn follow(&self, path: &str, cookie: &str) -> Answer {
        self.served.nobody().ask("GET", path, &[("cookie", cookie)])
    }

    /// Signs in as an account with a token that says a little else.
    fn sign_in(&self, subject: &str, change: impl FnOnce(&mut Value)) -> Answer {
        let sent = self.begin();
        let mut claims = self.provider.claims(&sent.asked, subject);
        change(&mut claims);
        let path = self.back(&sent, self.provider.sign(&claims));
        self.follow(&path, &sent.cookie)
    }

    /// Names the address of an account for the colleague.
    fn name(&self, address: &str) {
        let path = format!("/people/{}/addresses", self.colleague_id);
        let named = self.admin.post(&path, &[("address", address)]);
        assert_eq!(named.status, 303, "{}", named.body);
    }

    /// The colleague, signed in by the provider.
    fn colleague(&self, subject: &str) -> Visitor {
        let answer = self.sign_in(subject, |_| ());
        assert_eq!(answer.status, 303, "{}", answer.body);
        self.served.nobody().with_session_of(&answer)
    }
}

/// Nobody came in.
fn kept_out(answer: &Answer, status: u16, words: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    // A reason that begins a sentence has a capital letter.
    let said = answer.body.to_lowercase();
    assert!(
        said.contains(&words.to_lowercase()),
        "{words}: {}",
        answer.body
    );
    assert_eq!(answer.cookie("citekeep"), None, "no session");
}
