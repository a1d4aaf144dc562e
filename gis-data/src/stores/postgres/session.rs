//! A connection to the database on a thread of its own, which whoever waits for it may be on.

use std::collections::HashMap;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::thread;
use std::time::Duration;

use postgres::error::SqlState;
use postgres::types::ToSql;
use postgres::{Client, Row, Statement};

use super::address::PostgresAddress;
use super::{lineage, schema, watch};
use crate::stores::error::{StoreError, StoreName, StoreResult};
use crate::stores::rows::{self, Damage, Head};

/// How often a writer shows the server that it is there.
const PULSE: Duration = Duration::from_secs(1);

/// How long a lock that another session has is waited for, in milliseconds.
const HANDOVER_MS: u32 = 2_000;

/// Held by the one node that writes, as long as its session lasts.
const WRITER: i64 = 0x5477_696e_0002;

/// A writer that does not show itself for 5 s, because its process is stopped or its network is gone, loses
/// its session, and with it the lock: the server sees to it, whatever the node believes.
const AS_WRITER: &str = "
    SET synchronous_commit = on;
    SET idle_session_timeout = '5s';
    SET idle_in_transaction_session_timeout = '5s';
    SET statement_timeout = '60s';
    SET tcp_keepalives_idle = 2;
    SET tcp_keepalives_interval = 1;
    SET tcp_keepalives_count = 3;
";

const AS_READER: &str = "
    SET default_transaction_read_only = on;
    SET statement_timeout = '60s';
";

/// Classes of what a server says when it ends a session or does not take one: lost connections, and
/// "operator intervention", which an idle session that timed out is too.
const LOST: [&str; 2] = ["08", "57P"];

/// Why something does not come off.
#[derive(Debug)]
pub(in crate::stores) enum Failure {
    /// What the server or the way to it says.
    Server(postgres::Error),
    /// The server cannot be reached.
    Unreachable(StoreError),
    /// The database cannot tell places.
    NoPostgis(postgres::Error),
    /// The tables are of a newer version.
    TooNew { found: i64 },
    /// Another node writes.
    Held,
    /// Another node has taken over since.
    Fenced { epoch: i64, newest: i64 },
    /// The journal holds more than its writer knows of.
    Behind,
    /// A row does not hold together.
    Row(String),
    /// What was read has no continuation: the thread has ended, or a moment has passed.
    Gone,
}

impl From<postgres::Error> for Failure {
    fn from(error: postgres::Error) -> Self {
        Self::Server(error)
    }
}

impl From<Damage> for Failure {
    fn from(Damage(problem): Damage) -> Self {
        Self::Row(problem)
    }
}

impl Failure {
    /// Whether the connection is gone, so that nobody knows what became of the last that was asked for.
    pub(super) fn is_lost(&self) -> bool {
        let Self::Server(error) = self else {
            return false;
        };
        let code = error.code().map(SqlState::code);
        let is_io = std::error::Error::source(error)
            .is_some_and(<dyn std::error::Error>::is::<std::io::Error>);
        error.is_closed()
            || is_io
            || code.is_some_and(|code| LOST.iter().any(|class| code.starts_with(class)))
    }

    /// The failure as everybody gets it.
    pub(super) fn told(
        self,
        action: &'static str,
        journal: &StoreName,
        last_intact: u64,
    ) -> StoreError {
        let journal = journal.clone();
        match self {
            Self::Server(source) => StoreError::Database {
                action,
                journal,
                source: source.into(),
            },
            Self::NoPostgis(source) => StoreError::Database {
                action: "add PostGIS (an administrator may have to CREATE EXTENSION postgis) to",
                journal,
                source: source.into(),
            },
            Self::Unreachable(error) => error,
            Self::TooNew { found } => StoreError::TooNew {
                found,
                known: schema::VERSION,
                journal,
            },
            Self::Held => StoreError::InUse { journal },
            Self::Fenced { epoch, newest } => StoreError::Fenced {
                journal,
                epoch,
                newest,
            },
            Self::Behind => StoreError::Behind { journal },
            Self::Row(problem) => StoreError::Damaged {
                problem,
                last_intact,
                journal,
                remedy: "A backup of before can be put back",
            },
            Self::Gone => StoreError::Database {
                action,
                journal,
                source: "the connection was lost".into(),
            },
        }
    }
}

