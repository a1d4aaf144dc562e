//! Normal equations whose matrix is an arrow: each round's rate meets the calendar, but no other rate.

use super::days::{FEATURES, Row};

/// A square matrix over the features.
pub(super) type Square = Vec<Row>;

/// The information on rates and calendar, and the slope at which they stand.
#[derive(Clone, Debug)]
pub(super) struct Arrow {
    /// By group: on its rate.
    pub(super) rates: Vec<f64>,
    /// By group: on its rate and the calendar together.
    pub(super) shared: Vec<Row>,
    /// On the calendar.
    pub(super) calendar: Square,
    pub(super) rate_slopes: Vec<f64>,
    pub(super) calendar_slopes: Row,
}

impl Arrow {
    pub(super) fn new(groups: usize) -> Self {
        Self {
            rates: vec![0.0; groups],
            shared: vec![[0.0; FEATURES]; groups],
            calendar: vec![[0.0; FEATURES]; FEATURES],
            rate_slopes: vec![0.0; groups],
            calendar_slopes: [0.0; FEATURES],
        }
    }

    /// The covariance of the calendar, rates left free; `None` where rounding leaves none.
    pub(super) fn covariance(&self) -> Option<Square> {
        let mut schur = self.calendar.clone();
        for (rate, shared) in self.rates.iter().zip(&self.shared) {
            for (row, one) in schur.iter_mut().zip(shared) {
                for (cell, other) in row.iter_mut().zip(shared) {
                    *cell -= one * other / rate;
                }
            }
        }
        inverse(&schur)
    }

    /// The step to where the slope is level: of each rate, and of the calendar.
    pub(super) fn step(&self, covariance: &Square) -> (Vec<f64>, Row) {
        let mut slopes = self.calendar_slopes;
        let groups = || self.rates.iter().zip(&self.shared).zip(&self.rate_slopes);
        for ((rate, shared), slope) in groups() {
            for (cell, shared) in slopes.iter_mut().zip(shared) {
                *cell -= shared * slope / rate;
            }
        }
        let mut calendar = [0.0; FEATURES];
        for (cell, row) in calendar.iter_mut().zip(covariance) {
            *cell = dot(row, &slopes);
        }
        let rates = groups().map(|((rate, shared), slope)| (slope - dot(shared, &calendar)) / rate);
        (rates.collect(), calendar)
    }
}

pub(super) fn dot(one: &Row, other: &Row) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

/// `rowᵀ matrix row`.
pub(super) fn quadratic(matrix: &Square, row: &Row) -> f64 {
    let products = matrix.iter().zip(row);
    products.map(|(cells, value)| value * dot(cells, row)).sum()
}

/// The inverse of a positive definite matrix by its Cholesky factor.
fn inverse(matrix: &Square) -> Option<Square> {
    let n = matrix.len();
    let mut lower = vec![[0.0; FEATURES]; n];
    for row in 0..n {
        for column in 0..=row {
            let known: f64 = (0..column)
                .map(|at| lower[row][at] * lower[column][at])
                .sum();
            let rest = matrix[row][column] - known;
            lower[row][column] = if column < row {
                rest / lower[column][column]
            } else if rest > 0.0 {
                libm::sqrt(rest)
            } else {
                return None;
            };
        }
    }
    let mut inverse = vec![[0.0; FEATURES]; n];
    for unit in 0..n {
        let mut solution = [0.0; FEATURES];
        for row in 0..n {
            let known: f64 = (0..row).map(|at| lower[row][at] * solution[at]).sum();
            let right = if row == unit { 1.0 } else { 0.0 };
            solution[row] = (right - known) / lower[row][row];
        }
        for row in (0..n).rev() {
            let known: f64 = (row + 1..n).map(|at| lower[at][row] * solution[at]).sum();
            solution[row] = (solution[row] - known) / lower[row][row];
        }
        for (cells, value) in inverse.iter_mut().zip(solution) {
            cells[unit] = value;
        }
    }
    let is_finite = inverse.iter().flatten().all(|cell| cell.is_finite());
    is_finite.then_some(inverse)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_solves_the_equations() {
        let mut arrow = Arrow::new(3);
        for feature in 0..FEATURES {
            arrow.calendar[feature][feature] = 40.0;
            arrow.calendar_slopes[feature] = crate::numbers::f64_of_index(feature) - 7.0;
        }
        for group in 0..3 {
            arrow.rates[group] = 9.0;
            arrow.rate_slopes[group] = 2.0;
            arrow.shared[group][group] = 3.0;
            arrow.shared[group][7] = 1.0;
        }
        let covariance = arrow.covariance().unwrap();
        let (rates, calendar) = arrow.step(&covariance);
        for (group, step) in rates.iter().enumerate() {
            let left = arrow.rates[group] * step + dot(&arrow.shared[group], &calendar);
            approx::assert_abs_diff_eq!(left, arrow.rate_slopes[group], epsilon = 1e-9);
        }
        for feature in 0..FEATURES {
            let of_rates: f64 = (0..3)
                .map(|group| arrow.shared[group][feature] * rates[group])
                .sum();
            let left = of_rates + dot(&arrow.calendar[feature], &calendar);
            approx::assert_abs_diff_eq!(left, arrow.calendar_slopes[feature], epsilon = 1e-9);
        }
    }

    #[test]
    fn a_matrix_that_is_not_positive_has_no_inverse() {
        assert!(inverse(&vec![[0.0; FEATURES]; FEATURES]).is_none());
    }
}
