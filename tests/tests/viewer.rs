//! The 3D viewer draws the territory of a running server without a window and without a graphics card.

mod golden;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

use tests::HarnessResult;
use tests::needs::absent;
use tests::server::{TwinServer, output_of, twin, viewer_program};

/// What the model lies on, by day and by night, as its colour is written.
const TABLE: [u8; 3] = [0xD3, 0xDA, 0xD6];
const NIGHT_TABLE: [u8; 3] = [0x0A, 0x13, 0x16];
/// The colour of a container that is full, and of two lower classes.
const FULL: [u8; 3] = [0x1F, 0x1C, 0x52];
const FROM_20: [u8; 3] = [0xAA, 0xD6, 0xB6];
const FROM_40: [u8; 3] = [0x6F, 0xBF, 0xA3];
/// The colour of cameras.
const CAMERA: [u8; 3] = [0x6B, 0x4A, 0xA0];
/// A place with cameras around it.
const PHARMACY: &str = "health-facility/pharmacie-25031-1";
const TOKEN: &str = "s3cret-of-operators";
/// What is written at night.
const NIGHT_INK: [u8; 3] = [0xEA, 0xF1, 0xEF];

/// A picture that the viewer drew.
pub(crate) struct Picture {
    width: usize,
    pixels: Vec<[u8; 3]>,
}

impl Picture {
    pub(crate) fn read(path: &Path) -> Self {
        let file = std::io::BufReader::new(std::fs::File::open(path).unwrap());
        let mut reader = png::Decoder::new(file).read_info().unwrap();
        let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
        let frame = reader.next_frame(&mut bytes).unwrap();
        assert_eq!(frame.color_type, png::ColorType::Rgb);
        Self {
            width: frame.width as usize,
            pixels: bytes.as_chunks::<3>().0.to_vec(),
        }
    }

    pub(crate) fn at(&self, column: usize, row: usize) -> [u8; 3] {
        self.pixels[row * self.width + column]
    }

    /// How many pixels are all but a colour.
    pub(crate) fn count(&self, colour: [u8; 3]) -> usize {
        let near = |pixel: &&[u8; 3]| {
            let apart = pixel.iter().zip(colour).map(|(a, b)| a.abs_diff(b));
            apart.max().unwrap_or(0) <= 6
        };
        self.pixels.iter().filter(near).count()
    }

    /// How many pixels differ from those of another picture by more than a shade.
    pub(crate) fn differs(&self, other: &Self) -> usize {
        let pairs = self.pixels.iter().zip(&other.pixels);
        let apart = |(one, other): (&[u8; 3], &[u8; 3])| {
            let apart = one.iter().zip(other).map(|(a, b)| a.abs_diff(*b));
            apart.max().unwrap_or(0) > 24
        };
        pairs.filter(|pair| apart(*pair)).count()
    }

    fn colours(&self) -> usize {
        self.pixels.iter().collect::<BTreeSet<_>>().len()
    }
}

pub(crate) fn serve(data: &Path) -> HarnessResult<TwinServer> {
    let mut command = twin(&["serve", "--listen", "127.0.0.1:0", "--clock", "1x"])?;
    command.env("TWIN_LOG", "error").arg("--data").arg(data);
    TwinServer::start(command)
}

/// Runs the viewer without a window, as whoever the arguments say.
pub(crate) fn viewer(server: &str, arguments: &[&str]) -> HarnessResult<Output> {
    let mut command = Command::new(viewer_program()?);
    command
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("TWIN_OPERATOR_TOKEN")
        .args(["--server", server, "--headless", "--size", "640x360"])
        .args(arguments);
    output_of(command)
}

/// The picture of a view, of which nothing wrong was said.
fn drawn(server: &TwinServer, folder: &Path, view: &str) -> HarnessResult<Picture> {
    let path = folder.join(format!("{view}.png"));
    let shot = path.to_string_lossy().into_owned();
    let drawn = viewer(server.base_url(), &["--view", view, "--shot", &shot])?;
    let said = said(&drawn);
    assert!(drawn.status.success(), "{said}");
    assert!(!said.contains("ERROR"), "{said}");
    Ok(Picture::read(&path))
}

