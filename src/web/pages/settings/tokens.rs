//! Tokens with which programs ask as somebody of the desk.

use actix_web::web;
use askama::Template;

use crate::desk::tokens::{self as deeds, Lasting, NewToken};
use crate::desk::{Desk, DeskError};
use crate::domain::ids::TokenId;
use crate::domain::person::Role;
use crate::domain::scope::{Scope, Scopes};
use crate::domain::time::{PartialDate, Timestamp};
use crate::domain::words::Name;
use crate::store::local::tokens::Token;
use crate::store::people::Person;
use crate::web::auth::Visitor;
use crate::web::fields::Fields;
use crate::web::problem::sentence;
use crate::web::render::{Answer, Frame, page_with, see};
use crate::web::state::App;

/// How long a token may last, in days, beside a day that is chosen.
const DAYS: [&str; 3] = ["30", "90", "365"];

#[derive(Template)]
#[template(path = "settings/tokens.html")]
struct TokensPage {
    frame: Frame,
    form: Fields,
    tokens: Vec<(Token, Person)>,
    now: Timestamp,
    base: String,
    /// The secret of the token that was just made; shown this once.
    secret: Option<String>,
}

impl TokensPage {
    /// The roles that a token may have, the least first.
    const fn roles() -> [Role; 5] {
        Role::ALL
    }

    /// What a token may be used for, with the words that pages show.
    const fn scopes() -> [(Scope, &'static str); 5] {
        [
            (Scope::Read, "read what the desk knows"),
            (
                Scope::Research,
                "articles, claims, sources, citations, remarks",
            ),
            (Scope::Review, "verdicts, approvals, dissents"),
            (Scope::Publish, "assign, publish, correct, withdraw"),
            (Scope::Manage, "people, settings and hooks"),
        ]
    }

    /// What a token may do now, which is no more than its maker.
    fn role(token: &Token, maker: &Person) -> Role {
        token.role.min(maker.role)
    }

    /// Whether a token still works.
    fn is_live(&self, token: &Token, maker: &Person) -> bool {
        token.is_live(self.now) && !maker.gone
    }

    /// How it stands with a token: a class and words.
    fn state(&self, token: &Token, maker: &Person) -> (&'static str, &'static str) {
        if token.revoked_at.is_some() {
            ("withdrawn", "revoked")
        } else if maker.gone {
            ("withdrawn", "its maker left")
        } else if token.is_live(self.now) {
            ("published", "in use")
        } else {
            ("withdrawn", "expired")
        }
    }
}

pub(in crate::web) async fn tokens(app: web::Data<App>, me: Visitor) -> Answer {
    let form = Fields::proposed(&[("role", "reader"), ("scope", "read"), ("lasting", "90")]);
    draw(&app, me, form, None).await
}

async fn draw(app: &web::Data<App>, me: Visitor, form: Fields, secret: Option<String>) -> Answer {
    let frame = Frame::new(app, Some(me.0));
    let base = app.facts().base.clone();
    let read = |desk: &Desk| Ok::<_, DeskError>((deeds::list(desk)?, desk.now()));
    let (tokens, now) = app.desk(read).await?;
    page_with(
        form.status(),
        &TokensPage {
            frame,
            form,
            tokens,
            now,
            base,
            secret,
        },
    )
}

pub(in crate::web) async fn make_token(
    app: web::Data<App>,
    me: Visitor,
    mut form: Fields,
) -> Answer {
    let Some(new) = read(&mut form) else {
        return draw(&app, me, form, None).await;
    };
    let who = me.0.clone();
    let made = app
        .attempt(move |desk| deeds::make(desk, &who, new))
        .await?;
    match made {
        Ok(secret) => draw(&app, me, Fields::default(), Some(secret)).await,
        Err(error) => {
            form.refuse(field(&error), sentence(&error));
            draw(&app, me, form, None).await
        }
    }
}

/// The field that a refusal is about.
const fn field(error: &DeskError) -> &'static str {
    match error {
        DeskError::TokenDay => "until",
        DeskError::TokenRole(_) => "role",
        DeskError::TokenScope => "scope",
        _ => "name",
    }
}

fn read(form: &mut Fields) -> Option<NewToken> {
    let name = form.parse("name", Name::parse);
    let role = form.parse("role", str::parse::<Role>);
    let scopes: Option<Scopes> = form
        .all("scope")
        .map(|scope| scope.parse::<Scope>().ok())
        .collect();
    let scopes = scopes.filter(|scopes| !scopes.is_empty());
    if scopes.is_none() {
        form.refuse("scope", sentence(&DeskError::TokenScope));
    }
    let lasting = match form.value("lasting") {
        "until" => form.parse("until", PartialDate::parse).map(Lasting::Until),
        days if DAYS.contains(&days) => days.parse().ok().map(Lasting::Days),
        _ => {
            form.refuse("lasting", "choose how long the token works");
            None
        }
    };
    Some(NewToken {
        name: name?,
        role: role?,
        scopes: scopes?,
        lasting: lasting?,
    })
}

pub(in crate::web) async fn revoke_token(
    app: web::Data<App>,
    me: Visitor,
    token: web::Path<TokenId>,
    _: Fields,
) -> Answer {
    let actor = me.0.actor();
    app.desk(move |desk| deeds::revoke(desk, actor, *token))
        .await?;
    app.live().sessions_changed();
    see("/settings/tokens")
}
