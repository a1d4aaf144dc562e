//! How two packs differ: their manifests, and layer by layer what they hold.

mod changes;
mod counted;
mod fields;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Debug;

use serde::Serialize;
use twin_core::{
    Asset, Building, Commune, Detail, LandCover, Layers, PointOfInterest, Premises, Road, RoadNode,
    TurnRestriction, Waterway,
};

pub use self::changes::{Changes, changes};
use self::changes::{Pair, Verdict, compare};
use super::folder::{COMMUNES, for_each_kind};
use super::record::Record;
use super::{GroundLayer, Pack};
use crate::error::GisResult;

/// How two packs differ. Fields and their names are those of the JSON of `twin pack diff`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PackDiff {
    /// Whether they differ in anything.
    pub differs: bool,
    /// The entries of the manifests that differ, by name.
    pub manifest: Vec<FieldChange>,
    /// Every layer that one of them has, in the order of the pack.
    pub layers: Vec<LayerDiff>,
}

/// An entry or a column with the two values that it has, as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    /// Its name.
    pub field: String,
    /// What it was; `None` where it had no value.
    pub before: Option<String>,
    /// What it is.
    pub after: Option<String>,
}

/// How one layer differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LayerDiff {
    /// The layer.
    pub name: &'static str,
    /// How its objects are told apart.
    pub by: ComparedBy,
    /// Objects in the first pack; for the terrain, posts.
    pub before: usize,
    /// Objects in the second pack.
    pub after: usize,
    /// What became of them.
    pub changes: Changes,
    /// The first objects of each kind of change, in the order of the second pack, then those that
    /// are gone, by key.
    pub examples: Vec<Example>,
}

/// How the objects of a layer are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ComparedBy {
    /// By their keys: one that moved is the same one.
    Key,
    /// By all that they are: one that differs in anything is another one.
    Content,
}

/// One object that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Example {
    /// Its key.
    pub key: String,
    /// What became of it.
    pub change: Change,
    /// Where it was changed. An object that differs in restricted fields only has none here.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldChange>,
}

/// What became of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// It is new.
    Added,
    /// It is elsewhere.
    Moved,
    /// It is other.
    Changed,
    /// It is gone.
    Removed,
}

impl Change {
    /// Its name for people and programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Moved => "moved",
            Self::Changed => "changed",
            Self::Removed => "removed",
        }
    }
}

/// Compares two packs; of each layer, `limit` objects of each kind of change are shown.
pub fn diff(before: &Pack, after: &Pack, limit: usize) -> PackDiff {
    let mut differ = Differ {
        limit,
        layers: Vec::new(),
    };
    let _never_fails = differ.compare_all(before, after);
    let manifest = fields::of_manifests(&before.manifest, &after.manifest);
    let layers = differ.layers;
    let mut layers_differ = layers.iter().map(|layer| layer.changes.is_any());
    PackDiff {
        differs: !manifest.is_empty() || layers_differ.any(|differs| differs),
        manifest,
        layers,
    }
}

/// A record that may have a key within its layer.
trait Keyed: Record + PartialEq + Debug {
    /// Its key, where it has one.
    fn key(&self) -> Option<Cow<'_, str>>;
}

macro_rules! keyed {
    ($($record:ty: $it:ident => $key:expr;)*) => {$(
        impl Keyed for $record {
            fn key(&self) -> Option<Cow<'_, str>> {
                let $it = self;
                $key
            }
        }
    )*};
}

keyed! {
    Commune: it => Some(Cow::Borrowed(&it.code));
    Road: it => it.id.map(|id| id.to_string().into());
    RoadNode: it => Some(it.id.to_string().into());
    TurnRestriction: it => Some(it.id.to_string().into());
    Waterway: _it => None;
    Building: it => Some(Cow::Borrowed(&it.key));
    LandCover: _it => None;
    PointOfInterest: it => Some(Cow::Borrowed(&it.key));
    Premises: it => Some(Cow::Borrowed(&it.key));
}

impl<T: Detail + PartialEq + Debug> Keyed for Asset<T>
where
    Self: Record,
{
    fn key(&self) -> Option<Cow<'_, str>> {
        Some(Cow::Borrowed(&self.key))
    }
}

struct Differ {
    limit: usize,
    layers: Vec<LayerDiff>,
}

