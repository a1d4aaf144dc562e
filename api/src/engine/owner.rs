//! The one task that owns the twin: gathers inputs, decides, commits, publishes, acknowledges.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use gis_data::stores::{
    Batch, Cause, Checkpoint, Entry, FrameKey, Journal, SetAside, StoreError, StoreResult,
};
use tokio::sync::{broadcast, mpsc, watch};
use tokio::task::JoinHandle;
use twin_core::{
    AlarmCause, AlarmInput, AlarmWish, AssetKind, Channel, Effect, FORESIGHT, Input, Inventory,
    Refusal, Span, Tick, Timestamp, Twin, decide, evolve_in_place, foresee,
};

use super::clock::TwinClock;
use super::commit::{Commit, Told};
use super::deadlines::Deadlines;
use super::error::SubmitError;
use super::fan_out::Parcel;
use super::handle::{Ack, EngineRules, Receipt, Submission};
use super::readers::Readers;

/// Changes forgotten in one transaction.
const FORGOTTEN_AT_ONCE: u32 = 20_000;

/// Changes for each sensor that a snapshot waits for.
const CHANGES_OF_EACH: u64 = 20;
/// How long a journal that could not be written is left alone before it is tried again.
const RETRY: Duration = Duration::from_secs(1);
/// How long a journal that others may take over goes without being asked whose it is.
const HOLD: Duration = Duration::from_secs(1);
/// How long there is nothing to do where nothing is due.
const IDLE: Duration = Duration::from_hours(1);
/// How long an input may have waited for its commit, in the twin's time.
const LONGEST_WAIT: Span = Span::from_secs(3600);
/// The name under which the twin's own time is kept.
const CLOCK: &str = "clock";

/// The owner of the twin.
pub(super) struct Owner {
    pub(super) twin: Twin,
    pub(super) journal: Option<Box<dyn Journal>>,
    pub(super) readers: Readers,
    pub(super) clock: TwinClock,
    pub(super) rules: EngineRules,
    pub(super) inbox: mpsc::Receiver<Submission>,
    pub(super) twins: watch::Sender<Twin>,
    pub(super) published: broadcast::Sender<Arc<Commit>>,
    /// Takes what is committed to other nodes.
    pub(super) outbox: Option<mpsc::Sender<Parcel>>,
    pub(super) deadlines: Deadlines,
    pub(super) last_snapshot: u64,
    pub(super) compaction: Option<Compaction>,
    pub(super) is_storing: Arc<AtomicBool>,
    /// Whether other nodes may take the journal over.
    pub(super) is_shared: bool,
    /// Whether another node has.
    pub(super) is_fenced: bool,
}

/// A new base of the inventory in the making, and the inventory it is made from.
pub(super) struct Compaction {
    before: Arc<Inventory>,
    result: JoinHandle<Inventory>,
}

/// What one group of submissions comes to, before it is committed.
#[derive(Default)]
struct Group {
    batch: Batch,
    answers: Vec<(Ack, Result<Receipt, SubmitError>)>,
    reporters: Vec<u32>,
    released: Vec<(Vec<FrameKey>, Ack)>,
    stop: Option<Ack>,
}

/// Why an owner does not write any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// It was told to stop, or nobody can reach it any more.
    Stopped,
    /// Another node writes the journal now, or it holds more than this one knows of.
    Fenced,
}

impl Owner {
    /// Works until it is told to stop, nobody can reach it any more, or another node has taken over.
    pub(super) async fn run(&mut self) -> Ended {
        loop {
            let Some(submissions) = self.gather().await else {
                break;
            };
            if submissions.is_empty() && self.is_shared {
                self.hold().await;
            }
            let stop = self.work(submissions).await;
            self.keep_house().await;
            if let Some(ack) = stop {
                self.end().await;
                ack.send(Ok(self.receipt(0))).ok();
                return Ended::Stopped;
            }
            if self.is_fenced {
                self.close_journal().await;
                return Ended::Fenced;
            }
        }
        self.end().await;
        Ended::Stopped
    }

