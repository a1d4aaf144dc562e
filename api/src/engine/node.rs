//! A node among several that share a journal: it writes the journal, or follows whoever does and takes over
//! when they are gone.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use gis_data::stores::{Heard, Journal, PostgresAddress, PostgresWatch, StoreError, StoreResult};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use twin_core::{Change, Channel, Twin, evolve_in_place};

use super::commit::Told;
use super::error::{EngineError, EngineResult, SubmitError};
use super::fan_out::{At, Carrier, Line, Reception, Step};
use super::handle::{Receipt, Submission};
use super::open::replay;
use super::owner::{Ended, Owner};

/// Changes of the writer taken over at once.
const CHUNK: u32 = 10_000;
/// How long nothing need be heard until the journal is looked at anyway.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long a server that cannot be reached is left alone.
const RETRY: Duration = Duration::from_secs(1);

/// What a node does for the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It takes in what happens, and writes it.
    Writer,
    /// It reads what another node writes.
    Follower,
}

impl Role {
    /// Its name in answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Writer => "writer",
            Self::Follower => "follower",
        }
    }
}

/// What a node needs to follow another.
#[derive(Debug)]
pub(super) struct Standby {
    address: PostgresAddress,
    news: Arc<PostgresWatch>,
    /// The twin as the pack tells it.
    origin: Twin,
    /// Whether this node writes once nobody else does. Where sensors are simulated it never does: what they
    /// would tell next is known to the node that began with them only.
    takes_over: bool,
    /// Another way for commits than the database.
    pub(super) carrier: Option<Arc<dyn Carrier>>,
}

impl Standby {
    pub(super) fn new(
        address: &PostgresAddress,
        origin: Twin,
        takes_over: bool,
    ) -> StoreResult<Self> {
        Ok(Self {
            address: address.clone(),
            news: Arc::new(PostgresWatch::new(address)?),
            origin,
            takes_over,
            carrier: None,
        })
    }

    /// The same with another way for commits.
    pub(super) fn with_carrier(self, carrier: Option<Arc<dyn Carrier>>) -> Self {
        Self { carrier, ..self }
    }

    /// Waits for news of the writer.
    fn listen(&self) -> JoinHandle<StoreResult<Option<Heard>>> {
        let news = Arc::clone(&self.news);
        tokio::task::spawn_blocking(move || news.wait(LOOK_EVERY))
    }

    /// Tries to become the writer, after a while.
    fn stand(&self, after: Duration) -> JoinHandle<StoreResult<Box<dyn Journal>>> {
        let address = self.address.clone();
        let takes_over = self.takes_over;
        tokio::spawn(async move {
            if !takes_over {
                std::future::pending::<()>().await;
            }
            tokio::time::sleep(after).await;
            let open = move || gis_data::stores::Store::Postgres(address).open();
            match tokio::task::spawn_blocking(open).await {
                Ok(opened) => opened,
                Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
            }
        })
    }
}

/// A node, in whichever role.
pub(super) struct Node {
    pub(super) owner: Owner,
    pub(super) role: watch::Sender<Role>,
    /// `None`: nobody else can have the journal.
    pub(super) standby: Option<Standby>,
    pub(super) reception: Reception,
}

impl Node {
    /// Works until it is told to stop or nobody can reach it any more.
    pub(super) async fn run(mut self) {
        loop {
            self.fan_out().await;
            if self.owner.journal.is_some() {
                self.role.send_replace(Role::Writer);
                match self.owner.run().await {
                    Ended::Stopped => return,
                    Ended::Fenced => {
                        tracing::warn!("this node does not write the journal any more");
                    }
                }
            }
            let Some(standby) = self.standby.take() else {
                return;
            };
            self.role.send_replace(Role::Follower);
            let journal = self.follow(&standby).await;
            self.standby = Some(standby);
            let Some(journal) = journal else {
                return;
            };
            tracing::info!("this node writes the journal from now on");
            self.owner.take_over(journal);
        }
    }

    /// Opens the other way for commits, where there is one and it is not open yet.
    async fn fan_out(&mut self) {
        let carrier = self.standby.as_ref().and_then(|it| it.carrier.as_ref());
        let Some(carrier) = carrier.filter(|_one| !self.reception.has_line()) else {
            return;
        };
        let lineage = self.owner.readers.read(|reader| reader.lineage()).await;
        match lineage {
            Ok(Some(lineage)) => {
                let Line { outbox, news } = carrier.start(&lineage, self.role.subscribe());
                self.owner.outbox = Some(outbox);
                self.reception.hear(news);
            }
            Ok(None) => tracing::warn!(
                "the journal's writer is of an earlier version; commits go through the database alone"
            ),
            Err(error) => tracing::warn!(
                error = &error as &dyn std::error::Error,
                "commits go through the database alone"
            ),
        }
    }

