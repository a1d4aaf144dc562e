//! Premises of the fibre roll-out.

use gis_data::import::registers::Registers;
use twin_core::{FibreNodeType, PremisesState};

use super::{Files, Outcome, import, latin_1, montbeliard, pack};

fn read(name: &str, bytes: impl AsRef<[u8]>) -> Outcome {
    let files = Files::new();
    let registers = Registers {
        premises: Some(files.add(name, bytes)),
        ..Registers::default()
    };
    import(pack(montbeliard()), &registers)
}

const NEWER: &str = "\
x,y,imb_id,num_voie,cp_no_voie,type_voie,nom_voie,batiment,code_insee,code_poste,nom_com,\
catg_loc_imb,imb_etat,pm_ref,pm_etat,pm_date_mad,code_l331,geom_mod,type_imb,date_completude
6.79,47.51,IMB/1,12,bis,RUE,DE L'ETUVE,,25388,25200,Montbeliard,,deploye,FI-25388-0001,deploye,,FTEL,,,
6.80,47.52,IMB/2,0,,,LES EPIS,,25388,25200,Montbeliard,,raccordable demande,FI-25388-0001,deploye,,FTEL,,,
6.80,47.52,IMB/3,,,,,,25388,25200,Montbeliard,,deploye,FI-25388-0002,en cours de deploiement,,FTEL,,,
6.80,47.52,IMB/4,,,,,,25388,25200,Montbeliard,,cible,,,,FTEL,,,
6.80,47.52,IMB/4,,,,,,25388,25200,Montbeliard,,cible,,,,FTEL,,,
6.80,47.52,IMB/5,,,,,,25388,25200,Montbeliard,,bientot,,,,FTEL,,,
2.35,48.85,IMB/6,,,,,,75101,75001,Paris,,deploye,FI-75101-0001,deploye,,FTEL,,,
";

#[test]
fn buildings_hang_on_the_points_that_the_file_names() {
    let found = read("carte_fibre_immeubles_2026_T2_20260902.csv", NEWER);
    let premises = &found.pack.ground.premises;
    let shown: Vec<String> = premises
        .iter()
        .map(|it| {
            let label = it.label.as_deref().unwrap_or("-");
            let node = it.node.as_ref().map_or("-".to_owned(), ToString::to_string);
            format!("{} {} {} {label} {node}", it.key, it.state, it.lines)
        })
        .collect();
    let expected = [
        "IMB~2f1 deployed 1 12 bis RUE DE L'ETUVE fibre-node/pm-FI-25388-0001",
        "IMB~2f2 on-demand 1 LES EPIS fibre-node/pm-FI-25388-0001",
        "IMB~2f3 in-progress 1 - fibre-node/pm-FI-25388-0002",
        "IMB~2f4 target 1 - -",
    ];
    assert_eq!(shown, expected);

    let nodes = &found.pack.layers.fibre_nodes;
    assert_eq!(
        Outcome::keys(nodes),
        ["pm-FI-25388-0001", "pm-FI-25388-0002"]
    );
    assert_eq!(
        (nodes[0].detail.node_type, nodes[0].detail.premises),
        (FibreNodeType::Pm, 2)
    );
    let [lon, lat] = Outcome::places(nodes)[0];
    approx::assert_abs_diff_eq!(lon, 6.795, epsilon = 1e-9);
    approx::assert_abs_diff_eq!(lat, 47.515, epsilon = 1e-9);

    let told = found.told();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(
        told[0].starts_with("duplicate-object building IMB~2f4"),
        "{told:?}"
    );
    assert!(
        told[1].starts_with("unreadable-value line 7: has the state 'bientot'"),
        "{told:?}"
    );
    for layer in ["premises", "fibre_nodes"] {
        assert_eq!(found.pack.manifest.layers[layer].vintage, "2026 T2");
    }
}

#[test]
fn an_older_vintage_in_lambert_93_with_accents_and_counts_says_the_same() {
    let text = "IMB_ETAT;IMB_ID;NBR_LOG;X;Y;CODE_INSEE\r\nDéployé;7;12;985752,544;6719088,232;25388\r\n\
        Signé;8;-3;985752,544;6719088,232;25388\r\n";
    for bytes in [text.as_bytes().to_vec(), latin_1(text)] {
        let found = read("immeubles_T4_2017.csv", bytes);
        let premises = &found.pack.ground.premises;
        assert_eq!(
            (premises[0].state, premises[0].lines),
            (PremisesState::Deployed, 12)
        );
        assert_eq!(
            (premises[1].state, premises[1].lines),
            (PremisesState::Signed, 1)
        );
        approx::assert_abs_diff_eq!(premises[0].place.lon(), 6.7979, epsilon = 1e-8);
        assert_eq!(
            found.told(),
            [
                "unreadable-value line 3: has '-3' dwellings, expected 0 to 10000: it counts as one line"
            ]
        );
        assert!(found.pack.layers.fibre_nodes.is_empty());
        assert!(!found.pack.manifest.layers.contains_key("fibre_nodes"));
    }
}

#[test]
fn the_exchange_file_of_an_operator_is_read_by_its_own_names() {
    let text = "IdentifiantImmeuble;EtatImmeuble;CoordonneeImmeubleX;CoordonneeImmeubleY;CodeInseeImmeuble;\
        NombreLogementsImmeuble;ReferencePM;EtatPM;NumeroVoieImmeuble;TypeVoieImmeuble;NomVoieImmeuble\n\
        A-1;RACCORDABLE DEMANDE;985752.544;6719088.232;25388;4;PM1;DEPLOYE;3;RUE;CUVIER\n";
    let found = read("ipe.csv", text);
    let [building] = &*found.pack.ground.premises else {
        unreachable!("one row")
    };
    assert_eq!(
        (building.state, building.lines),
        (PremisesState::OnDemand, 4)
    );
    assert_eq!(building.label.as_deref(), Some("3 RUE CUVIER"));
    assert_eq!(found.pack.layers.fibre_nodes[0].detail.premises, 4);
}
