//! Frames that are read again: those that were set aside, once their device or codec is known, and those
//! that were read by a codec that was corrected since.

use std::collections::{BTreeMap, BTreeSet};

use gis_data::radio::RawUplink;
use gis_data::stores::{Checkpoint, FrameKey};
use serde::Serialize;
use twin_core::{DevEui, Input, Uplink};

use super::codecs::Codecs;
use super::door::read;
use crate::engine::{Engine, EngineResult, SubmitError};

/// Frames or inputs looked at together.
const PAGE: u32 = 1_000;
/// The name under which the versions of the codecs are kept that frames were read with last.
const VERSIONS: &str = "codecs";

/// What became of frames that were read again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ReadAgain {
    /// They are part of what happened now.
    pub taken: usize,
    /// They can never be: they go.
    pub refused: usize,
    /// They are still not read, and stay aside.
    pub left: usize,
}

/// Reads the frames of a device that are set aside, or of all devices where none is told, in the order in
/// which they came, as if they came now; what was measured then is then part of the sensor's history.
///
/// Told again after a crash, it ends in the same state.
///
/// # Errors
/// Where the journal cannot be read or written.
pub async fn readmit(
    engine: &Engine,
    codecs: &Codecs,
    device: Option<DevEui>,
) -> EngineResult<ReadAgain> {
    let mut sum = ReadAgain::default();
    let mut after = 0;
    loop {
        let page = move |reader: &dyn gis_data::stores::JournalReader| {
            reader.set_aside(device, after, PAGE)
        };
        let page = engine.readers().read(page).await?;
        let Some((last, _frame)) = page.last() else {
            return Ok(sum);
        };
        after = *last;
        let mut handed_over = Vec::new();
        let twin = engine.twin();
        for (_no, frame) in page {
            let is_known = || {
                twin.inventory()
                    .sensor_of_device(frame.uplink.dev_eui)
                    .is_some()
            };
            if !frame.cause.may_pass() || !is_known() {
                sum.left += 1;
                continue;
            }
            match read(&twin, codecs, RawUplink::new(frame.uplink)) {
                Ok(uplink) => {
                    let key = FrameKey::of(&uplink);
                    handed_over.push((key, engine.hand_over(Input::Reread(*uplink)).await?));
                }
                Err(_still_unread) => sum.left += 1,
            }
        }
        let mut settled = Vec::new();
        for (key, outcome) in handed_over {
            match outcome.await {
                Ok(_receipt) => sum.taken += 1,
                Err(SubmitError::Refused(refusal)) => {
                    tracing::warn!(device = %key.dev_eui, why = %refusal, "a frame is refused again");
                    sum.refused += 1;
                }
                Err(error) => return Err(error.into()),
            }
            settled.push(key);
        }
        if !settled.is_empty() {
            engine.release(settled).await?;
        }
    }
}

/// Reads again what can be read better than before: frames that were set aside, and those that a codec of
/// another version read. How many frames now say something else.
///
/// # Errors
/// Where the journal cannot be read or written.
pub async fn catch_up(engine: &Engine, codecs: &Codecs) -> EngineResult<usize> {
    let versions = codecs.versions();
    let kept = engine
        .readers()
        .read(|reader| reader.checkpoint(VERSIONS))
        .await?;
    let kept: Option<BTreeMap<String, u16>> =
        kept.and_then(|kept| serde_json::from_slice(&kept.body).ok());
    if kept.as_ref() == Some(&versions) {
        return Ok(0);
    }
    let readmitted = readmit(engine, codecs, None).await?;
    let is_corrected = |(name, version): (&String, &u16)| {
        let before = kept.as_ref().and_then(|kept| kept.get(name));
        before
            .is_some_and(|before| before != version)
            .then(|| name.clone())
    };
    let corrected: BTreeSet<String> = versions.iter().filter_map(is_corrected).collect();
    let reread = if corrected.is_empty() {
        0
    } else {
        reread(engine, codecs, &corrected).await?
    };
    let checkpoint = Checkpoint {
        name: VERSIONS.to_owned(),
        at: engine.clock().now(),
        body: serde_json::to_vec(&versions).unwrap_or_default(),
    };
    engine.checkpoint(checkpoint).await?;
    Ok(readmitted.taken + reread)
}

/// Reads again what the corrected codecs read in other versions, and tells the twin where they now read
/// something else. Frames that they no longer read stay as they were read.
async fn reread(
    engine: &Engine,
    codecs: &Codecs,
    corrected: &BTreeSet<String>,
) -> EngineResult<usize> {
    let mut after = 0;
    let mut count = 0;
    loop {
        let page = engine
            .readers()
            .read(move |reader| reader.uplinks(after, PAGE))
            .await?;
        let Some((last, _uplink)) = page.last() else {
            return Ok(count);
        };
        after = *last;
        let again = page
            .into_iter()
            .filter_map(|(_no, uplink)| read_otherwise(codecs, corrected, uplink?));
        let mut outcomes = Vec::new();
        for uplink in again {
            outcomes.push(engine.hand_over(Input::Reread(uplink)).await?);
        }
        for outcome in outcomes {
            match outcome.await {
                Ok(_receipt) => count += 1,
                Err(SubmitError::Refused(refusal)) => {
                    tracing::debug!(why = %refusal, "a frame of a sensor that is gone");
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// A frame as its corrected codec reads it, where that is not what was read before.
fn read_otherwise(codecs: &Codecs, corrected: &BTreeSet<String>, uplink: Uplink) -> Option<Uplink> {
    let label = uplink.decoder.as_deref()?;
    let (name, _version) = label.rsplit_once('/')?;
    let codec = corrected.get(name).and_then(|name| codecs.get(name))?;
    if *label == *codec.label() {
        return None;
    }
    let before = uplink.reading;
    let again = RawUplink::new(uplink).decode(codec).ok()?;
    (again.reading != before).then_some(again)
}
