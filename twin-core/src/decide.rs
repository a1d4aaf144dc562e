//! From an input to the changes it makes: pure, and the only place where rules are applied.

use std::collections::BTreeSet;

use crate::alarms::{self, AlarmInput, AlarmRefusal, AlarmWish};
use crate::asset::{AssetId, AssetKind};
use crate::change::{Change, Channel, Effect, Frame};
use crate::error::TwinError;
use crate::health::{FrameVerdict, FrameWindow, LastReport, SensorState, SensorStatus};
use crate::input::{Action, Command, Input, Observation, Phenomenon, Quality, Tick};
use crate::inventory::Gauge;
use crate::report::{Report, Seen, Sighting};
use crate::restricted::OperatorAccess;
use crate::time::{Span, Timestamp};
use crate::track::Track;
use crate::twin::{Level, Twin};
use crate::units::{Celsius, Fraction};
use crate::uplink::{DevEui, Reading, Uplink};

/// How long after its measurement a value may still come in.
pub const LATEST_ARRIVAL: Span = Span::from_hours(7 * 24);
/// How far ahead of the twin's clock a network's clock may be.
pub const LARGEST_CLOCK_LEAD: Span = Span::from_secs(5 * 60);

/// Why an input makes no change and will not, however often it comes.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// No sensor has this device number.
    #[error("no sensor has the device EUI {dev_eui}")]
    UnknownDevice {
        /// The device number.
        dev_eui: DevEui,
    },

    /// No sensor has this name.
    #[error("{sensor} does not exist")]
    UnknownSensor {
        /// The name.
        sensor: AssetId,
    },

    /// Measured too long ago, or in the future.
    #[error(
        "measured at {observed_at}, which is more than 7 days before or 5 minutes after {received_at}, when it was received"
    )]
    OutOfTime {
        /// When it was measured.
        observed_at: Timestamp,
        /// When it was received.
        received_at: Timestamp,
    },

    /// A frame counter far behind the newest one, in the same session.
    #[error("frame {f_cnt} of {sensor} is far behind the newest one of the same session")]
    Replay {
        /// The sensor.
        sensor: AssetId,
        /// The frame counter.
        f_cnt: u32,
    },

    /// A wish of alarms that cannot be granted.
    #[error(transparent)]
    Alarm(#[from] AlarmRefusal),

    /// A value or a change that would break an invariant.
    #[error(transparent)]
    Invalid(#[from] TwinError),
}

/// What an input does to the twin: its changes, numbered to follow the twin's last ones.
///
/// No change at all is an answer too: a frame that was received before, a tick that finds
/// nothing due.
///
/// # Errors
/// A [`Refusal`] says why the input can never be taken in.
pub fn decide(twin: &Twin, input: &Input) -> Result<Vec<Change>, Refusal> {
    let effects = match input {
        Input::Uplink(uplink) => on_uplink(twin, uplink)?,
        Input::Reread(uplink) => on_reread(twin, uplink)?,
        Input::Observation(observation) => on_observation(twin, observation)?,
        Input::Report(report) => on_sighting(twin, report)?,
        Input::Command(command) => on_command(twin, command)?,
        Input::Tick(tick) => on_tick(twin, tick),
        Input::Alarm(alarm) => on_alarm(twin, alarm)?,
    };
    Ok(numbered(twin, effects))
}

type Effects = Vec<(Timestamp, Effect)>;

fn numbered(twin: &Twin, effects: Effects) -> Vec<Change> {
    let mut public = twin.seq(Channel::Public);
    let mut restricted = twin.seq(Channel::Restricted);
    let number = |(at, effect): (Timestamp, Effect)| {
        let channel = effect.channel();
        let seq = match channel {
            Channel::Public => &mut public,
            Channel::Restricted => &mut restricted,
        };
        *seq += 1;
        Change {
            seq: *seq,
            channel,
            at,
            effect,
        }
    };
    effects.into_iter().map(number).collect()
}

fn sensor_of<'t>(twin: &'t Twin, uplink: &Uplink) -> Result<(u32, &'t Gauge), Refusal> {
    let inventory = twin.inventory();
    let sensor = inventory.sensor_of_device(uplink.dev_eui);
    let found = sensor.and_then(|sensor| Some((sensor, inventory.gauge(sensor)?)));
    found.ok_or(Refusal::UnknownDevice {
        dev_eui: uplink.dev_eui,
    })
}

