//! What a viewer is started with.

use std::path::PathBuf;
use std::str::FromStr;

/// The territory as a model on a table.
///
/// Shows what a server of `twin serve` has, live. Without a window (`--headless`) it draws one picture and ends.
#[derive(clap::Parser, Clone, Debug)]
#[command(name = "twin-viewer", version)]
pub struct Options {
    /// Where the server is
    #[arg(
        long,
        default_value = "http://127.0.0.1:8080",
        value_name = "URL",
        env = "TWIN_SERVER"
    )]
    pub server: String,

    /// What to look at first
    #[arg(long, value_enum, default_value_t)]
    pub view: Scene,

    /// The language of what is written
    #[arg(long, value_enum, default_value_t)]
    pub lang: Lang,

    /// Draw without a window; needs --shot
    #[arg(long, requires = "shot")]
    pub headless: bool,

    /// Write the picture to this PNG file, and end
    #[arg(long, value_name = "PNG")]
    pub shot: Option<PathBuf>,

    /// Pixels of the picture or the window
    #[arg(long, default_value = "1280x720", value_name = "WxH")]
    pub size: Size,

    /// How long all must have been still before the picture is taken, in seconds
    #[arg(long, default_value_t = 2.0, value_name = "N", value_parser = seconds)]
    pub seconds_to_settle: f64,

    /// Give up a picture after so many seconds
    #[arg(long, default_value_t = 300.0, value_name = "N", value_parser = seconds)]
    pub patience: f64,
}

/// What the eye looks at first, and in which light.
#[derive(clap::ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scene {
    /// All of the territory
    #[default]
    Overview,
    /// The largest town by day, from where its houses are told apart
    Day,
    /// The same by night
    Night,
}

/// The language of what is written.
#[derive(clap::ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// French
    #[default]
    Fr,
    /// English
    En,
}

/// Pixels of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// From left to right.
    pub width: u32,
    /// From top to bottom.
    pub height: u32,
}

/// A text is no size of a picture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{text}' is no size of a picture: expected WxH with 64 to 8192 pixels each, for example 1920x1080"
)]
pub struct SizeError {
    text: String,
}

impl Size {
    const PIXELS: std::ops::RangeInclusive<u32> = 64..=8192;
}

impl FromStr for Size {
    type Err = SizeError;

    fn from_str(text: &str) -> Result<Self, SizeError> {
        let refused = || SizeError {
            text: text.to_owned(),
        };
        let (width, height) = text.split_once('x').ok_or_else(refused)?;
        let pixels = |side: &str| side.parse().ok().filter(|side| Self::PIXELS.contains(side));
        match (pixels(width), pixels(height)) {
            (Some(width), Some(height)) => Ok(Self { width, height }),
            _ => Err(refused()),
        }
    }
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(seconds) if (0.0..=3600.0).contains(&seconds) => Ok(seconds),
        _ => Err("expected a number of seconds from 0 to 3600".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Options::command().debug_assert();
    }

    #[rstest::rstest]
    #[case::full_hd("1920x1080", Some((1920, 1080)))]
    #[case::one_number("1920", None)]
    #[case::too_small("10x1080", None)]
    #[case::too_large("1920x99999", None)]
    #[case::words("wide x high", None)]
    fn a_size_is_two_numbers(#[case] text: &str, #[case] expected: Option<(u32, u32)>) {
        let size = text.parse::<Size>().ok();
        assert_eq!(size.map(|it| (it.width, it.height)), expected);
    }
}
