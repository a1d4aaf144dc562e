//! A mapping out of a table's header and its first rows.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use twin_core::Stream;

use super::mapping::{Defaults, Mapping, RowKind, Values, VolumeUnit};
use super::table::Table;
use super::vocabulary::{self, COLUMNS, Purpose};
use crate::error::GisResult;
use crate::import::Report;
use crate::import::tables::numbers::number;
use crate::import::tables::row::TableRow;
use crate::import::tables::words::plain;

/// How many rows are looked at.
const SAMPLE_ROWS: usize = 500;
/// How many different values of a stream are asked about, at most.
const MAX_VALUES: usize = 50;

/// A mapping as far as a table lets guess, and what is unsure about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// The mapping.
    pub mapping: Mapping,
    /// What should be looked at, in words.
    pub doubts: Vec<String>,
}

impl Proposal {
    /// The mapping as TOML, with what is unsure as comments before it.
    pub fn to_toml(&self) -> String {
        let comment = |doubt: &String| format!("# {doubt}\n");
        let doubts: String = self.doubts.iter().map(comment).collect();
        doubts + &self.mapping.to_toml()
    }
}

/// Proposes a mapping for a table, from its header and its first rows.
///
/// # Errors
/// A file that cannot be read or is no table.
pub fn propose(path: &Path) -> GisResult<Proposal> {
    let mut table = Table::open(path)?;
    let mut rows = Vec::new();
    while let Some(row) = table.next(&mut Report::default())? {
        rows.push(row);
        if rows.len() == SAMPLE_ROWS {
            break;
        }
    }
    let guess = Guess {
        table: &table,
        rows: &rows,
        doubts: Vec::new(),
    };
    Ok(guess.proposal())
}

struct Guess<'a> {
    table: &'a Table,
    rows: &'a [TableRow],
    doubts: Vec<String>,
}

impl Guess<'_> {
    fn proposal(mut self) -> Proposal {
        let mut columns = self.columns();
        let rows = self.row_kind(&mut columns);
        let counts = self.counts(&columns);
        let crs = self.crs(&columns);
        let mapping = Mapping {
            version: Mapping::VERSION,
            rows,
            crs,
            volume_unit: self.volume_unit(&columns),
            columns: named(&columns, self.table),
            containers: BTreeMap::new(),
            defaults: Defaults::default(),
            values: Values::default(),
            counts,
        };
        self.doubt_streams(&columns, mapping.counts.is_empty());
        Proposal {
            mapping,
            doubts: self.doubts,
        }
    }

    /// The first column whose name is known for a purpose, likeliest names first.
    fn columns(&self) -> BTreeMap<Purpose, usize> {
        let names: Vec<String> = self.table.columns.iter().map(|name| plain(name)).collect();
        let mut taken = BTreeSet::new();
        let mut columns = BTreeMap::new();
        for (purpose, known) in COLUMNS {
            let find = |name: &&str| names.iter().position(|column| column == *name);
            if let Some(ix) = known.iter().find_map(find).filter(|ix| taken.insert(*ix)) {
                columns.insert(*purpose, ix);
            }
        }
        if !columns.contains_key(&Purpose::Stream) {
            self.find_stream(&mut columns);
        }
        columns
    }

    /// A column whose values are streams, whatever its name: one that is for nothing else yet, or
    /// for a type of something.
    fn find_stream(&self, columns: &mut BTreeMap<Purpose, usize>) {
        let is_for_more = |ix: usize| {
            let of_type = [Purpose::SiteType, Purpose::ContainerType];
            let taken = columns.iter().find(|(_, taken)| **taken == ix);
            taken.is_some_and(|(purpose, _)| !of_type.contains(purpose))
        };
        let is_stream = |text: &str| vocabulary::stream(text).is_some_and(|it| it != Stream::Mixed);
        let holds_streams = |ix: &usize| {
            let mut values = self.values(*ix).peekable();
            values.peek().is_some() && values.all(is_stream)
        };
        let mut free = (0..self.table.columns.len()).filter(|ix| !is_for_more(*ix));
        if let Some(ix) = free.find(holds_streams) {
            columns.insert(Purpose::Stream, ix);
        }
    }

    fn values(&self, ix: usize) -> impl Iterator<Item = &str> {
        let values = self.rows.iter().filter_map(move |row| row.values.get(ix));
        values
            .map(|value| &**value)
            .filter(|value| !value.is_empty())
    }

    /// One row a container where containers have numbers, or where a site comes again.
    fn row_kind(&mut self, columns: &mut BTreeMap<Purpose, usize>) -> RowKind {
        let repeats = |ix: usize| {
            let mut seen = BTreeSet::new();
            !self.values(ix).all(|value| seen.insert(value))
        };
        let site = columns.get(&Purpose::Site).copied();
        let container = columns.get(&Purpose::Container).copied();
        match (site, container) {
            (Some(_), Some(_)) => RowKind::Container,
            (Some(site), None) if repeats(site) => RowKind::Container,
            (Some(_), None) => RowKind::Site,
            (None, Some(_)) => {
                self.doubts.push(
                    "no column with the number of the site: containers at the same place share one"
                        .into(),
                );
                RowKind::Container
            }
            (None, None) => {
                self.doubts.push("no column with a number: keys are made from places, and change when a site is moved".into());
                RowKind::Site
            }
        }
    }

    /// Columns such as `nb_verre` with small whole numbers.
    fn counts(&self, columns: &BTreeMap<Purpose, usize>) -> BTreeMap<String, Stream> {
        if columns.contains_key(&Purpose::Stream) || columns.contains_key(&Purpose::Container) {
            return BTreeMap::new();
        }
        let is_count = |ix: usize| {
            let is_small = |value: &str| {
                number(value).is_some_and(|n| n.fract() == 0.0 && (0.0..=50.0).contains(&n))
            };
            self.values(ix).next().is_some() && self.values(ix).all(is_small)
        };
        let is_free = |ix: &usize| !columns.values().any(|taken| taken == ix);
        let all = 0..self.table.columns.len();
        let counts = all.filter(is_free).filter_map(|ix| {
            let name = &self.table.columns[ix];
            let stream = vocabulary::stream(name).filter(|_| is_count(ix))?;
            Some((name.to_string(), stream))
        });
        counts.collect()
    }

    /// The reference system that the coordinates look like.
    fn crs(&mut self, columns: &BTreeMap<Purpose, usize>) -> Option<String> {
        let (x, y) = (columns.get(&Purpose::X), columns.get(&Purpose::Y));
        let (Some(x), Some(y)) = (x, y) else {
            if !columns.contains_key(&Purpose::Point)
                && self.rows.iter().all(|row| row.place.is_none())
            {
                self.doubts
                    .push("no columns with coordinates: name them as x and y, or as point".into());
            }
            return None;
        };
        let (x, y) = (self.middle(*x)?, self.middle(*y)?);
        let crs = looks_like(x, y);
        if crs.is_none() {
            let doubt = format!("coordinates like {x}, {y} are of no known system: name it as crs");
            self.doubts.push(doubt);
        }
        crs
    }

    fn middle(&self, ix: usize) -> Option<f64> {
        let mut numbers: Vec<f64> = self.values(ix).filter_map(number).collect();
        numbers.sort_by(f64::total_cmp);
        numbers.get(numbers.len() / 2).copied()
    }

    /// Cubic metres where the column says so, or where volumes are below 50.
    fn volume_unit(&self, columns: &BTreeMap<Purpose, usize>) -> VolumeUnit {
        let Some(ix) = columns.get(&Purpose::Volume) else {
            return VolumeUnit::Litres;
        };
        let is_small = self.middle(*ix).is_some_and(|volume| volume < 50.0);
        if plain(&self.table.columns[*ix]).ends_with("m3") || is_small {
            VolumeUnit::CubicMetres
        } else {
            VolumeUnit::Litres
        }
    }

    fn doubt_streams(&mut self, columns: &BTreeMap<Purpose, usize>, is_needed: bool) {
        let Some(ix) = columns.get(&Purpose::Stream) else {
            if is_needed {
                self.doubts
                    .push("no column with the stream: containers count as unknown".into());
            }
            return;
        };
        let parts = self
            .values(*ix)
            .flat_map(|text| text.split([',', ';', '/', '|', '+']));
        let unknown: BTreeSet<&str> = parts
            .map(str::trim)
            .filter(|part| !part.is_empty() && vocabulary::stream(part).is_none())
            .collect();
        let doubts: Vec<String> = unknown
            .into_iter()
            .take(MAX_VALUES)
            .map(|value| {
                format!("the stream {value:?} is unknown: say what it is under [values.stream]")
            })
            .collect();
        self.doubts.extend(doubts);
    }
}

