//! A desk's own program, a ChromeDriver and a headless Chromium, each started
//! for one test and ended with it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;

use crate::support::program::Program;

/// How often a page that is on its way is looked at, and how many times.
const LOOK_EVERY: Duration = Duration::from_millis(50);
const LOOKS: u32 = 100;

/// A browser, and the driver that steers it.
pub(super) struct Browser {
    pub(super) client: Client,
    _driver: Program,
    screens: PathBuf,
}

impl Browser {
    /// A browser with scripts switched off: core work needs none.
    pub(super) async fn start(profile: &Path) -> Self {
        Self::start_with(profile, 2).await
    }

    /// A browser as most people have it.
    pub(super) async fn with_scripts(profile: &Path) -> Self {
        Self::start_with(profile, 1).await
    }

    async fn start_with(profile: &Path, scripts: u32) -> Self {
        let mut driver = Program::start(Command::new("chromedriver").arg("--port=0"));
        let line = driver.line_with("started successfully on port");
        let port: String = line
            .rsplit("port ")
            .next()
            .unwrap_or_default()
            .chars()
            .filter(char::is_ascii_digit)
            .collect();
        let options = json!({
            "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                     format!("--user-data-dir={}", profile.display())],
            "prefs": { "profile.managed_default_content_settings.javascript": scripts },
        });
        let wanted = json!({
            "goog:chromeOptions": options,
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(wanted.as_object().expect("an object").clone())
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("a browser");
        let screens = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("screens");
        std::fs::create_dir_all(&screens).expect("a folder for pictures");
        Self {
            client,
            _driver: driver,
            screens,
        }
    }

    pub(super) async fn goto(&self, address: &str) {
        self.client.goto(address).await.expect("the page opens");
    }

    /// Types into a field, whatever stood there.
    pub(super) async fn fill(&self, field: &str, words: &str) {
        let path = format!("[name='{field}']:not([type=hidden])");
        self.unfold(&path).await;
        let found = self.find(Locator::Css(&path)).await;
        if found.attr("type").await.expect("its type").as_deref() != Some("file") {
            found.clear().await.expect("an empty field");
        }
        found.send_keys(words).await.expect("typed");
    }

    /// Opens what a field is folded away in, as a person does who looks for it.
    async fn unfold(&self, field: &str) {
        let folded = format!("details:not([open]):has({field}) > summary");
        if let Ok(summary) = self.client.find(Locator::Css(&folded)).await {
            summary.click().await.expect("it unfolds");
        }
    }

    /// Chooses by the words that a person sees beside the choice.
    pub(super) async fn choose(&self, field: &str, label: &str) {
        self.unfold(&format!("[name='{field}']")).await;
        let path = format!(
            "//select[@name='{field}']/option[contains(., '{label}')] | //label[contains(., '{label}')]/input[@name='{field}']"
        );
        self.click(&path).await;
    }

    pub(super) async fn press(&self, button: &str) {
        self.leave(&format!("//button[contains(., '{button}')]"))
            .await;
    }

    pub(super) async fn follow(&self, link: &str) {
        self.leave(&format!("//a[contains(., '{link}')]")).await;
    }

    pub(super) async fn open(&self, summary: &str) {
        self.click(&format!("//summary[contains(., '{summary}')]"))
            .await;
    }

    async fn leave(&self, path: &str) {
        self.leave_by(async || self.click(path).await).await;
    }

    /// Does what leads to another page, and waits until this one is gone:
    /// the driver answers a click before the form's answer has come, and
    /// the next address typed would be overtaken by it.
    pub(super) async fn leave_by(&self, deed: impl AsyncFnOnce()) {
        let page = self.client.find(Locator::Css("html")).await;
        let page = page.expect("a page to leave");
        deed().await;
        let mut looks = 0;
        while page.tag_name().await.is_ok() {
            looks += 1;
            assert!(
                looks < LOOKS,
                "what was done led nowhere from:\n{}",
                self.text().await
            );
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    pub(super) async fn click(&self, path: &str) {
        let found = self.find(Locator::XPath(path)).await;
        let done = found.click().await;
        assert!(
            done.is_ok(),
            "{path} cannot be clicked ({done:?}) on this page:\n{}",
            self.text().await
        );
    }

    /// Finds what a person could use, as soon as the page holds it.
    async fn find(&self, what: Locator<'_>) -> Element {
        let mut looks = 0;
        loop {
            let found = self.client.find(what).await;
            if let Ok(found) = found {
                return found;
            }
            looks += 1;
            assert!(
                looks < LOOKS,
                "{what:?} is not ({found:?}) on this page:\n{}",
                self.text().await
            );
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// What a person reads on the page; nothing while another page comes.
    pub(super) async fn text(&self) -> String {
        match self.client.find(Locator::Css("body")).await {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        }
    }

    /// Waits, as a person would, until the words are on the page.
    pub(super) async fn sees(&self, words: &str) {
        let mut text = self.text().await;
        for _ in 0..LOOKS {
            if text.contains(words) {
                return;
            }
            tokio::time::sleep(LOOK_EVERY).await;
            text = self.text().await;
        }
        assert_eq!(text, words, "these words are not on the page");
    }

    /// Waits until the words are no longer on the page.
    pub(super) async fn misses(&self, words: &str) {
        for _ in 0..LOOKS {
            if !self.text().await.contains(words) {
                return;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        let text = self.text().await;
        assert!(
            !text.contains(words),
            "'{words}' stays on the page:\n{text}"
        );
    }

    /// Selects words in the text of a page, as a mouse does.
    pub(super) async fn select(&self, words: &str) {
        let script = "
            const walker = document.createTreeWalker(document.getElementById('text'), NodeFilter.SHOW_TEXT);
            for (let node = walker.nextNode(); node; node = walker.nextNode()) {
                const at = node.data.indexOf(arguments[0]);
                if (at < 0) continue;
                getSelection().setBaseAndExtent(node, at, node, at + arguments[0].length);
                return true;
            }
            return false;";
        let done = self.client.execute(script, vec![json!(words)]).await;
        assert_eq!(done.expect("a script that runs"), json!(true), "{words}");
    }

    /// The value of a field.
    pub(super) async fn value(&self, field: &str) -> String {
        let path = format!("[name='{field}']");
        let found = self.find(Locator::Css(&path)).await;
        let value = found.prop("value").await.expect("its value");
        value.unwrap_or_default()
    }

    /// Takes a picture at desktop and at phone width.
    pub(super) async fn picture(&self, name: &str) {
        for (kind, width, height) in [("desktop", 1280, 1400), ("phone", 500, 1400)] {
            self.client
                .set_window_size(width, height)
                .await
                .expect("another size");
            let png = self.client.screenshot().await.expect("a picture");
            std::fs::write(self.screens.join(format!("{name}-{kind}.png")), png).expect("written");
        }
        self.client
            .set_window_size(1280, 1400)
            .await
            .expect("the size from before");
    }

    pub(super) async fn end(self) {
        self.client.close().await.expect("the browser ends");
    }
}
