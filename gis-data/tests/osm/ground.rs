//! What becomes of the objects of an extract in the layers of the ground.

use gis_data::pack::Pack;
use twin_core::{Metres, Tags, Theme, Via};

use super::import;
use super::pbf::Extract;

fn pack(extract: &Extract) -> Pack {
    import(&extract.bytes()).0.unwrap()
}

/// Nodes 1 to 9 on a grid of three by three, row by row from the south-west.
fn grid() -> Extract {
    (1..=9_u8).fold(Extract::default(), |extract, id| {
        let (column, row) = ((id - 1) % 3, (id - 1) / 3);
        let place = (
            6.80 + f64::from(column) / 100.0,
            47.50 + f64::from(row) / 100.0,
        );
        extract.node(i64::from(id), place, &[])
    })
}

fn tags<const N: usize>(tags: [(&str, &str); N]) -> Tags {
    tags.into_iter().collect()
}

#[test]
fn a_road_keeps_what_concerns_traffic_and_nothing_else() {
    let extract = grid().way(
        10,
        &[1, 2, 3],
        &[
            ("highway", "residential"),
            ("name", "Rue Cuvier"),
            ("oneway", "-1"),
            ("maxspeed:hgv", "30"),
            ("hgv:conditional", "no @ (22:00-06:00)"),
            ("maxweightrating", "3.5"),
            ("turn:lanes", "left|through"),
            ("wikidata", "Q1"),
            ("note", "check the maxspeed"),
        ],
    );
    let road = &pack(&extract).ground.roads[0];
    assert_eq!(
        (road.id, &*road.class, road.name.as_deref()),
        (Some(10), "residential", Some("Rue Cuvier"))
    );
    assert_eq!(road.nodes, [1, 2, 3]);
    let expected = tags([
        ("oneway", "-1"),
        ("maxspeed:hgv", "30"),
        ("hgv:conditional", "no @ (22:00-06:00)"),
        ("maxweightrating", "3.5"),
        ("turn:lanes", "left|through"),
    ]);
    assert_eq!(road.tags, expected);
}

#[test]
fn a_ferry_is_a_road_of_its_own_class() {
    let extract = grid().way(
        10,
        &[1, 2],
        &[
            ("route", "ferry"),
            ("duration", "00:20"),
            ("motor_vehicle", "no"),
            ("name", "Bac"),
        ],
    );
    let road = &pack(&extract).ground.roads[0];
    assert_eq!((&*road.class, road.name.as_deref()), ("ferry", Some("Bac")));
    assert_eq!(
        road.tags,
        tags([("duration", "00:20"), ("motor_vehicle", "no")])
    );
}

#[test]
fn a_square_is_a_road_around_it_and_the_land_it_covers() {
    let square = [
        ("highway", "pedestrian"),
        ("area", "yes"),
        ("name", "Place Denfert"),
    ];
    let ground = pack(&grid().way(10, &[1, 2, 5, 4, 1], &square)).ground;
    assert_eq!(
        (&*ground.roads[0].class, ground.roads[0].path.len()),
        ("pedestrian", 5)
    );
    assert!(ground.roads[0].tags.is("area", "yes"));
    assert_eq!(&*ground.land_cover[0].class, "pedestrian");
    assert_eq!(ground.land_cover[0].name.as_deref(), Some("Place Denfert"));
}

#[test]
fn only_nodes_of_roads_say_something_to_traffic() {
    let gate = [
        ("barrier", "gate"),
        ("access", "private"),
        ("material", "wood"),
    ];
    let extract = grid()
        .node(20, (6.805, 47.5), &gate)
        .node(21, (6.805, 47.51), &gate)
        .node(
            22,
            (6.805, 47.52),
            &[
                ("highway", "traffic_signals"),
                ("traffic_signals:direction", "forward"),
            ],
        )
        .way(10, &[1, 20, 2, 22], &[("highway", "service")])
        .way(11, &[4, 21, 5], &[("barrier", "fence")]);
    let nodes = pack(&extract).ground.road_nodes;
    let ids: Vec<i64> = nodes.iter().map(|node| node.id).collect();
    assert_eq!(ids, [20, 22]);
    assert_eq!(
        nodes[0].tags,
        tags([("barrier", "gate"), ("access", "private")])
    );
    let signals = tags([
        ("highway", "traffic_signals"),
        ("traffic_signals:direction", "forward"),
    ]);
    assert_eq!(nodes[1].tags, signals);
}

