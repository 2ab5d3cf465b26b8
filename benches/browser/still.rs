//! The limit: a server that knows what it answers and does nothing else.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

/// An answer as it stands: its media type and its bytes.
pub(crate) type Still = (String, Vec<u8>);

/// Starts to serve these answers by their paths, for good; the address.
pub(crate) fn serve(answers: BTreeMap<String, Still>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let answers = Arc::new(answers);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answers = Arc::clone(&answers);
            std::thread::spawn(move || talk(&stream, &answers));
        }
    });
    format!("http://{address}")
}

/// Answers request after request until the other side goes.
fn talk(stream: &TcpStream, answers: &BTreeMap<String, Still>) -> Option<()> {
    let (mut lines, mut out) = (BufReader::new(stream), stream);
    stream.set_nodelay(true).ok()?;
    loop {
        let mut request = String::new();
        lines.read_line(&mut request).ok()?;
        let mut line = String::new();
        while lines.read_line(&mut line).ok()? > 2 {
            line.clear();
        }
        let path = request.split(' ').nth(1)?;
        let nothing = (String::new(), Vec::new());
        let found = answers.get(path);
        let status = if found.is_some() {
            "200 OK"
        } else {
            "404 Not Found"
        };
        let (kind, bytes) = found.unwrap_or(&nothing);
        // Assets are kept as the desk lets them be kept, pages are not.
        let keep = if path.starts_with("/static/") {
            "max-age=31536000"
        } else {
            "no-store"
        };
        let length = bytes.len();
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nCache-Control: {keep}\r\nContent-Length: {length}\r\n\r\n"
        );
        out.write_all(head.as_bytes()).ok()?;
        out.write_all(bytes).ok()?;
    }
}
