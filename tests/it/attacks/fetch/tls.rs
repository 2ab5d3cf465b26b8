//! Somebody pretends to be a host that they are not. `bank.example.pem` is a
//! certificate of that name with its key, which nothing but these tests
//! believes in; `authority.pem` is who signed it.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use citekeep::capture::fetch::{FetchTrouble, Fetched, Fetcher};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned};
use url::Url;

use super::{Names, fetch, limits};
use crate::capture::origin::{Origin, Response};

const BANK: &[u8] = include_bytes!("bank.example.pem");
const AUTHORITY: &[u8] = include_bytes!("authority.pem");

/// Answers one caller as bank.example, and tells what name the caller gave
/// and what it asked; nothing, if the caller did not believe it.
fn bank() -> (u16, Receiver<(Option<String>, String)>) {
    let certificate = CertificateDer::from_pem_slice(BANK).expect("a certificate");
    let key = PrivateKeyDer::from_pem_slice(BANK).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions of TLS")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .expect("a certificate with its key");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("a bound address").port();
    let (tell, told) = channel();
    thread::spawn(move || {
        let (socket, _) = listener.accept().expect("a caller");
        let server = ServerConnection::new(Arc::new(config)).expect("a server");
        let mut stream = BufReader::new(StreamOwned::new(server, socket));
        let mut request = String::new();
        while !request.ends_with("\r\n\r\n") {
            if !matches!(stream.read_line(&mut request), Ok(1..)) {
                return;
            }
        }
        let stream = stream.get_mut();
        let name = stream.conn.server_name().map(str::to_owned);
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nmoney";
        stream.write_all(answer).expect("a caller that stays");
        stream.conn.send_close_notify();
        let _closed = stream.flush();
        let _heard = tell.send((name, request));
    });
    (port, told)
}

/// Asks for `https://host` where every name leads to this machine.
async fn attempt(host: &str, port: u16, believe: bool) -> Result<Fetched, FetchTrouble> {
    let names = Names::say(&[
        ("bank.example", &[&["127.0.0.1"]]),
        ("evil.example", &[&["127.0.0.1"]]),
    ]);
    let mut limits = limits(&["127.0.0.1/32"]);
    limits.ports = vec![port];
    let mut fetcher = Fetcher::new(limits).resolving(names);
    if believe {
        let authority = CertificateDer::from_pem_slice(AUTHORITY).expect("a certificate");
        fetcher = fetcher.trusting(authority.to_vec());
    }
    let url = Url::parse(&format!("https://{host}:{port}/")).expect("an address");
    fetch(&fetcher, url).await
}

#[tokio::test]
async fn the_right_host_is_believed() {
    let (port, told) = bank();
    let fetched = attempt("bank.example.", port, true).await.expect("a page");
    assert_eq!(fetched.body, b"money");
    let (name, request) = told.recv().expect("it was asked");
    assert_eq!(name.as_deref(), Some("bank.example"));
    let host = format!("host: bank.example:{port}\r\n");
    assert!(request.contains(&host), "{request}");
}

#[tokio::test]
async fn certificate_of_somebody_else() {
    for host in ["evil.example", "127.0.0.1"] {
        let (port, told) = bank();
        let trouble = attempt(host, port, true).await.expect_err("not the bank");
        assert!(
            matches!(trouble, FetchTrouble::Certificate { .. }),
            "{trouble:?}"
        );
        assert!(!trouble.is_worth_retrying());
        assert!(told.recv().is_err(), "nothing was asked");
    }
}

#[tokio::test]
async fn certificate_that_nobody_knows() {
    let (port, told) = bank();
    let trouble = attempt("bank.example", port, false).await;
    assert!(
        matches!(trouble, Err(FetchTrouble::Certificate { .. })),
        "{trouble:?}"
    );
    assert!(told.recv().is_err(), "nothing was asked");
}

#[tokio::test]
async fn no_tls_at_all() {
    let origin = Origin::start(|_| Response::page("words"));
    let trouble = attempt("bank.example", origin.port(), true).await;
    assert!(trouble.is_err(), "{trouble:?}");
    assert_eq!(origin.requests().len(), 0);
}