impl Differ {
    fn compare_all(&mut self, before: &Pack, after: &Pack) -> GisResult<()> {
        let (old, new) = (&before.layers, &after.layers);
        self.layer(COMMUNES, &old.communes, &new.communes);
        for_each_kind!(self.kind((old, new)));
        let (old, new) = (&before.ground, &after.ground);
        for layer in GroundLayer::ALL {
            let name = layer.name();
            match layer {
                GroundLayer::Roads => self.layer(name, &old.roads, &new.roads),
                GroundLayer::RoadNodes => self.layer(name, &old.road_nodes, &new.road_nodes),
                GroundLayer::TurnRestrictions => {
                    self.layer(name, &old.turn_restrictions, &new.turn_restrictions);
                }
                GroundLayer::Water => self.layer(name, &old.waterways, &new.waterways),
                GroundLayer::Buildings => self.layer(name, &old.buildings, &new.buildings),
                GroundLayer::LandCover => self.layer(name, &old.land_cover, &new.land_cover),
                GroundLayer::PointsOfInterest => {
                    self.layer(name, &old.points_of_interest, &new.points_of_interest);
                }
                GroundLayer::Premises => self.layer(name, &old.premises, &new.premises),
                GroundLayer::Terrain => {
                    let changes = counted::terrain(old.terrain.as_ref(), new.terrain.as_ref());
                    let counts = (layer.count(old), layer.count(new));
                    self.push(by_content(name, counts, changes));
                }
            }
        }
        Ok(())
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "the macro asks each kind for a result"
    )]
    fn kind<T: Detail + PartialEq + Debug>(
        &mut self,
        (old, new): (&Layers, &Layers),
    ) -> GisResult<()>
    where
        Asset<T>: Record,
    {
        self.layer(T::KIND.info().layer, T::of(old), T::of(new));
        Ok(())
    }

    fn layer<R: Keyed>(&mut self, name: &'static str, before: &[R], after: &[R]) {
        let counts = (before.len(), after.len());
        if !(has_keys(before) && has_keys(after)) {
            let changes = counted::counted(before, after);
            self.push(by_content(name, counts, changes));
            return;
        }
        let mut examples = Examples::new(self.limit);
        let changes = compare(
            (before, after),
            |it| it.key().unwrap_or_default(),
            judge,
            |key, pair| examples.see(key, pair),
        );
        self.push(LayerDiff {
            by: ComparedBy::Key,
            examples: examples.kept,
            ..by_content(name, counts, changes)
        });
    }

    fn push(&mut self, layer: LayerDiff) {
        if layer.before + layer.after > 0 {
            self.layers.push(layer);
        }
    }
}

const fn by_content(
    name: &'static str,
    (before, after): (usize, usize),
    changes: Changes,
) -> LayerDiff {
    LayerDiff {
        name,
        by: ComparedBy::Content,
        before,
        after,
        changes,
        examples: Vec::new(),
    }
}

/// Whether every record has a key of its own.
fn has_keys<R: Keyed>(records: &[R]) -> bool {
    let mut seen = BTreeSet::new();
    records
        .iter()
        .all(|record| record.key().is_some_and(|key| seen.insert(key)))
}

fn judge<R: Keyed>(was: &R, is: &R) -> Verdict {
    if was == is {
        Verdict::Kept
    } else if is_elsewhere(was, is) {
        Verdict::Moved
    } else {
        Verdict::Changed
    }
}

fn is_elsewhere<R: Keyed>(was: &R, is: &R) -> bool {
    use super::shape::Shape as _;
    was.shape().to_geometry() != is.shape().to_geometry()
}

/// The first objects of each kind of change.
struct Examples {
    limit: usize,
    seen: [usize; 4],
    kept: Vec<Example>,
}

impl Examples {
    const fn new(limit: usize) -> Self {
        Self {
            limit,
            seen: [0; 4],
            kept: Vec::new(),
        }
    }

    fn see<R: Keyed>(&mut self, key: &str, pair: &Pair<'_, R>) {
        let (change, versions) = match *pair {
            Pair::Kept => return,
            Pair::Added(_) => (Change::Added, None),
            Pair::Moved(was, is) => (Change::Moved, Some((was, is))),
            Pair::Changed(was, is) => (Change::Changed, Some((was, is))),
            Pair::Removed(_) => (Change::Removed, None),
        };
        let seen = &mut self.seen[change as usize];
        *seen += 1;
        if *seen > self.limit {
            return;
        }
        let fields = versions.map_or_else(Vec::new, |(was, is)| fields::differing(was, is));
        self.kept.push(Example {
            key: key.to_owned(),
            change,
            fields,
        });
    }
}