    /// Writes from now on, where it only read before.
    pub(super) fn take_over(&mut self, journal: Box<dyn Journal>) {
        self.journal = Some(journal);
        self.is_fenced = false;
        self.is_storing.store(true, Ordering::Relaxed);
        self.deadlines = Deadlines::of(&self.twin);
        self.last_snapshot = self.twin.seq(Channel::Public);
    }

    /// Finds out whether another node has taken over, where nothing is written that would tell.
    async fn hold(&mut self) {
        let held = self.with_journal(|journal| journal.hold()).await;
        if let Err(error) = held {
            tracing::warn!(error = error.as_ref(), "the journal is out of reach");
        }
    }

    async fn close_journal(&mut self) {
        let journal = self.journal.take();
        tokio::task::spawn_blocking(|| drop(journal)).await.ok();
    }

    /// Keeps the time at which the twin ends, and a last snapshot; then closes the journal.
    async fn end(&mut self) {
        let batch = Batch {
            checkpoints: vec![self.clock_checkpoint()],
            ..Batch::default()
        };
        self.commit(batch).await;
        self.save_snapshot().await;
        self.readers.let_go();
        self.close_journal().await;
    }

    /// The twin's own time, to be kept: a simulated clock goes on from there.
    fn clock_checkpoint(&self) -> Checkpoint {
        Checkpoint {
            name: CLOCK.to_owned(),
            at: self.clock.now(),
            body: Vec::new(),
        }
    }

    /// How long there is nothing to do unless somebody submits something.
    fn pause(&self) -> Duration {
        if !self.is_storing.load(Ordering::Relaxed) {
            return RETRY;
        }
        let most = if self.is_shared { HOLD } else { IDLE };
        let next = self.deadlines.next();
        next.map_or(most, |at| self.clock.wait_until(at).min(most))
    }

    /// Waits for submissions or the next deadline; `None` when nobody can submit any more.
    async fn gather(&mut self) -> Option<Vec<Submission>> {
        let mut submissions = Vec::new();
        let until_deadline = self.pause();
        tokio::select! {
            received = self.inbox.recv_many(&mut submissions, self.rules.group_size) => {
                if received == 0 {
                    return None;
                }
            }
            () = tokio::time::sleep(until_deadline) => return Some(submissions),
        }
        let end = tokio::time::Instant::now() + self.rules.group_window;
        while submissions.len() < self.rules.group_size {
            let room = self.rules.group_size - submissions.len();
            let more = self.inbox.recv_many(&mut submissions, room);
            match tokio::time::timeout_at(end, more).await {
                Ok(received) if received > 0 => {}
                _ => break,
            }
        }
        Some(submissions)
    }

    /// Decides, commits, publishes, acknowledges: in this order.
    async fn work(&mut self, submissions: Vec<Submission>) -> Option<Ack> {
        let before = self.twin.clone();
        let mut group = Group::default();
        if !self.is_storing.load(Ordering::Relaxed) {
            // Finds out whether the journal can be written again, even where nothing else is.
            group.batch.checkpoints.push(self.clock_checkpoint());
        }
        let mut due = self.tick(&submissions, &mut group);
        let mut submissions = submissions.into_iter();
        while !submissions.as_slice().is_empty() {
            let next = submissions.as_slice().iter().take(FORESIGHT);
            foresee(&self.twin, next.filter_map(Submission::input));
            for submission in submissions.by_ref().take(FORESIGHT) {
                self.take(submission, &mut group);
            }
        }
        let Group {
            batch,
            answers,
            reporters,
            released,
            stop,
        } = group;
        due.extend(reporters);
        let is_stored = batch == Batch::default() || self.commit(batch).await;
        if !is_stored {
            self.twin = before;
        }
        for sensor in due {
            self.deadlines.arm(&self.twin, sensor);
        }
        for (ack, answer) in answers {
            // A refusal may rest on what was not stored, so it does not hold either.
            let answer = if is_stored {
                answer
            } else {
                Err(SubmitError::NotStored)
            };
            ack.send(answer).ok();
        }
        for (frames, ack) in released {
            ack.send(self.release(frames).await).ok();
        }
        stop
    }

