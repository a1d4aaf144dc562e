//! Marching squares: the rings at distance 0, and which of them bound the same area.

use geo_types::Coord;

use super::field::Field;

/// The rings of a field, each closed, with the inside to the left.
#[derive(Debug)]
pub(super) struct Contours {
    pub(super) rings: Vec<Vec<Coord>>,
    /// For each ring, the lowest number of a ring that bounds the same connected area.
    pub(super) areas: Vec<usize>,
}

/// How near a crossing comes to a node, as a share of the cell: so no two crossings are one.
const NEAREST: f64 = 1e-3;
const NO_RING: u32 = u32::MAX;

/// A step of a contour: it enters a cell over one of its sides, from the inside's end of that side.
///
/// Corners are numbered anticlockwise from the south-west one, and a side as the corner that it
/// begins at. A contour enters where the corners go from inside to outside, and leaves where they
/// go back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Step {
    column: usize,
    row: usize,
    side: usize,
}

/// Steps from a corner to the next, anticlockwise from the south-west corner.
const CORNERS: [[usize; 2]; 4] = [[0, 0], [1, 0], [1, 1], [0, 1]];

/// All rings, in the order of the grid.
///
/// The outermost nodes of the field must lie outside.
pub(super) fn trace(field: &Field) -> Contours {
    let mut tracer = Tracer {
        field,
        ring_at: vec![NO_RING; field.columns() * field.rows()],
    };
    let mut rings = Vec::new();
    for row in 0..field.rows() {
        for column in 0..field.columns() {
            let Some(first) = tracer.untraced(column, row) else {
                continue;
            };
            let number = u32::try_from(rings.len()).unwrap_or(NO_RING - 1);
            rings.push(tracer.ring(first, number));
        }
    }
    let areas = tracer.areas(rings.len());
    Contours { rings, areas }
}

struct Tracer<'a> {
    field: &'a Field,
    /// For each edge to the east of a node, the ring that crosses it.
    ring_at: Vec<u32>,
}

impl Tracer<'_> {
    fn is_inside(&self, column: usize, row: usize) -> bool {
        self.field.outside_m(column, row) < 0.0
    }

    fn ring_at(&self, column: usize, row: usize) -> u32 {
        let index = row * self.field.columns() + column;
        self.ring_at.get(index).copied().unwrap_or(NO_RING)
    }

    /// The step over the edge to the east of a node, where a contour crosses it that is not traced.
    fn untraced(&self, column: usize, row: usize) -> Option<Step> {
        let (west, east) = (self.is_inside(column, row), self.is_inside(column + 1, row));
        if west == east || self.ring_at(column, row) != NO_RING {
            return None;
        }
        let (row, side) = if west {
            (row, 0)
        } else {
            (row.checked_sub(1)?, 2)
        };
        Some(Step { column, row, side })
    }

    fn ring(&mut self, first: Step, number: u32) -> Vec<Coord> {
        let mut points = Vec::new();
        let mut step = first;
        loop {
            points.push(self.crossing(step));
            self.mark(step, number);
            step = self.next(step);
            if step == first {
                break;
            }
        }
        points.extend(points.first().copied());
        points
    }

    fn mark(&mut self, step: Step, number: u32) {
        let row = match step.side {
            0 => step.row,
            2 => step.row + 1,
            _ => return,
        };
        let index = row * self.field.columns() + step.column;
        if let Some(ring) = self.ring_at.get_mut(index) {
            *ring = number;
        }
    }

    /// Where the contour crosses the side, by linear interpolation.
    fn crossing(&self, step: Step) -> Coord {
        let ([near, far], [inside_m, outside_m]) = self.ends(step);
        let share = (inside_m / (inside_m - outside_m)).clamp(NEAREST, 1.0 - NEAREST);
        near + (far - near) * share
    }

    /// The two ends of the side, the inner one first: their places and distances.
    fn ends(&self, step: Step) -> ([Coord; 2], [f64; 2]) {
        let nodes = [0, 1].map(|more| corner(step, step.side + more));
        (
            nodes.map(|[column, row]| self.field.place(column, row)),
            nodes.map(|[column, row]| self.field.outside_m(column, row)),
        )
    }

    fn next(&self, step: Step) -> Step {
        let exit = self.exit(step);
        let (column, row) = match exit {
            0 => (step.column, step.row.wrapping_sub(1)),
            1 => (step.column + 1, step.row),
            2 => (step.column, step.row + 1),
            _ => (step.column.wrapping_sub(1), step.row),
        };
        Step {
            column,
            row,
            side: (exit + 2) % 4,
        }
    }

    /// The side over which the contour leaves the cell. With two areas that meet over the cell's
    /// middle, the mean of the corners says whether they are one.
    fn exit(&self, step: Step) -> usize {
        let values_m: [f64; 4] = [0, 1, 2, 3].map(|turn| {
            let [column, row] = corner(step, step.side + turn);
            self.field.outside_m(column, row)
        });
        let [_, _, opposite_m, before_m] = values_m;
        let is_one = values_m.iter().sum::<f64>() < 0.0;
        let turn = match (opposite_m < 0.0, before_m < 0.0) {
            (false, true) => 2,
            (true, true) => 1,
            (true, false) if is_one => 1,
            (_, false) => 3,
        };
        (step.side + turn) % 4
    }

    /// Two rings at the ends of a row of inner nodes bound the same area, and each hole has such a
    /// row to its west.
    fn areas(&self, rings: usize) -> Vec<usize> {
        let mut areas: Vec<usize> = (0..rings).collect();
        for row in 0..self.field.rows() {
            let mut west = None;
            for column in 0..self.field.columns() {
                let Ok(ring) = usize::try_from(self.ring_at(column, row)) else {
                    continue;
                };
                if ring >= rings {
                    continue;
                }
                match west.take() {
                    Some(west) => unite(&mut areas, west, ring),
                    None => west = Some(ring),
                }
            }
        }
        (0..rings).map(|ring| root(&mut areas, ring)).collect()
    }
}

fn corner(step: Step, number: usize) -> [usize; 2] {
    let [east, north] = CORNERS[number % 4];
    [step.column.wrapping_add(east), step.row.wrapping_add(north)]
}

fn unite(areas: &mut [usize], a: usize, b: usize) {
    let (a, b) = (root(areas, a), root(areas, b));
    areas[a.max(b)] = a.min(b);
}

fn root(areas: &mut [usize], mut ring: usize) -> usize {
    while areas[ring] != ring {
        areas[ring] = areas[areas[ring]];
        ring = areas[ring];
    }
    ring
}
