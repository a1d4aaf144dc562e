//! Where the nodes are that something needs: two sorted columns, 16 bytes a node.

use twin_core::LonLat;

/// Places by node id; takes places only for ids that were asked for.
#[derive(Debug, Default)]
pub(super) struct NodePlaces {
    ids: Vec<i64>,
    /// Longitude and latitude in 10⁻⁷ degrees, the grid that OpenStreetMap itself uses.
    places: Vec<[i32; 2]>,
    /// Where the last node that was put would stand: files mostly have their nodes in order, so
    /// that the next one is found there, and nothing has to be searched for.
    cursor: usize,
}

const MISSING: [i32; 2] = [i32::MAX; 2];

impl NodePlaces {
    /// Makes room for the ids that will be looked up.
    pub(super) fn wanted(mut ids: Vec<i64>) -> Self {
        ids.sort_unstable();
        ids.dedup();
        ids.shrink_to_fit();
        let places = vec![MISSING; ids.len()];
        Self {
            ids,
            places,
            cursor: 0,
        }
    }

    pub(super) fn is_wanted(&self, id: i64) -> bool {
        self.ids.binary_search(&id).is_ok()
    }

    /// Keeps the place of a node, if it is wanted and has none yet; gives whether it is wanted.
    pub(super) fn put(&mut self, id: i64, place: GridPlace) -> bool {
        let is_wanted = self.seek(id);
        if is_wanted && self.places[self.cursor] == MISSING {
            self.places[self.cursor] = place.0;
        }
        is_wanted
    }

    /// Moves the cursor to the first id that is not below `id`; gives whether it is `id`.
    fn seek(&mut self, id: i64) -> bool {
        let is_below = |ix: usize| self.ids.get(ix).is_some_and(|other| *other < id);
        let mut cursor = self.cursor;
        if cursor > 0 && !is_below(cursor - 1) {
            cursor = 0;
        }
        if is_below(cursor) {
            cursor += 1;
        }
        if is_below(cursor) {
            cursor += self.ids[cursor..].partition_point(|other| *other < id);
        }
        self.cursor = cursor;
        self.ids.get(self.cursor) == Some(&id)
    }

    pub(super) fn get(&self, id: i64) -> Option<LonLat> {
        let ix = self.ids.binary_search(&id).ok()?;
        let place = self.places[ix];
        if place == MISSING {
            None
        } else {
            GridPlace(place).lon_lat()
        }
    }
}

/// A position on OpenStreetMap's grid of 10⁻⁷ degrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct GridPlace([i32; 2]);

impl GridPlace {
    /// From billionths of a degree; `None` where that is not on the globe.
    pub(super) fn from_nano(lon: i64, lat: i64) -> Option<Self> {
        let is_on_globe = (-180_000_000_000..=180_000_000_000).contains(&lon)
            && (-90_000_000_000..=90_000_000_000).contains(&lat);
        let on_grid = |nano: i64| i32::try_from((nano + 50).div_euclid(100)).ok();
        is_on_globe.then(|| Some(Self([on_grid(lon)?, on_grid(lat)?])))?
    }

    pub(super) fn lon_lat(self) -> Option<LonLat> {
        let [lon, lat] = self.0.map(|grid| f64::from(grid) / 1e7);
        LonLat::new(lon, lat).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::as_written(1_570_861_800, 42_530_438_000, Some([1.570_861_8, 42.530_438]))]
    #[case::finer_than_the_grid(149, -149, Some([1e-7, -1e-7]))]
    #[case::edge_of_the_globe(180_000_000_000, -90_000_000_000, Some([180.0, -90.0]))]
    #[case::beyond_the_pole(0, 90_000_000_001, None)]
    #[case::nowhere(i64::MIN, i64::MAX, None)]
    fn a_place_is_that_of_the_grid(
        #[case] lon: i64,
        #[case] lat: i64,
        #[case] place: Option<[f64; 2]>,
    ) {
        let found = GridPlace::from_nano(lon, lat).and_then(GridPlace::lon_lat);
        assert_eq!(found.map(<[f64; 2]>::from), place);
    }

    #[test]
    fn only_wanted_nodes_are_kept_and_the_first_place_counts() {
        let mut nodes = NodePlaces::wanted(vec![7, 3, 7]);
        for (id, lon) in [(3, 1_000_000_000), (3, 2_000_000_000), (5, 1_000_000_000)] {
            nodes.put(id, GridPlace::from_nano(lon, 0).unwrap());
        }
        assert_eq!(nodes.get(3), LonLat::new(1.0, 0.0).ok());
        assert_eq!(nodes.get(5), None);
        assert_eq!(nodes.get(7), None);
    }

    proptest::proptest! {
        #[test]
        fn in_whatever_order_nodes_come_the_wanted_ones_are_found(
            wanted in proptest::collection::vec(-20_i64..20, 0..20),
            given in proptest::collection::vec(-20_i64..20, 0..40),
        ) {
            let mut nodes = NodePlaces::wanted(wanted.clone());
            for id in &given {
                let is_wanted = nodes.put(*id, GridPlace::from_nano(*id * 1_000_000, 0).unwrap());
                proptest::prop_assert_eq!(is_wanted, wanted.contains(id));
            }
            for id in -20..20 {
                let is_there = wanted.contains(&id) && given.contains(&id);
                proptest::prop_assert_eq!(nodes.get(id).is_some(), is_there);
            }
        }
    }
}
