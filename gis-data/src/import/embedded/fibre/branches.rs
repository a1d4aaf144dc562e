//! Branching points: the last box before the customers, on the street or inside a large building.

use twin_core::Planar;

use crate::import::embedded::entrances::Entrance;
use crate::import::embedded::network::{Network, Spot};

/// A branching point ("PBO") with the entrances that it serves.
#[derive(Debug)]
pub(super) struct Branch {
    pub town: usize,
    pub entrances: Vec<usize>,
    pub lines: u32,
    pub spot: Spot,
    pub place: Planar,
}

/// Lines of a branching point: at most, and about.
pub(in super::super) const MOST_LINES: u32 = 12;
const USUAL_LINES: u32 = 9;
/// From so many lines on, an entrance has a branching point of its own, inside.
const OWN_FROM: u32 = 6;

/// Serves every entrance: those of large buildings one by one, the others along their street.
pub(super) fn branches(network: &Network, entrances: &[Entrance]) -> Vec<Branch> {
    let (large, small): (Vec<usize>, Vec<usize>) =
        (0..entrances.len()).partition(|&ix| entrances[ix].lines >= OWN_FROM);
    let inside = large.into_iter().map(|ix| Branch {
        town: entrances[ix].town,
        entrances: vec![ix],
        lines: entrances[ix].lines,
        spot: entrances[ix].spot,
        place: entrances[ix].place,
    });
    let mut branches: Vec<Branch> = inside.collect();
    for run in runs(network, entrances, small) {
        let lines: Vec<u32> = run.iter().map(|&ix| entrances[ix].lines).collect();
        let mut rest = &run[..];
        for count in shares(&lines) {
            let (own, after) = rest.split_at(count);
            branches.push(on_street(network, entrances, own));
            rest = after;
        }
    }
    branches
}

/// Entrances of one commune along one road, in order.
fn runs(network: &Network, entrances: &[Entrance], mut small: Vec<usize>) -> Vec<Vec<usize>> {
    let road = |ix: usize| {
        let entrance = &entrances[ix];
        let stretch = &network.stretches[entrance.spot.stretch];
        let at_m = stretch.from_m + entrance.spot.along_m;
        ((entrance.town, stretch.road), at_m)
    };
    small.sort_by(|&a, &b| {
        let ((street_a, at_a), (street_b, at_b)) = (road(a), road(b));
        street_a
            .cmp(&street_b)
            .then(at_a.total_cmp(&at_b))
            .then(a.cmp(&b))
    });
    let runs = small.chunk_by(|&a, &b| road(a).0 == road(b).0);
    runs.map(<[usize]>::to_vec).collect()
}

/// Into how many entrances at a time a row of them is split, so that each part has about as many
/// lines as the next and none too many.
fn shares(lines: &[u32]) -> Vec<usize> {
    let mut left: u32 = lines.iter().sum();
    let mut parts_left = left.div_ceil(USUAL_LINES).max(1);
    let mut shares = Vec::new();
    let (mut count, mut own) = (0, 0);
    for (ix, more) in lines.iter().enumerate() {
        count += 1;
        own += more;
        left -= more;
        let next = lines.get(ix + 1);
        let is_full = own * parts_left >= own + left;
        let would_burst = next.is_some_and(|next| own + next > MOST_LINES);
        if next.is_none() || is_full || would_burst {
            shares.push(count);
            (count, own) = (0, 0);
            parts_left = parts_left
                .saturating_sub(1)
                .max(left.div_ceil(MOST_LINES))
                .max(1);
        }
    }
    shares
}

/// A branching point at the middle one of the entrances that it serves.
fn on_street(network: &Network, entrances: &[Entrance], own: &[usize]) -> Branch {
    let middle = &entrances[own[own.len() / 2]];
    Branch {
        town: middle.town,
        entrances: own.to_vec(),
        lines: own.iter().map(|&ix| entrances[ix].lines).sum(),
        spot: middle.spot,
        place: network.place(middle.spot),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[rstest::rstest]
    #[case::one_house(&[1], &[1])]
    #[case::one_box(&[1; 9], &[9])]
    #[case::two_even_halves(&[1; 10], &[5, 5])]
    #[case::a_long_street(&[1; 20], &[7, 7, 6])]
    #[case::small_blocks(&[5, 5, 5, 1], &[2, 2])]
    fn a_street_is_split_evenly(#[case] lines: &[u32], #[case] expected: &[usize]) {
        assert_eq!(shares(lines), expected);
    }

    proptest! {
        #[test]
        fn no_branching_point_has_too_many_lines(
            lines in prop::collection::vec(1_u32..OWN_FROM, 1..80),
        ) {
            let mut rest = &lines[..];
            for count in shares(&lines) {
                let (own, after) = rest.split_at(count);
                prop_assert!(count > 0 && own.iter().sum::<u32>() <= MOST_LINES);
                rest = after;
            }
            prop_assert!(rest.is_empty());
        }
    }
}
