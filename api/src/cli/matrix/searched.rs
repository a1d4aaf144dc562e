//! The graph that is searched, whatever it comes from, and what it took to prepare it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use gis_data::import::gr;
use gis_data::pack;
use simulator::random::{Model, Seed};
use simulator::roads::{
    ArcGraph, Drawing, Edits, Hierarchy, HourClass, INFINITE, Matrix, Metric, RoadMetric, Row,
    Rows, dijkstra, entry, importance, layout, node_order,
};
use twin_core::Ground;

use super::points::Points;
use crate::cli::roads::{read_extract, tell_replaced};
use crate::effort::timed;
use crate::error::{ApiError, ApiResult};
use crate::roads::{profile, road_map};

/// Where the roads come from, and who drives.
#[derive(Debug, clap::Args)]
pub(super) struct SourceArgs {
    #[command(flatten)]
    file: FileArgs,

    /// Who drives: car, truck-26t, light-3.5t, foot, or a file of your own (.toml)
    #[arg(long, value_name = "PROFILE", default_value = "car")]
    profile: String,

    /// When: off-peak or peak
    #[arg(long, value_name = "HOUR", default_value = "off-peak")]
    hour: HourClass,

    /// What random points and random checks follow from
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct FileArgs {
    /// OpenStreetMap extract (.osm.pbf)
    #[arg(long, value_name = "FILE")]
    osm: Option<PathBuf>,

    /// Folder of a pack; the order of its roads is kept there
    #[arg(long, value_name = "DIR")]
    pack: Option<PathBuf>,

    /// Plain graph in the DIMACS text format: a TAIL HEAD COST
    #[arg(long, value_name = "FILE")]
    gr: Option<PathBuf>,
}

impl SourceArgs {
    pub(super) const fn seed(&self) -> Seed {
        Seed(self.seed)
    }
}

/// A graph with a metric.
#[derive(Debug)]
pub(super) struct Searched {
    kind: Kind,
    pub(super) prepare_cpu_s: f64,
    pub(super) customise_cpu_s: f64,
}

#[derive(Debug)]
enum Kind {
    Roads(Box<RoadMetric>),
    Plain {
        graph: ArcGraph,
        costs: Vec<u32>,
        metric: Box<Metric>,
    },
}

/// How many entries were compared, and how many differ.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Check {
    pub(super) pairs: usize,
    pub(super) mismatches: usize,
}

impl Searched {
    pub(super) fn prepare(source: &SourceArgs) -> ApiResult<Self> {
        let file = &source.file;
        if let Some(path) = &file.gr {
            profile(&source.profile)?;
            return Self::plain(path);
        }
        if let Some(dir) = &file.pack {
            return Self::roads(&pack::read_traffic(dir)?, source, Some(dir));
        }
        let path = file.osm.as_deref().unwrap_or(Path::new(""));
        Self::roads(&read_extract(path)?.ground, source, None)
    }

    fn roads(ground: &Ground, source: &SourceArgs, dir: Option<&Path>) -> ApiResult<Self> {
        let profile = profile(&source.profile)?;
        let (map, prepare_cpu_s) = timed(|| road_map(ground, &profile, dir));
        let (map, kept) = map?;
        tell_replaced(&kept);
        let map = Arc::new(map);
        let (metric, customise_cpu_s) =
            timed(|| map.metric(&profile, source.hour, &Edits::default()));
        let metric = metric?;
        let edges = u32::try_from(metric.prices().edges.len()).unwrap_or(u32::MAX);
        if !(0..edges).any(|edge| metric.is_usable(edge)) {
            let profile = source.profile.as_str().into();
            return Err(ApiError::NoRoads { profile });
        }
        let kind = Kind::Roads(Box::new(metric));
        Ok(Self {
            kind,
            prepare_cpu_s,
            customise_cpu_s,
        })
    }

