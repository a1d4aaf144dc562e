//! The mapping: which column of a table is what, and what its values mean.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use twin_core::{ContainerType, SiteType, Stream};

use super::table::Table;
use crate::error::{GisError, GisResult};
use crate::import::tables::row::cannot_read;
use crate::import::tables::words::plain;

/// How a table of sites is to be read.
///
/// ```
/// let mapping = gis_data::import::sites::Mapping::parse(
///     r#"
///     version = 1
///     rows = "container"
///     crs = "EPSG:2154"
///     [columns]
///     site = "idlieu"
///     container = "idcont"
///     x = "x_l93"
///     y = "y_l93"
///     stream = "flux"
///     "#,
///     std::path::Path::new("map.toml"),
/// )?;
/// assert_eq!(mapping.columns["site"], "idlieu");
/// # Ok::<(), gis_data::GisError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Version of the format: 1.
    pub version: u32,
    /// What one row is.
    pub rows: RowKind,
    /// The reference system of x and y; by default what the file says, else WGS84.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crs: Option<String>,
    /// The unit of volumes that have none.
    #[serde(default)]
    pub volume_unit: VolumeUnit,
    /// The name of the column for each of `site`, `container`, `x`, `y`, `point` (latitude, comma,
    /// longitude), `name`, `street`, `site_type`, `container_type`, `stream`, `volume`, `max_load`
    /// (kilograms), `dev_eui`.
    pub columns: BTreeMap<String, String>,
    /// The same for a second table, of containers, where there is one: its `site` is that of the
    /// first.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub containers: BTreeMap<String, String>,
    /// What holds where the table does not tell.
    #[serde(default)]
    pub defaults: Defaults,
    /// What values mean, beside the usual French words.
    #[serde(default)]
    pub values: Values,
    /// Columns that tell how many containers of a stream a site has: column, stream.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub counts: BTreeMap<String, Stream>,
}

/// What one row of a table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RowKind {
    /// A site, with the streams it takes or the containers it has.
    Site,
    /// A container, with the site it stands on.
    Container,
}

/// The unit of a volume.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum VolumeUnit {
    /// Litres.
    #[default]
    #[serde(rename = "l")]
    Litres,
    /// Cubic metres.
    #[serde(rename = "m3")]
    CubicMetres,
}

/// What holds where the table does not tell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Defaults {
    /// The type of site.
    pub site_type: SiteType,
    /// The type of container.
    pub container_type: ContainerType,
    /// The stream.
    pub stream: Stream,
    /// The codec of the sensors.
    pub codec: String,
    /// From a sensor to the bottom of its container, in millimetres.
    pub empty_mm: u16,
    /// From a sensor to the surface of a full container, in millimetres.
    pub full_mm: u16,
    /// How often a sensor reports, in hours.
    pub interval_h: u16,
}

impl Default for Defaults {
    fn default() -> Self {
        Self {
            site_type: SiteType::RecyclingPoint,
            container_type: ContainerType::Unknown,
            stream: Stream::Unknown,
            codec: "milesight-em400-mud".to_owned(),
            empty_mm: 2000,
            full_mm: 400,
            interval_h: 4,
        }
    }
}

/// What values mean.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Values {
    /// Of the column `stream`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub stream: BTreeMap<String, Stream>,
    /// Of the column `site_type`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub site_type: BTreeMap<String, SiteType>,
    /// Of the column `container_type`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub container_type: BTreeMap<String, ContainerType>,
}

/// The fields that a column can be for.
const FIELDS: [&str; 13] = [
    "site",
    "container",
    "x",
    "y",
    "point",
    "name",
    "street",
    "site_type",
    "container_type",
    "stream",
    "volume",
    "max_load",
    "dev_eui",
];

/// A mapping's columns by their position in a table.
#[derive(Clone, Debug, Default)]
pub(super) struct Bound {
    by_field: BTreeMap<String, usize>,
    /// Columns that count containers.
    pub(super) counts: Vec<(usize, Stream)>,
}

impl Bound {
    /// The value of a field in a row; `None` where it is empty or has no column.
    pub(super) fn get<'r>(&self, values: &'r [Box<str>], field: &str) -> Option<&'r str> {
        let value = values.get(*self.by_field.get(field)?)?;
        (!value.is_empty()).then_some(&**value)
    }

    pub(super) fn has(&self, field: &str) -> bool {
        self.by_field.contains_key(field)
    }
}

impl Mapping {
    /// The version that this code reads and writes.
    pub const VERSION: u32 = 1;

    /// Reads a mapping's file.
    ///
    /// # Errors
    /// What cannot be read, and what [`Mapping::parse`] refuses.
    pub fn read(path: &Path) -> GisResult<Self> {
        let text = std::fs::read_to_string(path).map_err(cannot_read(path))?;
        Self::parse(&text, path)
    }

