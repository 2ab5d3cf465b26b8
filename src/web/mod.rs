//! Floor 4: the browser's side. Only here HTTP and HTML.

pub mod api;
mod assets;
mod auth;
mod bearer;
mod cached;
mod confirm;
mod dates;
mod downloads;
mod fields;
mod headers;
mod here;
mod live;
mod next;
mod numbers;
mod pages;
mod passkey;
mod problem;
mod refusal;
mod render;
pub mod routes;
mod serve;
mod site;
mod state;

mod streaming;
mod telling;
mod throttle;
mod turns;
mod whence;
pub mod witness;

pub use self::pages::articles::draft_file;
pub use self::pages::published::file as published_file;
pub use self::pages::settings::{assessment_file, assessment_json};
pub use self::routes::{Need, TABLE};
pub use self::serve::{Running, Settings, Workers, block_on, serve, start};
