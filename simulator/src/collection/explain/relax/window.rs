//! How much wider a stop's window would have to be.

use super::Change;
use crate::collection::draft::{Candidate, Draft, overs};
use crate::collection::{Problem, Window};
use crate::numbers::index_u32;

/// The least that each of a stop's windows would have to open earlier, and to close later.
pub(super) fn changes(draft: &mut Draft<'_>, stop: u32) -> Vec<Change> {
    let Some(of_stop) = draft.problem.stops().get(stop as usize) else {
        return Vec::new();
    };
    let windows = of_stop.windows.clone();
    let spots = spots(draft, stop);
    let mut found = Vec::new();
    for (index, window) in windows.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|index| windows.get(index));
        let first = before.map_or(0, |before| before.close + 1);
        let last = windows
            .get(index + 1)
            .map_or(Window::LAST, |next| next.open - 1);
        let window_index = index_u32(index);
        let earlier = |ticks| Change::WiderWindow {
            stop,
            window: window_index,
            earlier: ticks,
            later: 0,
        };
        let later = |ticks| Change::WiderWindow {
            stop,
            window: window_index,
            earlier: 0,
            later: ticks,
        };
        found.extend(least(draft, &spots, window.open - first, earlier));
        found.extend(least(draft, &spots, last - window.close, later));
    }
    found
}

/// The spots of all vehicles that have the room.
fn spots(draft: &Draft<'_>, stop: u32) -> Vec<Candidate> {
    let mut found = Vec::new();
    for class in 0..index_u32(draft.problem.fleet().len()) {
        for route in draft.vehicles(class) {
            let all = draft.candidates(route, class, stop).into_iter();
            found.extend(all.filter(|spot| overs(draft.problem, class, &spot.trips()).is_empty()));
        }
    }
    found
}

/// The least change, of at most so many ticks, with which one of the spots will do. More ticks never do
/// harm, so halving finds it.
fn least(
    draft: &Draft<'_>,
    spots: &[Candidate],
    most: i32,
    change: impl Fn(i32) -> Change,
) -> Option<Change> {
    let mut good: Vec<&Candidate> = fitting(draft, spots.iter().collect(), &change(most));
    let (mut too_little, mut enough) = (0, most);
    if good.is_empty() {
        return None;
    }
    while enough - too_little > 1 {
        let middle = too_little + (enough - too_little) / 2;
        let left = fitting(draft, good.clone(), &change(middle));
        if left.is_empty() {
            too_little = middle;
        } else {
            (enough, good) = (middle, left);
        }
    }
    Some(change(enough))
}

/// The spots that will do with a change of the stop.
fn fitting<'s>(
    draft: &Draft<'_>,
    mut spots: Vec<&'s Candidate>,
    change: &Change,
) -> Vec<&'s Candidate> {
    let Some(problem) = widened(draft.problem, change) else {
        return Vec::new();
    };
    let mut wide = Draft::empty(&problem);
    spots.retain(|spot| wide.cost_of_time(spot.spot.class, &spot.trips()).is_some());
    spots
}

fn widened(problem: &Problem, change: &Change) -> Option<Problem> {
    let plan = crate::collection::Plan::default();
    let relaxed = super::relax(problem, &plan, change).ok()?;
    Some(relaxed.problem)
}
