//! The task that watches the twin: it looks at what changed and at the time, and says what is worth an alarm.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval};
use twin_core::alarms::flood;
use twin_core::{
    AlarmCause, AlarmInput, AlarmSubject, AlarmWish, Alarms, AssetId, AssetKind, Change, Channel,
    Effect, Input, OperatorAccess, Span, Timestamp, Twin,
};

use super::delays::{Delays, Finding, Key, Turn, Verdict};
use super::gateways::{Heard, Outage};
use super::judge::{Judge, causes_of};
use super::learn;
use super::rules::AlarmRules;
use super::trend::{Heat, Trend};
use super::visits::Visits;
use super::wishes::timed;
use crate::engine::{Engine, EngineResult, StreamItem, SubmitError};
use crate::error::with_causes;

/// How often what was touched and the time are looked at, in the machine's time: whatever comes meanwhile is
/// looked at together.
const STEP: Duration = Duration::from_millis(200);
/// How often it is kept who heard whom.
const KEEP_EVERY: Duration = Duration::from_mins(1);
/// How often all is looked at anew of which the time alone may make an alarm, in the twin's clock.
const LOOK_AGAIN: Span = Span::from_secs(3600);
/// Most wishes at once; the others come next.
const MOST_WISHES: usize = 2_000;

/// The task that watches the twin.
#[derive(Debug)]
pub(crate) struct Watch {
    engine: Engine,
    rules: Arc<AlarmRules>,
    items: mpsc::Receiver<StreamItem>,
    heard: Heard,
    trends: BTreeMap<u32, Trend>,
    heat: Heat,
    visits: Visits,
    delays: Delays,
    /// What is to be looked at.
    touched: BTreeSet<(AlarmCause, AssetId)>,
    /// Whether sensors fell silent or were heard since gateways were looked at.
    is_radio_touched: bool,
    /// Gateways that seemed to be out when they were looked at last.
    suspects: BTreeSet<Box<str>>,
    /// Sensors that are silent because a gateway is, by number.
    behind_gateways: BTreeSet<u32>,
    looked_at: Timestamp,
}

/// The twin takes nothing in any more.
struct Stopped;

impl Watch {
    /// Learns what has to be known before, and takes all for touched.
    ///
    /// # Errors
    /// Where the journal cannot be read.
    pub(crate) async fn new(engine: Engine, rules: Arc<AlarmRules>) -> EngineResult<Self> {
        let twin = engine.twin();
        let seq = twin.seq(Channel::Public);
        let heard = learn::heard(&engine, &twin).await?;
        let trends = learn::trends(&engine, &twin, &rules.overflow_soon).await?;
        Ok(Self {
            items: engine.changes_since(Channel::Public, seq),
            engine,
            rules,
            heard,
            trends,
            heat: Heat::default(),
            visits: Visits::built_in(),
            delays: Delays::default(),
            touched: BTreeSet::new(),
            is_radio_touched: true,
            suspects: BTreeSet::new(),
            behind_gateways: BTreeSet::new(),
            looked_at: Timestamp::MIN,
        })
    }

    /// Watches until the twin stops.
    pub(crate) async fn run(mut self) {
        let mut step = interval(STEP);
        step.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut kept_at = Instant::now();
        loop {
            tokio::select! {
                item = self.items.recv() => {
                    match item {
                        Some(item) => self.hear(&item),
                        None if self.engine.is_over() => return,
                        // It was let go of, for it was too slow: it begins anew.
                        None => self.listen_again(),
                    }
                    continue;
                }
                _now = step.tick() => {}
            }
            if self.round().await.is_err() {
                return;
            }
            if kept_at.elapsed() >= KEEP_EVERY {
                kept_at = Instant::now();
                self.keep().await;
            }
        }
    }

    fn listen_again(&mut self) {
        let seq = self.engine.twin().seq(Channel::Public);
        self.items = self.engine.changes_since(Channel::Public, seq);
        self.looked_at = Timestamp::MIN;
    }

