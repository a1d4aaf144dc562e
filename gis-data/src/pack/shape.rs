//! Points, lines and areas, to and from the coordinates of a feature.

use flatgeobuf::{Geometry, GeometryType};
use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use twin_core::LonLat;

use super::codec::Expected;

/// What a feature is on the ground, in WGS84.
pub(super) trait Shape: Sized {
    /// The geometry type of a layer of such features.
    const TYPE: GeometryType;

    /// The types that can be read, and what they are called.
    const READABLE: (&'static [GeometryType], &'static str);

    /// Refuses what must not be written, and what was read and is not right.
    fn check(&self) -> Result<(), Expected>;

    /// The same for the writer.
    fn to_geometry(&self) -> geo_types::Geometry;

    /// Reads a geometry of one of the readable types.
    fn from_parts(parts: &mut Parts<'_>) -> Result<Self, Expected>;
}

/// A geometry as it lies in the file, and how many points it may have at most: a hostile file
/// can refer to the same coordinates again and again.
#[derive(Debug)]
pub(super) struct Parts<'a> {
    pub(super) geometry: Geometry<'a>,
    pub(super) points_left: usize,
}

impl<'a> Parts<'a> {
    /// The outer parts of a geometry; itself where it is not divided.
    fn each<T>(
        &mut self,
        mut read: impl FnMut(&mut Self) -> Result<T, Expected>,
    ) -> Result<Vec<T>, Expected> {
        let whole = self.geometry;
        let Some(parts) = whole.parts().filter(|parts| !parts.is_empty()) else {
            return Ok(vec![read(self)?]);
        };
        let mut out = Vec::new();
        for geometry in parts {
            self.geometry = geometry;
            out.push(read(self)?);
        }
        Ok(out)
    }

    /// The coordinates, cut at the ends that the geometry names.
    fn runs(&mut self) -> Result<Vec<Vec<LonLat>>, Expected> {
        let xy = self.geometry.xy().ok_or("coordinates")?;
        let count = xy.len() / 2;
        if xy.len() % 2 != 0 {
            return Err("as many latitudes as longitudes".into());
        }
        self.points_left = self
            .points_left
            .checked_sub(count)
            .ok_or("no point twice")?;
        let place = |ix: usize| LonLat::new(xy.get(2 * ix), xy.get(2 * ix + 1));
        let mut runs = Vec::new();
        let mut start = 0;
        for end in self.ends(count) {
            if end < start || end > count {
                return Err("parts that end within the coordinates".into());
            }
            let run = (start..end).map(place).collect::<Result<Vec<_>, _>>();
            runs.push(run.map_err(|off_globe| Expected::from(on_globe(&off_globe)))?);
            start = end;
        }
        Ok(runs)
    }

    fn ends(&self, count: usize) -> impl Iterator<Item = usize> + use<'a> {
        let ends = self.geometry.ends().filter(|ends| !ends.is_empty());
        let undivided = ends.is_none().then_some(count);
        let ends = ends.into_iter().flatten();
        ends.map(|end| usize::try_from(end).unwrap_or(usize::MAX))
            .chain(undivided)
    }

    fn single_run(&mut self) -> Result<Vec<LonLat>, Expected> {
        let mut runs = self.each(Self::runs)?.into_iter().flatten();
        match (runs.next(), runs.next()) {
            (Some(run), None) => Ok(run),
            _ => Err("one part".into()),
        }
    }
}

fn on_globe(error: &twin_core::TwinError) -> String {
    format!("a place on the globe; {error}")
}

impl Shape for LonLat {
    const TYPE: GeometryType = GeometryType::Point;
    const READABLE: (&'static [GeometryType], &'static str) =
        (&[GeometryType::Point, GeometryType::MultiPoint], "points");

    fn check(&self) -> Result<(), Expected> {
        Ok(())
    }

    fn to_geometry(&self) -> geo_types::Geometry {
        geo_types::Point::from(Coord::from(*self)).into()
    }

    fn from_parts(parts: &mut Parts<'_>) -> Result<Self, Expected> {
        match parts.single_run()?[..] {
            [place] => Ok(place),
            _ => Err("one point".into()),
        }
    }
}

impl Shape for Vec<LonLat> {
    const TYPE: GeometryType = GeometryType::LineString;
    const READABLE: (&'static [GeometryType], &'static str) = (
        &[GeometryType::LineString, GeometryType::MultiLineString],
        "lines",
    );

    fn check(&self) -> Result<(), Expected> {
        if self.len() < 2 {
            Err("a line of two points at least".into())
        } else {
            Ok(())
        }
    }

    fn to_geometry(&self) -> geo_types::Geometry {
        self.iter()
            .copied()
            .map(Coord::from)
            .collect::<LineString>()
            .into()
    }

    fn from_parts(parts: &mut Parts<'_>) -> Result<Self, Expected> {
        parts.single_run()
    }
}

impl Shape for MultiPolygon {
    const TYPE: GeometryType = GeometryType::MultiPolygon;
    const READABLE: (&'static [GeometryType], &'static str) = (
        &[GeometryType::MultiPolygon, GeometryType::Polygon],
        "polygons",
    );

    fn check(&self) -> Result<(), Expected> {
        if self.0.is_empty() {
            return Err("an outline of one polygon at least".into());
        }
        let rings = self
            .0
            .iter()
            .flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
        for ring in rings {
            if ring.0.len() < 4 {
                return Err("rings of three corners at least".into());
            }
            for corner in ring.coords() {
                LonLat::new(corner.x, corner.y).map_err(|off_globe| on_globe(&off_globe))?;
            }
        }
        Ok(())
    }

    fn to_geometry(&self) -> geo_types::Geometry {
        self.clone().into()
    }

    fn from_parts(parts: &mut Parts<'_>) -> Result<Self, Expected> {
        parts.each(polygon).map(Self)
    }
}

fn polygon(parts: &mut Parts<'_>) -> Result<Polygon, Expected> {
    let to_ring = |run: Vec<LonLat>| run.into_iter().map(Coord::from).collect::<LineString>();
    let mut rings = parts.runs()?.into_iter().map(to_ring);
    let exterior = rings.next().ok_or("a ring")?;
    Ok(Polygon::new(exterior, rings.collect()))
}
