//! Where things can stand: the communes in the plane, with the spread of their built-up areas.

use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use twin_core::{Commune, LonLat, Planar, SquareMetres};

use super::draws::Draws;
use super::facts::{CommuneFacts, Facts};
use super::outlines::outlines;
use super::plane::{Plane, distance2, holds, shifted};
use crate::error::{GisError, GisResult};

/// The territory in the plane.
#[derive(Debug)]
pub(super) struct Ground {
    pub plane: Plane,
    /// In the order of the facts.
    pub towns: Vec<Town>,
}

/// A commune, as what stands on its streets sees it.
#[derive(Debug)]
pub(super) struct Town {
    pub code: Box<str>,
    pub name: Box<str>,
    pub population: u32,
    /// Whether it was a member when the plan was made (November 2021).
    pub is_in_plan: bool,
    pub center: Planar,
    /// Standard deviation, along each axis, of the distance of people from the centre.
    pub spread_m: f64,
    /// Its outline: simple, counterclockwise.
    ring: Vec<Planar>,
}

/// Tries before a commune counts as full; each widens the search a little.
const TRIES: u32 = 4000;
/// How far from its commune's border a thing stands at least.
const BORDER_MARGIN_M: f64 = 25.0;

impl Ground {
    pub(super) fn new(facts: &Facts) -> GisResult<Self> {
        let plane = Plane::around(middle(facts)?);
        let rings = outlines(facts, &plane)?;
        let town = |(commune, ring)| Town::new(commune, &plane, ring);
        Ok(Self {
            plane,
            towns: facts.communes.iter().zip(rings).map(town).collect(),
        })
    }

    /// The communes with their outlines on the globe.
    pub(super) fn communes(&self, facts: &Facts) -> GisResult<Vec<Commune>> {
        facts
            .communes
            .iter()
            .zip(&self.towns)
            .map(|(c, town)| self.commune(c, town))
            .collect()
    }

    /// A free place in a commune, normally distributed around `around` by `spread_m`, at least
    /// `apart_m` from everything in `taken`.
    pub(super) fn free_place(
        &self,
        town: usize,
        wish: Wish,
        taken: &[Planar],
        draws: &mut Draws,
    ) -> GisResult<Planar> {
        let town = &self.towns[town];
        for attempt in 0..TRIES {
            let widened_m = wish.spread_m * (1.0 + f64::from(attempt) / 100.0);
            let place = shifted(wish.around, draws.gaussian_step(widened_m), 1.0);
            let is_free = |other: &Planar| distance2(*other, place) >= wish.apart_m * wish.apart_m;
            if holds(&town.ring, place, BORDER_MARGIN_M) && taken.iter().all(is_free) {
                return Ok(place);
            }
        }
        Err(GisError::NoRoom {
            commune: town.name.clone(),
        })
    }

    /// The south-western and the north-eastern corner of the box around all communes.
    pub(super) fn bounds(&self) -> (Planar, Planar) {
        let corners = self.towns.iter().flat_map(|town| &town.ring);
        let none = ([f64::MAX; 2], [f64::MIN; 2]);
        corners.fold(none, |(low, high), &[x, y]| {
            let low = [low[0].min(x), low[1].min(y)];
            (low, [high[0].max(x), high[1].max(y)])
        })
    }

    fn commune(&self, facts: &CommuneFacts, town: &Town) -> GisResult<Commune> {
        let place = |&corner: &Planar| Ok(Coord::from(self.plane.unproject(corner)?));
        let ring: Vec<Coord> = town.ring.iter().map(place).collect::<GisResult<_>>()?;
        let polygon = Polygon::new(LineString::new(ring), Vec::new());
        Ok(Commune {
            code: facts.code.clone(),
            name: facts.name.clone(),
            population: Some(facts.population),
            area: Some(SquareMetres::new(facts.area_km2 * 1e6)?),
            center: facts.center,
            fibre_zone: Some(facts.fibre),
            member_from: facts.member_from,
            member_until: None,
            outline: MultiPolygon::new(vec![polygon]),
        })
    }
}

/// What is asked of a place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wish {
    pub around: Planar,
    pub spread_m: f64,
    pub apart_m: f64,
}

impl Town {
    /// Its outline: simple, counterclockwise.
    pub(super) fn ring(&self) -> &[Planar] {
        &self.ring
    }

    fn new(facts: &CommuneFacts, plane: &Plane, ring: Vec<Planar>) -> Self {
        Self {
            code: facts.code.clone(),
            name: facts.name.clone(),
            population: facts.population,
            is_in_plan: facts.member_from.is_none(),
            center: plane.project(facts.center),
            spread_m: spread_m(facts.population),
            ring,
        }
    }
}

/// Half the radius of a disc that holds `population` people at 900 per km² in a hamlet up to 2,500
/// in a city (an assumption): the spread of people that live evenly in that disc.
fn spread_m(population: u32) -> f64 {
    let population = f64::from(population);
    let per_km2 = 900.0 + 1600.0 * population / (population + 4000.0);
    let radius_m = (population / per_km2 * 1e6 / std::f64::consts::PI).sqrt();
    radius_m / 2.0
}

fn middle(facts: &Facts) -> GisResult<LonLat> {
    let mut count = 0.0;
    let mut sum = [0.0, 0.0];
    for commune in &facts.communes {
        count += 1.0;
        sum = [sum[0] + commune.center.lon(), sum[1] + commune.center.lat()];
    }
    Ok(LonLat::new(sum[0] / count, sum[1] / count)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::embedded::draws::Topic;

    #[test]
    fn a_commune_without_room_is_named() {
        let facts = Facts::embedded().unwrap();
        let ground = Ground::new(&facts).unwrap();
        let center = ground.towns[0].center;
        let wish = Wish {
            around: center,
            spread_m: 300.0,
            apart_m: 20_000.0,
        };
        let mut draws = Draws::new(1, Topic::Facilities, 0);
        let error = ground
            .free_place(0, wish, &[center], &mut draws)
            .unwrap_err();
        assert!(error.to_string().contains("Abbévillers"), "{error}");
    }

    #[test]
    fn people_of_larger_communes_live_farther_from_the_center() {
        let spreads = [100, 1000, 10_000, 25_516].map(spread_m);
        assert!(
            spreads.is_sorted() && spreads[0] > 50.0 && spreads[3] < 1000.0,
            "{spreads:?}"
        );
    }
}
