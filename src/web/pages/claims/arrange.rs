//! What is done with several claims at once, and filters that get a name.

use actix_web::web;

use crate::desk::DeskError;
use crate::desk::arranging::{self as deeds, Arrangement};
use crate::desk::filters;
use crate::domain::ids::{ClaimId, PersonId};
use crate::domain::plan::Priority;
use crate::domain::time::Timestamp;
use crate::domain::words::Name;
use crate::store::local::filters::Saved;
use crate::web::auth::Visitor;
use crate::web::fields::Fields;
use crate::web::problem::{Problem, sentence};
use crate::web::render::{Answer, see};
use crate::web::state::App;

use super::list::draw;
use super::wanted::Wanted;

pub(in crate::web) async fn arrange(app: web::Data<App>, me: Visitor, mut form: Fields) -> Answer {
    let wanted = Wanted::from_query(form.value("from"));
    let actor = me.0.actor();
    let Some((claims, arrangement)) = read(&mut form) else {
        return draw(&app, me, wanted, form).await;
    };
    let done = app
        .attempt(move |desk| deeds::arrange(desk, actor, claims, arrangement))
        .await?;
    match done {
        Ok(count) => see(&told(&wanted, count, arrangement)),
        Err(error @ (DeskError::Store(_) | DeskError::NotAllowed { .. })) => {
            Err(Problem::from(error))
        }
        Err(error) => {
            form.refuse("claim", sentence(&error));
            draw(&app, me, wanted, form).await
        }
    }
}

/// Which claims were ticked, and what is to become of them.
fn read(form: &mut Fields) -> Option<(Vec<ClaimId>, Arrangement)> {
    let ticked: Result<Vec<ClaimId>, _> = form.all("claim").map(str::parse).collect();
    let claims = ticked.unwrap_or_default();
    let assignee = match form.value("assignee").to_owned().as_str() {
        "" => None,
        "none" => Some(None),
        _ => form.parse("assignee", str::parse::<PersonId>).map(Some),
    };
    let priority = form.parse_optional("priority", str::parse::<Priority>);
    let due = match form.value("undue") {
        "yes" => Some(None),
        _ => form.parse_optional("due", Timestamp::parse_field).map(Some),
    };
    if claims.is_empty() {
        form.refuse("claim", "Tick the claims that this is for.");
    } else if assignee.is_none() && priority.is_none() && due.is_none() {
        form.refuse("claim", "Choose what is to become of them.");
    }
    let arrangement = Arrangement {
        assignee,
        priority,
        due,
    };
    (!form.is_wrong()).then_some((claims, arrangement))
}

/// The queue again, saying what was done.
fn told(wanted: &Wanted, count: usize, arrangement: Arrangement) -> String {
    let holder = match arrangement.assignee {
        None => String::new(),
        Some(None) => "&holder=none".to_owned(),
        Some(Some(person)) => format!("&holder={person}"),
    };
    format!("/claims?{}&done={count}{holder}", wanted.query())
}

pub(in crate::web) async fn keep_filter(
    app: web::Data<App>,
    me: Visitor,
    mut form: Fields,
) -> Answer {
    let wanted = Wanted::from_query(form.value("query"));
    let actor = me.0.actor();
    let Some(name) = form.parse("name", Name::parse) else {
        return draw(&app, me, wanted, form).await;
    };
    let query = wanted.query();
    let saved = Saved {
        name: name.to_string(),
        query: query.clone(),
    };
    let deed = move |desk: &_| filters::keep(desk, actor, saved);
    if let Err(error) = app.attempt(deed).await? {
        form.refuse("name", sentence(&error));
        return draw(&app, me, wanted, form).await;
    }
    see(&format!("/claims?{query}"))
}

pub(in crate::web) async fn drop_filter(app: web::Data<App>, me: Visitor, form: Fields) -> Answer {
    let wanted = Wanted::from_query(form.value("query"));
    let (actor, name) = (me.0.actor(), form.value("name").to_owned());
    app.desk(move |desk| filters::let_go(desk, actor, name))
        .await?;
    see(&format!("/claims?{}", wanted.query()))
}