    async fn keep(&mut self) {
        let now = self.engine.clock().now();
        if let Some(kept) = self.heard.keep(&self.engine.twin(), now)
            && let Err(error) = self.engine.checkpoint(kept).await
        {
            tracing::debug!(%error, "who heard whom is not kept");
        }
    }

    /// Notes what a piece of the past touches.
    fn hear(&mut self, item: &StreamItem) {
        let twin = self.engine.twin();
        if let StreamItem::Reset { .. } = item {
            // What was missed may have been anything.
            self.looked_at = Timestamp::MIN;
        }
        if let StreamItem::Commit(commit) = item {
            for hearing in commit.heard() {
                if let Some(found) = twin.inventory().find(&hearing.sensor) {
                    let gateways = hearing.gateways.iter().map(AsRef::as_ref);
                    self.heard.hear(found.ix, gateways);
                    self.is_radio_touched = true;
                }
            }
        }
        for change in item.changes() {
            self.note(&twin, change);
        }
    }

    fn note(&mut self, twin: &Twin, change: &Change) {
        match &change.effect {
            Effect::ContainerMeasured {
                container,
                fill,
                observed_at,
                ..
            } => {
                if let Some(found) = twin.inventory().find(container) {
                    let (at, fill) = (*observed_at, fill.get());
                    let trend = self.trends.entry(found.ix);
                    trend
                        .and_modify(|trend| *trend = trend.with(at, fill))
                        .or_insert_with(|| Trend::new(at, fill));
                }
                self.touch(container);
            }
            Effect::SensorReported { sensor, report, .. } => {
                let temperature = report.reading.temperature;
                if let Some((found, degrees)) = twin.inventory().find(sensor).zip(temperature) {
                    let rules = &self.rules.fire;
                    self.heat.hear(found.ix, report.observed_at, degrees, rules);
                    self.touched.insert((AlarmCause::Fire, sensor.clone()));
                }
                if report.reading.is_tilted.is_some() {
                    self.touched.insert((AlarmCause::Tilt, sensor.clone()));
                }
            }
            Effect::SensorStatusChanged { sensor, .. } => {
                self.is_radio_touched = true;
                self.touch(sensor);
            }
            Effect::ContainerReported { container, .. }
            | Effect::ContainerEmptied { container, .. } => self.touch(container),
            Effect::AssetPut(_) | Effect::AssetRemoved(_) => {
                if let Ok(asset) = change.effect.subject() {
                    self.touch(&asset);
                }
            }
            Effect::CameraAimed { .. } | Effect::Alarm(_) => {}
        }
    }

    fn touch(&mut self, asset: &AssetId) {
        let causes = causes_of(asset.kind()).iter();
        self.touched
            .extend(causes.map(|cause| (*cause, asset.clone())));
    }

    /// Looks at what was touched and at the time, and tells the twin what follows.
    async fn round(&mut self) -> Result<(), Stopped> {
        let now = self.engine.clock().now();
        let twin = self.engine.twin();
        if now >= self.looked_at + LOOK_AGAIN {
            self.looked_at = now;
            self.touch_all(&twin);
        }
        let alarms = twin.alarms(OperatorAccess::granted());
        let mut wishes = timed(alarms, &self.rules, now);
        wishes.extend(self.look_at_gateways(&twin, now));
        for (cause, subject) in self.delays.due(now) {
            if let AlarmSubject::Asset(asset) = subject {
                self.touched.insert((cause, asset));
            }
        }
        wishes.extend(self.look_at_touched(&twin, now));
        self.tell(wishes).await?;
        self.annunciate(now).await
    }

