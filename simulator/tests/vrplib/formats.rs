//! Every form that a file can have.

use rstest::rstest;
use simulator::collection::vrplib::{Instance, Round};
use simulator::collection::{Need, Travel, Window};

use super::{read, small};

/// The nine lengths of a table of three.
fn lengths(instance: &Instance) -> Vec<u32> {
    let travel = &instance.problem().travels()[0];
    let pairs = (0..3).flat_map(|from| (0..3).map(move |to| (from, to)));
    pairs.map(|(from, to)| travel.length(from, to)).collect()
}

#[rstest]
#[case::nearest("EUC_2D", None, [0, 5, 2, 5, 0, 4, 2, 4, 0])]
#[case::ceiling("CEIL_2D", None, [0, 5, 2, 5, 0, 4, 2, 4, 0])]
#[case::floor("FLOOR_2D", None, [0, 5, 1, 5, 0, 3, 1, 3, 0])]
#[case::down("EUC_2D", Some(Round::Down), [0, 5, 1, 5, 0, 3, 1, 3, 0])]
#[case::up("euc_2d", Some(Round::Up), [0, 5, 2, 5, 0, 4, 2, 4, 0])]
#[case::tenths("EUC_2D", Some(Round::Dimacs), [0, 50, 17, 50, 0, 37, 17, 37, 0])]
#[case::exact("EUC_2D", Some(Round::Exact), [0, 5000, 1750, 5000, 0, 3750, 1750, 3750, 0])]
fn straight_lines_are_rounded_as_is_asked(
    #[case] weights: &str,
    #[case] round: Option<Round>,
    #[case] expected: [u32; 9],
) {
    let text = small("", "").replace("EUC_2D", weights);
    assert_eq!(lengths(&Instance::read(&text, round).unwrap()), expected);
}

#[rstest]
#[case::full("FULL_MATRIX", "9 2 3\n4 9 5\n6 7 9", [0, 2, 3, 4, 0, 5, 6, 7, 0])]
#[case::full_in_one_line("FULL_MATRIX", "9 2 3 4 9 5 6 7 9", [0, 2, 3, 4, 0, 5, 6, 7, 0])]
#[case::lower("LOWER_ROW", "2\n3 5", [0, 2, 3, 2, 0, 5, 3, 5, 0])]
#[case::lower_wrapped("lower_row", "2 3\n5", [0, 2, 3, 2, 0, 5, 3, 5, 0])]
#[case::upper("UPPER_ROW", "2 3\n5", [0, 2, 3, 2, 0, 5, 3, 5, 0])]
#[case::lower_diagonal("LOWER_DIAG_ROW", "0\n2 0\n3 5 0", [0, 2, 3, 2, 0, 5, 3, 5, 0])]
#[case::upper_diagonal("UPPER_DIAG_ROW", "0 2 3\n0 5\n0", [0, 2, 3, 2, 0, 5, 3, 5, 0])]
#[case::upper_columns("UPPER_COL", "2\n3 5", [0, 2, 3, 2, 0, 5, 3, 5, 0])]
#[case::fractions("LOWER_ROW", "2.4\n2.5 5.4", [0, 2, 3, 2, 0, 5, 3, 5, 0])]
fn a_table_is_read_in_every_layout(
    #[case] format: &str,
    #[case] numbers: &str,
    #[case] expected: [u32; 9],
) {
    let format = format!("EDGE_WEIGHT_FORMAT: {format}");
    let section = format!("EDGE_WEIGHT_SECTION\n{numbers}");
    let text = small(&format, &section).replace("EUC_2D", "EXPLICIT");
    assert_eq!(lengths(&read(&text)), expected);
}

#[test]
fn many_nodes_are_not_kept_in_a_table() {
    let line = |node| format!("{node} {node} 0\n");
    let coordinates: String = (1..=6_001).map(line).collect();
    let text =
        format!("DIMENSION: 6001\nEDGE_WEIGHT_TYPE: EUC_2D\nNODE_COORD_SECTION\n{coordinates}");
    let instance = read(&text);
    let travel = &instance.problem().travels()[0];
    assert!(matches!(travel, Travel::Plane(_)));
    assert_eq!(travel.length(0, 6_000), 6_000);
}

