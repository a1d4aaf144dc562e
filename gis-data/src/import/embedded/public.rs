//! Public buildings, parks, grounds and works: what a commune of a size has, and the landmarks that
//! people know by name.

mod grounds;
mod wanted;

use geo_types::MultiPolygon;
use twin_core::{Building, Metres, Planar, PointOfInterest, Tags, Theme};

pub(super) use self::grounds::{Grounds, Lot, grounds, spread};
use self::wanted::{Wanted, wanted};
use super::buildings::outline;
use super::curbs::{Curb, nearest, towards};
use super::dry::DryLand;
use super::facts::{Facts, LandmarkFacts, Whereabouts};
use super::footprint::{Footprint, Occupied};
use super::ground::Ground;
use super::network::Network;
use super::plots::{Street, is_off_streets};
use crate::error::GisResult;

/// Where public buildings and grounds are put.
pub(super) struct Town<'a> {
    pub facts: &'a Facts,
    pub ground: &'a Ground,
    pub network: &'a Network,
    pub streets: &'a [Street],
    pub land: &'a DryLand,
    /// By commune.
    pub curbs: &'a [Vec<Curb>],
    pub seed: u64,
}

/// A public building, a hall, or a place without one.
#[derive(Clone, Debug)]
pub(super) struct Public {
    pub town: usize,
    pub key: Box<str>,
    pub name: Option<Box<str>>,
    pub theme: Theme,
    pub class: Box<str>,
    /// OpenStreetMap's word for its building.
    pub building: &'static str,
    pub footprint: Option<Footprint>,
    pub height_m: f64,
    /// Where one enters from the street.
    pub curb: Option<Curb>,
    pub place: Planar,
    /// Whether people look for it; of a group of halls, only one is looked for.
    pub is_point: bool,
}

/// How many of the nearest places along the streets are tried.
const TRIES: usize = 600;
/// How far public buildings keep from each other, and from the edge of the street.
const APART_M: f64 = 6.0;
const FRONT_M: f64 = 4.0;

impl Town<'_> {
    /// The place that a landmark is at, as far as that is known.
    pub(super) fn whereabouts(&self, place: &Whereabouts) -> GisResult<(usize, Planar)> {
        let town = self.facts.commune_ix("landmarks.commune", &place.commune)?;
        let center = self.ground.towns[town].center;
        Ok((town, towards(center, place.towards, place.away_m)))
    }

    /// A footprint along the street, at the first curb from `at` on where it fits.
    pub(super) fn fitted(
        &self,
        (town, at): (usize, Planar),
        size_m: [f64; 2],
        occupied: &Occupied,
    ) -> Option<(Footprint, Curb)> {
        let near = nearest(&self.curbs[town], at, TRIES);
        near.into_iter().find_map(|curb| {
            let footprint = behind(&curb, size_m);
            let is_fit = occupied.is_free(&footprint, APART_M)
                && self.land.holds(town, &footprint)
                && is_off_streets(self.network, self.streets, &footprint);
            is_fit.then_some((footprint, curb))
        })
    }
}

/// A footprint behind a curb.
fn behind(curb: &Curb, [width, depth]: [f64; 2]) -> Footprint {
    let [ax, ay] = curb.along;
    let side = if curb.is_left { 1.0 } else { -1.0 };
    let out = side * (FRONT_M + depth / 2.0);
    Footprint {
        middle: [curb.place[0] - ay * out, curb.place[1] + ax * out],
        along: curb.along,
        half: [width / 2.0, depth / 2.0],
    }
}

/// Every public building: landmarks first, then what each commune has, from the middle outwards.
pub(super) fn public_buildings(town: &Town<'_>, occupied: &mut Occupied) -> GisResult<Vec<Public>> {
    let mut all = Vec::new();
    for landmark in town.facts.landmarks.iter().filter(|l| l.land.is_none()) {
        all.push(landmark_building(town, landmark, occupied)?);
    }
    for (ix, home) in town.ground.towns.iter().enumerate() {
        let mut counts = 0_u32;
        for wish in wanted(home, town.seed) {
            let at = towards(home.center, wish.towards, wish.away_share * home.spread_m);
            if let Some((footprint, curb)) = town.fitted((ix, at), wish.size_m, occupied) {
                occupied.insert(footprint);
                counts += 1;
                let key = format!("pub-{}-{counts:03}", home.code);
                all.push(of_wish(ix, key, wish, (footprint, curb)));
            }
        }
    }
    Ok(all)
}