    /// All of which the time alone may make an alarm, or that no longer exists.
    fn touch_all(&mut self, twin: &Twin) {
        for kind in [AssetKind::Container, AssetKind::Sensor, AssetKind::Camera] {
            let inventory = twin.inventory();
            for ix in inventory.numbers(kind) {
                let key = inventory.key(twin_core::AssetIx { kind, ix });
                if let Some(id) = key.and_then(|key| AssetId::new(kind, key).ok()) {
                    self.touch(&id);
                }
            }
        }
        let standing = twin.alarms(OperatorAccess::granted()).iter();
        let assets = standing.filter_map(|alarm| Some((alarm.cause, alarm.subject.asset()?)));
        self.touched
            .extend(assets.map(|(cause, asset)| (cause, asset.clone())));
        self.is_radio_touched = true;
    }

    fn look_at_touched(&mut self, twin: &Twin, now: Timestamp) -> Vec<AlarmWish> {
        let alarms = twin.alarms(OperatorAccess::granted());
        let judge = Judge {
            twin,
            rules: &self.rules,
            trends: &self.trends,
            heat: &self.heat,
            behind_gateways: &self.behind_gateways,
            next_visit: self.visits.next(now, &self.rules.overflow_soon),
            now,
        };
        let mut wishes = Vec::new();
        while let Some((cause, asset)) = self.touched.pop_first() {
            let key: Key = (cause, asset.clone().into());
            let standing = alarms.of(cause, &key.1);
            let verdict = judge.verdict(cause, &asset, standing);
            let active = standing.filter(|alarm| alarm.is_active());
            let active = active.map(|alarm| alarm.priority);
            let delays = match verdict {
                // What is gone, or told otherwise, is over at once.
                Verdict::Over(Timestamp::MIN) => (Span::ZERO, Span::ZERO),
                _ => self.rules.delays(cause),
            };
            match self.delays.settle(&key, verdict, active, (delays, now)) {
                Some(Turn::Raise(finding)) => {
                    wishes.push(raised(key, asset, finding, Vec::new()));
                }
                Some(Turn::Clear) => wishes.push(cleared(key)),
                None => {}
            }
            if wishes.len() >= MOST_WISHES {
                break;
            }
        }
        wishes
    }

    /// A gateway behind which sensors are silent together is one alarm, and they are none.
    fn look_at_gateways(&mut self, twin: &Twin, now: Timestamp) -> Vec<AlarmWish> {
        let waits = self.delays.due(now);
        let waits = waits
            .iter()
            .any(|(cause, _)| *cause == AlarmCause::GatewayOut);
        if !std::mem::take(&mut self.is_radio_touched) && !waits {
            return Vec::new();
        }
        let alarms = twin.alarms(OperatorAccess::granted());
        let told = told_out(alarms);
        let rules = &self.rules.gateway_out;
        let outages = self.heard.outages(twin, rules, &told);
        let behind: BTreeSet<u32> = outages
            .iter()
            .flat_map(|outage| outage.silent.iter().copied())
            .collect();
        let changed: Vec<u32> = behind
            .symmetric_difference(&self.behind_gateways)
            .copied()
            .collect();
        for sensor in changed {
            if let Some(id) = sensor_id(twin, sensor) {
                self.touched.insert((AlarmCause::SensorFailing, id));
            }
        }
        self.behind_gateways = behind;
        let mut wishes = Vec::new();
        let mut seen = BTreeSet::new();
        for outage in outages {
            seen.insert(outage.gateway.clone());
            wishes.extend(self.settle_outage(twin, &outage, now));
        }
        let before = std::mem::replace(&mut self.suspects, seen);
        for gateway in told.union(&before) {
            if !self.suspects.contains(gateway) {
                wishes.extend(self.settle_return(alarms, gateway, now));
            }
        }
        wishes
    }