#[rstest]
#[case::unix(|text: String| text)]
#[case::windows(|text: String| text.replace('\n', "\r\n"))]
#[case::lower_case(|text: String| text.to_ascii_lowercase())]
#[case::tabs(|text: String| text.replace(' ', "\t"))]
#[case::spaces_around_colons(|text: String| text.replace(':', " \t: "))]
#[case::without_an_end(|text: String| text.replace("EOF\n", ""))]
fn the_form_of_a_file_does_not_matter(#[case] write: fn(String) -> String) {
    let instance = read(&write(small("VEHICLES: 2", "DEPOT_SECTION\n1\n-1")));
    let problem = instance.problem();
    assert_eq!(instance.name(), "small");
    assert_eq!(lengths(&instance), [0, 5, 2, 5, 0, 4, 2, 4, 0]);
    let volumes: Vec<_> = problem.stops().iter().map(|stop| stop.volume).collect();
    assert_eq!(volumes, [6, 4]);
    let class = &problem.fleet()[0];
    assert_eq!(class.count, 2);
    assert_eq!(class.outfits[0].compartments[0].volume, 10);
}

#[rstest]
#[case::with_an_end("DEPOT_SECTION\n1\n-1", 0, [1, 2])]
#[case::without("DEPOT_SECTION\n1", 0, [1, 2])]
#[case::in_one_line("DEPOT_SECTION\n 1 -1", 0, [1, 2])]
#[case::unsaid("", 0, [1, 2])]
#[case::in_the_middle("DEPOT_SECTION\n2\n-1", 1, [0, 2])]
fn every_node_but_the_depot_is_a_stop(
    #[case] section: &str,
    #[case] depot: u32,
    #[case] places: [u32; 2],
) {
    let instance = read(&small("", section));
    let class = &instance.problem().fleet()[0];
    assert_eq!((class.start, class.end), (depot, depot));
    let stops = instance.problem().stops().iter();
    assert_eq!(stops.map(|stop| stop.place).collect::<Vec<_>>(), places);
}

#[test]
fn without_a_number_of_vehicles_there_is_one_for_each_stop() {
    let instance = read(&small("", ""));
    let class = &instance.problem().fleet()[0];
    assert_eq!(
        (class.count, class.max_trips, class.unload_at_end),
        (2, 1, false)
    );
    assert_eq!(class.unloadings, [0; 0]);
}

#[test]
fn any_number_of_vehicles_is_as_many_as_a_problem_can_have() {
    let instance = read(&small("VEHICLES: 999999999", ""));
    assert_eq!(instance.problem().fleet()[0].count, 1 << 20);
}

#[rstest]
#[case::for_all("SERVICE_TIME: 7", "", [70, 70])]
#[case::for_each("", "SERVICE_TIME_SECTION\n1 0\n2 8\n3 9.05", [80, 90])]
#[case::none("", "", [0, 0])]
fn service_takes_tenths(
    #[case] specification: &str,
    #[case] section: &str,
    #[case] expected: [i32; 2],
) {
    let text = small(&format!("TYPE: VRPTW\n{specification}"), section);
    let instance = read(&text);
    let stops = instance.problem().stops().iter();
    assert_eq!(stops.map(|stop| stop.service).collect::<Vec<_>>(), expected);
}

