//! One connection to a server, kept open, as a client without luxuries uses it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// The longest that anything may take.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Line {
    stream: BufReader<TcpStream>,
    text: String,
    body: Vec<u8>,
}

/// What came back, without its body.
#[derive(Debug, Default)]
pub(crate) struct Head {
    pub(crate) status: u16,
    pub(crate) tag: Option<String>,
    pub(crate) retry_after: bool,
}

impl Line {
    pub(crate) fn open(address: &str) -> Self {
        Self::try_open(address).expect("the server listens")
    }

    pub(crate) fn try_open(address: &str) -> std::io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self {
            stream: BufReader::new(stream),
            text: String::new(),
            body: Vec::new(),
        })
    }

    /// Sends a request with these further header lines and reads the whole answer.
    pub(crate) fn ask(
        &mut self,
        (method, path): (&str, &str),
        headers: &str,
        body: &str,
    ) -> std::io::Result<Head> {
        let length = match method {
            "GET" => String::new(),
            _ => format!("Content-Length: {}\r\n", body.len()),
        };
        let request =
            format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n{headers}{length}\r\n{body}");
        self.stream.get_mut().write_all(request.as_bytes())?;
        self.read()
    }

    pub(crate) fn get(&mut self, path: &str) -> std::io::Result<Head> {
        self.ask(("GET", path), "", "")
    }

    /// The body of what was read last.
    pub(crate) fn body(&self) -> &[u8] {
        &self.body
    }

    fn read(&mut self) -> std::io::Result<Head> {
        let mut head = Head::default();
        let mut length = 0;
        loop {
            self.text.clear();
            if self.stream.read_line(&mut self.text)? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            let line = self.text.trim_end();
            if line.is_empty() {
                break;
            }
            let Some((name, value)) = line.split_once(':') else {
                let status = line.split(' ').nth(1).and_then(|it| it.parse().ok());
                head.status = status.unwrap_or(0);
                continue;
            };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse().unwrap_or(0),
                "etag" => head.tag = Some(value.trim().to_owned()),
                "retry-after" => head.retry_after = true,
                _ => {}
            }
        }
        self.body.resize(length, 0);
        self.stream.read_exact(&mut self.body)?;
        Ok(head)
    }
}