    fn settle_outage(&mut self, twin: &Twin, outage: &Outage, now: Timestamp) -> Option<AlarmWish> {
        let subject = AlarmSubject::gateway(&outage.gateway).ok()?;
        let members: Vec<AssetId> = outage
            .silent
            .iter()
            .filter_map(|sensor| sensor_id(twin, *sensor))
            .collect();
        let about = members.first()?.clone();
        let key: Key = (AlarmCause::GatewayOut, subject);
        let standing = twin
            .alarms(OperatorAccess::granted())
            .of(key.0, &key.1)
            .filter(|alarm| alarm.is_active());
        let finding = Finding {
            since: now,
            value: Some(outage.silent.len() as f64 / outage.of.max(1) as f64),
            priority: self.rules.gateway_out.priority,
        };
        let delays = self.rules.delays(key.0);
        let active = standing.map(|alarm| alarm.priority);
        let holds = Verdict::Holds(finding);
        let turn = self.delays.settle(&key, holds, active, (delays, now));
        let has_others = standing.is_some_and(|alarm| alarm.members != members);
        match turn {
            Some(Turn::Raise(finding)) => Some(raised(key, about, finding, members)),
            _ if has_others => Some(raised(key, about, finding, members)),
            _ => None,
        }
    }

    fn settle_return(
        &mut self,
        alarms: &Alarms,
        gateway: &str,
        now: Timestamp,
    ) -> Option<AlarmWish> {
        let key: Key = (AlarmCause::GatewayOut, AlarmSubject::gateway(gateway).ok()?);
        let standing = alarms.of(key.0, &key.1);
        let active = standing.filter(|alarm| alarm.is_active());
        let active = active.map(|alarm| alarm.priority);
        let delays = self.rules.delays(key.0);
        let over = Verdict::Over(now);
        let turn = self.delays.settle(&key, over, active, (delays, now))?;
        (turn == Turn::Clear).then(|| cleared(key))
    }

    /// Hands wishes to the twin, and waits until they are on disk; those that are refused or not stored are
    /// looked at again in time.
    async fn tell(&mut self, wishes: Vec<AlarmWish>) -> Result<(), Stopped> {
        let mut outcomes = Vec::with_capacity(wishes.len());
        let at = self.engine.clock().now();
        for wish in wishes {
            let input = Input::Alarm(AlarmInput { at, wish });
            let outcome = self.engine.hand_over(input).await;
            outcomes.push(outcome.map_err(|_stopping| Stopped)?);
        }
        for outcome in outcomes {
            match outcome.await {
                Ok(_receipt) => {}
                Err(SubmitError::Stopping) => return Err(Stopped),
                Err(SubmitError::Refused(refusal)) => {
                    tracing::debug!(%refusal, "a wish of alarms is refused");
                }
                Err(error) => {
                    tracing::warn!(why = with_causes(&error), "alarms are not stored");
                    self.looked_at = Timestamp::MIN;
                }
            }
        }
        Ok(())
    }

    /// Says of what somebody is to be told.
    async fn annunciate(&mut self, now: Timestamp) -> Result<(), Stopped> {
        let twin = self.engine.twin();
        let alarms = twin.alarms(OperatorAccess::granted());
        let due = flood::due(alarms, now, &self.rules.limits());
        self.tell(due.into_iter().map(AlarmWish::Annunciate).collect())
            .await
    }
}

fn sensor_id(twin: &Twin, sensor: u32) -> Option<AssetId> {
    twin.inventory().sensors().get(sensor)?.asset.id().ok()
}

/// The gateways that are told to be out.
fn told_out(alarms: &Alarms) -> BTreeSet<Box<str>> {
    let out = alarms.iter().filter(|alarm| alarm.is_active());
    let name = |alarm: &twin_core::Alarm| match &alarm.subject {
        AlarmSubject::Gateway(name) => Some(name.clone()),
        AlarmSubject::Asset(_) => None,
    };
    out.filter_map(name).collect()
}

fn raised(
    (cause, subject): Key,
    about: AssetId,
    finding: Finding,
    members: Vec<AssetId>,
) -> AlarmWish {
    AlarmWish::Raise {
        cause,
        subject,
        about,
        priority: finding.priority,
        value: finding.value,
        members,
    }
}

fn cleared((cause, subject): Key) -> AlarmWish {
    AlarmWish::Clear { cause, subject }
}