#[test]
fn times_of_all_sections_are_in_the_unit_of_the_ways() {
    let instance = read(&small(
        "TYPE: MTVRPTWR\nVEHICLES: 2",
        "TIME_WINDOW_SECTION\n1 0 100\n2 10 20.25\n3 0 1e30
        RELEASE_TIME_SECTION\n1 0\n2 5\n3 0
        VEHICLES_RELOAD_DEPOT_SECTION\n1 1\n2 1",
    ));
    let problem = instance.problem();
    let class = &problem.fleet()[0];
    assert_eq!(
        class.shift,
        Window {
            open: 0,
            close: 1000
        }
    );
    assert_eq!(
        (class.max_trips, class.unloadings.as_slice()),
        (2, [0].as_slice())
    );
    let [first, second] = problem.stops() else {
        panic!("two stops");
    };
    assert_eq!(
        first.windows,
        [Window {
            open: 100,
            close: 202
        }]
    );
    assert_eq!(second.windows, [Window::ALWAYS]);
    assert_eq!((first.release, second.release), (50, 0));
    assert_eq!(instance.display_cost(14_426), "14426");
}

#[test]
fn a_stop_with_a_prize_need_not_be_served() {
    let instance = read(&small("TYPE: PCVRPTW", "PRIZE_SECTION\n1 0\n2 21\n3 0"));
    let needs: Vec<_> = instance
        .problem()
        .stops()
        .iter()
        .map(|stop| stop.need)
        .collect();
    assert_eq!(needs, [Need::Optional { prize: 210 }, Need::Required]);
}

#[test]
fn a_stop_with_a_prize_may_hold_more_than_a_vehicle() {
    let text = small("TYPE: PCVRPTW", "PRIZE_SECTION\n1 0\n2 21\n3 0");
    let instance = read(&text.replace("2 6\n", "2 11\n"));
    assert_eq!(instance.problem().stops()[0].volume, 11);
}

#[rstest]
#[case::of_length("DISTANCE: 40", "", 40)]
#[case::of_length_with_service("DISTANCE: 40\nSERVICE_TIME: 5", "", 40)]
#[case::of_duration("VEHICLES_MAX_DURATION: 40\nSERVICE_TIME: 5", "", 40)]
#[case::of_length_alone("VEHICLES_MAX_DISTANCE: 40", "", 40)]
#[case::of_each_vehicle("", "VEHICLES_MAX_DISTANCE_SECTION\n1 40\n2 40", 40)]
#[case::the_tighter_one("DISTANCE: 40\nVEHICLES_MAX_DURATION: 30", "", 30)]
#[case::none("", "", Window::LAST)]
fn a_route_has_the_limit_of_the_file(
    #[case] specification: &str,
    #[case] section: &str,
    #[case] expected: i32,
) {
    let instance = read(&small(specification, section));
    assert_eq!(instance.problem().fleet()[0].max_duration, expected);
}

#[test]
fn vehicles_cost_what_the_file_says() {
    let instance = read(&small(
        "VEHICLES_FIXED_COST: 100\nVEHICLES_UNIT_DISTANCE_COST: 3",
        "",
    ));
    let costs = instance.problem().fleet()[0].costs;
    assert_eq!((costs.fixed, costs.per_length, costs.per_tick), (100, 3, 0));
}

#[rstest]
#[case::few_reloads("VEHICLES_MAX_RELOADS: 0", 1)]
#[case::more_reloads_than_stops("VEHICLES_MAX_RELOADS: 9", 2)]
#[case::any_number("", 2)]
fn vehicles_make_as_many_trips_as_they_may_reload(#[case] specification: &str, #[case] trips: u32) {
    let text = small(
        &format!("TYPE: MTVRP\n{specification}"),
        "VEHICLES_RELOAD_DEPOT_SECTION\n1 1\n2 1",
    );
    assert_eq!(read(&text).problem().fleet()[0].max_trips, trips);
}

#[test]
fn amounts_with_a_fraction_are_counted_in_thousandths() {
    let text = small("", "")
        .replace("2 6\n", "2 0.57\n")
        .replace("CAPACITY: 10", "CAPACITY: 4.5");
    let instance = read(&text);
    let volumes: Vec<_> = instance
        .problem()
        .stops()
        .iter()
        .map(|stop| stop.volume)
        .collect();
    assert_eq!(volumes, [570, 4000]);
    assert_eq!(
        instance.problem().fleet()[0].outfits[0].compartments[0].volume,
        4500
    );
}
