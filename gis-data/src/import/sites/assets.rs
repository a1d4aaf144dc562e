//! From rows to sites, containers and sensors.

use std::collections::{BTreeMap, BTreeSet};

use twin_core::{
    Asset, AssetId, AssetKind, Container, DevEui, Kilograms, Litres, LonLat, Mounting, Sensor,
    Site, Span, Stream,
};

use super::Sites;
use super::mapping::{Bound, Mapping};
use super::numbers::litres;
use super::vocabulary;
use crate::error::GisResult;
use crate::import::WarningCode;
use crate::import::tables::keys::{fitting, key_of, key_of_place};
use crate::import::tables::numbers::number;
use crate::import::tables::place::{Placed, Placer};
use crate::import::tables::row::TableRow;

/// The most containers of one stream that a site may have.
const MAX_COUNT: f64 = 200.0;
/// How far the rows of one site may lie apart without being told, in metres.
const SAME_PLACE_M: f64 = 100.0;

/// What a row is complained of.
type Warn<'w> = dyn FnMut(WarningCode, &str) + 'w;

/// What the rows of a table are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// Sites whose containers are in another table.
    Sites,
    /// Sites with the containers they have.
    SitesWithContainers,
    /// Containers with the site they stand on.
    Containers,
}

/// Sites, containers and sensors on their way.
#[derive(Debug)]
pub(super) struct Assets<'a> {
    mapping: &'a Mapping,
    columns: Bound,
    content: Content,
    placer: Placer<'a>,
    made: Sites,
    by_site: BTreeMap<Box<str>, usize>,
    containers: BTreeSet<Box<str>>,
    devices: BTreeSet<DevEui>,
    /// How many containers without a number of their own a site has, by stream.
    unnumbered: BTreeMap<(Box<str>, Stream), u32>,
}

impl<'a> Assets<'a> {
    pub(super) fn new(mapping: &'a Mapping, placer: Placer<'a>) -> Self {
        Self {
            mapping,
            columns: Bound::default(),
            content: Content::Sites,
            placer,
            made: Sites::default(),
            by_site: BTreeMap::new(),
            containers: BTreeSet::new(),
            devices: BTreeSet::new(),
            unnumbered: BTreeMap::new(),
        }
    }

    /// Says what the rows that follow are.
    pub(super) fn expect(&mut self, columns: Bound, content: Content) {
        (self.columns, self.content) = (columns, content);
    }

    pub(super) fn finish(mut self, assumptions: Vec<Box<str>>) -> Sites {
        self.made.assumptions = assumptions;
        self.made
    }

    /// Takes in a row; what of it cannot be used is told.
    pub(super) fn add(
        &mut self,
        row: &TableRow,
        mut warn: impl FnMut(WarningCode, &str),
    ) -> GisResult<()> {
        let Some(site) = self.site(row, &mut warn) else {
            return Ok(());
        };
        match self.content {
            Content::Sites => Ok(()),
            Content::Containers => {
                let stream = self.stream(row, &mut warn);
                let number = self.columns.get(&row.values, "container").map(key_of);
                self.add_container(row, site, (number, stream), &mut warn)
            }
            Content::SitesWithContainers => {
                for stream in self.streams(row, &mut warn) {
                    self.add_container(row, site, (None, stream), &mut warn)?;
                }
                Ok(())
            }
        }
    }

    /// The site of a row, new or known.
    fn site(&mut self, row: &TableRow, warn: &mut Warn<'_>) -> Option<usize> {
        let number = self.columns.get(&row.values, "site").map(key_of);
        let known = number
            .as_ref()
            .and_then(|key| self.by_site.get(key))
            .copied();
        if known.is_some() && self.content != Content::Containers {
            warn(WarningCode::DuplicateObject, "its site is there twice");
            return None;
        }
        let place = match (self.coordinates(row), known) {
            (None, Some(known)) => return Some(known),
            (None, None) => {
                warn(
                    WarningCode::NoPlace,
                    "has no coordinates that are two numbers",
                );
                return None;
            }
            (Some(at), _) => self.place(at, warn)?,
        };
        if let Some(known) = known {
            if self.made.sites[known].place.distance(place).get() > SAME_PLACE_M {
                let message =
                    "lies more than 100 m from the first row of its site: that place is used";
                warn(WarningCode::ApproximatePlace, message);
            }
            return Some(known);
        }
        let key = number.unwrap_or_else(|| key_of_place(place));
        if let Some(same) = self.by_site.get(&key) {
            return Some(*same);
        }
        let site = self.new_site(row, key, place);
        self.by_site.insert(site.key.clone(), self.made.sites.len());
        self.made.sites.push(site);
        Some(self.made.sites.len() - 1)
    }

