//! Sites where people live and trucks come: as many as the plan's containers need, in proportion to
//! population, each on its street.

use twin_core::{Asset, LonLat, Planar, Site, SiteType};

use super::curbs::Curb;
use super::draws::{Draws, Topic};
use super::entrances::Entrance;
use super::footprint::Footprint;
use super::ground::{Ground, Town, Wish};
use super::network::Network;
use super::plane::distance2;
use super::plots::{Street, estate_at};
use super::public::spread;
use super::shares::{Weighted, cut, middle};
use crate::error::GisResult;

/// A site to be.
#[derive(Clone, Debug)]
pub(super) struct PlannedSite {
    /// The number of its commune.
    pub town: usize,
    /// Its number in its commune, from 1.
    pub number: u32,
    pub key: Box<str>,
    pub name: Box<str>,
    pub street: Option<Box<str>>,
    pub site_type: SiteType,
    pub place: LonLat,
}

/// What sites are placed on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scene<'a> {
    pub ground: &'a Ground,
    pub network: &'a Network,
    pub streets: &'a [Street],
    /// By commune.
    pub curbs: &'a [Vec<Curb>],
    pub entrances: &'a [Entrance],
    /// Parks with the number of their commune.
    pub parks: &'a [(usize, Footprint)],
    /// Middle and radius of each housing estate.
    pub estates: &'a [(Planar, f64)],
}

/// How many sites of one type there are, and where.
struct Stock {
    site_type: SiteType,
    topic: Topic,
    /// What people call such a site.
    label: &'static str,
    sites: u32,
    /// How many every commune has at least.
    least: u32,
    /// Smaller communes have none beyond `least`.
    from_population: u32,
    /// How far apart they are at least.
    apart_m: f64,
}

/// About 280 recycling sites hold the plan's 1,500 recycling containers: 5.4 a site, as in 2019
/// (240 sites, 1,300 containers). The other two counts are the plan's own.
const STOCKS: [Stock; 3] = [
    Stock {
        site_type: SiteType::RecyclingPoint,
        topic: Topic::RecyclingPlaces,
        label: "point d’apport",
        sites: 280,
        least: 1,
        from_population: 0,
        apart_m: 120.0,
    },
    Stock {
        site_type: SiteType::RegroupingPoint,
        topic: Topic::RegroupingPlaces,
        label: "point de regroupement",
        sites: 160,
        least: 0,
        from_population: 0,
        apart_m: LEAST_APART_M,
    },
    Stock {
        site_type: SiteType::ParkBin,
        topic: Topic::ParkBinPlaces,
        label: "corbeille de parc",
        sites: 250,
        least: 0,
        from_population: 2500,
        apart_m: LEAST_APART_M,
    },
];

/// No two sites stand nearer to each other.
const LEAST_APART_M: f64 = 60.0;
/// Wheeled bins of a street that no truck enters stand at its end, so near to it.
const DEAD_END_M: f64 = 45.0;
/// Where no street is at hand, sites stand this far around a town's middle, in its spreads.
const WITHOUT_STREETS_SPREADS: f64 = 1.0;

/// Every site, by commune, then by type, then by number.
pub(super) fn planned_sites(scene: &Scene<'_>, seed: u64) -> GisResult<Vec<PlannedSite>> {
    let mut planner = Planner {
        scene,
        taken: Vec::new(),
        planned: Vec::new(),
    };
    for stock in &STOCKS {
        for (town, count) in counts(stock, &scene.ground.towns).into_iter().enumerate() {
            planner.settle(stock, (town, count), Draws::new(seed, stock.topic, town))?;
        }
    }
    let mut planned = planner.planned;
    planned.sort_by_key(|site| (site.town, site.number));
    Ok(planned)
}