#[test]
fn a_turn_is_kept_with_whom_it_concerns() {
    let restriction = [
        ("type", "restriction"),
        ("restriction", "no_left_turn"),
        ("except", "bus;bicycle"),
        ("note", "seen in 2024"),
    ];
    let extract = grid()
        .way(10, &[1, 2], &[("highway", "primary")])
        .way(11, &[2, 5], &[("highway", "residential")])
        .way(12, &[5, 6], &[("highway", "residential")])
        .relation(
            30,
            &[(1, 10, "from"), (0, 2, "via"), (1, 11, "to")],
            &restriction,
        )
        .relation(
            31,
            &[(1, 10, "from"), (1, 11, "via"), (1, 12, "to")],
            &[
                ("type", "restriction"),
                ("restriction:hgv:conditional", "no_u_turn @ (weight > 7.5)"),
            ],
        );
    let turns = pack(&extract).ground.turn_restrictions;
    assert_eq!(
        (turns[0].via.clone(), &turns[0].tags),
        (Via::Node(2), &tags([("except", "bus;bicycle")]))
    );
    assert_eq!(
        (turns[1].via.clone(), &*turns[1].kind),
        (Via::Ways(vec![11]), "no_u_turn")
    );
    let concerned = tags([("restriction:hgv:conditional", "no_u_turn @ (weight > 7.5)")]);
    assert_eq!(turns[1].tags, concerned);
}

#[test]
fn a_building_with_a_court_has_a_hole_and_an_island_in_it() {
    // Three squares within each other, as one relation.
    let corners = |half: f64| {
        let (x, y) = (6.9, 47.6);
        [
            (x - half, y - half),
            (x + half, y - half),
            (x + half, y + half),
            (x - half, y + half),
        ]
    };
    let square = |extract: Extract, first: i64, half: f64| {
        let refs: Vec<i64> = (first..first + 4).chain([first]).collect();
        extract.dense(first, &corners(half)).way(first, &refs, &[])
    };
    let extract = [(100, 0.03), (200, 0.02), (300, 0.01)]
        .into_iter()
        .fold(Extract::default(), |extract, (first, half)| {
            square(extract, first, half)
        })
        .relation(
            1,
            &[(1, 300, "outer"), (1, 200, "inner"), (1, 100, "outer")],
            &[
                ("type", "multipolygon"),
                ("building", "castle"),
                ("height", "40 ft"),
            ],
        );
    let building = &pack(&extract).ground.buildings[0];
    assert_eq!(building.height, Some(Metres::new(40.0 * 0.3048).unwrap()));
    let holes: Vec<usize> = building
        .outline
        .iter()
        .map(|part| part.interiors().len())
        .collect();
    assert_eq!((&*building.key, holes.iter().sum::<usize>()), ("osm-r1", 1));
    assert_eq!(building.outline.0.len(), 2);
    let largest = building
        .outline
        .iter()
        .find(|part| !part.interiors().is_empty())
        .unwrap();
    assert!(largest.exterior().coords().any(|corner| corner.x < 6.875));
}

#[rstest::rstest]
#[case::told("outer", "inner")]
#[case::not_told("", "")]
#[case::half_told("outer", "")]
fn a_ring_within_a_ring_is_a_hole(#[case] around: &str, #[case] within: &str) {
    let extract = grid()
        .way(10, &[1, 3, 9, 7, 1], &[])
        .way(11, &[5, 6, 8, 5], &[])
        .relation(
            30,
            &[(1, 10, around), (1, 11, within)],
            &[("type", "multipolygon"), ("natural", "wood")],
        );
    let outline = &pack(&extract).ground.land_cover[0].outline;
    assert_eq!((outline.0.len(), outline.0[0].interiors().len()), (1, 1));
}

#[rstest::rstest]
#[case::the_same(("landuse", "forest"), &["forest"])]
#[case::something_else(("landuse", "meadow"), &["forest", "meadow"])]
fn land_that_is_told_twice_keeps_its_holes(
    #[case] of_way: (&str, &str),
    #[case] expected: &[&str],
) {
    let extract = grid()
        .way(10, &[1, 3, 9, 7, 1], &[of_way])
        .way(11, &[5, 6, 8, 5], &[])
        .relation(
            30,
            &[(1, 10, "outer"), (1, 11, "inner")],
            &[("type", "multipolygon"), ("landuse", "forest")],
        );
    let land = pack(&extract).ground.land_cover;
    let classes: Vec<&str> = land.iter().map(|cover| &*cover.class).collect();
    assert_eq!(classes, expected);
    assert_eq!(land[0].outline.0[0].interiors().len(), 1);
}

