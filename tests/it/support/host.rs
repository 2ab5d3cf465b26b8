//! Somebody else's site: one page, served to whoever asks.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

/// A site that serves one page until it is let go.
pub(crate) struct Host {
    pub(crate) address: SocketAddr,
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Host {
    /// Each visit has a thread of its own: a browser opens more connections than
    /// it uses, and keeps them for a minute without a word.
    pub(crate) fn serve(html: String) -> Self {
        let html: Arc<str> = html.into();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let over = Arc::new(AtomicBool::new(false));
        let ends = Arc::clone(&over);
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if ends.load(Ordering::Relaxed) {
                    return;
                }
                if let Ok(stream) = stream {
                    let html = Arc::clone(&html);
                    // A browser that hangs up half-way is no fault.
                    std::thread::spawn(move || answer(stream, &html));
                }
            }
        });
        Self {
            address,
            over,
            thread: Some(thread),
        }
    }
}

fn answer(mut stream: TcpStream, html: &str) -> std::io::Result<()> {
    let mut asked = [0; 4_096];
    // Whatever is asked for, the answer is the page.
    let _ = stream.read(&mut asked)?;
    write!(
        stream,
        "HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{html}",
        html.len()
    )
}

impl Drop for Host {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        // One more visit, so that the waiting thread looks up.
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
