//! Sites where people live: as many as the plan's containers need, in proportion to population.

use twin_core::{Asset, LonLat, Planar, Site, SiteType};

use super::draws::{Draws, Topic};
use super::ground::{Ground, Town, Wish};
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
    pub site_type: SiteType,
    pub place: LonLat,
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
        apart_m: 180.0,
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
/// Park bins stand together in parks of about so many, this far from its middle.
const BINS_IN_PARK: u32 = 11;
const PARK_SPREAD_M: f64 = 110.0;

/// Every site, by commune, then by type, then by number.
pub(super) fn planned_sites(ground: &Ground, seed: u64) -> GisResult<Vec<PlannedSite>> {
    let mut planner = Planner {
        ground,
        taken: Vec::new(),
        planned: Vec::new(),
    };
    for stock in &STOCKS {
        for (town, count) in counts(stock, &ground.towns).into_iter().enumerate() {
            planner.settle(stock, town, count, Draws::new(seed, stock.topic, town))?;
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
            street: None,
            site_type: site.site_type,
        },
    };
    planned.iter().map(asset).collect()
}

struct Planner<'a> {
    ground: &'a Ground,
    /// Where a site stands already.
    taken: Vec<Planar>,
    planned: Vec<PlannedSite>,
}

impl Planner<'_> {
    /// Finds places for `count` sites of one commune.
    fn settle(
        &mut self,
        stock: &Stock,
        town: usize,
        count: u32,
        mut draws: Draws,
    ) -> GisResult<()> {
        let home = &self.ground.towns[town];
        let in_town = Wish {
            around: home.center,
            spread_m: home.spread_m,
            apart_m: stock.apart_m,
        };
        let mut wish = in_town;
        for ordinal in 1..=count {
            if stock.site_type == SiteType::ParkBin && ordinal % BINS_IN_PARK == 1 {
                let middle = self
                    .ground
                    .free_place(town, in_town, &self.taken, &mut draws)?;
                wish = Wish {
                    around: middle,
                    spread_m: PARK_SPREAD_M,
                    ..in_town
                };
            }
            let place = self
                .ground
                .free_place(town, wish, &self.taken, &mut draws)?;
            self.add(stock, town, ordinal, place)?;
        }
        Ok(())
    }

    fn add(&mut self, stock: &Stock, town: usize, ordinal: u32, place: Planar) -> GisResult<()> {
        let home = &self.ground.towns[town];
        let number = self
            .planned
            .iter()
            .filter(|site| site.town == town)
            .map(|site| site.number);
        let number = number.max().unwrap_or(0) + 1;
        self.taken.push(place);
        self.planned.push(PlannedSite {
            town,
            number,
            key: format!("{}-{number:04}", home.code).into(),
            name: format!("{}, {} {ordinal}", home.name, stock.label).into(),
            site_type: stock.site_type,
            place: self.ground.plane.unproject(place)?,
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
fn apportioned(weights: &[u32], total: u32, least: u32) -> Vec<u32> {
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
