//! A territory after the edits of a scenario.

use std::collections::BTreeSet;

use jiff::civil::Date;
use twin_core::{
    Asset, AssetId, AssetKind, Container, DevEui, Layers, Litres, LonLat, Mounting, Sensor, Site,
    Span,
};

use super::edit::{Edit, NewContainer};
use super::file::{number, refused};
use super::keys;
use crate::calendar::{DayWeather, Weather};
use crate::collection::rules::Rules;
use crate::error::{SimError, SimResult};

/// Devices of containers that a scenario adds count from here: "locally administered" numbers, which no
/// maker gives.
const FIRST_DEVICE: u64 = 0xfe00_0000_5c00_0000;

/// A territory after the edits of a scenario.
///
/// What is taken away keeps its place in the lists, so that everything random that happens to the others
/// stays the same: a comparison is of the edit, not of other luck.
#[derive(Clone, Debug)]
pub struct Altered {
    /// All that there is, and what was taken away.
    pub layers: Layers,
    /// The keys of containers that were taken away.
    pub removed: BTreeSet<Box<str>>,
    /// How it is collected.
    pub rules: Rules,
    /// What there is more of everything, 0.02 for two per cent.
    pub growth: f64,
    /// Streets that are closed.
    pub closures: Vec<Closure>,
    /// Times at which sites are busier.
    pub events: Vec<SiteEvent>,
    /// The weather of the days that were told of; the last one told holds.
    pub weather: Weather,
    /// Sensors that nobody hears for a while.
    pub losses: Vec<Loss>,
    /// Gateways that are down for a while.
    pub outages: Vec<Outage>,
}

/// A street that is closed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Closure {
    /// The one nearest to a place, between its two junctions.
    Street(LonLat),
    /// A way, by its number in `OpenStreetMap`.
    Way(i64),
}

/// A time at which sites are busier, or quieter.
#[derive(Clone, Debug, PartialEq)]
pub struct SiteEvent {
    /// Their keys.
    pub sites: Vec<Box<str>>,
    /// The first day.
    pub from: Date,
    /// How many days.
    pub days: u32,
    /// Times as many deposits.
    pub factor: f64,
}

/// A gateway that is down for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outage {
    /// Its number, from 0.
    pub gateway: u16,
    /// The first day.
    pub from: Date,
    /// How many days.
    pub days: u32,
}

/// Sensors around a place that nobody hears for a while.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Loss {
    /// The middle.
    pub at: LonLat,
    /// How far around it, in metres.
    pub radius_m: f64,
    /// The first day.
    pub from: Date,
    /// How many days.
    pub days: u32,
}

impl Altered {
    /// Applies edits in order to a territory that is collected by the rules of a text.
    ///
    /// # Errors
    /// [`SimError::InvalidScenario`] with the number and the key of the first edit that cannot be: an
    /// asset that is not there or is there twice, a figure outside its range.
    pub fn new(layers: Layers, rules: &str, edits: &[Edit]) -> SimResult<Self> {
        let values: Vec<(String, serde_json::Value)> = edits
            .iter()
            .filter_map(|edit| match edit {
                Edit::SetRule { key, value } => Some((key.clone(), value.clone())),
                _ => None,
            })
            .collect();
        let mut altered = Self {
            layers,
            removed: BTreeSet::new(),
            rules: keys::with_values(rules, &values)?,
            growth: 0.0,
            closures: Vec::new(),
            events: Vec::new(),
            weather: Weather::default(),
            losses: Vec::new(),
            outages: Vec::new(),
        };
        for (nth, edit) in edits.iter().enumerate() {
            let path = format!("edits[{nth}].{}", edit.name());
            altered.apply(&path, edit)?;
        }
        Ok(altered)
    }

    fn apply(&mut self, path: &str, edit: &Edit) -> SimResult<()> {
        match edit {
            Edit::AddSite {
                key,
                lon,
                lat,
                site_type,
                containers,
            } => {
                let place = place(path, [*lon, *lat])?;
                self.add_site(path, (key, *site_type, place))?;
                containers
                    .iter()
                    .try_for_each(|container| self.add_container(path, key, container))
            }
            Edit::MoveSite { site, lon, lat } => {
                let place = place(path, [*lon, *lat])?;
                self.move_site(path, site, place)
            }
            Edit::RemoveSite { site } => self.remove_site(path, site),
            Edit::AddContainer { site, container } => self.add_container(path, site, container),
            Edit::RemoveContainer { container } => {
                let at = self.container(path, container)?;
                let key = self.layers.containers[at].key.clone();
                self.removed.insert(key);
                Ok(())
            }
            Edit::ChangeContainer { container, .. } => self.change(path, container, edit),
            Edit::Growth(growth) => {
                number(path, *growth, (-0.9, 10.0), "-0.9 to 10")?;
                self.growth = (1.0 + self.growth) * (1.0 + growth) - 1.0;
                Ok(())
            }
            Edit::SetRule { .. } => Ok(()),
            around => self.happen(path, around),
        }
    }