    fn new_site(&self, row: &TableRow, key: Box<str>, place: LonLat) -> Asset<Site> {
        let text = |field| self.columns.get(&row.values, field).map(Into::into);
        let told = self.columns.get(&row.values, "site_type");
        let meant = told.and_then(|text| {
            let own = self.mapping.values.site_type.get(text).copied();
            own.or_else(|| vocabulary::site_type(text))
        });
        let detail = Site {
            name: text("name"),
            street: text("street"),
            site_type: meant.unwrap_or(self.mapping.defaults.site_type),
        };
        Asset { key, place, detail }
    }

    fn coordinates(&self, row: &TableRow) -> Option<[f64; 2]> {
        let value = |field| self.columns.get(&row.values, field);
        if let Some(point) = value("point") {
            let (lat, lon) = point.split_once([',', ';', ' '])?;
            return Some([number(lon)?, number(lat)?]);
        }
        if self.columns.has("x") && self.columns.has("y") {
            return Some([number(value("x")?)?, number(value("y")?)?]);
        }
        row.place
    }

    fn place(&self, at: [f64; 2], warn: &mut Warn<'_>) -> Option<LonLat> {
        let [x, y] = at;
        match self.placer.place(at) {
            Placed::At(place) => Some(place),
            Placed::Swapped(place) => {
                let message =
                    format!("has its coordinates {x}, {y} in the other order: they are exchanged");
                warn(WarningCode::SwappedAxes, &message);
                Some(place)
            }
            Placed::Outside(place) => {
                let (lon, lat) = (place.lon(), place.lat());
                let message = format!("lies at {lon:.5}, {lat:.5}, outside of the territory");
                warn(WarningCode::OutsideTerritory, &message);
                None
            }
            Placed::Nowhere => {
                let message = format!(
                    "has the coordinates {x}, {y}, which are no place in its reference system"
                );
                warn(WarningCode::PlaceOffGlobe, &message);
                None
            }
        }
    }

    fn stream(&self, row: &TableRow, warn: &mut Warn<'_>) -> Stream {
        let Some(text) = self.columns.get(&row.values, "stream") else {
            return self.mapping.defaults.stream;
        };
        self.stream_of(text, warn)
    }

    fn stream_of(&self, text: &str, warn: &mut Warn<'_>) -> Stream {
        let own = self.mapping.values.stream.get(text).copied();
        own.or_else(|| vocabulary::stream(text)).unwrap_or_else(|| {
            let message = format!(
                "has the stream '{text}', which is none that the twin knows: it counts as unknown"
            );
            warn(WarningCode::UnknownStream, &message);
            Stream::Unknown
        })
    }

