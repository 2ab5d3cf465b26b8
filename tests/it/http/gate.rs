//! Forms that were forged, and the way in by a password. Every route against
//! everybody is in `walls`.

use crate::support::desk_of_today;
use crate::support::http::hidden;

#[test]
fn a_form_that_was_forged_is_refused() {
    let desk = desk_of_today();
    let link = desk.link(desk.researcher);
    let served = desk.serve();
    let base = &served.base;
    let me = served.enter(&link);
    let host = base.trim_start_matches("http://").to_owned();
    let own = format!("http://{host}");
    let with_secret = [("csrf", me.secret()), ("statement", "A forged claim.")];
    let without = [("statement", "A forged claim.")];
    let wrong = [("csrf", "00000000"), ("statement", "A forged claim.")];
    type Pairs<'a> = &'a [(&'a str, &'a str)];
    let forged: [(Pairs<'_>, Pairs<'_>); 6] = [
        (&without, &[]),
        (&wrong, &[]),
        (&with_secret, &[("origin", "https://elsewhere.example")]),
        (&with_secret, &[("origin", "null")]),
        (&with_secret, &[("sec-fetch-site", "cross-site")]),
        (&with_secret, &[("sec-fetch-site", "same-site")]),
    ];
    for (fields, headers) in forged {
        let answer = me.send("/claims", fields, headers).expect("an answer");
        assert_eq!(answer.status, 403, "{headers:?}");
    }
    assert!(!me.get("/claims").body.contains("A forged claim."));
    let headers = [("origin", own.as_str()), ("sec-fetch-site", "same-origin")];
    let answer = me
        .send("/claims", &with_secret, &headers)
        .expect("an answer");
    assert_eq!(answer.status, 303, "{}", answer.body);
}

#[test]
fn the_sign_in_page_does_not_tell_which_names_exist() {
    let desk = desk_of_today();
    let link = desk.link(desk.researcher);
    let served = desk.serve();
    let me = served.enter(&link);
    let chosen = [
        ("sign_in", "researcher"),
        ("password", "a long enough password"),
    ];
    assert_eq!(me.post("/me", &chosen).status, 303);
    assert_eq!(me.get("/claims").status, 303, "the old session is over");
    let nobody = served.nobody();
    let right = nobody.post("/sign-in", &chosen);
    assert_eq!(right.status, 303, "{}", right.body);
    let cookie = right.header("set-cookie").expect("a session");
    for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let password = ("password", "not the password");
    let known = nobody.post("/sign-in", &[("sign_in", "researcher"), password]);
    let unknown = nobody.post("/sign-in", &[("sign_in", "somebodyyy"), password]);
    assert_eq!((known.status, unknown.status), (401, 401));
    let known = without_question(&known.body).replace("researcher", "somebodyyy");
    assert_eq!(known, without_question(&unknown.body));
    let tries = (0..20).map(|_| nobody.post("/sign-in", &[("sign_in", "researcher"), password]));
    assert!(
        tries
            .map(|answer| answer.status)
            .any(|status| status == 429)
    );
    let spared = nobody.post("/sign-in", &[("sign_in", "another"), password]);
    assert_ne!(spared.status, 429, "other names are not held up");
}

/// A page without what it gives a passkey, which is another one each time.
fn without_question(page: &str) -> String {
    let (before, after) = page
        .split_once("action=\"/sign-in/passkey\"")
        .expect("a form");
    let (_, after) = after.split_once("</form>").expect("its end");
    format!("{before}{after}")
}

#[test]
fn whoever_signs_in_by_password_comes_back_to_where_they_were_going() {
    let desk = desk_of_today();
    let claim = desk.claim("The bridge opened in 1932.");
    let link = desk.link(desk.researcher);
    let served = desk.serve();
    let (name, password) = (
        ("sign_in", "researcher"),
        ("password", "a long enough password"),
    );
    let chosen = served.enter(&link).post("/me", &[name, password]);
    assert_eq!(chosen.status, 303);

    let nobody = served.nobody();
    let going = format!("/claims/{claim}?from=queue%3Dmine&citation=1");
    let sent = nobody.get(&going).location.expect("a page to sign in on");
    let form = nobody.get(&sent).body;
    let next = hidden(&form, "next").expect("where one was going");
    let next = next.replace("&#38;", "&");
    assert_eq!(next, going);

    // A slip does not lose it.
    let slip = ("password", "not the password");
    let again = nobody.post("/sign-in", &[name, slip, ("next", next.as_str())]);
    assert_eq!(again.status, 401);
    let kept = hidden(&again.body, "next").map(|next| next.replace("&#38;", "&"));
    assert_eq!(kept.as_deref(), Some(going.as_str()));
    let back = nobody.post("/sign-in", &[name, password, ("next", next.as_str())]);
    assert_eq!(back.location.as_deref(), Some(going.as_str()));
    assert_eq!(nobody.with_session_of(&back).get(&going).status, 200);

    // Where it leads elsewhere, it is not followed.
    for elsewhere in [
        "//elsewhere.example",
        "https://elsewhere.example/",
        "/sign-out",
    ] {
        let answer = nobody.post("/sign-in", &[name, password, ("next", elsewhere)]);
        assert_eq!(answer.location.as_deref(), Some("/claims"), "{elsewhere}");
    }
}