/// The sites as the pack holds them.
pub(super) fn site_assets(planned: &[PlannedSite]) -> Vec<Asset<Site>> {
    let asset = |site: &PlannedSite| Asset {
        key: site.key.clone(),
        place: site.place,
        detail: Site {
            name: Some(site.name.clone()),
            street: site.street.clone(),
            site_type: site.site_type,
        },
    };
    planned.iter().map(asset).collect()
}

struct Planner<'a> {
    scene: &'a Scene<'a>,
    /// Where a site stands already.
    taken: Vec<Planar>,
    planned: Vec<PlannedSite>,
}

impl Planner<'_> {
    /// Finds places for `count` sites of one commune.
    fn settle(
        &mut self,
        stock: &Stock,
        (town, count): (usize, u32),
        mut draws: Draws,
    ) -> GisResult<()> {
        let wishes = match stock.site_type {
            SiteType::RecyclingPoint => self.catchments(town, count),
            SiteType::RegroupingPoint => self.ends_of_streets(town, &mut draws),
            SiteType::ParkBin | SiteType::Other => self.places_in_parks(town),
        };
        let mut wishes = wishes.into_iter();
        for ordinal in 1..=count {
            let wished = match stock.site_type {
                SiteType::ParkBin => wishes.find(|&at| self.is_free(at, stock.apart_m)),
                _ => None,
            };
            let (place, street) = match wished {
                Some(at) => (at, self.nearest_street(town, at)),
                None => self.on_street(stock, (town, &mut wishes), &mut draws)?,
            };
            self.add(stock, (town, ordinal), (place, street))?;
        }
        Ok(())
    }

    fn is_free(&self, at: Planar, apart_m: f64) -> bool {
        self.taken
            .iter()
            .all(|&other| distance2(other, at) >= apart_m * apart_m)
    }

    /// A place at the curb nearest to the next wish, or to the middle of the commune; anywhere in
    /// the commune where no curb is free.
    fn on_street(
        &self,
        stock: &Stock,
        (town, wishes): (usize, &mut std::vec::IntoIter<Planar>),
        draws: &mut Draws,
    ) -> GisResult<(Planar, Option<Box<str>>)> {
        let home = &self.scene.ground.towns[town];
        let near = wishes.next().unwrap_or(home.center);
        let curbs = &self.scene.curbs[town];
        for apart_m in [stock.apart_m, LEAST_APART_M] {
            let nearest = curbs.iter().fold(None, |best: Option<(f64, &Curb)>, curb| {
                let away2 = distance2(curb.place, near);
                let is_nearer = best.is_none_or(|(best2, _)| away2 < best2);
                if is_nearer && self.is_free(curb.place, apart_m) {
                    Some((away2, curb))
                } else {
                    best
                }
            });
            if let Some((_, curb)) = nearest {
                let street = &self.scene.streets[curb.street].name;
                return Ok((curb.place, Some(street.clone())));
            }
        }
        let wish = Wish {
            around: home.center,
            spread_m: home.spread_m * WITHOUT_STREETS_SPREADS,
            apart_m: LEAST_APART_M,
        };
        let place = self
            .scene
            .ground
            .free_place(town, wish, &self.taken, draws)?;
        Ok((place, None))
    }

    fn nearest_street(&self, town: usize, at: Planar) -> Option<Box<str>> {
        let away = |curb: &&Curb| distance2(curb.place, at);
        let curbs = self.scene.curbs[town].iter();
        let nearest = curbs.min_by(|a, b| away(a).total_cmp(&away(b)))?;
        Some(self.scene.streets[nearest.street].name.clone())
    }

    /// The middles of `count` catchments of a commune with equal numbers of lines.
    fn catchments(&self, town: usize, count: u32) -> Vec<Planar> {
        let own = self
            .scene
            .entrances
            .iter()
            .filter(|entrance| entrance.town == town);
        let weighted = own.map(|entrance| Weighted {
            at: entrance.place,
            lines: entrance.lines,
        });
        let points: Vec<Weighted> = weighted.collect();
        let mut parts = Vec::new();
        if count > 0 && !points.is_empty() {
            cut(&points, (0..points.len()).collect(), count, &mut parts);
        }
        parts.iter().map(|part| middle(&points, part)).collect()
    }

    /// Ends of streets that lead nowhere else, and curbs of housing estates, in random order.
    fn ends_of_streets(&self, town: usize, draws: &mut Draws) -> Vec<Planar> {
        let is_fit = |curb: &&Curb| {
            self.scene.network.is_at_dead_end(curb.spot, DEAD_END_M)
                || estate_at(self.scene.estates, curb.place).is_some()
        };
        let fit: Vec<Planar> = self.scene.curbs[town]
            .iter()
            .filter(is_fit)
            .map(|curb| curb.place)
            .collect();
        draws
            .shuffled(fit.len())
            .into_iter()
            .map(|ix| fit[ix])
            .collect()
    }

    /// Places along the walks of a commune's parks.
    fn places_in_parks(&self, town: usize) -> Vec<Planar> {
        let own = self.scene.parks.iter().filter(|(of, _)| *of == town);
        own.flat_map(|(_, park)| spread(park, LEAST_APART_M + 1.0))
            .collect()
    }

    fn add(
        &mut self,
        stock: &Stock,
        (town, ordinal): (usize, u32),
        (place, street): (Planar, Option<Box<str>>),
    ) -> GisResult<()> {
        let home = &self.scene.ground.towns[town];
        let own = self.planned.iter().filter(|site| site.town == town);
        let number = own.map(|site| site.number).max().unwrap_or(0) + 1;
        self.taken.push(place);
        self.planned.push(PlannedSite {
            town,
            number,
            key: format!("{}-{number:04}", home.code).into(),
            name: format!("{}, {} {ordinal}", home.name, stock.label).into(),
            street,
            site_type: stock.site_type,
            place: self.scene.ground.plane.unproject(place)?,
        });
        Ok(())
    }
}

