//! What keys choose.

use std::cmp::Ordering;

use bevy::ecs::change_detection::DetectChangesMut as _;
use bevy::ecs::system::{Res, ResMut};
use bevy::input::keyboard::KeyCode;

use super::flight::Heading;
use super::{Chosen, Hovered};
use crate::keys::Keys;
use crate::server::{Container, Fleet};
use crate::sites::of_site;

/// To the next one, or back to the one before.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Way {
    On,
    Back,
}

/// Does what a key asks for.
pub(super) fn follow(
    keys: Keys,
    (fleet, hovered): (Res<Fleet>, Res<Hovered>),
    mut chosen: ResMut<Chosen>,
    mut heading: ResMut<Heading>,
) {
    use KeyCode::{
        BracketLeft, BracketRight, Enter, Escape, KeyJ, KeyK, ShiftLeft, ShiftRight, Tab,
    };
    let Some(keys) = keys.places() else { return };
    if keys.just_pressed(Escape) {
        chosen.set_if_neq(Chosen(None));
    }
    if keys.just_pressed(Enter) && hovered.0.is_some() {
        chosen.set_if_neq(Chosen(hovered.0));
    }
    if keys.just_pressed(Tab) {
        let is_back = keys.any_pressed([ShiftLeft, ShiftRight]);
        let way = if is_back { Way::Back } else { Way::On };
        let next = chosen.0.and_then(|number| beside(&fleet, number, way));
        chosen.set_if_neq(Chosen(next.or(chosen.0)));
    }
    let way = if keys.any_just_pressed([KeyJ, BracketRight]) {
        Way::On
    } else if keys.any_just_pressed([KeyK, BracketLeft]) {
        Way::Back
    } else {
        return;
    };
    if let Some(next) = by_fill(&fleet, chosen.0, way) {
        chosen.set_if_neq(Chosen(Some(next)));
        heading.0 = Some(next);
    }
}

/// The next container of the same site, around.
fn beside(fleet: &Fleet, number: usize, way: Way) -> Option<usize> {
    let site = fleet.containers.get(number)?.site;
    let mut all = of_site(fleet, site).map(|(number, _)| number);
    let first = all.next()?;
    let count = all.count() + 1;
    let step = match way {
        Way::On => 1,
        Way::Back => count - 1,
    };
    Some(first + (number - first + step) % count)
}

/// The container that is next in the order of fullness, around; the fullest one where none is chosen.
fn by_fill(fleet: &Fleet, chosen: Option<usize>, way: Way) -> Option<usize> {
    let known = fleet.containers.iter().enumerate();
    let known = known.filter_map(|(number, it)| Some((it.shown_fill()?, number)));
    let in_way = |one: &(f64, usize), other: &(f64, usize)| match way {
        Way::On => fullest_first(*one, *other),
        Way::Back => fullest_first(*other, *one),
    };
    let here = chosen.and_then(|number| {
        let fill = fleet.containers.get(number).and_then(Container::shown_fill);
        Some((fill?, number))
    });
    let next = here.and_then(|here| {
        let after = known.clone().filter(|it| in_way(it, &here).is_gt());
        after.min_by(in_way)
    });
    let next = next.or_else(|| known.min_by(in_way));
    next.map(|(_, number)| number)
}

fn fullest_first(one: (f64, usize), other: (f64, usize)) -> Ordering {
    other.0.total_cmp(&one.0).then(one.1.cmp(&other.1))
}

#[cfg(test)]
mod tests {
    use super::super::tests::filled;
    use super::*;

    #[rstest::rstest]
    #[case::the_fullest_first(None, Way::On, Some(2))]
    #[case::then_the_next(Some(2), Way::On, Some(0))]
    #[case::equals_by_their_number(Some(0), Way::On, Some(3))]
    #[case::around(Some(1), Way::On, Some(2))]
    #[case::back(Some(0), Way::Back, Some(2))]
    #[case::back_around(Some(2), Way::Back, Some(1))]
    #[case::from_one_that_nobody_knows(Some(4), Way::On, Some(2))]
    fn containers_follow_by_fullness(
        #[case] chosen: Option<usize>,
        #[case] way: Way,
        #[case] next: Option<usize>,
    ) {
        let fleet = filled(&[Some(0.5), Some(0.1), Some(0.9), Some(0.5), None]);
        assert_eq!(by_fill(&fleet, chosen, way), next);
    }

    #[rstest::rstest]
    #[case::on(0, Way::On, Some(1))]
    #[case::around(2, Way::On, Some(0))]
    #[case::back(0, Way::Back, Some(2))]
    #[case::not_there(9, Way::On, None)]
    fn tab_stays_at_the_site(#[case] number: usize, #[case] way: Way, #[case] next: Option<usize>) {
        let fleet = filled(&[Some(0.5), None, Some(0.9)]);
        assert_eq!(beside(&fleet, number, way), next);
    }
}