    fn plain(path: &Path) -> ApiResult<Self> {
        let plain = gr::read(path)?;
        let arcs: Vec<(u32, u32)> = plain
            .arcs
            .iter()
            .map(|&(tail, head, _)| (tail, head))
            .collect();
        let (prepared, prepare_cpu_s) = timed(|| -> ApiResult<_> {
            let (graph, order) = ArcGraph::from_arcs(plain.nodes as usize, &arcs)?;
            let costs: Vec<u32> = order
                .iter()
                .map(|&arc| plain.arcs[arc as usize].2)
                .collect();
            let edges: Vec<[u32; 2]> = arcs.iter().map(|&(tail, head)| [tail, head]).collect();
            let drawing = Drawing {
                points: &layout(&graph),
                edges: &edges,
            };
            let order = node_order(drawing, &importance(&graph, &costs));
            let hierarchy = Arc::new(Hierarchy::new(&graph, &order)?);
            Ok((graph, costs, hierarchy))
        });
        let (graph, costs, hierarchy) = prepared?;
        let (metric, customise_cpu_s) = timed(|| hierarchy.customise(&costs));
        let kind = Kind::Plain {
            metric: Box::new(metric?),
            graph,
            costs,
        };
        Ok(Self {
            kind,
            prepare_cpu_s,
            customise_cpu_s,
        })
    }

    /// The roads, unless it is a plain graph.
    pub(super) fn as_roads(&self) -> Option<&RoadMetric> {
        match &self.kind {
            Kind::Roads(roads) => Some(roads),
            Kind::Plain { .. } => None,
        }
    }

    pub(super) fn metric(&self) -> &Metric {
        match &self.kind {
            Kind::Roads(roads) => roads.metric(),
            Kind::Plain { metric, .. } => metric,
        }
    }

    /// The searched graph and what its arcs cost.
    pub(super) fn graph(&self) -> (&ArcGraph, &[u32]) {
        match &self.kind {
            Kind::Roads(roads) => (roads.map().turns().graph(), &roads.prices().arcs),
            Kind::Plain { graph, costs, .. } => (graph, costs),
        }
    }

    /// The open arcs of the searched graph as (tail, head, cost).
    pub(super) fn open_arcs(&self) -> impl Iterator<Item = (u32, u32, u32)> + '_ {
        let (graph, costs) = self.graph();
        let arcs = graph
            .arcs()
            .zip(costs)
            .filter(|(_, cost)| **cost < INFINITE);
        arcs.map(|((tail, head), &cost)| (tail, head, cost))
    }

    /// The ways to leave the sources and to reach the targets.
    pub(super) fn rows(&self, points: &Points) -> (Rows, Rows) {
        match &self.kind {
            Kind::Roads(roads) => {
                let (from, to) = points.snaps();
                roads.rows(from, to)
            }
            Kind::Plain { .. } => {
                let at = |&node: &u32| [Row { node, cost: 0 }];
                let rows: Rows = points.nodes().iter().map(at).collect();
                (rows.clone(), rows)
            }
        }
    }

    /// Compares random entries with plain Dijkstra.
    pub(super) fn verify(
        &self,
        (from, to, matrix): (&Rows, &Rows, &Matrix),
        (points, pairs): (&Points, u32),
        seed: Seed,
    ) -> Check {
        let mut check = Check::default();
        // Of the same points a way from one to itself is no entry.
        let spare = usize::from(points.is_same());
        if matrix.rows == 0 || matrix.columns <= spare {
            return check;
        }
        let (graph, costs) = self.graph();
        let mut stream = seed.stream(Model::RoadPoints, 1);
        let mut below = |count: usize| {
            let number = stream.next_u64() % u64::try_from(count).unwrap_or(u64::MAX);
            usize::try_from(number).unwrap_or_default()
        };
        let mut pair = |_| {
            let (row, column) = (below(matrix.rows), below(matrix.columns - spare));
            (row, column + usize::from(spare == 1 && column >= row))
        };
        let mut drawn: Vec<_> = (0..pairs).map(&mut pair).collect();
        drawn.sort_unstable();
        for entries in drawn.chunk_by(|one, other| one.0 == other.0) {
            let from_source = dijkstra(graph, costs, from.of(entries[0].0));
            for &(row, column) in entries {
                let expected = entry(&from_source, to.of(column));
                check.pairs += 1;
                check.mismatches += usize::from(matrix.row(row)[column] != expected);
            }
        }
        check
    }
}
