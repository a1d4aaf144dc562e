//! The plain facts that the embedded territory is computed from, as `assets/` keeps them.

mod check;

use std::path::Path;

use serde::Deserialize;
use twin_core::{FibreZone, LonLat, Stream, Theme, Timestamp};

use super::fibre::FibrePlan;
use crate::error::{GisError, GisResult};

/// The file of facts inside the repository.
const FILE: &str = "assets/territory/pma.toml";
const TEXT: &str = include_str!("../../../../assets/territory/pma.toml");

/// All that is known of a territory.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Facts {
    /// What messages call them.
    #[serde(skip)]
    file: Box<str>,
    pub name: String,
    pub title: String,
    pub crs: String,
    pub vintage: String,
    pub communes: Vec<CommuneFacts>,
    pub neighbours: Vec<NeighbourFacts>,
    pub rivers: Vec<RiverFacts>,
    #[serde(default)]
    pub ridges: Vec<RidgeFacts>,
    pub motorways: Vec<Course>,
    pub depot: DepotFacts,
    pub unloading_sites: Vec<UnloadingFacts>,
    #[serde(default)]
    pub fibre: FibrePlan,
    #[serde(default)]
    pub quarters: Vec<QuarterFacts>,
    #[serde(default)]
    pub landmarks: Vec<LandmarkFacts>,
}

/// One commune of the territory.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CommuneFacts {
    pub code: Box<str>,
    pub name: Box<str>,
    pub population: u32,
    pub area_km2: f64,
    /// Of the middle of its built-up area, above the sea.
    pub altitude_m: f64,
    pub centroid: LonLat,
    /// A point inside, where the built-up area is supposed to be.
    pub center: LonLat,
    pub fibre: FibreZone,
    pub member_from: Option<Timestamp>,
}

/// One commune beyond the border.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NeighbourFacts {
    pub name: Box<str>,
    pub area_km2: f64,
    /// Of the middle of its built-up area, above the sea.
    pub altitude_m: f64,
    pub centroid: LonLat,
}

/// A river, downstream.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RiverFacts {
    pub name: Box<str>,
    /// The usual width of the water.
    pub width_m: f64,
    /// Half the width of the valley's flat floor.
    pub floor_m: f64,
    /// A point upstream of the course, where no listed commune lies there.
    pub source: Option<LonLat>,
    /// The height of the bed at the source, if there is one, then at each entry of the course.
    pub bed_m: Vec<f64>,
    /// It passes between the communes of one entry.
    pub course: Vec<Vec<Box<str>>>,
}

/// Points of a crest: longitude, latitude, metres above the sea.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RidgeFacts {
    #[expect(dead_code, reason = "for the reader of the file")]
    pub name: Box<str>,
    pub crest: Vec<[f64; 3]>,
}

/// The communes that a motorway passes, in order.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Course {
    pub name: Box<str>,
    /// It passes between the communes of one entry.
    pub course: Vec<Vec<Box<str>>>,
}

/// Where vehicles start and end their day.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DepotFacts {
    pub key: Box<str>,
    pub name: Box<str>,
    pub commune: Box<str>,
}

/// Where vehicles, or people, unload.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UnloadingFacts {
    pub key: Box<str>,
    pub name: Box<str>,
    pub commune: Box<str>,
    pub streams: Vec<Stream>,
}

/// A place as seen from the middle of a commune.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Whereabouts {
    pub commune: Box<str>,
    /// The direction, clockwise from north, in degrees.
    pub towards: f64,
    pub away_m: f64,
}

/// A large housing estate.
#[derive(Debug, Deserialize)]
pub(super) struct QuarterFacts {
    #[expect(dead_code, reason = "for the reader of the file")]
    pub name: Box<str>,
    #[serde(flatten)]
    pub place: Whereabouts,
    pub radius_m: f64,
    pub dwellings: u32,
}

/// A place that people know by name: with a building of its own where it has a size, with land
/// around it where it has a class of land.
#[derive(Debug, Deserialize)]
pub(super) struct LandmarkFacts {
    pub key: Box<str>,
    pub name: Box<str>,
    pub theme: Theme,
    pub class: Box<str>,
    #[serde(flatten)]
    pub place: Whereabouts,
    /// Width, depth and height of its building, in metres.
    pub building_m: Option<[f64; 3]>,
    /// Its land: class in OpenStreetMap's words, and size in hectares.
    pub land: Option<Box<str>>,
    #[serde(default)]
    pub land_ha: f64,
}

impl Facts {
    /// The facts about Pays de Montbéliard Agglomération.
    pub(super) fn embedded() -> GisResult<Self> {
        Self::from_toml(TEXT, Path::new(FILE))
    }

    /// Facts of the same form about any territory.
    pub(super) fn from_toml(text: &str, file: &Path) -> GisResult<Self> {
        let file: Box<str> = file.to_string_lossy().into();
        let facts = toml::from_str(text).map_err(|source| GisError::InvalidFacts {
            file: file.clone(),
            source: Box::new(source),
        });
        let facts = Self { file, ..facts? };
        facts.check()?;
        Ok(facts)
    }

    /// Whether they are those that come with the program.
    pub(super) fn is_embedded(&self) -> bool {
        *self.file == *FILE
    }

    /// The number of the commune called `name`.
    pub(super) fn commune_ix(&self, field: &'static str, name: &str) -> GisResult<usize> {
        self.communes
            .iter()
            .position(|commune| *commune.name == *name)
            .ok_or_else(|| self.unlisted(field, name))
    }

    /// The middle of the commune or neighbour called `name`.
    pub(super) fn place_of(&self, field: &'static str, name: &str) -> GisResult<LonLat> {
        let communes = self
            .communes
            .iter()
            .map(|commune| (&commune.name, commune.center));
        let neighbours = self
            .neighbours
            .iter()
            .map(|ring| (&ring.name, ring.centroid));
        communes
            .chain(neighbours)
            .find(|(listed, _)| ***listed == *name)
            .map(|(_, place)| place)
            .ok_or_else(|| self.unlisted(field, name))
    }

    fn unlisted(&self, field: &'static str, name: &str) -> GisError {
        GisError::UnlistedCommune {
            file: self.file.clone(),
            field,
            commune: name.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_facts_hold_the_published_totals() {
        let facts = Facts::embedded().unwrap();
        let population = |zone: Option<FibreZone>| -> u32 {
            let of_zone = facts
                .communes
                .iter()
                .filter(|c| zone.is_none_or(|z| c.fibre == z));
            of_zone.map(|c| c.population).sum()
        };
        assert_eq!(facts.communes.len(), 73);
        assert_eq!(population(None), 139_232);
        assert_eq!(population(Some(FibreZone::Amii)), 114_874);
        let area: f64 = facts.communes.iter().map(|c| c.area_km2).sum();
        assert!((area - 452.95).abs() < 0.1, "{area}");
    }

    #[test]
    fn only_dampjoux_came_later() {
        let facts = Facts::embedded().unwrap();
        let later: Vec<_> = facts
            .communes
            .iter()
            .filter(|c| c.member_from.is_some())
            .collect();
        assert_eq!(later.len(), 1);
        assert_eq!(&*later[0].code, "25192");
        assert_eq!(
            later[0].member_from,
            Some("2023-12-31T23:00:00Z".parse().unwrap())
        );
    }

    #[test]
    fn a_commune_that_is_not_listed_is_named_in_the_error() {
        let error = Facts::embedded()
            .unwrap()
            .commune_ix("depot.commune", "Lyon")
            .unwrap_err();
        assert!(
            error.to_string().contains("'Lyon', named in depot.commune"),
            "{error}"
        );
    }
}