/// A sensor that is heard: what it is, and what was known of it.
struct Heard<'t> {
    gauge: &'t Gauge,
    state: SensorState,
    level: Option<Level>,
    track: Track,
}

impl<'t> Heard<'t> {
    fn new(twin: &Twin, sensor: u32, gauge: &'t Gauge) -> Self {
        let live = twin.live.get(sensor as usize).copied().unwrap_or_default();
        Self {
            gauge,
            state: live.sensor(),
            level: live.level(),
            track: *live.track(),
        }
    }
}

fn report_of(uplink: &Uplink) -> LastReport {
    LastReport {
        observed_at: uplink.network_at,
        received_at: uplink.received_at,
        reading: uplink.reading,
        rssi_dbm: uplink.rssi_dbm,
    }
}

/// A frame that the twin was not told before may be far behind the newest one by now; times were judged when
/// it came.
fn on_reread(twin: &Twin, uplink: &Uplink) -> Result<Effects, Refusal> {
    let (sensor, gauge) = sensor_of(twin, uplink)?;
    let heard = Heard::new(twin, sensor, gauge);
    let report = report_of(uplink);
    if heard.state.last == Some(report) {
        return Ok(Vec::new());
    }
    let verdict = FrameWindow::judge(heard.state.frames, &uplink.session, uplink.f_cnt);
    let news = News {
        report,
        frame: matches!(verdict, FrameVerdict::New).then(|| frame_of(uplink)),
        now: report.received_at.max(twin.at()),
    };
    Ok(on_report(twin, &heard, news))
}

fn on_uplink(twin: &Twin, uplink: &Uplink) -> Result<Effects, Refusal> {
    let (sensor, gauge) = sensor_of(twin, uplink)?;
    check_time(uplink.network_at, uplink.received_at)?;
    let heard = Heard::new(twin, sensor, gauge);
    match FrameWindow::judge(heard.state.frames, &uplink.session, uplink.f_cnt) {
        FrameVerdict::New => {}
        FrameVerdict::Duplicate => return Ok(Vec::new()),
        FrameVerdict::Replay => {
            return Err(Refusal::Replay {
                sensor: gauge.id(),
                f_cnt: uplink.f_cnt,
            });
        }
    }
    let report = report_of(uplink);
    let news = News {
        report,
        frame: Some(frame_of(uplink)),
        now: report.received_at,
    };
    Ok(on_report(twin, &heard, news))
}

fn on_observation(twin: &Twin, observation: &Observation) -> Result<Effects, Refusal> {
    let unknown = || Refusal::UnknownSensor {
        sensor: observation.sensor.clone(),
    };
    let sensor = twin.number(&observation.sensor).ok_or_else(unknown)?;
    if observation.sensor.kind() != AssetKind::Sensor {
        return Err(unknown());
    }
    let gauge = twin.inventory().gauge(sensor).ok_or_else(unknown)?;
    check_time(observation.observed_at, observation.received_at)?;
    let heard = Heard::new(twin, sensor, gauge);
    let reading = reading_of(gauge, observation)?;
    let report = LastReport {
        observed_at: observation.observed_at,
        received_at: observation.received_at,
        reading,
        rssi_dbm: None,
    };
    let is_known =
        |last: LastReport| last.observed_at == report.observed_at && last.reading == report.reading;
    if heard.state.last.is_some_and(is_known) {
        return Ok(Vec::new());
    }
    let news = News {
        report,
        frame: None,
        now: report.received_at.max(twin.at()),
    };
    Ok(on_report(twin, &heard, news))
}

