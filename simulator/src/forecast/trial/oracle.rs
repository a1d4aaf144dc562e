//! Who knows the true rates, the true calendar and the true level; what it cannot know is what people bring.

use twin_core::{Span, Stream, Timestamp};

use crate::calendar::{Calendar, LocalDay};
use crate::error::SimResult;
use crate::filling::FillingModel;
use crate::forecast::levels::{Cumulants, Grain, LevelForecast};
use crate::forecast::spread::NORMAL;
use crate::numbers::f64_of_i64;

const HOUR_MS: f64 = 3_600_000.0;

/// The floor below which no forecast can be: the law of what comes, and nothing else that is unknown.
#[derive(Debug)]
pub(super) struct Oracle {
    model: FillingModel,
    calendar: Calendar,
    day_variance: f64,
}

impl Oracle {
    pub(super) fn new(model: &FillingModel) -> SimResult<Self> {
        let params = model.params();
        Ok(Self {
            calendar: Calendar::new(&params.calendar)?,
            day_variance: params.day_effect_shape.map_or(0.0, |shape| 1.0 / shape),
            model: model.clone(),
        })
    }

    /// What a container will hold that holds `held` now, in shares of its capacity.
    pub(super) fn forecast(
        &self,
        container: usize,
        held: f64,
        (at, horizon): (Timestamp, Span),
    ) -> SimResult<LevelForecast> {
        let spec = self.model.spec(container)?;
        let deposit = self.model.params().deposit(spec.container_type);
        let grain = Grain::new(deposit, spec.capacity.get());
        let to = at + horizon;
        let mut law = Cumulants::default();
        let mut day = Some(LocalDay::containing(at)?);
        while let Some(today) = day.filter(|day| day.start() < to) {
            let rate = self.model.mean_deposits_per_day(container, today.start())?;
            let share = self.share(spec.stream, &today, (at, to));
            let deposits = rate * share;
            let one = Cumulants::of(deposits * grain.unit, grain, (1.0, self.day_variance));
            law = law.and(one);
            day = today.next();
        }
        Ok(LevelForecast {
            load: NORMAL.map(|z| held + law.amount(z).max(0.0)),
        })
    }

    /// What comes of an average day within some time of a day.
    fn share(&self, stream: Stream, day: &LocalDay, (from, to): (Timestamp, Timestamp)) -> f64 {
        let weather = &self.model.params().weather;
        let factor = self.calendar.day_factor(stream, day.date(), weather);
        let (mut within, mut all) = (0.0, 0.0);
        let mut begin = day.start();
        for hour in day.hours() {
            let end = begin + Span::from_hours(1);
            let weight = self.calendar.hour_weight(stream, hour);
            let part_ms = end.min(to).since(begin.max(from)).as_millis().max(0);
            within += weight * f64_of_i64(part_ms) / HOUR_MS;
            all += weight;
            begin = end;
        }
        factor * within / f64::max(all, 1e-9)
    }
}
