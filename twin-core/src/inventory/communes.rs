//! The communes, and which of them a place lies in.

use rstar::RTree;
use rstar::primitives::{GeomWithData, Rectangle};

use crate::place::LonLat;
use crate::polygon::PreparedPolygon;
use crate::territory::Commune;
use crate::time::Timestamp;

/// The dense number of a commune, in the order of the pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommuneIx(pub u16);

/// The communes of a territory, past and present ones.
#[derive(Debug)]
pub struct Communes {
    rows: Vec<Commune>,
    outlines: Vec<Option<PreparedPolygon>>,
    tree: RTree<GeomWithData<Rectangle<[f64; 2]>, u16>>,
}

impl Communes {
    /// Indexes the outlines. Communes beyond the first 65,536 are not indexed.
    pub(super) fn new(communes: Vec<Commune>) -> Self {
        let outlines: Vec<_> = communes
            .iter()
            .map(|commune| PreparedPolygon::new(&commune.outline))
            .collect();
        let boxes = (0_u16..=u16::MAX)
            .zip(&outlines)
            .filter_map(|(ix, outline)| {
                let bbox = outline.as_ref()?.bbox();
                let corners = ([bbox.west(), bbox.south()], [bbox.east(), bbox.north()]);
                Some(GeomWithData::new(
                    Rectangle::from_corners(corners.0, corners.1),
                    ix,
                ))
            });
        let tree = RTree::bulk_load(boxes.collect());
        Self {
            rows: communes,
            outlines,
            tree,
        }
    }

    /// How many there are, members or not.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The commune with a number.
    pub fn get(&self, ix: CommuneIx) -> Option<&Commune> {
        self.rows.get(usize::from(ix.0))
    }

    /// All of them with their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (CommuneIx, &Commune)> {
        (0_u16..=u16::MAX).map(CommuneIx).zip(&self.rows)
    }

    /// Those that belong to the territory at a time.
    pub fn members(&self, at: Timestamp) -> impl Iterator<Item = (CommuneIx, &Commune)> {
        self.iter()
            .filter(move |(_ix, commune)| commune.is_member(at))
    }

    /// The commune with a code.
    pub fn find(&self, code: &str) -> Option<CommuneIx> {
        self.iter()
            .find(|(_ix, commune)| &*commune.code == code)
            .map(|(ix, _commune)| ix)
    }

    /// The commune a place lies in, member or not; on a shared edge it is exactly one of the two.
    pub fn at(&self, place: LonLat) -> Option<CommuneIx> {
        self.tree
            .locate_all_at_point([place.lon(), place.lat()])
            .map(|entry| entry.data)
            .filter(|ix| {
                let outline = self.outlines.get(usize::from(*ix));
                outline.is_some_and(|o| o.as_ref().is_some_and(|o| o.contains(place)))
            })
            .min()
            .map(CommuneIx)
    }
}
