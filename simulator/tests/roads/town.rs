//! Hand-drawn roads.

use std::sync::Arc;

use simulator::roads::{
    Edits, Halt, HourClass, INFINITE, Profile, RoadMap, RoadMetric, Rows, SNAP_WITHIN_M, Snap,
    Survey, dijkstra, entry,
};
use twin_core::{Ground, LonLat, Road, RoadNode, Tags, TurnRestriction, Via};

/// Roads on a plane of metres, near 47.5° north.
#[derive(Clone, Default)]
pub(crate) struct Town {
    places: Vec<(i64, LonLat)>,
    pub(crate) ground: Ground,
}

/// A place so many metres east and north of the town's corner.
pub(crate) fn at(east_m: f64, north_m: f64) -> LonLat {
    LonLat::new(6.8 + east_m / 75_344.0, 47.5 + north_m / 111_178.0).unwrap()
}

fn tags(tags: &[(&str, &str)]) -> Tags {
    tags.iter().copied().collect()
}

impl Town {
    /// Adds a numbered point.
    pub(crate) fn point(mut self, id: i64, east_m: f64, north_m: f64) -> Self {
        self.places.push((id, at(east_m, north_m)));
        self
    }

    /// Adds a road through numbered points.
    pub(crate) fn road(mut self, id: i64, nodes: &[i64], of: &[(&str, &str)]) -> Self {
        let class = of.iter().find(|(key, _)| *key == "highway");
        let others: Vec<_> = of
            .iter()
            .copied()
            .filter(|(key, _)| *key != "highway")
            .collect();
        let place = |node: &i64| self.places.iter().find(|(id, _)| id == node).unwrap().1;
        self.ground.roads.push(Road {
            id: Some(id),
            class: class.map_or("residential", |(_, class)| class).into(),
            name: Some(format!("rue {id}").into()),
            tags: tags(&others),
            nodes: nodes.to_vec(),
            path: nodes.iter().map(place).collect(),
        });
        self
    }

    /// Puts something onto a point.
    pub(crate) fn stands(mut self, id: i64, of: &[(&str, &str)]) -> Self {
        let place = self.places.iter().find(|(node, _)| *node == id).unwrap().1;
        self.ground.road_nodes.push(RoadNode {
            id,
            place,
            tags: tags(of),
        });
        self
    }

    /// Restricts turns from one road to another over a point.
    pub(crate) fn restrict(self, kind: &str, [from, via, to]: [i64; 3]) -> Self {
        self.restrict_some(kind, from, Via::Node(via), (to, &[]))
    }

    /// Restricts turns of some vehicles, or over roads.
    pub(crate) fn restrict_some(
        mut self,
        kind: &str,
        from: i64,
        via: Via,
        (to, of): (i64, &[(&str, &str)]),
    ) -> Self {
        let id = 100 + i64::try_from(self.ground.turn_restrictions.len()).unwrap();
        self.ground.turn_restrictions.push(TurnRestriction {
            id,
            kind: kind.into(),
            from,
            via,
            to,
            tags: tags(of),
            place: at(0.0, 0.0),
        });
        self
    }

    /// The town at the costs of a built-in profile.
    pub(crate) fn priced(&self, profile: &str) -> RoadMetric {
        self.edited(profile, &Edits::default())
    }

    /// The same after edits.
    pub(crate) fn edited(&self, profile: &str, edits: &Edits) -> RoadMetric {
        let profile = Profile::built_in(profile).unwrap();
        let map = Arc::new(RoadMap::new(&self.ground, &profile).unwrap());
        map.metric(&profile, HourClass::OffPeak, edits).unwrap()
    }
}

/// The point of a street nearest to a place of the town.
pub(crate) fn snap(roads: &RoadMetric, place: LonLat) -> Snap {
    roads.snap(place, SNAP_WITHIN_M).expect("a street")
}

/// The numbers of the roads along a route, each once in a row; empty where there is no way.
pub(crate) fn roads_along(roads: &RoadMetric, points: &[LonLat]) -> Vec<i64> {
    let snaps: Vec<Snap> = points.iter().map(|&place| snap(roads, place)).collect();
    let Some(route) = roads.route(&snaps) else {
        return vec![];
    };
    let network = roads.map().network();
    let rides = route.legs.iter().flat_map(|leg| &leg.rides);
    let road = |edge: u32| network.segments()[edge as usize / 2].road as usize;
    let mut ids: Vec<i64> = rides
        .map(|ride| network.roads()[road(ride.edge)].id.unwrap())
        .collect();
    ids.dedup();
    ids
}

/// Whether one may turn from one road into another over some point that both have.
pub(crate) fn may_turn(roads: &RoadMetric, from: i64, to: i64) -> bool {
    let (network, turns) = (roads.map().network(), roads.map().turns());
    let id = |node: u32| {
        let segment = &network.segments()[turns.edge(node) as usize / 2];
        network.roads()[segment.road as usize].id.unwrap()
    };
    let is_u_turn = |tail: u32, head: u32| turns.edge(tail) ^ 1 == turns.edge(head);
    let mut arcs = turns.graph().arcs().zip(&roads.prices().arcs);
    arcs.any(|((tail, head), &cost)| {
        let is_meant = id(tail) == from && id(head) == to && (from != to || is_u_turn(tail, head));
        is_meant && cost < INFINITE
    })
}

/// Compares a matrix between all given places, and all single routes, with plain Dijkstra.
pub(crate) fn check_exact(roads: &RoadMetric, places: &[LonLat]) {
    let snaps: Vec<Option<Snap>> = places
        .iter()
        .map(|&at| roads.snap(at, SNAP_WITHIN_M))
        .collect();
    let (from, to): (Rows, Rows) = roads.rows(&snaps, &snaps);
    let matrix = roads.metric().matrix(&from, &to);
    let halts: Vec<_> = snaps
        .iter()
        .map(|snap| snap.map(Halt::on_premises))
        .collect();
    let survey = Survey::new(roads, &halts);
    let mut surveyed = vec![0; snaps.len() * snaps.len()];
    survey.fill(0, &mut surveyed, &mut vec![0; snaps.len() * snaps.len()]);
    assert_eq!(surveyed, matrix.costs);
    for (row, departures) in from.iter().enumerate() {
        let costs = dijkstra(
            roads.map().turns().graph(),
            &roads.prices().arcs,
            departures,
        );
        for (column, arrivals) in to.iter().enumerate() {
            let expected = entry(&costs, arrivals);
            assert_eq!(matrix.row(row)[column], expected, "{row} to {column}");
            let points: Vec<Snap> = [row, column].iter().filter_map(|&ix| snaps[ix]).collect();
            let route = (points.len() == 2).then(|| roads.route(&points)).flatten();
            let cost = route.as_ref().map_or(u32::MAX, |route| route.legs[0].cost);
            assert_eq!(cost, expected, "{row} to {column}, one way");
            if let Some(route) = route {
                let rides = &route.legs[0].rides;
                let sum: u32 = rides.iter().map(|ride| ride.turn + ride.drive).sum();
                assert_eq!(sum, cost, "the parts of {row} to {column}");
            }
        }
    }
}