pub(crate) fn said(ended: &Output) -> String {
    let [told, logged] = [&ended.stdout, &ended.stderr].map(|it| String::from_utf8_lossy(it));
    format!("{told}{logged}")
}

/// Whether a driver is there that draws; without one there is no picture.
pub(crate) fn has_driver() -> HarnessResult<bool> {
    let folder = std::fs::read_dir("/usr/share/vulkan/icd.d");
    if folder.is_ok_and(|mut files| files.next().is_some()) {
        return Ok(true);
    }
    Ok(absent::<()>("TWIN_REQUIRE_TOOLS", "a Vulkan driver")?.is_some())
}

#[test]
fn the_territory_is_drawn_without_a_window_by_day_and_by_night() -> HarnessResult<()> {
    if !has_driver()? {
        return Ok(());
    }
    let home = tempfile::tempdir().unwrap();
    let server = serve(home.path())?;
    let draw = |view: &str| drawn(&server, home.path(), view);
    let day = draw("overview")?;
    let corner = day.at(630, 350);
    let near_table = corner.iter().zip(TABLE).all(|(a, b)| a.abs_diff(b) <= 12);
    assert!(
        near_table,
        "around the model lies the table, not {corner:?}"
    );
    let middle = day.at(320, 170);
    assert_ne!(middle, corner, "in the middle lies the model");
    assert!(day.colours() > 300, "{} colours", day.colours());
    assert!(day.count(FULL) > 5, "full containers stand out");
    let night = draw("night")?;
    assert!(night.count(NIGHT_TABLE) + night.colours() > 300);
    let bright = |picture: &Picture| {
        let sum: usize = picture
            .pixels
            .iter()
            .flatten()
            .map(|&byte| usize::from(byte))
            .sum();
        sum / picture.pixels.len() / 3
    };
    assert!(bright(&night) < bright(&day) / 2, "the night is dark");
    Ok(())
}

#[test]
fn a_viewer_without_a_server_gives_up_and_says_so() -> HarnessResult<()> {
    if !has_driver()? {
        return Ok(());
    }
    let home = tempfile::tempdir().unwrap();
    let shot = home.path().join("none.png").to_string_lossy().into_owned();
    // Port 9 of the loopback is "discard": nobody listens.
    let ended = viewer("http://127.0.0.1:9", &["--shot", &shot, "--patience", "5"])?;
    assert!(!ended.status.success());
    let said = said(&ended);
    assert!(said.contains("the server does not answer"), "{said}");
    assert!(!Path::new(&shot).exists());
    Ok(())
}

#[test]
fn communes_are_compared_and_a_wall_is_written_large() -> HarnessResult<()> {
    if !has_driver()? {
        return Ok(());
    }
    let home = tempfile::tempdir().unwrap();
    let server = serve(home.path())?;
    let choropleth = drawn(&server, home.path(), "choropleth")?;
    assert!(
        choropleth.count(FULL) < 5,
        "signs make way for the figures of communes"
    );
    let share = choropleth.count(FROM_20) + choropleth.count(FROM_40);
    assert!(share > 5_000, "{share} pixels of prisms");
    let wall = drawn(&server, home.path(), "wall")?;
    assert!(wall.count(NIGHT_TABLE) > 20_000, "a wall is dark");
    assert!(wall.count(NIGHT_INK) > 300, "and is written bright");
    Ok(())
}

