//! Floor 4: the terminal's side. One file per command.

mod accept_older_log;
mod backup;
mod bundle;
mod capture;
mod compare;
mod demo;
mod doctor;
mod export;
mod extract;
mod fetching;
mod find;
mod import;
mod mirror;
pub mod output;
mod outward;
mod providers;
mod read_document;
mod reanchor;
mod rebuild;
mod receipt;
mod recheck;
mod replace_lost_key;
mod restore;
mod rotate_key;
mod serve;
mod sign_in_link;
mod stamp;
mod trust;
mod verify;
mod ways_in;
mod witness;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

pub use self::fetching::parse_limits;

use crate::capture::apart::Reading;
use crate::config::{Config, LogFormat};
use crate::desk::exchange::outgoing::ExportError;
use crate::desk::keys::KeyPlace;
use crate::desk::set_up::{self, Identity};
use crate::desk::{Desk, DeskError, Rules, World};
use crate::domain::claim::Approvals;
use crate::domain::words::Name;
use crate::ledger::key::KeyError;

/// A fact-checking desk: claims tied to the exact words of hashed sources,
/// and verdicts in a log that strangers can check.
#[derive(Debug, Parser)]
#[command(name = "citekeep", version)]
pub struct Arguments {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: Command,
}

/// Which desk, for every command.
#[derive(Debug, Args)]
struct Place {
    /// The data directory, instead of the one in config.toml
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The configuration, instead of config.toml
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the desk in a browser
    Serve(serve::Serve),
    /// Try a throw-away desk with a worked example
    Demo(demo::Demo),
    /// Capture a source from an address or a file
    Capture(capture::Capture),
    /// Look at sources again and tell what changed
    Recheck(recheck::Recheck),
    /// Print the text that would be stored for a file; needs no desk
    Extract(extract::Extract),
    /// Find a quote in a text; needs no desk
    Find(find::Find),
    /// Tell what became of a quote in a newer text; needs no desk
    Reanchor(reanchor::Reanchor),
    /// Read one document within limits: the desk calls this itself
    #[command(hide = true)]
    ReadDocument(read_document::ReadDocument),
    /// Write the desk, or one claim, as a file
    Export(export::Export),
    /// Write the evidence bundle of a claim, one file that proves itself
    Bundle(bundle::Bundle),
    /// Fill the desk from a file
    Import(import::Import),
    /// Check everything that the desk promises, or an evidence bundle
    Verify(verify::Verify),
    /// Write the log as static files, to be served by anybody
    Mirror(mirror::Mirror),
    /// Write the receipt of an entry: a proof that anybody can check and keep
    Receipt(receipt::Give),
    /// Check a receipt with a key that you kept; needs no desk
    CheckReceipt(receipt::Check),
    /// Tell whether two copies of a log are the same, one behind, or forked
    Compare(compare::Compare),
    /// Drop what pages read and fill it again from the log
    Rebuild(rebuild::Rebuild),
    /// Cosign the checkpoints of other desks' logs
    Witness(witness::Witness),
    /// Ask authorities for timestamps of the newest checkpoint
    Stamp(stamp::Stamp),
    /// Copy the desk while it runs
    Backup(backup::Backup),
    /// Put a backup back
    Restore(restore::Restore),
    /// See whether an installation is as it should be, and what to mend
    Doctor(doctor::Doctor),
    /// Make a new sign-in link for somebody who lost theirs
    SignInLink(sign_in_link::SignInLink),
    /// Go on with a database that is older than its newest checkpoint
    AcceptOlderLog(accept_older_log::AcceptOlderLog),
    /// Change the key that signs the log; the old one signs for the new one
    RotateKey(rotate_key::RotateKey),
    /// Go on with a new key because the one that signed the log is lost
    ReplaceLostKey(replace_lost_key::ReplaceLostKey),
}

/// Where a server listens.
#[derive(Debug, Args)]
struct Listen {
    /// The address and port to listen on
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
}

/// Why a command ended without doing what it was asked to.
#[derive(Debug)]
enum Failure {
    /// The check that was asked for found something: exit 1.
    Found,
    /// Something is missing from what was checked: exit 4.
    Missing,
    /// What was to be checked cannot be checked by this program: exit 5.
    Unverifiable,
    /// What was typed cannot be: exit 2.
    Usage(String),
    /// The desk or the machine failed: exit 3.
    Broken(String),
}

impl From<DeskError> for Failure {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::NoSuch { .. } => Self::Usage(error.to_string()),
            error => Self::Broken(error.to_string()),
        }
    }
}

impl From<ExportError> for Failure {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Desk(error) => error.into(),
            ExportError::Write(error) => error.into(),
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Broken(error.to_string())
    }
}

