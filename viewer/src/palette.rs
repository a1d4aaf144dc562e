//! The colours, by what they stand for. One place where a colour is written down.
//!
//! Meshes hold the number of a [`Tone`], never a colour: another theme recolours what is on the
//! graphics card without building it anew.

use bevy::color::{Color, LinearRgba, Mix as _, Srgba};
use bevy::ecs::resource::Resource;
use bevy::math::{FloatExt as _, Vec4};

/// What a surface, a line or a sign is made of. The discriminant is its place in [`Palette::tones`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u8)]
pub enum Tone {
    /// The territory in its valleys.
    LandLow,
    /// The territory on its heights.
    LandHigh,
    /// Where the model is cut.
    Cut,
    /// What the model lies on.
    Table,
    /// Rivers and lakes.
    Water,
    /// Buildings.
    Block,
    /// Forest.
    Wood,
    /// Motorways and trunk roads.
    RoadMajor,
    /// The bright middle of a motorway.
    RoadCore,
    /// Departmental roads.
    RoadMiddle,
    /// Streets.
    RoadMinor,
    /// Edges of communes.
    Edge,
    /// The rim of the territory.
    Rim,
    /// A lit window; as [`Tone::Block`] by day.
    Window,
    /// Writing and what must be seen.
    Ink,
    /// Less important writing.
    InkQuiet,
    /// Small notes.
    InkSmall,
    /// What floats: sheets.
    Surface,
    /// The halo of writing on the model.
    Halo,
    /// Lines of controls.
    Line,
    /// What one can press.
    Action,
    /// A person must act.
    Accent,
    /// The edge of signs.
    LevelEdge,
    /// Fill below 20 %.
    Level0,
    /// Fill from 20 %.
    Level1,
    /// Fill from 40 %.
    Level2,
    /// Fill from 60 %.
    Level3,
    /// Fill from 80 %.
    Level4,
    /// Fill from 95 %.
    Level5,
    /// The chip of glass.
    Glass,
    /// The chip of paper and cardboard.
    Paper,
    /// The chip of packaging.
    Packaging,
    /// Cameras.
    Camera,
    /// Health facilities.
    Health,
    /// The fibre network.
    Fibre,
    /// The edge of still and wide water.
    Bank,
    /// Less than before.
    Less,
    /// More than before.
    More,
}

impl Tone {
    /// How many there are.
    pub const COUNT: usize = 38;

    /// The tone of a fill of 0–1.
    pub fn of_fill(fill: f64) -> Self {
        const FROM: [(f64, Tone); 5] = [
            (0.95, Tone::Level5),
            (0.8, Tone::Level4),
            (0.6, Tone::Level3),
            (0.4, Tone::Level2),
            (0.2, Tone::Level1),
        ];
        let found = FROM.iter().find(|(from, _)| fill >= *from);
        found.map_or(Tone::Level0, |(_, tone)| *tone)
    }

    /// Its number in a mesh.
    pub fn number(self) -> f32 {
        f32::from(self as u8)
    }
}

/// From this tone on, in their order, they are for what is read: writing, sheets, signs.
const READ: usize = Tone::Ink as usize;

/// A theme: a colour for every [`Tone`], and how light falls.
#[derive(Resource, Clone, Debug, PartialEq)]
pub struct Palette {
    tones: [Srgba; Tone::COUNT],
    /// Colour of shade, which what lies in it takes on.
    pub shade: Srgba,
    /// How much of [`Palette::shade`] full shade takes on, 0–1.
    pub shade_share: f32,
    /// How much darker what sees little of the sky is, 0–1.
    pub hollow_share: f32,
    /// Colour of the light of the sun or the moon.
    pub light: Srgba,
    /// Colour of the ring around what keys go to.
    pub focus: Srgba,
    /// Whether windows are lit.
    pub is_night: bool,
}

