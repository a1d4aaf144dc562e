//! Solutions are read, written, and stand for plans.

use proptest::prelude::*;
use rstest::rstest;
use simulator::collection::vrplib::{Instance, Round, Solution};

use super::{SMALL, read, small};

#[rstest]
#[case::plain("Route #1: 2 1\nCost 12\n")]
#[case::colon("Cost: 12\nOptimal: True\nRoute #1: 2 1\n")]
#[case::spaces("  route 1 :\t2   1  \r\ncost :  12.0\r\n")]
#[case::remarks("Time 3.5\nRoute #1: 2 1\nCost 12\nRoutes 1\n# checked\n")]
fn routes_and_the_cost_are_read_from_among_remarks(#[case] text: &str) {
    let expected = Solution {
        routes: vec![vec![2, 1]],
        cost: Some(12.0),
    };
    assert_eq!(Solution::read(text).unwrap(), expected);
}

#[rstest]
#[case::word(
    "Route #1: 2 one",
    "line 1: Route is 'one', expected a whole number from 0 to 16777216"
)]
#[case::negative(
    "\nRoute #1: -2",
    "line 2: Route is '-2', expected a whole number from 0 to 16777216"
)]
#[case::cost("Cost: much", "line 1: Cost is 'much', expected a finite number")]
fn a_wrong_line_of_a_solution_is_named(#[case] text: &str, #[case] told: &str) {
    assert_eq!(Solution::read(text).unwrap_err().to_string(), told);
}

#[test]
fn a_customer_that_is_not_there_is_refused() {
    let solution = Solution::read("Route #1: 1\nRoute #2: 3").unwrap();
    let refused = read(&small("", "")).plan(&solution).unwrap_err();
    let told = "route 2: there is no customer 3, expected 1 to 2";
    assert_eq!(refused.to_string(), told);
}

#[test]
fn a_zero_in_a_route_is_a_reload() {
    let solution = Solution::read("Route #1: 0 2 0 0 1 0").unwrap();
    let plan = read(&small("", "")).plan(&solution).unwrap();
    let trips: Vec<_> = plan.routes[0]
        .trips
        .iter()
        .map(|trip| (trip.stops.as_slice(), trip.unloadings.as_slice()))
        .collect();
    let expected: [(&[u32], &[u32]); 2] = [(&[1], &[0]), (&[0], &[])];
    assert_eq!(trips, expected);
    assert_eq!(plan.unserved, [0; 0]);
}

#[test]
fn who_is_in_no_route_is_not_served() {
    let solution = Solution::read("Route #1:\nRoute #2: 2").unwrap();
    let plan = read(&small("", "")).plan(&solution).unwrap();
    assert_eq!(plan.routes.len(), 1);
    assert_eq!(plan.unserved, [0]);
}

#[rstest]
#[case::whole("TYPE: CVRP", None, "530261")]
#[case::tenths("TYPE: VRPTW", None, "53026.1")]
#[case::prizes("TYPE: PCVRPTW", None, "530261")]
#[case::trips("TYPE: MTVRPTWR", None, "530261")]
#[case::thousandths("TYPE: CVRP", Some(Round::Exact), "530.261")]
fn a_cost_is_told_as_solutions_tell_it(
    #[case] kind: &str,
    #[case] round: Option<Round>,
    #[case] told: &str,
) {
    let instance = Instance::read(&small(kind, ""), round).unwrap();
    assert_eq!(instance.display_cost(530_261), told);
    let solution = instance.solution(&simulator::collection::Plan::default(), 530_261);
    assert_eq!(solution.to_string(), format!("Cost {told}\n"));
}

/// Routes in which nobody is named twice, with reloads between some.
fn routes() -> impl Strategy<Value = Vec<Vec<u32>>> {
    let order = Just((1..=2_u32).collect::<Vec<_>>()).prop_shuffle();
    (order, 0..3_usize, any::<bool>()).prop_map(|(order, kept, reload)| {
        let kept = &order[..kept.min(order.len())];
        if reload {
            let trips: Vec<Vec<u32>> = kept.iter().map(|&customer| vec![customer]).collect();
            vec![trips.join(&0)]
        } else {
            kept.iter().map(|&customer| vec![customer]).collect()
        }
    })
}

proptest! {
    #[test]
    fn a_solution_survives_being_a_plan_and_a_text(routes in routes(), cost in 0..1_000_000_i64) {
        let instance = Instance::read(SMALL, None).unwrap();
        let solution = Solution { routes, cost: Some(instance.cost_in_units(cost)) };
        let plan = instance.plan(&solution).unwrap();
        let written = instance.solution(&plan, cost);
        let again = Solution::read(&written.to_string()).unwrap();
        prop_assert_eq!(&again, &written);
        prop_assert_eq!(instance.plan(&again).unwrap(), plan);
    }
}
