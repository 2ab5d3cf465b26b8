//! Somebody who talks to a running desk as a browser without script would.

use std::io::{BufRead, BufReader};
use std::time::Duration;

use dom_query::{Document, Selection};
use serde_json::Value;

use ureq::Agent;
use ureq::http::Response;
use ureq::http::header::{CONTENT_TYPE, LOCATION};

/// The largest answer that is read, in bytes.
const LARGEST: u64 = 64 << 20;

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| value.as_str())
    }
}

impl Answer {
    /// A cookie of a name that an answer sets, as a browser sends it.
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        let all = self
            .headers
            .iter()
            .filter(|(header, _)| header == "set-cookie");
        let pairs = all.filter_map(|(_, cookie)| cookie.split(';').next());
        let is_named = |pair: &&str| pair.split('=').next() == Some(name);
        pairs.filter(is_named).map(str::to_owned).next()
    }
}

/// A visitor of the desk, with or without a session.
#[derive(Clone)]
pub(crate) struct Visitor {
    agent: Agent,
    base: String,
    pub(crate) cookie: Option<String>,
    csrf: String,
}

/// The value of a hidden field of a page.
pub(crate) fn hidden<'p>(page: &'p str, name: &str) -> Option<&'p str> {
    let (_, after) = page.split_once(&format!("name=\"{name}\" value=\""))?;
    after.split('"').next()
}

impl Visitor {
    pub(crate) fn nobody(base: &str) -> Self {
        let agent = Agent::config_builder()
            .max_redirects(0)
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .timeout_global(Some(Duration::from_secs(20)))
            .build();
        Self {
            agent: agent.into(),
            base: base.trim_end_matches('/').to_owned(),
            cookie: None,
            csrf: String::new(),
        }
    }

    /// Comes in by a link.
    pub(crate) fn enter(base: &str, secret: &str) -> Self {
        let me = Self::nobody(base);
        let answer = me.post(&format!("/enter/{secret}"), &[]);
        assert_eq!(answer.status, 303, "{}", answer.body);
        me.with_session_of(&answer)
    }

    /// The same visitor with the session that an answer began.
    pub(crate) fn with_session_of(&self, answer: &Answer) -> Self {
        let mut me = self.clone();
        let plain = answer.cookie("citekeep");
        me.cookie = plain.or_else(|| answer.cookie("__Host-citekeep"));
        assert!(me.cookie.is_some(), "no session");
        let page = me.get("/me").body;
        me.csrf = hidden(&page, "csrf").expect("a form's secret").to_owned();
        me
    }

    /// The address of the desk.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// The same person at a desk that was started again elsewhere.
    pub(crate) fn moved_to(&self, base: &str) -> Self {
        Self {
            base: base.trim_end_matches('/').to_owned(),
            agent: Self::nobody(base).agent,
            ..self.clone()
        }
    }

    /// Asks whether a page is there: its status and how many bytes came.
    pub(crate) fn head(&self, path: &str) -> (u16, usize) {
        let address = format!("{}{path}", self.base);
        let mut answer = self.agent.head(&address).call().expect("an answer");
        let body = answer.body_mut().read_to_string().expect("UTF-8");
        (answer.status().as_u16(), body.len())
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.try_get(path).expect("an answer")
    }

    pub(crate) fn try_get(&self, path: &str) -> Result<Answer, ureq::Error> {
        let mut request = self.agent.get(format!("{}{path}", self.base));
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        request.call().and_then(answer)
    }

    /// Takes a file away: the answer, and its bytes.
    pub(crate) fn download(&self, path: &str) -> (Answer, Vec<u8>) {
        let mut request = self.agent.get(format!("{}{path}", self.base));
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        request.call().and_then(download).expect("an answer")
    }

    /// Opens a stream of events, as one who has seen the log up to an entry.
    pub(crate) fn listen(&self, path: &str, last: Option<u64>) -> Listener {
        let last = last.map(|last| last.to_string());
        let header = last.as_deref().map(|last| ("last-event-id", last));
        self.listen_with(path, header.as_slice())
    }

    /// Opens a stream of events with these headers.
    pub(crate) fn listen_with(&self, path: &str, headers: &[(&str, &str)]) -> Listener {
        let mut request = self.agent.get(format!("{}{path}", self.base));
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.call().expect("an answer");
        assert_eq!(response.status(), 200);
        Listener(BufReader::new(response.into_body().into_reader()))
    }

