//! A browser's keyboard: keys go to whatever has the focus, as from a person's
//! hands; and what a page says of itself.

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use serde_json::{Value, json};

use super::driver::Browser;

pub(super) const TAB: char = '\u{e004}';
pub(super) const ENTER: char = '\u{e007}';
pub(super) const CONTROL: char = '\u{e009}';
pub(super) const ESCAPE: char = '\u{e00c}';
pub(super) const DOWN: char = '\u{e015}';

/// More steps than any page has between two things that are tabbed to.
const MOST_TABS: usize = 120;

/// How often a page is asked whether something is so yet.
const LOOKS: u32 = 200;
const LOOK_EVERY: std::time::Duration = std::time::Duration::from_millis(50);

impl Browser {
    /// Presses keys one after the other.
    pub(super) async fn keys(&self, keys: &str) {
        let mut actions = KeyActions::new("keyboard".to_owned());
        for value in keys.chars() {
            actions = actions
                .then(KeyAction::Down { value })
                .then(KeyAction::Up { value });
        }
        let done = self.client.perform_actions(actions).await;
        done.expect("keys that are pressed");
    }

    /// Presses a key while another is held.
    pub(super) async fn chord(&self, held: char, value: char) {
        let actions = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value: held })
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value })
            .then(KeyAction::Up { value: held });
        let done = self.client.perform_actions(actions).await;
        done.expect("keys that are pressed");
    }

    /// Presses the tabulator until something of this kind has the focus.
    pub(super) async fn tab_to(&self, what: &str) {
        let is_there = format!("document.activeElement.matches({})", json!(what));
        for _ in 0..MOST_TABS {
            if self.says(&is_there).await == json!(true) {
                return;
            }
            self.keys(&TAB.to_string()).await;
        }
        let text = self.text().await;
        assert_eq!(what, "", "the tabulator does not reach it on:\n{text}");
    }

    /// What an expression is on the page; nothing while another page comes.
    pub(super) async fn says(&self, expression: &str) -> Value {
        let script = format!("return {expression};");
        let answer = self.client.execute(&script, vec![]).await;
        answer.unwrap_or(Value::Null)
    }

    /// Waits until something holds on the page.
    pub(super) async fn until(&self, expression: &str) {
        for _ in 0..LOOKS {
            if self.says(expression).await == json!(true) {
                return;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        let text = self.text().await;
        assert_eq!(expression, "", "this does not come to hold on:\n{text}");
    }

    /// Waits until the page at a path is drawn and its script has run.
    pub(super) async fn is_at(&self, path: &str) {
        let path = json!(path);
        self.until(&format!(
            "document.readyState === 'complete' && location.pathname === {path}"
        ))
        .await;
    }

    /// Comes in by a link, with keys alone.
    pub(super) async fn enter_by_keys(&self, address: &str) {
        self.goto(address).await;
        self.tab_to("main button").await;
        self.keys(&ENTER.to_string()).await;
        self.is_at("/claims").await;
    }
}
