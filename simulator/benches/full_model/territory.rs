//! The embedded territory's containers and sensors in kind and number, and in any other number; made
//! up, but for how many there are and how often they report.

use simulator::filling::ContainerSpec;
use simulator::sensing::{Coverage, CoverageParams, GatewayPlan, SensorPlace, SensorSpec};
use twin_core::{ContainerType, Litres, LonLat, Mounting, Span, Stream, Timestamp};

/// Containers of the embedded territory that have a sensor.
pub(crate) const CONTAINERS: u32 = COLUMNS + BINS + PARK_BINS;
const COLUMNS: u32 = 1_500;
const BINS: u32 = 160;
const PARK_BINS: u32 = 250;
/// Inhabitants of the 72 communes, rounded.
const POPULATION: f64 = 139_000.0;

/// So many containers, of the kinds of the embedded territory in their shares.
pub(crate) fn containers(count: u32) -> Vec<ContainerSpec> {
    let part = |own: u32| u32::try_from(u64::from(count) * u64::from(own) / u64::from(CONTAINERS));
    let bins = part(BINS).expect("no more than all of them");
    let park_bins = part(PARK_BINS).expect("no more than all of them");
    let columns = count - bins - park_bins;
    let people = POPULATION * f64::from(count) / f64::from(CONTAINERS);
    let bin = |index: u32| ContainerSpec {
        site: 10_000_000 + index,
        stream: Stream::Residual,
        container_type: ContainerType::FourWheeled,
        capacity: Litres::new(750.0).expect("a volume"),
        catchment: 40.0,
    };
    let park_bin = |index: u32| ContainerSpec {
        site: 20_000_000 + index,
        stream: Stream::Litter,
        container_type: ContainerType::ParkBin,
        capacity: Litres::new(80.0).expect("a volume"),
        catchment: people / f64::from(park_bins),
    };
    (0..columns)
        .map(|index| column(index, people / f64::from(columns / 5)))
        .chain((0..bins).map(bin))
        .chain((0..park_bins).map(park_bin))
        .collect()
}

/// One of a site of five columns, of the streams that stand together most, where so many people
/// bring something.
fn column(index: u32, people: f64) -> ContainerSpec {
    let streams = [
        Stream::Glass,
        Stream::Packaging,
        Stream::Paper,
        Stream::Packaging,
        Stream::Glass,
    ];
    let stream = streams[index as usize % 5];
    let sharing = if stream == Stream::Paper { 1.0 } else { 2.0 };
    ContainerSpec {
        site: index / 5,
        stream,
        container_type: ContainerType::Column,
        capacity: Litres::new(4_000.0).expect("a volume"),
        catchment: people / sharing,
    }
}

/// The embedded territory's: a park bin reports every 2 hours, everything else every 4.
pub(crate) fn sensors(containers: &[ContainerSpec]) -> Vec<SensorSpec> {
    let sensor = |(container, spec): (usize, &ContainerSpec)| {
        let (depth, hours) = match spec.container_type {
            ContainerType::ParkBin => (900, 2),
            ContainerType::FourWheeled => (1_100, 4),
            _ => (1_800, 4),
        };
        SensorSpec {
            container,
            mounting: Mounting::new(depth, 300).expect("a depth"),
            expected_interval: Span::from_hours(hours),
            blind_zone_mm: 50,
        }
    };
    containers.iter().enumerate().map(sensor).collect()
}

/// Sites on a grid of 22 km by 20 km, every tenth container in the ground.
pub(crate) fn coverage(containers: &[ContainerSpec]) -> Coverage {
    let sensor = |(index, spec): (u32, &ContainerSpec)| {
        let turn = spec.site.wrapping_mul(0x9e37_79b9) >> 16;
        let (east, north) = (f64::from(turn & 0xff) / 255.0, f64::from(turn >> 8) / 255.0);
        SensorPlace {
            place: LonLat::new(6.65 + 0.29 * east, 47.4 + 0.18 * north).expect("a place"),
            is_underground: index.is_multiple_of(10),
        }
    };
    let sensors: Vec<SensorPlace> = (0..).zip(containers).map(sensor).collect();
    let places: Vec<LonLat> = sensors.iter().map(|sensor| sensor.place).collect();
    Coverage {
        gateways: GatewayPlan::default().place(&places),
        sensors,
        params: CoverageParams::default(),
        outages: Vec::new(),
    }
}

/// When the year begins.
pub(crate) fn start() -> Timestamp {
    "2021-06-01T00:00:00Z".parse().expect("a time")
}
