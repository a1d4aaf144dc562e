//! How a view is written in a link: places and angles first, then what differs from the usual.
//!
//! `1_LON_LAT_METRES_BEARING_PITCH` and, each after an underscore and with a letter before it: `t` the moment of the
//! past, `k` the figure, `l` the light (`n` night, `t` the true sun), `c` the container, `m` the mode, `g` the
//! language. Only letters that an address needs not escape are used.

use std::fmt;
use std::str::FromStr;

use clap::ValueEnum as _;
use twin_core::{LonLat, Timestamp};

use crate::choropleth::Kpi;
use crate::palette::Palette;
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
    /// The figure of each commune; `None`: the containers.
    pub kpi: Option<Kpi>,
    /// The light that falls on it.
    pub light: Light,
    /// The container that is chosen, as `container/KEY`.
    pub chosen: Option<Box<str>>,
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
        if let Some(kpi) = self.kpi {
            let value = kpi.to_possible_value();
            write!(
                f,
                "_k{}",
                value.as_ref().map_or("", |value| value.get_name())
            )?;
        }
        match self.light {
            Light::Day => {}
            Light::Night => f.write_str("_ln")?,
            Light::True => f.write_str("_lt")?,
        }
        if let Some(chosen) = &self.chosen {
            let key = chosen.strip_prefix("container/").unwrap_or(chosen);
            write!(f, "_c{}", escaped(key))?;
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
        kpi: None,
        light: Light::Day,
        chosen: None,
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
                self.kpi = Some(kpi.map_err(|_unknown| refused())?);
            }
            ('l', "n") => self.light = Light::Night,
            ('l', "t") => self.light = Light::True,
            ('c', _) => {
                let key = unescaped(value).filter(|key| !key.is_empty());
                let key = key.ok_or_else(refused)?;
                self.chosen = Some(format!("container/{key}").into());
            }
            ('m', "wall") => self.mode = Mode::Wall,
            ('g', "en") => self.language = Language::En,
            _ => return Err(refused()),
        }
        Ok(())
    }
}

/// A moment without the signs that an address escapes: "20261130T080000Z".
fn short(at: Timestamp) -> String {
    let at = at.to_string().replace(".000Z", "Z");
    at.chars()
        .filter(|sign| !matches!(sign, '-' | ':'))
        .collect()
}

/// The moment of such a text.
fn long(text: &str) -> Option<Timestamp> {
    let (date, rest) = text.split_once('T')?;
    let time = rest.strip_suffix('Z')?;
    let (clock, part) = time.split_at_checked(6)?;
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if date.len() != 8 || !is_digits(date) || !is_digits(clock) {
        return None;
    }
    let [year, month, day] = [date.get(..4)?, date.get(4..6)?, date.get(6..)?];
    let [hour, minute, second] = [clock.get(..2)?, clock.get(2..4)?, clock.get(4..)?];
    let text = format!("{year}-{month}-{day}T{hour}:{minute}:{second}{part}Z");
    text.parse().ok()
}

/// A text of which all but letters, digits and hyphens is written as `%XX`.
fn escaped(text: &str) -> String {
    let mut told = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || byte == b'-' {
            told.push(char::from(byte));
        } else {
            told.push('%');
            told.extend([byte >> 4, byte & 15].map(hex_digit));
        }
    }
    told
}

/// A number below 16 as a hexadecimal digit.
fn hex_digit(half: u8) -> char {
    char::from_digit(u32::from(half), 16)
        .unwrap_or('0')
        .to_ascii_uppercase()
}

fn unescaped(text: &str) -> Option<String> {
    let mut told = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [byte, after @ ..] = rest {
        if *byte == b'%' {
            let ([high, low], after) = after.split_first_chunk::<2>()?;
            let hex = [*high, *low];
            told.push(u8::from_str_radix(str::from_utf8(&hex).ok()?, 16).ok()?);
            rest = after;
        } else {
            told.push(*byte);
            rest = after;
        }
    }
    String::from_utf8(told).ok()
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
        let chosen = proptest::option::of("[a-z0-9_%/é#~ -]{1,20}");
        let rest = (light, chosen, any::<bool>(), any::<bool>());
        (place, eye, at, kpi, rest).prop_map(|(place, eye, at, kpi, rest)| {
            let (light, chosen, is_wall, is_english) = rest;
            ViewLink {
                place: LonLat::new(place.0, place.1).unwrap(),
                distance_m: eye.0.round(),
                bearing_deg: eye.1,
                pitch_deg: (eye.2 * 10.0).round() / 10.0,
                at: at.map(Timestamp::from_millis),
                kpi,
                light,
                chosen: chosen.map(|key| format!("container/{key}").into()),
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
