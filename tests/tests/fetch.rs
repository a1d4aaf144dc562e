//! Open data come from servers that cut, trickle, lie and send around in circles; what arrives is
//! whole, and becomes a pack.

mod faults;

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Output;

use rstest::rstest;
use serde_json::{Value, json};
use tempfile::TempDir;
use tests::HarnessResult;
use tests::client::get_json;
use tests::files::{Asked, End, FileServer, Reply, ServedFile};
use tests::needs::shared;
use tests::server::{TwinServer, output_of, twin};

const EXTRACT: &str = "roads/monaco-planetiler.osm.pbf";
const OUTLINES: &str = "contours/communes72.geojson";
const GEOJSON: &str = "application/geo+json";

/// A square of a commune, and as many blanks as it takes for `bytes` bytes.
fn outlines(name: &str, bytes: usize) -> Vec<u8> {
    let feature = json!({
        "type": "Feature",
        "properties": { "code": "25388", "nom": name },
        "geometry": {
            "type": "Polygon",
            "coordinates": [[[6.7, 47.5], [6.8, 47.5], [6.8, 47.6], [6.7, 47.6], [6.7, 47.5]]],
        },
    });
    let collection = json!({ "type": "FeatureCollection", "features": [feature] });
    let mut text = collection.to_string();
    text.push_str(&" ".repeat(bytes.saturating_sub(text.len())));
    text.into_bytes()
}

/// One source of a list; lines in `more` are added to it.
struct Listed<'a> {
    name: &'a str,
    role: &'a str,
    url: String,
    file: &'a str,
    format: &'a str,
    more: &'a str,
}

impl<'a> Listed<'a> {
    fn communes(name: &'a str, url: String, more: &'a str) -> Self {
        Self {
            name,
            role: "communes",
            url,
            file: name,
            format: "geojson",
            more,
        }
    }
}

/// A folder for a list of sources, a cache and a pack.
struct Home(TempDir);