    /// What happens around, and changes no asset.
    fn happen(&mut self, path: &str, edit: &Edit) -> SimResult<()> {
        match edit {
            Edit::CloseStreet { lon, lat } => {
                self.closures
                    .push(Closure::Street(place(path, [*lon, *lat])?));
            }
            Edit::CloseWay { way } => self.closures.push(Closure::Way(*way)),
            Edit::Event { .. } | Edit::Weather { .. } => self.tell_days(path, edit)?,
            Edit::LoseSensors {
                at,
                radius_m,
                from,
                days,
            } => {
                number(
                    &format!("{path}.radius_m"),
                    *radius_m,
                    (0.0, 1e6),
                    "0 to 1000000",
                )?;
                self.losses.push(Loss {
                    at: place(path, *at)?,
                    radius_m: *radius_m,
                    from: from.0,
                    days: *days,
                });
            }
            Edit::LoseGateway {
                gateway,
                from,
                days,
            } => self.outages.push(Outage {
                gateway: *gateway,
                from: from.0,
                days: *days,
            }),
            _ => {}
        }
        Ok(())
    }

    /// What is told of days: that more or less is brought on them.
    fn tell_days(&mut self, path: &str, edit: &Edit) -> SimResult<()> {
        match edit {
            Edit::Event {
                sites,
                at,
                radius_m,
                from,
                days,
                factor,
            } => {
                let sites = self.concerned(path, sites, (*at, *radius_m))?;
                self.crowd(
                    path,
                    SiteEvent {
                        sites,
                        from: from.0,
                        days: *days,
                        factor: *factor,
                    },
                )?;
            }
            Edit::Weather {
                from,
                days,
                max_celsius,
                rain_mm,
            } => {
                let day = DayWeather {
                    rain_mm: *rain_mm,
                    max_celsius: *max_celsius,
                };
                self.tell_weather(path, (from.0, *days), day)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn crowd(&mut self, path: &str, event: SiteEvent) -> SimResult<()> {
        let named = |name: &str| format!("{path}.{name}");
        number(&named("factor"), event.factor, (0.0, 100.0), "0 to 100")?;
        let days = f64::from(event.days);
        number(&named("days"), days, (1.0, 1100.0), "1 to 1100")?;
        self.events.push(event);
        Ok(())
    }

    fn tell_weather(
        &mut self,
        path: &str,
        (from, days): (Date, u32),
        day: DayWeather,
    ) -> SimResult<()> {
        let named = |name: &str| format!("{path}.{name}");
        let celsius = (-40.0, 50.0);
        number(&named("max_celsius"), day.max_celsius, celsius, "-40 to 50")?;
        number(&named("rain_mm"), day.rain_mm, (0.0, 300.0), "0 to 300")?;
        number(&named("days"), f64::from(days), (1.0, 1100.0), "1 to 1100")?;
        let dates = from.series(jiff::ToSpan::days(1)).take(days as usize);
        self.weather.0.extend(dates.map(|date| (date, day)));
        Ok(())
    }

    fn add_site(
        &mut self,
        path: &str,
        (key, site_type, place): (&str, twin_core::SiteType, LonLat),
    ) -> SimResult<()> {
        check_key(path, AssetKind::Site, key)?;
        if self.layers.sites.iter().any(|site| &*site.key == key) {
            return Err(refused(
                &format!("{path}.key"),
                key,
                "a key that no site has",
            ));
        }
        self.layers.sites.push(Asset {
            key: key.into(),
            place,
            detail: Site {
                name: None,
                street: None,
                site_type,
            },
        });
        Ok(())
    }

    fn add_container(&mut self, path: &str, site: &str, new: &NewContainer) -> SimResult<()> {
        let at = self.site(path, site)?;
        let site = check_key(path, AssetKind::Site, site)?;
        let id = check_key(path, AssetKind::Container, &new.key)?;
        let volume = volume(&format!("{path}.volume_l"), new.volume_l)?;
        if self
            .layers
            .containers
            .iter()
            .any(|one| one.key == new.key.as_str().into())
        {
            let expected = "a key that no container has";
            return Err(refused(&format!("{path}.key"), &new.key, expected));
        }
        let place = self.layers.sites[at].place;
        self.layers.containers.push(Asset {
            key: new.key.as_str().into(),
            place,
            detail: Container {
                site,
                container_type: new.container_type,
                stream: new.stream,
                volume: Some(volume),
                max_load: None,
            },
        });
        if new.sensor {
            let sensor = self.sensor_of(id);
            let key = format!("{}-sensor", new.key).into();
            self.layers.sensors.push(Asset {
                key,
                place,
                detail: sensor,
            });
        }
        Ok(())
    }

    /// A sensor like the first one of the territory.
    fn sensor_of(&self, container: AssetId) -> Sensor {
        let nth = self.layers.sensors.len() as u64;
        let model = self.layers.sensors.first().map(|sensor| &sensor.detail);
        let usual = || Mounting::new(1800, 300).expect("the full level is the nearer one");
        Sensor {
            container,
            dev_eui: DevEui(FIRST_DEVICE + nth),
            codec: model.map_or_else(|| "milesight-em400-mud".into(), |one| one.codec.clone()),
            mounting: model.map_or_else(usual, |one| one.mounting),
            expected_interval: model.map_or(Span::from_hours(4), |one| one.expected_interval),
        }
    }

    fn move_site(&mut self, path: &str, site: &str, place: LonLat) -> SimResult<()> {
        let at = self.site(path, site)?;
        let id = check_key(path, AssetKind::Site, site)?;
        self.layers.sites[at].place = place;
        let mut moved = BTreeSet::new();
        for container in &mut self.layers.containers {
            if container.detail.site == id {
                container.place = place;
                moved.insert(container.key.clone());
            }
        }
        for sensor in &mut self.layers.sensors {
            if moved.contains(sensor.detail.container.key()) {
                sensor.place = place;
            }
        }
        Ok(())
    }

    fn remove_site(&mut self, path: &str, site: &str) -> SimResult<()> {
        self.site(path, site)?;
        let id = check_key(path, AssetKind::Site, site)?;
        let containers = self.layers.containers.iter();
        let its = containers.filter(|container| container.detail.site == id);
        self.removed
            .extend(its.map(|container| container.key.clone()));
        Ok(())
    }

    fn change(&mut self, path: &str, container: &str, edit: &Edit) -> SimResult<()> {
        let at = self.container(path, container)?;
        let Edit::ChangeContainer {
            container_type,
            stream,
            volume_l,
            ..
        } = edit
        else {
            return Ok(());
        };
        let detail = &mut self.layers.containers[at].detail;
        detail.container_type = container_type.unwrap_or(detail.container_type);
        detail.stream = stream.unwrap_or(detail.stream);
        if let Some(litres) = volume_l {
            detail.volume = Some(volume(&format!("{path}.volume_l"), *litres)?);
        }
        Ok(())
    }

    /// Sites by their keys, or those around a point.
    fn concerned(
        &self,
        path: &str,
        keys: &[String],
        (at, radius_m): (Option<[f64; 2]>, f64),
    ) -> SimResult<Vec<Box<str>>> {
        for key in keys {
            self.site(path, key)?;
        }
        let Some(at) = at.filter(|_| keys.is_empty()) else {
            let named: Vec<Box<str>> = keys.iter().map(|key| key.as_str().into()).collect();
            let expected = "keys of sites, or at and radius_m";
            let is_any = !named.is_empty();
            return is_any
                .then_some(named)
                .ok_or_else(|| refused(&format!("{path}.sites"), "none", expected));
        };
        let middle = place(path, at)?;
        let sites = self.layers.sites.iter();
        let near = sites.filter(|site| site.place.distance(middle).get() <= radius_m);
        Ok(near.map(|site| site.key.clone()).collect())
    }

    fn site(&self, path: &str, key: &str) -> SimResult<usize> {
        let found = self.layers.sites.iter().position(|site| &*site.key == key);
        found.ok_or_else(|| refused(&format!("{path}.site"), key, "the key of a site"))
    }

    fn container(&self, path: &str, key: &str) -> SimResult<usize> {
        let mut containers = self.layers.containers.iter();
        let found = containers.position(|container| &*container.key == key);
        let found = found.filter(|_| !self.removed.contains(key));
        let expected = "the key of a container that is there";
        found.ok_or_else(|| refused(&format!("{path}.container"), key, expected))
    }
}

fn place(path: &str, [lon, lat]: [f64; 2]) -> SimResult<LonLat> {
    let found = LonLat::new(lon, lat).ok();
    found.ok_or_else(|| {
        let expected = "longitude and latitude in degrees";
        refused(path, &format!("{lon}, {lat}"), expected)
    })
}

fn volume(path: &str, litres: f64) -> SimResult<Litres> {
    number(path, litres, (1.0, 1e6), "1 to 1000000")?;
    Litres::new(litres)
        .ok()
        .ok_or(SimError::Missing { what: "volume" })
}

fn check_key(path: &str, kind: AssetKind, key: &str) -> SimResult<AssetId> {
    let id = AssetId::new(kind, key).ok();
    id.ok_or_else(|| {
        refused(
            &format!("{path}.key"),
            key,
            "a key of letters, digits, - and _",
        )
    })
}