    /// Sends a form with the session's secret.
    pub(crate) fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.try_post(path, fields).expect("an answer")
    }

    pub(crate) fn try_post(
        &self,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Result<Answer, ureq::Error> {
        let secret = [("csrf", self.csrf.as_str())];
        self.send(path, &[&secret, fields].concat(), &[])
    }

    /// Sends a form with these headers, and without a secret of its own.
    pub(crate) fn send(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Result<Answer, ureq::Error> {
        let mut request = self.agent.post(format!("{}{path}", self.base));
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send_form(fields.iter().copied()).and_then(answer)
    }

    /// Asks as a program: with these headers, and without following anything.
    pub(crate) fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base));
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(()).expect("a request");
        self.agent.run(request).and_then(answer).expect("an answer")
    }

    /// Sends bytes as a program: with these headers.
    pub(crate) fn bring(
        &self,
        (method, path): (&str, &str),
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        if method == "DELETE" {
            // Such a request seldom has a body, so the client wants to be told.
            let mut request = self.agent.delete(format!("{}{path}", self.base));
            if let Some(cookie) = &self.cookie {
                request = request.header("cookie", cookie);
            }
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let sent = request.force_send_body().send(body);
            return sent.and_then(answer).expect("an answer");
        }
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base));
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body).expect("a request");
        self.agent.run(request).and_then(answer).expect("an answer")
    }

    /// Fetches bytes as a program: what they are, and themselves.
    pub(crate) fn fetch(&self, path: &str, headers: &[(&str, &str)]) -> (String, Vec<u8>) {
        let mut request = self.agent.get(format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut answer = request.call().expect("an answer");
        let kind = answer.headers().get(CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.to_owned();
        (kind, answer.body_mut().read_to_vec().expect("a body"))
    }

    /// The secret that this session's forms carry.
    pub(crate) fn secret(&self) -> &str {
        &self.csrf
    }
}

/// A page's stream of events; it is closed when it is dropped.
pub(crate) struct Listener(BufReader<ureq::BodyReader<'static>>);

/// One event: the place in the log that it reaches to, its name, its words.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) id: Option<u64>,
    pub(crate) name: String,
    pub(crate) told: Value,
}

impl Listener {
    /// The next event; none when the stream ends.
    pub(crate) fn next(&mut self) -> Option<Event> {
        let (mut id, mut name) = (None, String::new());
        loop {
            let mut line = String::new();
            // A desk that stops may cut the stream off in the middle.
            if self.0.read_line(&mut line).unwrap_or(0) == 0 {
                return None;
            }
            match line.trim_end().split_once(": ") {
                Some(("id", place)) => id = place.parse().ok(),
                Some(("event", kind)) => kind.clone_into(&mut name),
                Some(("data", json)) => {
                    let told = serde_json::from_str(json).expect("JSON");
                    return Some(Event { id, name, told });
                }
                _ => {}
            }
        }
    }

    /// The next event of a name, whatever comes before it.
    pub(crate) fn hear(&mut self, name: &str) -> Event {
        loop {
            let event = self.next().expect("the stream goes on");
            if event.name == name {
                return event;
            }
        }
    }
}

fn answer(response: Response<ureq::Body>) -> Result<Answer, ureq::Error> {
    Ok(download(response)?.0)
}

/// An answer, and its body as it came.
fn download(mut response: Response<ureq::Body>) -> Result<(Answer, Vec<u8>), ureq::Error> {
    let text = |value: &ureq::http::HeaderValue| value.to_str().unwrap_or_default().to_owned();
    let headers = response.headers();
    // A stream of events has no end to wait for.
    let kind = headers.get(CONTENT_TYPE).map(text).unwrap_or_default();
    let bytes = if kind.starts_with("text/event-stream") {
        Vec::new()
    } else {
        let whole = response.body_mut().with_config().limit(LARGEST);
        whole.read_to_vec()?
    };
    let headers = response.headers();
    let answer = Answer {
        status: response.status().as_u16(),
        location: headers.get(LOCATION).map(text),
        headers: headers
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), text(value)))
            .collect(),
        body: String::from_utf8_lossy(&bytes).into_owned(),
    };
    Ok((answer, bytes))
}

/// Where the links of a page lead, of the address `bare` without its query; what
/// begins at a mark of the page itself is left out.
pub(crate) fn links(page: &Document, bare: &str) -> Vec<String> {
    let target = |link: Selection<'_>| {
        let href = link.attr("href").unwrap_or_default().to_string();
        let href = href.split('#').next().unwrap_or_default();
        if href.starts_with('?') {
            format!("{bare}{href}")
        } else {
            href.to_owned()
        }
    };
    page.select("a[href], link[href]")
        .iter()
        .map(target)
        .collect()
}

/// The words of what a selector finds on a page, each without space around.
pub(crate) fn texts(answer: &Answer, selector: &str) -> Vec<String> {
    let page = Document::from(answer.body.as_str());
    let found = page.select(selector);
    found
        .iter()
        .map(|node| node.text().trim().to_owned())
        .collect()
}