    /// Lets go of frames that were set aside, or were taken in after all.
    async fn release(&mut self, frames: Vec<FrameKey>) -> Result<Receipt, SubmitError> {
        let released = self.with_journal(move |journal| journal.release(&frames));
        match released.await {
            Ok(_count) => Ok(self.receipt(0)),
            Err(error) => {
                tracing::error!(error = error.as_ref(), "frames set aside are not let go of");
                Err(SubmitError::NotStored)
            }
        }
    }

    pub(super) fn receipt(&self, changes: usize) -> Receipt {
        Receipt {
            changes,
            seq: self.twin.seq(Channel::Public),
        }
    }

    /// Covers all deadlines up to now, or up to the first input that waits, so that no report
    /// comes too late for a deadline after it. Returns the sensors that were due.
    fn tick(&mut self, submissions: &[Submission], group: &mut Group) -> Vec<u32> {
        let received = submissions
            .iter()
            .filter_map(|submission| received_at(submission.input()?));
        let now = self.clock.now();
        // What is told of long ago must not keep the present from being told.
        let at = received.filter(|at| *at > now - LONGEST_WAIT).min();
        let at = at.map_or(now, |at| at.min(now));
        let due = self.deadlines.take_due(&self.twin, at);
        if !due.is_empty() {
            let tick = Input::Tick(Tick {
                at,
                due: due.clone(),
            });
            if let Err(refused) = self.apply(tick, at, group) {
                let (refusal, _tick) = *refused;
                tracing::error!(%refusal, "a tick is refused");
            }
        }
        due
    }

    fn take(&mut self, submission: Submission, group: &mut Group) {
        match submission {
            Submission::Input(input, ack) => {
                let at = self.clock.now();
                let answer = match self.apply(*input, at, group) {
                    Ok(changes) => Ok(self.receipt(changes)),
                    Err(refused) => {
                        let (refusal, input) = *refused;
                        self.alarm_of(&refusal, at, group);
                        group.batch.set_aside.extend(kept_aside(input, &refusal));
                        Err(refusal.into())
                    }
                };
                group.answers.push((ack, answer));
            }
            Submission::SetAside(frame, ack) => {
                count_aside(frame.cause);
                group.batch.set_aside.push(*frame);
                group.answers.push((ack, Ok(self.receipt(0))));
            }
            Submission::Release(frames, ack) => group.released.push((frames, ack)),
            Submission::Checkpoint(checkpoint, ack) => {
                group.batch.checkpoints.push(checkpoint);
                group.answers.push((ack, Ok(self.receipt(0))));
            }
            Submission::Stop(ack) => group.stop = Some(ack),
        }
    }

    /// A frame that was sent again is told to operators in the commit that sets it aside.
    fn alarm_of(&mut self, refusal: &Refusal, at: Timestamp, group: &mut Group) {
        let Refusal::Replay { sensor, .. } = refusal else {
            return;
        };
        let wish = AlarmWish::Raise {
            cause: AlarmCause::Replay,
            subject: sensor.clone().into(),
            about: sensor.clone(),
            priority: AlarmCause::Replay.info().priority,
            value: None,
            members: Vec::new(),
        };
        if let Err(refused) = self.apply(Input::Alarm(AlarmInput { at, wish }), at, group) {
            let (refusal, _input) = *refused;
            tracing::error!(%refusal, "an alarm is refused");
        }
    }

