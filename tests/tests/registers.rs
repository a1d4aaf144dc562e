//! An agglomeration takes in the open registers: its addresses, its pharmacies, its premises.

use std::path::PathBuf;

use serde_json::Value;
use tempfile::TempDir;
use tests::HarnessResult;
use tests::server::{output_of, twin};

/// The commune of Montbéliard, as a square.
const COMMUNES: &str = r#"{"type":"FeatureCollection","features":[{"type":"Feature",
    "properties":{"code":"25388","nom":"Montbéliard"},"geometry":{"type":"Polygon","coordinates":
    [[[6.7,47.4],[6.9,47.4],[6.9,47.6],[6.7,47.6],[6.7,47.4]]]}}]}"#;
const ADDRESSES: &str = "\
id;numero;rep;nom_voie;code_insee;lon;lat;type_position
25388_0040_00012;12;;Rue de l'Étuve;25388;6.7979;47.5103;entrée
25056_0010_00001;1;;Grande Rue;25056;6.0240;47.2380;entrée
";
/// A pharmacy without coordinates: it is found by its address.
const FINESS: &str = "\
finess;etalab;1;2026-05-12
structureet;250001234;;PHARMACIE;;;;12;R;DE L ETUVE;;;388;25;DOUBS;;;;620;;;;;;;;;;;;;
";
const PREMISES: &str = "\
x,y,imb_id,imb_etat,pm_ref,pm_etat,code_insee
6.7979,47.5103,IMB1,deploye,FI-25388-0001,deploye,25388
6.7989,47.5113,IMB2,cible,FI-25388-0001,deploye,25388
";

/// A folder with files.
struct Home(TempDir);

impl Home {
    fn add(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn import(&self, registers: &[(&str, PathBuf)]) -> HarnessResult<std::process::Output> {
        let mut command = twin(&["pack", "import", "--json", "--communes"])?;
        command.arg(self.add("communes.geojson", COMMUNES));
        command.arg("--out").arg(self.0.path().join("pack"));
        for (flag, path) in registers {
            command.arg(flag).arg(path);
        }
        output_of(command)
    }
}

#[test]
fn registers_alone_make_a_pack_that_says_where_it_comes_from() -> HarnessResult<()> {
    let home = Home(tempfile::tempdir().unwrap());
    let output = home.import(&[
        ("--addresses", home.add("adresses-25.csv", ADDRESSES)),
        ("--finess", home.add("etalab-cs1100502.csv", FINESS)),
        ("--premises", home.add("immeubles_2026_T2.csv", PREMISES)),
    ])?;
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let outcome: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(outcome["warnings"], serde_json::json!([]));
    let count = |name: &str| {
        let layers = outcome["layers"].as_array().unwrap();
        let layer = layers.iter().find(|layer| layer["name"] == name);
        layer
            .map(|layer| layer["count"].clone())
            .unwrap_or_default()
    };
    for (layer, expected) in [
        ("addresses", 1),
        ("health_facilities", 1),
        ("premises", 2),
        ("fibre_nodes", 1),
    ] {
        assert_eq!(count(layer), expected, "{layer} of {outcome}");
    }
    let told = outcome["assumptions"].to_string();
    assert!(
        told.contains("1 addresses lie outside of the communes: left out"),
        "{told}"
    );

    let manifest = std::fs::read_to_string(home.0.path().join("pack/pack.toml")).unwrap();
    for line in [
        "source = \"Base Adresse Nationale\"",
        "licence = \"Licence Ouverte 2.0\"",
        "vintage = \"2026 T2\"",
    ] {
        assert!(manifest.contains(line), "{line} in {manifest}");
    }
    Ok(())
}

#[test]
fn a_register_in_the_wrong_place_is_refused_with_its_columns() -> HarnessResult<()> {
    let home = Home(tempfile::tempdir().unwrap());
    let output = home.import(&[("--sports", home.add("adresses-25.csv", ADDRESSES))])?;
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(
        told.contains("'equip_numero'") && told.contains("'nom_voie'"),
        "{told}"
    );
    assert!(!home.0.path().join("pack").exists());
    Ok(())
}
