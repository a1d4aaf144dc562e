//! The classes of vehicles of a day's problem.

use super::places::set_of;
use super::units::{floor, hours, micros, micros_per_metre, micros_per_tick, minutes};
use crate::collection::rules::{BreakHours, OutfitRule, PlanRules, VehicleRules};
use crate::collection::{
    BreakRule, Breaks, Compartment, Costs, Outfit, StreamSet, Unloading, VehicleClass,
};
use crate::numbers::index_u32;
use crate::roads::energy::{Spent, Stretch, VehicleEnergy};

/// A class as the problem has it; `travel` and `depot` are numbers of the problem's.
pub(super) fn class(
    rules: &VehicleRules,
    plan: &PlanRules,
    (travel, depot): (u32, u32),
    unloadings: &[Unloading],
) -> VehicleClass {
    let outfits: Vec<Outfit> = rules
        .outfits
        .iter()
        .map(|outfit| self::outfit(rules, outfit))
        .collect();
    let loads = streams_of(&outfits);
    let takes = |(_, unloading): &(u32, &Unloading)| unloading.streams.0 & loads.0 != 0;
    let numbered = (0..).zip(unloadings).filter(takes);
    VehicleClass {
        name: rules.name.clone(),
        count: rules.count,
        travel,
        start: depot,
        end: depot,
        shift: rules.shift.window(),
        max_duration: hours(rules.max_h),
        normal_duration: hours(rules.normal_h),
        prepare: minutes(rules.prepare_min),
        finish: minutes(rules.finish_min),
        costs: costs(rules, plan),
        outfits,
        max_trips: rules.max_trips,
        unloadings: numbered.map(|(number, _)| number).collect(),
        unload_at_end: true,
        breaks: Breaks {
            work: rules.work_break.map(break_rule),
            driving: rules.driving_break.map(break_rule),
        },
        begun: None,
    }
}

/// What some outfits take in all.
pub(super) fn streams_of(outfits: &[Outfit]) -> StreamSet {
    let compartments = outfits.iter().flat_map(|outfit| &outfit.compartments);
    compartments.fold(StreamSet::NONE, |all, one| all.with(one.takes))
}

/// Whether a load of one stream fits into an empty vehicle of a class.
pub(super) fn fits(class: &VehicleClass, stream: u8, (litres, kg): (u32, u32)) -> bool {
    class.outfits.iter().any(|outfit| {
        let has_room = |compartment: &Compartment| {
            let volume = (f64::from(litres) / compartment.compaction).ceil();
            compartment.takes.has(stream) && volume <= f64::from(compartment.volume)
        };
        kg <= outfit.payload && outfit.compartments.iter().any(has_room)
    })
}

fn outfit(rules: &VehicleRules, outfit: &OutfitRule) -> Outfit {
    let compartments = outfit.volumes_l.iter().zip(&outfit.takes);
    let compartments = compartments.map(|(&volume_l, streams)| Compartment {
        takes: set_of(streams),
        volume: floor(volume_l),
        compaction: rules.compaction_of(streams),
    });
    Outfit {
        compartments: compartments.collect(),
        payload: floor(rules.payload_kg),
    }
}

fn break_rule(rule: BreakHours) -> BreakRule {
    BreakRule {
        after: hours(rule.after_h),
        length: minutes(rule.length_min),
        first_part: rule.first_part_min.map(minutes),
    }
}

fn costs(rules: &VehicleRules, plan: &PlanRules) -> Costs {
    let kilometre = per_kilometre(rules, plan);
    let fuel_eur = kilometre.fuel.units() * rules.fuel_eur_per_unit;
    let co2_eur = kilometre.co2_kg * plan.co2_eur_per_kg;
    Costs {
        fixed: micros(rules.eur_per_day),
        per_length: micros_per_metre(rules.eur_per_km + fuel_eur + co2_eur),
        per_tick: micros_per_tick(rules.eur_per_h),
        per_overtime_tick: micros_per_tick(rules.overtime_eur_per_h),
    }
}

/// What a usual kilometre takes a vehicle of a class that is half loaded; nothing where its energy is
/// not known.
pub fn per_kilometre(rules: &VehicleRules, plan: &PlanRules) -> Spent {
    let Some(energy) = VehicleEnergy::built_in(&rules.energy) else {
        return Spent::default();
    };
    let stretch = Stretch {
        length_m: 1000.0,
        speed_kmh: plan.drive_kmh,
        grade: 0.0,
        stops: plan.stops_per_km,
    };
    energy.drive(&stretch, rules.payload_kg.min(energy.payload_kg()) / 2.0)
}

/// The names of the profiles, each once, in the order in which classes name them first; and the place
/// of each class' profile among them.
pub(super) fn profiles(vehicles: &[VehicleRules]) -> (Vec<Box<str>>, Vec<u32>) {
    let mut names: Vec<Box<str>> = Vec::new();
    let places = vehicles.iter().map(|vehicle| {
        let known = names.iter().position(|name| *name == vehicle.profile);
        index_u32(known.unwrap_or_else(|| {
            names.push(vehicle.profile.clone());
            names.len() - 1
        }))
    });
    let places = places.collect();
    (names, places)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collection::rules::Rules;

    #[test]
    fn a_crane_truck_costs_what_its_rules_say() {
        let rules = Rules::built_in();
        let truck = class(&rules.vehicles[0], &rules.plan, (0, 0), &[]);
        assert_eq!(truck.costs.fixed, 210_000_000);
        assert_eq!(truck.costs.per_tick, 1_250);
        // 1.0 to 1.5 EUR/km are known of trucks.
        assert!(
            (1_000..=1_500).contains(&truck.costs.per_length),
            "{:?}",
            truck.costs
        );
        assert_eq!(truck.breaks.driving.unwrap().after, 162_000);
        assert_eq!(truck.outfits[0].compartments[1].compaction, 2.5);
        let rear_loader = class(&rules.vehicles[1], &rules.plan, (0, 0), &[]);
        assert_eq!(rear_loader.breaks.driving, None);
    }

    #[test]
    fn vehicles_of_one_profile_share_a_travel() {
        let (names, places) = profiles(&Rules::built_in().vehicles);
        assert_eq!(names, ["truck-26t".into(), "light-3.5t".into()]);
        assert_eq!(places, [0, 0, 1]);
    }

    #[rstest::rstest]
    #[case::as_much_as_fits(40_000, 9_000, true)]
    #[case::too_heavy(1_000, 10_501, false)]
    #[case::too_large(80_001, 1_000, false)]
    #[case::pressed(80_000, 1_000, true)]
    fn a_load_fits_by_volume_and_by_mass(
        #[case] litres: u32,
        #[case] kg: u32,
        #[case] is_fit: bool,
    ) {
        let rules = Rules::built_in();
        let truck = class(&rules.vehicles[0], &rules.plan, (0, 0), &[]);
        let packaging = super::super::places::number_of(twin_core::Stream::Packaging);
        assert_eq!(fits(&truck, packaging, (litres, kg)), is_fit);
    }
}
