//! Somebody's own ways in: second factors, sessions, and what happened.

mod app;
mod passkeys;
mod picture;
mod sessions;
mod show;

pub(in crate::web) use app::{begin_app, confirm_app, remove_app, renew_codes};
pub(in crate::web) use passkeys::let_passkey;
pub(in crate::web) use sessions::{end_one, end_others, know};
pub(in crate::web) use show::show;
pub(in crate::web::pages) use show::{EventLine, SessionLine, event_lines, session_lines};
