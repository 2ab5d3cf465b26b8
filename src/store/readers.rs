//! A pool of read-only connections, each with its prepared statements.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;

use super::shelf::Shelf;
use super::{Db, StoreError, open};

/// How many idle connections are kept; more are made when more are needed.
const KEPT: usize = 16;

pub(super) struct Readers {
    path: PathBuf,
    shelf: Arc<Shelf>,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(super) fn new(path: PathBuf, shelf: Arc<Shelf>) -> Self {
        Self {
            path,
            shelf,
            idle: Mutex::new(Vec::new()),
        }
    }

    pub(super) fn read<T, E: From<StoreError>>(
        &self,
        look: impl FnOnce(&Db<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let conn = self.take()?;
        let seen = {
            // One transaction, so that a page never mixes two moments.
            let tx = conn.unchecked_transaction().map_err(StoreError::from)?;
            look(&Db {
                conn: &tx,
                shelf: &self.shelf,
            })
        };
        self.give_back(conn);
        seen
    }

    fn take(&self) -> Result<Connection, StoreError> {
        let idle = self.idle().pop();
        idle.map_or_else(|| open::reader(&self.path, &self.shelf), Ok)
    }

    fn give_back(&self, conn: Connection) {
        let mut idle = self.idle();
        if idle.len() < KEPT {
            idle.push(conn);
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        // A panic elsewhere leaves the list of connections whole.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
