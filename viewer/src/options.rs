//! What a viewer is started with.

use std::path::PathBuf;
use std::str::FromStr;

use clap::builder::RangedU64ValueParser;
use twin_core::Timestamp;

use crate::bench::Part;
use crate::choropleth::Kpi;
use crate::hud::Magnified;
use crate::layers::Overlay;
use crate::link::{Light, LinkError, ViewLink};
use crate::motion::Motion;
use crate::server::OperatorToken;
use crate::split::{Split, Wanted};
use crate::sun::{Contrast, Daylight};
use crate::wall::Mode;
use crate::words::Language;

/// Where the operator's token is, unless a file has it. It is never an argument: those are seen by all.
const TOKEN_VARIABLE: &str = "TWIN_OPERATOR_TOKEN";

/// The territory as a model on a table.
///
/// Shows what a server of `twin serve` has, live. Without a window (`--headless`) it draws one picture and ends.
#[derive(clap::Parser, Clone, Debug)]
#[command(name = "twin-viewer", version)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a flag of the command line is a bool"
)]
pub struct Options {
    /// Where the server is
    #[arg(
        long,
        default_value = "http://127.0.0.1:8080",
        value_name = "URL",
        env = "TWIN_SERVER"
    )]
    pub server: String,

    /// Read the operator's token from this file, else from `TWIN_OPERATOR_TOKEN`; with it, alarms are shown
    #[arg(long = "token-file", value_name = "FILE", value_parser = token_in)]
    pub token: Option<OperatorToken>,

    /// What to look at first
    #[arg(long, value_enum, default_value_t)]
    pub view: Scene,

    /// Open the sheet of this container, or of a site's fullest one, as container/KEY or site/KEY, or of a
    /// camera, a health facility or a fibre node, as camera/KEY, health-facility/KEY or fibre-node/KEY; without --view
    /// from near
    #[arg(long, value_name = "ID")]
    pub pick: Option<String>,

    /// What to show over the containers: all of them that are named, and nothing else
    #[arg(long, value_enum, value_name = "LAYERS", value_delimiter = ',')]
    pub over: Option<Vec<Overlay>>,

    /// Open the view of this link, or of the address that holds it after its #; it says place, time, layers, scenario,
    /// light, choice, mode and language
    #[arg(long, value_name = "LINK")]
    pub link: Option<String>,

    /// Which light falls on it
    #[arg(long, value_enum, default_value_t)]
    pub light: Daylight,

    /// Show this moment of the past instead of the present, or what is forecast of one within a week, as
    /// 2026-11-30T08:00:00Z
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub at: Option<Timestamp>,

    /// Who looks on
    #[arg(long, value_enum, default_value_t)]
    pub mode: Occasion,

    /// The figure of the view choropleth
    #[arg(long, value_enum, default_value_t)]
    pub kpi: Kpi,

    /// The simulation of the view split, by its number, as 1796072852798, or 1796072852798/2 for its second scenario
    /// beside the first; without it the newest finished comparison
    #[arg(long, value_name = "ID")]
    pub scenario: Option<Wanted>,

    /// How the view split shows it
    #[arg(long, value_enum, default_value_t = Split::Sides)]
    pub compare: Split,

    /// Open the search with this text
    #[arg(long, value_name = "TEXT")]
    pub search: Option<String>,

    /// The language of what is written
    #[arg(long, value_enum, default_value_t)]
    pub lang: Lang,

    /// Which stop of the view tour to begin with, from 0
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub tour_stop: usize,

    /// Begin the guided tour whenever no hand has stirred for two minutes
    #[arg(long)]
    pub autoplay: bool,

    /// How far colours are apart
    #[arg(long, value_enum, default_value_t)]
    pub contrast: Contrast,

    /// Frame the picture: scale, north, date, sources, instead of what else is written over it
    #[arg(long)]
    pub frame: bool,

    /// How much may move by itself
    #[arg(long, value_enum, default_value_t)]
    pub motion: Motion,

    /// Write this much larger than fits the picture, 0.5 to 3: 1.5 for a projector
    #[arg(long, value_name = "TIMES", default_value_t = 1.0, value_parser = scale)]
    pub scale: f32,

    /// Draw without a window; needs --shot or --bench-frames
    #[arg(long, requires = "task")]
    pub headless: bool,

    /// Write the picture to this PNG file, and end
    #[arg(long, value_name = "PNG", group = "task")]
    pub shot: Option<PathBuf>,

    /// Fly over the territory for so many frames, tell what they took, and end
    #[arg(long, value_name = "N", group = "task")]
    pub bench_frames: Option<u16>,

    /// Fly about for so many minutes, near and far, for the memory
    #[arg(
        long,
        value_name = "N",
        default_value_t = 0.0,
        value_parser = minutes,
        requires = "bench_frames"
    )]
    pub bench_minutes: f64,

    /// Repeat the server's containers until there are so many, for the figures
    #[arg(
        long,
        value_name = "N",
        default_value_t = 0,
        value_parser = RangedU64ValueParser::<usize>::new().range(0..=200_000),
        requires = "bench_frames"
    )]
    pub bench_assets: usize,

    /// Have so many containers change in a second, for the figures
    #[arg(
        long,
        value_name = "N",
        default_value_t = 0.0,
        requires = "bench_frames"
    )]
    pub bench_changes: f64,

    /// Leave a part out, to see what it costs
    #[arg(long, value_enum, value_name = "PART", requires = "bench_frames")]
    pub bench_without: Option<Part>,

    /// Draw nothing: tell how long the systems of a frame take, at 60 frames a second
    #[arg(long, requires = "bench_frames", requires = "headless")]
    pub bench_schedule: bool,

    /// Draw a plain scene of so many triangles instead, to compare with
    #[arg(
        long,
        value_name = "TRIANGLES",
        value_parser = RangedU64ValueParser::<usize>::new().range(0..=5_000_000),
        requires = "bench_frames"
    )]
    pub bench_plain: Option<usize>,

    /// Tell what frames took as JSON
    #[arg(long, requires = "bench_frames")]
    pub json: bool,

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

