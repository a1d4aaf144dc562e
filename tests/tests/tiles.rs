//! The ground comes out as tiles that other people's readers understand, and nothing of it is lost
//! between two of them.

use std::process::Command;

use rstest::rstest;
use serde_json::{Value, json};
use tempfile::TempDir;
use tests::HarnessResult;
use tests::house::root;
use tests::needs::{python_with, shared};
use tests::server::{TwinServer, output_of, twin};

const MONACO: &str = "roads/monaco-planetiler.osm.pbf";
/// West, south, east, north: all that the extract has.
const AROUND_MONACO: [&str; 4] = ["7.3", "43.6", "7.55", "43.85"];

/// A server of the embedded territory, or of a pack.
fn serve(pack: Option<&std::path::Path>) -> HarnessResult<(TwinServer, TempDir)> {
    let data = tempfile::tempdir().unwrap();
    let mut command = twin(&["serve", "--listen", "127.0.0.1:0", "--data"])?;
    command.arg(data.path());
    if let Some(pack) = pack {
        command.arg("--pack").arg(pack);
    }
    Ok((TwinServer::start(command)?, data))
}

fn status_of(url: &str, known: Option<&str>) -> (u16, Option<String>) {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .into();
    let mut request = agent.get(url);
    if let Some(tag) = known {
        request = request.header("If-None-Match", tag);
    }
    let response = request.call().unwrap();
    let tag = response.headers().get("etag");
    let tag = tag.map(|tag| tag.to_str().unwrap().to_owned());
    (response.status().as_u16(), tag)
}

#[test]
fn the_tiles_of_a_country_hold_each_object_once_and_none_is_lost() -> HarnessResult<()> {
    let (Some(extract), Some(python)) = (shared(MONACO)?, python_with("mapbox_vector_tile")?)
    else {
        return Ok(());
    };
    let home = tempfile::tempdir().unwrap();
    let pack = home.path().join("pack");
    let mut import = twin(&["pack", "import", "--json", "--osm"])?;
    import.arg(extract).arg("--out").arg(&pack);
    let outcome: Value = serde_json::from_slice(&output_of(import)?.stdout).unwrap();
    let (server, _data) = serve(Some(&pack))?;

    let mut read = Command::new(python);
    read.arg(root().join("tests/python/tiles_count.py"))
        .arg(server.base_url())
        .args(AROUND_MONACO)
        .arg("15");
    let output = output_of(read)?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    let told: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{stderr}"));
    for layer in ["roads", "water", "buildings", "land_cover"] {
        let rows = outcome["layers"].as_array().unwrap();
        let count = rows.iter().find(|row| row["name"] == layer);
        let count = count.map_or(&Value::Null, |row| &row["count"]);
        let drawn = &told["layers"][layer];
        assert_eq!(&drawn["count"], count, "{layer}");
        if !count.is_null() {
            assert_eq!(drawn["versions"], json!([2]), "{layer}");
            assert_eq!(drawn["extents"], json!([4096]), "{layer}");
        }
    }
    Ok(())
}

#[test]
fn a_tile_that_is_known_is_not_sent_again() -> HarnessResult<()> {
    let (server, _data) = serve(None)?;
    let url = format!("{}/tiles/WebMercatorQuad/10/358/531", server.base_url());
    let (status, tag) = status_of(&url, None);
    assert_eq!(status, 200);
    assert_eq!(status_of(&url, tag.as_deref()).0, 304);
    assert_eq!(status_of(&url, Some("W/\"another\"")).0, 200);
    Ok(())
}

#[rstest]
#[case::far_from_the_territory("WebMercatorQuad/10/0/0", 204)]
#[case::terrain_far_from_it("terrain/10/0/0", 204)]
#[case::beyond_the_world("WebMercatorQuad/3/8/0", 404)]
#[case::too_close("terrain/23/0/0", 404)]
#[case::no_number("WebMercatorQuad/ten/0/0", 400)]
#[case::unknown_matrix_set("WorldCRS84Quad/0/0/0", 404)]
fn what_is_not_there_is_said_so(#[case] path: &str, #[case] status: u16) -> HarnessResult<()> {
    let (server, _data) = serve(None)?;
    let url = format!("{}/tiles/{path}", server.base_url());
    assert_eq!(status_of(&url, None).0, status);
    Ok(())
}
