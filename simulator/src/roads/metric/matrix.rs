//! What the way from each of many points to each of many others costs.
//!
//! Restricted sweeps (Delling, Goldberg and Werneck, RPHAST, 2011) for sixteen sources at a time:
//! one climb from all of them, then one pass over the links that lead down to the targets.

use pulp::NullaryFnOnce;

use super::Metric;
use super::lanes::{CLOSED, LANES, Lanes, arrive, relax};
use crate::numbers::index_u32;
use crate::roads::cost::{INFINITE, Row, Rows, UNREACHABLE};

/// A whole matrix: rows are sources, columns targets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matrix {
    /// How many sources there are.
    pub rows: usize,
    /// How many targets there are.
    pub columns: usize,
    /// The costs row by row; [`UNREACHABLE`] where there is no way.
    pub costs: Vec<u32>,
}

impl Matrix {
    /// A matrix whose rows are still to be filled in; all costs are 0.
    pub fn unfilled(rows: usize, columns: usize) -> Self {
        let costs = vec![0; rows * columns];
        Self {
            rows,
            columns,
            costs,
        }
    }

    /// The costs from a source.
    ///
    /// # Panics
    /// Where there is no such source.
    pub fn row(&self, source: usize) -> &[u32] {
        &self.costs[source * self.columns..][..self.columns]
    }

    /// The costs from a source, to be changed.
    ///
    /// # Panics
    /// Where there is no such source.
    pub fn row_mut(&mut self, source: usize) -> &mut [u32] {
        &mut self.costs[source * self.columns..][..self.columns]
    }
}

/// The targets of a matrix, prepared: all links that lead down to them.
#[derive(Clone, Debug)]
pub struct Targets {
    /// The ranks from which links lead down to a target, the largest first.
    ranks: Vec<u32>,
    /// The place of each rank in `ranks`.
    place: Vec<u32>,
    /// For each of `ranks`, where its links from larger ones begin in `down`.
    first_down: Vec<u32>,
    /// The place of the larger rank, and the cost.
    down: Vec<(u32, u32)>,
    /// The rows of each target; their nodes are places.
    rows: Rows,
}

/// Not among the ranks.
const NOWHERE: u32 = u32::MAX;

impl Metric {
    /// Prepares targets, for any number of sources.
    ///
    /// # Panics
    /// Where a row names a node that is not there.
    pub fn targets(&self, to: &Rows) -> Targets {
        let mut is_above = vec![false; self.hierarchy.node_count()];
        let mut ranks = Vec::new();
        for row in to.iter().flatten() {
            let rank = self.hierarchy.rank(row.node);
            if !std::mem::replace(&mut is_above[rank as usize], true) {
                ranks.push(rank);
            }
        }
        let mut next = 0;
        while let Some(&rank) = ranks.get(next) {
            next += 1;
            for &(top, _) in self.down.of(rank) {
                if !std::mem::replace(&mut is_above[top as usize], true) {
                    ranks.push(top);
                }
            }
        }
        ranks.sort_unstable_by(|a, b| b.cmp(a));
        let mut place = vec![NOWHERE; self.hierarchy.node_count()];
        let mut first_down = vec![0];
        let mut down = Vec::with_capacity(4 * ranks.len());
        for (ix, &rank) in (0_u32..).zip(&ranks) {
            place[rank as usize] = ix;
            let links = self.down.of(rank).iter();
            down.extend(links.map(|&(top, cost)| (place[top as usize], cost)));
            first_down.push(index_u32(down.len()));
        }
        let placed = |row: &Row| Row {
            node: place[self.hierarchy.rank(row.node) as usize],
            ..*row
        };
        let rows = to
            .iter()
            .map(|rows| rows.iter().map(placed).collect::<Vec<_>>());
        Targets {
            rows: rows.collect(),
            ranks,
            place,
            first_down,
            down,
        }
    }

    /// An order of sources in which neighbours share most of their way up.
    pub fn good_order(&self, from: &Rows) -> Vec<u32> {
        let rank = |row: &Row| self.hierarchy.rank(row.node);
        let mut order: Vec<u32> = (0..index_u32(from.len())).collect();
        order.sort_by_cached_key(|&point| from.of(point as usize).first().map(rank));
        order
    }

