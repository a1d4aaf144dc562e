//! What stands and lies in the territory, one thing after the other: each takes its ground away from
//! what comes later.

use std::collections::BTreeMap;

use twin_core::{Address, Asset, Ground as PackGround, Layers, Planar, Road, Timestamp, Waterway};

use super::buildings::{self, House};
use super::cameras;
use super::curbs::{Curb, curbs, towards};
use super::dry::DryLand;
use super::entrances::Entrance;
use super::facilities::{Facilities, facilities};
use super::facts::Facts;
use super::fibre::{self, Fibre};
use super::footprint::{Footprint, Occupied};
use super::ground::Ground;
use super::health::health_facilities;
use super::land::{Cover, Stream, land_cover};
use super::lines::length;
use super::network::Network;
use super::plane::distance2;
use super::plots::{Plot, Street, Surroundings, Surveyor, estate_at};
use super::public::{self, Grounds, Lot, Public, grounds, public_buildings};
use super::relief::Relief;
use super::roads::Streets;
use super::sites::{self, PlannedSite, planned_sites};
use super::water::River;
use crate::error::GisResult;

/// The ground that everything stands on.
pub(super) struct Scene<'a> {
    pub facts: &'a Facts,
    pub ground: &'a Ground,
    pub rivers: &'a [River],
    /// The same rivers as the pack holds them.
    pub waterways: &'a [Waterway],
    pub relief: &'a Relief,
    pub streets: &'a Streets,
    /// The sections of the streets as the pack holds them.
    pub roads: &'a [Road],
}

/// What stands and lies there.
pub(super) struct Standing {
    pub sites: Vec<PlannedSite>,
    /// All assets but communes, sites and what is on these.
    pub layers: Layers,
    /// Everything but roads, water lines and terrain.
    pub ground: PackGround,
}

/// From the water's edge, and from the middle of a motorway, to where one may build.
const BANK_M: f64 = 14.0;
const BESIDE_MOTORWAY_M: f64 = 32.0;
/// In the middle of a commune so far from its centre as people live on average counts as its edge.
const EDGE_SPREADS: f64 = 2.0;

/// Puts everything in its place.
pub(super) fn standing(scene: &Scene<'_>, date: Timestamp, seed: u64) -> GisResult<Standing> {
    let town = Town::new(scene);
    let mut occupied = Occupied::default();
    let public = town.public(scene, seed);
    let mut grounds = grounds(&public, &mut occupied)?;
    let mut publics = public_buildings(&public, &mut occupied)?;
    let Facilities { layers, yards } = facilities(&public, &mut occupied)?;
    publics.append(&mut grounds.halls);
    grounds.lots.extend(yards);
    let estates = estates(scene)?;
    let plots = town.plots(scene, &estates, &mut occupied, seed);
    let houses = buildings::houses(scene.facts, scene.ground, plots, seed);
    let entrances = buildings::entrances(&houses, &town.network, &town.streets, seed);
    let built = Built {
        scene,
        town: &town,
        grounds: &grounds,
        publics: &publics,
        houses: &houses,
        entrances: &entrances,
        estates: &estates,
    };
    let fibre = built.fibre(date, seed)?;
    Ok(Standing {
        sites: built.sites(seed)?,
        ground: built.ground(fibre.premises, seed)?,
        layers: Layers {
            fibre_nodes: fibre.nodes,
            fibre_links: fibre.links,
            addresses: built.addresses()?,
            cameras: built.cameras(date, seed)?,
            health_facilities: health_facilities(
                (scene.facts, scene.ground),
                &entrances,
                &publics,
                seed,
            )?,
            ..layers
        },
    })
}

/// Streets and free land before anything stands there.
struct Town {
    network: Network,
    /// One for each road.
    streets: Vec<Street>,
    /// All land of the communes, and what is left of it beside water and motorways.
    communes: DryLand,
    land: DryLand,
    curbs: Vec<Vec<Curb>>,
}

impl Town {
    fn new(scene: &Scene<'_>) -> Self {
        let sections = scene.streets.sections();
        let street = |section: &super::roads::Section| Street {
            town: section.town.unwrap_or(0),
            name: section.name.clone().unwrap_or_default(),
            half_width_m: section.setback_m(),
            is_built: section.has_houses(),
        };
        let streets: Vec<Street> = sections.iter().map(street).collect();
        let motorways: Vec<bool> = sections
            .iter()
            .map(super::roads::Section::is_motorway)
            .collect();
        let network = Network::new(scene.roads, &scene.ground.plane, |road| !motorways[road]);
        let communes = DryLand::new(scene.ground);
        let mut land = communes.clone();
        for river in scene.rivers {
            land.take_away(&river.course, river.width_m / 2.0 + BANK_M);
        }
        for (ix, _) in motorways.iter().enumerate().filter(|(_, is)| **is) {
            land.take_away(&scene.streets.course(ix), BESIDE_MOTORWAY_M);
        }
        let curbs = curbs(&network, &streets, &land, scene.ground.towns.len());
        Self {
            network,
            streets,
            communes,
            land,
            curbs,
        }
    }