/// What a session is for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Role {
    /// Reads only.
    Reader,
    /// Reads what is there at the moment of its first query; once that is lost, so is the moment.
    Moment,
    /// Its moment is lost, or will be.
    Past,
    /// Waits for news.
    Listener,
    /// Writes; its number among the writers there have been, once it is one.
    Writer(Option<i64>),
}

/// A connection that is made when it is first used, and again after it was lost.
pub(super) struct Session {
    address: PostgresAddress,
    role: Role,
    client: Option<Client>,
    statements: HashMap<&'static str, Statement>,
}

impl Session {
    /// The connection. A writer's is that of the one writer there is.
    ///
    /// # Errors
    /// [`Failure::Held`] where another node writes, [`Failure::Fenced`] where another has written since this
    /// one did.
    pub(super) fn client(&mut self) -> Result<&mut Client, Failure> {
        let kept = self.client.take().filter(|client| !client.is_closed());
        let client = match kept {
            Some(client) => client,
            None => self.connect()?,
        };
        Ok(self.client.insert(client))
    }

    /// The connection with a statement that is prepared on it.
    pub(super) fn prepared(
        &mut self,
        sql: &'static str,
    ) -> Result<(&mut Client, Statement), Failure> {
        self.client()?;
        let known = self.statements.get(sql).cloned();
        let client = self.client()?;
        let statement = match known {
            Some(statement) => statement,
            None => client.prepare(sql)?,
        };
        self.statements.insert(sql, statement.clone());
        Ok((self.client()?, statement))
    }

    /// Which of the journal's writers this one is; 0 for none.
    pub(super) const fn epoch(&self) -> i64 {
        match self.role {
            Role::Writer(Some(epoch)) => epoch,
            _ => 0,
        }
    }

    /// Lets go of a connection that is no use any more.
    pub(super) fn hang_up(&mut self) {
        self.client = None;
        self.statements.clear();
    }

    fn connect(&mut self) -> Result<Client, Failure> {
        self.statements.clear();
        let mut client = self.address.connect().map_err(Failure::Unreachable)?;
        match self.role {
            Role::Reader => client.batch_execute(AS_READER)?,
            Role::Moment => {
                client.batch_execute(AS_READER)?;
                client.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ")?;
                self.role = Role::Past;
            }
            Role::Past => return Err(Failure::Gone),
            Role::Listener => client.batch_execute(&watch::as_listener())?,
            Role::Writer(known) => {
                client.batch_execute(AS_WRITER)?;
                let epoch = match known {
                    None => take_over(&mut client)?,
                    Some(epoch) => go_on(&mut client, epoch)?,
                };
                self.role = Role::Writer(Some(epoch));
            }
        }
        Ok(client)
    }

    /// Shows the server that the writer is there; where the connection turns out to be lost, the next use
    /// makes a new one. So what is lost while nothing is under way leaves no doubt about anything.
    pub(super) fn beat(&mut self) {
        let shown = self.client.as_mut().map(|client| client.simple_query(""));
        if let Some(Err(_lost)) = shown {
            self.hang_up();
        }
    }
}

/// Becomes the writer: makes the tables where there are none, and takes the next number.
fn take_over(client: &mut Client) -> Result<i64, Failure> {
    // Nobody writes while tables are changed.
    lock(client)?;
    let mut transaction = client.transaction()?;
    schema::migrate(&mut transaction)?;
    let head = Head::EMPTY;
    let [
        public,
        restricted,
        input,
        structural,
        forgotten,
        forgotten_input,
        at,
    ] = head.numbers();
    transaction.execute(
        "INSERT INTO twin.head VALUES (0, 0, $1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (id) DO NOTHING",
        &[
            &public,
            &restricted,
            &input,
            &structural,
            &forgotten,
            &forgotten_input,
            &at,
            &head.checksum(),
        ],
    )?;
    transaction.commit()?;
    lineage::settle(client)?;
    let next = "UPDATE twin.head SET epoch = epoch + 1 WHERE id = 0 RETURNING epoch";
    Ok(client.query_one(next, &[])?.try_get(0)?)
}

