//! Grounds: works with their halls, parks, cemeteries, pitches, allotments; rectangles that the
//! land cover rounds.

use twin_core::{Planar, Theme};

use super::{Public, Town, behind, building_class};
use crate::error::GisResult;
use crate::import::embedded::curbs::{direction, nearest, towards};
use crate::import::embedded::draws::{Draws, Topic};
use crate::import::embedded::facts::LandmarkFacts;
use crate::import::embedded::footprint::{Footprint, Occupied};
use crate::import::embedded::plane::shifted;
use crate::import::embedded::plots::is_off_streets;

/// A piece of land with one use.
#[derive(Clone, Debug)]
pub(in super::super) struct Lot {
    pub town: usize,
    /// OpenStreetMap's word.
    pub class: Box<str>,
    pub footprint: Footprint,
}

/// All grounds of the territory, and the halls on them.
#[derive(Debug, Default)]
pub(in super::super) struct Grounds {
    pub lots: Vec<Lot>,
    pub halls: Vec<Public>,
    /// Playing fields inside the sports grounds.
    pub pitches: Vec<Footprint>,
}

/// How much longer than wide grounds are, how far halls stand apart, and how
/// far their yards reach beyond.
const ASPECT: f64 = 1.5;
const BETWEEN_HALLS_M: f64 = 28.0;
const YARD_M: f64 = 12.0;
/// Where works and named parks are sought: rings around the place it should be at.
const RINGS_M: [f64; 5] = [0.0, 250.0, 500.0, 800.0, 1150.0];
/// A football pitch with its surroundings, and the field itself.
const SPORTS_GROUND_M: [f64; 2] = [150.0, 95.0];
const PITCH_M: [f64; 2] = [105.0, 68.0];
/// How many of the nearest places along the streets are tried.
const TRIES: usize = 1200;
/// A park that does not fit as a whole is laid out smaller.
const FITTING: [f64; 4] = [1.0, 0.6, 0.35, 0.2];
/// How far a park may lie from the nearest street.
const REACHED_M: f64 = 40.0;
/// How far apart grounds lie.
const OPEN_APART_M: f64 = 4.0;
/// One hall in so many is not built.
const GAP_ONE_IN: u32 = 8;

/// One kind of ground that communes have.
struct Rule {
    class: &'static str,
    from: u32,
    persons: u32,
    /// Square metres for each inhabitant, and at least.
    m2_per_head: f64,
    least_m2: f64,
    away_share: f64,
}

/// Assumptions: a cemetery of 3 m² a head, allotments of 2 m², parks of 9 m² where there are 2,500
/// people, a sports ground for each 3,500.
const RULES: [Rule; 4] = [
    Rule {
        class: "park",
        from: 2500,
        persons: 1500,
        m2_per_head: 9.0,
        least_m2: 4000.0,
        away_share: 0.9,
    },
    Rule {
        class: "recreation_ground",
        from: 350,
        persons: 3500,
        m2_per_head: 0.0,
        least_m2: SPORTS_GROUND_M[0] * SPORTS_GROUND_M[1],
        away_share: 1.9,
    },
    Rule {
        class: "cemetery",
        from: 120,
        persons: 12_000,
        m2_per_head: 3.0,
        least_m2: 1800.0,
        away_share: 1.5,
    },
    Rule {
        class: "allotments",
        from: 2000,
        persons: 7000,
        m2_per_head: 2.0,
        least_m2: 5000.0,
        away_share: 2.0,
    },
];

/// Lays out works and named parks first, then the grounds of each commune.
pub(in super::super) fn grounds(town: &Town<'_>, occupied: &mut Occupied) -> GisResult<Grounds> {
    let mut grounds = Grounds::default();
    for (number, landmark) in town.facts.landmarks.iter().enumerate() {
        let draws = Draws::new(town.seed, Topic::Land, number);
        match landmark.land.as_deref() {
            Some("park") => named_park(town, landmark, occupied, &mut grounds)?,
            Some(_) => works(town, landmark, draws, (occupied, &mut grounds))?,
            None => {}
        }
    }
    for ix in 0..town.ground.towns.len() {
        for (rule, number) in RULES.iter().zip(0..) {
            communal(town, (ix, rule, number), occupied, &mut grounds);
        }
    }
    Ok(grounds)
}