    fn public<'a>(&'a self, scene: &'a Scene<'a>, seed: u64) -> public::Town<'a> {
        public::Town {
            facts: scene.facts,
            ground: scene.ground,
            network: &self.network,
            streets: &self.streets,
            land: &self.land,
            curbs: &self.curbs,
            seed,
        }
    }

    fn plots(
        &self,
        scene: &Scene<'_>,
        estates: &[(Planar, f64)],
        occupied: &mut Occupied,
        seed: u64,
    ) -> Vec<Plot> {
        let surroundings = |town: usize, at: Planar| {
            let home = &scene.ground.towns[town];
            let away_m = distance2(home.center, at).sqrt();
            Surroundings {
                from_middle: away_m / (EDGE_SPREADS * home.spread_m),
                population: home.population,
                estate: estate_at(estates, at),
            }
        };
        let surveyor = Surveyor {
            network: &self.network,
            streets: &self.streets,
            surroundings,
            land: &self.land,
            seed,
        };
        surveyor.plots(occupied)
    }
}

/// Middle and radius of each housing estate.
fn estates(scene: &Scene<'_>) -> GisResult<Vec<(Planar, f64)>> {
    let estate = |quarter: &super::facts::QuarterFacts| {
        let place = &quarter.place;
        let town = scene.facts.commune_ix("quarters.commune", &place.commune)?;
        let center = scene.ground.towns[town].center;
        Ok((
            towards(center, place.towards, place.away_m),
            quarter.radius_m,
        ))
    };
    scene.facts.quarters.iter().map(estate).collect()
}

/// What is built, for what depends on it.
struct Built<'a> {
    scene: &'a Scene<'a>,
    town: &'a Town,
    grounds: &'a Grounds,
    publics: &'a [Public],
    houses: &'a [House],
    entrances: &'a [Entrance],
    estates: &'a [(Planar, f64)],
}

impl Built<'_> {
    fn fibre(&self, date: Timestamp, seed: u64) -> GisResult<Fibre> {
        let sites = fibre::Sites {
            facts: self.scene.facts,
            ground: self.scene.ground,
            network: &self.town.network,
            rivers: self.scene.waterways,
            entrances: self.entrances,
        };
        fibre::fibre(&sites, date, seed)
    }

    fn sites(&self, seed: u64) -> GisResult<Vec<PlannedSite>> {
        let parks = self.grounds.lots.iter().filter(|lot| &*lot.class == "park");
        let parks: Vec<(usize, Footprint)> = parks.map(|lot| (lot.town, lot.footprint)).collect();
        let scene = sites::Scene {
            ground: self.scene.ground,
            network: &self.town.network,
            streets: &self.town.streets,
            curbs: &self.town.curbs,
            entrances: self.entrances,
            parks: &parks,
            estates: self.estates,
        };
        planned_sites(&scene, seed)
    }

    fn cameras(&self, date: Timestamp, seed: u64) -> GisResult<Vec<Asset<twin_core::Camera>>> {
        cameras::cameras(&cameras::Scene {
            ground: self.scene.ground,
            network: &self.town.network,
            streets: &self.town.streets,
            curbs: &self.town.curbs,
            publics: self.publics,
            houses: self.houses,
            date,
            seed,
        })
    }

    /// One address for each number of a street, with all that is behind it.
    fn addresses(&self) -> GisResult<Vec<Asset<Address>>> {
        let mut of_label: BTreeMap<(usize, &str), (Planar, u32)> = BTreeMap::new();
        for entrance in self.entrances {
            let label = entrance.label.split(',').next().unwrap_or(&entrance.label);
            let address = of_label
                .entry((entrance.town, label))
                .or_insert((entrance.place, 0));
            address.1 += entrance.lines;
        }
        let mut counts = vec![0_u32; self.scene.ground.towns.len()];
        let address = |((town, label), (place, premises)): ((usize, &str), (Planar, u32))| {
            counts[town] += 1;
            let code = &self.scene.ground.towns[town].code;
            Ok(Asset {
                key: format!("adr-{code}-{:05}", counts[town]).into(),
                place: self.scene.ground.plane.unproject(place)?,
                detail: Address {
                    label: label.into(),
                    premises,
                },
            })
        };
        of_label.into_iter().map(address).collect()
    }

    fn ground(&self, premises: Vec<twin_core::Premises>, seed: u64) -> GisResult<PackGround> {
        let Scene {
            ground,
            relief,
            rivers,
            waterways,
            ..
        } = *self.scene;
        let mut buildings = buildings::house_assets(self.houses, ground)?;
        buildings.extend(public::public_assets(self.publics, ground)?);
        let streams = rivers.iter().zip(waterways).map(|(river, line)| Stream {
            name: line.name.clone().unwrap_or_default(),
            course: river.course.clone(),
            width_m: river.width_m,
        });
        let middles = self.houses.iter().map(|house| house.plot.footprint.middle);
        let publics = self.publics.iter().filter(|public| public.curb.is_some());
        let middles: Vec<Planar> = middles.chain(publics.map(|public| public.place)).collect();
        let lots: Vec<Lot> = self.grounds.lots.clone();
        let cover = Cover {
            ground,
            communes: &self.town.communes,
            houses: &middles,
            lots: &lots,
            pitches: &self.grounds.pitches,
            rivers: &streams.collect::<Vec<_>>(),
            relief: &|at| (relief.height_m(at), length(relief.gradient(at))),
            seed,
        };
        Ok(PackGround {
            buildings,
            land_cover: land_cover(&cover)?,
            points_of_interest: public::public_points(self.publics, &self.town.streets, ground)?,
            premises,
            ..PackGround::default()
        })
    }
}
