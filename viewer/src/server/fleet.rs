//! The containers of the territory as the viewer knows them: where they stand, how full they are.

use std::collections::BTreeMap;

use bevy::ecs::message::Message;
use bevy::ecs::resource::Resource;
use twin_core::{ContainerType, LonLat, SensorStatus, Stream, Timestamp};

use super::ahead::Forecast;
use super::wire::{Change, Snapshot};

/// All sites and containers. Those of one site follow each other.
#[derive(Resource, Clone, Debug, Default)]
pub struct Fleet {
    /// The places on the street.
    pub sites: Vec<Site>,
    /// What fills, site by site.
    pub containers: Vec<Container>,
    builds: Vec<ContainerType>,
    /// What fits into each of them, in litres; nothing where nobody says.
    volumes_l: Vec<Option<f64>>,
    /// What is forecast, where that is shown in place of what was measured.
    pub(super) forecast: Option<Forecast>,
    by_id: BTreeMap<Box<str>, usize>,
}

/// A place on the street where containers stand.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// Its public name, as `site/KEY`.
    pub id: Box<str>,
    /// What people call it.
    pub name: Option<Box<str>>,
    /// The INSEE code of its commune.
    pub commune: Option<Box<str>>,
    /// Where it is.
    pub place: LonLat,
}

/// What fills.
#[derive(Clone, Debug, PartialEq)]
pub struct Container {
    /// Its public name, as `container/KEY`.
    pub id: Box<str>,
    /// The index of its site.
    pub site: usize,
    /// What is thrown in.
    pub stream: Stream,
    /// How full it is, 0–1; `None` where nobody knows.
    pub fill: Option<f64>,
    /// What its sensor is like.
    pub status: SensorStatus,
    /// When its fill was measured.
    pub observed_at: Option<Timestamp>,
    /// Whether it has a sensor.
    pub has_sensor: bool,
}

/// How a container is drawn.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[repr(u8)]
pub enum Look {
    /// It has no sensor.
    Bare,
    /// Its sensor has not measured yet.
    Unread,
    /// Its sensor is not heard any more.
    Silent,
    /// Its level is old.
    Late,
    /// Its level is known.
    Level,
}

/// Something of the fleet is not as it was.
#[derive(Message, Clone, Copy, Debug, Eq, PartialEq)]
pub enum FleetChanged {
    /// All of it, also which sites and containers there are.
    Whole,
    /// What is known of one container, by its index.
    Container(usize),
}

impl Container {
    /// How it is drawn.
    pub fn look(&self) -> Look {
        match (self.fill, self.status) {
            (None, _) if !self.has_sensor => Look::Bare,
            (_, SensorStatus::Silent) => Look::Silent,
            (None, _) => Look::Unread,
            (Some(_), SensorStatus::Stale) => Look::Late,
            (Some(_), _) => Look::Level,
        }
    }

    /// Its fill, where it may be shown: measured, by a sensor that is still heard.
    pub fn shown_fill(&self) -> Option<f64> {
        self.fill.filter(|_| self.look() >= Look::Late)
    }
}

impl Fleet {
    /// From which fill on a container counts as full.
    pub const FULL: f64 = 0.95;