/// How many sites of a stock each commune has.
fn counts(stock: &Stock, towns: &[Town]) -> Vec<u32> {
    let weight = |town: &Town| {
        let counts = town.is_in_plan && town.population >= stock.from_population;
        if counts { town.population } else { 0 }
    };
    let weights: Vec<u32> = towns.iter().map(weight).collect();
    apportioned(&weights, stock.sites, stock.least)
}

/// Splits `total` in proportion to weights by highest averages (Sainte-Laguë), after `least` for
/// each weight above zero.
pub(super) fn apportioned(weights: &[u32], total: u32, least: u32) -> Vec<u32> {
    let mut shares: Vec<u32> = weights
        .iter()
        .map(|&w| if w > 0 { least } else { 0 })
        .collect();
    let is_ahead = |(a, a_share): (u32, u32), (b, b_share): (u32, u32)| {
        u64::from(a) * u64::from(2 * b_share + 1) > u64::from(b) * u64::from(2 * a_share + 1)
    };
    while shares.iter().sum::<u32>() < total {
        let next = (0..weights.len()).reduce(|best, ix| {
            let (challenger, leader) = ((weights[ix], shares[ix]), (weights[best], shares[best]));
            if is_ahead(challenger, leader) {
                ix
            } else {
                best
            }
        });
        match next {
            Some(ix) if weights[ix] > 0 => shares[ix] += 1,
            _ => break,
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::in_proportion(&[10, 20, 30], 6, 0, &[1, 2, 3])]
    #[case::at_least_one(&[1, 1000], 10, 1, &[1, 9])]
    #[case::nothing_for_weight_zero(&[0, 5], 3, 1, &[0, 3])]
    #[case::nobody_to_give_to(&[0, 0], 3, 1, &[0, 0])]
    fn a_total_is_split_by_weight(
        #[case] weights: &[u32],
        #[case] total: u32,
        #[case] least: u32,
        #[case] shares: &[u32],
    ) {
        assert_eq!(apportioned(weights, total, least), shares);
    }
}