#[test]
fn an_outline_that_touches_itself_around_a_court_has_a_hole() {
    // A keyhole: the court touches the outer wall in node 1.
    let extract = Extract::default()
        .dense(
            1,
            &[(6.80, 47.50), (6.86, 47.50), (6.86, 47.56), (6.80, 47.56)],
        )
        .dense(5, &[(6.82, 47.51), (6.82, 47.53), (6.81, 47.53)])
        .way(10, &[1, 2, 3, 4, 1, 5, 6, 7, 1], &[("building", "yes")]);
    let building = &pack(&extract).ground.buildings[0];
    assert_eq!(building.outline.0.len(), 1);
    assert_eq!(building.outline.0[0].interiors().len(), 1);
}

#[test]
fn a_place_is_found_by_its_theme_and_tells_nobodys_number() {
    let pool = [
        ("leisure", "sports_centre"),
        ("name", "Piscine René-Donzé"),
        ("sport", "swimming"),
        ("phone", "+33 3 00 00 00 00"),
        ("website", "https://example.org/"),
        ("opening_hours", "Mo-Su 09:00-20:00"),
    ];
    let ground = pack(&grid().way(10, &[1, 3, 9, 7, 1], &pool)).ground;
    let place = &ground.points_of_interest[0];
    assert_eq!(
        (&*place.key, place.theme, &*place.class),
        ("osm-w10", Theme::Sport, "sports_centre")
    );
    let kept = tags([
        ("sport", "swimming"),
        ("website", "https://example.org/"),
        ("opening_hours", "Mo-Su 09:00-20:00"),
    ]);
    assert_eq!(place.tags, kept);
    assert_eq!(&*ground.land_cover[0].class, "sports_centre");
}

#[test]
fn a_house_has_its_street_from_itself_or_from_a_relation() {
    let extract = grid()
        .node(
            20,
            (6.8, 47.5),
            &[("addr:housenumber", "1"), ("addr:street", "Rue Cuvier")],
        )
        .node(21, (6.8, 47.5), &[("addr:housenumber", "2 bis")])
        .way(
            22,
            &[1, 2, 5, 1],
            &[
                ("building", "yes"),
                ("addr:housenumber", "3"),
                ("building:flats", "12"),
            ],
        )
        .node(
            23,
            (6.8, 47.5),
            &[("addr:housenumber", "4"), ("addr:place", "Le Crêt")],
        )
        .way(
            24,
            &[3, 6],
            &[("highway", "residential"), ("name", "Rue du Moulin")],
        )
        .relation(
            30,
            &[(0, 21, "house"), (1, 22, "house"), (1, 24, "street")],
            &[("type", "associatedStreet")],
        );
    let addresses = pack(&extract).layers.addresses;
    let labels: Vec<(&str, u32)> = addresses
        .iter()
        .map(|it| (&*it.detail.label, it.detail.premises))
        .collect();
    assert_eq!(
        labels,
        [
            ("1 Rue Cuvier", 1),
            ("2 bis Rue du Moulin", 1),
            ("4 Le Crêt", 1),
            ("3 Rue du Moulin", 12)
        ]
    );
}

#[test]
fn the_manifest_tells_where_every_layer_comes_from() {
    let extract = grid()
        .way(
            10,
            &[1, 2, 5, 1],
            &[
                ("building", "yes"),
                ("addr:housenumber", "3"),
                ("addr:street", "Rue"),
            ],
        )
        .way(11, &[1, 3, 9, 1], &[("landuse", "forest")])
        .node(20, (6.8, 47.5), &[("shop", "bakery")]);
    let manifest = pack(&extract).manifest;
    let layers: Vec<&str> = manifest.layers.keys().map(String::as_str).collect();
    assert_eq!(
        layers,
        ["addresses", "buildings", "land_cover", "points_of_interest"]
    );
    for layer in manifest.layers.values() {
        assert_eq!((&*layer.licence, layer.synthetic), ("ODbL 1.0", false));
    }
    // Everything lies in the domain of Lambert-93, whatever layer it is in.
    assert_eq!(manifest.crs, "EPSG:2154");
}
