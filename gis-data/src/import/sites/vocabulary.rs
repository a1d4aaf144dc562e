//! The words of French collectivities for streams, containers and sites, and the names that they
//! give to columns.

use twin_core::{ContainerType, SiteType, Stream};

use crate::import::tables::words::plain;

/// Words, and what they mean where a text has one of them; earlier rows count first.
type Words<T> = [(&'static [&'static str], T)];

const STREAMS: &Words<Stream> = &[
    (&["verre", "glass"], Stream::Glass),
    (
        &["multimat", "emr", "multiflux", "melange", "mixed"],
        Stream::Mixed,
    ),
    (
        &["emballage", "plastique", "flacon", "packaging"],
        Stream::Packaging,
    ),
    (&["papier", "journa", "jrm", "paper"], Stream::Paper),
    (&["carton", "cardboard"], Stream::Cardboard),
    (&["textile", "vetement", "tlc"], Stream::Textile),
    (&["metal", "metaux", "ferraille", "canette"], Stream::Metal),
    (
        &[
            "biodechet",
            "organi",
            "fermentescible",
            "alimentaire",
            "vegeta",
            "compost",
        ],
        Stream::Organic,
    ),
    (&["omr", "ordure", "residu", "menager"], Stream::Residual),
    (&["corbeille", "proprete", "litter"], Stream::Litter),
    (&["recyclable", "selectif", "tri"], Stream::Mixed),
];

const CONTAINER_TYPES: &Words<ContainerType> = &[
    (&["enterr", "underground"], ContainerType::Underground),
    (
        &["corbeille", "poubelle", "parkbin"],
        ContainerType::ParkBin,
    ),
    (&["bac", "roue", "fourwheeled"], ContainerType::FourWheeled),
    (
        &["colonne", "borne", "aerien", "column", "benne"],
        ContainerType::Column,
    ),
];

const SITE_TYPES: &Words<SiteType> = &[
    (&["regroup", "impasse"], SiteType::RegroupingPoint),
    (&["corbeille", "parc", "parkbin"], SiteType::ParkBin),
    (
        &["pav", "apport", "recycl", "pointr", "colonne"],
        SiteType::RecyclingPoint,
    ),
];

fn meaning<T: Copy>(words: &Words<T>, text: &str) -> Option<T> {
    let text = plain(text);
    let has =
        |known: &&(&'static [&'static str], T)| known.0.iter().any(|word| text.contains(word));
    words.iter().find(has).map(|(_, value)| *value)
}

/// What a stream is called, in French or by its name in the twin.
pub(in crate::import) fn stream(text: &str) -> Option<Stream> {
    let is_residual = matches!(plain(text).as_str(), "om" | "dr");
    let named = text.parse().ok();
    named
        .or(is_residual.then_some(Stream::Residual))
        .or_else(|| meaning(STREAMS, text))
}

/// What a type of container is called.
pub(super) fn container_type(text: &str) -> Option<ContainerType> {
    text.parse().ok().or_else(|| meaning(CONTAINER_TYPES, text))
}

/// What a type of site is called.
pub(super) fn site_type(text: &str) -> Option<SiteType> {
    text.parse().ok().or_else(|| meaning(SITE_TYPES, text))
}

/// What a column is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Purpose {
    Site,
    Container,
    X,
    Y,
    Point,
    Name,
    Street,
    SiteType,
    ContainerType,
    Stream,
    Volume,
    MaxLoad,
    DevEui,
}