impl Options {
    /// The view of the link, where one was given, or why it cannot be opened.
    pub fn linked(&self) -> Option<Result<ViewLink, LinkError>> {
        self.link.as_deref().map(str::parse)
    }

    /// The same, with what the link says in the place of the options that say so too. A link that cannot be read
    /// changes nothing.
    #[must_use]
    pub fn following_link(&self) -> Self {
        let Some(Ok(view)) = self.linked() else {
            return self.clone();
        };
        let kpi = view.layers.choropleth;
        let scene = match (kpi, view.light) {
            _ if view.split.is_on() => Scene::Split,
            (Some(_), _) => Scene::Choropleth,
            (None, Light::Night) => Scene::Night,
            (None, _) => Scene::Overview,
        };
        Self {
            view: scene,
            pick: view.chosen.map(Into::into),
            light: view.light.parts().0,
            at: view.at,
            mode: match view.mode {
                Mode::Wall => Occasion::Wall,
                Mode::Explore => Occasion::Explore,
            },
            kpi: kpi.unwrap_or_default(),
            scenario: view.scenario,
            compare: if view.split.is_on() {
                view.split
            } else {
                self.compare
            },
            lang: match view.language {
                Language::Fr => Lang::Fr,
                Language::En => Lang::En,
            },
            ..self.clone()
        }
    }

    /// What makes an operator of the viewer: from the file, else from the environment.
    pub fn operator_token(&self) -> Option<OperatorToken> {
        let in_environment = || {
            let text = std::env::var(TOKEN_VARIABLE).ok()?;
            let token = OperatorToken::new(&text);
            token
                .map_err(|error| bevy::log::error!("{TOKEN_VARIABLE}: {error}"))
                .ok()
        };
        self.token.clone().or_else(in_environment)
    }
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
    /// The most pressing alarm; needs the operator's token
    Alarm,
    /// A figure of each commune, over all of the territory
    Choropleth,
    /// A truck on its round, followed from behind
    Truck,
    /// The wall of a control room
    Wall,
    /// A stop of the guided tour, at rest in a picture
    Tour,
    /// A scenario beside the present; needs the operator's token
    Split,
}

