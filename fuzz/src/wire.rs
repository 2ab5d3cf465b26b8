//! A connection to a served desk: one request after another, read as HTTP/1.1
//! says and no further.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// The largest answer that is read, in bytes.
const LARGEST: u64 = 32 << 20;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(8);

/// What came back.
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its headers, their names in small letters.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// A connection that is made again when it was closed.
pub struct Wire {
    address: SocketAddr,
    stream: Option<BufReader<TcpStream>>,
}

impl Wire {
    /// Nothing is connected yet.
    pub const fn new(address: SocketAddr) -> Self {
        Self {
            address,
            stream: None,
        }
    }

    /// Sends a request and reads its answer.
    pub fn ask(&mut self, request: &[u8]) -> Result<Answer, String> {
        // A connection that was left open may have been closed meanwhile.
        if self.stream.is_some()
            && let Ok(answer) = self.try_ask(request)
        {
            return Ok(answer);
        }
        self.stream = None;
        self.try_ask(request).inspect_err(|_| self.stream = None)
    }

    fn try_ask(&mut self, request: &[u8]) -> Result<Answer, String> {
        let told = |error: std::io::Error| error.to_string();
        let stream = match &mut self.stream {
            Some(stream) => stream,
            None => {
                let stream = TcpStream::connect(self.address).map_err(told)?;
                stream.set_read_timeout(Some(PATIENCE)).map_err(told)?;
                stream.set_nodelay(true).map_err(told)?;
                self.stream.insert(BufReader::new(stream))
            }
        };
        stream.get_mut().write_all(request).map_err(told)?;
        let is_head = request.starts_with(b"HEAD ");
        let answer = answer(stream, is_head)?;
        if answer.header("connection") == Some("close") {
            self.stream = None;
        }
        Ok(answer)
    }
}

fn line(stream: &mut BufReader<TcpStream>) -> Result<String, String> {
    let mut line = Vec::new();
    let read = stream.by_ref().take(1 << 16).read_until(b'\n', &mut line);
    read.map_err(|error| error.to_string())?;
    let line = line.strip_suffix(b"\r\n").ok_or("a line is cut off")?;
    String::from_utf8(line.to_vec()).map_err(|_| "a line is not UTF-8".to_owned())
}

fn answer(stream: &mut BufReader<TcpStream>, is_head: bool) -> Result<Answer, String> {
    let first = line(stream)?;
    let status = first
        .strip_prefix("HTTP/1.1 ")
        .and_then(|rest| rest.get(..3));
    let status = status.and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| format!("no status: {first}"))?;
    let mut headers = Vec::new();
    loop {
        let line = line(stream)?;
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(": ").ok_or("a header without a colon")?;
        headers.push((name.to_ascii_lowercase(), value.to_owned()));
    }
    let mut answer = Answer {
        status,
        headers,
        body: Vec::new(),
    };
    let has_none = is_head || matches!(status, 204 | 304);
    if !has_none {
        answer.body = body(stream, &answer)?;
    }
    Ok(answer)
}

fn body(stream: &mut BufReader<TcpStream>, answer: &Answer) -> Result<Vec<u8>, String> {
    let told = |error: std::io::Error| error.to_string();
    let mut body = Vec::new();
    if answer.header("transfer-encoding") == Some("chunked") {
        loop {
            let size = u64::from_str_radix(&line(stream)?, 16).map_err(|_| "no size of a chunk")?;
            if body.len() as u64 + size > LARGEST {
                return Err("the answer is too large".to_owned());
            }
            let before = body.len();
            stream
                .by_ref()
                .take(size)
                .read_to_end(&mut body)
                .map_err(told)?;
            if body.len() - before != size as usize || !line(stream)?.is_empty() {
                return Err("a chunk is cut off".to_owned());
            }
            if size == 0 {
                return Ok(body);
            }
        }
    }
    let length = answer
        .header("content-length")
        .and_then(|length| length.parse().ok());
    let length: u64 = length.ok_or("an answer without a length")?;
    if length > LARGEST {
        return Err("the answer is too large".to_owned());
    }
    stream
        .by_ref()
        .take(length)
        .read_to_end(&mut body)
        .map_err(told)?;
    if body.len() as u64 == length {
        Ok(body)
    } else {
        Err("the answer is cut off".to_owned())
    }
}
