//! From longitudes and latitudes to millimetres of paper.

use std::fmt::Write as _;

use twin_core::LonLat;

/// How wide a map is, in millimetres.
pub(super) const WIDTH_MM: f64 = 186.0;
/// How high it is at least and at most.
const HEIGHT_MM: [f64; 2] = [64.0, 118.0];
/// What stays free around what it shows, in millimetres.
const MARGIN_MM: f64 = 10.0;
/// It never shows less than this, in metres.
const LEAST_M: f64 = 700.0;

/// A piece of the ground on paper. North is up; on a few kilometres the plane is good to a
/// thousandth.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    west: f64,
    north: f64,
    mm_per_deg: [f64; 2],
    /// In millimetres.
    pub(super) height: f64,
    /// The scale.
    pub(super) mm_per_m: f64,
}

impl Frame {
    /// A frame around some places; `None` without any.
    pub(super) fn around(places: &[LonLat]) -> Option<Self> {
        let lons = || places.iter().map(|place| place.lon());
        let lats = || places.iter().map(|place| place.lat());
        let [west, east] = [lons().reduce(f64::min)?, lons().reduce(f64::max)?];
        let [south, north] = [lats().reduce(f64::min)?, lats().reduce(f64::max)?];
        let middle = [f64::midpoint(west, east), f64::midpoint(south, north)];
        let metres_per_deg = metres_per_deg(middle)?;
        let span_m = [
            ((east - west) * metres_per_deg[0]).max(LEAST_M),
            ((north - south) * metres_per_deg[1]).max(LEAST_M),
        ];
        let [least, most] = HEIGHT_MM;
        let across = (WIDTH_MM - 2.0 * MARGIN_MM) / span_m[0];
        let mm_per_m = across.min((most - 2.0 * MARGIN_MM) / span_m[1]);
        let height = (span_m[1] * mm_per_m + 2.0 * MARGIN_MM).clamp(least, most);
        let mm_per_deg = metres_per_deg.map(|metres| metres * mm_per_m);
        Some(Self {
            west: middle[0] - WIDTH_MM / 2.0 / mm_per_deg[0],
            north: middle[1] + height / 2.0 / mm_per_deg[1],
            mm_per_deg,
            height,
            mm_per_m,
        })
    }

    /// Where a place is, from the left and from the top, in millimetres.
    pub(super) fn at(&self, place: LonLat) -> [f64; 2] {
        [
            (place.lon() - self.west) * self.mm_per_deg[0],
            (self.north - place.lat()) * self.mm_per_deg[1],
        ]
    }

    /// Whether something so far from a point is on the paper in full.
    pub(super) fn holds(&self, [x, y]: [f64; 2], [right, up]: [f64; 2]) -> bool {
        x >= right && x <= WIDTH_MM - right && y >= up && y <= self.height - up
    }

    /// Whether a line between two points may come over the paper.
    fn may_cross(&self, [one, other]: [[f64; 2]; 2]) -> bool {
        let is_beside =
            |ix: usize, most: f64| one[ix].max(other[ix]) < 0.0 || one[ix].min(other[ix]) > most;
        !is_beside(0, WIDTH_MM) && !is_beside(1, self.height)
    }

    /// The part of a line that comes over the paper, as the data of an SVG path; points nearer than
    /// `step` millimetres to the one before are left out.
    pub(super) fn path(&self, line: impl IntoIterator<Item = LonLat>, step: f64) -> String {
        let mut data = String::new();
        let mut last: Option<[f64; 2]> = None;
        let mut is_down = false;
        let mut points = line.into_iter().map(|place| self.at(place)).peekable();
        while let Some(point) = points.next() {
            let Some(before) = last else {
                last = Some(point);
                continue;
            };
            let is_near = (point[0] - before[0]).hypot(point[1] - before[1]) < step;
            if is_near && points.peek().is_some() {
                continue;
            }
            if self.may_cross([before, point]) {
                if !is_down {
                    let _never_fails = write!(data, "M{:.1} {:.1}", before[0], before[1]);
                }
                let _never_fails = write!(data, "L{:.1} {:.1}", point[0], point[1]);
                is_down = true;
            } else {
                is_down = false;
            }
            last = Some(point);
        }
        data
    }
}

/// Metres of a degree of longitude and of one of latitude, near a place.
fn metres_per_deg([lon, lat]: [f64; 2]) -> Option<[f64; 2]> {
    let here = LonLat::new(lon, lat).ok()?;
    // Half of the way to where there is no more earth is far enough for one side at least.
    let step = if lat > 0.0 { -0.01 } else { 0.01 };
    let east = LonLat::new(if lon > 0.0 { lon - 0.01 } else { lon + 0.01 }, lat).ok()?;
    let north = LonLat::new(lon, lat + step).ok()?;
    let metres = [here.distance(east), here.distance(north)].map(|it| it.get() * 100.0);
    metres.iter().all(|&it| it > 1.0).then_some(metres)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lon: f64, lat: f64) -> LonLat {
        LonLat::new(lon, lat).unwrap()
    }

    #[test]
    fn a_frame_holds_its_places_at_one_scale() {
        let places = [at(6.75, 47.45), at(6.85, 47.52), at(6.80, 47.50)];
        let frame = Frame::around(&places).unwrap();
        for place in places {
            assert!(
                frame.holds(frame.at(place), [MARGIN_MM - 1e-6; 2]),
                "{place:?}"
            );
        }
        let [one, other] = [frame.at(places[0]), frame.at(places[1])];
        let mm = (one[0] - other[0]).hypot(one[1] - other[1]);
        let metres = places[0].distance(places[1]).get();
        assert!(
            (mm / frame.mm_per_m / metres - 1.0).abs() < 2e-3,
            "{mm} mm, {metres} m"
        );
    }

    #[test]
    fn one_place_has_surroundings() {
        let frame = Frame::around(&[at(6.8, 47.5)]).unwrap();
        let [x, y] = frame.at(at(6.8, 47.5));
        assert!((x - WIDTH_MM / 2.0).abs() < 1e-6 && (y - frame.height / 2.0).abs() < 1e-6);
        assert!(Frame::around(&[]).is_none());
    }

    #[test]
    fn a_line_is_drawn_where_the_paper_is() {
        let frame = Frame::around(&[at(6.80, 47.50), at(6.81, 47.505)]).unwrap();
        let far = [at(7.0, 47.6), at(7.1, 47.6)];
        assert_eq!(frame.path(far, 0.1), "");
        let through = frame.path(
            [at(6.7, 47.5025), at(6.805, 47.5025), at(6.9, 47.5025)],
            0.1,
        );
        assert_eq!(through.matches('L').count(), 2, "{through}");
    }
}