impl Palette {
    /// A plaster model in daylight.
    pub fn day() -> Self {
        Self {
            tones: colours(&[
                "F1F3EA", "FFFEFA", "E3E2D8", "D3DAD6", "6FA9BB", "F7F4EC", "DDE3D4", "8FA0A3",
                "FFFFFF", "B4BFBE", "CFD6D2", "9FB0AF", "4C656B", "F7F4EC", "13262C", "3F555B",
                "586D73", "FBFCFA", "F4F6F1", "7A8B8D", "0B566B", "C2351A", "34535B", "F4EFC2",
                "AAD6B6", "6FBFA3", "2F8D99", "205788", "1F1C52", "2F7D4F", "2A6FB5", "8A6606",
                "6B4AA0", "99306B", "3457B0", "4E8799", "1E6E8C", "8A5A00",
            ]),
            shade: colour("4E6670"),
            shade_share: 0.5,
            hollow_share: 0.42,
            light: colour("FFFFFF"),
            focus: colour("1B44D8"),
            is_night: false,
        }
    }

    /// The same model on an ink table at night.
    pub fn night() -> Self {
        Self {
            tones: colours(&[
                "1B2E34", "2A4249", "1A2A2F", "0A1316", "2C6A80", "2B4249", "1A3132", "6C858B",
                "22343A", "465F66", "30454B", "4A666E", "7E979B", "FFD98A", "EAF1EF", "B4C3C4",
                "8FA2A5", "111D21", "101B1F", "637A80", "7FD0DC", "FF7248", "9BB4B6", "23424A",
                "2B6670", "3C968C", "7DC389", "CFE07A", "FFF8BE", "6FCB93", "7FB8F2", "E3BE55",
                "BFA3F0", "F09AC8", "9BB6FF", "4A8FA6", "6FC3E0", "E7B24C",
            ]),
            shade: colour("050B0E"),
            shade_share: 0.5,
            hollow_share: 0.4,
            light: colour("DCEAF2"),
            focus: colour("9DB8FF"),
            is_night: true,
        }
    }

    /// White and bright on black, for eyes that need it: contrasts of at least 7 for what is read.
    pub fn contrast() -> Self {
        Self {
            tones: colours(&[
                "16201F", "22302F", "0E1514", "000000", "3E8FB0", "33474A", "182624", "B9CDCF",
                "0A1011", "8CA3A6", "5C7376", "8CA3A6", "FFFFFF", "FFD98A", "FFFFFF", "FFFFFF",
                "E6E6E6", "000000", "000000", "FFFFFF", "8FE9FF", "FF6B6B", "FFFFFF", "2A5058",
                "327A83", "48B5A9", "95DB9C", "E2F07F", "FFFBD6", "8BE3AC", "9CCBFF", "F2D272",
                "D9BFFF", "FFB3DB", "B7CBFF", "BFE3F2", "8FDBFF", "FFC766",
            ]),
            shade: colour("000000"),
            shade_share: 0.4,
            hollow_share: 0.3,
            light: colour("FFFFFF"),
            focus: colour("FFE600"),
            is_night: true,
        }
    }

    /// Between two themes: `share` 0–1 of the second one. Surfaces of the model change little by
    /// little; what is read goes over at once in the middle, for halfway ink is as grey as its ground.
    #[must_use]
    pub fn mix(from: &Self, to: &Self, share: f32) -> Self {
        let share = share.clamp(0.0, 1.0);
        let near = if share < 0.5 { from } else { to };
        let mut tones = near.tones;
        for ((tone, from), to) in tones.iter_mut().zip(&from.tones).zip(&to.tones).take(READ) {
            *tone = from.mix(to, share);
        }
        let bank = Tone::Bank as usize;
        tones[bank] = from.tones[bank].mix(&to.tones[bank], share);
        Self {
            tones,
            shade: from.shade.mix(&to.shade, share),
            shade_share: from.shade_share.lerp(to.shade_share, share),
            hollow_share: from.hollow_share.lerp(to.hollow_share, share),
            light: from.light.mix(&to.light, share),
            focus: near.focus,
            is_night: near.is_night,
        }
    }