fn named_park(
    town: &Town<'_>,
    landmark: &LandmarkFacts,
    occupied: &mut Occupied,
    grounds: &mut Grounds,
) -> GisResult<()> {
    let (ix, at) = town.whereabouts(&landmark.place)?;
    let around = RINGS_M
        .into_iter()
        .flat_map(|ring_m| (0..16).map(move |turn| towards(at, 22.5 * f64::from(turn), ring_m)));
    let around: Vec<Planar> = around.collect();
    let fitted = FITTING.into_iter().find_map(|share| {
        let half = sides(share * landmark.land_ha * 1e4).map(|side| side / 2.0);
        around.iter().find_map(|&middle| {
            let footprint = Footprint {
                middle,
                along: facing(town, ix, middle),
                half,
            };
            let is_fit =
                is_open(town, ix, &footprint, occupied) && is_reached(town, ix, &footprint);
            is_fit.then_some(footprint)
        })
    });
    let place = fitted.map_or(at, |footprint| footprint.middle);
    grounds.halls.push(point(ix, landmark, place));
    if let Some(footprint) = fitted {
        occupied.insert(footprint);
        grounds.lots.push(Lot {
            town: ix,
            class: "park".into(),
            footprint,
        });
    }
    Ok(())
}

/// Whether one comes to a piece of ground from a street.
fn is_reached(town: &Town<'_>, ix: usize, footprint: &Footprint) -> bool {
    let around = Footprint {
        half: footprint.half.map(|side| side + REACHED_M),
        ..*footprint
    };
    let mut curbs = town.curbs[ix].iter();
    curbs.any(|curb| around.holds(curb.place))
}

/// Whether nothing stands or runs on a piece of ground of a commune.
fn is_open(town: &Town<'_>, ix: usize, footprint: &Footprint, occupied: &Occupied) -> bool {
    occupied.is_free(footprint, OPEN_APART_M)
        && town.land.holds(ix, footprint)
        && is_off_streets(town.network, town.streets, footprint)
}

fn point(town: usize, landmark: &LandmarkFacts, place: Planar) -> Public {
    Public {
        town,
        key: landmark.key.clone(),
        name: Some(landmark.name.clone()),
        theme: landmark.theme,
        class: landmark.class.clone(),
        building: building_class(&landmark.class),
        footprint: None,
        height_m: landmark.building_m.map_or(0.0, |[_, _, height_m]| height_m),
        curb: None,
        place,
        is_point: true,
    }
}

/// Halls on the land around the place where most of them fit.
fn works(
    town: &Town<'_>,
    landmark: &LandmarkFacts,
    mut draws: Draws,
    (occupied, grounds): (&mut Occupied, &mut Grounds),
) -> GisResult<()> {
    let (ix, at) = town.whereabouts(&landmark.place)?;
    let class = landmark.land.as_deref().unwrap_or("industrial");
    let [width, depth, height_m] = landmark.building_m.unwrap_or([50.0, 30.0, 8.0]);
    let size_m = sides(landmark.land_ha * 1e4);
    let mut best: Vec<Footprint> = Vec::new();
    let mut site = None;
    for ring_m in RINGS_M {
        for turn in 0..8 {
            let middle = towards(at, 45.0 * f64::from(turn), ring_m);
            let lot = Footprint {
                middle,
                along: facing(town, ix, middle),
                half: size_m.map(|side| side / 2.0),
            };
            let halls = halls(town, &lot, [width, depth], occupied);
            if halls.len() > best.len() + best.len() / 8 {
                (best, site) = (halls, Some(lot));
            }
        }
    }
    let Some(lot) = site else { return Ok(()) };
    grounds.halls.push(point(ix, landmark, lot.middle));
    best.retain(|_| draws.below(GAP_ONE_IN) > 0);
    for (number, mut hall) in (1_u32..).zip(best) {
        // Halls are not of one size: each keeps its plot and takes a part of it.
        hall.half = [
            hall.half[0] * (0.62 + 0.38 * draws.unit()),
            hall.half[1] * (0.7 + 0.3 * draws.unit()),
        ];
        occupied.insert(hall);
        let owner = town.land.town_at(hall.middle).unwrap_or(ix);
        grounds.halls.push(Public {
            town: owner,
            key: format!("{}-{number}", landmark.key).into(),
            footprint: Some(hall),
            height_m: (height_m * (0.7 + 0.6 * draws.unit()) * 10.0).round() / 10.0,
            is_point: false,
            ..point(owner, landmark, hall.middle)
        });
        grounds.lots.push(Lot {
            town: owner,
            class: class.into(),
            footprint: Footprint {
                half: [width, depth].map(|side| f64::midpoint(side, BETWEEN_HALLS_M) + YARD_M),
                ..hall
            },
        });
    }
    Ok(())
}

/// The direction of the street that is nearest to a place.
fn facing(town: &Town<'_>, ix: usize, at: Planar) -> Planar {
    let near = nearest(&town.curbs[ix], at, 1);
    near.first().map_or([1.0, 0.0], |curb| curb.along)
}

