//! Exploring with the 3D viewer: a link opens the same view again, the tour tells what the server knows, and a picture
//! says what it shows.

use std::path::Path;

use tests::HarnessResult;
use tests::server::TwinServer;

use super::viewer::{Picture, has_driver, said, serve, viewer};

/// The colour of a sheet, and of a container that is full.
const SHEET: [u8; 3] = [0xFB, 0xFC, 0xFA];
const FULL: [u8; 3] = [0x1F, 0x1C, 0x52];

/// What the viewer draws with these arguments, and what it says.
fn shot(
    server: &TwinServer,
    folder: &Path,
    (name, arguments): (&str, &[&str]),
) -> HarnessResult<(Picture, String)> {
    let path = folder.join(format!("{name}.png"));
    let file = path.to_string_lossy().into_owned();
    let arguments = [arguments, &["--shot", &file]].concat();
    let drawn = viewer(server.base_url(), &arguments)?;
    let said = said(&drawn);
    assert!(drawn.status.success(), "{said}");
    assert!(!said.contains("ERROR"), "{said}");
    Ok((Picture::read(&path), said))
}

#[test]
fn a_link_opens_the_same_view_again() -> HarnessResult<()> {
    if !has_driver()? {
        return Ok(());
    }
    let home = tempfile::tempdir().unwrap();
    let server = serve(home.path())?;
    let draw = |name, arguments: &[&str]| shot(&server, home.path(), (name, arguments));
    // From over Montbéliard, by night, in English.
    let link = "1_6.79890_47.51030_6500_342.0_32.0_ln_gen";
    let (first, _) = draw("first", &["--link", link])?;
    let address = format!("{}/viewer/?lang=fr#{link}", server.base_url());
    let (again, _) = draw("again", &["--link", &address])?;
    let (usual, _) = draw("usual", &["--lang", "en"])?;
    let other = first.differs(&usual);
    assert!(other > 100_000, "another view: {other} pixels");
    // The clock goes on, and levels change.
    let same = first.differs(&again);
    assert!(same < 6_000, "the same view: {same} pixels differ");
    Ok(())
}

#[test]
fn a_link_that_cannot_be_read_shows_the_usual_view_and_says_so() -> HarnessResult<()> {
    if !has_driver()? {
        return Ok(());
    }
    let home = tempfile::tempdir().unwrap();
    let server = serve(home.path())?;
    let draw = |name, arguments: &[&str]| shot(&server, home.path(), (name, arguments));
    let (usual, _) = draw("usual", &[])?;
    let (refused, told) = draw("refused", &["--link", "1_6.8_47.5_nowhere_0_40"])?;
    assert!(told.contains("nowhere"), "{told}");
    assert!(refused.differs(&usual) < 30_000, "the usual view");
    Ok(())
}

#[test]
fn the_tour_has_its_caption_and_a_picture_its_frame() -> HarnessResult<()> {
    if !has_driver()? {
        return Ok(());
    }
    let home = tempfile::tempdir().unwrap();
    let server = serve(home.path())?;
    let draw = |name, arguments: &[&str]| shot(&server, home.path(), (name, arguments));
    let (usual, _) = draw("usual", &[])?;
    let (tour, _) = draw("tour", &["--view", "tour"])?;
    // The same view: what differs is the caption, on a sheet over the model.
    let caption = tour.count(SHEET).saturating_sub(usual.count(SHEET));
    assert!(caption > 4_000, "{caption} pixels of a sheet");
    let (figure, _) = draw("figure", &["--view", "tour", "--tour-stop", "4"])?;
    assert!(figure.count(FULL) < usual.count(FULL), "prisms, no signs");
    let (framed, _) = draw("framed", &["--frame"])?;
    assert!(framed.differs(&usual) > 20_000, "a frame for the HUD");
    let strip = framed.count(SHEET);
    assert!(strip > 10_000, "{strip} pixels of the strip");
    Ok(())
}
