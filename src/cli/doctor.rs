//! `citekeep doctor`: see whether an installation is as it should be.

use std::net::TcpListener;

use clap::Args;
use serde::Serialize;

use crate::capture::scan::Unclean;
use crate::config::{Config, ConfigError};
use crate::desk::doctor::{self, Finding, Standing};
use crate::domain::time::Timestamp;

use super::{Failure, Ready, fetching, output, outward, stamp, trust};

mod encryption;
mod network;

/// See whether an installation is as it should be, and what to mend.
///
/// Nothing is changed, and the desk may run. Exit 0 when nothing is wrong, 1
/// when something is.
#[derive(Debug, Args)]
pub(super) struct Doctor {
    /// Also ask whether witnesses and timestamping authorities can be reached
    #[arg(long)]
    network: bool,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Told<'a> {
    ok: bool,
    checks: &'a [Finding],
}

impl Doctor {
    pub(super) fn run(&self, ready: &Ready) -> Result<(), Failure> {
        let config = &ready.config;
        let mut found = vec![
            configuration(ready),
            listens(config),
            address(config),
            proxy(config),
        ];
        found.extend(certificate(config, ready.world.clock.now()));
        found.extend(metrics(config));
        found.extend(encryption::look(config));
        found.push(files());
        found.push(reading(ready));
        found.extend(scanning(config));
        match ready.key_place() {
            Ok(key) => {
                let every = config.backup.to.as_ref().map(|_| config.backup.every);
                found.extend(doctor::look(&ready.data(), &key, every, &ready.world));
            }
            Err(failure) => found.push(Finding::wrong(
                "key",
                words(failure),
                "set it, or name a file",
            )),
        }
        if self.network {
            found.extend(network::ask(config, &*ready.world.rng));
        }
        self.tell(&found)
    }

    /// What is told of a configuration that cannot be read.
    pub(super) fn run_without(&self, error: &ConfigError) -> Result<(), Failure> {
        let mend = "mend the file; config.toml in the program's repository shows every key";
        self.tell(&[Finding::wrong("configuration", error.to_string(), mend)])
    }

    fn tell(&self, found: &[Finding]) -> Result<(), Failure> {
        let ok = found.iter().all(|one| one.standing != Standing::Wrong);
        if self.json {
            let told = Told { ok, checks: found };
            let json = serde_json::to_string(&told);
            output::line(&json.map_err(|error| Failure::Broken(error.to_string()))?);
        } else {
            found.iter().for_each(print);
        }
        if ok { Ok(()) } else { Err(Failure::Found) }
    }
}

fn print(one: &Finding) {
    let standing = match one.standing {
        Standing::Fine => "fine",
        Standing::Note => "note",
        Standing::Wrong => "WRONG",
    };
    output::line(&format!("{standing:<6}{}: {}", one.check, one.found));
    if let Some(mend) = &one.mend {
        output::line(&format!("      {mend}"));
    }
}

/// What a part of the configuration that cannot be used says of itself.
fn words(failure: Failure) -> String {
    match failure {
        Failure::Usage(words) | Failure::Broken(words) => words,
        Failure::Found | Failure::Missing | Failure::Unverifiable => String::new(),
    }
}

/// Whether every part of the configuration can be used as `serve` uses it.
fn configuration(ready: &Ready) -> Finding {
    let config = &ready.config;
    let parts = ready
        .identity()
        .map(|_| ())
        .and_then(|()| trust::witnesses(config).map(|_| ()))
        .and_then(|()| stamp::plan(config).map(|_| ()))
        .and_then(|()| fetching::limits(config).map(|_| ()))
        .and_then(|()| super::backup::keeper(ready).map(|_| ()));
    match parts {
        Ok(()) => Finding::fine("configuration", "it can be read"),
        Err(failure) => Finding::wrong(
            "configuration",
            words(failure),
            "mend that line of config.toml",
        ),
    }
}

fn listens(config: &Config) -> Finding {
    let listen = config.server.listen;
    match TcpListener::bind(listen) {
        Ok(_) => Finding::fine("port", format!("{listen} is free")),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => Finding::note(
            "port",
            format!("something listens on {listen}"),
            "if that is this desk, all is well; else choose another `listen` under [server]",
        ),
        Err(error) => Finding::wrong(
            "port",
            format!("{listen} cannot be listened on: {error}"),
            "choose another `listen` under [server]; ports below 1024 need a right of their own",
        ),
    }
}

/// Whether what people type travels in secret.
fn address(config: &Config) -> Finding {
    let server = &config.server;
    let (check, https) = ("address", config.tls.certificate.is_some());
    let scheme = server.public_url.as_ref().map(url::Url::scheme);
    let is_here = |host: &str| host == "localhost" || host == "127.0.0.1" || host == "[::1]";
    let named = server.public_url.as_ref().and_then(url::Url::host_str);
    match scheme {
        Some("https") if https => Finding::fine(check, "HTTPS by the desk itself"),
        Some("https") if config.proxy.trusted.is_empty() => Finding::wrong(
            check,
            "public_url begins with https://, and neither a certificate nor a proxy is named",
            "name the proxy under [proxy] trusted, or a certificate under [tls]; until then everybody seems to come from one address",
        ),
        Some("https") => Finding::fine(check, "HTTPS by a proxy"),
        Some("http") if https => Finding::wrong(
            check,
            "public_url begins with http://, and the desk speaks HTTPS",
            "let public_url begin with https://",
        ),
        Some(_) if !named.is_some_and(is_here) => Finding::wrong(
            check,
            "public_url does not begin with https://: passwords can be read on their way",
            "put a proxy with HTTPS before the desk, or name a certificate under [tls]",
        ),
        None if !https && !server.listen.ip().is_loopback() => Finding::wrong(
            check,
            format!("{} is open to other machines without HTTPS", server.listen),
            "listen on 127.0.0.1 behind a proxy, or name a certificate under [tls]",
        ),
        Some(_) | None => Finding::fine(check, "this machine, or HTTPS"),
    }
}

