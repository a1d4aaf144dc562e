//! Which part of an import each source feeds. This is the one table that joins them.

use std::path::PathBuf;

use super::super::Import;
use super::sources::Source;

/// What a source is to `twin pack import`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Role {
    /// Its name in a file of sources: that of the flag, without its dashes.
    pub(super) name: &'static str,
    /// The layers whose provenance is that of the source, whatever the import says of the file.
    pub(super) layers: &'static [&'static str],
    /// Gives the file to the import.
    pub(super) set: fn(&mut Import, PathBuf),
}

/// Every role. A flag of the import that a source can feed has its row here.
const ROLES: &[Role] = &[
    Role {
        name: "osm",
        // The reader of extracts tells their provenance itself.
        layers: &[],
        set: |import, file| import.osm = Some(file),
    },
    Role {
        name: "communes",
        layers: &["communes"],
        set: |import, file| import.communes = Some(file),
    },
    Role {
        name: "dem",
        layers: &["terrain"],
        set: |import, file| import.terrain.dem.push(file),
    },
    Role {
        name: "addresses",
        layers: &["addresses"],
        set: |import, file| import.registers.addresses = Some(file),
    },
    Role {
        name: "finess",
        layers: &["health_facilities"],
        set: |import, file| import.registers.finess.push(file),
    },
    Role {
        name: "premises",
        layers: &["premises", "fibre_nodes"],
        set: |import, file| import.registers.premises = Some(file),
    },
    // Points of interest come from several sources, whose names their readers put together.
    Role {
        name: "sports",
        layers: &[],
        set: |import, file| import.registers.sports = Some(file),
    },
    Role {
        name: "culture",
        layers: &[],
        set: |import, file| import.registers.culture = Some(file),
    },
    Role {
        name: "recycling-centres",
        layers: &["unloading_sites"],
        set: |import, file| import.registers.recycling_centres = Some(file),
    },
];

impl Role {
    /// The role of a source; `None` where this import has none such.
    pub(super) fn of(source: &Source) -> Option<&'static Self> {
        ROLES.iter().find(|role| role.name == source.role)
    }
}

#[cfg(test)]
mod tests {
    use gis_data::pack::GroundLayer;
    use twin_core::AssetKind;

    use super::*;

    #[test]
    fn every_role_feeds_a_flag_and_layers_that_there_are() {
        let flags = <crate::cli::pack::ImportFlags as clap::CommandFactory>::command();
        let assets = AssetKind::ALL.iter().map(|info| info.layer);
        let known: Vec<_> = assets
            .chain(GroundLayer::ALL.map(GroundLayer::name))
            .chain(["communes"])
            .collect();
        for role in ROLES {
            let is_flag = flags
                .get_arguments()
                .any(|it| it.get_long() == Some(role.name));
            assert!(is_flag, "--{}", role.name);
            let mut import = Import::default();
            (role.set)(&mut import, "a file".into());
            assert!(format!("{import:?}").contains("a file"), "{}", role.name);
            assert!(role.layers.iter().all(|layer| known.contains(layer)));
        }
    }
}
