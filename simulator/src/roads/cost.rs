//! Costs as the searches count them: whole tenths of a second, or whatever unit a graph comes with.

/// From this cost on an arc is closed, and a way counts as none: in tenths of a second, 3.4 years.
/// The sum of two costs below it fits into a `u32`, and twice so.
pub const INFINITE: u32 = (1 << 30) - 1;

/// The cost of what cannot be reached, or at no cost below [`INFINITE`], in every answer.
pub const UNREACHABLE: u32 = u32::MAX;

/// A way to leave a point, or to reach it: a node of the searched graph and what comes on top.
///
/// Leaving, the cost is what remains from the point to the node. Arriving, it is what is added to
/// the way to the node: below 0 where the point lies before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    /// The node.
    pub node: u32,
    /// What comes on top; its amount is below [`INFINITE`].
    pub cost: i32,
}

/// The ways to leave, or to reach, each of many points.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    ends: Vec<u32>,
    rows: Vec<Row>,
}

impl Rows {
    /// Adds a point with its rows; without any it cannot be reached.
    pub fn push(&mut self, rows: impl IntoIterator<Item = Row>) {
        self.rows.extend(rows);
        self.ends.push(crate::numbers::index_u32(self.rows.len()));
    }

    /// How many points there are.
    pub const fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no point.
    pub const fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The rows of a point; none beyond the last.
    pub fn of(&self, point: usize) -> &[Row] {
        let end = self.ends.get(point).copied().unwrap_or_default();
        let before = point.checked_sub(1).and_then(|ix| self.ends.get(ix));
        let first = before.copied().unwrap_or_default();
        self.rows
            .get(first as usize..end as usize)
            .unwrap_or_default()
    }

    /// The rows of all points, in order.
    pub fn iter(&self) -> impl Iterator<Item = &[Row]> {
        (0..self.len()).map(|point| self.of(point))
    }
}

impl<P: IntoIterator<Item = Row>> FromIterator<P> for Rows {
    fn from_iter<I: IntoIterator<Item = P>>(points: I) -> Self {
        let mut rows = Self::default();
        points.into_iter().for_each(|point| rows.push(point));
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_point_has_its_own_rows() {
        let row = |node| Row { node, cost: 0 };
        let rows: Rows = [vec![row(1), row(2)], vec![], vec![row(3)]]
            .into_iter()
            .collect();
        assert_eq!(rows.len(), 3);
        assert_eq!(rows.of(0), [row(1), row(2)]);
        assert_eq!(rows.of(1), []);
        assert_eq!(rows.of(2), [row(3)]);
        assert_eq!(rows.of(3), []);
    }
}
