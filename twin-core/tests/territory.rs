//! The dated set of communes.

use std::sync::Arc;

use geo_types::{MultiPolygon, polygon};
use twin_core::{Commune, HealthRules, Inventory, Layers, LonLat, Timestamp, Twin};

use crate::lambert93::Lambert93;

/// 72 squares in a row, and a 73rd that joins in 2024.
fn communes() -> Vec<Commune> {
    (0..73_u32)
        .map(|n| {
            let (west, south) = (
                6.6 + f64::from(n % 9) * 0.05,
                47.3 + f64::from(n / 9) * 0.03,
            );
            let outline = polygon![
                (x: west, y: south), (x: west + 0.05, y: south),
                (x: west + 0.05, y: south + 0.03), (x: west, y: south + 0.03),
            ];
            Commune {
                code: format!("25{n:03}").into(),
                name: format!("Commune {n}").into(),
                population: None,
                area: None,
                center: LonLat::new(west + 0.025, south + 0.015).unwrap(),
                fibre_zone: None,
                member_from: (n == 72).then(|| "2023-12-31T23:00:00Z".parse().unwrap()),
                member_until: None,
                outline: MultiPolygon::new(vec![outline]),
            }
        })
        .collect()
}

#[rstest::rstest]
#[case::before_the_73rd_joined("2023-12-31T23:59:59+01:00", 72)]
#[case::from_its_first_moment("2024-01-01T00:00:00+01:00", 73)]
fn the_territory_has_72_communes_before_2024_and_73_after(
    #[case] at: Timestamp,
    #[case] members: usize,
) {
    let layers = Layers {
        communes: communes(),
        ..Layers::default()
    };
    let inventory = Inventory::new(layers, Arc::new(Lambert93::new())).unwrap();
    assert_eq!(inventory.communes().members(at).count(), members);
    assert_eq!(inventory.communes().len(), 73);
    let twin = Twin::new(inventory, HealthRules::default());
    assert_eq!(
        twin.inventory().communes().find("25072").map(|ix| ix.0),
        Some(72)
    );
}

#[test]
fn each_center_lies_in_its_own_commune_and_nothing_lies_beyond() {
    let layers = Layers {
        communes: communes(),
        ..Layers::default()
    };
    let inventory = Inventory::new(layers, Arc::new(Lambert93::new())).unwrap();
    for (ix, commune) in inventory.communes().iter() {
        assert_eq!(inventory.communes().at(commune.center), Some(ix));
    }
    assert_eq!(
        inventory.communes().at(LonLat::new(7.2, 47.4).unwrap()),
        None
    );
}
