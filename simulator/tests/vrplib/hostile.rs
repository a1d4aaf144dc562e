//! Files that are wrong are refused with their line, and none is taken on trust.

use proptest::prelude::*;
use rstest::rstest;
use simulator::collection::vrplib::{Instance, Round, Solution};

use super::{SMALL, refusal, small};

#[rstest]
#[case::demand(
    "2 6\n",
    "2 11\n",
    "line 12: DEMAND_SECTION is '11', expected at most the capacity of a vehicle"
)]
#[case::negative_demand(
    "2 6\n",
    "2 -6\n",
    "line 12: DEMAND_SECTION is '-6', expected a number of 0 or more"
)]
#[case::no_demand(
    "2 6\n",
    "2 nan\n",
    "line 12: DEMAND_SECTION is 'nan', expected a number of 0 or more"
)]
#[case::huge_demand(
    "2 6\n",
    "2 1e12\n",
    "line 12: DEMAND_SECTION is '1e12', expected at most a million, or a billion where no amount has a fraction"
)]
#[case::no_coordinate(
    "2 3 4\n",
    "2 inf 4\n",
    "line 8: NODE_COORD_SECTION is 'inf', expected a finite number"
)]
#[case::far_away(
    "2 3 4\n",
    "2 1e300 4\n",
    "line 6: NODE_COORD_SECTION cannot be used: the nodes lie more than 500,000,000 units apart after scaling"
)]
#[case::twice(
    "2 3 4\n",
    "1 3 4\n",
    "line 8: node 1 of NODE_COORD_SECTION a second time, expected it once"
)]
#[case::absurd(
    "DIMENSION: 3",
    "DIMENSION: 16000000",
    "line 6: NODE_COORD_SECTION has 3 rows, expected 16000000"
)]
#[case::more_absurd(
    "DIMENSION: 3",
    "DIMENSION: 1e15",
    "line 3: DIMENSION is '1e15', expected a whole number from 1 to 16777216"
)]
#[case::nothing(
    "DIMENSION: 3",
    "DIMENSION: 0",
    "line 3: DIMENSION is '0', expected a whole number from 1 to 16777216"
)]
#[case::no_dimension("DIMENSION: 3", "", "the file has no DIMENSION")]
#[case::no_capacity("CAPACITY: 10\n", "", "the file has no CAPACITY")]
#[case::wrong_capacity(
    "CAPACITY: 10\n",
    "CAPACITY: ten\n",
    "line 4: CAPACITY is 'ten', expected a number of 0 or more"
)]
#[case::no_weights("EDGE_WEIGHT_TYPE: EUC_2D\n", "", "the file has no EDGE_WEIGHT_TYPE")]
#[case::other_weights(
    "EUC_2D",
    "GEO",
    "line 5: EDGE_WEIGHT_TYPE is 'GEO', expected EUC_2D, CEIL_2D, FLOOR_2D, EXACT_2D or EXPLICIT"
)]
#[case::no_table("EUC_2D", "EXPLICIT", "the file has no EDGE_WEIGHT_SECTION")]
#[case::no_coordinates(
    "NODE_COORD_SECTION",
    "DISPLAY_DATA_SECTION",
    "the file has no NODE_COORD_SECTION"
)]
#[case::no_demands(
    "DEMAND_SECTION",
    "DISPLAY_DATA_SECTION",
    "the file has no DEMAND_SECTION"
)]
fn a_wrong_line_is_named(#[case] from: &str, #[case] to: &str, #[case] told: &str) {
    let text = small("", "");
    assert!(text.contains(from));
    assert_eq!(refusal(&text.replacen(from, to, 1)), told);
}

