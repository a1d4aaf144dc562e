//! An agglomeration's own tables through the public door.

#![expect(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use gis_data::import::sites::{self, Mapping, RowKind, Sites, Tables, VolumeUnit};
use gis_data::import::{Report, WarningCode, communes};
use tempfile::TempDir;
use twin_core::{Commune, ContainerType, SiteType, Stream};

/// Files that live as long as the test.
struct Files(TempDir);

impl Files {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn add(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

/// Reads a table through the mapping that it suggests itself.
fn guessed(path: &Path, territory: &[Commune]) -> (Sites, Report) {
    let proposal = sites::propose(path).unwrap();
    let text = proposal.to_toml();
    let mapping = Mapping::parse(&text, Path::new("proposed")).expect("works unedited");
    let mut report = Report::default();
    let tables = Tables {
        sites: path,
        containers: None,
    };
    let sites = sites::read(tables, &mapping, territory, &mut report).unwrap();
    (sites, report)
}

fn told(report: &Report) -> Vec<String> {
    let line = |w: &gis_data::import::Warning| format!("{} {}: {}", w.code, w.object, w.message);
    report.warnings().map(line).collect()
}

const CONTAINERS: &str = "\
N° PAV;N° conteneur;Adresse;Flux;Volume (m3);X_L93;Y_L93
12;12-A;Rue de l'Étuve;Verre;3,2;985 752,54;6 719 088,23
12;12-B;Rue de l'Étuve;Emballages;4;985 752,54;6 719 088,23
13;13-A;Grande Rue;Papier;4;985900,5;6719500,25
";

#[test]
fn a_table_of_containers_is_read_without_a_word() {
    let files = Files::new();
    let path = files.add("pav.csv", CONTAINERS);
    let proposal = sites::propose(&path).unwrap();
    assert_eq!(proposal.doubts, Vec::<String>::new());
    assert_eq!(proposal.mapping.rows, RowKind::Container);
    assert_eq!(proposal.mapping.crs.as_deref(), Some("EPSG:2154"));
    assert_eq!(proposal.mapping.volume_unit, VolumeUnit::CubicMetres);

    let (found, report) = guessed(&path, &[]);
    assert!(report.is_empty(), "{:?}", told(&report));
    let keys: Vec<_> = found.sites.iter().map(|site| &*site.key).collect();
    assert_eq!(keys, ["12", "13"]);
    assert_eq!(
        found.sites[0].detail.street.as_deref(),
        Some("Rue de l'Étuve")
    );
    // The figures of PROJ for this point.
    approx::assert_abs_diff_eq!(found.sites[0].place.lon(), 6.7979, epsilon = 1e-7);
    approx::assert_abs_diff_eq!(found.sites[0].place.lat(), 47.5103, epsilon = 1e-7);
    let container = &found.containers[0];
    assert_eq!(&*container.key, "12-A");
    assert_eq!(container.detail.stream, Stream::Glass);
    assert_eq!(container.detail.volume.unwrap().get(), 3200.0);
    assert_eq!(container.place, found.sites[0].place);
}

#[test]
fn a_table_of_sites_with_a_column_for_each_stream_is_counted() {
    let files = Files::new();
    let text = "id,nom,longitude,latitude,nb_verre,nb_papier,type\n\
                a1,Mairie,6.80,47.51,2,1,PAV\na2,Stade,6.81,47.50,1,,Point de regroupement\n";
    let (found, report) = guessed(&files.add("sites.csv", text), &[]);
    assert!(report.is_empty(), "{:?}", told(&report));
    let keys: Vec<_> = found.containers.iter().map(|it| &*it.key).collect();
    assert_eq!(
        keys,
        ["a1-paper-1", "a1-glass-1", "a1-glass-2", "a2-glass-1"]
    );
    assert_eq!(found.sites[0].detail.site_type, SiteType::RecyclingPoint);
    assert_eq!(found.sites[1].detail.site_type, SiteType::RegroupingPoint);
}

#[test]
fn a_list_of_streams_makes_a_container_of_each() {
    let files = Files::new();
    let text = "ref;geo_point_2d;flux\nP1;47.51, 6.80;Verre / Papier + Emballages\n";
    let (found, report) = guessed(&files.add("pav.csv", text), &[]);
    assert!(report.is_empty(), "{:?}", told(&report));
    let streams: Vec<_> = found.containers.iter().map(|it| it.detail.stream).collect();
    assert_eq!(streams, [Stream::Glass, Stream::Paper, Stream::Packaging]);
    assert_eq!(
        (found.sites[0].place.lon(), found.sites[0].place.lat()),
        (6.80, 47.51)
    );
}

#[test]
fn a_column_whose_values_are_streams_is_one_whatever_its_name() {
    let files = Files::new();
    let text = "id;lon;lat;type\n1;6.8;47.5;Colonne à verre\n2;6.8;47.51;Papier\n";
    let (found, report) = guessed(&files.add("t.csv", text), &[]);
    assert!(report.is_empty(), "{:?}", told(&report));
    let streams: Vec<_> = found.containers.iter().map(|it| it.detail.stream).collect();
    assert_eq!(streams, [Stream::Glass, Stream::Paper]);
}

/// Tables that GDAL wrote: with its columns, its types and its reference systems.
#[rstest::rstest]
#[case::flatgeobuf("FlatGeobuf", "pav.fgb", "EPSG:4326")]
#[case::flatgeobuf_in_lambert_93("FlatGeobuf", "pav.fgb", "EPSG:2154")]
#[case::geopackage("GPKG", "pav.gpkg", "EPSG:4326")]
#[case::geopackage_in_lambert_93("GPKG", "pav.gpkg", "EPSG:2154")]
#[case::geojson("GeoJSON", "pav.geojson", "EPSG:4326")]
#[cfg(feature = "stores")]
fn what_gdal_wrote_comes_in(#[case] driver: &str, #[case] name: &str, #[case] crs: &str) {
    if std::process::Command::new("ogr2ogr")
        .arg("--version")
        .output()
        .is_err()
    {
        assert!(
            std::env::var_os("TWIN_REQUIRE_TOOLS").is_none(),
            "ogr2ogr is missing"
        );
        eprintln!("SKIPPED: ogr2ogr is missing");
        return;
    }
    let files = Files::new();
    let text =
        "id_site,flux,volume,lon,lat\n7,verre,3000,6.7979,47.5103\n8,papier,4000,6.81,47.5\n";
    let table = files.add("in.csv", text);
    let written = files.0.path().join(name);
    let status = std::process::Command::new("ogr2ogr")
        .args(["-f", driver, "-s_srs", "EPSG:4326", "-t_srs", crs])
        .args(["-oo", "X_POSSIBLE_NAMES=lon", "-oo", "Y_POSSIBLE_NAMES=lat"])
        .args(["-oo", "KEEP_GEOM_COLUMNS=NO", "-oo", "AUTODETECT_TYPE=YES"])
        .args([&written, &table])
        .status();
    assert!(status.unwrap().success());
    let (found, report) = guessed(&written, &[]);
    assert!(report.is_empty(), "{:?}", told(&report));
    let mut keys: Vec<_> = found.sites.iter().map(|site| &*site.key).collect();
    keys.sort_unstable();
    assert_eq!(keys, ["7", "8"]);
    let site = found.sites.iter().find(|site| &*site.key == "7").unwrap();
    approx::assert_abs_diff_eq!(site.place.lon(), 6.7979, epsilon = 1e-7);
    approx::assert_abs_diff_eq!(site.place.lat(), 47.5103, epsilon = 1e-7);
    let glass = found
        .containers
        .iter()
        .find(|it| it.detail.stream == Stream::Glass)
        .unwrap();
    assert_eq!(glass.detail.volume.unwrap().get(), 3000.0);
}

#[test]
fn two_tables_are_joined_by_the_number_of_the_site() {
    let files = Files::new();
    let lieu = files.add(
        "lieu.csv",
        "idlieu;adresse;cttype;x_l93;y_l93\nL1;Rue A;PAV;985752.54;6719088.23\n",
    );
    let conteneur = files.add(
        "conteneur.csv",
        "idcont;idlieu;model\nC1;L1;Colonne verre enterrée\nC2;L1;Colonne papier aérienne\nC3;L9;Colonne verre\n",
    );
    let mapping = Mapping::shipped("lieu-conteneur").unwrap();
    let tables = Tables {
        sites: &lieu,
        containers: Some(&conteneur),
    };
    let mut report = Report::default();
    let found = sites::read(tables, &mapping, &[], &mut report).unwrap();
    assert_eq!((found.sites.len(), found.containers.len()), (1, 2));
    assert_eq!(
        found.containers[0].detail.container_type,
        ContainerType::Underground
    );
    assert_eq!(found.containers[1].detail.stream, Stream::Paper);
    assert_eq!(
        told(&report),
        ["no-place line 4: has no coordinates that are two numbers"]
    );
}

#[test]
fn what_cannot_be_used_is_told_with_its_line_and_the_rest_goes_on() {
    let files = Files::new();
    let text = "id_site;id_conteneur;lon;lat;flux;volume;dev_eui\n\
        1;1a;6.80;47.51;verre;3000;24E124126A148401\n\
        1;1a;6.80;47.51;verre;3000;\n\
        1;1b;6.80;47.51;uranium;beaucoup;xyz\n\
        2;2a;47.51;6.80;papier;3000;24-E1-24-12-6A-14-84-01\n\
        3;3a;ici;là;papier;3000;\n\
        4;4a;600;47;papier;3000;\n\
        1;1c;6.90;47.51;papier;3000;\n";
    let (found, report) = guessed(&files.add("pav.csv", text), &[]);
    assert_eq!(
        (
            found.sites.len(),
            found.containers.len(),
            found.sensors.len()
        ),
        (2, 4, 1)
    );
    assert_eq!(found.containers[1].detail.volume, None);
    let counts: BTreeMap<_, _> = report.counts().map(|(code, n)| (code.name(), n)).collect();
    let expected = BTreeMap::from([
        ("approximate-place", 1),
        ("duplicate-object", 2),
        ("no-place", 1),
        ("place-off-globe", 1),
        ("swapped-axes", 1),
        ("unknown-stream", 1),
        ("unreadable-value", 2),
    ]);
    assert_eq!(counts, expected, "{:#?}", told(&report));
    let unknown = report
        .warnings()
        .find(|w| w.code == WarningCode::UnknownStream)
        .unwrap();
    assert_eq!(&*unknown.object, "line 4");
    assert!(unknown.message.contains("'uranium'"), "{}", unknown.message);
}

#[test]
fn what_stands_outside_of_the_territory_is_left_out_and_told() {
    let files = Files::new();
    let square = r#"{"type":"FeatureCollection","features":[{"type":"Feature",
        "properties":{"code":"25388","nom":"Montbéliard"},"geometry":{"type":"Polygon",
        "coordinates":[[[6.7,47.4],[6.9,47.4],[6.9,47.6],[6.7,47.6],[6.7,47.4]]]}}]}"#;
    let territory =
        communes::read(&files.add("c.geojson", square), &mut Report::default()).unwrap();
    let text = "id,lon,lat,flux\na,6.8,47.5,verre\nb,7.5,47.5,verre\nc,47.5,6.8,verre\n";
    let (found, report) = guessed(&files.add("pav.csv", text), &territory);
    let keys: Vec<_> = found.sites.iter().map(|site| &*site.key).collect();
    assert_eq!(keys, ["a", "c"]);
    assert_eq!(report.count(WarningCode::OutsideTerritory), 1);
    assert_eq!(report.count(WarningCode::SwappedAxes), 1);
}

