//! Frames that are set aside: of which devices, what they say, and how a device becomes a sensor.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use gis_data::radio::Measurements;
use gis_data::stores::{AsideDevice, FrameKey, SetAside};
use serde::{Deserialize, Serialize};
use twin_core::{
    Action, Asset, AssetId, AssetKind, Command, DevEui, Input, Inventory, Mounting, Record,
    Refusal, Sensor, Span, Timestamp, Twin, TwinError,
};

use super::access::Operator;
use super::problem::Problem;
use super::query::bad_request;
use super::state::ApiState;
use crate::engine::{EngineError, SubmitError};
use crate::error::with_causes;
use crate::ingest::{Codecs, ReadAgain, readmit};

/// Most devices in an answer.
const MOST_DEVICES: u32 = 1_000;
/// Most frames in an answer.
const MOST_FRAMES: u32 = 1_000;
/// How often a sensor reports unless told otherwise, in seconds.
const USUAL_INTERVAL_S: u32 = 4 * 3600;
/// Shortest and longest expected interval, in seconds.
const INTERVALS_S: std::ops::RangeInclusive<u32> = 60..=7 * 86_400;

/// Devices of which frames are set aside.
#[derive(Debug, Serialize)]
pub(super) struct Quarantine {
    devices: Vec<Device>,
}

/// A device of which frames are set aside.
#[derive(Debug, Serialize)]
struct Device {
    dev_eui: DevEui,
    frames: u64,
    first_at: Timestamp,
    last_at: Timestamp,
    /// The sensor that has it, where one has: its codec does not read the frames, or they are refused.
    sensor: Option<AssetId>,
}

/// The frames of a device.
#[derive(Debug, Serialize)]
pub(super) struct DeviceFrames {
    dev_eui: DevEui,
    sensor: Option<AssetId>,
    /// The oldest first.
    frames: Vec<Frame>,
    /// What the codecs read in the newest one, those that read most first.
    readings: Vec<ReadBy>,
}

/// A frame that is set aside.
#[derive(Debug, Serialize)]
struct Frame {
    cause: &'static str,
    why: String,
    source: Box<str>,
    session: Box<str>,
    f_cnt: u32,
    f_port: Option<u8>,
    hex: String,
    network_at: Timestamp,
    received_at: Timestamp,
    rssi_dbm: Option<f32>,
    gateways: Vec<Box<str>>,
}

/// What a codec reads in a frame.
#[derive(Debug, Serialize)]
struct ReadBy {
    codec: String,
    measurements: Measurements,
    /// How many warnings it gives.
    warnings: usize,
}

/// How a device is to be a sensor.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Adoption {
    container: AssetId,
    codec: String,
    /// Distance to the bottom, in millimetres.
    empty_mm: u16,
    /// Distance to the level that counts as full, in millimetres.
    full_mm: u16,
    /// How often it is expected to report, in seconds.
    interval_s: Option<u32>,
    /// The sensor's key, which everybody may see; like the container's unless told otherwise.
    key: Option<String>,
}

/// What an adoption did.
#[derive(Debug, Serialize)]
pub(super) struct Adopted {
    sensor: AssetId,
    /// What became of the frames that were set aside.
    frames: ReadAgain,
}

/// `GET /quarantine`: the devices of which frames are set aside, the one that was heard last first.
pub(super) async fn list(
    State(state): State<ApiState>,
    Operator(_access): Operator,
) -> Result<Json<Quarantine>, Problem> {
    let read = |reader: &dyn gis_data::stores::JournalReader| reader.aside_devices(MOST_DEVICES);
    let devices = state.engine.readers().read(read).await;
    let twin = state.engine.twin();
    let device = |of: AsideDevice| Device {
        dev_eui: of.dev_eui,
        frames: of.frames,
        first_at: of.first_at,
        last_at: of.last_at,
        sensor: sensor_of(&twin, of.dev_eui),
    };
    let devices = devices.map_err(unavailable)?.into_iter();
    Ok(Json(Quarantine {
        devices: devices.map(device).collect(),
    }))
}

/// `GET /quarantine/{dev_eui}`: the frames of a device that are set aside, and what codecs read in the last.
pub(super) async fn find(
    State(state): State<ApiState>,
    Operator(_access): Operator,
    Path(dev_eui): Path<String>,
) -> Result<Json<DeviceFrames>, Problem> {
    let dev_eui = device_of(&dev_eui)?;
    let frames = frames_of(&state, dev_eui).await?;
    let readings = frames
        .last()
        .map_or_else(Vec::new, |last| readings(&state.codecs, last));
    Ok(Json(DeviceFrames {
        dev_eui,
        sensor: sensor_of(&state.engine.twin(), dev_eui),
        frames: frames.into_iter().map(told).collect(),
        readings,
    }))
}

