//! The head of an HTTP answer (RFC 9112), written anew from what was kept.

use std::fmt::Write;

use crate::domain::response::Response;

use super::fields::one_line;

/// Headers about a body on the wire, which is not the body that is kept.
const OF_THE_WIRE: [&str; 5] = [
    "content-encoding",
    "content-length",
    "trailer",
    "trailers",
    "transfer-encoding",
];

/// The head of an answer whose body has `length` bytes, with the blank line
/// that ends it.
pub(super) fn head(response: &Response, length: u64) -> String {
    let mut head = format!(
        "HTTP/1.1 {:03} {}\r\n",
        response.status.min(999),
        reason(response.status)
    );
    let mut line = |name: &str, value: &str| {
        write!(head, "{name}: {}\r\n", one_line(value)).expect("a String takes everything");
    };
    for header in &response.headers {
        // A name that is none (RFC 9110, 5.1) could end a line or a head.
        if header.name.is_empty() || !header.name.bytes().all(is_token) {
            continue;
        }
        let is_of_the_wire = OF_THE_WIRE
            .iter()
            .any(|name| header.name.eq_ignore_ascii_case(name));
        if is_of_the_wire {
            line(&format!("x-orig-{}", header.name), &header.value);
        } else {
            line(&header.name, &header.value);
        }
    }
    line("content-length", &length.to_string());
    head.push_str("\r\n");
    head
}

/// The words that go with a status (RFC 9110, 15.3), where the desk keeps
/// answers of it; servers' own are not kept, and none are needed.
const fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        203 => "Non-Authoritative Information",
        204 => "No Content",
        205 => "Reset Content",
        206 => "Partial Content",
        _ => "",
    }
}

const fn is_token(byte: u8) -> bool {
    matches!(
        byte,
        b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^'..=b'z' | b'|' | b'~'
            | b'0'..=b'9' | b'A'..=b'Z'
    )
}
