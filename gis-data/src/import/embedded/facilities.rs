//! The depot, its vehicles, and where they unload: real in name and commune, synthetic in place.

use twin_core::{
    Asset, AssetId, AssetKind, Depot, Kilograms, Layers, Litres, LonLat, Planar, UnloadingSite,
    Vehicle,
};

use super::draws::{Draws, Topic};
use super::facts::{DepotFacts, UnloadingFacts};
use super::footprint::Occupied;
use super::ground::Wish;
use super::public::{Lot, Town};
use crate::error::GisResult;

/// One class of vehicle.
struct Fleet {
    key: &'static str,
    name: &'static str,
    count: u32,
    volume_l: f64,
    payload_kg: f64,
}

/// Usual classes with usual limits. The counts are an assumption: some 115 columns of packaging, 15
/// of glass and 13 of paper are emptied each working day, at 35 to 45 a vehicle.
const FLEETS: [Fleet; 5] = [
    Fleet {
        key: "grue",
        name: "Camion-grue",
        count: 5,
        volume_l: 32_000.0,
        payload_kg: 10_500.0,
    },
    Fleet {
        key: "bom-26t",
        name: "Benne 26 t",
        count: 2,
        volume_l: 21_000.0,
        payload_kg: 10_000.0,
    },
    Fleet {
        key: "bom-19t",
        name: "Benne 19 t",
        count: 1,
        volume_l: 15_000.0,
        payload_kg: 6_000.0,
    },
    Fleet {
        key: "mini-bom",
        name: "Mini-benne",
        count: 1,
        volume_l: 6_500.0,
        payload_kg: 2_500.0,
    },
    Fleet {
        key: "plateau",
        name: "Plateau 3,5 t",
        count: 2,
        volume_l: 4_000.0,
        payload_kg: 900.0,
    },
];

/// Such places lie at the edge of a town, on a yard beside a street, and not beside each other.
const SPREAD_OF_TOWN: f64 = 1.5;
const APART_M: f64 = 300.0;
const YARD_M: [f64; 2] = [70.0, 42.0];

/// The facilities, and the yards that they take up.
pub(super) struct Facilities {
    /// Depots, vehicles and unloading sites; every other layer is empty.
    pub layers: Layers,
    pub yards: Vec<Lot>,
}

/// Depots, vehicles and unloading sites, each on a yard that it takes out of the free ground.
pub(super) fn facilities(town: &Town<'_>, occupied: &mut Occupied) -> GisResult<Facilities> {
    let mut plots = Plots {
        town,
        occupied,
        taken: Vec::new(),
        yards: Vec::new(),
    };
    let depot = depot(&town.facts.depot, &mut plots)?;
    let unloading_sites = town
        .facts
        .unloading_sites
        .iter()
        .map(|site| unloading_site(site, &mut plots))
        .collect::<GisResult<_>>()?;
    Ok(Facilities {
        layers: Layers {
            vehicles: vehicles(&depot)?,
            depots: vec![depot],
            unloading_sites,
            ..Layers::default()
        },
        yards: plots.yards,
    })
}

/// Free yards at the edge of towns.
struct Plots<'a> {
    town: &'a Town<'a>,
    occupied: &'a mut Occupied,
    taken: Vec<Planar>,
    yards: Vec<Lot>,
}

impl Plots<'_> {
    /// The gate of the next yard, at the curb; a place off the streets where no yard fits.
    fn next_in(&mut self, field: &'static str, commune: &str) -> GisResult<LonLat> {
        let ix = self.town.facts.commune_ix(field, commune)?;
        let ground = self.town.ground;
        let home = &ground.towns[ix];
        let wish = Wish {
            around: home.center,
            spread_m: home.spread_m * SPREAD_OF_TOWN,
            apart_m: APART_M,
        };
        let mut draws = Draws::new(self.town.seed, Topic::Facilities, self.taken.len());
        let wished = ground.free_place(ix, wish, &self.taken, &mut draws)?;
        let fitted = self.town.fitted((ix, wished), YARD_M, self.occupied);
        let place = fitted.map_or(wished, |(_, curb)| curb.place);
        if let Some((footprint, _)) = fitted {
            self.occupied.insert(footprint);
            self.yards.push(Lot {
                town: ix,
                class: "industrial".into(),
                footprint,
            });
        }
        self.taken.push(place);
        Ok(ground.plane.unproject(place)?)
    }
}

fn depot(facts: &DepotFacts, plots: &mut Plots<'_>) -> GisResult<Asset<Depot>> {
    let name = format!("{}, {}", facts.commune, facts.name);
    Ok(Asset {
        key: facts.key.clone(),
        place: plots.next_in("depot.commune", &facts.commune)?,
        detail: Depot {
            name: Some(name.into()),
        },
    })
}

fn unloading_site(
    facts: &UnloadingFacts,
    plots: &mut Plots<'_>,
) -> GisResult<Asset<UnloadingSite>> {
    Ok(Asset {
        key: facts.key.clone(),
        place: plots.next_in("unloading_sites.commune", &facts.commune)?,
        detail: UnloadingSite {
            name: Some(facts.name.clone()),
            streams: facts.streams.clone(),
        },
    })
}

fn vehicles(depot: &Asset<Depot>) -> GisResult<Vec<Asset<Vehicle>>> {
    let home = AssetId::new(AssetKind::Depot, &depot.key)?;
    let numbered = FLEETS
        .iter()
        .flat_map(|fleet| (1..=fleet.count).map(move |n| (fleet, n)));
    let vehicle = |(fleet, n): (&Fleet, u32)| {
        Ok(Asset {
            key: format!("{}-{n}", fleet.key).into(),
            place: depot.place,
            detail: Vehicle {
                name: Some(format!("{} {n}", fleet.name).into()),
                depot: home.clone(),
                volume: Some(Litres::new(fleet.volume_l)?),
                payload: Some(Kilograms::new(fleet.payload_kg)?),
            },
        })
    };
    numbered.map(vehicle).collect()
}