/// Is the writer again after the connection was lost, unless another has become it since.
fn go_on(client: &mut Client, epoch: i64) -> Result<i64, Failure> {
    let row = client.query_one("SELECT epoch FROM twin.head WHERE id = 0", &[])?;
    let newest: i64 = row.try_get(0)?;
    if newest != epoch {
        return Err(Failure::Fenced { epoch, newest });
    }
    lock(client)?;
    Ok(epoch)
}

/// Takes the writer's lock, as soon as whoever has it gives it back or loses it within a while.
fn lock(client: &mut Client) -> Result<(), Failure> {
    client.batch_execute(&format!("SET lock_timeout = {HANDOVER_MS}"))?;
    let taken = client.execute("SELECT pg_advisory_lock($1)", &[&WRITER]);
    match taken {
        Err(error) if error.code() == Some(&SqlState::LOCK_NOT_AVAILABLE) => {
            return Err(Failure::Held);
        }
        taken => taken?,
    };
    Ok(client.batch_execute("SET lock_timeout = '10s'")?)
}

type Job = Box<dyn FnOnce(&mut Session) + Send>;

/// The way to a [`Session`], which ends with it.
#[derive(Debug)]
pub(super) struct Lane {
    jobs: SyncSender<Job>,
}

impl Lane {
    /// Starts the thread; it connects when it is first used.
    pub(super) fn start(address: &PostgresAddress, role: Role) -> StoreResult<Self> {
        let (jobs, received) = mpsc::sync_channel(1);
        let session = Session {
            address: address.clone(),
            role,
            client: None,
            statements: HashMap::new(),
        };
        thread::Builder::new()
            .name("postgres".to_owned())
            .spawn(move || serve(session, &received))
            .map_err(|source| StoreError::Database {
                action: "start a thread for",
                journal: address.name().clone(),
                source: source.into(),
            })?;
        Ok(Self { jobs })
    }

    /// Has something done on the session, and waits for it.
    pub(super) fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Session) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let (answer, answered) = mpsc::sync_channel(1);
        let job: Job = Box::new(move |session| {
            // Whoever asked may have gone.
            answer.send(work(session)).ok();
        });
        self.jobs.send(job).map_err(|_ended| Failure::Gone)?;
        answered.recv().map_err(|_ended| Failure::Gone)?
    }

    /// The rows of a query, asked once more where the connection turns out to be lost.
    pub(super) fn rows<T: Send + 'static>(
        &self,
        sql: &'static str,
        values: Vec<Value>,
        read: fn(&Row) -> Result<T, postgres::Error>,
    ) -> Result<Vec<T>, Fault> {
        let rows = self.run(move |session| {
            let values: Vec<_> = values
                .iter()
                .map(|value| &**value as &(dyn ToSql + Sync))
                .collect();
            let mut ask = || {
                let (client, statement) = session.prepared(sql)?;
                let asked = client.query(&statement, &values).map_err(Failure::from);
                if asked.as_ref().is_err_and(Failure::is_lost) {
                    session.hang_up();
                }
                asked
            };
            let rows = match ask() {
                Err(failure) if failure.is_lost() => ask()?,
                answer => answer?,
            };
            let rows = rows.iter().map(read);
            Ok(rows.collect::<Result<_, _>>()?)
        });
        rows.map_err(Fault::Database)
    }
}

/// A value of a query.
pub(super) type Value = Box<dyn ToSql + Sync + Send>;

/// Why something does not read.
pub(super) type Fault = rows::Fault<Failure>;

fn serve(mut session: Session, jobs: &Receiver<Job>) {
    loop {
        let job = match session.role {
            Role::Reader | Role::Moment | Role::Past | Role::Listener => {
                jobs.recv().map_err(|_ended| RecvTimeoutError::Disconnected)
            }
            Role::Writer(_) => jobs.recv_timeout(PULSE),
        };
        match job {
            Ok(job) => job(&mut session),
            Err(RecvTimeoutError::Timeout) => {
                session.beat();
                // Whoever writes next is told why it does not come off.
                session.client().ok();
            }
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}
