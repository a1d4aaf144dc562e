//! Axes: round numbers, and where they lie.

/// From data to the drawing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    from: [f64; 2],
    to: [f64; 2],
}

impl Scale {
    /// From a range of data to one of the drawing. A range without extent lies in the middle.
    pub(super) const fn new(from: [f64; 2], to: [f64; 2]) -> Self {
        Self { from, to }
    }

    pub(super) fn at(&self, value: f64) -> f64 {
        let extent = self.from[1] - self.from[0];
        let share = if extent.abs() > 0.0 {
            (value - self.from[0]) / extent
        } else {
            0.5
        };
        self.to[0] + share.clamp(-0.02, 1.02) * (self.to[1] - self.to[0])
    }

    /// Some four round numbers within the range.
    pub(super) fn ticks(&self) -> Vec<f64> {
        let extent = (self.from[1] - self.from[0]).abs();
        if extent <= 0.0 || !extent.is_finite() {
            return vec![self.from[0]];
        }
        let rough = extent / 4.0;
        let power = 10_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0]
            .into_iter()
            .map(|times| times * power)
            .find(|step| *step >= rough)
            .unwrap_or(rough);
        let first = (self.from[0] / step).ceil();
        let all = (0..20).map(|nth| (first + f64::from(nth)) * step);
        all.take_while(|tick| *tick <= self.from[1] + 1e-9 * extent)
            .collect()
    }
}

/// How many decimals tell two neighbouring ticks apart.
pub(super) fn decimals(ticks: &[f64]) -> usize {
    let step = match ticks {
        [first, second, ..] => (second - first).abs(),
        _ => 1.0,
    };
    [0, 1, 2, 3]
        .into_iter()
        .find(|places| {
            let unit = 10_f64.powi(*places);
            (step * unit - (step * unit).round()).abs() < 1e-6 * unit
        })
        .and_then(|places| usize::try_from(places).ok())
        .unwrap_or(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_within_the_range() {
        let ticks = Scale::new([-17.0, 4.0], [0.0, 1.0]).ticks();
        assert_eq!(ticks, [-10.0, 0.0]);
        let ticks = Scale::new([95.2, 99.9], [0.0, 1.0]).ticks();
        assert_eq!(ticks, [96.0, 98.0]);
        assert_eq!(decimals(&[0.5, 1.0]), 1);
        assert_eq!(decimals(&[10.0, 20.0]), 0);
        assert_eq!(Scale::new([3.0, 3.0], [0.0, 8.0]).at(3.0), 4.0);
    }
}
