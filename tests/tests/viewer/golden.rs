//! The named views beside pictures that were kept of them, at a quarter of their size.
//!
//! `TWIN_KEEP_PICTURES=1` keeps them anew; look at each before it is committed.

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use tests::HarnessResult;
use tests::client::SentEvents;
use tests::server::{TwinServer, output_of, twin, viewer_program};

use super::{has_driver, said};
use crate::small::{TOKEN, operate};
use crate::viewer_split::compared;

/// The views, in the order in which they are drawn.
const VIEWS: [&str; 8] = [
    "overview",
    "day",
    "night",
    "alarm",
    "choropleth",
    "truck",
    "split",
    "wall",
];
/// When the server begins, and when its trucks are looked at.
const DAY: &str = "2025-06-04";
const MORNING: &str = "2025-06-04T07:30:00Z";
const ON_THE_ROAD: &str = "2025-06-04T07:30:10Z";
/// What a picture is drawn at, and how many of its pixels across become one that is kept.
const SIZE: &str = "1280x720";
const QUARTER: usize = 4;
/// A picture is the same where its pixels are apart by so much in the mean, of 255, …
const MEAN_APART: f64 = 3.0;
/// … and no more than this share of them by more than [`FAR`]: a clock goes on, a container fills, another
/// version of the driver draws edges a little otherwise.
const FAR_SHARE: f64 = 0.02;
const FAR: u8 = 40;

/// A picture at a quarter of its size: each pixel is the mean of sixteen.
#[derive(Clone, PartialEq, Eq)]
struct Small {
    width: usize,
    pixels: Vec<[u8; 3]>,
}

/// How far two pictures are apart.
#[derive(Debug)]
struct Apart {
    mean: f64,
    far: f64,
}

impl Small {
    fn of(width: usize, pixels: &[[u8; 3]]) -> Self {
        let across = width / QUARTER;
        let down = pixels.len() / width / QUARTER;
        let mean = |at: usize| {
            let corner = at / across * QUARTER * width + at % across * QUARTER;
            let mut sums = [0_usize; 3];
            for row in 0..QUARTER {
                let from = corner + row * width;
                for pixel in &pixels[from..from + QUARTER] {
                    for (sum, channel) in sums.iter_mut().zip(pixel) {
                        *sum += usize::from(*channel);
                    }
                }
            }
            sums.map(|sum| u8::try_from(sum / (QUARTER * QUARTER)).unwrap_or(u8::MAX))
        };
        Self {
            width: across,
            pixels: (0..across * down).map(mean).collect(),
        }
    }

    fn read(path: &Path) -> Self {
        let file = BufReader::new(File::open(path).unwrap());
        let mut reader = png::Decoder::new(file).read_info().unwrap();
        let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
        let frame = reader.next_frame(&mut bytes).unwrap();
        Self {
            width: frame.width as usize,
            pixels: bytes.as_chunks::<3>().0.to_vec(),
        }
    }

    fn write(&self, path: &Path) {
        let [across, down] = [self.width, self.pixels.len() / self.width];
        let [across, down] = [across, down].map(|count| u32::try_from(count).unwrap());
        let file = BufWriter::new(File::create(path).unwrap());
        let mut encoder = png::Encoder::new(file, across, down);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_compression(png::Compression::High);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(self.pixels.as_flattened()).unwrap();
    }

    fn apart(&self, other: &Self) -> Apart {
        assert_eq!(
            (self.width, self.pixels.len()),
            (other.width, other.pixels.len())
        );
        let off = self.pixels.iter().zip(&other.pixels).map(|(one, other)| {
            let channels = one.iter().zip(other).map(|(a, b)| a.abs_diff(*b));
            channels.max().unwrap_or(0)
        });
        let off: Vec<u8> = off.collect();
        let count = off.len() as f64;
        Apart {
            mean: off.iter().map(|off| f64::from(*off)).sum::<f64>() / count,
            far: off.iter().filter(|off| **off > FAR).count() as f64 / count,
        }
    }
}

impl Apart {
    fn is_same(&self) -> bool {
        self.mean <= MEAN_APART && self.far <= FAR_SHARE
    }
}

fn kept(view: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/viewer");
    folder.join(format!("{view}.png"))
}

/// A server on a Wednesday morning, which always begins alike.
pub(super) fn serve_in_the_morning(data: &Path) -> HarnessResult<TwinServer> {
    let date = ["--date", MORNING, "--clock", "1x"];
    let mut command = twin(&["serve", "--listen", "127.0.0.1:0"])?;
    command.args(date).env("TWIN_LOG", "error");
    command.env("TWIN_OPERATOR_TOKEN", TOKEN);
    command.arg("--data").arg(data);
    TwinServer::start(command)
}

