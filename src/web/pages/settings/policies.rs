//! What the desk promises its readers.

use actix_web::web;
use askama::Template;

use crate::desk::settings;
use crate::domain::sheet::{DeskSheet, Policies};
use crate::domain::words::{Name, Policy};
use crate::web::auth::Visitor;
use crate::web::fields::Fields;
use crate::web::render::{Answer, Frame, page_with, see};
use crate::web::state::App;

use super::Done;

/// A policy as its form asks for it.
struct Asked {
    field: &'static str,
    label: &'static str,
    hint: &'static str,
}

const ASKED: [Asked; 7] = [
    Asked {
        field: "independence",
        label: "How the desk keeps from taking sides",
        hint: "Which parties and causes its people may not work for; that the same test is held to every speaker; what happens when somebody has an interest in a claim.",
    },
    Asked {
        field: "sources",
        label: "Which sources it accepts",
        hint: "What counts as a source; when one alone is enough; how readers can find each of them; when somebody may stay unnamed, and who decides that.",
    },
    Asked {
        field: "funding",
        label: "Who pays for it",
        hint: "Who gave money in the last year and roughly how much of the whole; what those who pay may not ask for; who owns and who runs the organisation.",
    },
    Asked {
        field: "selection",
        label: "How claims are chosen",
        hint: "What makes a statement worth checking: reach, harm, doubt; how readers propose one; what the desk never takes up.",
    },
    Asked {
        field: "method",
        label: "How a claim is checked",
        hint: "The steps from the statement to the rating: who is asked for evidence, what is looked for on the other side, who reads it again before it is published.",
    },
    Asked {
        field: "corrections",
        label: "How mistakes are corrected",
        hint: "How a reader reports one, how soon it is looked at, what is changed and where the change is shown.",
    },
    Asked {
        field: "complaints",
        label: "How to complain",
        hint: "Whom to write to, how soon an answer comes, and which body outside the desk can be asked when the answer is not enough.",
    },
];

#[derive(Template)]
#[template(path = "settings/policies.html")]
struct PoliciesPage {
    frame: Frame,
    form: Fields,
    is_saved: bool,
}

impl PoliciesPage {
    fn asked() -> &'static [Asked] {
        &ASKED
    }
}

pub(in crate::web) async fn policies(
    app: web::Data<App>,
    me: Visitor,
    done: web::Query<Done>,
) -> Answer {
    let form = filled(&app.sheet().policies);
    draw(&app, me, form, done.is_saved())
}

fn filled(policies: &Policies) -> Fields {
    let text = |policy: &Option<Policy>| policy.as_ref().map_or("", Policy::as_str).to_owned();
    Fields::proposed(&[
        ("independence", &text(&policies.independence)),
        ("sources", &text(&policies.sources)),
        ("funding", &text(&policies.funding)),
        ("selection", &text(&policies.selection)),
        ("method", &text(&policies.method)),
        ("corrections", &text(&policies.corrections)),
        ("complaints", &text(&policies.complaints)),
    ])
}

fn draw(app: &App, me: Visitor, form: Fields, is_saved: bool) -> Answer {
    page_with(
        form.status(),
        &PoliciesPage {
            frame: Frame::new(app, Some(me.0)),
            form,
            is_saved,
        },
    )
}

pub(in crate::web) async fn promise(app: web::Data<App>, me: Visitor, mut form: Fields) -> Answer {
    let Some(policies) = read(&mut form) else {
        return draw(&app, me, form, false);
    };
    let (actor, name) = (me.0.actor(), app.name());
    app.desk(move |desk| {
        let now = DeskSheet::clone(&desk.sheet());
        // Until the desk says its name it goes by the one it is configured
        // with; from here on that is what it says.
        let name = Name::parse(&name).unwrap_or_else(|_| now.name.clone());
        let sheet = DeskSheet {
            name,
            policies,
            ..now
        };
        settings::describe(desk, actor, sheet)
    })
    .await?;
    see("/settings/policies?saved=yes")
}

fn read(form: &mut Fields) -> Option<Policies> {
    let mut policy = |name| form.parse(name, Policy::parse_optional);
    let [independence, sources, funding] = ["independence", "sources", "funding"].map(&mut policy);
    let [selection, method, corrections, complaints] =
        ["selection", "method", "corrections", "complaints"].map(&mut policy);
    Some(Policies {
        independence: independence?,
        sources: sources?,
        funding: funding?,
        selection: selection?,
        method: method?,
        corrections: corrections?,
        complaints: complaints?,
    })
}
