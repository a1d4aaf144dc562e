//! How a view is written in a link: places and angles first, then what differs from the usual.
//!
//! `1_LON_LAT_METRES_BEARING_PITCH` and, each after an underscore and with a letter before it: `t` the moment of the
//! past or ahead, `k` the figure, `o` what lies over the containers, `l` the light (`n` night, `t` the true sun), `c`
//! the container, `a` what else is chosen, `s` a scenario beside the present and `d` its differences, `m` the mode, `g`
//! the language. Only letters that an address needs not escape are used.

use std::fmt;
use std::str::FromStr;

use clap::ValueEnum as _;
use twin_core::{LonLat, Timestamp};

use super::text::{escaped, long, short, unescaped};
use crate::assets::FirstAsset;
use crate::choropleth::Kpi;
use crate::layers::Layers;
use crate::palette::Palette;
use crate::split::{Split, Wanted};
use crate::sun::Daylight;
use crate::wall::Mode;
use crate::words::{Language, Words};

/// The version that is written, and the newest that is read.
const VERSION: u32 = 1;
/// Longer texts are no links, in bytes.
const LONGEST: usize = 400;
/// From how near and far the eye may look, in metres.
const DISTANCE_M: std::ops::RangeInclusive<f32> = 60.0..=260_000.0;
/// How level and how steep, in degrees.
const PITCH_DEG: std::ops::RangeInclusive<f32> = 3.5..=89.4;

/// All that a link says.
#[derive(Clone, Debug, PartialEq)]
pub struct ViewLink {
    /// What is in the middle of the picture.
    pub place: LonLat,
    /// From how far it is looked at, in metres.
    pub distance_m: f32,
    /// Where the eye looks to, in degrees clockwise from the north, 0–360.
    pub bearing_deg: f32,
    /// How far down it looks, in degrees.
    pub pitch_deg: f32,
    /// The moment of the past; `None`: the present.
    pub at: Option<Timestamp>,
    /// The figure of each commune, or the containers with what lies over them.
    pub layers: Layers,
    /// The light that falls on it.
    pub light: Light,
    /// What is chosen, as `container/KEY`, `camera/KEY`, `health-facility/KEY` or `fibre-node/KEY`.
    pub chosen: Option<Box<str>>,
    /// How a scenario is shown beside the present.
    pub split: Split,
    /// Which one, where it is not the newest.
    pub scenario: Option<Wanted>,
    /// Who looks on.
    pub mode: Mode,
    /// The language of what is written.
    pub language: Language,
}

/// Which light falls in a view.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Light {
    /// The sun of the studio.
    #[default]
    Day,
    /// The moon of the studio.
    Night,
    /// The sun of the hour.
    True,
}

impl Light {
    /// The same for the viewer.
    pub fn parts(self) -> (Daylight, Palette) {
        match self {
            Self::Day => (Daylight::Studio, Palette::day()),
            Self::Night => (Daylight::Studio, Palette::night()),
            Self::True => (Daylight::True, Palette::day()),
        }
    }
}

/// Why a text is no link.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LinkError {
    /// It does not look like one at all.
    #[error("the text is no link to a view")]
    NoLink,
    /// A newer viewer has written it.
    #[error("the link is of version {version}, this viewer reads up to {VERSION}")]
    Newer {
        /// Its version.
        version: u32,
    },
    /// A part of it cannot be read, or lies beyond what can be shown.
    #[error("the link says '{part}', which cannot be shown")]
    Part {
        /// That part, shortened.
        part: String,
    },
}

impl LinkError {
    /// The same for a person.
    pub fn sentence(&self, words: &Words) -> String {
        match self {
            Self::NoLink => words.say("link.refused").to_owned(),
            Self::Newer { .. } => words.say("link.newer").to_owned(),
            Self::Part { part } => words.fill("link.part", &[("part", part)]),
        }
    }

    fn part(part: &str) -> Self {
        Self::Part {
            part: part.chars().take(24).collect(),
        }
    }
}

impl fmt::Display for ViewLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [lon, lat] = [self.place.lon(), self.place.lat()];
        write!(f, "{VERSION}_{lon:.5}_{lat:.5}_{:.0}", self.distance_m)?;
        // What rounds up to a full turn is none.
        let tenths = (self.bearing_deg.rem_euclid(360.0) * 10.0).round() % 3600.0;
        write!(f, "_{:.1}_{:.1}", tenths / 10.0, self.pitch_deg)?;
        if let Some(at) = self.at {
            write!(f, "_t{}", short(at))?;
        }
        if let Some(kpi) = self.layers.choropleth {
            let value = kpi.to_possible_value();
            write!(
                f,
                "_k{}",
                value.as_ref().map_or("", |value| value.get_name())
            )?;
        }
        let over = self.layers.letters();
        if over != Layers::default().letters() {
            write!(f, "_o{over}")?;
        }
        match self.light {
            Light::Day => {}
            Light::Night => f.write_str("_ln")?,
            Light::True => f.write_str("_lt")?,
        }
        if let Some(chosen) = &self.chosen {
            match chosen.strip_prefix("container/") {
                Some(key) => write!(f, "_c{}", escaped(key))?,
                None => write!(f, "_a{}", escaped(chosen))?,
            }
        }
        let compared = match self.split {
            Split::Off => None,
            Split::Sides => Some('s'),
            Split::Difference => Some('d'),
        };
        if let Some(letter) = compared {
            let wanted = self.scenario.as_ref().map(ToString::to_string);
            write!(
                f,
                "_{letter}{}",
                wanted.unwrap_or_default().replace('/', ".")
            )?;
        }
        if self.mode == Mode::Wall {
            f.write_str("_mwall")?;
        }
        if self.language == Language::En {
            f.write_str("_gen")?;
        }
        Ok(())
    }
}