/// Has the rounds of the day planned, which for the same seed are the same after the same steps.
fn plan(server: &TwinServer) -> HarnessResult<()> {
    let order = json!({"date": DAY, "iterations": 5000, "seconds": 600, "levels": "synthetic"});
    let url = |path: &str| format!("{}{path}", server.base_url());
    let answer = operate("POST", &url("/plans"), order.to_string().as_bytes());
    assert_eq!(answer.status, 202, "{}", answer.body);
    let id = answer.json()["id"].as_str().map(str::to_owned);
    let progress = url(&format!("/plans/{}/progress", id.expect("jobs have an id")));
    let events = SentEvents::listen(&progress, Some(TOKEN), None)?;
    let events: Vec<_> = events.collect::<HarnessResult<_>>()?;
    assert!(
        events.last().is_some_and(|last| last.kind == "end"),
        "{events:?}"
    );
    Ok(())
}

/// Has glass compared that is fetched on fixed days, or where sensors say that it is worth the way.
fn compare(server: &TwinServer) -> HarnessResult<()> {
    let scenario = |name: &str, policy: Value| {
        json!({
            "format": 1,
            "name": {"fr": name, "en": name},
            "territory": {"preset": "target-2023"},
            "streams": ["glass"],
            "period": {"from": DAY, "days": 7, "warm_up_days": 14},
            "policy": policy,
        })
    };
    let fixed = scenario("Tournées fixes", json!({"kind": "fixed"}));
    let policy = json!({"kind": "rolling", "horizon_days": 7, "rho": 30});
    let rolling = scenario("Capteurs partout", policy);
    compared(server, &[fixed, rolling]).map(|_job| ())
}

fn drawn(server: &TwinServer, folder: &Path, view: &str) -> HarnessResult<Small> {
    let path = folder.join(format!("{view}.png"));
    let mut command = Command::new(viewer_program()?);
    for name in ["DISPLAY", "WAYLAND_DISPLAY", "TWIN_OPERATOR_TOKEN"] {
        command.env_remove(name);
    }
    match view {
        "alarm" | "split" => _ = command.env("TWIN_OPERATOR_TOKEN", TOKEN),
        "truck" => _ = command.args(["--at", ON_THE_ROAD]),
        _ => {}
    }
    command
        .args(["--server", server.base_url(), "--headless", "--size", SIZE])
        .args(["--view", view, "--lang", "fr", "--shot"])
        .arg(&path);
    let ended = output_of(command)?;
    assert!(ended.status.success(), "{view}: {}", said(&ended));
    let whole = Small::read(&path);
    Ok(Small::of(whole.width, &whole.pixels))
}

#[test]
fn views_are_as_they_were_kept() -> HarnessResult<()> {
    if !has_driver()? {
        return Ok(());
    }
    let home = tempfile::tempdir().unwrap();
    let server = serve_in_the_morning(home.path())?;
    plan(&server)?;
    compare(&server)?;
    let is_kept_anew = std::env::var_os("TWIN_KEEP_PICTURES").is_some();
    let mut wrong = Vec::new();
    for view in VIEWS {
        let drawn = drawn(&server, home.path(), view)?;
        if is_kept_anew {
            drawn.write(&kept(view));
            continue;
        }
        let apart = drawn.apart(&Small::read(&kept(view)));
        if !apart.is_same() {
            let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{view}.png"));
            drawn.write(&path);
            wrong.push(format!("{view}: {apart:?}, see {}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    Ok(())
}

/// What is compared tells views apart, and one with a sheet too many.
#[test]
fn a_kept_picture_is_no_other_and_none_that_has_changed() {
    for (nth, one) in VIEWS.iter().enumerate() {
        let picture = Small::read(&kept(one));
        for other in &VIEWS[nth + 1..] {
            let apart = picture.apart(&Small::read(&kept(other)));
            assert!(!apart.is_same(), "{one} and {other}: {apart:?}");
        }
        let mut covered = picture.clone();
        for row in covered.pixels.chunks_mut(picture.width).take(60).skip(10) {
            row[20..100].fill([0x80; 3]);
        }
        assert!(!covered.apart(&picture).is_same(), "{one}");
        let mut moved = picture.clone();
        moved.pixels.rotate_right(6);
        assert!(!moved.apart(&picture).is_same(), "{one} moved");
    }
}