    /// The whole matrix, on one thread.
    ///
    /// # Panics
    /// Where a row names a node that is not there.
    pub fn matrix(&self, from: &Rows, to: &Rows) -> Matrix {
        let targets = self.targets(to);
        let order = self.good_order(from);
        let mut matrix = Matrix::unfilled(from.len(), to.len());
        MatrixRows::new(self, &targets).fill(from, &order, &mut matrix);
        matrix
    }
}

impl Targets {
    /// How many targets there are.
    pub const fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no target.
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// Computes rows of a matrix, sixteen at a time, in the same memory.
#[derive(Debug)]
pub struct MatrixRows<'m> {
    metric: &'m Metric,
    targets: &'m Targets,
    /// The ranks above the sources of this batch, the smallest first, and the costs to them.
    climb: Vec<u32>,
    climb_costs: Vec<Lanes>,
    /// The place of each rank in `climb`.
    step: Vec<u32>,
    /// The costs to each of the targets' ranks, by place.
    costs: Vec<Lanes>,
    /// For each of the targets' ranks, its place in `climb`.
    start: Vec<u32>,
}

impl<'m> MatrixRows<'m> {
    /// Takes 64 bytes for each rank above the targets, and 4 for each node.
    pub fn new(metric: &'m Metric, targets: &'m Targets) -> Self {
        Self {
            metric,
            targets,
            climb: Vec::new(),
            climb_costs: Vec::new(),
            step: vec![NOWHERE; metric.hierarchy.node_count()],
            costs: vec![CLOSED; targets.ranks.len()],
            start: vec![NOWHERE; targets.ranks.len()],
        }
    }

    /// So many sources are searched from at once; shares for threads are best multiples of it.
    pub const BATCH: usize = LANES;

    /// Fills in the rows of some sources, each at its own place.
    ///
    /// # Panics
    /// Where there is no such source, or the matrix has other columns than the targets.
    pub fn fill(&mut self, from: &Rows, sources: &[u32], matrix: &mut Matrix) {
        let columns = matrix.columns;
        assert_eq!(columns, self.targets.len(), "columns of the matrix");
        for batch in sources.chunks(LANES) {
            self.search(from, batch);
            let begin = |&source: &u32| source as usize * columns;
            let begins: Vec<usize> = batch.iter().map(begin).collect();
            pulp::Arch::new().dispatch(Write(self, &mut matrix.costs, &begins));
        }
    }

    /// The rows of some sources, one after the other.
    ///
    /// # Panics
    /// Where there is no such source, or `out` is not a row for each of them.
    pub fn rows(&mut self, from: &Rows, sources: &[u32], out: &mut [u32]) {
        let columns = self.targets.len();
        assert_eq!(out.len(), columns * sources.len(), "room for the rows");
        for (batch, out) in sources
            .chunks(LANES)
            .zip(out.chunks_mut((columns * LANES).max(1)))
        {
            self.search(from, batch);
            let begins: Vec<usize> = (0..batch.len()).map(|row| row * columns).collect();
            pulp::Arch::new().dispatch(Write(self, out, &begins));
        }
    }

    /// Searches from up to sixteen sources to the ranks of all targets.
    fn search(&mut self, from: &Rows, batch: &[u32]) {
        let points: Vec<&[Row]> = batch.iter().map(|&point| from.of(point as usize)).collect();
        pulp::Arch::new().dispatch(Search(self, &points));
        for &rank in &self.climb {
            self.step[rank as usize] = NOWHERE;
            if let Some(start) = self
                .start
                .get_mut(self.targets.place[rank as usize] as usize)
            {
                *start = NOWHERE;
            }
        }
    }

