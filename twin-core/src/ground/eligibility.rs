//! Whether fibre can be subscribed to at a building: the rule that ARCEP publishes.

use crate::detail::FibreNode;
use crate::ground::PremisesState;
use crate::time::Timestamp;

/// Whether premises in `state` can be connected at `at` through their mutualisation point.
///
/// By ARCEP's rule, the premises are deployed or connected on demand, the point is built, and the
/// day from which its lines are sold, where one is named, has come.
///
/// ```
/// use twin_core::{FibreNode, FibreNodeType, PremisesState, is_eligible};
///
/// let pm = FibreNode {
///     node_type: FibreNodeType::Pm,
///     premises: 400,
///     deployed_at: Some("2021-06-25T00:00:00Z".parse()?),
///     open_from: Some("2021-09-25T00:00:00Z".parse()?),
/// };
/// let at = "2021-09-24T00:00:00Z".parse()?;
/// assert!(!is_eligible(PremisesState::Deployed, Some(&pm), at));
/// # Ok::<(), twin_core::TwinError>(())
/// ```
pub fn is_eligible(state: PremisesState, pm: Option<&FibreNode>, at: Timestamp) -> bool {
    let is_reached = matches!(state, PremisesState::Deployed | PremisesState::OnDemand);
    is_reached
        && pm.is_some_and(|pm| {
            let is_built = pm.deployed_at.is_some_and(|from| from <= at);
            is_built && pm.open_from.is_none_or(|from| from <= at)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detail::FibreNodeType;

    #[rstest::rstest]
    #[case::open(PremisesState::Deployed, Some("2021-01-01"), Some("2021-04-01"), true)]
    #[case::on_demand(PremisesState::OnDemand, Some("2021-01-01"), Some("2021-04-01"), true)]
    #[case::open_today(PremisesState::Deployed, Some("2021-01-01"), Some("2021-10-31"), true)]
    #[case::no_day_is_named(PremisesState::Deployed, Some("2021-01-01"), None, true)]
    #[case::not_sold_yet(PremisesState::Deployed, Some("2021-08-02"), Some("2021-11-02"), false)]
    #[case::point_not_built_yet(PremisesState::Deployed, Some("2021-11-01"), None, false)]
    #[case::point_not_planned(PremisesState::Deployed, None, None, false)]
    #[case::only_signed(PremisesState::Signed, Some("2021-01-01"), Some("2021-04-01"), false)]
    #[case::being_connected(PremisesState::InProgress, Some("2021-01-01"), None, false)]
    #[case::given_up(PremisesState::Abandoned, Some("2021-01-01"), None, false)]
    fn premises_are_eligible_by_the_published_rule(
        #[case] state: PremisesState,
        #[case] deployed: Option<&str>,
        #[case] open: Option<&str>,
        #[case] expected: bool,
    ) {
        let day = |text: &str| format!("{text}T00:00:00Z").parse().unwrap();
        let pm = FibreNode {
            node_type: FibreNodeType::Pm,
            premises: 400,
            deployed_at: deployed.map(day),
            open_from: open.map(day),
        };
        assert_eq!(is_eligible(state, Some(&pm), day("2021-10-31")), expected);
    }

    #[test]
    fn premises_without_a_point_are_not_eligible() {
        assert!(!is_eligible(PremisesState::Deployed, None, Timestamp::MAX));
    }
}
