//! What cannot be read or written, and why.

use std::borrow::Cow;
use std::path::PathBuf;

/// Short for results that fail with a [`GisError`].
pub type GisResult<T> = Result<T, GisError>;

/// A file, a frame or a reference system that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GisError {
    /// A file or folder cannot be read or written.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// What was tried, as a verb: `read`, `write`, `create`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },

    /// A line of a plain graph that is no arc.
    #[error(
        "line {line}: '{text}' is no arc, expected a TAIL HEAD COST, whole numbers below 2^30, in {}",
        path.display()
    )]
    InvalidGraphLine {
        /// The line, from 1.
        line: usize,
        /// Its beginning.
        text: Box<str>,
        /// The file.
        path: PathBuf,
    },

    /// A plain graph with a node number far beyond what its arcs can join.
    #[error("node {node} is far beyond what the arcs join, expected numbers below {limit}, in {}", path.display())]
    SparseGraph {
        /// The largest number.
        node: u32,
        /// The first number that is refused.
        limit: u64,
        /// The file.
        path: PathBuf,
    },

    /// A planar reference system that is not known.
    #[error("'{name}' is no known planar reference system; EPSG:2154 is one")]
    UnknownCrs {
        /// The name that was given.
        name: Box<str>,
    },

    /// A reference system that cannot hold a territory in metres to the east and north.
    #[error("{name} cannot be the planar reference system: {reason}")]
    UnsuitableCrs {
        /// The name that was given.
        name: Box<str>,
        /// What is in the way, as a sentence without its full stop.
        reason: &'static str,
    },

    /// A radio frame or event that cannot be read.
    #[error(transparent)]
    Radio(#[from] crate::radio::RadioError),

    /// A `pack.toml` that is no manifest.
    #[error("line {line}: {reason}, in {}", path.display())]
    InvalidManifest {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        reason: Box<str>,
        /// The manifest.
        path: PathBuf,
    },

    /// A pack of a version that this program does not know.
    #[error("pack version {version} cannot be read, only {known}, in {}", path.display())]
    PackVersion {
        /// The version that the manifest tells.
        version: i64,
        /// The version that can be read.
        known: u32,
        /// The manifest.
        path: PathBuf,
    },

    /// A manifest that lists a layer which packs do not have.
    #[error("there is no layer '{layer}' in packs, but one is listed in {}", path.display())]
    UnknownLayer {
        /// The layer's name.
        layer: Box<str>,
        /// The manifest.
        path: PathBuf,
    },

    /// A layer that has features, but no provenance.
    #[error("layer {layer} has a file or features, but is not listed in {}", path.display())]
    UnlistedLayer {
        /// The layer.
        layer: &'static str,
        /// The manifest.
        path: PathBuf,
    },

    /// A layer that the manifest lists, but that has no file.
    #[error("layer {layer} is listed, but there is no {}", path.display())]
    MissingLayer {
        /// The layer.
        layer: &'static str,
        /// Where its file should be.
        path: PathBuf,
    },

    /// Another pack is where one was to be written.
    #[error("another pack is already in {}", path.display())]
    PackExists {
        /// The folder.
        path: PathBuf,
    },

    /// A folder with other things is where a pack was to be written.
    #[error("there are other things than a pack in {}", path.display())]
    NotAPack {
        /// The folder.
        path: PathBuf,
    },

    /// Text that is no fingerprint of a pack.
    #[error("'{text}' is no fingerprint of 64 hexadecimal digits")]
    InvalidFingerprint {
        /// The rejected text.
        text: Box<str>,
    },

    /// A layer's file that is damaged or of another format.
    #[error("{problem}, at byte {offset} of layer {layer} in {}", path.display())]
    BrokenLayer {
        /// What is wrong.
        problem: &'static str,
        /// Where in the file.
        offset: usize,
        /// The layer.
        layer: &'static str,
        /// Its file.
        path: PathBuf,
    },

    /// A layer in another reference system than WGS84.
    #[error("layer {layer} is in EPSG:{code}, not in WGS84 (EPSG:4326), in {}", path.display())]
    ForeignCrs {
        /// The layer.
        layer: &'static str,
        /// The EPSG code of its reference system.
        code: i32,
        /// Its file.
        path: PathBuf,
    },

    /// A column that is missing or cannot hold what it should.
    #[error("column '{column}' {problem}, in layer {layer} in {}", path.display())]
    UnusableColumn {
        /// The column.
        column: &'static str,
        /// What is wrong with it.
        problem: Box<str>,
        /// The layer.
        layer: &'static str,
        /// Its file.
        path: PathBuf,
    },

    /// A feature whose attributes are damaged.
    #[error("{problem}, in feature {feature} of layer {layer} in {}", path.display())]
    BrokenFeature {
        /// What is wrong.
        problem: &'static str,
        /// The feature's position in the file, from 0.
        feature: usize,
        /// The layer.
        layer: &'static str,
        /// Its file.
        path: PathBuf,
    },

    /// A feature that lies where it cannot, or is of another geometry than its layer.
    #[error("feature {feature} of layer {layer} must have {expected}, in {}", path.display())]
    InvalidGeometry {
        /// The feature's position in the file, from 0.
        feature: usize,
        /// The layer.
        layer: &'static str,
        /// What was expected.
        expected: Cow<'static, str>,
        /// Its file.
        path: PathBuf,
    },

    /// A value that its column cannot hold.
    #[error(
        "column '{column}' of feature {feature} of layer {layer} has {value}, expected {expected}, \
         in {}", path.display()
    )]
    InvalidValue {
        /// The column.
        column: &'static str,
        /// The feature's position in the file, from 0; when writing, that in the layer.
        feature: usize,
        /// The layer.
        layer: &'static str,
        /// The rejected value.
        value: Box<str>,
        /// What was expected.
        expected: Cow<'static, str>,
        /// The layer's file.
        path: PathBuf,
    },

    /// A restricted row that is about no camera of the pack, or about one that has a row already.
    #[error("camera '{key}' is not in the pack, or has two rows, in {}", path.display())]
    UnmatchedCamera {
        /// The camera's key.
        key: Box<str>,
        /// The file of restricted rows.
        path: PathBuf,
    },

    /// A file of facts about a territory that does not have the expected form.
    #[error("{file} is no file of facts about a territory")]
    InvalidFacts {
        /// The file.
        file: Box<str>,
        /// What the reader of TOML says.
        #[source]
        source: Box<toml::de::Error>,
    },

    /// A file of facts with a value that cannot be.
    #[error("{field} is {value}, expected {expected}, in {file}")]
    InvalidFact {
        /// The field, with the name of what it belongs to: `communes.area_km2 of Bart`.
        field: Box<str>,
        /// The rejected value.
        value: Box<str>,
        /// What was expected.
        expected: &'static str,
        /// The file.
        file: Box<str>,
    },

    /// A file of facts names a commune that it does not list.
    #[error("'{commune}', named in {field} of {file}, is none of its communes")]
    UnlistedCommune {
        /// The file.
        file: Box<str>,
        /// The field that names the commune.
        field: &'static str,
        /// The name of the commune.
        commune: Box<str>,
    },

    /// Facts from which no outlines of the wanted areas can be computed.
    #[error("the outline of {commune} cannot be given its area of {area_km2} km²")]
    NoOutline {
        /// The name of the commune.
        commune: Box<str>,
        /// Its area.
        area_km2: f64,
    },

    /// More sites than a commune has room for.
    #[error("no room for another site in {commune}")]
    NoRoom {
        /// The name of the commune.
        commune: Box<str>,
    },

    /// A file that is no OpenStreetMap extract.
    #[error("no OpenStreetMap extract in PBF format, {reason}: {}", path.display())]
    NotOsmPbf {
        /// What was found instead, in words.
        reason: &'static str,
        /// The file.
        path: PathBuf,
    },

    /// An OpenStreetMap extract that cannot be read right without an ability we do not have.
    #[error("extract wants its reader to know '{feature}', which is not supported: {}", path.display())]
    UnsupportedOsmFeature {
        /// The ability, as the file names it.
        feature: Box<str>,
        /// The file.
        path: PathBuf,
    },

    /// A file that is no JSON, or no GeoJSON FeatureCollection.
    #[error("no GeoJSON FeatureCollection: {}", path.display())]
    NotGeoJson {
        /// The file.
        path: PathBuf,
        /// What the reader says.
        #[source]
        source: serde_json::Error,
    },

    /// A file that is no `GeoPackage` with features.
    #[error("no GeoPackage that can be read: {}", path.display())]
    NotGeoPackage {
        /// The file.
        path: PathBuf,
        /// What the reader says.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },

    /// A file that cannot be read as a table.
    #[error("no table that can be read, {reason}: {}", path.display())]
    NotTable {
        /// Why.
        reason: &'static str,
        /// The file.
        path: PathBuf,
    },

    /// A record of a table that does not end.
    #[error("the record after line {line} is longer than {limit} bytes: {}", path.display())]
    RecordTooLong {
        /// The line before it.
        line: u64,
        /// The most bytes that a record may have.
        limit: u64,
        /// The file.
        path: PathBuf,
    },

    /// A value of a table that cannot be used.
    #[error("{row}: {column} is '{value}', expected {expected}, in {}", path.display())]
    InvalidCell {
        /// What messages call the row: `line 12`.
        row: Box<str>,
        /// The column.
        column: &'static str,
        /// The rejected value, its beginning.
        value: Box<str>,
        /// What was expected.
        expected: &'static str,
        /// The file.
        path: PathBuf,
    },

    /// A file that begins like JSON and is none.
    #[error("no JSON that can be read: {}", path.display())]
    NotJson {
        /// The file.
        path: PathBuf,
        /// What the reader says.
        #[source]
        source: serde_json::Error,
    },

    /// A register without a column that it cannot be understood without.
    #[error("it lacks {missing}, has {found}: {}", path.display())]
    MissingColumns {
        /// The columns that are not there, as the register calls them today.
        missing: Box<str>,
        /// The columns that are there.
        found: Box<str>,
        /// The file.
        path: PathBuf,
    },

    /// A mapping that cannot be used.
    #[error("no mapping of columns that can be used, {message}: {}", path.display())]
    InvalidMapping {
        /// What is wrong with it.
        message: Box<str>,
        /// The file.
        path: PathBuf,
    },

    /// A column that a mapping names and a table does not have.
    #[error("the mapping names the column '{column}', expected one of {columns}: {}", path.display())]
    NoSuchColumn {
        /// The column that is not there.
        column: Box<str>,
        /// Those that are.
        columns: Box<str>,
        /// The table.
        path: PathBuf,
    },

    /// A file of outlines without a single usable one.
    #[error("no outline of a commune that can be used: {}", path.display())]
    NoOutlines {
        /// The file.
        path: PathBuf,
    },

    /// A file that is larger than its kind can sensibly be.
    #[error("{bytes} bytes are more than the {limit} that are read: {}", path.display())]
    TooLarge {
        /// How large it is.
        bytes: u64,
        /// How large it may be.
        limit: u64,
        /// The file.
        path: PathBuf,
    },

    /// A file of heights that cannot be read, or is none.
    #[error("no terrain that can be read, {problem}: {}", path.display())]
    NotTerrain {
        /// What is wrong, and what was expected.
        problem: Box<str>,
        /// The file.
        path: PathBuf,
    },

    /// Files of heights that have none where they are wanted.
    #[error("no height lies in the territory: {}", path.display())]
    NoHeights {
        /// The first of the files.
        path: PathBuf,
    },

    /// A pack without a commune, where one is needed.
    #[error("pack '{name}' has no commune to place anything in")]
    NoCommunes {
        /// The name of the pack.
        name: Box<str>,
    },

    /// A value or a reference that the twin refuses.
    #[error(transparent)]
    Twin(#[from] twin_core::TwinError),
}
