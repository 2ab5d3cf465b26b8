//! The settings: what is wrong stands beside its field, what is saved holds at
//! once, and what was decided before keeps what it was decided by.

use std::time::Duration;

use dom_query::Document;

use citekeep::desk::Actor;
use citekeep::desk::articles::{self, NewArticle};
use citekeep::desk::settings as deeds;
use citekeep::domain::article::ArticleSheet;
use citekeep::domain::claim::Approvals;
use citekeep::domain::ids::ClaimId;
use citekeep::domain::person::Role;
use citekeep::domain::time::PartialDate;
use citekeep::domain::words::{Key, Title};

use crate::support::http::{Answer, Visitor, hidden, texts};
use crate::support::served::Served;
use crate::support::{TestDesk, desk_of_today};

/// Serves a desk with an admin, who comes in.
pub(super) fn serve(desk: TestDesk) -> (Served, Visitor) {
    let admin = desk.join(Role::Admin);
    let link = desk.link(admin);
    let served = desk.serve();
    let admin = served.enter(&link);
    (served, admin)
}

/// The reason that stands beside a field.
fn beside(answer: &Answer, field: &str) -> String {
    let page = Document::from(answer.body.as_str());
    let reason = page
        .select(&format!("[id=\"{field}-error\"]"))
        .text()
        .to_string();
    let told = page.select(&format!("[aria-describedby*=\"{field}-error\"]"));
    assert!(
        !told.is_empty(),
        "nothing points to what is wrong with {field}"
    );
    reason
}

const SHEET: [(&str, &str); 7] = [
    ("name", "Bridges Desk"),
    ("tagline", "We look at bridges"),
    ("url", "https://newsroom.example/"),
    ("owner", "The Example Newsroom Ltd"),
    ("country", "Exampleland"),
    ("contact", "bridges@newsroom.example"),
    ("locale", "en-US"),
];

/// The fields with others in the place of some of them.
fn with<'a>(fields: &[(&'a str, &'a str)], name: &str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    let replace =
        |(field, old): &(&'a str, &'a str)| (*field, if *field == name { value } else { *old });
    fields.iter().map(replace).collect()
}

#[test]
fn what_the_desk_says_of_itself_is_on_every_page() {
    let desk = desk_of_today();
    let (claim, _) = desk.published();
    let (served, admin) = serve(desk);
    let nobody = served.nobody();
    let overview = admin.get("/settings").body;
    assert!(overview.contains("10 things are missing"), "{overview}");
    for (field, value, reason) in [
        ("name", "", "this may not be empty"),
        ("url", "nowhere", "an address starts with http"),
        ("locale", "de", "choose one of"),
    ] {
        let answer = admin.post("/settings/desk", &with(&SHEET, field, value));
        assert_eq!(answer.status, 422, "{field}");
        assert!(
            beside(&answer, field).contains(reason),
            "{field}: {}",
            answer.body
        );
        let page = Document::from(answer.body.as_str());
        let kept = page.select("#owner").attr("value").unwrap_or_default();
        assert_eq!(&*kept, "The Example Newsroom Ltd", "what was typed is kept");
    }
    let before = nobody.get(&format!("/published/{claim}")).body;
    assert!(before.contains("data-locale=\"en-GB\""));
    assert!(!before.contains("Bridges Desk"));

    assert_eq!(admin.post("/settings/desk", &SHEET).status, 303);
    let after = nobody.get(&format!("/published/{claim}")).body;
    assert!(after.contains("data-locale=\"en-US\""), "{after}");
    assert!(after.contains("Bridges Desk</title>"), "{after}");
    let am_or_pm = ["AM UTC</time>", "PM UTC</time>"];
    assert!(am_or_pm.iter().any(|half| after.contains(half)), "{after}");

    let long = "x".repeat(20_001);
    let answer = admin.post("/settings/policies", &[("method", long.as_str())]);
    assert!(beside(&answer, "method").contains("the limit is 20000"));
    let policies = [("method", "We read twice."), ("funding", "Readers pay.")];
    assert_eq!(admin.post("/settings/policies", &policies).status, 303);
    let form = admin.get("/settings/policies").body;
    assert!(form.contains("We read twice."));
    let overview = admin.get("/settings").body;
    assert!(overview.contains("5 things are missing"), "{overview}");
    let log = admin.get("/log").body;
    assert!(
        log.contains("changed what the desk says of itself"),
        "{log}"
    );
    served.end();
}

