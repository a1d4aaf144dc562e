//! Forecasts know what is strictly earlier, and are better than what anybody could say.

use jiff::ToSpan as _;
use jiff::civil::{DateTime, date};
use proptest::prelude::*;

use super::*;
use crate::forecast::Visit;
use crate::random::{Model, Seed};

fn collection(site: u32, at: DateTime, fill_pct: f64) -> Collection {
    Collection {
        visit: Visit {
            site,
            content: 0,
            street: site / 4,
            at,
        },
        fill_pct,
    }
}

/// Sites that fill at rates of their own, faster at weekends, emptied now and then.
fn town(seed: u64, sites: u32, weeks: i32) -> Vec<Collection> {
    let mut random = Seed(seed).stream(Model::CollectionPlans, 0);
    let mut log = Vec::new();
    for site in 0..sites {
        let rate = libm::exp(0.5 * random.normal());
        let mut fill = 0.0;
        for hour in 0..weeks * 168 {
            let at = date(2016, 6, 3).at(0, 0, 0, 0) + hour.hours();
            let is_weekend = at.date().weekday().to_monday_zero_offset() > 4;
            let more = rate * if is_weekend { 2.4 } else { 1.2 };
            fill += more * (1.0 + 0.8 * random.normal()).max(0.0);
            if random.chance(1.0 / 40.0) {
                let at = at + i64::from(site).minutes();
                log.push(collection(site, at, fill.min(100.0)));
                fill = 0.0;
            }
        }
    }
    log
}

#[test]
fn forecasts_are_better_than_rules_of_thumb_and_say_how_far_off_they_may_be() {
    let log = town(7, 60, 10);
    let until = date(2016, 7, 8).at(0, 0, 0, 0);
    let (train, test): (Vec<_>, Vec<_>) = log.iter().partition(|row| row.visit.at < until);

    let score = Score::of(&score(&train, &test)).unwrap();

    let best = score.baselines.iter().map(|(mae, _)| *mae);
    let best = best.min_by(f64::total_cmp).unwrap();
    assert!(score.mae_pct < 0.95 * best, "{score:?}");
    assert!((0.75..0.85).contains(&score.coverage80), "{score:?}");
    let thirds = score.coverage80_by_history;
    assert!(
        thirds.iter().all(|share| (0.65..0.95).contains(share)),
        "{score:?}"
    );
    let (ours, of_sites) = score.widths_of_known.unwrap();
    assert!(ours < of_sites, "{score:?}");
    assert!(score.p_of_no_better.unwrap() < 1e-3, "{score:?}");
}

#[test]
fn nothing_is_known_at_first() {
    let row = collection(3, date(2016, 6, 3).at(8, 0, 0, 0), 80.0);
    let scored = &score(&[], &[row])[0];
    assert_eq!(
        scored.baselines_pct.map(f64::to_bits),
        [50.0_f64; 4].map(f64::to_bits)
    );
    approx::assert_abs_diff_eq!(scored.forecast.median_pct(), 50.0, epsilon = 1e-9);
    assert_eq!((scored.known, scored.site_within_80_pct), (0, None));
    assert!(Score::of(&[]).is_none());
}

#[test]
fn a_score_of_one_quantile_for_all_levels_is_its_error() {
    approx::assert_abs_diff_eq!(crps_of(&[30.0; LEVELS.len()], 50.0), 20.0, epsilon = 1e-9);
}

/// What is said of a row, to the last bit.
fn said(row: &Scored) -> (Vec<u64>, [u64; 4], usize) {
    let quantiles = row.forecast.quantiles_pct.iter();
    let quantiles = quantiles.map(|quantile| quantile.to_bits()).collect();
    (quantiles, row.baselines_pct.map(f64::to_bits), row.known)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_is_not_strictly_earlier_is_not_used(seed in any::<u64>(), day in 8_i64..16) {
        let log = town(seed, 8, 3);
        let until = date(2016, 6, 3).at(20, 0, 0, 0) + day.days();
        let (earlier, later): (Vec<Collection>, Vec<Collection>) =
            log.into_iter().partition(|row| row.visit.at < until);
        let others: Vec<Collection> = later
            .iter()
            .map(|row| Collection { fill_pct: 100.0 - row.fill_pct, ..*row })
            .collect();
        let (one, other) = (score(&earlier, &later), score(&earlier, &others));
        let first = later.iter().map(|row| row.visit.at).min();
        for (at, row) in later.iter().enumerate() {
            if Some(row.visit.at) == first {
                prop_assert_eq!(said(&one[at]), said(&other[at]));
            }
        }
    }

    #[test]
    fn neither_order_nor_the_list_that_a_row_is_in_matters(
        (log, mark) in any::<u64>().prop_map(|seed| town(seed, 6, 3)).prop_flat_map(|log| {
            let marks = proptest::collection::vec(0..3_u8, log.len());
            (Just(log).prop_shuffle(), marks)
        }),
    ) {
        let rows = |is_asked: fn(u8) -> bool| -> Vec<Collection> {
            let rows = log.iter().zip(&mark).filter(|(_, mark)| is_asked(**mark));
            rows.map(|(row, _)| *row).collect()
        };
        // Some rows are in both lists.
        let asked = rows(|mark| mark > 0);
        let mixed = score(&rows(|mark| mark < 2), &asked);
        let mut sorted = log.clone();
        sorted.sort_by_key(|row| (row.visit.at, row.visit.site));
        let whole = score(&[], &sorted);
        for (row, asked) in mixed.iter().zip(&asked) {
            let place = sorted.iter().position(|other| other == asked).unwrap();
            prop_assert_eq!(said(row), said(&whole[place]));
        }
    }

    #[test]
    fn any_numbers_give_quantiles_in_order(
        rows in proptest::collection::vec((0_u32..4, 0_i64..600, 0.0..100.0), 1..120),
    ) {
        let begin = date(2023, 12, 25).at(0, 0, 0, 0);
        let log: Vec<Collection> = rows
            .into_iter()
            .map(|(site, minutes, fill)| collection(site, begin + (minutes * 37).minutes(), fill))
            .collect();
        for row in score(&log, &log) {
            let quantiles = row.forecast.quantiles_pct;
            prop_assert!(quantiles.is_sorted(), "{quantiles:?}");
            prop_assert!(quantiles.iter().all(|quantile| (0.0..=100.0).contains(quantile)));
            prop_assert!(row.baselines_pct.iter().all(|said| (0.0..=100.0).contains(said)));
        }
    }
}
