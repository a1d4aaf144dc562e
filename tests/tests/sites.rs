//! An agglomeration loads its own containers: a mapping is proposed, the table imported and served,
//! and imported again after a year of changes, without losing what was measured.

use std::path::PathBuf;

use serde_json::Value;
use tempfile::TempDir;
use tests::HarnessResult;
use tests::client::{all_features, get_json};
use tests::server::{TwinServer, output_of, twin};

use crate::small::{TOKEN, ask, event_of, now};

/// Three containers on two sites, in the words and with the signs of a French export.
const TABLE: &str = "\
N° PAV;N° conteneur;Adresse;Flux;Capacité (m3);X_L93;Y_L93;DevEUI
12;12-A;Rue de l'Étuve;Verre;3,2;985 752,54;6 719 088,23;24e124126a148401
12;12-B;Rue de l'Étuve;Emballages;4;985 752,54;6 719 088,23;24e124126a148402
13;13-A;Grande Rue;Papier;4;985900,5;6719500,25;24e124126a148403
";

/// A folder with the table, the pack and the data directory.
struct Home(TempDir);

impl Home {
    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Runs `twin pack import` on the table; what it prints.
    fn import(&self, table: &str, arguments: &[&str]) -> HarnessResult<String> {
        std::fs::write(self.path("pav.csv"), table).unwrap();
        let mut command = twin(&["pack", "import", "--sites"])?;
        command.arg(self.path("pav.csv")).args(arguments);
        let output = output_of(command)?;
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{stderr}");
        Ok(String::from_utf8(output.stdout).unwrap())
    }

    fn import_pack(&self, table: &str) -> HarnessResult<Value> {
        let (map, pack) = (self.path("map.toml"), self.path("pack"));
        let (map, pack) = (map.to_str().unwrap(), pack.to_str().unwrap());
        let told = self.import(table, &["--map", map, "--out", pack, "--json"])?;
        Ok(serde_json::from_str(&told).unwrap())
    }

    fn serve(&self) -> HarnessResult<TwinServer> {
        let mut command = twin(&["serve", "--listen", "127.0.0.1:0"])?;
        command
            .env("TWIN_LOG", "error")
            .env("TWIN_OPERATOR_TOKEN", TOKEN)
            .arg("--pack")
            .arg(self.path("pack"))
            .arg("--data")
            .arg(self.path("data"));
        TwinServer::start(command)
    }
}

fn keys(base: &str, kind: &str) -> HarnessResult<Vec<String>> {
    let all = all_features(base, &format!("/assets?kind={kind}"))?;
    let mut keys: Vec<String> = all
        .iter()
        .map(|feature| feature["id"].as_str().unwrap().to_owned())
        .collect();
    keys.sort();
    Ok(keys)
}

#[test]
fn what_was_measured_outlives_a_new_import() -> HarnessResult<()> {
    let home = Home(tempfile::tempdir().unwrap());
    let proposed = home.import(TABLE, &["--map-init"])?;
    assert!(proposed.contains("rows = \"container\"") && proposed.contains("EPSG:2154"));
    std::fs::write(home.path("map.toml"), proposed).unwrap();
    let outcome = home.import_pack(TABLE)?;
    assert_eq!(outcome["warnings"], serde_json::json!([]));

    let server = home.serve()?;
    let base = server.base_url().to_owned();
    assert_eq!(
        keys(&base, "container")?,
        ["container/12-A", "container/12-B", "container/13-A"]
    );
    let body = event_of("24e124126a148401".parse().unwrap(), 1, 900, now());
    let url = format!("{base}/ingest/chirpstack?event=up");
    assert_eq!(ask("POST", &url, Some(TOKEN), &body).unwrap().status, 204);
    let before = get_json(&format!("{base}/assets/container/12-A"))?;
    assert!(before["properties"]["fill"].is_number(), "{before}");
    drop(server);

    let newer = TABLE
        .lines()
        .filter(|line| !line.starts_with("13;"))
        .map(|line| line.replace("985 752,54", "985 760,00"))
        .chain(["14;14-A;Place Neuve;Verre;4;985000;6719000;".to_owned()])
        .collect::<Vec<_>>()
        .join("\r\n");
    let outcome = home.import_pack(&newer)?;
    let sites = &outcome["changes"]["sites"];
    assert_eq!(
        [
            &sites["added"],
            &sites["moved"],
            &sites["removed"],
            &sites["kept"]
        ],
        [1, 1, 1, 0]
    );

    let server = home.serve()?;
    let base = server.base_url();
    assert_eq!(keys(base, "site")?, ["site/12", "site/14"]);
    assert_eq!(keys(base, "sensor")?.len(), 2);
    let after = get_json(&format!("{base}/assets/container/12-A"))?;
    for field in ["fill", "observed_at"] {
        assert_eq!(
            after["properties"][field], before["properties"][field],
            "{field}"
        );
    }
    assert_ne!(after["geometry"], before["geometry"], "it was moved");
    Ok(())
}

#[test]
fn a_dry_run_writes_nothing() -> HarnessResult<()> {
    let home = Home(tempfile::tempdir().unwrap());
    let told = home.import(TABLE, &["--dry-run"])?;
    assert!(told.starts_with("nothing written: dry run"), "{told}");
    let left: Vec<_> = std::fs::read_dir(home.0.path()).unwrap().collect();
    assert_eq!(left.len(), 1, "only the table");
    Ok(())
}
