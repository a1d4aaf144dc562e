//! Where journals are kept: in a file, or on a database server that is started for these tests.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use gis_data::stores::{
    AsideLimits, Journal, JournalReader, PostgresAddress, PostgresJournal, PostgresReader,
    SqliteJournal, SqliteReader, Store, StoreResult,
};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::database::Database;

/// The two kinds of places.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Embedded,
    Server,
}

/// A place for one journal.
#[derive(Debug)]
pub(crate) enum Place {
    Embedded(TempDir),
    Server {
        server: Arc<Database>,
        name: String,
        address: PostgresAddress,
    },
}

/// A server for one test, which may crash it, with the address of an empty database.
pub(crate) fn own_server() -> Option<(Database, String)> {
    let server = started()?;
    let address = server.create("journal").unwrap();
    Some((server, address))
}

/// One server for all tests that run at the same time, and how many databases it was asked for.
static SERVER: Mutex<(Weak<Database>, u32)> = Mutex::new((Weak::new(), 0));

impl Place {
    /// An empty place; `None`, aloud, where there is no database server.
    pub(crate) fn new(kind: Kind) -> Option<Self> {
        match kind {
            Kind::Embedded => Some(Self::Embedded(TempDir::new().unwrap())),
            Kind::Server => {
                let (server, name) = shared_server()?;
                let address = server.create(&name).unwrap().parse().unwrap();
                Some(Self::Server {
                    server,
                    name,
                    address,
                })
            }
        }
    }

    pub(crate) fn store(&self) -> Store {
        match self {
            Self::Embedded(folder) => Store::Sqlite(folder.path().join("journal.sqlite")),
            Self::Server { address, .. } => Store::Postgres(address.clone()),
        }
    }

    /// The address of a server's place.
    pub(crate) fn address(&self) -> &PostgresAddress {
        match self {
            Self::Embedded(_) => panic!("a file has no address"),
            Self::Server { address, .. } => address,
        }
    }

    pub(crate) fn try_open(&self, limits: AsideLimits) -> StoreResult<Box<dyn Journal>> {
        Ok(match self {
            Self::Embedded(folder) => {
                let journal = SqliteJournal::open(&folder.path().join("journal.sqlite"))?;
                Box::new(journal.with_aside_limits(limits))
            }
            Self::Server { address, .. } => {
                Box::new(PostgresJournal::open(address)?.with_aside_limits(limits))
            }
        })
    }

    pub(crate) fn open(&self) -> Box<dyn Journal> {
        self.try_open(AsideLimits::default()).unwrap()
    }

    pub(crate) fn reader(&self) -> Box<dyn JournalReader> {
        match self {
            Self::Embedded(folder) => {
                Box::new(SqliteReader::open(&folder.path().join("journal.sqlite")).unwrap())
            }
            Self::Server { address, .. } => Box::new(PostgresReader::open(address).unwrap()),
        }
    }

    /// What a server answers to a statement.
    pub(crate) fn ask(&self, sql: &str) -> String {
        match self {
            Self::Embedded(_) => panic!("a file answers nothing"),
            Self::Server { server, name, .. } => server
                .sql(name, &format!("SET search_path = twin, public; {sql}"))
                .unwrap(),
        }
    }

    /// Changes the journal behind its back; the statement is for both kinds.
    pub(crate) fn tamper(&self, sql: &str) {
        match self {
            Self::Embedded(folder) => {
                let raw = Connection::open(folder.path().join("journal.sqlite")).unwrap();
                raw.execute_batch(sql).unwrap();
            }
            Self::Server { server, name, .. } => {
                server
                    .sql(name, &format!("SET search_path = twin, public; {sql}"))
                    .unwrap();
            }
        }
    }
}

fn shared_server() -> Option<(Arc<Database>, String)> {
    let mut shared = SERVER.lock().unwrap_or_else(PoisonError::into_inner);
    let server = shared.0.upgrade().or_else(|| started().map(Arc::new))?;
    shared.0 = Arc::downgrade(&server);
    shared.1 += 1;
    Some((server, format!("journal_{}", shared.1)))
}

fn started() -> Option<Database> {
    let server = Database::start().unwrap();
    let must_be = std::env::var("TWIN_REQUIRE_TOOLS").is_ok_and(|value| value == "1");
    assert!(server.is_some() || !must_be, "there is no PostgreSQL");
    if server.is_none() {
        println!("SKIPPED: there is no PostgreSQL");
    }
    server
}
