//! Hooks: other systems that are told what happens here.

use actix_web::web;
use askama::Template;

use crate::desk::hooks as deeds;
use crate::desk::{Actor, Desk, DeskError};
use crate::domain::hook::{About, HookSecret, Interest, KINDS, Kind};
use crate::domain::ids::{DeliveryId, HookId};
use crate::domain::words::{Address, Name};
use crate::store::local::deliveries::{Delivery, Stage};
use crate::store::local::hooks::{Hook, Sheet};
use crate::web::auth::Visitor;
use crate::web::fields::Fields;
use crate::web::pages::view::{PAGE, deed_words};
use crate::web::problem::sentence;
use crate::web::render::{Answer, Frame, page, page_with, see};
use crate::web::state::App;

#[derive(Template)]
#[template(path = "settings/hooks.html")]
struct HooksPage {
    frame: Frame,
    form: Fields,
    hooks: Vec<Hook>,
    /// Whether anything is sent at all.
    outside: bool,
    /// A secret that was just made; shown this once.
    secret: Option<Shown>,
}

#[derive(Template)]
#[template(path = "settings/hook.html")]
struct HookPage {
    frame: Frame,
    form: Fields,
    hook: Hook,
    deliveries: Vec<Delivery>,
    /// The message before which the older ones stand.
    older: Option<DeliveryId>,
}

/// A secret as it is shown once.
struct Shown {
    hook: HookId,
    secret: String,
    /// Whether another one signs beside it for a day.
    rotated: bool,
}

impl Shown {
    fn new(hook: HookId, secret: &HookSecret, rotated: bool) -> Self {
        let secret = secret.written();
        Self {
            hook,
            secret,
            rotated,
        }
    }
}

/// What the form for a hook offers.
fn abouts() -> &'static [About] {
    About::ALL
}

/// The kinds of event with their words.
fn kinds() -> impl Iterator<Item = (&'static str, &'static str)> {
    KINDS.iter().map(|kind| (*kind, deed_words(kind)))
}

impl HookPage {
    /// How it stands with a message: a class and words.
    fn state(delivery: &Delivery) -> (&'static str, &'static str) {
        let class = match delivery.stage {
            Stage::Delivered => "published",
            Stage::Failed => "withdrawn",
            Stage::Waiting => "open",
        };
        (class, delivery.stage.label())
    }

    /// What a message is about.
    fn subject(delivery: &Delivery) -> &str {
        if delivery.entry.is_some() {
            deed_words(&delivery.kind)
        } else {
            "a test"
        }
    }
}

pub(in crate::web) async fn hooks(app: web::Data<App>, me: Visitor) -> Answer {
    let form = Fields::proposed(&[("about", "public")]);
    draw(&app, me, form, None).await
}

async fn draw(app: &web::Data<App>, me: Visitor, form: Fields, secret: Option<Shown>) -> Answer {
    let all = deeds::MOST_HOOKS as usize;
    let hooks = app.desk(move |desk| deeds::list(desk, None, all)).await?;
    let view = HooksPage {
        frame: Frame::new(app, Some(me.0)),
        hooks,
        outside: app.facts().fetcher.is_some(),
        secret,
        form,
    };
    page_with(view.form.status(), &view)
}

