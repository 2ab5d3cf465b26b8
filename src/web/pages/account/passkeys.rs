//! Which of somebody's own passkeys let them in.

use actix_web::{HttpRequest, web};

use crate::desk::{Desk, sign_in};
use crate::domain::ids::EntryIndex;
use crate::web::auth::Visitor;
use crate::web::fields::Fields;
use crate::web::problem::sentence;
use crate::web::render::{Answer, see};
use crate::web::state::App;
use crate::web::whence;

use super::super::sign_in::draw_me;

pub(in crate::web) async fn let_passkey(
    app: web::Data<App>,
    request: HttpRequest,
    me: Visitor,
    entry: web::Path<u64>,
    mut form: Fields,
) -> Answer {
    let (who, whence) = (me.0.clone(), whence::of(&app, &request));
    let (entry, lets) = (EntryIndex::new(*entry), form.value("lets") == "yes");
    let deed = move |desk: &Desk| match lets {
        true => sign_in::allow(desk, &who, entry, whence),
        false => sign_in::refuse(desk, &who, entry, whence),
    };
    match app.attempt(deed).await? {
        Ok(()) => see("/me#passkeys"),
        Err(error) => {
            form.refuse("passkey", sentence(&error));
            draw_me(&app, me, form).await
        }
    }
}
