//! More containers than the server has, to measure with.

use bevy::ecs::message::MessageWriter;
use bevy::ecs::system::{Res, ResMut};
use bevy::math::Vec2;

use super::Order;
use crate::land::Region;
use crate::server::{Container, Fleet, FleetChanged, Site};
use crate::sites::of_site;
use crate::space::Space;

/// How far the first copy of a site stands from it, in metres; later ones farther.
const APART_M: f32 = 170.0;
/// The angle from one copy to the next, which never meets an earlier one: the golden one.
const NEXT: f32 = 2.399_963_2;

/// Repeats the containers of the server until there are as many as asked for.
pub(super) fn repeat(
    order: Res<Order>,
    mut fleet: ResMut<Fleet>,
    (space, region): (Option<Res<Space>>, Option<Res<Region>>),
    mut told: MessageWriter<FleetChanged>,
) {
    let wanted = order.0.assets;
    let (Some(space), Some(region)) = (space, region) else {
        return;
    };
    if fleet.containers.is_empty() || fleet.containers.len() >= wanted {
        return;
    }
    let repeated = repeated(&fleet, wanted, |at| region.holds(at), &space);
    if repeated.containers.len() > fleet.containers.len() {
        *fleet = repeated;
        told.write(FleetChanged::Whole);
    }
}

fn repeated(fleet: &Fleet, wanted: usize, holds: impl Fn(Vec2) -> bool, space: &Space) -> Fleet {
    let built = |number: usize, container| (container, fleet.build_of(number));
    let mut sites = fleet.sites.clone();
    let containers = fleet.containers.iter().cloned().enumerate();
    let mut containers: Vec<_> = containers.map(|(number, it)| built(number, it)).collect();
    let mut copy = 1.0_f32;
    while containers.len() < wanted && copy < 1000.0 {
        let shift = Vec2::from_angle(copy * NEXT) * APART_M * copy.sqrt();
        for (number, site) in fleet.sites.iter().enumerate() {
            let at = space.ground(site.place) + shift;
            let Some(place) = space.place(at).filter(|_| holds(at)) else {
                continue;
            };
            let id = format!("{}-{copy}", site.id).into();
            let of_site = of_site(fleet, number);
            containers.extend(of_site.map(|(original, container)| {
                let copy = Container {
                    id: format!("{}-{copy}", container.id).into(),
                    site: sites.len(),
                    ..container.clone()
                };
                built(original, copy)
            }));
            sites.push(Site {
                id,
                place,
                ..site.clone()
            });
            if containers.len() >= wanted {
                break;
            }
        }
        copy += 1.0;
    }
    containers.truncate(wanted.max(fleet.containers.len()));
    Fleet::of_built(sites, containers)
}

#[cfg(test)]
mod tests {
    use twin_core::{LonLat, SensorStatus, Stream};

    use super::*;

    #[test]
    fn there_are_as_many_as_asked_for_and_no_two_alike() {
        let place = LonLat::new(6.8, 47.5).unwrap();
        let site = Site {
            id: "site/a".into(),
            name: None,
            commune: None,
            place,
        };
        let container = Container {
            id: "container/a-1".into(),
            site: 0,
            stream: Stream::Glass,
            fill: Some(0.5),
            status: SensorStatus::Ok,
            observed_at: None,
            has_sensor: true,
        };
        let fleet = Fleet::of(vec![site], vec![container]);
        let many = repeated(&fleet, 40, |_| true, &Space::around(place));
        assert_eq!((many.sites.len(), many.containers.len()), (40, 40));
        assert!(many.containers.iter().all(|it| many.find(&it.id).is_some()));
        let none = repeated(&fleet, 40, |_| false, &Space::around(place));
        assert_eq!(none.containers.len(), 1, "beyond the rim stands nothing");
    }
}