impl FromStr for ViewLink {
    type Err = LinkError;

    /// Reads a link, or what follows the `#` of an address.
    fn from_str(text: &str) -> Result<Self, LinkError> {
        let text = text.trim();
        let text = text.rsplit_once('#').map_or(text, |(_, link)| link);
        if text.len() > LONGEST {
            return Err(LinkError::NoLink);
        }
        let mut parts = text.split('_');
        let version = parts.next().and_then(|part| part.parse::<u32>().ok());
        match version {
            Some(VERSION) => {}
            Some(version) if version > VERSION => return Err(LinkError::Newer { version }),
            _ => return Err(LinkError::NoLink),
        }
        let mut view = place_of(&mut parts)?;
        for part in parts {
            view.take(part)?;
        }
        Ok(view)
    }
}

/// The view of the first five parts.
fn place_of<'a>(parts: &mut impl Iterator<Item = &'a str>) -> Result<ViewLink, LinkError> {
    let mut number = || {
        let part = parts.next().ok_or(LinkError::NoLink)?;
        let number = part.parse::<f64>().ok().filter(|it| it.is_finite());
        let number = number.ok_or_else(|| LinkError::part(part))?;
        Ok((part, number))
    };
    let (lon_part, lon) = number()?;
    let (_, lat) = number()?;
    let place = LonLat::new(lon, lat).map_err(|_beyond| LinkError::part(lon_part))?;
    let (part, distance_m) = number()?;
    let distance_m = within(part, distance_m, &DISTANCE_M)?;
    let (part, bearing) = number()?;
    let bearing_deg = within(part, bearing.rem_euclid(360.0), &(0.0..=360.0))? % 360.0;
    let (part, pitch) = number()?;
    let pitch_deg = within(part, pitch, &PITCH_DEG)?;
    Ok(ViewLink {
        place,
        distance_m,
        bearing_deg,
        pitch_deg,
        at: None,
        layers: Layers::default(),
        light: Light::Day,
        chosen: None,
        split: Split::Off,
        scenario: None,
        mode: Mode::Explore,
        language: Language::Fr,
    })
}

#[expect(clippy::cast_possible_truncation, reason = "within a range of f32")]
fn within(
    part: &str,
    number: f64,
    range: &std::ops::RangeInclusive<f32>,
) -> Result<f32, LinkError> {
    let number = number as f32;
    if range.contains(&number) {
        Ok(number)
    } else {
        Err(LinkError::part(part))
    }
}