impl Home {
    fn new(list: &[Listed<'_>]) -> Self {
        let home = Self(tempfile::tempdir().unwrap());
        home.list(list);
        home
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn list(&self, list: &[Listed<'_>]) {
        let mut text = "version = 1\n[pack]\nname = \"essai\"\ntitle = \"Essai\"\n".to_owned();
        for source in list {
            let Listed {
                name,
                role,
                url,
                file,
                format,
                more,
            } = source;
            writeln!(
                text,
                "[[sources]]\nname = \"{name}\"\nrole = \"{role}\"\ntitle = \"Contours d’essai\"\n\
                 publisher = \"Mairie\"\nlicence = \"Licence Ouverte 2.0\"\nurl = \"{url}\"\n\
                 confidence = \"high\"\nfile = \"{file}\"\nformat = \"{format}\"\nabout_mib = 0.1\n\
                 max_mib = 1\nrefresh = \"never\"\n{more}"
            )
            .unwrap();
        }
        std::fs::write(self.path("sources.toml"), text).unwrap();
    }

    /// Runs `twin pack fetch` on the list, without any proxy of this machine.
    fn fetch(&self, arguments: &[&str]) -> HarnessResult<Output> {
        let mut command = twin(&[
            "pack",
            "fetch",
            "--json",
            "--attempts",
            "3",
            "--timeout",
            "1",
        ])?;
        for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
            command.env_remove(name);
        }
        command
            .arg("--sources")
            .arg(self.path("sources.toml"))
            .arg("--cache")
            .arg(self.path("cache"))
            .args(arguments);
        output_of(command)
    }

    fn fetched(&self, arguments: &[&str]) -> HarnessResult<Value> {
        let output = self.fetch(arguments)?;
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{stderr}");
        Ok(serde_json::from_slice(&output.stdout).unwrap())
    }

    fn cached(&self, name: &str) -> Option<Vec<u8>> {
        std::fs::read(self.path("cache").join(name)).ok()
    }
}

/// What `source` came to: how it came, or the code of its warning.
fn fate(outcome: &Value, source: &str) -> String {
    let find = |list: &str, key: &str| {
        let rows = outcome[list].as_array();
        let row = rows.and_then(|rows| rows.iter().find(|row| row[key] == source));
        row.cloned()
    };
    if let Some(download) = find("downloads", "name") {
        return download["came"].as_str().unwrap().to_owned();
    }
    find("warnings", "where").unwrap()["code"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// A source that always comes, so that there is something to go on with.
fn good(server: &FileServer) -> Listed<'static> {
    Listed::communes("good", server.url("/good"), "")
}

/// Serves what `faulty` makes of a request for `/x`, and a good file anywhere else.
fn server(faulty: fn(&Asked, &ServedFile<'_>) -> Reply) -> HarnessResult<FileServer> {
    FileServer::start(move |asked| {
        let bytes = outlines("Montbéliard", 4000);
        let file = ServedFile {
            bytes: &bytes,
            content_type: GEOJSON,
            etag: "\"1\"",
        };
        if asked.path == "/x" {
            faulty(asked, &file)
        } else {
            file.reply(asked)
        }
    })
}

#[rstest]
#[case::cut(faults::cut_once, "resumed", 2)]
#[case::broken_once(faults::broken_once, "sent", 2)]
#[case::renewed(faults::renewed_between_two_parts, "sent", 2)]
#[case::renewed_and_careless(faults::renewed_and_careless, "sent", 3)]
#[case::another_part(faults::another_part_than_asked_for, "sent", 3)]
#[case::without_versions(faults::without_versions, "sent", 2)]
fn what_fails_for_a_moment_comes_in_the_end(
    #[case] faulty: fn(&Asked, &ServedFile<'_>) -> Reply,
    #[case] came: &str,
    #[case] requests: usize,
) -> HarnessResult<()> {
    let server = server(faulty)?;
    let home = Home::new(&[Listed::communes("x", server.url("/x"), "")]);
    let outcome = home.fetched(&["--only-download"])?;
    assert_eq!(fate(&outcome, "x"), came, "{outcome}");
    assert_eq!(outcome["warnings"], json!([]));
    assert_eq!(home.cached("x").unwrap(), outlines("Montbéliard", 4000));
    assert_eq!(home.cached("x.part"), None);
    assert_eq!(server.asked().len(), requests, "{:?}", server.asked());
    Ok(())
}

const ZEROS: &str = "sha256 = \"0000000000000000000000000000000000000000000000000000000000000000\"";
const TYPED: &str = "content_types = [\"application/geo+json\"]";

#[rstest]
#[case::silent(faults::silent, "", "unreachable")]
#[case::trickling(faults::trickling, "", "too-slow")]
#[case::never_whole(faults::never_whole, "", "cut")]
#[case::told_too_long(faults::told_too_long, "", "cut")]
#[case::told_too_short(faults::told_too_short, ZEROS, "wrong-checksum")]
#[case::another_checksum(faults::sound, ZEROS, "wrong-checksum")]
#[case::a_page(faults::a_page, TYPED, "wrong-type")]
#[case::a_page_in_disguise(faults::a_page_in_disguise, TYPED, "wrong-format")]
#[case::in_a_circle(faults::in_a_circle, "", "too-many-redirections")]
#[case::out_of_the_web(faults::out_of_the_web, "", "no-redirection")]
#[case::too_large(faults::larger_than_it_may_be, "", "too-large")]
#[case::too_large_in_secret(faults::larger_than_it_may_be_and_silent_about_it, "", "too-large")]
#[case::gone(faults::gone, "", "bad-status")]
#[case::always_broken(faults::always_broken, "", "bad-status")]
fn what_does_not_come_is_told_and_the_others_go_on(
    #[case] faulty: fn(&Asked, &ServedFile<'_>) -> Reply,
    #[case] more: &str,
    #[case] code: &str,
) -> HarnessResult<()> {
    let server = server(faulty)?;
    let source = Listed::communes("x", server.url("/x"), more);
    let home = Home::new(&[source, good(&server)]);
    let outcome = home.fetched(&["--only-download"])?;
    assert_eq!(fate(&outcome, "x"), code, "{outcome}");
    assert_eq!(fate(&outcome, "good"), "sent");
    assert_eq!(home.cached("x"), None, "nothing half-written");
    Ok(())
}

#[test]
fn without_what_is_required_there_is_no_pack() -> HarnessResult<()> {
    let server = server(faults::gone)?;
    let required = Listed::communes("x", server.url("/x"), "required = true");
    let home = Home::new(&[required, good(&server)]);
    let pack = home.path("pack");
    let output = home.fetch(&["--out", pack.to_str().unwrap()])?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    let told = format!("status 404, expected 200: {}", server.url("/x"));
    assert!(stderr.contains(&told), "{stderr}");
    assert!(!pack.exists());
    Ok(())
}

#[test]
fn a_download_that_was_cut_goes_on_in_the_next_run() -> HarnessResult<()> {
    let server = server(|asked, file| match asked.before {
        0..=2 => file.reply(asked).ending(End::Cut(500)),
        _ => file.reply(asked),
    })?;
    let home = Home::new(&[Listed::communes("x", server.url("/x"), ""), good(&server)]);
    let outcome = home.fetched(&["--only-download"])?;
    assert_eq!(fate(&outcome, "x"), "cut", "{outcome}");
    let outcome = home.fetched(&["--only-download"])?;
    assert_eq!(outcome["downloads"][0]["resumed_from"], 1500, "{outcome}");
    assert_eq!(fate(&outcome, "good"), "kept");
    assert_eq!(home.cached("x").unwrap(), outlines("Montbéliard", 4000));
    let last = server.asked().into_iter().rfind(|asked| asked.path == "/x");
    let headers = last.unwrap().headers;
    assert_eq!(headers["range"], "bytes=1500-");
    assert_eq!(headers["if-range"], "\"1\"");
    Ok(())
}

#[test]
fn what_was_here_before_serves_while_its_publisher_does_not_answer() -> HarnessResult<()> {
    let server = server(|asked, file| match asked.before {
        0 => file.reply(asked),
        _ => Reply::status(503),
    })?;
    let home = Home::new(&[Listed::communes("x", server.url("/x"), "required = true")]);
    home.fetched(&["--only-download"])?;
    let outcome = home.fetched(&["--only-download"])?;
    assert_eq!(fate(&outcome, "x"), "kept");
    assert_eq!(outcome["warnings"][0]["code"], "not-refreshed", "{outcome}");
    Ok(())
}

#[test]
fn a_role_that_no_import_has_is_told_and_comes_only_when_it_is_asked_for() -> HarnessResult<()> {
    let server = server(faults::gone)?;
    let unknown = || Listed {
        role: "satellites",
        ..Listed::communes("sat", server.url("/sat"), "")
    };
    let home = Home::new(&[unknown(), good(&server)]);
    let pack = home.path("pack");
    let pack = pack.to_str().unwrap();
    let outcome = home.fetched(&["--out", pack])?;
    assert_eq!(fate(&outcome, "sat"), "not-imported", "{outcome}");
    assert_eq!(home.cached("sat"), None);
    let outcome = home.fetched(&["sat", "good", "--out", pack])?;
    assert_eq!(fate(&outcome, "sat"), "sent", "{outcome}");
    Ok(())
}

#[test]
fn an_optional_file_that_no_import_can_read_is_left_out_and_told() -> HarnessResult<()> {
    let server = FileServer::start(|asked| {
        let good = outlines("Montbéliard", 0);
        // It begins like an extract, and goes on like nothing.
        let broken = b"\0\0\0\x0d\n\x09OSMHeader\xff\xff\xff\xff\xff\xff\xff\xff";
        let file = ServedFile {
            bytes: if asked.path == "/osm" { broken } else { &good },
            content_type: GEOJSON,
            etag: "\"1\"",
        };
        file.reply(asked)
    })?;
    let osm = Listed {
        role: "osm",
        format: "osm-pbf",
        ..Listed::communes("osm", server.url("/osm"), "")
    };
    let home = Home::new(&[osm, good(&server)]);
    let pack = home.path("pack");
    let outcome = home.fetched(&["--out", pack.to_str().unwrap()])?;
    assert_eq!(count(&outcome, "communes"), 1, "{outcome}");
    let warning = &outcome["warnings"][0];
    assert_eq!(
        (&warning["code"], &warning["where"]),
        (&json!("not-usable"), &json!("osm"))
    );
    Ok(())
}

#[test]
fn an_unknown_name_is_refused_before_anybody_is_asked() -> HarnessResult<()> {
    let server = server(faults::gone)?;
    let home = Home::new(&[good(&server)]);
    let output = home.fetch(&["goods", "--only-download"])?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        stderr.contains("no source 'goods', expected one of good"),
        "{stderr}"
    );
    assert_eq!(server.asked(), []);
    Ok(())
}

/// Serves the shared extract of Monaco, which it cuts once, and the outline of its western half.
fn monaco() -> HarnessResult<Option<FileServer>> {
    let Some(extract) = shared(EXTRACT)? else {
        return Ok(None);
    };
    let extract = std::fs::read(extract).unwrap();
    let half = json!({
        "type": "FeatureCollection",
        "features": [{
            "type": "Feature",
            "properties": { "code": "99138", "nom": "Monaco, moitié ouest" },
            "geometry": {
                "type": "Polygon",
                "coordinates": [[
                    [7.40, 43.72], [7.42, 43.72], [7.42, 43.76], [7.40, 43.76], [7.40, 43.72],
                ]],
            },
        }],
    });
    let half = half.to_string().into_bytes();
    let server = FileServer::start(move |asked| {
        let (bytes, content_type) = match asked.path.as_str() {
            "/latest.osm.pbf" => return Reply::redirect("/2021/monaco.osm.pbf"),
            "/2021/monaco.osm.pbf" => (&extract, "application/octet-stream"),
            _ => (&half, GEOJSON),
        };
        let file = ServedFile {
            bytes,
            content_type,
            etag: "\"v1\"",
        };
        match (asked.path.as_str(), asked.before) {
            ("/2021/monaco.osm.pbf", 0) => file.whole().ending(End::Cut(200_000)),
            _ => file.reply(asked),
        }
    });
    server.map(Some)
}

fn count(outcome: &Value, name: &str) -> u64 {
    let layers = outcome["layers"].as_array().unwrap();
    let layer = layers.iter().find(|layer| layer["name"] == name);
    layer.map_or(0, |layer| layer["count"].as_u64().unwrap())
}

#[test]
fn a_real_extract_becomes_a_pack_of_the_communes_that_says_whose_it_is() -> HarnessResult<()> {
    let Some(server) = monaco()? else {
        return Ok(());
    };
    let osm = Listed {
        name: "osm",
        role: "osm",
        url: server.url("/latest.osm.pbf"),
        file: "monaco.osm.pbf",
        format: "osm-pbf",
        more: "required = true",
    };
    let home = Home::new(&[Listed::communes("communes", server.url("/c"), ""), osm]);
    let pack = home.path("pack");
    let arguments = ["--virtual-sensors", "--out", pack.to_str().unwrap()];
    let outcome = home.fetched(&arguments)?;
    assert_eq!(fate(&outcome, "osm"), "resumed", "{}", outcome["downloads"]);
    assert_eq!(count(&outcome, "communes"), 1);
    assert!(count(&outcome, "roads") > 300, "{outcome}");
    assert!(outcome["seconds"].as_f64().unwrap() > 0.0);

    let inspect = twin(&["pack", "inspect", "--json", pack.to_str().unwrap()])?;
    let inspection: Value = serde_json::from_slice(&output_of(inspect)?.stdout).unwrap();
    assert_eq!(inspection["name"], "essai");
    let layers = inspection["layers"].as_array().unwrap();
    let communes = layers
        .iter()
        .find(|layer| layer["name"] == "communes")
        .unwrap();
    assert_eq!(communes["source"], "Contours d’essai, Mairie");
    assert_eq!(communes["licence"], "Licence Ouverte 2.0");
    assert_eq!(communes["vintage"], "2026-11-20");

    let validate = twin(&["pack", "validate", "--json", pack.to_str().unwrap()])?;
    let findings: Value = serde_json::from_slice(&output_of(validate)?.stdout).unwrap();
    assert_eq!(findings["errors"], 0, "{findings}");
    let counts = findings["counts"].as_array().unwrap();
    assert!(
        counts.iter().all(|row| row["code"] != "outside-outlines"),
        "{findings}"
    );

    let again = home.fetched(&arguments)?;
    assert_eq!(fate(&again, "osm"), "kept", "{}", again["downloads"]);
    assert_eq!(again["layers"], outcome["layers"]);

    let mut whole = twin(&["pack", "import", "--json", "--dry-run", "--osm"])?;
    whole.arg(home.path("cache/monaco.osm.pbf"));
    let whole: Value = serde_json::from_slice(&output_of(whole)?.stdout).unwrap();
    assert!(
        count(&outcome, "containers") < count(&whole, "containers"),
        "{whole}"
    );
    Ok(())
}

#[test]
fn real_outlines_become_a_pack_that_can_be_served() -> HarnessResult<()> {
    let Some(outlines) = shared(OUTLINES)? else {
        return Ok(());
    };
    let outlines = std::fs::read(outlines).unwrap();
    let server = FileServer::start(move |asked| {
        let file = ServedFile {
            bytes: &outlines,
            content_type: GEOJSON,
            etag: "\"v1\"",
        };
        file.reply(asked)
    })?;
    let home = Home::new(&[Listed::communes("communes", server.url("/c"), "")]);
    let pack = home.path("pack");
    let outcome = home.fetched(&["--out", pack.to_str().unwrap()])?;
    assert_eq!(count(&outcome, "communes"), 72);
    let mut command = twin(&["serve", "--listen", "127.0.0.1:0"])?;
    command.env("TWIN_LOG", "error").arg("--pack").arg(pack);
    command.arg("--data").arg(home.path("data"));
    let server = TwinServer::start(command)?;
    let ready = get_json(&format!("{}/readyz", server.base_url()))?;
    assert_eq!(ready["pack"]["synthetic"], false, "{ready}");
    Ok(())
}

#[test]
fn the_list_that_comes_with_twin_names_publisher_and_licence_of_each_source() -> HarnessResult<()> {
    let output = output_of(twin(&["pack", "fetch", "--list"])?)?;
    let text = String::from_utf8(output.stdout).unwrap();
    for expected in [
        "OpenStreetMap",
        "ODbL",
        "200065647",
        "N47E006",
        "Arcep",
        "BASILIC",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
    Ok(())
}
