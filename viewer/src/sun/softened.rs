//! What the true sun does to a model on a table: softened, so that shadows stay on it and
//! signs can be read at every hour.

use bevy::color::{Mix as _, Srgba};
use bevy::math::Vec3;

use super::place::SunPlace;
use crate::look::Lighting;
use crate::palette::Palette;

/// The sun never stands lower for the model, in degrees.
const LEAST: f64 = 16.0;
/// So far above and below the horizon twilight reaches, in degrees.
const TWILIGHT: f64 = 4.0;
/// From this altitude on light is white; it is warmest a little above the horizon, and
/// blue hours are not warm.
const WHITE_FROM: f64 = 24.0;
/// Light of a sun on the horizon, and how much of it is taken.
const WARM: (Srgba, f32) = (Srgba::rgb(1.0, 0.93, 0.83), 1.0);
/// Shade under it, which the sky alone lights.
const COOL: (Srgba, f32) = (Srgba::rgb(0.31, 0.38, 0.47), 0.6);

/// Light of an hour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Softened {
    /// Towards it, of length one.
    pub towards: Vec3,
    /// How much of it is night, 0–1.
    pub night: f32,
    /// How warm it is, 0–1.
    pub warmth: f32,
}

impl Softened {
    /// Light under this sun. By night it is that of the studio, as of a moon that never moves.
    pub(super) fn of(sun: SunPlace) -> Self {
        let night = smooth((TWILIGHT - sun.altitude) / (2.0 * TWILIGHT));
        let moon = Lighting::default().sun;
        let towards = sun.towards(LEAST).lerp(moon, night);
        Self {
            towards: towards.try_normalize().unwrap_or(moon),
            night,
            warmth: (1.0 - smooth(sun.altitude / WHITE_FROM)) * (1.0 - night),
        }
    }

    /// The colours in this light.
    pub(super) fn palette(self) -> Palette {
        let mut day = Palette::day();
        day.light = day.light.mix(&WARM.0, WARM.1 * self.warmth);
        day.shade = day.shade.mix(&COOL.0, COOL.1 * self.warmth);
        Palette::mix(&day, &Palette::night(), self.night)
    }

    /// Whether no eye tells one from the other.
    pub(super) fn is_like(self, other: Self) -> bool {
        const ANGLE: f32 = 0.3_f32.to_radians();
        const SHARE: f32 = 0.01;
        let is_steady = |a: f32, b: f32| (a - b).abs() < SHARE;
        self.towards.distance(other.towards) < ANGLE
            && is_steady(self.night, other.night)
            && is_steady(self.warmth, other.warmth)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a share needs no more digits"
)]
fn smooth(share: f64) -> f32 {
    let share = share.clamp(0.0, 1.0) as f32;
    share * share * (3.0 - 2.0 * share)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::palette::Tone;

    fn under(altitude: f64) -> Softened {
        Softened::of(SunPlace {
            azimuth: 120.0,
            altitude,
        })
    }

    #[test]
    fn by_day_it_is_the_day_and_by_night_the_night() {
        assert_eq!(under(40.0).palette(), Palette::day());
        assert_eq!(under(-5.0).palette(), Palette::night());
        assert!(!under(0.5).palette().is_night && under(-0.5).palette().is_night);
    }

    #[test]
    fn twilight_lies_between() {
        let red = |altitude| under(altitude).palette().srgba(Tone::LandLow).red;
        assert!(red(4.0) > red(1.0) && red(1.0) > red(-1.0) && red(-1.0) > red(-4.0));
    }

    #[test]
    fn shadows_do_not_run_away() {
        for altitude in -90..90 {
            let towards = under(altitude.into()).towards;
            assert!(towards.y > 0.2, "{altitude}: {towards}");
            approx::assert_relative_eq!(towards.length(), 1.0, epsilon = 1e-5);
        }
    }

    #[test]
    fn light_is_warmest_when_the_sun_is_low() {
        let blue = |altitude| under(altitude).palette().light.blue;
        assert!(blue(5.0) < blue(15.0) && blue(15.0) < blue(30.0));
    }
}