/// The system of coordinates as they are usual in France: degrees, Lambert-93, or one of the nine
/// conical ones (EPSG:3942 to 3950, whose northings start with 1 to 9 millions).
fn looks_like(x: f64, y: f64) -> Option<String> {
    let code = match (x.abs(), y.abs()) {
        (x, y) if x <= 180.0 && y <= 180.0 => 4326,
        (x, y) if x < 1.3e6 && (6.0e6..7.2e6).contains(&y) => 2154,
        (x, y) if y < 1.3e6 && (6.0e6..7.2e6).contains(&x) => 2154,
        (x, y) if (1.3e6..2.3e6).contains(&x) && (1.0e6..9.9e6).contains(&y) => {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "1 to 9"
            )]
            let zone = (y / 1e6) as u32;
            3941 + zone
        }
        _ => return None,
    };
    Some(format!("EPSG:{code}"))
}

fn named(columns: &BTreeMap<Purpose, usize>, table: &Table) -> BTreeMap<String, String> {
    let field = |purpose: &Purpose| match purpose {
        Purpose::Site => "site",
        Purpose::Container => "container",
        Purpose::X => "x",
        Purpose::Y => "y",
        Purpose::Point => "point",
        Purpose::Name => "name",
        Purpose::Street => "street",
        Purpose::SiteType => "site_type",
        Purpose::ContainerType => "container_type",
        Purpose::Stream => "stream",
        Purpose::Volume => "volume",
        Purpose::MaxLoad => "max_load",
        Purpose::DevEui => "dev_eui",
    };
    let name = |(purpose, ix): (&Purpose, &usize)| {
        (field(purpose).to_owned(), table.columns[*ix].to_string())
    };
    columns.iter().map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::degrees(6.8, 47.5, Some("EPSG:4326"))]
    #[case::lambert_93(985_752.5, 6_719_088.2, Some("EPSG:2154"))]
    #[case::lambert_93_north_first(6_719_088.2, 985_752.5, Some("EPSG:2154"))]
    #[case::conical_47(1_985_966.2, 6_263_662.1, Some("EPSG:3947"))]
    #[case::conical_42(1_578_159.5, 1_262_000.0, Some("EPSG:3942"))]
    #[case::neither(12.0, 8e7, None)]
    fn systems_are_told_by_their_numbers(
        #[case] x: f64,
        #[case] y: f64,
        #[case] expected: Option<&str>,
    ) {
        assert_eq!(looks_like(x, y).as_deref(), expected);
    }
}