#[test]
fn a_table_that_comes_again_has_the_same_keys_in_any_order() {
    let files = Files::new();
    let rows = [
        "P1;6.80;47.51;verre",
        "P1;6.80;47.51;papier",
        "P2;6.81;47.5;verre",
    ];
    let table = |order: [usize; 3]| {
        let lines: Vec<_> = order.into_iter().map(|ix| rows[ix]).collect();
        format!("id_pav;lon;lat;flux\n{}\n", lines.join("\n"))
    };
    let keys = |name: &str, order| {
        let (found, _) = guessed(&files.add(name, table(order)), &[]);
        let mut keys: Vec<_> = found.containers.into_iter().map(|it| it.key).collect();
        keys.sort();
        keys
    };
    assert_eq!(keys("a.csv", [0, 1, 2]), keys("b.csv", [2, 1, 0]));
}

proptest::proptest! {
    #[test]
    fn any_table_is_proposed_for_and_read_or_refused(
        header in "[a-z;,\"\t ]{0,40}",
        rows in proptest::collection::vec("\\PC{0,40}", 0..8),
    ) {
        let files = Files::new();
        let path = files.add("t.csv", format!("{header}\n{}", rows.join("\n")));
        if let Ok(proposal) = sites::propose(&path) {
            let mapping = Mapping::parse(&proposal.to_toml(), Path::new("p")).unwrap();
            let tables = Tables { sites: &path, containers: None };
            let found = sites::read(tables, &mapping, &[], &mut Report::default()).unwrap();
            proptest::prop_assert!(found.sites.len() <= rows.len());
        }
    }
}
