//! A pool of read-only connections, each with its prepared statements.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;

use super::shelf::Shelf;
use super::veil::{self, Eyes};
use super::{Db, StoreError, open};

/// How many idle connections are kept; more are made when more are needed.
const KEPT: usize = 16;

pub(super) struct Readers {
    path: PathBuf,
    shelf: Arc<Shelf>,
    idle: Mutex<Vec<Connection>>,
    /// Those with views before the tables.
    veiled: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(super) fn new(path: PathBuf, shelf: Arc<Shelf>) -> Self {
        Self {
            path,
            shelf,
            idle: Mutex::new(Vec::new()),
            veiled: Mutex::new(Vec::new()),
        }
    }

    pub(super) fn read<T, E: From<StoreError>>(
        &self,
        eyes: Eyes,
        look: impl FnOnce(&Db<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let conn = take(&self.idle, || open::reader(&self.path, &self.shelf))?;
        let seen = {
            // One transaction, so that a page never mixes two moments.
            let tx = conn.unchecked_transaction().map_err(StoreError::from)?;
            if veil::hides(&tx, eyes)? {
                Err(look)
            } else {
                Ok(look(&Db {
                    conn: &tx,
                    shelf: &self.shelf,
                }))
            }
        };
        give_back(&self.idle, conn);
        seen.unwrap_or_else(|look| self.read_veiled(eyes, look))
    }

    /// Reads through the views that hide what is sealed for these eyes, with a
    /// shelf that refuses its bytes.
    fn read_veiled<T, E: From<StoreError>>(
        &self,
        eyes: Eyes,
        look: impl FnOnce(&Db<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let conn = take(&self.veiled, || {
            let conn = open::reader(&self.path, &self.shelf)?;
            veil::put_on(&conn)?;
            Ok(conn)
        })?;
        let seen = {
            let tx = conn.unchecked_transaction().map_err(StoreError::from)?;
            let shelf = self.shelf.without(veil::draw(&tx, eyes)?);
            look(&Db {
                conn: &tx,
                shelf: &shelf,
            })
        };
        give_back(&self.veiled, conn);
        seen
    }
}

type Idle = Mutex<Vec<Connection>>;

fn take(
    idle: &Idle,
    open: impl FnOnce() -> Result<Connection, StoreError>,
) -> Result<Connection, StoreError> {
    let known = held(idle).pop();
    known.map_or_else(open, Ok)
}

fn give_back(idle: &Idle, conn: Connection) {
    let mut idle = held(idle);
    if idle.len() < KEPT {
        idle.push(conn);
    }
}

fn held(idle: &Idle) -> std::sync::MutexGuard<'_, Vec<Connection>> {
    // A panic elsewhere leaves the list of connections whole.
    idle.lock().unwrap_or_else(PoisonError::into_inner)
}
