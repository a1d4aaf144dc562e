//! The ways between the places of a day, for each profile: durations of the roads' metric, and
//! lengths of the same ways.

use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use simulator::SimError;
use simulator::collection::{Table, Travel};
use simulator::roads::{Edits, HourClass, Mode, RoadMap, RoadMetric, SNAP_WITHIN_M, Snap, Survey};
use twin_core::{Ground, LonLat};

use crate::error::ApiResult;
use crate::roads::{Kept, profile, road_map};

/// What ways are asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WaysRequest<'a> {
    /// The roads.
    pub(crate) ground: &'a Ground,
    /// Where the order of the roads is kept, if anywhere.
    pub(crate) dir: Option<&'a Path>,
    /// When vehicles drive.
    pub(crate) hour: HourClass,
    /// The profiles that they drive by.
    pub(crate) profiles: &'a [Box<str>],
    /// How many threads compute them.
    pub(crate) threads: usize,
}

/// The ways between some places.
#[derive(Debug)]
pub(crate) struct Ways {
    /// One for each profile.
    pub(crate) travels: Vec<Travel>,
    /// For each profile, the places that no street is near which it may use.
    pub(crate) off_road: Vec<Vec<u32>>,
    /// What became of the kept orders of the roads.
    pub(crate) kept: Vec<Kept>,
    /// How long the tables took, once the roads were ready, in seconds.
    pub(crate) tables_s: f64,
    /// The roads of each profile, and where the places came to lie on them.
    pub(crate) roads: Vec<Roads>,
}

/// The roads of one profile, and the places on them.
#[derive(Clone, Debug)]
pub(crate) struct Roads {
    /// The roads at the profile's prices.
    pub(crate) metric: RoadMetric,
    /// For each place, the point of a street that stands for it.
    pub(crate) snaps: Vec<Option<Snap>>,
}

/// The most places that full tables are made for: 144 MB each, two for each profile.
const MOST_PLACES: usize = 6_000;

impl Ways {
    /// Computes all of them.
    ///
    /// # Errors
    /// [`SimError::TooLarge`] for more places than tables are made for.
    pub(crate) fn new(request: &WaysRequest<'_>, places: &[LonLat]) -> ApiResult<Self> {
        if places.len() > MOST_PLACES {
            let (count, limit) = (places.len(), MOST_PLACES);
            let what = "places";
            return Err(SimError::TooLarge { what, count, limit }.into());
        }
        let mut maps: Vec<(Mode, Arc<RoadMap>)> = Vec::new();
        let mut ways = Self {
            travels: Vec::new(),
            off_road: Vec::new(),
            kept: Vec::new(),
            tables_s: 0.0,
            roads: Vec::new(),
        };
        for name in request.profiles {
            let profile = profile(name)?;
            let known = maps.iter().find(|(mode, _)| *mode == profile.mode());
            let map = if let Some((_, map)) = known {
                Arc::clone(map)
            } else {
                let (map, kept) = road_map(request.ground, &profile, request.dir)?;
                ways.kept.push(kept);
                let map = Arc::new(map);
                maps.push((profile.mode(), Arc::clone(&map)));
                map
            };
            let metric = map.metric(&profile, request.hour, &Edits::default())?;
            let started = Instant::now();
            let snaps: Vec<Option<Snap>> = places
                .iter()
                .map(|&place| metric.snap(place, SNAP_WITHIN_M))
                .collect();
            let numbered = (0_u32..).zip(&snaps);
            let off_road = numbered.filter(|(_, snap)| snap.is_none());
            ways.off_road
                .push(off_road.map(|(place, _)| place).collect());
            ways.travels.push(travel(&metric, &snaps, request.threads));
            ways.tables_s += started.elapsed().as_secs_f64();
            ways.roads.push(Roads { metric, snaps });
        }
        Ok(ways)
    }
}

/// The ways of one profile, each thread a share of the rows.
fn travel(metric: &RoadMetric, snaps: &[Option<Snap>], threads: usize) -> Travel {
    let survey = Survey::new(metric, snaps);
    let places = survey.len();
    let mut durations = vec![0; places * places];
    let mut lengths = vec![0; places * places];
    let rows = places.div_ceil(threads.max(1)).max(1);
    let share = (rows * places).max(1);
    thread::scope(|scope| {
        let shares = durations.chunks_mut(share).zip(lengths.chunks_mut(share));
        for (number, (durations, lengths)) in shares.enumerate() {
            let survey = &survey;
            scope.spawn(move || survey.fill(number * rows, durations, lengths));
        }
    });
    let table = |cells| Table::new(places, cells).expect("a row of cells for each place");
    Travel::Both {
        lengths: table(lengths),
        durations: table(durations),
    }
}

#[cfg(test)]
mod tests {
    use gis_data::import::embedded::{EmbeddedOptions, Preset, embedded_pack};
    use simulator::collection::UNREACHABLE;

    use super::*;

    #[test]
    fn tables_tell_what_single_routes_take() {
        let pack = embedded_pack(Preset::Demo2022, EmbeddedOptions::SEED).unwrap();
        let sites = pack.layers.sites.iter().step_by(29);
        let places: Vec<LonLat> = sites.map(|site| site.place).collect();
        let request = WaysRequest {
            ground: &pack.ground,
            dir: None,
            hour: HourClass::OffPeak,
            profiles: &["truck-26t".into()],
            threads: 2,
        };
        let ways = Ways::new(&request, &places).unwrap();
        let truck = profile("truck-26t").unwrap();
        let (map, _) = road_map(&pack.ground, &truck, None).unwrap();
        let metric = Arc::new(map).metric(&truck, HourClass::OffPeak, &Edits::default());
        let metric = metric.unwrap();
        let snap = |place: &LonLat| metric.snap(*place, SNAP_WITHIN_M).unwrap();
        let (mut pairs, mut others) = (0, 0);
        for (from, start) in (0_u32..).zip(&places) {
            for (to, end) in (0_u32..).zip(&places) {
                let route = metric.route(&[snap(start), snap(end)]).unwrap();
                let duration = ways.travels[0].duration(from, to);
                assert_ne!(duration, UNREACHABLE);
                assert_eq!(duration, route.legs[0].cost, "{from} to {to}");
                let length_m = f64::from(ways.travels[0].length(from, to));
                pairs += 1;
                others += u32::from((length_m - route.legs[0].length_m(&metric)).abs() > 1.0);
            }
        }
        // Where several ways take equally long, each may tell another one.
        assert!(pairs > 500 && others * 50 < pairs, "{others} of {pairs}");
    }
}
