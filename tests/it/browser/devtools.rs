//! What a browser's developer tools can do and WebDriver cannot: another colour
//! scheme, a phone's screen, what the console says.

use std::fmt::Debug;

use serde_json::{Value, json};
use ureq::http::Method;
use url::{ParseError, Url};

use fantoccini::wd::WebDriverCompatibleCommand;

use super::driver::Browser;

/// A command of ChromeDriver beyond WebDriver.
#[derive(Debug)]
struct Extra {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Extra {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        let session = session.unwrap_or_default();
        base.join(&format!("session/{session}/{}", self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}

/// A screen that pages are looked at on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Screen {
    pub(super) name: &'static str,
    pub(super) width: u32,
    pub(super) height: u32,
    is_phone: bool,
}

pub(super) const DESKTOP: Screen = Screen {
    name: "desktop",
    width: 1280,
    height: 900,
    is_phone: false,
};

pub(super) const PHONE: Screen = Screen {
    name: "phone",
    width: 390,
    height: 844,
    is_phone: true,
};

impl Browser {
    /// Gives a command to the developer tools.
    pub(super) async fn devtools(&self, command: &str, parameters: Value) -> Value {
        let extra = Extra {
            path: "goog/cdp/execute",
            body: json!({ "cmd": command, "params": parameters }),
        };
        let done = self.client.issue_cmd(extra).await;
        done.expect("a command that the developer tools know")
    }

    /// Looks at pages on another screen from now on.
    pub(super) async fn sit_at(&self, screen: Screen) {
        let size = json!({
            "width": screen.width, "height": screen.height,
            "deviceScaleFactor": 1, "mobile": screen.is_phone,
        });
        self.devtools("Emulation.setDeviceMetricsOverride", size)
            .await;
    }

    /// Asks for pages in light or in dark from now on, and without movement.
    pub(super) async fn prefer(&self, scheme: &str) {
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.devtools(
            "Emulation.setEmulatedMedia",
            json!({ "features": features }),
        )
        .await;
    }

    /// Is somebody else from now on: whoever holds this cookie, or nobody.
    pub(super) async fn become_holder_of(&self, cookie: Option<&str>, base: &str) {
        self.devtools("Network.clearBrowserCookies", json!({}))
            .await;
        if let Some((name, value)) = cookie.and_then(|cookie| cookie.split_once('=')) {
            let cookie = json!({ "name": name, "value": value, "url": base, "httpOnly": true });
            self.devtools("Network.setCookie", cookie).await;
        }
    }

    /// What the console said since it was last asked: errors, and what the
    /// security policy refused.
    pub(super) async fn complaints(&self) -> Vec<String> {
        let extra = Extra {
            path: "se/log",
            body: json!({ "type": "browser" }),
        };
        let said = self.client.issue_cmd(extra).await.expect("the console");
        let said = said.as_array().cloned().unwrap_or_default();
        said.iter()
            .filter(|line| line["level"] == "SEVERE" || line["source"] == "security")
            .map(|line| line["message"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// Sends a form, as a page of the same desk would.
    pub(super) async fn send(&self, path: &str, fields: &[(String, String)]) {
        let script = "
            const form = document.createElement('form');
            form.method = 'post';
            form.action = arguments[0];
            for (const [name, value] of arguments[1]) {
                const field = document.createElement('input');
                field.type = 'hidden';
                field.name = name;
                field.value = value;
                form.append(field);
            }
            document.body.append(form);
            form.requestSubmit();";
        let sent = vec![json!(path), json!(fields)];
        self.leave_by(async || {
            let done = self.client.execute(script, sent.clone()).await;
            done.expect("a form that can be sent");
        })
        .await;
    }
}
