//! Health facilities: generic, in number after what a territory of the size has, where people live.

use twin_core::{Asset, HealthCategory, HealthFacility, Planar};

use super::draws::{Draws, Topic};
use super::entrances::Entrance;
use super::facts::Facts;
use super::ground::Ground;
use super::plane::distance2;
use super::public::Public;
use super::sites::apportioned;
use crate::error::GisResult;

/// One kind of facility.
struct Stock {
    category: HealthCategory,
    key: &'static str,
    label: &'static str,
    /// One for so many inhabitants of the territory.
    persons: u32,
    /// Communes below this population have none.
    from_population: u32,
    /// How far from the middle of its commune it may stand, in spreads of the population.
    reach: f64,
}

/// Assumptions: a pharmacy for some 2,800 inhabitants, in communes of 1,000 on, as the quota of the
/// law on pharmacies (2,500, then one for each 4,500) and its older openings leave it; a practice
/// of two or three doctors for 2,300 (56 full-time doctors for 100,000 inhabitants, the anchor of
/// the regional agency, are 78 here); a health house or centre for 15,000; a hospital site, of
/// follow-up or ambulatory care, for 70,000, since the hospital itself lies in Trévenans, outside.
const STOCKS: [Stock; 4] = [
    Stock {
        category: HealthCategory::Pharmacy,
        key: "pharmacie",
        label: "Pharmacie",
        persons: 2800,
        from_population: 1000,
        reach: 1.3,
    },
    Stock {
        category: HealthCategory::Doctors,
        key: "cabinet",
        label: "Cabinet médical",
        persons: 2300,
        from_population: 700,
        reach: 1.5,
    },
    Stock {
        category: HealthCategory::Clinic,
        key: "maison-sante",
        label: "Maison de santé",
        persons: 15_000,
        from_population: 1100,
        reach: 1.2,
    },
    Stock {
        category: HealthCategory::Hospital,
        key: "hopital",
        label: "Site hospitalier",
        persons: 70_000,
        from_population: 10_000,
        reach: 2.0,
    },
];
/// No two facilities of one kind stand nearer.
const APART_M: f64 = 180.0;
/// The landmark that is a health facility: the house for health professionals at Pied-des-Gouttes.
const SYNAPSE: &str = "synapse";

/// Every facility: one after the other at entrances of their communes.
pub(super) fn health_facilities(
    (facts, ground): (&Facts, &Ground),
    entrances: &[Entrance],
    publics: &[Public],
    seed: u64,
) -> GisResult<Vec<Asset<HealthFacility>>> {
    let population: u32 = facts
        .communes
        .iter()
        .map(|commune| commune.population)
        .sum();
    let mut facilities = Vec::new();
    for (number, stock) in STOCKS.iter().enumerate() {
        let weights = ground.towns.iter().map(|town| {
            if town.population >= stock.from_population {
                town.population
            } else {
                0
            }
        });
        let weights: Vec<u32> = weights.collect();
        let counts = apportioned(&weights, population.div_ceil(stock.persons), 0);
        for (town, count) in counts.into_iter().enumerate() {
            let mut draws = Draws::new(seed, Topic::Health, number << 16 | town);
            let places = places(stock, ground, (town, entrances), &mut draws);
            for (turn, place) in (1_u32..=count).zip(apart(places)) {
                let home = &ground.towns[town];
                facilities.push(Asset {
                    key: format!("{}-{}-{turn}", stock.key, home.code).into(),
                    place: ground.plane.unproject(place)?,
                    detail: HealthFacility {
                        name: Some(format!("{} {turn}, {}", stock.label, home.name).into()),
                        category: stock.category,
                        finess: None,
                    },
                });
            }
        }
    }
    if let Some(house) = publics.iter().find(|public| &*public.key == SYNAPSE) {
        facilities.push(Asset {
            key: SYNAPSE.into(),
            place: ground.plane.unproject(house.place)?,
            detail: HealthFacility {
                name: house.name.clone(),
                category: HealthCategory::Clinic,
                finess: None,
            },
        });
    }
    Ok(facilities)
}

/// The entrances of a commune where such a facility may be, in random order, those with many
/// neighbours behind the same door first.
fn places(
    stock: &Stock,
    ground: &Ground,
    (town, entrances): (usize, &[Entrance]),
    draws: &mut Draws,
) -> Vec<Planar> {
    let home = &ground.towns[town];
    let reach_m = stock.reach * home.spread_m + 200.0;
    let is_near = |entrance: &&Entrance| {
        entrance.town == town && distance2(entrance.place, home.center) < reach_m * reach_m
    };
    let near: Vec<&Entrance> = entrances.iter().filter(is_near).collect();
    let mut order = draws.shuffled(near.len());
    order.sort_by_key(|&ix| near[ix].lines < 2);
    order.into_iter().map(|ix| near[ix].place).collect()
}

/// The places, in order, that are not too near to one before.
fn apart(places: Vec<Planar>) -> impl Iterator<Item = Planar> {
    let mut taken: Vec<Planar> = Vec::new();
    places.into_iter().filter(move |&place| {
        let is_free = taken
            .iter()
            .all(|&other| distance2(other, place) > APART_M * APART_M);
        if is_free {
            taken.push(place);
        }
        is_free
    })
}
