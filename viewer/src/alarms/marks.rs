//! Where alarms stand on the land: one mark a site, for the most pressing alarm there.

use std::collections::BTreeMap;

use bevy::app::{App, Plugin, Update};
use bevy::ecs::change_detection::{DetectChanges as _, DetectChangesMut as _};
use bevy::ecs::message::MessageReader;
use bevy::ecs::resource::Resource;
use bevy::ecs::schedule::IntoScheduleConfigs as _;
use bevy::ecs::schedule::common_conditions::resource_exists;
use bevy::ecs::system::{Res, ResMut};
use bevy::math::{Rect, Vec2, Vec3};
use twin_core::{AlarmId, AlarmPriority, LonLat};

use super::standing::{StandingAlarm, StandingAlarms};
use crate::land::Heights;
use crate::server::{Fleet, FleetChanged};
use crate::space::{Space, raised};
use crate::systems::ViewerSystems;

/// Most marks that are drawn: of more, only the most pressing.
const MOST: usize = 256;
/// Metres a pixel from which on a third priority is only a ring, which takes no room.
pub(super) const FAR_M: f32 = 18.0;
/// How high over its foot a mark begins, in pixels, where signs are not enlarged.
pub(super) const LIFT: f32 = 46.0;

pub(super) struct MarksPlugin;

impl Plugin for MarksPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<AlarmMarks>().add_systems(
            Update,
            place_marks
                .run_if(resource_exists::<Heights>)
                .after(super::poll::take)
                .in_set(ViewerSystems::Learn),
        );
    }
}

/// The marks that stand on the land, the most pressing first.
#[derive(Resource, Clone, Debug, Default, PartialEq)]
pub struct AlarmMarks(pub Vec<AlarmMark>);

/// The most pressing alarm of a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AlarmMark {
    /// Which alarm it is.
    pub alarm: AlarmId,
    /// The foot of the mark, in the scene.
    pub at: Vec3,
    /// How soon somebody has to act.
    pub priority: AlarmPriority,
    /// Whether somebody has said that he knows.
    pub is_acknowledged: bool,
    /// How many alarms stand there.
    pub count: usize,
}

impl AlarmMark {
    /// What it covers of a picture `height` pixels high whose pixels are so many metres wide, if its foot
    /// is there. Pixels are those as designed; `None` where nothing has to make way for it.
    pub fn rect(&self, foot: Vec2, height: f32, metres_per_px: f32) -> Option<Rect> {
        let half = match self.priority {
            AlarmPriority::First => 21.0,
            AlarmPriority::Second => 18.0,
            AlarmPriority::Third if metres_per_px < FAR_M => 13.0,
            AlarmPriority::Third => return None,
        };
        let design = height / 1080.0;
        let near = 1.0 - smoothstep(2.0, 40.0, metres_per_px);
        let lift = LIFT * (1.0 + 0.9 * near);
        let centre = foot - Vec2::new(0.0, (lift + half) * design);
        let room = Vec2::splat(2.0 * (half + 3.0) * design * (1.0 + 0.25 * near));
        Some(Rect::from_center_size(centre, room))
    }
}

/// As in shaders: 0 at one end, 1 at the other, smooth between.
fn smoothstep(from: f32, to: f32, at: f32) -> f32 {
    let share = ((at - from) / (to - from)).clamp(0.0, 1.0);
    share * share * (3.0 - 2.0 * share)
}

/// Where alarms are together: on a site, else on a square of about a metre.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Spot {
    Site(usize),
    Metre(i64, i64),
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "degrees times a hundred thousand fit an i64"
)]
fn spot(alarm: &StandingAlarm, fleet: &Fleet) -> Option<(Spot, LonLat)> {
    const PER_DEGREE: f64 = 1e5;
    let whereabouts = &alarm.whereabouts;
    let container = whereabouts.container.as_deref();
    let container = container.and_then(|id| fleet.containers.get(fleet.find(id)?));
    if let Some(container) = container
        && let Some(site) = fleet.site_of(container)
    {
        return Some((Spot::Site(container.site), site.place));
    }
    let place = whereabouts.place?;
    let metre = |degrees: f64| (degrees * PER_DEGREE).round() as i64;
    Some((Spot::Metre(metre(place.lon()), metre(place.lat())), place))
}