    /// Lets the twin decide on an input and evolve; returns how many changes that made, or why it is
    /// refused and the input again.
    fn apply(
        &mut self,
        input: Input,
        at: Timestamp,
        group: &mut Group,
    ) -> Result<usize, Box<(Refusal, Input)>> {
        let changes = match decide(&self.twin, &input) {
            Ok(changes) => changes,
            Err(refusal) => {
                metrics::counter!("twin_inputs_refused_total").increment(1);
                return Err(Box::new((refusal, input)));
            }
        };
        metrics::counter!("twin_inputs_total").increment(1);
        if changes.is_empty() {
            return Ok(0);
        }
        evolve_in_place(&mut self.twin, &changes);
        for change in &changes {
            let sensor = match &change.effect {
                Effect::SensorReported { sensor, .. } => self.twin.inventory().find(sensor),
                Effect::AssetPut(record) if record.kind() == AssetKind::Sensor => {
                    let id = record.id().ok();
                    id.and_then(|id| self.twin.inventory().find(&id))
                }
                _ => None,
            };
            group.reporters.extend(sensor.map(|asset| asset.ix));
        }
        let count = changes.len();
        group.batch.entries.push(Entry { input, at, changes });
        Ok(count)
    }

    /// Writes a batch to the journal and, once it is safe, publishes the twin and the changes.
    async fn commit(&mut self, batch: Batch) -> bool {
        let started = Instant::now();
        let batch = Arc::new(batch);
        let written = Arc::clone(&batch);
        let result = self
            .with_journal(move |journal| journal.append(&written))
            .await;
        metrics::histogram!("twin_commit_seconds").record(started.elapsed().as_secs_f64());
        self.is_storing.store(result.is_ok(), Ordering::Relaxed);
        if let Err(error) = result {
            tracing::error!(error = error.as_ref(), "a batch is not stored");
            metrics::counter!("twin_commits_failed_total").increment(1);
            return false;
        }
        // The thread that wrote it is done with it: its changes go on to the listeners as they are.
        let entries = Arc::try_unwrap(batch)
            .map_or_else(|shared| shared.entries.clone(), |batch| batch.entries);
        let commit = self.publish(Told::of(entries));
        self.send_on(commit);
        true
    }

    /// Shows the twin as it is now, and what made it so, which is in the journal.
    pub(super) fn publish(&self, told: Told) -> Option<Arc<Commit>> {
        metrics::counter!("twin_changes_total").increment(told.changes.len() as u64);
        let before = self.twins.send_replace(self.twin.clone());
        if told.changes.is_empty() {
            return None;
        }
        let commit = Arc::new(Commit::new(told, before, self.twin.clone()));
        // Nobody listening is fine.
        self.published.send(Arc::clone(&commit)).ok();
        Some(commit)
    }

    /// Sends a commit to other nodes, which find it in the journal where there is no room for it on its way.
    fn send_on(&self, commit: Option<Arc<Commit>>) {
        let epoch = self.journal.as_ref().map(|journal| journal.epoch());
        let (Some(outbox), Some(epoch), Some(commit)) = (&self.outbox, epoch, commit) else {
            return;
        };
        if outbox.try_send(Parcel { epoch, commit }).is_err() {
            metrics::counter!("twin_fan_out_sent_total", "fate" => "dropped").increment(1);
        }
    }

    /// Snapshots, forgetting and compaction, each when it is due.
    async fn keep_house(&mut self) {
        let seq = self.twin.seq(Channel::Public);
        // A snapshot of many sensors takes its time, and is not made for a few changes of each.
        let sensors = u64::from(self.twin.inventory().slots(AssetKind::Sensor));
        let every = self.rules.snapshot_every.max(CHANGES_OF_EACH * sensors);
        if seq >= self.last_snapshot + every {
            self.save_snapshot().await;
            let forgettable = seq.saturating_sub(self.rules.retained_changes);
            if forgettable > 0 {
                self.forget(forgettable).await;
                self.forget_hours().await;
            }
        }
        self.compact().await;
    }