fn proxy(config: &Config) -> Finding {
    let everybody = |line: &&String| line.trim().ends_with("/0");
    if let Err(failure) = outward::proxies(config) {
        return Finding::wrong("proxy", words(failure), "write its address or network");
    }
    if let Some(line) = config.proxy.trusted.iter().find(everybody) {
        return Finding::wrong(
            "proxy",
            format!("{line} believes everybody about where they are"),
            "name the proxies alone under [proxy] trusted",
        );
    }
    Finding::fine("proxy", format!("{} named", config.proxy.trusted.len()))
}

/// One that ends so soon was not renewed, in milliseconds.
const SOON: i64 = 3 * 24 * 60 * 60 * 1_000;

fn certificate(config: &Config, now: Timestamp) -> Option<Finding> {
    let check = "certificate";
    let (files, ends) = match outward::certificate(config) {
        Ok(found) => found?,
        Err(failure) => {
            let mend = "see that both files are there, belong together, and can be read by the user who runs the desk";
            return Some(Finding::wrong(check, words(failure), mend));
        }
    };
    if let Some(mode) = outward::open_to_others(&files.key) {
        let found = format!(
            "{} can be read by others (mode {mode:03o})",
            files.key.display()
        );
        let mend = "run `chmod 640` on it, with a group that the desk alone is in; if others may have read it, get a new one";
        return Some(Finding::wrong(check, found, mend));
    }
    let left = ends.map(|ends| ends.saturating_sub(now.as_millis()));
    Some(match left {
        Some(left) if left < SOON => {
            let found = format!(
                "{} ends within three days, or has ended",
                files.certificate.display()
            );
            Finding::wrong(check, found, "renew it; the desk takes it up by itself")
        }
        Some(left) => Finding::fine(check, format!("it ends in {} days", left / 86_400_000)),
        None => Finding::fine(check, "it belongs to its key"),
    })
}

fn metrics(config: &Config) -> Option<Finding> {
    match outward::metrics(config) {
        Ok(None) => None,
        Ok(Some(metrics)) => Some(Finding::fine(
            "metrics",
            format!("at http://{}/metrics", metrics.listen),
        )),
        Err(failure) => Some(Finding::wrong("metrics", words(failure), "mend [metrics]")),
    }
}

/// Each connection is a file, and so is each document that is read.
fn files() -> Finding {
    const ENOUGH: u64 = 4_096;
    match rlimit::getrlimit(rlimit::Resource::NOFILE) {
        Ok((most, _)) if most < ENOUGH => Finding::note(
            "files",
            format!("at most {most} files and connections can be open"),
            "allow more: LimitNOFILE= in the unit, or `ulimit -n`",
        ),
        Ok((most, _)) => Finding::fine("files", format!("up to {most} can be open")),
        Err(error) => Finding::note("files", error.to_string(), "look at `ulimit -n`"),
    }
}

/// Whether the process can be started that reads foreign documents.
fn reading(ready: &Ready) -> Finding {
    let page = b"<!DOCTYPE html><title>A page</title><p>The bridge opened in 1932.</p>";
    match ready.world.reading.read(page, Some("text/html")) {
        Ok(_) => Finding::fine("reading", "documents are read in a process of their own"),
        Err(error) => Finding::wrong(
            "reading",
            format!("documents cannot be read: {error}"),
            "see that the program may start itself, and look at [reading]",
        ),
    }
}

/// The file that every scanner takes for malware, and that is none (EICAR), in
/// two parts, so that nobody's scanner takes this program for it.
const EXAMPLE: [&str; 2] = [
    r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD",
    "-ANTIVIRUS-TEST-FILE!$H+H*",
];

/// Whether the scanner lets in what is harmless and nothing else.
fn scanning(config: &Config) -> Option<Finding> {
    let scanner = fetching::scanner(&config.scanning)?;
    let harmless = scanner.scan(b"The bridge opened in 1932.\n");
    let example = scanner.scan(EXAMPLE.concat().as_bytes());
    let found = match (harmless, example) {
        (Ok(()), Err(Unclean::Malware { .. })) => {
            return Some(Finding::fine("scanning", "files are scanned for malware"));
        }
        (Err(Unclean::NoAnswer), _) | (_, Err(Unclean::NoAnswer)) => {
            "the scanner gives no answer, so that no file is taken"
        }
        (Ok(()), Ok(())) => "the scanner does not know the file that all scanners are tried with",
        (Err(Unclean::Malware { .. }), _) => "the scanner takes a harmless file for malware",
    };
    let mend = "run the `command` of [scanning] yourself, as the user who runs the desk, with a file on its standard input; it ends with 0, and for malware with 1";
    Some(Finding::wrong("scanning", found, mend))
}