#[test]
fn cameras_and_what_they_see_are_drawn_for_operators_only() -> HarnessResult<()> {
    if !has_driver()? {
        return Ok(());
    }
    let home = tempfile::tempdir().unwrap();
    let mut command = twin(&["serve", "--listen", "127.0.0.1:0", "--clock", "1x"])?;
    command
        .env("TWIN_LOG", "error")
        .env("TWIN_OPERATOR_TOKEN", TOKEN)
        .arg("--data")
        .arg(home.path().join("data"));
    let server = TwinServer::start(command)?;
    let token = home.path().join("token");
    std::fs::write(&token, TOKEN).unwrap();
    let token = token.to_string_lossy().into_owned();
    let shot = home.path().join("cameras.png");
    let to = shot.to_string_lossy().into_owned();
    let place = [
        "--pick",
        PHARMACY,
        "--over",
        "cameras,health",
        "--shot",
        &to,
    ];
    let anybody = viewer(server.base_url(), &place)?;
    assert!(anybody.status.success(), "{}", said(&anybody));
    assert_eq!(
        Picture::read(&shot).count(CAMERA),
        0,
        "nobody else sees any"
    );
    let operator = viewer(
        server.base_url(),
        &[place.as_slice(), &["--token-file", &token]].concat(),
    )?;
    assert!(operator.status.success(), "{}", said(&operator));
    let seen = Picture::read(&shot).count(CAMERA);
    assert!(seen > 20, "{seen} pixels of cameras");
    std::fs::remove_file(&shot).unwrap();
    let asked = ["--pick", "camera/cam-25031-001", "--shot", &to];
    let refused = viewer(server.base_url(), &asked)?;
    let told = said(&refused);
    assert!(
        !refused.status.success() && told.contains("camera/cam-25031-001"),
        "{told}"
    );
    assert!(!shot.exists());
    Ok(())
}

#[test]
fn a_truck_is_followed_on_its_way() -> HarnessResult<()> {
    if !has_driver()? {
        return Ok(());
    }
    let home = tempfile::tempdir().unwrap();
    let server = golden::serve_in_the_morning(home.path())?;
    let truck = drawn(&server, home.path(), "truck")?;
    let rounds = tests::client::get_json(&format!("{}/rounds/today", server.base_url()))?;
    assert_eq!(
        rounds["state"], "planned",
        "the picture waited for the plan"
    );
    // The truck is in the middle, and its cab, its frame and its way ahead are of ink: nothing else there is.
    let dark = |columns: std::ops::Range<usize>| {
        let pixels = columns.flat_map(|column| (110..270).map(move |row| (column, row)));
        let pixels = pixels.map(|(column, row)| truck.at(column, row));
        pixels
            .filter(|pixel| pixel.iter().all(|byte| *byte < 0x58))
            .count()
    };
    let middle = dark(240..370);
    assert!(middle > 150, "{middle} pixels of ink around the truck");
    Ok(())
}

#[test]
fn what_is_not_there_makes_no_picture() -> HarnessResult<()> {
    if !has_driver()? {
        return Ok(());
    }
    let home = tempfile::tempdir().unwrap();
    let server = serve(home.path())?;
    let shot = home.path().join("none.png").to_string_lossy().into_owned();
    for (arguments, told) in [
        (["--pick", "container/nobody"], "container/nobody"),
        (["--at", "2001-01-01T00:00:00Z"], "2001-01-01"),
    ] {
        let arguments = [arguments.as_slice(), &["--shot", &shot]].concat();
        let ended = viewer(server.base_url(), &arguments)?;
        let said = said(&ended);
        assert!(!ended.status.success(), "{said}");
        assert!(said.contains(told), "{said}");
        assert!(!Path::new(&shot).exists());
    }
    Ok(())
}

#[test]
fn wrong_options_are_refused_by_name() -> HarnessResult<()> {
    for (arguments, named) in [
        (["--size", "10x10"].as_slice(), "10x10"),
        (&["--view", "moon"], "moon"),
        (&["--seconds-to-settle", "-3"], "-3"),
    ] {
        let mut command = Command::new(viewer_program()?);
        command.args(arguments);
        let ended = output_of(command)?;
        let said = String::from_utf8_lossy(&ended.stderr);
        assert!(!ended.status.success() && said.contains(named), "{said}");
    }
    Ok(())
}