    /// Follows the writer until this node is it; `None` where it is told to stop before.
    async fn follow(&mut self, standby: &Standby) -> Option<Box<dyn Journal>> {
        let mut news = standby.listen();
        let mut stand = standby.stand(Duration::ZERO);
        let mut submissions = Vec::new();
        let journal = loop {
            let patience = self.reception.patience();
            tokio::select! {
                received = self.owner.inbox.recv_many(&mut submissions, self.owner.rules.group_size) => {
                    if received == 0 || turn_away(submissions.drain(..), self.owner.receipt(0)) {
                        break None;
                    }
                }
                heard = &mut news => {
                    let heard = heard.map_err(EngineError::from).and_then(|heard| Ok(heard?));
                    let is_deaf = heard.is_err();
                    self.hear(standby, heard).await;
                    if is_deaf {
                        tokio::time::sleep(RETRY).await;
                    }
                    news = standby.listen();
                }
                told = self.reception.next() => {
                    let step = self.reception.take(told, At::of(&self.owner.twin));
                    self.step(standby, step).await;
                }
                () = until(patience) => {
                    let step = self.reception.lose_patience(At::of(&self.owner.twin));
                    self.step(standby, step).await;
                }
                opened = &mut stand => match opened {
                    Ok(Ok(journal)) => {
                        self.keep_up(standby, Ok(())).await;
                        break Some(journal);
                    }
                    Ok(Err(StoreError::InUse { .. })) => stand = standby.stand(Duration::ZERO),
                    Ok(Err(error)) => {
                        tracing::warn!(error = &error as &dyn std::error::Error, "cannot take over");
                        stand = standby.stand(RETRY);
                    }
                    Err(_panicked) => stand = standby.stand(RETRY),
                },
            }
        };
        news.abort();
        stand.abort();
        if journal.is_none() {
            self.owner.readers.let_go();
        }
        journal
    }

    /// Does what the database's word asks for.
    async fn hear(&mut self, standby: &Standby, heard: EngineResult<Option<Heard>>) {
        match heard {
            Ok(told) => {
                let at = At::of(&self.owner.twin);
                let step = self.reception.heard(told, at, Instant::now());
                let is_well = self.owner.is_storing.load(Ordering::Relaxed);
                // Only reading the journal shows that it can be read again.
                self.step(standby, if is_well { step } else { Step::Look })
                    .await;
            }
            Err(deaf) => self.keep_up(standby, Err(deaf)).await,
        }
    }

    async fn step(&mut self, standby: &Standby, step: Step) {
        match step {
            Step::Rest => return,
            Step::Look => self.keep_up(standby, Ok(())).await,
            Step::Take(changes) => {
                self.advance(changes, "message");
                self.owner.compact().await;
            }
        }
        self.reception.moved(At::of(&self.owner.twin));
    }

    /// Takes over what the writer wrote, and says whether the journal can be read.
    async fn keep_up(&mut self, standby: &Standby, listened: EngineResult<()>) {
        let kept_up = match listened {
            Ok(()) => self.catch_up(&standby.origin).await,
            deaf => deaf,
        };
        if let Err(error) = &kept_up {
            tracing::warn!(
                error = error as &dyn std::error::Error,
                "cannot follow the journal"
            );
        }
        let is_storing = &self.owner.is_storing;
        is_storing.store(kept_up.is_ok(), Ordering::Relaxed);
        self.owner.compact().await;
    }

    /// Shows what the writer committed.
    fn advance(&mut self, changes: Vec<Change>, way: &'static str) {
        let count = changes.len() as u64;
        metrics::counter!("twin_followed_changes_total", "way" => way).increment(count);
        evolve_in_place(&mut self.owner.twin, &changes);
        self.owner.publish(Told::elsewhere(changes));
    }

    async fn catch_up(&mut self, origin: &Twin) -> EngineResult<()> {
        loop {
            let twin = &self.owner.twin;
            let [public, restricted] =
                [Channel::Public, Channel::Restricted].map(|channel| twin.seq(channel));
            let origin = origin.clone();
            let next = self.owner.readers.read(move |reader| {
                if reader.forgotten(Channel::Public)? > public {
                    return Ok(Next::Anew(Box::new(replay(origin, reader)?)));
                }
                Ok(Next::Changes(reader.replay(public, restricted, CHUNK)?))
            });
            match next.await? {
                Next::Anew(twin) => {
                    self.owner.twin = *twin;
                    self.owner.publish(Told::default());
                }
                Next::Changes(changes) if changes.is_empty() => return Ok(()),
                Next::Changes(changes) => self.advance(changes, "journal"),
            }
        }
    }
}

/// Waits until then; for ever, where there is no such time.
async fn until(then: Option<Instant>) {
    match then {
        Some(then) => tokio::time::sleep_until(then).await,
        None => std::future::pending().await,
    }
}

/// What a follower reads.
enum Next {
    /// What was written since.
    Changes(Vec<Change>),
    /// The whole twin, for what it lacks is forgotten.
    Anew(Box<Twin>),
}

/// Answers those who come to a node that does not write; whether one of them ends it.
fn turn_away(submissions: impl Iterator<Item = Submission>, receipt: Receipt) -> bool {
    let mut is_over = false;
    for submission in submissions {
        let (ack, answer) = match submission {
            Submission::Stop(ack) => {
                is_over = true;
                (ack, Ok(receipt))
            }
            Submission::Input(_, ack)
            | Submission::SetAside(_, ack)
            | Submission::Release(_, ack)
            | Submission::Checkpoint(_, ack) => (ack, Err(SubmitError::Following)),
        };
        ack.send(answer).ok();
    }
    is_over
}