/// `DELETE /quarantine/{dev_eui}`: forgets the frames of a device that are set aside.
pub(super) async fn forget(
    State(state): State<ApiState>,
    Operator(_access): Operator,
    Path(dev_eui): Path<String>,
) -> Result<StatusCode, Problem> {
    let frames = frames_of(&state, device_of(&dev_eui)?).await?;
    let keys = frames.iter().map(|frame| FrameKey::of(&frame.uplink));
    state.engine.release(keys.collect()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /quarantine/{dev_eui}/adopt`: makes a device the sensor of a container, and takes in what of its
/// frames was set aside.
pub(super) async fn adopt(
    State(state): State<ApiState>,
    Operator(_access): Operator,
    Path(dev_eui): Path<String>,
    adoption: Result<Json<Adoption>, JsonRejection>,
) -> Result<Json<Adopted>, Problem> {
    let dev_eui = device_of(&dev_eui)?;
    let Json(adoption) = adoption.map_err(|refusal| misread(&refusal))?;
    let record = sensor_record(&state, dev_eui, &adoption)?;
    let sensor = record
        .id()
        .map_err(|error| bad_request(error.to_string()))?;
    let command = Command {
        received_at: state.engine.clock().now(),
        action: Action::Put(record),
    };
    let submitted = state.engine.submit(Input::Command(command)).await;
    submitted.map_err(not_adopted)?;
    let frames = readmit(&state.engine, &state.codecs, Some(dev_eui)).await;
    Ok(Json(Adopted {
        sensor,
        frames: frames.map_err(unavailable)?,
    }))
}

/// `POST /quarantine/{dev_eui}/reread`: takes in what of a device's frames can be read by now.
pub(super) async fn reread(
    State(state): State<ApiState>,
    Operator(_access): Operator,
    Path(dev_eui): Path<String>,
) -> Result<Json<ReadAgain>, Problem> {
    let frames = readmit(&state.engine, &state.codecs, Some(device_of(&dev_eui)?)).await;
    Ok(Json(frames.map_err(unavailable)?))
}

fn sensor_record(state: &ApiState, dev_eui: DevEui, asked: &Adoption) -> Result<Record, Problem> {
    if state.codecs.get(&asked.codec).is_none() {
        let known: Vec<&str> = state.codecs.names();
        let detail = format!(
            "codec={}: expected one of {}",
            asked.codec,
            known.join(", ")
        );
        let known = known.into_iter().map(str::to_owned).collect();
        return Err(bad_request(detail).of_field("codec").expecting(known));
    }
    let interval_s = asked.interval_s.unwrap_or(USUAL_INTERVAL_S);
    if !INTERVALS_S.contains(&interval_s) {
        let [shortest, longest] = [INTERVALS_S.start(), INTERVALS_S.end()];
        return Err(bad_request(format!(
            "interval_s={interval_s}: expected {shortest} to {longest}"
        ))
        .of_field("interval_s"));
    }
    let twin = state.engine.twin();
    let inventory = twin.inventory();
    let place = (asked.container.kind() == AssetKind::Container)
        .then(|| inventory.find(&asked.container))
        .flatten()
        .and_then(|container| inventory.place(container));
    let place = place.ok_or_else(|| {
        bad_request(format!(
            "container={}: expected a container that exists",
            asked.container
        ))
        .of_field("container")
    })?;
    let mounting = Mounting::new(asked.empty_mm, asked.full_mm);
    let detail = Sensor {
        container: asked.container.clone(),
        dev_eui,
        codec: asked.codec.as_str().into(),
        mounting: mounting.map_err(|error| bad_request(error.to_string()).of_field("full_mm"))?,
        expected_interval: Span::from_secs(interval_s.into()),
    };
    let key = match &asked.key {
        Some(key) if free(inventory, key, dev_eui) => key.clone(),
        Some(key) => {
            let taken = format!("sensor/{key} is another device");
            return Err(Problem::new(StatusCode::CONFLICT)
                .because(taken)
                .of_field("key"));
        }
        None => unused_key(inventory, asked.container.key(), dev_eui),
    };
    Ok(Record::Sensor(Asset {
        key: key.into(),
        place,
        detail,
    }))
}

/// What a body that is no adoption is refused with.
fn misread(refusal: &JsonRejection) -> Problem {
    let problem = bad_request(refusal.body_text());
    match field_of(refusal) {
        Some(field) => problem.of_field(field),
        None => problem,
    }
}

/// The member of a body that cannot be what it says, where it is one of them.
fn field_of(refusal: &JsonRejection) -> Option<String> {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(refusal);
    while let Some(error) = cause {
        if let Some(at) = error.downcast_ref::<serde_path_to_error::Error<serde_json::Error>>() {
            let is_member = at.path().iter().next().is_some();
            return is_member.then(|| at.path().to_string());
        }
        cause = error.source();
    }
    None
}

/// What the twin refuses is the fault of the container, where that has a sensor.
fn not_adopted(error: SubmitError) -> Problem {
    let is_second = matches!(
        error,
        SubmitError::Refused(Refusal::Invalid(TwinError::SecondSensor { .. }))
    );
    let problem = Problem::from(error);
    if is_second {
        problem.of_field("container")
    } else {
        problem
    }
}

/// Whether no other device has a sensor's key.
fn free(inventory: &Inventory, key: &str, dev_eui: DevEui) -> bool {
    let sensors = inventory.sensors();
    let row = sensors.find(key).and_then(|ix| sensors.get(ix));
    row.is_none_or(|row| row.asset.detail.dev_eui == dev_eui)
}

/// A key like the container's that no other device has. The device's own number is for operators only, so
/// it is no key.
fn unused_key(inventory: &Inventory, container: &str, dev_eui: DevEui) -> String {
    let numbered = (2..).map(|n| format!("{container}-{n}"));
    let mut keys = std::iter::once(container.to_owned()).chain(numbered);
    let found = keys.find(|key| free(inventory, key, dev_eui));
    found.unwrap_or_else(|| container.to_owned())
}

/// What codecs read in a frame: those that find most, with the fewest warnings, first.
fn readings(codecs: &Codecs, frame: &SetAside) -> Vec<ReadBy> {
    let read = |codec: &dyn gis_data::radio::PayloadCodec| {
        let decoded = codec
            .decode(frame.uplink.f_port, &frame.uplink.bytes)
            .ok()?;
        (!decoded.measurements.is_empty()).then(|| ReadBy {
            codec: codec.name().to_owned(),
            warnings: decoded.warnings.len(),
            measurements: decoded.measurements,
        })
    };
    let mut readings: Vec<ReadBy> = codecs.iter().filter_map(read).collect();
    readings.sort_by_key(|read| (read.warnings, usize::MAX - read.measurements.iter().count()));
    readings
}

fn told(frame: SetAside) -> Frame {
    let SetAside { cause, why, uplink } = frame;
    let hex = uplink.bytes.iter().map(|byte| format!("{byte:02x}"));
    Frame {
        cause: cause.name(),
        why,
        source: uplink.source,
        session: uplink.session,
        f_cnt: uplink.f_cnt,
        f_port: uplink.f_port,
        hex: hex.collect(),
        network_at: uplink.network_at,
        received_at: uplink.received_at,
        rssi_dbm: uplink.rssi_dbm,
        gateways: uplink.gateways,
    }
}

fn sensor_of(twin: &Twin, dev_eui: DevEui) -> Option<AssetId> {
    let ix = twin.inventory().sensor_of_device(dev_eui)?;
    let row = twin.inventory().sensors().get(ix)?;
    row.asset.id().ok()
}

fn device_of(text: &str) -> Result<DevEui, Problem> {
    text.parse()
        .map_err(|error: twin_core::TwinError| bad_request(error.to_string()))
}

/// The frames of a device that are set aside; there is at least one.
async fn frames_of(state: &ApiState, dev_eui: DevEui) -> Result<Vec<SetAside>, Problem> {
    let read = move |reader: &dyn gis_data::stores::JournalReader| {
        reader.set_aside(Some(dev_eui), 0, MOST_FRAMES)
    };
    let frames = state
        .engine
        .readers()
        .read(read)
        .await
        .map_err(unavailable)?;
    if frames.is_empty() {
        return Err(Problem::new(StatusCode::NOT_FOUND)
            .because(format!("no frame of the device {dev_eui} is set aside")));
    }
    Ok(frames.into_iter().map(|(_no, frame)| frame).collect())
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn unavailable(error: EngineError) -> Problem {
    tracing::error!(
        why = with_causes(&error),
        "frames set aside are out of reach"
    );
    Problem::new(StatusCode::SERVICE_UNAVAILABLE)
        .because("the journal cannot be used at the moment")
}
