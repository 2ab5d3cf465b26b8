//! The page that shows what will be signed, and what becomes of the answer.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::desk::people::SignedIn;
use crate::desk::sign_in::{self, Whence};
use crate::desk::signing::{self, Answer as Signed, Intent, NewPasskey, NotSigned, Prepared, Site};
use crate::desk::{Desk, DeskError};
use crate::domain::event::Event;
use crate::domain::ids::ClaimId;
use crate::domain::passkey::Octets;
use crate::ledger::assertion::challenge;
use crate::store::claims;
use crate::web::assets;
use crate::web::auth::Visitor;
use crate::web::fields::Fields;
use crate::web::problem::{Problem, sentence};
use crate::web::render::{Answer, Frame, page_with, see};
use crate::web::state::App;
use crate::web::whence;

use super::super::claims::after;

#[derive(Template)]
#[template(path = "people/sign.html")]
struct SignPage {
    frame: Frame,
    script: &'static str,
    id: String,
    site: Site,
    /// What the passkey is given.
    challenge: String,
    /// The person's passkeys for this site.
    passkeys: Vec<(String, String)>,
    /// Names the person to their authenticator and to nobody else.
    handle: String,
    statement: String,
    shown: Shown,
    /// Why the last answer was refused.
    error: Option<String>,
}

/// What is about to be done.
enum Shown {
    Passkey {
        name: String,
        signs_in: bool,
    },
    Verdict {
        claim: ClaimId,
        wording: String,
        rating: String,
        rationale: String,
        quotes: Vec<String>,
    },
    Opinion {
        claim: ClaimId,
        wording: String,
        is_approval: bool,
        note: Option<String>,
    },
}

/// Writes down what would be logged and leads to the page that shows it; what
/// stands in the way is told on the claim's page.
pub(in crate::web::pages) async fn begin(
    app: &web::Data<App>,
    me: Visitor,
    (claim, form): (ClaimId, Fields),
    intent: Intent,
    (part, field): (&str, &str),
) -> Answer {
    let (actor, site) = (me.0.actor(), super::named(app.site())?);
    let begun = app
        .attempt(move |desk| signing::prepare(desk, actor, intent, &site))
        .await?;
    match begun {
        Ok(id) => see(&format!("/signatures/{id}")),
        Err(error) => after(app, me, claim, (Err::<(), _>(error), form), (part, field)).await,
    }
}

pub(in crate::web) async fn show(
    app: web::Data<App>,
    me: Visitor,
    id: web::Path<String>,
) -> Answer {
    draw(&app, me, id.into_inner(), None).await
}

pub(in crate::web) async fn submit(
    app: web::Data<App>,
    (me, request): (Visitor, HttpRequest),
    id: web::Path<String>,
    form: Fields,
) -> Answer {
    let id = id.into_inner();
    let (site, whence) = (super::named(app.site())?, whence::of(&app, &request));
    let (waits, who) = (id.clone(), me.0.clone());
    let done = app
        .attempt(move |desk| finish(desk, (&who, whence), (waits, form), &site))
        .await?;
    match done {
        Ok(Some(claim)) => see(&format!("/claims/{claim}")),
        Ok(None) => see("/me"),
        Err(error @ DeskError::NotSigned(NotSigned::Gone | NotSigned::Changed)) => {
            Err(Problem::from(error))
        }
        Err(error @ DeskError::NotSigned(_)) => draw(&app, me, id, Some(sentence(&error))).await,
        Err(error) => Err(Problem::from(error)),
    }
}

/// Reads what the passkey answered; a form with a key in it is about a new one.
fn finish(
    desk: &Desk,
    (who, whence): (&SignedIn, Whence),
    (id, form): (String, Fields),
    site: &Site,
) -> Result<Option<ClaimId>, DeskError> {
    let actor = who.actor();
    let part = |name: &str| {
        form.value(name)
            .parse::<Octets>()
            .map_err(NotSigned::Octets)
    };
    if form.value("made") == "yes" {
        let made = NewPasskey {
            authenticator_data: part("authenticator_data")?,
            client_data: part("client_data")?,
        };
        let made = signing::finish_registration(desk, actor, id, made, site)?;
        if let Some(entry) = made {
            sign_in::allow(desk, who, entry, whence)?;
        }
        return Ok(None);
    }
    let answer = Signed {
        credential: part("credential")?,
        authenticator_data: part("authenticator_data")?,
        client_data: part("client_data")?,
        signature: part("signature")?,
    };
    signing::sign(desk, actor, id, answer).map(Some)
}

async fn draw(app: &web::Data<App>, me: Visitor, id: String, error: Option<String>) -> Answer {
    let site = super::named(app.site())?;
    let person = me.0.person.id;
    let frame = Frame::new(app, Some(me.0));
    let status = if error.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let view = app
        .desk(move |desk| {
            let waiting = signing::look(desk, person, &id, &site)?;
            let shown = shown(desk, &waiting)?;
            let handle = challenge(format!("{}/{person}", site.rp_id).as_bytes());
            Ok(SignPage {
                frame,
                script: assets::passkey_script_path(),
                id,
                challenge: URL_SAFE_NO_PAD.encode(waiting.challenge()),
                passkeys: named(&waiting),
                handle: URL_SAFE_NO_PAD.encode(handle),
                site,
                statement: waiting.statement,
                shown,
                error,
            })
        })
        .await?;
    page_with(status, &view)
}

fn named(waiting: &Prepared) -> Vec<(String, String)> {
    let passkeys = waiting.passkeys.iter();
    passkeys
        .map(|key| (key.credential.to_string(), key.name.to_string()))
        .collect()
}

/// What is about to be done, in words, out of the statement itself.
fn shown(desk: &Desk, waiting: &Prepared) -> Result<Shown, DeskError> {
    let claim = match &waiting.intent {
        Intent::Passkey { name, signs_in } => {
            return Ok(Shown::Passkey {
                name: name.to_string(),
                signs_in: *signs_in,
            });
        }
        Intent::Verdict { claim, .. }
        | Intent::Approval { claim, .. }
        | Intent::Dissent { claim, .. } => *claim,
    };
    let wording = desk.read(|db| Ok(claims::get(db, claim)?))?.statement;
    Ok(match signing::event_of(waiting)? {
        Event::VerdictGiven { verdict } => Shown::Verdict {
            claim,
            wording: verdict.statement.to_string(),
            rating: verdict.rating.label.to_string(),
            rationale: verdict.rationale.to_string(),
            quotes: verdict
                .evidence
                .into_iter()
                .map(|words| words.quote)
                .collect(),
        },
        Event::VerdictApproved { note, .. } => Shown::Opinion {
            claim,
            wording,
            is_approval: true,
            note: note.map(|note| note.to_string()),
        },
        Event::VerdictDissented { note, .. } => Shown::Opinion {
            claim,
            wording,
            is_approval: false,
            note: Some(note.to_string()),
        },
        _ => return Err(NotSigned::Gone.into()),
    })
}