    /// The colour of a tone.
    pub fn colour(&self, tone: Tone) -> Color {
        self.srgba(tone).into()
    }

    /// The colour of a tone, as it is written.
    pub fn srgba(&self, tone: Tone) -> Srgba {
        self.tones[tone as usize]
    }

    /// All colours as a shader takes them: linear, by the number of the tone.
    pub fn uniform(&self) -> [Vec4; Tone::COUNT] {
        self.tones.map(linear)
    }
}

/// A colour as a shader takes it.
pub fn linear(colour: Srgba) -> Vec4 {
    let LinearRgba {
        red,
        green,
        blue,
        alpha,
    } = colour.into();
    Vec4::new(red, green, blue, alpha)
}

fn colours(hex: &[&str; Tone::COUNT]) -> [Srgba; Tone::COUNT] {
    (*hex).map(colour)
}

/// A colour of this page, in six digits.
fn colour(hex: &str) -> Srgba {
    Srgba::hex(hex).expect("colours here have six digits")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::empty(0.0, Tone::Level0)]
    #[case::below_a_bound(0.599, Tone::Level2)]
    #[case::at_a_bound(0.6, Tone::Level3)]
    #[case::full(1.0, Tone::Level5)]
    fn fill_has_six_tones(#[case] fill: f64, #[case] tone: Tone) {
        assert_eq!(Tone::of_fill(fill), tone);
    }

    #[test]
    fn the_last_tone_is_within_the_table() {
        assert_eq!(Tone::More as usize + 1, Tone::COUNT);
    }

    #[test]
    fn between_two_themes_the_model_is_between_and_writing_is_not() {
        let (day, night) = (Palette::day(), Palette::night());
        assert_eq!(Palette::mix(&day, &night, 0.0), day);
        assert_eq!(Palette::mix(&day, &night, 1.0), night);
        let dusk = Palette::mix(&day, &night, 0.4);
        for tone in [Tone::Table, Tone::LandLow, Tone::Window] {
            let [from, at, to] = [&day, &dusk, &night].map(|it| it.srgba(tone).blue);
            assert!((from.min(to)..from.max(to)).contains(&at), "{tone:?}");
        }
        for tone in [Tone::Ink, Tone::Surface, Tone::Level0, Tone::Level5] {
            assert_eq!(dusk.srgba(tone), day.srgba(tone), "{tone:?}");
        }
    }

    #[rstest::rstest]
    #[case::writing(Tone::Ink, 20.0)]
    #[case::quiet(Tone::InkQuiet, 20.0)]
    #[case::notes(Tone::InkSmall, 16.0)]
    #[case::lines(Tone::Line, 20.0)]
    #[case::what_one_presses(Tone::Action, 15.0)]
    #[case::what_wants_somebody(Tone::Accent, 7.0)]
    fn high_contrast_is_what_design_says(#[case] tone: Tone, #[case] least: f32) {
        let palette = Palette::contrast();
        let light = |tone| {
            let weights = Vec4::new(0.2126, 0.7152, 0.0722, 0.0);
            linear(palette.srgba(tone)).dot(weights) + 0.05
        };
        let ratio = light(tone) / light(Tone::Surface);
        assert!(ratio >= least, "{tone:?}: {ratio}");
    }

    #[test]
    fn full_runs_away_from_the_ground() {
        let light = |palette: &Palette, tone| {
            let weights = Vec4::new(0.2126, 0.7152, 0.0722, 0.0);
            linear(palette.srgba(tone)).dot(weights)
        };
        let (day, night) = (Palette::day(), Palette::night());
        assert!(light(&day, Tone::Level5) < light(&day, Tone::Level3));
        assert!(light(&night, Tone::Level5) > light(&night, Tone::Level3));
    }
}