/// One mark a spot, the most pressing first. Alarms without a place have none.
fn marks(standing: &StandingAlarms, fleet: &Fleet, at: impl Fn(LonLat) -> Vec3) -> Vec<AlarmMark> {
    let mut marks: Vec<AlarmMark> = Vec::new();
    let mut by_spot = BTreeMap::new();
    // Nobody knows what will be told of a moment that is forecast.
    let known = if fleet.forecast().is_some() {
        &[]
    } else {
        standing.all()
    };
    for alarm in known {
        let Some((spot, place)) = spot(alarm, fleet) else {
            continue;
        };
        let number = *by_spot.entry(spot).or_insert(marks.len());
        if let Some(mark) = marks.get_mut(number) {
            mark.count += 1;
            continue;
        }
        marks.push(AlarmMark {
            alarm: alarm.id,
            at: at(place),
            priority: alarm.priority,
            is_acknowledged: alarm.is_acknowledged(),
            count: 1,
        });
    }
    marks.truncate(MOST);
    marks
}

/// Places the marks anew when alarms or sites have changed.
pub(super) fn place_marks(
    mut placed: ResMut<AlarmMarks>,
    (standing, fleet): (Res<StandingAlarms>, Res<Fleet>),
    (space, heights): (Res<Space>, Res<Heights>),
    mut changes: MessageReader<FleetChanged>,
) {
    let is_whole = changes.read().any(|change| *change == FleetChanged::Whole);
    if !is_whole && !standing.is_changed() && !heights.is_changed() {
        return;
    }
    let marks = marks(&standing, &fleet, |place| {
        let at = space.ground(place);
        raised(at, heights.at(at))
    });
    placed.set_if_neq(AlarmMarks(marks));
}

#[cfg(test)]
mod tests {
    use twin_core::{SensorStatus, Stream};

    use super::super::standing::tests::answered;
    use super::*;
    use crate::server::{Container, Site};

    fn fleet() -> Fleet {
        let site = Site {
            id: "site/25580-0009".into(),
            name: None,
            commune: None,
            place: LonLat::new(6.8246, 47.4697).unwrap(),
        };
        let containers = ["container/25580-0009-1", "container/25580-0009-2"];
        let containers = containers.map(|id| Container {
            id: id.into(),
            site: 0,
            stream: Stream::Glass,
            fill: None,
            status: SensorStatus::Ok,
            observed_at: None,
            has_sensor: true,
        });
        Fleet::of(vec![site], containers.into())
    }

    fn east(place: LonLat) -> Vec3 {
        #[expect(clippy::cast_possible_truncation, reason = "degrees")]
        Vec3::new(place.lon() as f32, 0.0, 0.0)
    }

    #[test]
    fn a_site_has_one_mark_for_its_most_pressing_alarm() {
        let marks = marks(&answered(), &fleet(), east);
        let told: Vec<_> = marks
            .iter()
            .map(|mark| (mark.alarm.0, mark.priority.number(), mark.count))
            .collect();
        assert_eq!(told, [(31, 1, 2), (24, 2, 1)]);
        assert_eq!(
            marks[0].at.x, 6.8246,
            "it stands over the signs of its site"
        );
    }

    #[test]
    fn what_is_on_no_known_site_stands_where_it_is() {
        let marks = marks(&answered(), &Fleet::default(), east);
        assert_eq!(marks[0].count, 2, "two at the same place are together");
        assert_eq!(marks[0].at.x, 6.8245);
    }

    #[rstest::rstest]
    #[case::pressing_and_far(AlarmPriority::First, 30.0, true)]
    #[case::some_time_and_far(AlarmPriority::Third, 30.0, false)]
    #[case::some_time_and_near(AlarmPriority::Third, 5.0, true)]
    fn names_make_way_for_what_presses(
        #[case] priority: AlarmPriority,
        #[case] metres_per_px: f32,
        #[case] has_room: bool,
    ) {
        let mark = AlarmMark {
            alarm: AlarmId(1),
            at: Vec3::ZERO,
            priority,
            is_acknowledged: false,
            count: 1,
        };
        let rect = mark.rect(Vec2::new(500.0, 500.0), 1080.0, metres_per_px);
        assert_eq!(rect.is_some(), has_room);
        assert!(rect.is_none_or(|rect| rect.max.y < 465.0 && rect.min.x < 490.0));
    }
}