fn of_wish(town: usize, key: String, wish: Wanted, (footprint, curb): (Footprint, Curb)) -> Public {
    Public {
        town,
        key: key.into(),
        name: Some(wish.name),
        theme: wish.theme,
        class: wish.class.into(),
        building: wish.building,
        footprint: Some(footprint),
        height_m: wish.height_m,
        curb: Some(curb),
        place: footprint.middle,
        is_point: true,
    }
}

fn landmark_building(
    town: &Town<'_>,
    landmark: &LandmarkFacts,
    occupied: &mut Occupied,
) -> GisResult<Public> {
    let (ix, at) = town.whereabouts(&landmark.place)?;
    let [width, depth, height_m] = landmark.building_m.unwrap_or([20.0, 15.0, 8.0]);
    let fitted = town.fitted((ix, at), [width, depth], occupied);
    if let Some((footprint, _)) = &fitted {
        occupied.insert(*footprint);
    }
    let (footprint, curb) = fitted.unzip();
    Ok(Public {
        town: ix,
        key: landmark.key.clone(),
        name: Some(landmark.name.clone()),
        theme: landmark.theme,
        class: landmark.class.clone(),
        building: building_class(&landmark.class),
        footprint,
        height_m,
        curb,
        place: footprint.map_or(at, |footprint| footprint.middle),
        is_point: true,
    })
}

/// OpenStreetMap's word for the building of a class of place.
fn building_class(class: &str) -> &'static str {
    match class {
        "works" => "industrial",
        "retail" => "retail",
        "stadium" => "stadium",
        "station" => "train_station",
        "castle" => "castle",
        "office" => "office",
        _ => "public",
    }
}

/// The buildings as the pack holds them.
pub(super) fn public_assets(publics: &[Public], ground: &Ground) -> GisResult<Vec<Building>> {
    let built = publics
        .iter()
        .filter_map(|public| Some((public, public.footprint?)));
    let asset = |(public, footprint): (&Public, Footprint)| {
        Ok(Building {
            key: format!("bat-{}", public.key).into(),
            class: public.building.into(),
            name: public.name.clone().filter(|_| public.is_point),
            height: Some(Metres::new(public.height_m)?),
            min_height: None,
            levels: None,
            roof_shape: Some(roof(public.building).into()),
            is_part: false,
            outline: area(&footprint, ground)?,
        })
    };
    built.map(asset).collect()
}

fn area(footprint: &Footprint, ground: &Ground) -> GisResult<MultiPolygon> {
    outline(&footprint.corners(), &ground.plane)
}

fn roof(building: &str) -> &'static str {
    match building {
        "church" | "castle" => "gabled",
        "townhall" | "public" | "train_station" => "hipped",
        _ => "flat",
    }
}

/// The places that people look for.
pub(super) fn public_points(
    publics: &[Public],
    streets: &[Street],
    ground: &Ground,
) -> GisResult<Vec<PointOfInterest>> {
    let points = publics.iter().filter(|public| public.is_point);
    let point = |public: &Public| {
        let home = &ground.towns[public.town];
        let street = public
            .curb
            .map(|curb| ("addr:street", streets[curb.street].name.clone()));
        let tags = [
            ("addr:city", home.name.clone()),
            ("ref:INSEE", home.code.clone()),
        ];
        let tags: Tags = tags.into_iter().chain(street).collect();
        Ok(PointOfInterest {
            key: public.key.clone(),
            theme: public.theme,
            class: public.class.clone(),
            name: public.name.clone(),
            tags,
            place: ground.plane.unproject(public.place)?,
        })
    };
    points.map(point).collect()
}
