//! Linear regression with a penalty, fitted as rows come in.

/// A linear model of a few features, with small weights where little speaks for large ones.
///
/// Weights solve `(XᵀX + penalty) w = Xᵀy`: Hoerl and Kennard, "Ridge regression", Technometrics 12(1),
/// 1970. The first feature is the constant one, and hardly penalised.
#[derive(Clone, Debug)]
pub(super) struct Ridge {
    size: usize,
    /// The lower triangle of the matrix, row by row.
    matrix: Vec<f64>,
    right: Vec<f64>,
    weights: Vec<f64>,
}

impl Ridge {
    const PENALTY: f64 = 3.0;
    const PENALTY_OF_CONSTANT: f64 = 1e-3;

    pub(super) fn new(size: usize) -> Self {
        let mut matrix = vec![0.0; size * (size + 1) / 2];
        for row in 0..size {
            matrix[cell(row, row)] = if row == 0 {
                Self::PENALTY_OF_CONSTANT
            } else {
                Self::PENALTY
            };
        }
        Self {
            size,
            matrix,
            right: vec![0.0; size],
            weights: vec![0.0; size],
        }
    }

    /// What the model says of some features; 0 before it was ever fitted.
    pub(super) fn value(&self, features: &[f64]) -> f64 {
        let products = self.weights.iter().zip(features).map(|(w, x)| w * x);
        products.sum()
    }

    /// Takes in a row; the weights stay until they are [fitted](Self::fit).
    pub(super) fn add(&mut self, features: &[f64], value: f64) {
        for (row, x) in features.iter().enumerate() {
            let cells = &mut self.matrix[cell(row, 0)..=cell(row, row)];
            for (cell, other) in cells.iter_mut().zip(features) {
                *cell += x * other;
            }
            self.right[row] += x * value;
        }
    }

    /// Fits the weights to all rows so far. They stay as they were where rounding leaves no solution.
    pub(super) fn fit(&mut self) {
        let Some(lower) = self.cholesky() else { return };
        let mut solution = self.right.clone();
        for row in 0..self.size {
            let known: f64 = (0..row).map(|at| lower[cell(row, at)] * solution[at]).sum();
            solution[row] = (solution[row] - known) / lower[cell(row, row)];
        }
        for row in (0..self.size).rev() {
            let below = row + 1..self.size;
            let known: f64 = below.map(|at| lower[cell(at, row)] * solution[at]).sum();
            solution[row] = (solution[row] - known) / lower[cell(row, row)];
        }
        if solution.iter().all(|weight| weight.is_finite()) {
            self.weights = solution;
        }
    }

    /// The lower triangle whose square is the matrix.
    fn cholesky(&self) -> Option<Vec<f64>> {
        let mut lower = self.matrix.clone();
        for row in 0..self.size {
            for column in 0..=row {
                let known: f64 = (0..column)
                    .map(|at| lower[cell(row, at)] * lower[cell(column, at)])
                    .sum();
                let rest = lower[cell(row, column)] - known;
                lower[cell(row, column)] = if column < row {
                    rest / lower[cell(column, column)]
                } else if rest > 0.0 {
                    rest.sqrt()
                } else {
                    return None;
                };
            }
        }
        Some(lower)
    }
}

/// Where a cell of the lower triangle is.
const fn cell(row: usize, column: usize) -> usize {
    row * (row + 1) / 2 + column
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_linear_is_found() {
        let mut ridge = Ridge::new(3);
        for at in 0..4000 {
            let (x, y) = (f64::from(at % 7), f64::from(at % 11));
            ridge.add(&[1.0, x, y], 5.0 + 2.0 * x - 0.5 * y);
        }
        assert!(ridge.value(&[1.0, 1.0, 1.0]).abs() < f64::EPSILON);
        ridge.fit();
        approx::assert_abs_diff_eq!(ridge.value(&[1.0, 3.0, 10.0]), 6.0, epsilon = 0.01);
    }

    #[test]
    fn features_that_say_the_same_share_their_weight() {
        let mut ridge = Ridge::new(3);
        for at in 0..1000 {
            let x = f64::from(at % 5) - 2.0;
            ridge.add(&[1.0, x, x], 4.0 * x);
        }
        ridge.fit();
        approx::assert_abs_diff_eq!(ridge.weights[1], ridge.weights[2], epsilon = 1e-9);
        approx::assert_abs_diff_eq!(ridge.value(&[1.0, 1.0, 1.0]), 4.0, epsilon = 0.01);
    }

    proptest::proptest! {
        #[test]
        fn weights_solve_the_equations(rows in proptest::collection::vec(([-3.0..3.0, -3.0..3.0], -9.0..9.0), 1..60)) {
            let mut ridge = Ridge::new(3);
            for ([x, y], value) in &rows {
                ridge.add(&[1.0, *x, *y], *value);
            }
            ridge.fit();
            for row in 0..3 {
                let product: f64 = (0..3)
                    .map(|at| ridge.matrix[cell(row.max(at), row.min(at))] * ridge.weights[at])
                    .sum();
                approx::assert_abs_diff_eq!(product, ridge.right[row], epsilon = 1e-6);
            }
        }
    }
}