fn reading_of(gauge: &Gauge, observation: &Observation) -> Result<Reading, Refusal> {
    let value = observation.value;
    let mut reading = Reading::default();
    match observation.phenomenon {
        Phenomenon::Distance => {
            reading.distance_mm = Some(distance_mm(value)?);
            reading.is_distance_doubtful = observation.quality == Quality::Doubtful;
        }
        Phenomenon::Fill => {
            let fill = Fraction::new(value)?;
            reading.distance_mm = Some(distance_mm(gauge.mounting.distance_at(fill))?);
            reading.is_distance_doubtful = observation.quality == Quality::Doubtful;
        }
        Phenomenon::Temperature => reading.temperature = Some(Celsius::new(value)?),
        Phenomenon::Battery => reading.battery = Some(Fraction::new(value)?),
        Phenomenon::Tilt => reading.is_tilted = Some(Fraction::new(value)?.get() >= 0.5),
    }
    Ok(reading)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the range is checked first"
)]
fn distance_mm(value: f64) -> Result<u16, TwinError> {
    if (0.0..=f64::from(u16::MAX)).contains(&value) {
        Ok(value.round() as u16)
    } else {
        Err(TwinError::InvalidQuantity {
            quantity: "distance in millimetres",
            value,
        })
    }
}

fn frame_of(uplink: &Uplink) -> Frame {
    Frame {
        session: uplink.session.clone(),
        f_cnt: uplink.f_cnt,
    }
}

/// What a sensor told, and when the twin learns of it.
/// What a sensor tells.
struct News {
    report: LastReport,
    frame: Option<Frame>,
    now: Timestamp,
}

/// The changes that a report makes: itself, the level it measures, the status that follows.
fn on_report(twin: &Twin, heard: &Heard<'_>, news: News) -> Effects {
    let News { report, frame, now } = news;
    let at = report.received_at;
    let mut state = heard.state;
    let gauge = heard.gauge;
    let id = gauge.id();
    let status_before = state.status;
    state.take(report);
    let mut effects = vec![(
        at,
        Effect::SensorReported {
            sensor: id.clone(),
            report,
            frame,
        },
    )];
    let is_tilted = report.reading.is_tilted.unwrap_or(state.is_tilted);
    let is_trusted = !is_tilted && !report.reading.is_distance_doubtful;
    if let Some(distance_mm) = report.reading.distance_mm.filter(|_| is_trusted) {
        let level = Level {
            fill: gauge.mounting.fill_at(distance_mm),
            observed_at: report.observed_at,
        };
        let measured = on_level(twin, heard, level).into_iter();
        effects.extend(measured.map(|effect| (at, effect)));
    }
    let status = state.health(twin.rules(), gauge.expected_interval, now);
    if status != status_before {
        effects.push((now, status_changed(id, gauge.container(), status)));
    }
    effects
}

/// What a level says in the light of those before it: that the container was emptied, perhaps, and itself.
fn on_level(twin: &Twin, heard: &Heard<'_>, level: Level) -> Vec<Effect> {
    let (sensor, container) = (heard.gauge.id(), heard.gauge.container());
    let told_empty = twin
        .reported(&container)
        .and_then(|told| told.of(Sighting::Emptied))
        .map(|seen| seen.at);
    let judged = heard.track.judge(heard.level, level, told_empty);
    let emptied = judged.emptied.map(|from| Effect::ContainerEmptied {
        container: container.clone(),
        sensor: sensor.clone(),
        from: from.fill,
        observed_at: from.observed_at,
    });
    let measured = Effect::ContainerMeasured {
        container,
        sensor,
        fill: level.fill,
        observed_at: level.observed_at,
        quality: judged.quality,
    };
    emptied.into_iter().chain([measured]).collect()
}