#[rstest]
#[case::depots(
    "",
    "DEPOT_SECTION\n1\n2\n-1",
    "line 16: DEPOT_SECTION cannot be used: it names several depots, expected one"
)]
#[case::no_depot("", "DEPOT_SECTION\n-1", "the file has no depot in its DEPOT_SECTION")]
#[case::unknown_depot(
    "",
    "DEPOT_SECTION\n4",
    "line 15: DEPOT_SECTION is '4', expected a whole number from 1 to 3"
)]
#[case::window(
    "TYPE: VRPTW",
    "TIME_WINDOW_SECTION\n1 0 9\n2 7 5\n3 0 9",
    "line 16: TIME_WINDOW_SECTION is '7 5', expected a window that ends no earlier than it opens"
)]
#[case::depots_window(
    "TYPE: VRPTW",
    "TIME_WINDOW_SECTION\n1 9 0\n2 5 7\n3 0 9",
    "line 15: TIME_WINDOW_SECTION is '9 0', expected a window that ends no earlier than it opens"
)]
#[case::late_window(
    "TYPE: VRPTW",
    "TIME_WINDOW_SECTION\n1 0 9\n2 1e12 1e13\n3 0 9",
    "line 16: TIME_WINDOW_SECTION is '1e12', expected less than a billion units after scaling"
)]
#[case::half_a_window(
    "TYPE: VRPTW",
    "TIME_WINDOW_SECTION\n1 0 9\n2 5\n3 0 9",
    "line 16: TIME_WINDOW_SECTION has 2 numbers, expected 3"
)]
#[case::service(
    "SERVICE_TIME: -1",
    "",
    "line 1: SERVICE_TIME is '-1', expected a number of 0 or more"
)]
#[case::service_twice(
    "SERVICE_TIME: 1",
    "SERVICE_TIME_SECTION\n1 0\n2 0\n3 0",
    "line 15: SERVICE_TIME_SECTION a second time, expected it once"
)]
#[case::prize(
    "",
    "PRIZE_SECTION\n1 0\n2 -3\n3 0",
    "line 16: PRIZE_SECTION is '-3', expected a number of 0 or more"
)]
#[case::vehicles(
    "VEHICLES: 0",
    "",
    "line 1: VEHICLES is '0', expected a whole number from 1 to 4294967295"
)]
#[case::reload_elsewhere(
    "VEHICLES: 1",
    "VEHICLES_RELOAD_DEPOT_SECTION\n1 2",
    "line 15: VEHICLES_RELOAD_DEPOT_SECTION is '1 2', expected a vehicle and its only reload depot, node 1"
)]
#[case::few_reloads(
    "VEHICLES: 2",
    "VEHICLES_RELOAD_DEPOT_SECTION\n1 1",
    "line 14: VEHICLES_RELOAD_DEPOT_SECTION has 1 rows, expected 2"
)]
#[case::mixed_fleet(
    "",
    "VEHICLES_FIXED_COST_SECTION\n1 4\n2 5",
    "line 16: VEHICLES_FIXED_COST_SECTION is '5', expected the same for every vehicle"
)]
#[case::length_with_service(
    "VEHICLES_MAX_DISTANCE: 4\nSERVICE_TIME: 1",
    "",
    "line 1: VEHICLES_MAX_DISTANCE cannot be used: a limit of the length beside service times, time windows or release times, expected VEHICLES_MAX_DURATION"
)]
#[case::backhauls(
    "",
    "BACKHAUL_SECTION\n1 0",
    "line 14: BACKHAUL_SECTION cannot be used: this section's rule is not known here"
)]
#[case::vehicles_rule(
    "VEHICLES_COLOUR: 3",
    "",
    "line 1: VEHICLES_COLOUR cannot be used: this rule for vehicles is not known here"
)]
#[case::two_sources(
    "",
    "EDGE_WEIGHT_SECTION\n1 2 3",
    "line 14: EDGE_WEIGHT_SECTION cannot be used: EDGE_WEIGHT_TYPE says that the weights come from the coordinates"
)]
fn a_wrong_addition_is_named(
    #[case] specification: &str,
    #[case] section: &str,
    #[case] told: &str,
) {
    assert_eq!(refusal(&small(specification, section)), told);
}