    async fn save_snapshot(&mut self) {
        let twin = self.twin.clone();
        self.last_snapshot = twin.seq(Channel::Public);
        let saved = self.with_journal(move |journal| journal.save_snapshot(&twin.to_snapshot()));
        if let Err(error) = saved.await {
            tracing::error!(error = error.as_ref(), "a snapshot is not stored");
        }
    }

    async fn forget(&mut self, seq: u64) {
        let forget = move |journal: &mut dyn Journal| journal.forget(seq, FORGOTTEN_AT_ONCE);
        loop {
            match self.with_journal(forget).await {
                Ok(forgotten) if forgotten < FORGOTTEN_AT_ONCE as usize => return,
                Ok(_more) => {}
                Err(error) => {
                    tracing::error!(error = error.as_ref(), "old changes are not forgotten");
                    return;
                }
            }
        }
    }

    async fn forget_hours(&mut self) {
        let before = self.clock.now() - self.rules.retained_hours;
        let forgotten = self.with_journal(move |journal| journal.forget_digests(before));
        if let Err(error) = forgotten.await {
            tracing::error!(error = error.as_ref(), "old levels are not forgotten");
        }
    }

    /// Folds a large overlay of the inventory into a new base, on another thread.
    pub(super) async fn compact(&mut self) {
        match self.compaction.take() {
            Some(compaction) if compaction.result.is_finished() => {
                let Ok(compacted) = compaction.result.await else {
                    return;
                };
                let inventory = self
                    .twin
                    .inventory()
                    .rebased(&compaction.before, &compacted);
                self.twin = self.twin.clone().with_inventory(inventory);
                self.twins.send_replace(self.twin.clone());
            }
            Some(running) => self.compaction = Some(running),
            None if self.twin.inventory().wants_compaction() => {
                let before = self.twin.inventory_handle();
                let inventory = Arc::clone(&before);
                let result = tokio::task::spawn_blocking(move || inventory.compacted());
                self.compaction = Some(Compaction { before, result });
            }
            None => {}
        }
    }

    /// Uses the journal on a thread that may block.
    async fn with_journal<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut dyn Journal) -> StoreResult<T> + Send + 'static,
    ) -> Result<T, Box<dyn std::error::Error>> {
        let mut journal = self
            .journal
            .take()
            .ok_or("the journal was lost in a panic")?;
        let (journal, result) = tokio::task::spawn_blocking(move || {
            let result = work(journal.as_mut());
            (journal, result)
        })
        .await?;
        self.journal = Some(journal);
        self.is_fenced |= matches!(
            result,
            Err(StoreError::Fenced { .. } | StoreError::Behind { .. })
        );
        Ok(result?)
    }
}

fn received_at(input: &Input) -> Option<Timestamp> {
    match input {
        Input::Uplink(uplink) => Some(uplink.received_at),
        Input::Observation(observation) => Some(observation.received_at),
        Input::Report(report) => Some(report.received_at),
        Input::Command(command) => Some(command.received_at),
        Input::Reread(_) | Input::Tick(_) | Input::Alarm(_) => None,
    }
}

/// What is kept of an input that is refused: its frame, where the device, the counter or the time is what
/// is wrong with it.
fn kept_aside(input: Input, refusal: &Refusal) -> Option<SetAside> {
    let Input::Uplink(uplink) = input else {
        return None;
    };
    let cause = match refusal {
        Refusal::UnknownDevice { .. } => Cause::UnknownDevice,
        Refusal::Replay { .. } => Cause::Replay,
        Refusal::OutOfTime { .. } => Cause::OutOfTime,
        _ => return None,
    };
    count_aside(cause);
    Some(SetAside {
        cause,
        why: refusal.to_string(),
        uplink,
    })
}

fn count_aside(cause: Cause) {
    metrics::counter!("twin_frames_set_aside_total", "cause" => cause.name()).increment(1);
}