pub(in crate::web) async fn make_hook(
    app: web::Data<App>,
    me: Visitor,
    mut form: Fields,
) -> Answer {
    let Some(sheet) = read(&mut form) else {
        return draw(&app, me, form, None).await;
    };
    let actor = me.0.actor();
    let made = app.attempt(move |desk| deeds::make(desk, actor, sheet));
    match made.await? {
        Ok((hook, secret)) => shown_once(&app, me, Shown::new(hook, &secret, false)).await,
        Err(error @ DeskError::TooManyHooks(_)) => {
            form.refuse("name", sentence(&error));
            draw(&app, me, form, None).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The page with a secret that was just made.
async fn shown_once(app: &web::Data<App>, me: Visitor, shown: Shown) -> Answer {
    let form = Fields::proposed(&[("about", "public")]);
    draw(app, me, form, Some(shown)).await
}

fn read(form: &mut Fields) -> Option<Sheet> {
    let name = form.parse("name", Name::parse);
    let url = form.parse("url", Address::parse);
    let about = form.parse("about", str::parse::<About>);
    let chosen: Option<Vec<Kind>> = form.all("kind").map(|kind| kind.parse().ok()).collect();
    let interest = about
        .zip(chosen)
        .and_then(|(about, kinds)| Interest::new(about, kinds));
    if about.is_some() && interest.is_none() {
        form.refuse("kind", sentence(&DeskError::HookKinds));
    }
    Some(Sheet {
        name: name?,
        url: url?,
        interest: interest?,
    })
}

/// Which messages of a hook to show.
#[derive(serde::Deserialize)]
pub(in crate::web) struct Older {
    before: Option<DeliveryId>,
}

pub(in crate::web) async fn hook(
    app: web::Data<App>,
    me: Visitor,
    hook: web::Path<HookId>,
    older: web::Query<Older>,
) -> Answer {
    let (id, before) = (*hook, older.before);
    let read = move |desk: &Desk| {
        let hook = deeds::look(desk, id)?;
        Ok((hook, deeds::deliveries(desk, id, before, PAGE)?))
    };
    let (hook, deliveries) = app.desk(read).await?;
    let form = filled(&hook);
    page(&shown(&app, me, (hook, deliveries), form))
}

fn shown(
    app: &App,
    me: Visitor,
    (hook, deliveries): (Hook, Vec<Delivery>),
    form: Fields,
) -> HookPage {
    let older = deliveries.last().filter(|_| deliveries.len() == PAGE);
    HookPage {
        frame: Frame::new(app, Some(me.0)),
        form,
        hook,
        older: older.map(|last| last.id),
        deliveries,
    }
}

/// The form with what is said of a hook now.
fn filled(hook: &Hook) -> Fields {
    let seen = hook.rev.to_string();
    let mut values = vec![
        ("name", hook.name.as_str()),
        ("url", hook.url.as_str()),
        ("about", hook.interest.about().as_str()),
        ("seen", seen.as_str()),
    ];
    let kinds = hook.interest.kinds().iter();
    values.extend(kinds.map(|kind| ("kind", kind.as_str())));
    Fields::proposed(&values)
}

pub(in crate::web) async fn revise_hook(
    app: web::Data<App>,
    me: Visitor,
    hook: web::Path<HookId>,
    mut form: Fields,
) -> Answer {
    let (id, actor) = (*hook, me.0.actor());
    let seen = form.parse("seen", str::parse::<u64>);
    if let (Some(sheet), Some(seen)) = (read(&mut form), seen) {
        let deed = move |desk: &Desk| deeds::revise(desk, actor, (id, seen), sheet);
        app.desk(deed).await?;
        return see(&format!("/settings/hooks/{id}"));
    }
    let read = move |desk: &Desk| Ok((deeds::look(desk, id)?, Vec::new()));
    let found = app.desk(read).await?;
    page_with(form.status(), &shown(&app, me, found, form))
}

pub(in crate::web) async fn rotate_secret(
    app: web::Data<App>,
    me: Visitor,
    hook: web::Path<HookId>,
    _: Fields,
) -> Answer {
    let (hook, actor) = (*hook, me.0.actor());
    let secret = app
        .desk(move |desk| deeds::rotate(desk, actor, hook))
        .await?;
    shown_once(&app, me, Shown::new(hook, &secret, true)).await
}

pub(in crate::web) async fn pause_hook(
    app: web::Data<App>,
    me: Visitor,
    hook: web::Path<HookId>,
    _: Fields,
) -> Answer {
    done(&app, me, *hook, deeds::pause).await
}

pub(in crate::web) async fn resume_hook(
    app: web::Data<App>,
    me: Visitor,
    hook: web::Path<HookId>,
    _: Fields,
) -> Answer {
    done(&app, me, *hook, deeds::resume).await
}

pub(in crate::web) async fn test_hook(
    app: web::Data<App>,
    me: Visitor,
    hook: web::Path<HookId>,
    _: Fields,
) -> Answer {
    let test = |desk: &Desk, actor, hook| deeds::test(desk, actor, hook).map(|_| ());
    done(&app, me, *hook, test).await
}

/// Does something to a hook and shows it again.
async fn done(
    app: &App,
    me: Visitor,
    hook: HookId,
    deed: impl FnOnce(&Desk, Actor, HookId) -> Result<(), DeskError> + Send + 'static,
) -> Answer {
    let actor = me.0.actor();
    app.desk(move |desk| deed(desk, actor, hook)).await?;
    see(&format!("/settings/hooks/{hook}"))
}

pub(in crate::web) async fn send_again(
    app: web::Data<App>,
    me: Visitor,
    path: web::Path<(HookId, DeliveryId)>,
    _: Fields,
) -> Answer {
    let (hook, delivery) = path.into_inner();
    let again = move |desk: &Desk, actor, hook| deeds::send_again(desk, actor, hook, delivery);
    done(&app, me, hook, again).await
}

pub(in crate::web) async fn remove_hook(
    app: web::Data<App>,
    me: Visitor,
    hook: web::Path<HookId>,
    mut form: Fields,
) -> Answer {
    let (hook, actor) = (*hook, me.0.actor());
    // Without the state that was seen nothing is let go.
    let seen = form.parse("seen", str::parse::<u64>).unwrap_or_default();
    app.desk(move |desk| deeds::remove(desk, actor, (hook, seen)))
        .await?;
    see("/settings/hooks")
}