/// Runs a command: 0 fine, 1 the check found something, 2 bad usage, 3 broken;
/// of an evidence bundle also 4 something is missing, 5 it cannot be checked.
/// `tell` begins the program's log in the form that the configuration names.
pub fn run(arguments: Arguments, mut world: World, tell: fn(LogFormat)) -> ExitCode {
    let config = Config::read(arguments.place.config.as_deref());
    tell(
        config
            .as_ref()
            .map_or_else(|_| LogFormat::default(), |config| config.log.format),
    );
    let command = arguments.command;
    let done = match (config, command) {
        (Err(error), Command::Doctor(doctor)) => doctor.run_without(&error),
        (Err(error), _) => Err(Failure::Usage(error.to_string())),
        (Ok(config), command) => {
            if let Reading::Apart {
                limits, scanner, ..
            } = &mut world.reading
            {
                *limits = parse_limits(&config.reading);
                *scanner = fetching::scanner(&config.scanning);
            }
            let ready = Ready {
                data: arguments.place.data,
                config,
                world,
            };
            command.run(ready)
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Found) => ExitCode::from(1),
        Err(Failure::Missing) => ExitCode::from(4),
        Err(Failure::Unverifiable) => ExitCode::from(5),
        Err(Failure::Usage(words)) => {
            output::complain(&words);
            ExitCode::from(2)
        }
        Err(Failure::Broken(words)) => {
            output::complain(&words);
            ExitCode::from(3)
        }
    }
}

impl Command {
    fn run(self, ready: Ready) -> Result<(), Failure> {
        match self {
            Self::Serve(command) => command.run(&ready),
            Self::Demo(command) => command.run(&ready),
            Self::Capture(command) => command.run(&ready),
            Self::Recheck(command) => command.run(&ready),
            Self::Extract(command) => command.run(&ready),
            Self::Find(command) => command.run(),
            Self::Reanchor(command) => command.run(),
            Self::ReadDocument(command) => command.run(),
            Self::Export(command) => command.run(&ready),
            Self::Bundle(command) => command.run(&ready),
            Self::Import(command) => command.run(&ready),
            Self::Verify(command) => command.run(&ready),
            Self::Mirror(command) => command.run(&ready),
            Self::Receipt(command) => command.run(&ready),
            Self::CheckReceipt(command) => command.run(),
            Self::Compare(command) => command.run(&ready),
            Self::Rebuild(command) => command.run(&ready),
            Self::Witness(command) => command.run(&ready),
            Self::Stamp(command) => command.run(&ready),
            Self::Backup(command) => command.run(&ready),
            Self::Restore(command) => command.run(&ready),
            Self::Doctor(command) => command.run(&ready),
            Self::SignInLink(command) => command.run(&ready),
            Self::AcceptOlderLog(command) => command.run(&ready),
            Self::RotateKey(command) => command.run(&ready),
            Self::ReplaceLostKey(command) => command.run(&ready),
        }
    }
}

/// What every command starts from.
struct Ready {
    data: Option<PathBuf>,
    config: Config,
    world: World,
}

impl Ready {
    fn data(&self) -> PathBuf {
        self.data
            .clone()
            .unwrap_or_else(|| self.config.desk.data.clone())
    }

    fn rules(&self) -> Rules {
        Rules {
            approvals: Approvals(self.config.desk.approvals),
            scale: self.config.desk.scale.clone(),
            ..Rules::default()
        }
    }

    fn identity(&self) -> Result<Identity, Failure> {
        let name = Name::parse(&self.config.desk.name).map_err(|error| {
            Failure::Usage(format!("the desk's name in the configuration: {error}"))
        })?;
        Ok(Identity {
            name,
            origin: self.config.desk.origin.clone(),
            key: self.key_place()?,
        })
    }

    /// Where the configuration says that the key is kept.
    fn key_place(&self) -> Result<KeyPlace, Failure> {
        let named = |name: &str| {
            std::env::var(name).map_err(|_| {
                Failure::Usage(format!(
                    "the configuration names ${name} for the key, and it is not set; set it, or name a file"
                ))
            })
        };
        let Some(key) = &self.config.desk.key else {
            return Ok(KeyPlace::Beside);
        };
        if let Some(name) = key.strip_prefix("credential:") {
            let folder = named("CREDENTIALS_DIRECTORY")?;
            return Ok(KeyPlace::Laid(PathBuf::from(folder).join(name)));
        }
        let Some(name) = key.strip_prefix("env:") else {
            return Ok(KeyPlace::File(PathBuf::from(key)));
        };
        let parsed = named(name)?.trim().parse();
        let parsed =
            parsed.map_err(|error: KeyError| Failure::Usage(format!("${name}: {error}")))?;
        Ok(KeyPlace::Given {
            name: format!("${name}"),
            key: Some(parsed),
        })
    }

    /// The address of the desk, without a final slash.
    fn base(&self) -> String {
        let server = &self.config.server;
        let base = match &server.public_url {
            Some(url) => url.to_string(),
            None => format!("http://{}", server.listen),
        };
        base.trim_end_matches('/').to_owned()
    }

    /// Opens the desk, and makes it on the first start.
    fn open(&self) -> Result<Desk, Failure> {
        let policy = ways_in::policy(&self.config.sign_in)?;
        let desk = set_up::open(
            &self.data(),
            &self.identity()?,
            self.rules(),
            self.world.clone(),
            &mut output::say,
        )?;
        providers::with(desk.with_policy(policy), &self.config)
    }

    /// Opens a desk that must be there already.
    fn open_existing(&self) -> Result<Desk, Failure> {
        if !self.data().join("desk.db").exists() {
            return Err(DeskError::NoDesk.into());
        }
        self.open()
    }
}
