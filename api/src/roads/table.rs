//! Times between many places, as JSON.

use serde::{Serialize, Serializer};
use simulator::roads::{
    Matrix, MatrixRows, RoadMetric, SNAP_WITHIN_M, Snap, TENTHS_PER_S, UNREACHABLE,
};
use twin_core::LonLat;

use super::answer::{Driver, coordinates, tenths};
use super::stop::Stop;
use crate::error::ApiResult;

/// From where, and to where.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TableRequest {
    /// Where one starts.
    pub(crate) from: Vec<LonLat>,
    /// Where one goes; `None`: to the same places.
    pub(crate) to: Option<Vec<LonLat>>,
}

/// Times in seconds, a row for each place to start from.
#[derive(Debug, Serialize)]
pub(crate) struct Table {
    unit: &'static str,
    profile: String,
    hour: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    synthetic: bool,
    from: Vec<Option<Point>>,
    to: Vec<Option<Point>>,
    #[serde(serialize_with = "durations")]
    durations: Matrix,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct Point {
    place: [f64; 2],
    distance_m: f64,
}

impl Table {
    /// Computes sixteen rows at a time, and looks between them whether somebody still waits.
    ///
    /// # Errors
    /// [`ApiError::Abandoned`](crate::ApiError::Abandoned).
    pub(crate) fn new(
        request: &TableRequest,
        metric: &RoadMetric,
        driver: &Driver,
        stop: &Stop,
    ) -> ApiResult<Self> {
        let snap = |places: &[LonLat]| -> Vec<Option<Snap>> {
            let snaps = places.iter();
            snaps
                .map(|&place| metric.snap(place, SNAP_WITHIN_M))
                .collect()
        };
        let from = snap(&request.from);
        let to = request.to.as_deref().map_or_else(|| from.clone(), snap);
        stop.check()?;
        Ok(Self {
            unit: "s",
            profile: driver.profile.clone(),
            hour: driver.hour.to_string(),
            synthetic: driver.is_synthetic,
            durations: matrix(metric, [&from, &to], stop)?,
            from: points(&from),
            to: points(&to),
        })
    }
}

fn matrix(metric: &RoadMetric, [from, to]: [&[Option<Snap>]; 2], stop: &Stop) -> ApiResult<Matrix> {
    let (from, to) = metric.rows(from, to);
    let targets = metric.metric().targets(&to);
    let mut rows = MatrixRows::new(metric.metric(), &targets);
    let order = metric.metric().good_order(&from);
    let mut matrix = Matrix::unfilled(from.len(), to.len());
    for batch in order.chunks(MatrixRows::BATCH) {
        stop.check()?;
        rows.fill(&from, batch, &mut matrix);
    }
    Ok(matrix)
}

fn points(snaps: &[Option<Snap>]) -> Vec<Option<Point>> {
    let point = |snap: &Snap| Point {
        place: coordinates(snap.place),
        distance_m: tenths(snap.distance_m),
    };
    snaps.iter().map(|snap| snap.as_ref().map(point)).collect()
}

/// Seconds; null where there is no way.
fn durations<S: Serializer>(matrix: &Matrix, serializer: S) -> Result<S::Ok, S::Error> {
    let row = |row: usize| -> Vec<Option<f64>> {
        let seconds = |&cost: &u32| (cost != UNREACHABLE).then(|| f64::from(cost) / TENTHS_PER_S);
        matrix.row(row).iter().map(seconds).collect()
    };
    serializer.collect_seq((0..matrix.rows).map(row))
}
