//! What a scenario says of each site: how often it is called at, and how long its containers are full.

use serde::Serialize;

use super::super::ensemble::Ensemble;
use super::super::stage::Staged;

/// The form of these columns; another one gets another number.
const FORMAT: u16 = 1;
/// The most sites that are told of: more than an agglomeration has, and less than 2 MiB.
const MOST: usize = 20_000;
/// Degrees are told to a tenth of a metre, means to a hundredth.
const DEGREE: f64 = 1e6;
const HUNDREDTH: f64 = 100.0;

/// Sites as columns, in the order of the inventory: means over the runs, of the whole period.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct SitesReport {
    format: u16,
    /// Sites that there was no room for: none, or all of them.
    left_out: usize,
    key: Vec<Box<str>>,
    /// Where they stand in the scenario, in degrees.
    lon: Vec<f64>,
    lat: Vec<f64>,
    /// Containers that count.
    containers: Vec<u32>,
    emptyings: Vec<f64>,
    /// Hours that containers were full, of all of them together.
    overflow_h: Vec<f64>,
}

impl SitesReport {
    pub(super) fn new(staged: &Staged, ensemble: &Ensemble) -> Self {
        let counts = staged.setting.containers_by_site();
        let mut told = Self {
            format: FORMAT,
            ..Self::default()
        };
        if counts.len() > MOST {
            told.left_out = counts.len();
            return told;
        }
        let runs = ensemble.runs.len().max(1) as f64;
        for (ix, row) in staged.setting.inventory().sites().iter() {
            let Some(containers) = counts.get(&ix) else {
                continue;
            };
            let sums = ensemble
                .runs
                .iter()
                .filter_map(|run| run.sites_sums.get(&ix));
            let (emptyings, full_h) = sums.fold((0.0, 0.0), |all, (emptyings, full_h)| {
                (all.0 + f64::from(*emptyings), all.1 + full_h)
            });
            told.key.push(row.asset.key.clone());
            told.lon.push(rounded(row.asset.place.lon(), DEGREE));
            told.lat.push(rounded(row.asset.place.lat(), DEGREE));
            told.containers.push(*containers);
            told.emptyings.push(rounded(emptyings / runs, HUNDREDTH));
            told.overflow_h.push(rounded(full_h / runs, HUNDREDTH));
        }
        told
    }
}

fn rounded(value: f64, parts: f64) -> f64 {
    (value * parts).round() / parts
}
