//! A web server of the tests' own, on a loopback address: it answers what a
//! test says, well or badly, and remembers what it was asked.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use url::Url;

/// What the server was asked.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// The path with its query.
    pub(crate) path: String,
    /// The headers in order, names in small letters.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// When it came.
    pub(crate) at: Instant,
}

impl Request {
    /// The first value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// How a body is sent.
#[derive(Debug, Clone)]
enum Body {
    /// At once, with its length said before.
    Whole(Vec<u8>),
    /// At once, until the line is closed.
    Unmeasured(Vec<u8>),
    /// One piece after another for ever, with a pause before each.
    Endless(Vec<u8>, Duration),
}

/// What the server answers.
#[derive(Debug, Clone)]
pub(crate) struct Response {
    status: u16,
    headers: Vec<(String, String)>,
    body: Body,
    /// Instead of a status and headers.
    head: Option<Vec<u8>>,
}

impl Response {
    fn new(status: u16, body: Body) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body,
            head: None,
        }
    }

    /// A status and nothing else.
    pub(crate) fn status(status: u16) -> Self {
        Self::new(status, Body::Whole(Vec::new()))
    }

    /// Bytes of a kind, with their length.
    pub(crate) fn bytes(media_type: &str, bytes: impl Into<Vec<u8>>) -> Self {
        Self::new(200, Body::Whole(bytes.into())).with("Content-Type", media_type)
    }

    /// A page.
    pub(crate) fn page(html: &str) -> Self {
        Self::bytes("text/html; charset=utf-8", html)
    }

    /// Plain text, such as a robots.txt.
    pub(crate) fn text(text: &str) -> Self {
        Self::bytes("text/plain", text)
    }

    /// A redirect.
    pub(crate) fn redirect(status: u16, to: &str) -> Self {
        Self::status(status).with("Location", to)
    }

    /// A body without a length, which ends when the line is closed.
    pub(crate) fn unmeasured(bytes: impl Into<Vec<u8>>) -> Self {
        Self::new(200, Body::Unmeasured(bytes.into()))
    }

    /// A body that never ends, as fast as the line takes it.
    pub(crate) fn endless(piece: impl Into<Vec<u8>>) -> Self {
        Self::drip(piece, Duration::ZERO)
    }

    /// A body that never ends and comes in pieces with a pause between them.
    pub(crate) fn drip(piece: impl Into<Vec<u8>>, pause: Duration) -> Self {
        Self::new(200, Body::Endless(piece.into(), pause))
    }

    /// These bytes and nothing else, whether they are HTTP or not.
    pub(crate) fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self::unmeasured(Vec::new()).headed(bytes)
    }

    /// The same with other bytes in place of the status and the headers.
    pub(crate) fn headed(mut self, head: impl Into<Vec<u8>>) -> Self {
        self.head = Some(head.into());
        self
    }

    /// The same with one more header.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same with another status.
    pub(crate) fn but(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    fn head(&self) -> Vec<u8> {
        if let Some(head) = &self.head {
            return head.clone();
        }
        let mut head = format!("HTTP/1.1 {} As asked\r\nConnection: close\r\n", self.status);
        let has_length = self
            .headers
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case("content-length"));
        if let (Body::Whole(body), false) = (&self.body, has_length) {
            head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        head.into_bytes()
    }
}

/// What the server's threads share with the test.
struct Shared {
    answer: Box<dyn Fn(&Request) -> Response + Send + Sync>,
    requests: Mutex<Vec<Request>>,
    is_over: Mutex<bool>,
    over: Condvar,
}

impl Shared {
    /// Waits for a while, and says whether the server is to stop.
    fn pause(&self, pause: Duration) -> bool {
        let is_over = self.is_over.lock().expect("no test panicked here");
        let waited = self.over.wait_timeout_while(is_over, pause, |over| !*over);
        *waited.expect("no test panicked here").0
    }
}