#[test]
fn dates_and_numbers_follow_the_desk_everywhere() {
    let desk = desk_of_today();
    let text = "A word. ".repeat(2_000);
    let article = NewArticle {
        sheet: ArticleSheet {
            title: Title::parse("A story").expect("a title"),
            url: None,
            published: PartialDate::parse("2021-08-07").ok(),
            language: None,
            notice: None,
        },
        bytes: text.into_bytes(),
        declared: Some("text/plain".to_owned()),
    };
    articles::add(&desk.desk, desk.researcher, article).expect("an article");
    let (served, admin) = serve(desk);
    for (locale, day, number) in [
        ("en-GB", "7 August 2021", "16,000"),
        ("en-US", "August 7, 2021", "16,000"),
        ("en-CA", "2021-08-07", "16\u{202f}000"),
    ] {
        let sheet = with(&SHEET, "locale", locale);
        assert_eq!(admin.post("/settings/desk", &sheet).status, 303);
        let page = admin.get("/articles").body;
        assert!(page.contains(day), "{locale}: {page}");
        assert!(page.contains(number), "{locale}: {page}");
        let added = page.split("added ").nth(1).unwrap_or_default();
        let time = added.split("</time>").next().unwrap_or_default();
        let time = time.rsplit('>').next().unwrap_or_default();
        let is_american = time.ends_with("AM UTC") || time.ends_with("PM UTC");
        assert_eq!(is_american, locale == "en-US", "{time}");
        assert_eq!(time.starts_with("20"), locale == "en-CA", "{time}");
    }
    served.end();
}

/// The entry that a claim's page sends with its forms.
fn seen(me: &Visitor, claim: ClaimId) -> String {
    let page = me.get(&format!("/claims/{claim}")).body;
    hidden(&page, "seen").expect("the entry").to_owned()
}

#[test]
fn another_number_of_approvals_holds_at_once_and_not_for_what_was_approved() {
    let desk = desk_of_today();
    let ready = |desk: &TestDesk, words: &str| {
        let claim = desk.claim(words);
        let snapshot = desk.snapshot(desk.source(words), words);
        let citation = desk.cite(claim, snapshot, words);
        desk.decide(claim, "true", &[citation]).expect("a verdict");
        claim
    };
    let approved = ready(&desk, "The bridge opened in 1932.");
    desk.approve(approved).expect("an approval");
    let waiting = ready(&desk, "It is 503 metres long.");
    let (second, editor) = (desk.link(desk.second), desk.link(desk.editor));
    let (served, admin) = serve(desk);
    let (second, editor) = (served.enter(&second), served.enter(&editor));
    let set = |approvals: &str, scale: &str| {
        let fields = [("approvals", approvals), ("scale", scale)];
        admin.post("/settings/rules", &fields)
    };
    assert!(beside(&set("10", "five-step"), "approvals").contains("9 approvals at most"));
    assert!(beside(&set("1", "none"), "scale").contains("no scale 'none'"));
    assert_eq!(set("2", "five-step").status, 303);
    let publish = |claim: ClaimId| {
        let seen = seen(&editor, claim);
        let path = format!("/claims/{claim}/publications");
        editor.post(&path, &[("seen", seen.as_str())]).status
    };
    assert_eq!(publish(approved), 303, "what was approved stays so");

    let path = format!("/claims/{waiting}/approvals");
    let entry = seen(&second, waiting);
    let fields = [("seen", entry.as_str()), ("opinion", "")];
    assert_eq!(second.post(&path, &fields).status, 303);
    assert_ne!(publish(waiting), 303, "one of two");
    let page = admin.get("/settings/rules").body;
    assert!(page.contains("1 verdict waits"), "{page}");
    assert_eq!(set("1", "six-step").status, 303);
    assert_eq!(publish(waiting), 303, "one of one");
    assert_eq!(set("0", "six-step").status, 303);
    let about = served.nobody().get("/about").body;
    assert!(about.contains("one person decides"), "{about}");
    let page = editor.get(&format!("/claims/{approved}")).body;
    assert!(page.contains("five-step"), "the verdict's own scale");
    served.end();
}

const GOOD: [(&str, &str); 10] = [
    ("key", "pair"),
    ("name", "Pair"),
    ("about", "Two ratings."),
    ("key_1", "wrong"),
    ("label_1", "Wrong"),
    ("meaning_1", "It is not so."),
    ("place_1", "3"),
    ("key_2", "right"),
    ("label_2", "Right"),
    ("meaning_2", "It is so."),
];