/// What somebody saw, once however often it is told.
fn on_sighting(twin: &Twin, report: &Report) -> Result<Effects, Refusal> {
    let container = &report.container;
    let is_container = container.kind() == AssetKind::Container;
    if !is_container || twin.inventory().find(container).is_none() {
        return Err(TwinError::UnknownAsset(container.clone()).into());
    }
    check_time(report.observed_at, report.received_at)?;
    let seen = Seen {
        at: report.observed_at,
        by: report.witness,
    };
    let known = twin
        .reported(container)
        .and_then(|told| told.of(report.sighting));
    if known == Some(seen) {
        return Ok(Vec::new());
    }
    let effect = Effect::ContainerReported {
        container: container.clone(),
        sighting: report.sighting,
        witness: report.witness,
        observed_at: report.observed_at,
    };
    Ok(vec![(report.received_at, effect)])
}

fn on_command(twin: &Twin, command: &Command) -> Result<Effects, Refusal> {
    let inventory = twin.inventory();
    let effect = match &command.action {
        Action::Put(record) => {
            inventory.check_put(record)?;
            Effect::AssetPut(Box::new(record.clone()))
        }
        Action::Remove(id) => {
            inventory.check_remove(id)?;
            Effect::AssetRemoved(id.clone())
        }
        Action::Aim { camera, aiming } => {
            if camera.kind() != AssetKind::Camera || inventory.find(camera).is_none() {
                return Err(TwinError::UnknownAsset(camera.clone()).into());
            }
            Effect::CameraAimed {
                camera: camera.clone(),
                aiming: aiming.clone().map(Box::new),
            }
        }
    };
    Ok(vec![(command.received_at, effect)])
}

/// Who wishes something of alarms was recognised before; of what is told here, nothing is public.
fn on_alarm(twin: &Twin, input: &AlarmInput) -> Result<Effects, Refusal> {
    if let AlarmWish::Raise { about, .. } = &input.wish
        && twin.inventory().find(about).is_none()
    {
        return Err(TwinError::UnknownAsset(about.clone()).into());
    }
    let events = alarms::decide(twin.alarms(OperatorAccess::granted()), input)?;
    let effect = |event| (input.at, Effect::Alarm(Box::new(event)));
    Ok(events.into_iter().map(effect).collect())
}

/// The status changes whose deadline has come, each stamped with its own deadline; by time, then
/// by sensor, however often and in which order the tick names them.
fn on_tick(twin: &Twin, tick: &Tick) -> Effects {
    let due: BTreeSet<u32> = tick.due.iter().copied().collect();
    let mut effects = Vec::new();
    for sensor in due {
        let gauge = twin.inventory().gauge(sensor);
        let (Some(gauge), Some(mut state)) = (gauge, twin.sensor(sensor)) else {
            continue;
        };
        let interval = gauge.expected_interval;
        while let Some(deadline) = state
            .deadline(twin.rules(), interval)
            .filter(|d| *d <= tick.at)
        {
            let status = state.health(twin.rules(), interval, deadline);
            if status == state.status {
                break;
            }
            state.status = status;
            effects.push((
                deadline,
                status_changed(gauge.id(), gauge.container(), status),
            ));
        }
    }
    effects.sort_by_key(|(at, _effect)| *at);
    effects
}

fn status_changed(sensor: AssetId, container: AssetId, status: SensorStatus) -> Effect {
    Effect::SensorStatusChanged {
        sensor,
        container,
        status,
    }
}

fn check_time(observed_at: Timestamp, received_at: Timestamp) -> Result<(), Refusal> {
    let is_old = observed_at < received_at - LATEST_ARRIVAL;
    let is_ahead = observed_at > received_at + LARGEST_CLOCK_LEAD;
    if is_old || is_ahead {
        return Err(Refusal::OutOfTime {
            observed_at,
            received_at,
        });
    }
    Ok(())
}
