//! Plays the past, hour by hour, up to the present; or what is forecast, up to its end.

use bevy::ecs::resource::Resource;

use super::axis::Axis;
use crate::server::Moment;

/// How many hours pass in a second.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) enum Speed {
    /// One.
    #[default]
    Slow,
    /// Two.
    Middle,
    /// Four.
    Fast,
}

impl Speed {
    pub(super) const fn next(self) -> Self {
        match self {
            Self::Slow => Self::Middle,
            Self::Middle => Self::Fast,
            Self::Fast => Self::Slow,
        }
    }

    pub(super) const fn hours(self) -> u8 {
        match self {
            Self::Slow => 1,
            Self::Middle => 2,
            Self::Fast => 4,
        }
    }
}

/// Whether the past is played, and how fast.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Player {
    pub speed: Speed,
    /// When the next step is due, while it plays.
    next_s: Option<f64>,
}

impl Player {
    pub(super) const fn is_playing(&self) -> bool {
        self.next_s.is_some()
    }

    pub(super) fn stop(&mut self) {
        self.next_s = None;
    }

    /// Begins to play; from the present at the beginning of the axis.
    pub(super) fn start(&mut self, moment: Moment, axis: &Axis, now_s: f64) -> Moment {
        let moment = match moment {
            Moment::Live => axis.first(),
            Moment::At(_) => moment,
        };
        self.next_s = (moment != Moment::Live).then(|| now_s + self.pause_s());
        moment
    }

    /// The moment that is due; the present ends it, and so does the end of what is forecast.
    pub(super) fn step(&mut self, moment: Moment, axis: &Axis, now_s: f64) -> Option<Moment> {
        self.next_s.filter(|next_s| *next_s <= now_s)?;
        let next = match moment {
            // It was refused before its first step: by now it is known where history begins.
            Moment::Live => axis.first(),
            Moment::At(_) => axis.later(moment),
        };
        let goes_on = next != Moment::Live && next != moment;
        self.next_s = goes_on.then(|| now_s + self.pause_s());
        Some(next)
    }

    fn pause_s(&self) -> f64 {
        1.0 / f64::from(self.speed.hours())
    }
}

#[cfg(test)]
mod tests {
    use twin_core::Timestamp;

    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn it_plays_from_the_beginning_to_the_present() {
        let begin = time("2026-11-30T15:40:00Z");
        let axis = Axis::around(time("2026-11-30T18:15:00Z"), Some(begin));
        let mut player = Player::default();
        let mut moment = player.start(Moment::Live, &axis, 0.0);
        let mut hours = Vec::new();
        for tick in 0..20 {
            if let Moment::At(at) = moment
                && !hours.contains(&at)
            {
                hours.push(at);
            }
            moment = player
                .step(moment, &axis, 0.5 * f64::from(tick))
                .unwrap_or(moment);
        }
        let expected = [
            "2026-11-30T16:00:00Z",
            "2026-11-30T17:00:00Z",
            "2026-11-30T18:00:00Z",
        ];
        assert_eq!(hours, expected.map(time));
        assert_eq!((moment, player.is_playing()), (Moment::Live, false));
    }

    #[test]
    fn what_is_forecast_is_played_to_its_end() {
        let axis = Axis::around(time("2026-11-30T18:15:00Z"), None);
        let mut player = Player::default();
        let mut moment = player.start(Moment::At(time("2026-12-03T16:00:00Z")), &axis, 0.0);
        for tick in 0..12 {
            moment = player
                .step(moment, &axis, 1.0 + f64::from(tick))
                .unwrap_or(moment);
        }
        assert_eq!(moment, Moment::At(time("2026-12-03T18:00:00Z")));
        assert!(!player.is_playing());
    }

    #[test]
    fn faster_has_shorter_pauses() {
        let axis = Axis::around(time("2026-11-30T18:15:00Z"), None);
        let mut player = Player {
            speed: Speed::Fast,
            ..Player::default()
        };
        let moment = player.start(Moment::At(time("2026-11-30T10:00:00Z")), &axis, 1.0);
        assert_eq!(player.step(moment, &axis, 1.2), None);
        let next = Moment::At(time("2026-11-30T11:00:00Z"));
        assert_eq!(player.step(moment, &axis, 1.25), Some(next));
        assert_eq!(Speed::Fast.next(), Speed::Slow);
    }

    #[test]
    fn without_history_there_is_nothing_to_play() {
        let now = time("2026-11-30T18:15:00Z");
        let axis = Axis::around(now, Some(now));
        let mut player = Player::default();
        assert_eq!(player.start(Moment::Live, &axis, 0.0), Moment::Live);
        assert!(!player.is_playing());
    }
}