    /// The streams of a site's row, one for each container.
    fn streams(&self, row: &TableRow, warn: &mut Warn<'_>) -> Vec<Stream> {
        let mut streams = Vec::new();
        for (column, stream) in &self.columns.counts {
            let told = row.values.get(*column).filter(|value| !value.is_empty());
            let count = told.map(|value| number(value).filter(|n| (0.0..=MAX_COUNT).contains(n)));
            match count {
                Some(Some(count)) => {
                    #[expect(
                        clippy::cast_possible_truncation,
                        clippy::cast_sign_loss,
                        reason = "0 to 200"
                    )]
                    streams.extend(std::iter::repeat_n(*stream, count.round() as usize));
                }
                Some(None) => {
                    let value = &row.values[*column];
                    let message =
                        format!("has '{value}' containers for {stream}, expected 0 to 200");
                    warn(WarningCode::UnreadableValue, &message);
                }
                None => {}
            }
        }
        if !self.columns.counts.is_empty() {
            return streams;
        }
        let Some(text) = self.columns.get(&row.values, "stream") else {
            return vec![self.mapping.defaults.stream];
        };
        let parts = text.split([',', ';', '/', '|', '+']).map(str::trim);
        let parts = parts.filter(|part| !part.is_empty());
        parts.map(|part| self.stream_of(part, warn)).collect()
    }

    fn add_container(
        &mut self,
        row: &TableRow,
        site: usize,
        (number, stream): (Option<Box<str>>, Stream),
        warn: &mut Warn<'_>,
    ) -> GisResult<()> {
        let site_key = self.made.sites[site].key.clone();
        let key = number.unwrap_or_else(|| self.next_key(&site_key, stream));
        if !self.containers.insert(key.clone()) {
            warn(WarningCode::DuplicateObject, "its container is there twice");
            return Ok(());
        }
        let detail = self.container(row, &site_key, stream, warn)?;
        let place = self.made.sites[site].place;
        self.add_sensor(row, (&key, place), warn)?;
        self.made.containers.push(Asset { key, place, detail });
        Ok(())
    }

    /// `12-glass-1`: the same as long as the site has as many containers of the stream.
    fn next_key(&mut self, site: &str, stream: Stream) -> Box<str> {
        let count = self.unnumbered.entry((site.into(), stream)).or_default();
        *count += 1;
        fitting(format!("{site}-{stream}-{count}"))
    }

    fn container(
        &self,
        row: &TableRow,
        site: &str,
        stream: Stream,
        warn: &mut Warn<'_>,
    ) -> GisResult<Container> {
        let value = |field| self.columns.get(&row.values, field);
        let meant = value("container_type").and_then(|text| {
            let own = self.mapping.values.container_type.get(text).copied();
            own.or_else(|| vocabulary::container_type(text))
        });
        let mut quantity = |field, read: &dyn Fn(&str) -> Option<f64>| {
            let text = value(field)?;
            let read = read(text).filter(|number| *number > 0.0);
            if read.is_none() {
                let message = format!("has the {field} '{text}', expected a number above 0");
                warn(WarningCode::UnreadableValue, &message);
            }
            read
        };
        let unit = self.mapping.volume_unit;
        let volume = quantity("volume", &|text| litres(text, unit));
        let load = quantity("max_load", &number);
        Ok(Container {
            site: AssetId::new(AssetKind::Site, site)?,
            container_type: meant.unwrap_or(self.mapping.defaults.container_type),
            stream,
            volume: volume.map(Litres::new).transpose()?,
            max_load: load.map(Kilograms::new).transpose()?,
        })
    }

    fn add_sensor(
        &mut self,
        row: &TableRow,
        (container, place): (&str, LonLat),
        warn: &mut Warn<'_>,
    ) -> GisResult<()> {
        let Some(text) = self.columns.get(&row.values, "dev_eui") else {
            return Ok(());
        };
        let digits: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
        let Ok(dev_eui) = digits.parse() else {
            let message = format!("has the device EUI '{text}', expected 16 hexadecimal digits");
            warn(WarningCode::UnreadableValue, &message);
            return Ok(());
        };
        if !self.devices.insert(dev_eui) {
            warn(
                WarningCode::DuplicateObject,
                "its device EUI is there twice",
            );
            return Ok(());
        }
        let defaults = &self.mapping.defaults;
        let detail = Sensor {
            container: AssetId::new(AssetKind::Container, container)?,
            dev_eui,
            codec: defaults.codec.as_str().into(),
            mounting: Mounting::new(defaults.empty_mm, defaults.full_mm)?,
            expected_interval: Span::from_hours(i64::from(defaults.interval_h.max(1))),
        };
        let key = dev_eui.to_string().into();
        self.made.sensors.push(Asset { key, place, detail });
        Ok(())
    }
}