    /// Where a container stands in [`Fleet::containers`].
    pub fn find(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// What is forecast, where that is shown: levels are its medians then.
    pub const fn forecast(&self) -> Option<&Forecast> {
        self.forecast.as_ref()
    }

    /// The site of a container.
    pub fn site_of(&self, container: &Container) -> Option<&Site> {
        self.sites.get(container.site)
    }

    /// How a container is built, by its place in [`Fleet::containers`].
    pub fn build_of(&self, number: usize) -> ContainerType {
        let build = self.builds.get(number).copied();
        build.unwrap_or(ContainerType::Unknown)
    }

    /// How many litres fit into a container, by its place in [`Fleet::containers`]; `None` where nobody says.
    pub fn volume_l(&self, number: usize) -> Option<f64> {
        self.volumes_l.get(number).copied().flatten()
    }

    /// The same fleet, of which it is known how many litres fit into its containers, in their order.
    #[cfg(test)]
    pub(crate) fn holding(self, volumes_l: Vec<Option<f64>>) -> Self {
        Self { volumes_l, ..self }
    }

    pub(super) fn new(snapshot: Snapshot) -> Self {
        let columns = snapshot.sites;
        let numbers = 0..columns.id.len();
        let sites: Vec<Site> = numbers
            .filter_map(|n| {
                Some(Site {
                    id: columns.id.get(n)?.clone(),
                    name: columns.name.get(n)?.clone(),
                    commune: columns.commune.get(n)?.clone(),
                    place: LonLat::new(*columns.lon.get(n)?, *columns.lat.get(n)?).ok()?,
                })
            })
            .collect();
        let columns = snapshot.containers;
        let containers = (0..columns.id.len()).filter_map(|n| {
            let volume_l = columns.volume_l.get(n).copied().flatten();
            let volume_l = volume_l.filter(|it| it.is_finite() && *it > 0.0);
            let observed = columns.observed_at.get(n).copied().flatten();
            let build = columns.container_type.get(n).copied();
            let container = Container {
                id: columns.id.get(n)?.clone(),
                site: *columns.site.get(n).filter(|site| **site < sites.len())?,
                stream: *columns.stream.get(n)?,
                fill: *columns.fill.get(n)?,
                status: *columns.status.get(n)?,
                observed_at: observed.map(Timestamp::from_secs),
                has_sensor: *columns.has_sensor.get(n)? != 0,
            };
            let built = (container, build.unwrap_or(ContainerType::Unknown));
            Some((built, volume_l))
        });
        let mut containers: Vec<_> = containers.collect();
        containers.sort_by_key(|((container, _), _)| container.site);
        let (built, volumes_l): (Vec<_>, Vec<_>) = containers.into_iter().unzip();
        Self {
            volumes_l,
            ..Self::of_built(sites, built)
        }
    }

    /// Sites, and their containers in any order, of which nobody says how they are built.
    pub fn of(sites: Vec<Site>, containers: Vec<Container>) -> Self {
        let containers = containers.into_iter();
        let unknown = containers.map(|container| (container, ContainerType::Unknown));
        Self::of_built(sites, unknown.collect())
    }

    /// Sites, and their containers in any order with how they are built.
    pub(crate) fn of_built(sites: Vec<Site>, mut built: Vec<(Container, ContainerType)>) -> Self {
        built.sort_by_key(|(container, _)| container.site);
        let (containers, builds): (Vec<Container>, Vec<ContainerType>) = built.into_iter().unzip();
        let ids = containers.iter().enumerate();
        let by_id = ids
            .map(|(n, container)| (container.id.clone(), n))
            .collect();
        Self {
            sites,
            containers,
            builds,
            volumes_l: Vec::new(),
            forecast: None,
            by_id,
        }
    }

    /// Takes a change in; tells which container it touched, if any.
    pub(super) fn take(&mut self, change: &Change) -> Option<usize> {
        let id = change.container.as_ref().unwrap_or(&change.asset);
        let number = self.find(id)?;
        let container = self.containers.get_mut(number)?;
        match &*change.what {
            "measured" => {
                container.fill = change.fill.or(container.fill);
                container.observed_at = change.observed_at.or(container.observed_at);
                container.status = change.status.unwrap_or(container.status);
            }
            "status" => container.status = change.status?,
            _ => return None,
        }
        Some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fleet() -> Fleet {
        let json = r#"{"seq": 7, "at": "2026-01-01T00:00:00Z",
            "sites": {"id": ["site/a", "site/b"], "name": ["A", null], "commune": ["25388", null],
                "lon": [6.8, 6.9], "lat": [47.5, 47.4]},
            "containers": {"id": ["container/b-1", "container/a-1", "container/a-2"], "site": [1, 0, 0],
                "stream": ["glass", "paper", "glass"], "volume_l": [3000.0, null, 240.0],
                "container_type": ["underground", "column", "park-bin"],
                "fill": [null, 0.5, null], "status": ["unknown", "ok", "unknown"],
                "observed_at": [null, 1767225600, null], "has_sensor": [1, 1, 0]}}"#;
        Fleet::new(serde_json::from_str(json).unwrap())
    }

    fn change(json: &str) -> Change {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn containers_stand_by_site() {
        let fleet = fleet();
        let ids: Vec<_> = fleet.containers.iter().map(|it| &*it.id).collect();
        assert_eq!(ids, ["container/a-1", "container/a-2", "container/b-1"]);
        let looks: Vec<_> = fleet.containers.iter().map(Container::look).collect();
        assert_eq!(looks, [Look::Level, Look::Bare, Look::Unread]);
        assert_eq!(fleet.find("container/b-1"), Some(2));
        let builds = [0, 1, 2, 9].map(|number| fleet.build_of(number).name());
        assert_eq!(builds, ["column", "park-bin", "underground", "unknown"]);
        let volumes = [0, 1, 2].map(|number| fleet.volume_l(number));
        assert_eq!(volumes, [None, Some(240.0), Some(3000.0)]);
    }

    #[test]
    fn a_measured_level_and_a_silent_sensor_change_the_look() {
        let mut fleet = fleet();
        let measured = change(
            r#"{"seq": 8, "at": "2026-01-01T01:00:00Z", "asset": "container/b-1", "kind": "container",
            "change": "measured", "fill": 0.97, "status": "ok", "observed_at": "2026-01-01T00:59:00Z"}"#,
        );
        assert_eq!(fleet.take(&measured), Some(2));
        assert_eq!(fleet.containers[2].shown_fill(), Some(0.97));
        let silent = change(
            r#"{"seq": 9, "at": "2026-01-01T02:00:00Z", "asset": "sensor/x", "kind": "sensor",
            "change": "status", "status": "silent", "container": "container/b-1"}"#,
        );
        assert_eq!(fleet.take(&silent), Some(2));
        assert_eq!(fleet.containers[2].look(), Look::Silent);
        assert_eq!(
            fleet.containers[2].shown_fill(),
            None,
            "nobody knows any more"
        );
    }

    #[test]
    fn what_is_not_of_the_fleet_changes_nothing() {
        let alarm = change(
            r#"{"seq": 8, "at": "2026-01-01T01:00:00Z", "asset": "camera/k", "kind": "camera", "change": "aimed"}"#,
        );
        assert_eq!(fleet().take(&alarm), None);
    }
}
