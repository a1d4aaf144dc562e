//! From changes to the next twin: pure, total, and without any rule, so that what was told once
//! stays told.

use std::sync::Arc;

use crate::AssetId;
use crate::change::{Change, Channel, Effect, Frame};
use crate::foresee::{FORESIGHT, foresee_changes};
use crate::health::{FrameWindow, LastReport};
use crate::live::Live;
use crate::record::Record;
use crate::report::Seen;
use crate::restricted::OperatorAccess;
use crate::twin::{Level, Twin};

/// So few changes meet so little that reading it ahead saves nothing.
const FEW: usize = 8;

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
    let mut sensors = SensorNumbers::default();
    for some in changes.chunks(FORESIGHT) {
        if some.len() > FEW {
            foresee_changes(twin, some);
        }
        for change in some {
            match change.channel {
                Channel::Public => twin.public_seq = change.seq,
                Channel::Restricted => twin.restricted_seq = change.seq,
            }
            twin.at = twin.at.max(change.at);
            apply(twin, change, &mut sensors);
        }
    }
}

/// The number of the sensor that was asked for last: what a report changes comes in a row.
#[derive(Default)]
struct SensorNumbers<'a>(Option<(&'a AssetId, u32)>);

impl<'a> SensorNumbers<'a> {
    fn of(&mut self, twin: &Twin, sensor: &'a AssetId) -> Option<u32> {
        let ix = match self.0 {
            Some((id, ix)) if id == sensor => ix,
            _ => twin.number(sensor)?,
        };
        self.0 = Some((sensor, ix));
        Some(ix)
    }

    /// What is known of a sensor, to change.
    fn live<'t>(&mut self, twin: &'t mut Twin, sensor: &'a AssetId) -> Option<&'t mut Live> {
        let ix = self.of(twin, sensor)?;
        twin.live.get_mut(ix as usize)
    }
}

fn apply<'a>(twin: &mut Twin, change: &'a Change, sensors: &mut SensorNumbers<'a>) {
    match &change.effect {
        Effect::SensorReported {
            sensor,
            report,
            frame,
        } => {
            if let Some(live) = sensors.live(twin, sensor) {
                take_report(live, *report, frame.as_ref());
            }
        }
        Effect::ContainerMeasured { .. }
        | Effect::ContainerEmptied { .. }
        | Effect::ContainerReported { .. } => apply_to_container(twin, &change.effect, sensors),
        Effect::SensorStatusChanged { sensor, status, .. } => {
            if let Some(live) = sensors.live(twin, sensor) {
                live.set_status(*status, change.at);
            }
        }
        Effect::AssetPut(record) => {
            *sensors = SensorNumbers::default();
            forget_level_of_moved(twin, record);
            Arc::make_mut(&mut twin.inventory).put((**record).clone());
            twin.make_room();
        }
        Effect::AssetRemoved(id) => {
            *sensors = SensorNumbers::default();
            Arc::make_mut(&mut twin.inventory).remove(id);
            twin.reports.remove_mut(id);
        }
        Effect::CameraAimed { camera, aiming } => {
            Arc::make_mut(&mut twin.inventory).aim(camera, aiming.as_deref().cloned());
        }
        Effect::Alarm(event) => {
            let alarms = twin.alarms.reveal_mut(OperatorAccess::granted());
            alarms.apply(event, change.at);
        }
    }
}

/// What is known anew of a container.
fn apply_to_container<'a>(twin: &mut Twin, effect: &'a Effect, sensors: &mut SensorNumbers<'a>) {
    match effect {
        Effect::ContainerMeasured {
            sensor,
            fill,
            observed_at,
            quality,
            ..
        } => {
            if let Some(live) = sensors.live(twin, sensor) {
                let level = Level {
                    fill: *fill,
                    observed_at: *observed_at,
                };
                live.take_level(level, *quality);
            }
        }
        Effect::ContainerEmptied {
            container,
            sensor,
            observed_at,
            ..
        } => {
            if let Some(live) = sensors.live(twin, sensor) {
                live.track_mut().emptied(*observed_at);
            }
            twin.change_reported(container, |told| told.seen_emptied(*observed_at));
        }
        Effect::ContainerReported {
            container,
            sighting,
            witness,
            observed_at,
        } => {
            let seen = Seen {
                at: *observed_at,
                by: *witness,
            };
            twin.note_reported(container);
            twin.change_reported(container, |told| told.take(*sighting, seen));
        }
        _ => {}
    }
}

fn take_report(live: &mut Live, report: LastReport, frame: Option<&Frame>) {
    let mut state = live.sensor();
    if let Some(frame) = frame {
        state.frames = Some(FrameWindow::after(
            state.frames,
            &frame.session,
            frame.f_cnt,
        ));
    }
    state.take(report);
    live.set_sensor(state);
}

/// A sensor that is put into another container has not measured there yet.
fn forget_level_of_moved(twin: &mut Twin, record: &Record) {
    let Record::Sensor(sensor) = record else {
        return;
    };
    let Some(ix) = twin.inventory.sensors().find(&sensor.key) else {
        return;
    };
    let before = twin.inventory.sensors().get(ix);
    let is_moved = before.is_some_and(|row| row.asset.detail.container != sensor.detail.container);
    if !is_moved {
        return;
    }
    if let Some(live) = twin.live.get_mut(ix as usize) {
        live.forget_container();
    }
}
