//! From changes to the next twin: pure, total, and without any rule, so that what was told once
//! stays told.

use std::sync::Arc;

use crate::change::{Change, Channel, Effect, Frame};
use crate::health::{FrameWindow, LastReport, SensorStatus};
use crate::time::Timestamp;
use crate::twin::{Level, Twin};
use crate::{AssetId, Fraction};

/// The twin after some changes, applied in their order.
///
/// What a change tells of an asset that does not exist is left out.
#[must_use]
pub fn evolve(mut twin: Twin, changes: &[Change]) -> Twin {
    evolve_in_place(&mut twin, changes);
    twin
}

/// The same for a twin that its owner steps: what its clones share is copied once, not at each call.
pub fn evolve_in_place(twin: &mut Twin, changes: &[Change]) {
    for change in changes {
        match change.channel {
            Channel::Public => twin.public_seq = change.seq,
            Channel::Restricted => twin.restricted_seq = change.seq,
        }
        twin.at = twin.at.max(change.at);
        apply(twin, change);
    }
}

fn apply(twin: &mut Twin, change: &Change) {
    match &change.effect {
        Effect::SensorReported {
            sensor,
            report,
            frame,
        } => {
            take_report(twin, sensor, *report, frame.as_ref());
        }
        Effect::ContainerMeasured {
            container,
            fill,
            observed_at,
            ..
        } => {
            set_level(twin, container, *fill, *observed_at);
        }
        Effect::SensorStatusChanged { sensor, status, .. } => {
            set_status(twin, sensor, *status, change.at);
        }
        Effect::AssetPut(record) => {
            Arc::make_mut(&mut twin.inventory).put((**record).clone());
            twin.make_room();
        }
        Effect::AssetRemoved(id) => Arc::make_mut(&mut twin.inventory).remove(id),
        Effect::CameraAimed { camera, aiming } => {
            Arc::make_mut(&mut twin.inventory).aim(camera, aiming.as_deref().cloned());
        }
    }
}

fn take_report(twin: &mut Twin, sensor: &AssetId, report: LastReport, frame: Option<&Frame>) {
    let Some(ix) = twin.number(sensor) else {
        return;
    };
    let Some(state) = twin.sensors.get_mut(ix as usize) else {
        return;
    };
    if let Some(frame) = frame {
        state.frames = Some(FrameWindow::after(
            state.frames,
            &frame.session,
            frame.f_cnt,
        ));
    }
    state.take(report);
}

fn set_level(twin: &mut Twin, container: &AssetId, fill: Fraction, observed_at: Timestamp) {
    let Some(ix) = twin.number(container) else {
        return;
    };
    let Some(slot) = twin.levels.get_mut(ix as usize) else {
        return;
    };
    if slot.is_none_or(|level| level.observed_at <= observed_at) {
        *slot = Some(Level { fill, observed_at });
    }
}

fn set_status(twin: &mut Twin, sensor: &AssetId, status: SensorStatus, at: Timestamp) {
    let Some(ix) = twin.number(sensor) else {
        return;
    };
    if let Some(state) = twin.sensors.get_mut(ix as usize) {
        state.status = status;
        state.status_since = at;
    }
}