/// Who looks on, and what for.
#[derive(clap::ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Occasion {
    /// Somebody at a desk, who explores
    #[default]
    Explore,
    /// A control room, from five metres
    Wall,
    /// Somebody at a desk, who plans sites and has the outcome simulated
    Plan,
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

fn token_in(path: &str) -> Result<OperatorToken, String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    OperatorToken::new(&text).map_err(|error| error.to_string())
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(seconds) if (0.0..=3600.0).contains(&seconds) => Ok(seconds),
        _ => Err("expected a number of seconds from 0 to 3600".to_owned()),
    }
}

fn minutes(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(minutes) if (0.0..=600.0).contains(&minutes) => Ok(minutes),
        _ => Err("expected a number of minutes from 0 to 600".to_owned()),
    }
}

fn scale(text: &str) -> Result<f32, String> {
    match text.parse() {
        Ok(times) if Magnified::RANGE.contains(&times) => Ok(times),
        _ => Err("expected a number from 0.5 to 3".to_owned()),
    }
}

fn moment(text: &str) -> Result<Timestamp, String> {
    let expected =
        "expected a time as 2026-11-30T08:00:00Z or 2026-11-30T09:00:00+01:00 (RFC 3339)";
    text.parse().map_err(|_unreadable| expected.to_owned())
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory as _, Parser as _};

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Options::command().debug_assert();
    }

    #[test]
    fn a_token_comes_from_a_file_and_is_not_shown() {
        let path = std::path::Path::new(env!("OUT_DIR")).join("token");
        std::fs::write(&path, "s3cret\n").unwrap();
        let file = path.to_string_lossy();
        let options = Options::try_parse_from(["twin-viewer", "--token-file", &*file]).unwrap();
        std::fs::remove_file(&path).unwrap();
        assert_eq!(options.operator_token(), OperatorToken::new("s3cret").ok());
        assert!(!format!("{options:?}").contains("s3cret"));
    }

    #[rstest::rstest]
    #[case::no_such_option(["--token", "s3cret"])]
    #[case::no_such_file(["--token-file", "/no/such/file"])]
    fn what_holds_no_token_is_refused(#[case] arguments: [&str; 2]) {
        let command = [["twin-viewer"].as_slice(), &arguments].concat();
        let error = Options::try_parse_from(command).unwrap_err();
        assert!(!error.to_string().contains("s3cret"));
    }

    #[test]
    fn a_link_says_what_options_say() {
        let link = "1_6.8_47.5_900_0_40_kfull_t20261130T080000Z_ca-1_gen";
        let split = ["twin-viewer", "--link", "1_6.8_47.5_900_0_40_d12.3"];
        let split = Options::try_parse_from(split).unwrap().following_link();
        assert_eq!(
            (split.view, split.compare),
            (Scene::Split, Split::Difference)
        );
        assert_eq!(split.scenario, "12/3".parse().ok());
        let options = Options::try_parse_from(["twin-viewer", "--link", link]).unwrap();
        let options = options.following_link();
        assert_eq!((options.view, options.kpi), (Scene::Choropleth, Kpi::Full));
        assert_eq!(options.lang, Lang::En);
        assert_eq!(options.pick.as_deref(), Some("container/a-1"));
        assert!(options.at.is_some());
        let refused = Options::try_parse_from(["twin-viewer", "--link", "what"]).unwrap();
        assert_eq!(refused.following_link().view, Scene::Overview);
        assert!(refused.linked().is_some_and(|it| it.is_err()));
    }

    #[rstest::rstest]
    #[case::in_utc("2026-11-30T08:00:00Z", Some("2026-11-30T08:00:00.000Z"))]
    #[case::in_paris("2026-11-30T09:00:00+01:00", Some("2026-11-30T08:00:00.000Z"))]
    #[case::a_day("2026-11-30", None)]
    #[case::words("yesterday", None)]
    fn a_moment_is_a_time_with_its_offset(#[case] text: &str, #[case] expected: Option<&str>) {
        assert_eq!(
            moment(text).ok().map(|at| at.to_string()).as_deref(),
            expected
        );
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