    /// Reads a mapping from TOML; `path` is what messages call it.
    ///
    /// # Errors
    /// Text that is no TOML, unknown fields and other versions.
    pub fn parse(text: &str, path: &Path) -> GisResult<Self> {
        let refused = |message: String| GisError::InvalidMapping {
            message: message.trim().into(),
            path: path.to_path_buf(),
        };
        let mapping: Self = toml::from_str(text).map_err(|error| refused(error.to_string()))?;
        if mapping.version != Self::VERSION {
            let message = format!("version is {}, expected 1", mapping.version);
            return Err(refused(message));
        }
        let is_known = |field: &&String| FIELDS.contains(&field.as_str());
        let mut fields = mapping.columns.keys().chain(mapping.containers.keys());
        if let Some(field) = fields.find(|field| !is_known(field)) {
            let known = FIELDS.join(", ");
            let message = format!("{field} is no field, expected one of {known}");
            return Err(refused(message));
        }
        Ok(mapping)
    }

    /// A mapping that comes with the twin, by its name: `lieu-conteneur`.
    pub fn shipped(name: &str) -> Option<Self> {
        let text = match name {
            "lieu-conteneur" => include_str!("../../../../assets/mappings/lieu-conteneur.toml"),
            _ => return None,
        };
        Self::parse(text, Path::new(name)).ok()
    }

    /// The mapping as TOML.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).unwrap_or_default()
    }

    /// The system that the table's places are in.
    pub(super) fn crs_of(&self, table: &Table) -> Option<String> {
        self.crs.clone().or_else(|| table.crs.clone())
    }

    /// Where the columns of the first table are.
    pub(super) fn bound(&self, columns: &[Box<str>], path: &Path) -> GisResult<Bound> {
        Self::find((&self.columns, &self.counts), columns, path)
    }

    /// Where the columns of the second table are.
    pub(super) fn bound_containers(&self, columns: &[Box<str>], path: &Path) -> GisResult<Bound> {
        Self::find((&self.containers, &BTreeMap::new()), columns, path)
    }

    /// Finds each column in a table, by its name or by its name without accents and signs.
    fn find(
        (fields, counts): (&BTreeMap<String, String>, &BTreeMap<String, Stream>),
        columns: &[Box<str>],
        path: &Path,
    ) -> GisResult<Bound> {
        let find = |name: &String| {
            let exact = columns.iter().position(|column| **column == **name);
            let alike = || {
                columns
                    .iter()
                    .position(|column| plain(column) == plain(name))
            };
            exact.or_else(alike).ok_or_else(|| GisError::NoSuchColumn {
                column: name.as_str().into(),
                columns: columns.join(", ").into(),
                path: path.to_path_buf(),
            })
        };
        let mut bound = Bound::default();
        for (field, column) in fields {
            bound.by_field.insert(field.clone(), find(column)?);
        }
        for (column, stream) in counts {
            bound.counts.push((find(column)?, *stream));
        }
        Ok(bound)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::another_version("version = 2\nrows = \"site\"\n[columns]\n", "version is 2")]
    #[case::an_unknown_field("version = 1\nrows = \"site\"\ncolour = 3\n[columns]\n", "colour")]
    #[case::an_unknown_column_field(
        "version = 1\nrows = \"site\"\n[columns]\nlid = \"a\"\n",
        "lid is no field"
    )]
    #[case::an_unknown_stream(
        "version = 1\nrows = \"site\"\n[columns]\n[counts]\nnb = \"gold\"\n",
        "gold"
    )]
    fn a_mapping_that_says_nothing_is_refused_with_the_reason(
        #[case] text: &str,
        #[case] reason: &str,
    ) {
        let error = Mapping::parse(text, Path::new("m.toml"))
            .unwrap_err()
            .to_string();
        assert!(
            error.contains(reason) && error.contains("m.toml"),
            "{error}"
        );
    }

    #[test]
    fn the_shipped_mappings_can_be_read() {
        let mapping = Mapping::shipped("lieu-conteneur").unwrap();
        assert_eq!(mapping.containers["container"], "idcont");
        assert!(Mapping::shipped("other").is_none());
    }

    #[test]
    fn a_column_that_is_not_there_is_named_with_those_that_are() {
        let text = "version = 1\nrows = \"site\"\n[columns]\nx = \"lon\"\n";
        let mapping = Mapping::parse(text, Path::new("m.toml")).unwrap();
        let columns = ["Longitude".into(), "Latitude".into()];
        let error = mapping
            .bound(&columns, Path::new("t.csv"))
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("'lon'") && error.contains("Longitude, Latitude"),
            "{error}"
        );
    }
}
