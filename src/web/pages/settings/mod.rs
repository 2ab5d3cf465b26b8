//! The desk's settings, for its admins: one file a section.

mod assessment;
mod desk;
mod hooks;
mod overview;
mod policies;
mod rules;
mod scale_form;
mod scales;
mod timestamps;
mod tokens;
mod witnesses;

pub(in crate::web) use assessment::{as_html, as_json, assessment};
pub use assessment::{html as assessment_file, json as assessment_json};
pub(in crate::web) use desk::{describe, desk};
pub(in crate::web) use hooks::{
    hook, hooks, make_hook, pause_hook, remove_hook, resume_hook, revise_hook, rotate_secret,
    send_again, test_hook,
};
pub(in crate::web) use overview::overview;
pub(in crate::web) use policies::{policies, promise};
pub(in crate::web) use rules::{rules, set_rules, set_signing};
pub(in crate::web) use scales::{adopt, new_scale, preview, scales};
pub(in crate::web) use timestamps::{hurry_timestamps, timestamps};
pub(in crate::web) use tokens::{make_token, revoke_token, tokens};
pub(in crate::web) use witnesses::witnesses;

use serde::Deserialize;

/// What a page that a form came back to says was done.
#[derive(Debug, Default, Deserialize)]
pub(in crate::web) struct Done {
    #[serde(default)]
    pub(super) saved: String,
}

impl Done {
    pub(super) fn is_saved(&self) -> bool {
        self.saved == "yes"
    }
}