impl ViewLink {
    /// Takes one of the parts with a letter.
    fn take(&mut self, part: &str) -> Result<(), LinkError> {
        let refused = || LinkError::part(part);
        let mut letters = part.chars();
        let letter = letters.next().ok_or_else(refused)?;
        let value = letters.as_str();
        match (letter, value) {
            ('t', _) => self.at = Some(long(value).ok_or_else(refused)?),
            ('k', _) => {
                let kpi = Kpi::from_str(value, false);
                let kpi = kpi.map_err(|_unknown| refused())?;
                self.layers = self.layers.showing(Some(kpi));
            }
            ('o', _) => self.layers = self.layers.lettered(value).ok_or_else(refused)?,
            ('l', "n") => self.light = Light::Night,
            ('l', "t") => self.light = Light::True,
            ('c', _) => {
                let key = unescaped(value).filter(|key| !key.is_empty());
                let key = key.ok_or_else(refused)?;
                self.chosen = Some(format!("container/{key}").into());
            }
            ('a', _) => {
                let id = unescaped(value);
                let id = id.filter(|id| FirstAsset::overlay_of(id).is_some());
                self.chosen = Some(id.ok_or_else(refused)?.into());
            }
            ('s' | 'd', _) => {
                self.split = if letter == 's' {
                    Split::Sides
                } else {
                    Split::Difference
                };
                if !value.is_empty() {
                    let wanted = value.replace('.', "/").parse();
                    self.scenario = Some(wanted.map_err(|_none| refused())?);
                }
            }
            ('m', "wall") => self.mode = Mode::Wall,
            ('g', "en") => self.language = Language::En,
            _ => return Err(refused()),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn views() -> impl Strategy<Value = ViewLink> {
        let place = (-180.0..180.0_f64, -85.0..85.0_f64);
        let eye = (61.0..259_000.0_f32, 0.0..360.0_f32, 4.0..89.0_f32);
        let at = proptest::option::of(0_i64..4_000_000_000_000);
        let kpi = proptest::option::of(proptest::sample::select(Kpi::ALL.to_vec()));
        let light = proptest::sample::select(vec![Light::Day, Light::Night, Light::True]);
        let class = proptest::sample::select(vec!["container", "camera", "fibre-node"]);
        let chosen = proptest::option::of((class, "[a-z0-9_%/é#~ -]{1,20}"));
        let over = proptest::sample::subsequence(vec!["c", "h", "f", "v"], 0..=4);
        let split = proptest::sample::select(vec![Split::Off, Split::Sides, Split::Difference]);
        let scenario = proptest::option::of(("[0-9]{1,20}", 1..8_u8));
        let rest = (
            light,
            chosen,
            (over, split, scenario),
            any::<bool>(),
            any::<bool>(),
        );
        (place, eye, at, kpi, rest).prop_map(|(place, eye, at, kpi, rest)| {
            let (light, chosen, (over, split, scenario), is_wall, is_english) = rest;
            let scenario = scenario.filter(|_| split.is_on());
            ViewLink {
                place: LonLat::new(place.0, place.1).unwrap(),
                distance_m: eye.0.round(),
                bearing_deg: eye.1,
                pitch_deg: (eye.2 * 10.0).round() / 10.0,
                at: at.map(Timestamp::from_millis),
                layers: Layers::of(kpi).lettered(&over.concat()).unwrap(),
                light,
                chosen: chosen.map(|(class, key)| format!("{class}/{key}").into()),
                split,
                scenario: scenario.map(|(id, number)| format!("{id}/{number}").parse().unwrap()),
                mode: if is_wall { Mode::Wall } else { Mode::Explore },
                language: if is_english {
                    Language::En
                } else {
                    Language::Fr
                },
            }
        })
    }

    proptest! {
        #[test]
        fn a_link_opens_the_view_that_it_was_made_of(view in views()) {
            let text = view.to_string();
            let is_safe = |sign: char| sign.is_ascii_alphanumeric() || "_-.%".contains(sign);
            prop_assert!(text.chars().all(is_safe), "{}", text);
            let back: ViewLink = text.parse().unwrap();
            prop_assert_eq!(back.to_string(), text);
            let near = |a: f64, b: f64| (a - b).abs() < 6e-6;
            prop_assert!(near(back.place.lon(), view.place.lon()));
            prop_assert!(near(back.place.lat(), view.place.lat()));
            let turn = (back.bearing_deg - view.bearing_deg).abs();
            prop_assert!(turn.min(360.0 - turn) < 0.051);
            let expected = ViewLink {
                place: back.place,
                bearing_deg: back.bearing_deg,
                ..view
            };
            prop_assert_eq!(back, expected);
        }

        #[test]
        fn no_text_breaks_the_reader(text in "\\PC{0,60}") {
            let _ = text.parse::<ViewLink>();
            let _ = format!("1_6.8_47.5_900_0_40_{text}").parse::<ViewLink>();
        }
    }

    #[rstest::rstest]
    #[case::words("hello")]
    #[case::nothing("")]
    #[case::too_little("1_6.8_47.5")]
    #[case::no_number("1_6.8_here_900_0_40")]
    #[case::beyond_the_globe("1_200_47.5_900_0_40")]
    #[case::below_the_ground("1_6.8_47.5_1_0_40")]
    #[case::not_a_number("1_6.8_47.5_NaN_0_40")]
    #[case::unknown_figure("1_6.8_47.5_900_0_40_kgold")]
    #[case::no_time("1_6.8_47.5_900_0_40_t20261399T080000Z")]
    #[case::newer("2_6.8_47.5_900_0_40")]
    #[case::unknown_layer("1_6.8_47.5_900_0_40_oz")]
    #[case::unknown_choice("1_6.8_47.5_900_0_40_atree%2F7")]
    #[case::no_scenario("1_6.8_47.5_900_0_40_snewest")]
    #[case::half_an_escape("1_6.8_47.5_900_0_40_ca%2")]
    fn what_is_no_link_is_refused(#[case] text: &str) {
        assert!(text.parse::<ViewLink>().is_err());
    }

    #[test]
    fn an_address_holds_a_link() {
        let address = "http://127.0.0.1:8080/viewer/?lang=fr#1_6.8_47.5_900_-90_40_ca-1";
        let view: ViewLink = address.parse().unwrap();
        assert_eq!(view.bearing_deg, 270.0);
        assert_eq!(view.chosen.as_deref(), Some("container/a-1"));
    }
}