#[test]
fn a_scale_is_adopted_in_two_steps_and_keeps_its_versions() {
    let (served, admin) = serve(desk_of_today());
    let preview = |fields: &[(&str, &str)]| admin.post("/settings/scales/preview", fields);
    for (field, value, reason) in [
        ("key", "", "this may not be empty"),
        ("label_2", "", "this may not be empty"),
        ("place_1", "first", "write a whole number"),
        ("key_2", "wrong", "another rating has this key"),
    ] {
        let answer = preview(&with(&GOOD, field, value));
        assert_eq!(answer.status, 422, "{field}");
        assert!(
            beside(&answer, field).contains(reason),
            "{field}: {}",
            answer.body
        );
    }
    let answer = preview(&GOOD[..7]);
    assert!(answer.body.contains("a scale needs from 2 to 50 ratings"));
    let answer = preview(&[("json", "{\"key\": 7}")]);
    assert!(beside(&answer, "json").contains("this is not a scale"));

    let seen = preview(&GOOD);
    assert_eq!(seen.status, 200);
    let (right, wrong) = (seen.body.find(">Right<"), seen.body.find(">Wrong<"));
    assert!(right < wrong, "in the order of their places");
    let page = Document::from(seen.body.as_str());
    let value = |name: &str| {
        let field = page.select(&format!("input[name={name}]"));
        field.attr("value").unwrap_or_default().to_string()
    };
    let (json, version) = (value("json"), value("version"));
    let adopt = [("json", json.as_str()), ("version", version.as_str())];
    let again = preview(&[("json", json.as_str()), ("step", "edit")]);
    assert!(again.body.contains("value=\"right\""), "back in the form");
    assert_eq!(admin.post("/settings/scales", &adopt).status, 303);
    let twice = admin.post("/settings/scales", &adopt);
    assert_eq!(twice.status, 422);
    assert!(
        twice.body.contains("Somebody adopted another version"),
        "{}",
        twice.body
    );
    let same = [("json", json.as_str()), ("version", "2")];
    assert!(
        admin
            .post("/settings/scales", &same)
            .body
            .contains("nothing changed")
    );
    let other = json.replace("It is so.", "It is so, as far as we know.");
    let next = [("json", other.as_str()), ("version", "2")];
    assert!(
        preview(&next[..1])
            .body
            .contains("changed: <bdi>Right</bdi>")
    );
    assert_eq!(admin.post("/settings/scales", &next).status, 303);

    let scales = served.nobody().get("/scales").body;
    for words in ["It is so.", "It is so, as far as we know."] {
        assert!(scales.contains(words), "both versions are public");
    }
    assert!(admin.get("/log").body.contains("took the rating scale"));
    served.end();
}

#[test]
fn who_lost_the_way_in_gets_a_new_one() {
    let desk = desk_of_today();
    let old = desk.link(desk.researcher);
    let kept = desk.link(desk.researcher);
    let researcher = desk.researcher.byline().expect("a person").person;
    let (served, admin) = serve(desk);
    let lost = served.enter(&old);
    let path = format!("/people/{researcher}/link");
    assert_eq!(lost.post(&path, &[]).status, 403, "for admins only");
    let answer = admin.post(&path, &[]);
    assert_eq!(answer.status, 200);
    let secret = answer.body.split("/enter/").nth(1).expect("a link");
    let secret: String = secret.chars().take_while(char::is_ascii_hexdigit).collect();
    assert_eq!(lost.get("/claims").status, 303, "the old session is over");
    let nobody = served.nobody();
    assert_eq!(nobody.post(&format!("/enter/{kept}"), &[]).status, 410);
    let found = served.enter(&secret);
    assert_eq!(found.get("/claims").status, 200);
    assert_eq!(
        nobody.post(&format!("/enter/{secret}"), &[]).status,
        410,
        "once"
    );
    let people = admin.get("/people").body;
    assert!(people.contains("in one browser"), "{people}");
    assert_eq!(admin.post("/people/99/link", &[]).status, 404);
    served.end();
}

#[test]
fn the_operator_makes_a_link_for_the_admin_who_lost_theirs() {
    let desk = desk_of_today();
    let admin = desk.join(Role::Admin).byline().expect("a person").person;
    desk.join(Role::Admin);
    let closed = desk.close();
    let run = |who: &str| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_citekeep"));
        command
            .args(["sign-in-link", who, "--data"])
            .arg(&closed.data);
        command.output().expect("it runs")
    };
    let two = run("admin");
    assert_eq!(two.status.code(), Some(2));
    let words = String::from_utf8_lossy(&two.stderr).into_owned();
    assert!(words.contains("give the number"), "{words}");
    assert_eq!(run("nobody at all").status.code(), Some(2));
    let made = run(&admin.to_string());
    assert_eq!(made.status.code(), Some(0), "{made:?}");
    let link = String::from_utf8_lossy(&made.stdout).trim().to_owned();
    let secret = link.rsplit('/').next().expect("a secret").to_owned();
    let served = closed.serve();
    let me = served.enter(&secret);
    assert_eq!(me.get("/settings").status, 200);
    served.end();
}

#[test]
fn what_another_process_sets_holds_for_a_running_desk_within_moments() {
    let (served, admin) = serve(desk_of_today());
    let beside = crate::support::open(&served.data).expect("the desk beside");
    let rules = (Approvals(3), Key::parse("five-step").expect("a key"));
    deeds::set_rules(&beside, Actor::Operator, rules).expect("other rules");
    // Nothing is written through the running desk, and no page is followed.
    let chosen = || texts(&admin.get("/settings/rules"), "#approvals option[selected]");
    let holds = (0..100).any(|_| {
        std::thread::sleep(Duration::from_millis(50));
        chosen() == ["3"]
    });
    assert!(holds, "{:?}", chosen());
    served.end();
}