/// A server on a loopback address; it stops when it is let go.
pub(crate) struct Origin {
    address: SocketAddr,
    shared: Arc<Shared>,
    doorman: Option<JoinHandle<()>>,
}

impl Origin {
    /// Starts a server at 127.0.0.1 that answers every request with what
    /// `answer` makes of it.
    pub(crate) fn start(answer: impl Fn(&Request) -> Response + Send + Sync + 'static) -> Self {
        Self::start_at(Ipv4Addr::LOCALHOST, answer)
    }

    /// Starts a server at another loopback address.
    pub(crate) fn start_at(
        address: Ipv4Addr,
        answer: impl Fn(&Request) -> Response + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind((address, 0)).expect("a free port");
        let address = listener.local_addr().expect("a bound address");
        let shared = Arc::new(Shared {
            answer: Box::new(answer),
            requests: Mutex::default(),
            is_over: Mutex::new(false),
            over: Condvar::new(),
        });
        let shared_there = Arc::clone(&shared);
        let doorman = thread::spawn(move || receive(&listener, &shared_there));
        Self {
            address,
            shared,
            doorman: Some(doorman),
        }
    }

    /// The port that it listens on.
    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Its address and port: `127.0.0.1:40001`.
    pub(crate) fn place(&self) -> String {
        self.address.to_string()
    }

    /// The address of one of its pages.
    pub(crate) fn url(&self, path: &str) -> Url {
        let text = format!("http://{}{path}", self.address);
        Url::parse(&text).expect("an address")
    }

    /// What it was asked so far, in order.
    pub(crate) fn requests(&self) -> Vec<Request> {
        let requests = self.shared.requests.lock();
        requests.expect("no test panicked here").clone()
    }

    /// The paths that it was asked for so far, in order.
    pub(crate) fn paths(&self) -> Vec<String> {
        let requests = self.requests();
        requests.into_iter().map(|request| request.path).collect()
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        if let Ok(mut over) = self.shared.is_over.lock() {
            *over = true;
        }
        self.shared.over.notify_all();
        // The doorman waits for a caller, so one comes.
        let _woken = TcpStream::connect(self.address);
        if let Some(doorman) = self.doorman.take() {
            let _stopped = doorman.join();
        }
    }
}

fn receive(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming().flatten() {
        if shared.pause(Duration::ZERO) {
            return;
        }
        let shared = Arc::clone(shared);
        thread::spawn(move || serve(stream, &shared));
    }
}

fn serve(mut stream: TcpStream, shared: &Shared) {
    // A fetcher that goes away in the middle is what many tests are about.
    let _done = converse(&mut stream, shared);
    let _closed = stream.shutdown(Shutdown::Write);
    let _rest = stream.set_read_timeout(Some(Duration::from_millis(200)));
    let _drained = std::io::copy(&mut stream.take(1 << 20), &mut std::io::sink());
}

fn converse(stream: &mut TcpStream, shared: &Shared) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let Some(request) = read(stream)? else {
        return Ok(());
    };
    let requests = shared.requests.lock();
    requests
        .expect("no test panicked here")
        .push(request.clone());
    let response = (shared.answer)(&request);
    stream.write_all(&response.head())?;
    match &response.body {
        Body::Whole(bytes) | Body::Unmeasured(bytes) => stream.write_all(bytes),
        Body::Endless(piece, pause) => {
            while !shared.pause(*pause) {
                stream.write_all(piece)?;
            }
            Ok(())
        }
    }
}

fn read(stream: &TcpStream) -> std::io::Result<Option<Request>> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (Some(method), Some(path)) = (words.next(), words.next()) else {
        return Ok(None);
    };
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut request = Request {
        method,
        path,
        headers,
        body: Vec::new(),
        at: Instant::now(),
    };
    let length = request.header("content-length").unwrap_or("0");
    let length: usize = length.parse().unwrap_or(0);
    request.body = vec![0; length];
    reader.read_exact(&mut request.body)?;
    Ok(Some(request))
}
