//! Reading ahead what inputs and changes will meet: it changes nothing but how long they wait.
//!
//! An input waits for each piece of cold memory in turn: the number of its device, what the
//! sensor is, how it does. For many inputs the processor fetches them side by side.

use std::hint::black_box;

use crate::asset::AssetId;
use crate::change::{Change, Effect};
use crate::input::Input;
use crate::inventory::Inventory;
use crate::live::Live;
use crate::twin::Twin;

/// How many inputs or changes are best read ahead at once: what they meet fits into the nearest
/// caches.
pub const FORESIGHT: usize = 64;

/// Reads what deciding these inputs and evolving by their changes will read. Worth its time before
/// a batch, in pieces of [`FORESIGHT`]; never needed.
pub fn foresee<'a>(twin: &Twin, inputs: impl IntoIterator<Item = &'a Input>) {
    let inventory = twin.inventory();
    let sensors = inputs.into_iter().filter_map(|input| match input {
        Input::Uplink(uplink) | Input::Reread(uplink) => inventory.sensor_of_device(uplink.dev_eui),
        Input::Observation(observation) => twin.number(&observation.sensor),
        Input::Report(_) | Input::Command(_) | Input::Tick(_) | Input::Alarm(_) => None,
    });
    let sensors: Vec<u32> = sensors.collect();
    glance_at_states(twin, &sensors);
    glance_at_gauges(inventory, &sensors);
}

/// The same for what evolving by changes will read.
pub(crate) fn foresee_changes(twin: &Twin, changes: &[Change]) {
    let mut last: Option<&AssetId> = None;
    let sensors = changes.iter().filter_map(|change| match &change.effect {
        Effect::SensorReported { sensor, .. }
        | Effect::ContainerMeasured { sensor, .. }
        | Effect::ContainerEmptied { sensor, .. }
        | Effect::SensorStatusChanged { sensor, .. } => {
            let is_next = last.replace(sensor) != Some(sensor);
            is_next.then(|| twin.number(sensor)).flatten()
        }
        _ => None,
    });
    let sensors: Vec<u32> = sensors.collect();
    glance_at_states(twin, &sensors);
}

fn glance_at_states(twin: &Twin, sensors: &[u32]) {
    twin.live.foresee(sensors, Live::glance);
}

/// A gauge tells the key, and under the key the changes look the number up.
fn glance_at_gauges(inventory: &Inventory, sensors: &[u32]) {
    let gauges = sensors.iter().filter_map(|ix| inventory.gauge(*ix));
    let numbers = gauges.filter_map(|gauge| inventory.sensor(gauge.key()));
    black_box(numbers.fold(0, u32::wrapping_add));
}
