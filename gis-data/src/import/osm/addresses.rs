//! Postal addresses: house numbers, with the street that they or a relation name.

use twin_core::{Address, Asset};

use super::blocks::PbfFile;
use super::features::Feature;
use super::gather::{Gathered, Object, Relation, Role, Way};
use super::interest::Interest;
use crate::import::{Report, WarningCode};

/// The addresses among some features. Those that are only to be guessed between two others, along
/// a line, are left out and counted.
pub(super) fn addresses(
    gathered: &Gathered,
    features: &[Feature<'_>],
    file: &PbfFile,
    report: &mut Report,
) -> Vec<Asset<Address>> {
    for way in gathered.ways.iter().filter(|way| is_guessed(way)) {
        let message = "stands for house numbers that are not drawn, they were left out";
        report.warn(
            WarningCode::GuessedAddresses,
            file.path(),
            Object::Way(way.id),
            message,
        );
    }
    let houses = Houses::of(gathered);
    let mut addresses = Vec::new();
    for feature in features
        .iter()
        .filter(|feature| feature.interest.has(Interest::ADDRESS))
    {
        let Some(number) = feature.tags.text("addr:housenumber") else {
            continue;
        };
        let named = feature
            .tags
            .text("addr:street")
            .or_else(|| feature.tags.text("addr:place"));
        let Some(street) = named.as_deref().or_else(|| houses.street(feature.object)) else {
            let message = format!("has the house number '{number}', but no street");
            report.warn(
                WarningCode::NoStreetTold,
                file.path(),
                feature.object,
                message,
            );
            continue;
        };
        let flats = feature
            .tags
            .get("building:flats")
            .and_then(|text| text.trim().parse().ok());
        addresses.push(Asset {
            key: feature.object.key(),
            place: feature.place,
            detail: Address {
                label: format!("{number} {street}").into(),
                premises: flats.unwrap_or(1),
            },
        });
    }
    addresses
}

fn is_guessed(way: &Way) -> bool {
    way.interest.has(Interest::INTERPOLATION)
}

/// Which street a relation names for a house.
#[derive(Debug)]
struct Houses<'a>(Vec<(Object, &'a str)>);

impl<'a> Houses<'a> {
    fn of(gathered: &'a Gathered) -> Self {
        let mut houses = Vec::new();
        for relation in gathered
            .relations
            .iter()
            .filter(|it| it.interest.has(Interest::STREET))
        {
            let Some(name) = name(gathered, relation) else {
                continue;
            };
            let members = relation
                .members
                .iter()
                .filter(|member| member.role == Role::House);
            houses.extend(members.map(|member| (member.object, name)));
        }
        houses.sort_by_key(|(object, _)| *object);
        Self(houses)
    }

    fn street(&self, object: Object) -> Option<&'a str> {
        let ix = self.0.partition_point(|(other, _)| *other < object);
        self.0
            .get(ix)
            .filter(|(other, _)| *other == object)
            .map(|(_, name)| *name)
    }
}

/// What a relation calls its street; else what its street is called.
fn name<'a>(gathered: &'a Gathered, relation: &'a Relation) -> Option<&'a str> {
    let own = relation
        .tags
        .get("name")
        .or_else(|| relation.tags.get("addr:street"));
    let streets = relation
        .members
        .iter()
        .filter(|member| member.role == Role::Street);
    let ways = streets.filter_map(|member| match member.object {
        Object::Way(id) => gathered.way(id),
        Object::Node(_) | Object::Relation(_) => None,
    });
    let mut names = ways.filter_map(|way| way.tags.get("name"));
    own.or_else(|| names.next())
        .map(str::trim)
        .filter(|name| !name.is_empty())
}
