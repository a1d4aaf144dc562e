//! What a matrix came to, for people and for programs.

use std::fmt::Write as _;

use serde::Serialize;
use simulator::roads::{INFINITE, Matrix, RoadMetric, UNREACHABLE};

use super::points::Points;
use super::searched::Searched;
use crate::effort::peak_rss_mib;
use crate::error::{ApiError, ApiResult};

/// Fields and their names are those of `--json`.
#[derive(Debug, Serialize)]
pub(super) struct Outcome {
    /// Junctions of the roads.
    nodes: usize,
    /// Directed streets that the profile may use.
    arcs: usize,
    /// Nodes of the searched graph that belong to these.
    edge_nodes: usize,
    /// Open arcs of the searched graph.
    edge_arcs: usize,
    /// Streets that the profile may use but cannot come to from most roads, or not leave again.
    cut_off_streets: usize,
    /// Their length.
    cut_off_km: f64,
    /// Turn restrictions whose roads are not of this mode or do not meet.
    unused_restrictions: usize,
    prepare_cpu_s: f64,
    customise_cpu_s: f64,
    pub(super) matrix_cpu_s: f64,
    points: usize,
    /// Points too far from any street.
    unsnapped: usize,
    /// Pairs of different points between which there is no way.
    unreachable: usize,
    pub(super) snap_cpu_s: f64,
    checksum: String,
    peak_rss_mib: Option<f64>,
    pub(super) verified_pairs: usize,
    pub(super) mismatches: usize,
}

impl Outcome {
    pub(super) fn of(searched: &Searched, points: &Points, matrix: &Matrix) -> Self {
        let (graph, _) = searched.graph();
        let edge_arcs = searched.open_arcs().count();
        let (nodes, arcs, edge_nodes) = searched.as_roads().map_or_else(
            || (graph.node_count(), graph.arc_count(), graph.node_count()),
            |roads| {
                let prices = &roads.prices().edges;
                let is_open = |edge: u32| prices[edge as usize] < INFINITE;
                let open = prices.iter().filter(|&&cost| cost < INFINITE).count();
                let turns = roads.map().turns();
                let all = 0..u32::try_from(graph.node_count()).unwrap_or(u32::MAX);
                let searched = all.filter(|&node| is_open(turns.edge(node))).count();
                (roads.map().network().graph().node_count(), open, searched)
            },
        );
        let roads = searched.as_roads();
        let cut_off = roads.map_or_else(Vec::new, RoadMetric::cut_off);
        let (from, to) = points.snaps();
        let unsnapped = |side: &[Option<_>]| side.iter().filter(|point| point.is_none()).count();
        let others = if points.is_same() { 0 } else { unsnapped(to) };
        Self {
            nodes,
            arcs,
            edge_nodes,
            edge_arcs,
            cut_off_streets: cut_off.len(),
            cut_off_km: roads.map_or(0.0, |roads| length_km(roads, &cut_off)),
            unused_restrictions: roads
                .map_or(0, |roads| roads.map().network().leftovers().restrictions),
            prepare_cpu_s: searched.prepare_cpu_s,
            customise_cpu_s: searched.customise_cpu_s,
            matrix_cpu_s: 0.0,
            points: points.len(),
            unsnapped: unsnapped(from) + others,
            unreachable: unreachable(matrix, points),
            snap_cpu_s: 0.0,
            checksum: checksum(matrix),
            peak_rss_mib: peak_rss_mib(),
            verified_pairs: 0,
            mismatches: 0,
        }
    }

    pub(super) fn to_json(&self) -> ApiResult<String> {
        let json = serde_json::to_string(self).map_err(|error| ApiError::Run {
            action: "write the outcome as JSON",
            source: error.into(),
        })?;
        Ok(json + "\n")
    }

    pub(super) fn to_text(&self) -> String {
        let ms = |seconds: f64| format!("{:.1} ms", 1000.0 * seconds);
        let memory = self
            .peak_rss_mib
            .map_or_else(|| "–".to_owned(), |mib| format!("{mib} MiB"));
        let mut lines = vec![
            (
                "roads",
                format!("{} junctions, {} directed streets", self.nodes, self.arcs),
            ),
            (
                "searched",
                format!("{} nodes, {} turns", self.edge_nodes, self.edge_arcs),
            ),
            ("points", self.points.to_string()),
            ("unreachable", format!("{} pairs", self.unreachable)),
            ("preparation", ms(self.prepare_cpu_s)),
            ("customisation", ms(self.customise_cpu_s)),
            ("snapping", ms(self.snap_cpu_s)),
            ("matrix", ms(self.matrix_cpu_s)),
            ("memory", memory),
            ("checksum", self.checksum.clone()),
        ];
        if self.cut_off_streets > 0 {
            let told = format!("{} streets, {} km", self.cut_off_streets, self.cut_off_km);
            lines.insert(2, ("cut off", told));
        }
        if self.unused_restrictions > 0 {
            let told = format!("{} turn restrictions", self.unused_restrictions);
            lines.insert(2, ("not used", told));
        }
        if self.unsnapped > 0 {
            lines.insert(3, ("off the roads", format!("{} points", self.unsnapped)));
        }
        if self.verified_pairs > 0 {
            let verdict = format!(
                "{} of {} pairs differ from Dijkstra",
                self.mismatches, self.verified_pairs
            );
            lines.push(("verified", verdict));
        }
        let mut text = String::new();
        for (name, value) in lines {
            let _never_fails = writeln!(text, "  {name:<15}{value}");
        }
        text
    }
}

/// How long some segments are together, in km with three decimals.
fn length_km(roads: &RoadMetric, segments: &[u32]) -> f64 {
    let all = roads.map().network().segments();
    let length_m = |&segment: &u32| all[segment as usize].length_m;
    segments.iter().map(length_m).sum::<f64>().round() / 1000.0
}

fn unreachable(matrix: &Matrix, points: &Points) -> usize {
    let rows = (0..matrix.rows).map(|row| (row, matrix.row(row)));
    let is_pair = |row: usize, column: usize| !points.is_same() || row != column;
    rows.map(|(row, costs)| {
        let pairs = costs
            .iter()
            .enumerate()
            .filter(|&(column, _)| is_pair(row, column));
        pairs.filter(|(_, cost)| **cost == UNREACHABLE).count()
    })
    .sum()
}

/// CRC-32 of the costs, row by row, little-endian.
fn checksum(matrix: &Matrix) -> String {
    let mut hasher = crc32fast::Hasher::new();
    for row in 0..matrix.rows {
        let bytes: Vec<u8> = matrix
            .row(row)
            .iter()
            .flat_map(|cost| cost.to_le_bytes())
            .collect();
        hasher.update(&bytes);
    }
    format!("{:08x}", hasher.finalize())
}
