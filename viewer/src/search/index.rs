//! What can be found, and which of it a few letters mean.

use bevy::math::Vec2;
use twin_core::fold;

use crate::land::Territory;
use crate::server::Fleet;
use crate::space::Space;

/// How much is found at most.
pub const MOST: usize = 8;

/// Something that can be found.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// What it is called.
    pub name: Box<str>,
    /// The commune in which a site is; `None` for a commune.
    pub commune: Option<Box<str>>,
    /// Where it is in the plane.
    pub at: Vec2,
    /// From how far it is looked at, in metres.
    pub(crate) distance_m: f32,
    folded: String,
}

/// From how far a commune, a site and an address are looked at, in metres.
pub(super) const DISTANCE_M: [f32; 3] = [6_500.0, 1_800.0, 600.0];

impl Place {
    /// An address, with the commune in which it is.
    pub(super) fn address(label: &str, commune: &str, at: Vec2) -> Self {
        Self {
            name: label.into(),
            commune: Some(commune.into()),
            at,
            distance_m: DISTANCE_M[2],
            folded: fold(label),
        }
    }
}

#[cfg(test)]
impl Place {
    /// A commune in the middle of the plane.
    pub(crate) fn called(name: &str) -> Self {
        Self {
            name: name.into(),
            commune: None,
            at: Vec2::ZERO,
            distance_m: DISTANCE_M[0],
            folded: fold(name),
        }
    }
}

/// Everything that can be found: communes, most populous first, then sites by their order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Index(Vec<Place>);

impl Index {
    pub(super) fn of(territory: &Territory, fleet: &Fleet, space: &Space) -> Self {
        let communes = territory.communes.iter().map(|commune| Place {
            name: commune.name.clone(),
            commune: None,
            at: commune.centre,
            distance_m: DISTANCE_M[0],
            folded: fold(&commune.name),
        });
        let name_of = |code: &str| {
            let found = territory.communes.iter().find(|it| &*it.code == code);
            found.map(|commune| commune.name.clone())
        };
        let sites = fleet.sites.iter().filter_map(|site| {
            let name = site.name.clone()?;
            let commune = site.commune.as_deref().and_then(name_of);
            Some(Place {
                folded: fold(&name),
                name,
                commune: Some(commune.unwrap_or_default()),
                at: space.ground(site.place),
                distance_m: DISTANCE_M[1],
            })
        });
        Self(communes.chain(sites).collect())
    }

    /// What a text may mean, best first: what begins with it, then what has words that begin with all of its
    /// words, then what holds it anywhere. Of equal ones, the order of the index.
    pub(super) fn find(&self, text: &str) -> Vec<Place> {
        let text = fold(text);
        if text.is_empty() {
            return Vec::new();
        }
        let found = self.0.iter();
        let mut found: Vec<(u8, &Place)> = found
            .filter_map(|place| Some((rank(&place.folded, &text)?, place)))
            .collect();
        found.sort_by_key(|(rank, _)| *rank);
        let best = found.into_iter().take(MOST);
        best.map(|(_, place)| place.clone()).collect()
    }
}

/// How well a name answers a text, both folded: 0 is best, `None` not at all.
fn rank(name: &str, text: &str) -> Option<u8> {
    let begins = |word: &str| name.split(' ').any(|of_name| of_name.starts_with(word));
    if name == text {
        Some(0)
    } else if name.starts_with(text) {
        Some(1)
    } else if text.split(' ').all(begins) {
        Some(2)
    } else {
        name.contains(text).then_some(3)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use bevy::math::Rect;
    use twin_core::LonLat;

    use super::*;
    use crate::land::CommuneShape;
    use crate::server::Site;

    /// Four communes and two sites of the first.
    pub(crate) fn parts() -> (Territory, Fleet, Space) {
        let place = LonLat::new(6.8, 47.5).unwrap();
        let names = ["Montbéliard", "Grand-Charmont", "Vieux-Charmont", "Bart"];
        let commune = |(n, name): (usize, &str)| CommuneShape {
            code: format!("2500{n}").into(),
            name: name.into(),
            population: 0,
            centre: Vec2::new(1000.0 * n as f32, 0.0),
            rings: Vec::new(),
        };
        let site = |name: &str| Site {
            id: "site/x".into(),
            name: Some(name.into()),
            commune: Some("25000".into()),
            place,
        };
        let territory = Territory {
            communes: names.into_iter().enumerate().map(commune).collect(),
            extent: Rect::default(),
        };
        let sites = [
            "Montbéliard, point d’apport 1",
            "Montbéliard, point d’apport 12",
        ];
        let fleet = Fleet::of(sites.map(site).to_vec(), Vec::new());
        (territory, fleet, Space::around(place))
    }

    #[rstest::rstest]
    #[case::without_accents("MONTBE", &["Montbéliard", "Montbéliard, point d’apport 1", "Montbéliard, point d’apport 12"])]
    #[case::a_later_word("charm", &["Grand-Charmont", "Vieux-Charmont"])]
    #[case::words_in_any_order("apport montb 12", &["Montbéliard, point d’apport 12"])]
    #[case::anywhere("liard", &["Montbéliard", "Montbéliard, point d’apport 1", "Montbéliard, point d’apport 12"])]
    #[case::as_written("montbéliard, point d'apport 1", &["Montbéliard, point d’apport 1", "Montbéliard, point d’apport 12"])]
    #[case::nothing("belfort", &[])]
    #[case::no_text(" - ", &[])]
    fn a_few_letters_find_a_place(#[case] text: &str, #[case] names: &[&str]) {
        let (territory, fleet, space) = parts();
        let found = Index::of(&territory, &fleet, &space).find(text);
        let found: Vec<&str> = found.iter().map(|place| &*place.name).collect();
        assert_eq!(found, names);
    }

    #[test]
    fn a_site_tells_its_commune() {
        let (territory, fleet, space) = parts();
        let found = Index::of(&territory, &fleet, &space).find("apport");
        assert_eq!(found[0].commune.as_deref(), Some("Montbéliard"));
    }
}
