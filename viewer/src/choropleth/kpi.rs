//! The figures of a commune: what they are computed from, and what they are called.

use std::collections::BTreeMap;

use crate::land::Territory;
use crate::server::{Fleet, Look};

/// A figure that each commune has.
#[derive(clap::ValueEnum, Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Kpi {
    /// Mean fill of the containers that are measured
    #[default]
    Fill,
    /// How many containers are full
    Full,
    /// Share of the sensors that are silent or have not measured
    Silent,
    /// Inhabitants for each container
    Inhabitants,
}

/// What a figure counts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Unit {
    /// A fill of 0–1, in the classes of the containers.
    Fill,
    /// A share of 0–1.
    Share,
    /// A whole number of things.
    Count,
    /// Something for each of something else.
    Ratio,
}

/// One row of the table of all figures.
struct Row {
    kpi: Kpi,
    unit: Unit,
    title: &'static str,
    note: &'static str,
}

const TABLE: [Row; 4] = [
    Row {
        kpi: Kpi::Fill,
        unit: Unit::Fill,
        title: "layer.fill.title",
        note: "layer.fill.note",
    },
    Row {
        kpi: Kpi::Full,
        unit: Unit::Count,
        title: "layer.full.title",
        note: "layer.full.note",
    },
    Row {
        kpi: Kpi::Silent,
        unit: Unit::Share,
        title: "layer.silent.title",
        note: "layer.silent.note",
    },
    Row {
        kpi: Kpi::Inhabitants,
        unit: Unit::Ratio,
        title: "layer.inhabitants.title",
        note: "layer.inhabitants.note",
    },
];

impl Kpi {
    /// All of them, in the order of their keys.
    pub const ALL: [Self; TABLE.len()] = [TABLE[0].kpi, TABLE[1].kpi, TABLE[2].kpi, TABLE[3].kpi];

    const fn row(self) -> &'static Row {
        &TABLE[self as usize]
    }

    /// What it counts.
    pub const fn unit(self) -> Unit {
        self.row().unit
    }

    /// The key of its title.
    pub const fn title(self) -> &'static str {
        self.row().title
    }

    /// The key of what is said of its unit.
    pub const fn note(self) -> &'static str {
        self.row().note
    }

    /// Its value; `None` where the commune has nothing of which it would tell.
    pub fn value(self, census: &Census) -> Option<f64> {
        let share = |part: f64, whole: usize| (whole > 0).then(|| part / whole as f64);
        match self {
            Self::Fill => share(census.fill, census.measured),
            Self::Full => (census.measured > 0).then_some(census.full as f64),
            Self::Silent => share(census.unheard as f64, census.sensors),
            Self::Inhabitants => (census.population > 0)
                .then(|| share(census.population.into(), census.containers))
                .flatten(),
        }
    }
}

/// What there is in a commune.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Census {
    /// Inhabitants; 0 where not known.
    pub population: u32,
    /// All containers.
    pub containers: usize,
    /// Those with a sensor.
    pub sensors: usize,
    /// Those whose level is up to date.
    pub measured: usize,
    /// Of these, those that are full.
    pub full: usize,
    /// Sensors that are silent or have not measured yet.
    pub unheard: usize,
    /// The sum of all levels that are up to date.
    pub fill: f64,
}

impl Census {
    /// Counts a fleet, for each commune in the order of the territory.
    pub fn take(territory: &Territory, fleet: &Fleet) -> Vec<Self> {
        let communes = territory.communes.iter();
        let mut counts: Vec<Self> = communes
            .clone()
            .map(|commune| Self {
                population: commune.population,
                ..Self::default()
            })
            .collect();
        let places: BTreeMap<&str, usize> =
            communes.enumerate().map(|(n, it)| (&*it.code, n)).collect();
        for container in &fleet.containers {
            let site = fleet.site_of(container);
            let code = site.and_then(|site| site.commune.as_deref());
            let place = code.and_then(|code| places.get(code));
            let Some(census) = place.and_then(|place| counts.get_mut(*place)) else {
                continue;
            };
            census.containers += 1;
            census.sensors += usize::from(container.has_sensor);
            match (container.look(), container.fill) {
                (Look::Unread | Look::Silent, _) => census.unheard += 1,
                (Look::Level, Some(fill)) => {
                    census.measured += 1;
                    census.fill += fill;
                    census.full += usize::from(fill >= Fleet::FULL);
                }
                _ => {}
            }
        }
        counts
    }
}

#[cfg(test)]
pub(super) mod tests {
    use bevy::math::{Rect, Vec2};
    use twin_core::{LonLat, SensorStatus, Stream};

    use super::*;
    use crate::land::CommuneShape;
    use crate::server::{Container, Site};

    /// Three communes side by side, two kilometres wide each; nothing stands in the last.
    pub(crate) fn territory() -> Territory {
        let commune = |n: u16| {
            let west = f32::from(n) * 2000.0;
            let corner = |x: f32, y: f32| Vec2::new(west + x, y);
            CommuneShape {
                code: format!("2500{n}").into(),
                name: format!("Commune {n}").into(),
                population: 300 - 100 * u32::from(n),
                centre: corner(1000.0, 1000.0),
                rings: vec![vec![
                    corner(0.0, 0.0),
                    corner(2000.0, 0.0),
                    corner(2000.0, 2000.0),
                    corner(0.0, 2000.0),
                    corner(0.0, 0.0),
                ]],
            }
        };
        Territory {
            communes: (0..3).map(commune).collect(),
            extent: Rect::new(0.0, 0.0, 6000.0, 2000.0),
        }
    }

    fn container(site: usize, fill: Option<f64>, status: SensorStatus) -> Container {
        Container {
            id: format!("container/{site}-{fill:?}").into(),
            site,
            stream: Stream::Glass,
            fill,
            status,
            observed_at: None,
            has_sensor: true,
        }
    }

    /// Containers in the first two communes, and one that lies in none.
    pub(crate) fn fleet() -> Fleet {
        let site = |commune: Option<&str>| Site {
            id: "site/x".into(),
            name: None,
            commune: commune.map(Into::into),
            place: LonLat::new(6.8, 47.5).unwrap(),
        };
        let sites = vec![site(Some("25000")), site(Some("25001")), site(None)];
        let containers = vec![
            container(0, Some(0.5), SensorStatus::Ok),
            container(0, Some(0.97), SensorStatus::Ok),
            container(0, Some(0.99), SensorStatus::Silent),
            container(0, None, SensorStatus::Unknown),
            Container {
                has_sensor: false,
                ..container(1, None, SensorStatus::Unknown)
            },
            container(2, Some(0.1), SensorStatus::Ok),
        ];
        Fleet::of(sites, containers)
    }

    #[test]
    fn each_row_of_the_table_stands_in_its_place() {
        for (place, kpi) in Kpi::ALL.into_iter().enumerate() {
            assert_eq!(kpi as usize, place);
        }
    }

    #[rstest::rstest]
    #[case::fill(Kpi::Fill, [Some(0.735), None, None])]
    #[case::full(Kpi::Full, [Some(1.0), None, None])]
    #[case::silent(Kpi::Silent, [Some(0.5), None, None])]
    #[case::inhabitants(Kpi::Inhabitants, [Some(75.0), Some(200.0), None])]
    fn what_nothing_is_known_of_has_no_figure(
        #[case] kpi: Kpi,
        #[case] expected: [Option<f64>; 3],
    ) {
        let counts = Census::take(&territory(), &fleet());
        let values: Vec<_> = counts.iter().map(|census| kpi.value(census)).collect();
        assert_eq!(values, expected);
    }
}