    /// Searches upwards from all sources at once.
    #[expect(
        clippy::inline_always,
        reason = "compiled for the processor at hand with its caller"
    )]
    #[inline(always)]
    fn climb(&mut self, sources: &[&[Row]]) {
        let hierarchy = &self.metric.hierarchy;
        self.climb.clear();
        for row in sources.iter().copied().flatten() {
            let mut next = Some(hierarchy.rank(row.node));
            while let Some(rank) = next
                && self.step[rank as usize] == NOWHERE
            {
                self.step[rank as usize] = 0;
                self.climb.push(rank);
                next = hierarchy.parent(rank);
            }
        }
        self.climb.sort_unstable();
        self.climb_costs.clear();
        self.climb_costs.resize(self.climb.len(), CLOSED);
        for (step, &rank) in (0_u32..).zip(&self.climb) {
            self.step[rank as usize] = step;
            if let Some(start) = self
                .start
                .get_mut(self.targets.place[rank as usize] as usize)
            {
                *start = step;
            }
        }
        for (lane, rows) in sources.iter().enumerate() {
            for row in *rows {
                let step = self.step[hierarchy.rank(row.node) as usize] as usize;
                let cost = &mut self.climb_costs[step][lane];
                *cost = (*cost).min(row.cost.max(0).unsigned_abs());
            }
        }
        for (ix, &rank) in self.climb.iter().enumerate() {
            let (low, high) = self.climb_costs.split_at_mut(ix + 1);
            for &(top, link) in self.metric.up.of(rank) {
                let step = self.step[top as usize] as usize;
                relax(&mut high[step - ix - 1], &low[ix], link);
            }
        }
    }

    /// Brings the costs down to all targets.
    #[expect(
        clippy::inline_always,
        reason = "compiled for the processor at hand with its caller"
    )]
    #[inline(always)]
    fn sweep(&mut self) {
        let starts = self.start.iter();
        for (ix, (&start, row)) in starts.zip(self.targets.first_down.windows(2)).enumerate() {
            let mut best = *self.climb_costs.get(start as usize).unwrap_or(&CLOSED);
            let (above, own) = self.costs.split_at_mut(ix);
            for &(place, link) in &self.targets.down[row[0] as usize..row[1] as usize] {
                relax(&mut best, &above[place as usize], link);
            }
            own[0] = best;
        }
    }

    /// Writes what every target costs to reach: for each source a row, which begins where it is told.
    #[expect(
        clippy::inline_always,
        reason = "compiled for the processor at hand with its caller"
    )]
    #[inline(always)]
    fn write(&self, out: &mut [u32], begins: &[usize]) {
        let columns = self.targets.len();
        for first in (0..columns).step_by(LANES) {
            // A square, so that rows are written in pieces and not number by number.
            let mut square = [CLOSED; LANES];
            let width = LANES.min(columns - first);
            for target in 0..width {
                let best = self.arrive(first + target);
                for (row, cost) in square.iter_mut().zip(best) {
                    row[target] = if cost < INFINITE { cost } else { UNREACHABLE };
                }
            }
            for (&begin, row) in begins.iter().zip(&square) {
                out[begin + first..begin + first + width].copy_from_slice(&row[..width]);
            }
        }
    }

    /// What a target costs to reach from each source.
    #[expect(
        clippy::inline_always,
        reason = "compiled for the processor at hand with its caller"
    )]
    #[inline(always)]
    fn arrive(&self, target: usize) -> Lanes {
        let mut best = CLOSED;
        for row in self.targets.rows.of(target) {
            arrive(&mut best, &self.costs[row.node as usize], row.cost);
        }
        best
    }
}

/// The search of a batch for the processor at hand.
struct Search<'a, 'm>(&'a mut MatrixRows<'m>, &'a [&'a [Row]]);

impl NullaryFnOnce for Search<'_, '_> {
    type Output = ();

    #[expect(
        clippy::inline_always,
        reason = "compiled for the processor at hand with its caller"
    )]
    #[inline(always)]
    fn call(self) {
        self.0.climb(self.1);
        self.0.sweep();
    }
}

/// [`MatrixRows::write`] for the processor at hand.
struct Write<'a, 'm>(&'a MatrixRows<'m>, &'a mut [u32], &'a [usize]);

impl NullaryFnOnce for Write<'_, '_> {
    type Output = ();

    #[expect(
        clippy::inline_always,
        reason = "compiled for the processor at hand with its caller"
    )]
    #[inline(always)]
    fn call(self) {
        self.0.write(self.1, self.2);
    }
}
