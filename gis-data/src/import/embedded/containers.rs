//! What stands on each site: columns for three streams, rows of wheeled bins, single park bins.

use twin_core::{
    Asset, AssetId, AssetKind, Container, ContainerType, Kilograms, Litres, SiteType, Stream,
};

use super::draws::{Draws, Topic};
use super::ground::Ground;
use super::sites::PlannedSite;
use crate::error::GisResult;

/// A container to be.
#[derive(Clone, Copy, Debug)]
pub(super) struct PlannedContainer {
    /// The number of its site in the list of sites.
    pub site: usize,
    /// Its number on its site, from 1.
    pub number: u32,
    pub container_type: ContainerType,
    pub stream: Stream,
    pub volume_l: u32,
}

/// Of 280 recycling sites, 100 have six columns and 180 have five: 1,500. Two glass columns stand
/// on the first 170 in random order, one on the others: 450 for glass, which fill in one to two
/// months; 280 for paper; 770 for packaging, whose volume is the greatest by far.
const SITES_OF_SIX: usize = 100;
const SITES_WITH_TWO_FOR_GLASS: usize = 170;
/// In communes from this population on, one recycling site in five is underground (assumption).
const UNDERGROUND_FROM_POPULATION: u32 = 5000;
/// Volumes in litres: columns of 3 or 4 m³, pits of 5 m³, the agglomeration's "poubelles d'impasse"
/// of 750 L, park bins of 60 to 120 L.
const GLASS_VOLUMES_L: [u32; 2] = [3000, 4000];
const COLUMN_VOLUME_L: u32 = 4000;
const UNDERGROUND_VOLUME_L: u32 = 5000;
const WHEELED_VOLUME_L: u32 = 750;
const PARK_BIN_VOLUMES_L: [u32; 4] = [60, 80, 100, 120];
/// EN 840 rates wheeled bins at 0.4 kg for each litre.
const WHEELED_MAX_LOAD_KG: f64 = 300.0;

/// Every container, in the order of the sites.
pub(super) fn planned_containers(
    ground: &Ground,
    sites: &[PlannedSite],
    seed: u64,
) -> Vec<PlannedContainer> {
    let ranks = recycling_ranks(sites, seed);
    let mut containers = Vec::new();
    for (site, planned) in sites.iter().enumerate() {
        let mut draws = Draws::new(seed, Topic::Equipment, site + 1);
        let population = ground.towns[planned.town].population;
        let row = match planned.site_type {
            SiteType::RecyclingPoint => columns(ranks[site], population, &mut draws),
            SiteType::RegroupingPoint => wheeled_bins(&mut draws),
            SiteType::ParkBin | SiteType::Other => vec![park_bin(&mut draws)],
        };
        let numbered = (1..).zip(row);
        containers.extend(numbered.map(|(number, bin)| PlannedContainer {
            site,
            number,
            ..bin
        }));
    }
    containers
}

/// The containers as the pack holds them.
pub(super) fn container_assets(
    sites: &[PlannedSite],
    planned: &[PlannedContainer],
) -> GisResult<Vec<Asset<Container>>> {
    planned
        .iter()
        .map(|container| asset(&sites[container.site], container))
        .collect()
}

/// The key of a container, and of the sensor in it.
pub(super) fn key(site: &PlannedSite, container: &PlannedContainer) -> Box<str> {
    format!("{}-{}", site.key, container.number).into()
}

fn asset(site: &PlannedSite, container: &PlannedContainer) -> GisResult<Asset<Container>> {
    let is_wheeled = container.container_type == ContainerType::FourWheeled;
    let max_load = is_wheeled
        .then(|| Kilograms::new(WHEELED_MAX_LOAD_KG))
        .transpose()?;
    Ok(Asset {
        key: key(site, container),
        place: site.place,
        detail: Container {
            site: AssetId::new(AssetKind::Site, &site.key)?,
            container_type: container.container_type,
            stream: container.stream,
            volume: Some(Litres::new(f64::from(container.volume_l))?),
            max_load,
        },
    })
}

/// For each site, its rank among the recycling sites in random order; 0 for the others.
fn recycling_ranks(sites: &[PlannedSite], seed: u64) -> Vec<usize> {
    let is_recycling = |ix: &usize| sites[*ix].site_type == SiteType::RecyclingPoint;
    let recycling: Vec<usize> = (0..sites.len()).filter(is_recycling).collect();
    let order = Draws::new(seed, Topic::Equipment, 0).shuffled(recycling.len());
    let mut ranks = vec![0; sites.len()];
    for (rank, position) in order.into_iter().enumerate() {
        ranks[recycling[position]] = rank;
    }
    ranks
}

fn columns(rank: usize, population: u32, draws: &mut Draws) -> Vec<PlannedContainer> {
    let columns = if rank < SITES_OF_SIX { 6 } else { 5 };
    let for_glass = if rank < SITES_WITH_TWO_FOR_GLASS {
        2
    } else {
        1
    };
    let is_underground = draws.below(5) == 0 && population >= UNDERGROUND_FROM_POPULATION;
    let glass_l = one_of(&GLASS_VOLUMES_L, draws);
    let column = |position: usize| {
        let (stream, volume_l) = match position {
            _ if position < for_glass => (Stream::Glass, glass_l),
            _ if position == for_glass => (Stream::Paper, COLUMN_VOLUME_L),
            _ => (Stream::Packaging, COLUMN_VOLUME_L),
        };
        if is_underground {
            bin(ContainerType::Underground, stream, UNDERGROUND_VOLUME_L)
        } else {
            bin(ContainerType::Column, stream, volume_l)
        }
    };
    (0..columns).map(column).collect()
}

/// 2 to 10 bins for residual waste.
fn wheeled_bins(draws: &mut Draws) -> Vec<PlannedContainer> {
    let count = 2 + draws.below(9);
    (0..count)
        .map(|_| {
            bin(
                ContainerType::FourWheeled,
                Stream::Residual,
                WHEELED_VOLUME_L,
            )
        })
        .collect()
}

fn park_bin(draws: &mut Draws) -> PlannedContainer {
    bin(
        ContainerType::ParkBin,
        Stream::Litter,
        one_of(&PARK_BIN_VOLUMES_L, draws),
    )
}

fn bin(container_type: ContainerType, stream: Stream, volume_l: u32) -> PlannedContainer {
    PlannedContainer {
        site: 0,
        number: 0,
        container_type,
        stream,
        volume_l,
    }
}

fn one_of<const N: usize>(choices: &[u32; N], draws: &mut Draws) -> u32 {
    let count = u32::try_from(N).unwrap_or(u32::MAX);
    choices[draws.below(count) as usize]
}