/// The halls that fit on a lot, row by row.
fn halls(
    town: &Town<'_>,
    lot: &Footprint,
    size_m: [f64; 2],
    occupied: &Occupied,
) -> Vec<Footprint> {
    let [width, depth] = size_m.map(|side| side + BETWEEN_HALLS_M);
    let counts = [width, depth];
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a lot has a few halls along each side"
    )]
    let counts = [0, 1].map(|axis| (2.0 * lot.half[axis] / counts[axis]).floor().max(1.0) as u32);
    let spot = |row: u32, column: u32| {
        let from =
            |n: u32, count: u32, step: f64| (f64::from(n) - f64::from(count - 1) / 2.0) * step;
        lot.at([from(column, counts[0], width), from(row, counts[1], depth)])
    };
    let all = (0..counts[1]).flat_map(|row| (0..counts[0]).map(move |column| (row, column)));
    let footprints = all.map(|(row, column)| Footprint {
        middle: spot(row, column),
        along: lot.along,
        half: size_m.map(|side| side / 2.0),
    });
    let is_fit = |hall: &Footprint| {
        let owner = town.land.town_at(hall.middle);
        owner.is_some_and(|owner| town.land.holds(owner, hall))
            && occupied.is_free(hall, BETWEEN_HALLS_M / 2.0)
            && is_off_streets(town.network, town.streets, hall)
    };
    footprints.filter(is_fit).collect()
}

/// One of the grounds that every commune of a size has.
fn communal(
    town: &Town<'_>,
    (ix, rule, kind): (usize, &Rule, usize),
    occupied: &mut Occupied,
    grounds: &mut Grounds,
) {
    let home = &town.ground.towns[ix];
    if home.population < rule.from {
        return;
    }
    let count = 1 + (home.population - rule.from) / rule.persons;
    let mut draws = Draws::new(town.seed, Topic::Land, 1000 + 8 * ix + kind);
    for _ in 0..count {
        let area_m2 = rule.m2_per_head * f64::from(home.population) / f64::from(count);
        let area_m2 = area_m2.max(rule.least_m2) * (0.8 + 0.4 * draws.unit());
        let is_sports = rule.class == "recreation_ground";
        let size_m = if is_sports {
            SPORTS_GROUND_M
        } else {
            sides(area_m2)
        };
        let away_m = rule.away_share * (0.7 + 0.6 * draws.unit()) * home.spread_m;
        let at = towards(home.center, 360.0 * draws.unit(), away_m);
        let Some(footprint) = open_ground(town, (ix, at), size_m, occupied) else {
            continue;
        };
        occupied.insert(footprint);
        if is_sports {
            let half = PITCH_M.map(|side| side / 2.0);
            grounds.pitches.push(Footprint { half, ..footprint });
        }
        grounds.lots.push(Lot {
            town: ix,
            class: rule.class.into(),
            footprint,
        });
        let number = grounds.lots.len();
        if let Some((theme, class, name)) = looked_for(rule.class) {
            grounds.halls.push(Public {
                town: ix,
                key: format!("lieu-{}-{number}", home.code).into(),
                name: Some(format!("{name}, {}", home.name).into()),
                theme,
                class: class.into(),
                building: "public",
                footprint: None,
                height_m: 0.0,
                curb: None,
                place: footprint.middle,
                is_point: true,
            });
        }
    }
}

/// What people call a ground that they look for.
fn looked_for(class: &str) -> Option<(Theme, &'static str, &'static str)> {
    match class {
        "park" => Some((Theme::Leisure, "park", "Parc")),
        "recreation_ground" => Some((Theme::Sport, "pitch", "Terrain de football")),
        "cemetery" => Some((Theme::Other, "cemetery", "Cimetière")),
        _ => None,
    }
}

/// Free ground beside a street, as near to `at` as can be.
fn open_ground(
    town: &Town<'_>,
    (ix, at): (usize, Planar),
    size_m: [f64; 2],
    occupied: &Occupied,
) -> Option<Footprint> {
    let near = nearest(&town.curbs[ix], at, TRIES);
    near.into_iter().find_map(|curb| {
        let footprint = behind(&curb, size_m);
        is_open(town, ix, &footprint, occupied).then_some(footprint)
    })
}

/// The sides of a rectangle of an area.
fn sides(area_m2: f64) -> [f64; 2] {
    let width = (area_m2 * ASPECT).sqrt();
    [width, width / ASPECT]
}

/// Points spread over a lot, `apart_m` from each other at least, the first in its middle.
pub(in super::super) fn spread(lot: &Footprint, apart_m: f64) -> Vec<Planar> {
    let along = direction([0.0, 0.0], lot.along);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a lot holds a few points"
    )]
    let counts = lot
        .half
        .map(|half| ((2.0 * half - 10.0) / apart_m).floor().max(0.0) as u32);
    let mut points = Vec::new();
    for row in 0..=counts[1] {
        for column in 0..=counts[0] {
            let from = |n: u32, count: u32| (f64::from(n) - f64::from(count) / 2.0) * apart_m;
            let at = shifted(lot.middle, along, from(column, counts[0]));
            points.push(shifted(at, [-along[1], along[0]], from(row, counts[1])));
        }
    }
    points
}
