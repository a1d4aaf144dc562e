//! What each feature becomes: health facilities, sites with containers, unloading sites, cameras.

use std::collections::BTreeSet;

use twin_core::{
    Asset, AssetId, AssetKind, Container, ContainerType, HealthCategory, HealthFacility, Layers,
    Road, Site, SiteType, Stream, TwinResult, UnloadingSite,
};

use super::blocks::PbfFile;
use super::camera;
use super::features::Feature;
use super::interest::Interest;
use crate::error::GisResult;
use crate::import::{Report, WarningCode};

/// All assets of a file; the street of a camera is looked for among `roads`.
pub(super) fn layers(
    features: &[Feature<'_>],
    roads: &[Road],
    file: &PbfFile,
    report: &mut Report,
) -> GisResult<Layers> {
    let mut layers = Layers::default();
    let found = features
        .iter()
        .filter(|feature| feature.interest.has(Interest::ASSET));
    for feature in found {
        match feature.tags.get("amenity") {
            Some("recycling") if feature.tags.is("recycling_type", "centre") => {
                layers.unloading_sites.push(unloading_site(feature));
            }
            Some("recycling") => add_recycling(&mut layers, feature)?,
            Some("waste_basket") => add_waste_basket(&mut layers, feature)?,
            Some(amenity) => layers
                .health_facilities
                .extend(health_facility(feature, amenity)),
            None => {}
        }
        if feature.tags.is("amenity", "recycling") {
            warn_of_unknown_streams(feature, file, report);
        }
    }
    layers.cameras = camera::cameras(features, roads, file, report);
    Ok(layers)
}

fn health_facility(feature: &Feature<'_>, amenity: &str) -> Option<Asset<HealthFacility>> {
    let category: HealthCategory = amenity.parse().ok()?;
    let (name, finess) = (
        feature.tags.text("name"),
        feature.tags.text("ref:FR:FINESS"),
    );
    Some(asset(
        feature,
        HealthFacility {
            name,
            category,
            finess,
        },
    ))
}

fn unloading_site(feature: &Feature<'_>) -> Asset<UnloadingSite> {
    let streams = streams(feature).into_iter().collect();
    asset(
        feature,
        UnloadingSite {
            name: feature.tags.text("name"),
            streams,
        },
    )
}

fn add_recycling(layers: &mut Layers, feature: &Feature<'_>) -> GisResult<()> {
    let container_type = match feature.tags.get("location") {
        Some("underground") => ContainerType::Underground,
        _ => ContainerType::Unknown,
    };
    let mut streams = streams(feature);
    if streams.is_empty() {
        streams.insert(Stream::Unknown);
    }
    layers.sites.push(site(feature, SiteType::RecyclingPoint));
    for (ix, stream) in streams.into_iter().enumerate() {
        layers
            .containers
            .push(container(feature, ix + 1, (container_type, stream))?);
    }
    Ok(())
}

fn add_waste_basket(layers: &mut Layers, feature: &Feature<'_>) -> GisResult<()> {
    layers.sites.push(site(feature, SiteType::ParkBin));
    layers.containers.push(container(
        feature,
        1,
        (ContainerType::ParkBin, Stream::Litter),
    )?);
    Ok(())
}

fn asset<T>(feature: &Feature<'_>, detail: T) -> Asset<T> {
    Asset {
        key: feature.object.key(),
        place: feature.place,
        detail,
    }
}

fn site(feature: &Feature<'_>, site_type: SiteType) -> Asset<Site> {
    let (name, street) = (feature.tags.text("name"), feature.tags.text("addr:street"));
    asset(
        feature,
        Site {
            name,
            street,
            site_type,
        },
    )
}

fn container(
    feature: &Feature<'_>,
    number: usize,
    (container_type, stream): (ContainerType, Stream),
) -> TwinResult<Asset<Container>> {
    let site = AssetId::new(AssetKind::Site, &feature.object.key())?;
    let detail = Container {
        site,
        container_type,
        stream,
        volume: None,
        max_load: None,
    };
    let key = format!("{}-{number}", feature.object.key()).into();
    Ok(Asset {
        key,
        place: feature.place,
        detail,
    })
}

/// The tags `recycling:*` that are not denied, without their prefix.
fn named<'a>(feature: &'a Feature<'_>) -> impl Iterator<Item = &'a str> {
    let named =
        |(key, value): (&'a str, &'a str)| key.strip_prefix("recycling:").filter(|_| value != "no");
    feature.tags.iter().filter_map(named)
}

/// The streams a feature names, each once.
fn streams(feature: &Feature<'_>) -> BTreeSet<Stream> {
    named(feature).filter_map(stream).collect()
}

fn warn_of_unknown_streams(feature: &Feature<'_>, file: &PbfFile, report: &mut Report) {
    for name in named(feature).filter(|name| stream(name).is_none()) {
        let message = format_args!("takes '{name}', which is no stream of the twin");
        report.warn(
            WarningCode::UnknownStream,
            file.path(),
            feature.object,
            message,
        );
    }
}

/// The stream that takes what OpenStreetMap calls `name`.
fn stream(name: &str) -> Option<Stream> {
    Some(match name {
        "glass" | "glass_bottles" | "glass_jars" => Stream::Glass,
        "paper" | "newspaper" | "magazines" => Stream::Paper,
        "plastic" | "plastic_bottles" | "plastic_packaging" | "PET" | "packaging"
        | "paper_packaging" | "beverage_cartons" | "beverage_carton" | "cartons" => {
            Stream::Packaging
        }
        "mixed" | "dry_recycling" => Stream::Mixed,
        "cardboard" => Stream::Cardboard,
        "cans" | "metal" | "scrap_metal" | "aluminium" | "tins" => Stream::Metal,
        "clothes" | "shoes" | "textiles" | "fabric" => Stream::Textile,
        "organic" | "green_waste" | "garden_waste" | "food_waste" | "compost" => Stream::Organic,
        "waste" | "residual_waste" => Stream::Residual,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use twin_core::LonLat;

    use super::super::gather::Object;
    use super::super::tags::Tags;
    use super::*;

    fn made_of(tags: &[(&str, &str)]) -> Layers {
        let tags = Tags::new(tags.iter().copied());
        let place = LonLat::new(1.5, 42.5).unwrap();
        let feature = Feature {
            object: Object::Node(7),
            interest: Interest::ASSET,
            place,
            tags: &tags,
        };
        let mut layers = Layers::default();
        add_recycling(&mut layers, &feature).unwrap();
        layers
    }

    #[rstest::rstest]
    #[case::names_none(&[], &[Stream::Unknown])]
    #[case::denies_one(&[("recycling:glass", "no")], &[Stream::Unknown])]
    #[case::several_tags_of_one_stream(
        &[("recycling:plastic", "yes"), ("recycling:plastic_bottles", "yes")], &[Stream::Packaging]
    )]
    #[case::several_streams(
        &[("recycling:waste", "yes"), ("recycling:cans", "yes"), ("recycling:glass", "yes")],
        &[Stream::Glass, Stream::Metal, Stream::Residual]
    )]
    #[case::what_the_twin_does_not_know(&[("recycling:batteries", "yes")], &[Stream::Unknown])]
    fn a_site_has_one_container_per_stream(
        #[case] tags: &[(&str, &str)],
        #[case] streams: &[Stream],
    ) {
        let layers = made_of(tags);
        let found: Vec<Stream> = layers.containers.iter().map(|c| c.detail.stream).collect();
        assert_eq!(found, streams);
        assert_eq!(&*layers.containers[0].key, "osm-n7-1");
        assert_eq!(layers.containers[0].detail.site.to_string(), "site/osm-n7");
    }

    #[test]
    fn a_container_in_the_ground_is_told_from_others() {
        let layers = made_of(&[("location", "underground")]);
        assert_eq!(
            layers.containers[0].detail.container_type,
            ContainerType::Underground
        );
    }
}