/// Names of columns for each purpose, as `plain` gives them; the likeliest first.
pub(super) const COLUMNS: &[(Purpose, &[&str])] = &[
    (
        Purpose::DevEui,
        &["deveui", "eui", "capteur", "sensor", "idcapteur"],
    ),
    (
        Purpose::Container,
        &[
            "idcont",
            "nconteneur",
            "ncolonne",
            "idconteneur",
            "conteneur",
            "codeconteneur",
            "numconteneur",
            "numeroconteneur",
            "idcolonne",
            "numcuve",
            "idcuve",
            "idbac",
            "numbac",
            "container",
            "containerid",
            "refconteneur",
        ],
    ),
    (
        Purpose::Site,
        &[
            "idlieu",
            "nlieu",
            "npav",
            "nsite",
            "npoint",
            "idsite",
            "idpav",
            "codepav",
            "numpav",
            "numeropav",
            "codesite",
            "site",
            "siteid",
            "idpoint",
            "codepoint",
            "refpoint",
            "numpoint",
            "idemplacement",
            "reference",
            "ref",
            "code",
            "identifiant",
            "numero",
            "gid",
            "fid",
            "objectid",
            "id",
        ],
    ),
    (
        Purpose::Point,
        &[
            "geopoint2d",
            "geopoint",
            "coordonnees",
            "coordonneesgeo",
            "latlon",
            "geolocalisation",
        ],
    ),
    (
        Purpose::X,
        &[
            "longitude",
            "lon",
            "lng",
            "long",
            "xwgs84",
            "geox",
            "xl93",
            "xlambert93",
            "xlamb93",
            "coordx",
            "xcoord",
            "x",
        ],
    ),
    (
        Purpose::Y,
        &[
            "latitude",
            "lat",
            "ywgs84",
            "geoy",
            "yl93",
            "ylambert93",
            "ylamb93",
            "coordy",
            "ycoord",
            "y",
        ],
    ),
    (
        Purpose::Stream,
        &[
            "flux",
            "typeflux",
            "stream",
            "typedechet",
            "typededechet",
            "typedechets",
            "dechet",
            "dechets",
            "matiere",
            "materiau",
            "categorie",
        ],
    ),
    (
        Purpose::Volume,
        &[
            "volume",
            "volumem3",
            "volumel",
            "capacite",
            "capacitem3",
            "capacitel",
            "litrage",
            "contenance",
            "vol",
            "volm3",
            "voll",
        ],
    ),
    (
        Purpose::MaxLoad,
        &[
            "chargemax",
            "chargemaxkg",
            "maxload",
            "maxloadkg",
            "poidsmax",
        ],
    ),
    (
        Purpose::ContainerType,
        &[
            "typeconteneur",
            "typecont",
            "typecolonne",
            "containertype",
            "modele",
            "model",
            "implantation",
            "typeimplantation",
        ],
    ),
    (
        Purpose::SiteType,
        &[
            "typesite",
            "typepoint",
            "sitetype",
            "cttype",
            "typelieu",
            "type",
        ],
    ),
    (
        Purpose::Name,
        &[
            "nom",
            "nomsite",
            "nompoint",
            "libelle",
            "designation",
            "intitule",
            "lieudit",
            "name",
            "emplacement",
        ],
    ),
    (
        Purpose::Street,
        &[
            "adresse",
            "rue",
            "voie",
            "street",
            "address",
            "localisation",
            "adr",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::french("Verre", Some(Stream::Glass))]
    #[case::our_name("packaging", Some(Stream::Packaging))]
    #[case::accents("Déchets résiduels", Some(Stream::Residual))]
    #[case::abbreviation("OM", Some(Stream::Residual))]
    #[case::newspapers("Journaux-revues-magazines", Some(Stream::Paper))]
    #[case::all_recyclables("EMR (emballages et papiers)", Some(Stream::Mixed))]
    #[case::food("Biodéchets", Some(Stream::Organic))]
    #[case::unheard("uranium", None)]
    fn streams_have_french_names(#[case] text: &str, #[case] expected: Option<Stream>) {
        assert_eq!(stream(text), expected);
    }

    #[rstest::rstest]
    #[case::half_in_the_ground("Colonne semi-enterrée", ContainerType::Underground)]
    #[case::above("Colonne aérienne", ContainerType::Column)]
    #[case::wheels("Bac 770 L", ContainerType::FourWheeled)]
    fn containers_have_french_names(#[case] text: &str, #[case] expected: ContainerType) {
        assert_eq!(container_type(text), Some(expected));
    }

    #[test]
    fn no_name_of_a_column_has_two_purposes() {
        let mut names: Vec<_> = COLUMNS.iter().flat_map(|(_, names)| names.iter()).collect();
        assert!(names.iter().all(|name| plain(name) == **name));
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