#[rstest]
#[case::no_format("", "1 2 3", "the file has no EDGE_WEIGHT_FORMAT")]
#[case::unknown(
    "EDGE_WEIGHT_FORMAT: FUNCTION",
    "1 2 3",
    "line 1: EDGE_WEIGHT_FORMAT is 'FUNCTION', expected FULL_MATRIX, LOWER_ROW, UPPER_ROW, LOWER_DIAG_ROW or UPPER_DIAG_ROW"
)]
#[case::too_few(
    "EDGE_WEIGHT_FORMAT: LOWER_ROW",
    "1 2",
    "line 14: EDGE_WEIGHT_SECTION has 2 numbers, expected 3"
)]
#[case::negative(
    "EDGE_WEIGHT_FORMAT: LOWER_ROW",
    "1\n-2 3",
    "line 16: EDGE_WEIGHT_SECTION is '-2', expected a number of 0 or more"
)]
#[case::too_far(
    "EDGE_WEIGHT_FORMAT: LOWER_ROW",
    "1\n2 1e10",
    "line 16: EDGE_WEIGHT_SECTION is '1e10', expected at most 500,000,000 after scaling"
)]
fn a_wrong_table_is_refused(#[case] format: &str, #[case] numbers: &str, #[case] told: &str) {
    let section = format!("EDGE_WEIGHT_SECTION\n{numbers}");
    let text = small(format, &section).replace("EUC_2D", "EXPLICIT");
    assert_eq!(refusal(&text), told);
}

#[test]
fn a_rejected_text_is_shown_in_part() {
    let told =
        refusal(&SMALL.replace("CAPACITY: 10", &format!("CAPACITY: {}", "é".repeat(10_000))));
    assert!(told.contains(&format!("'{}…'", "é".repeat(60))), "{told}");
}

/// Lines such as files have, in no order, with numbers of all sizes.
fn line() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "DIMENSION:",
        "CAPACITY:",
        "VEHICLES:",
        "TYPE: VRPTW",
        "TYPE: PCVRPTW",
        "TYPE: MTVRPTWR",
        "EDGE_WEIGHT_TYPE: EUC_2D",
        "EDGE_WEIGHT_TYPE: EXPLICIT",
        "EDGE_WEIGHT_FORMAT: LOWER_ROW",
        "EDGE_WEIGHT_FORMAT: FULL_MATRIX",
        "NODE_COORD_SECTION",
        "DEMAND_SECTION",
        "TIME_WINDOW_SECTION",
        "EDGE_WEIGHT_SECTION",
        "PRIZE_SECTION",
        "DEPOT_SECTION",
        "VEHICLES_RELOAD_DEPOT_SECTION",
        "SERVICE_TIME:",
        "DISTANCE:",
        "1",
        "2",
        "EOF",
        "",
    ]);
    let numbers = prop::sample::select(vec![
        "1",
        "2",
        "3",
        "0",
        "-1",
        "nan",
        "1e308",
        "4294967296",
        "0.5",
        "16777216",
    ]);
    let numbers = prop::collection::vec(numbers, 0..4);
    (words, numbers).prop_map(|(word, numbers)| format!("{word} {}\n", numbers.join(" ")))
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,400}") {
        let _outcome = Instance::read(&text, None);
        let _outcome = Solution::read(&text);
    }

    #[test]
    fn any_lines_are_read_or_refused(lines in prop::collection::vec(line(), 0..40)) {
        let text = lines.concat();
        for round in [None, Some(Round::Exact), Some(Round::Up)] {
            let _outcome = Instance::read(&text, round);
        }
    }

    #[test]
    fn a_good_file_with_wrong_bytes_is_read_or_refused(
        position in 0..SMALL.len(),
        length in 0..20_usize,
        put in "[0-9.:e\\- \n_A-Z]{0,12}",
    ) {
        let mut text = SMALL.to_owned();
        text.replace_range(position..(position + length).min(SMALL.len()), &put);
        if let Ok(instance) = Instance::read(&text, None) {
            let places = instance.problem().places();
            let travel = &instance.problem().travels()[0];
            for (from, to) in (0..places).flat_map(|from| (0..places).map(move |to| (from, to))) {
                prop_assert!(travel.length(from, to) <= 500_000_001);
            }
        }
    }
}
