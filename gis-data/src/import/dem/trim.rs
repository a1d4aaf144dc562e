//! Cuts a terrain to the part that is known: heights cannot be made up beyond it.

use super::grid::OUTSIDE;
use super::target::Target;

/// The part of a terrain's posts that is left, as columns and rows of the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Rest {
    west: usize,
    east: usize,
    north: usize,
    south: usize,
}

/// What is on one side of a terrain.
#[derive(Clone, Copy, Debug, Default)]
struct Side {
    posts: usize,
    /// Posts that a file covers.
    covered: usize,
    /// Posts with a height.
    known: usize,
}

impl Side {
    /// Whether every post is covered and half of them have a height.
    fn is_good(&self) -> bool {
        self.covered == self.posts && self.known * 2 >= self.posts
    }

    /// What is bad about it, between 0 and 2.
    fn badness(&self) -> f64 {
        let share = |count: usize| 1.0 - count as f64 / self.posts.max(1) as f64;
        share(self.covered) + share(self.known)
    }
}

/// Takes away the worst side, row by row or column by column, until all four sides are covered and
/// known at half of their posts. Returns whether anything was taken away; `None` where nothing is
/// left.
pub(super) fn trim(target: &mut Target) -> Option<bool> {
    let (columns, rows) = (target.grid.columns as usize, target.grid.rows as usize);
    let mut rest = Rest {
        west: 0,
        east: columns - 1,
        north: 0,
        south: rows - 1,
    };
    let whole = rest;
    let mut sides = Sides::of(target, rest);
    while let Some(worst) = sides.worst() {
        rest = rest.without(worst)?;
        sides.update(target, rest, worst);
    }
    crop(target, rest)?;
    Some(rest != whole)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edge {
    North,
    South,
    West,
    East,
}

const EDGES: [Edge; 4] = [Edge::North, Edge::South, Edge::West, Edge::East];

impl Rest {
    fn without(mut self, edge: Edge) -> Option<Self> {
        match edge {
            Edge::North => self.north += 1,
            Edge::South => self.south = self.south.checked_sub(1)?,
            Edge::West => self.west += 1,
            Edge::East => self.east = self.east.checked_sub(1)?,
        }
        let is_grid = self.east > self.west && self.south > self.north;
        is_grid.then_some(self)
    }

    /// The posts of a side: the first one, how many, and how far apart they are in the list.
    fn posts(&self, edge: Edge, columns: usize) -> (usize, usize, usize) {
        let (wide, long) = (self.east - self.west + 1, self.south - self.north + 1);
        match edge {
            Edge::North => (self.north * columns + self.west, wide, 1),
            Edge::South => (self.south * columns + self.west, wide, 1),
            Edge::West => (self.north * columns + self.west, long, columns),
            Edge::East => (self.north * columns + self.east, long, columns),
        }
    }

    /// The two posts at the ends of a side.
    fn ends(&self, edge: Edge, columns: usize) -> [usize; 2] {
        let (first, posts, apart) = self.posts(edge, columns);
        [first, first + (posts - 1) * apart]
    }
}

/// The four sides, kept while posts are taken away.
struct Sides([Side; 4], Rest);

impl Sides {
    fn of(target: &Target, rest: Rest) -> Self {
        Self(EDGES.map(|edge| count(target, rest, edge)), rest)
    }

    fn worst(&self) -> Option<Edge> {
        let all = EDGES.iter().zip(&self.0);
        let bad = all.filter(|(_, side)| !side.is_good());
        let worst = bad.max_by(|(_, a), (_, b)| a.badness().total_cmp(&b.badness()));
        worst.map(|(edge, _)| *edge)
    }

    /// After a side was taken away: it is counted anew, and its neighbours lose their end.
    fn update(&mut self, target: &Target, rest: Rest, gone: Edge) {
        let columns = target.grid.columns as usize;
        let ends = self.1.ends(gone, columns);
        let neighbours = match gone {
            Edge::North | Edge::South => [Edge::West, Edge::East],
            Edge::West | Edge::East => [Edge::North, Edge::South],
        };
        for (edge, side) in EDGES.iter().zip(&mut self.0) {
            if *edge == gone {
                *side = count(target, rest, gone);
            } else if let Some(end) = neighbours.iter().position(|it| it == edge) {
                let height = target.heights[ends[end]];
                side.posts -= 1;
                side.covered -= usize::from(height != OUTSIDE);
                side.known -= usize::from(height.is_finite());
            }
        }
        self.1 = rest;
    }
}

fn count(target: &Target, rest: Rest, edge: Edge) -> Side {
    let (first, posts, apart) = rest.posts(edge, target.grid.columns as usize);
    let heights = target.heights[first..].iter().step_by(apart).take(posts);
    heights.fold(Side::default(), |side, height| Side {
        posts: side.posts + 1,
        covered: side.covered + usize::from(*height != OUTSIDE),
        known: side.known + usize::from(height.is_finite()),
    })
}

/// Keeps the rest only, in place.
fn crop(target: &mut Target, rest: Rest) -> Option<()> {
    let columns = target.grid.columns as usize;
    let (wide, long) = (rest.east - rest.west + 1, rest.south - rest.north + 1);
    let (west, north) = (
        u32::try_from(rest.west).ok()?,
        u32::try_from(rest.north).ok()?,
    );
    let north_west = target.grid.place(west, north)?;
    for row in 0..long {
        let from = (rest.north + row) * columns + rest.west;
        target.heights.copy_within(from..from + wide, row * wide);
    }
    target.heights.truncate(wide * long);
    target.grid.north_west = north_west;
    target.grid.columns = u32::try_from(wide).ok()?;
    target.grid.rows = u32::try_from(long).ok()?;
    Some(())
}

#[cfg(test)]
mod tests {
    use twin_core::{LonLat, TerrainGrid};

    use super::*;
    use crate::import::dem::grid::VOID;

    /// A terrain out of a picture: digits are heights, `v` a void, `.` is not covered.
    fn target(picture: &[&str]) -> Target {
        let heights = picture.concat();
        let heights = heights.chars().map(|post| match post {
            '.' => OUTSIDE,
            'v' => VOID,
            digit => digit.to_digit(10).unwrap() as f32,
        });
        Target {
            grid: TerrainGrid {
                north_west: LonLat::new(6.0, 48.0).unwrap(),
                lon_step: 0.5,
                lat_step: 0.25,
                columns: u32::try_from(picture[0].len()).unwrap(),
                rows: u32::try_from(picture.len()).unwrap(),
            },
            heights: heights.collect(),
            coarser: 1,
        }
    }

    fn picture(target: &Target) -> Vec<String> {
        let post = |height: &f32| match *height {
            OUTSIDE => '.',
            height if height.is_nan() => 'v',
            height => height.to_string().chars().next().unwrap(),
        };
        let rows = target.heights.chunks(target.grid.columns as usize);
        rows.map(|row| row.iter().map(post).collect()).collect()
    }

    #[rstest::rstest]
    #[case::whole(&["123", "456"], &["123", "456"], [6.0, 48.0])]
    #[case::uncovered_west(&[".123", ".456"], &["123", "456"], [6.5, 48.0])]
    #[case::missing_corner(&["111..", "22222", "33333"], &["22222", "33333"], [6.0, 47.75])]
    #[case::hole_inside(&["1111", "1.v1", "1111"], &["1111", "1.v1", "1111"], [6.0, 48.0])]
    #[case::some_voids_on_the_rim(&["1v11", "1111"], &["1v11", "1111"], [6.0, 48.0])]
    #[case::a_collar_of_voids(&["vvvv", "v112", "v132"], &["112", "132"], [6.5, 47.75])]
    fn what_is_not_covered_is_cut_off(
        #[case] before: &[&str],
        #[case] after: &[&str],
        #[case] north_west: [f64; 2],
    ) {
        let mut target = target(before);
        let is_cut = trim(&mut target).unwrap();
        assert_eq!(picture(&target), after);
        assert_eq!(<[f64; 2]>::from(target.grid.north_west), north_west);
        assert_eq!(is_cut, before != after);
    }

    #[rstest::rstest]
    #[case::nothing_covered(&["..", ".."])]
    #[case::nothing_known(&["vv", "vv"])]
    #[case::one_post(&["1.", ".."])]
    fn where_nothing_is_known_nothing_is_left(#[case] before: &[&str]) {
        assert_eq!(trim(&mut target(before)), None);
    }
}
