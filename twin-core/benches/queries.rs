//! Each spatial query beside brute force and beside the crate `geo-index`, in the same run.
#![expect(
    clippy::print_stderr,
    reason = "the table of ratios is what a person reads"
)]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use criterion::{BenchmarkId, Criterion};
use geo_index::kdtree::{KDTree, KDTreeBuilder, KDTreeIndex as _};
use geo_index::rtree::sort::HilbertSort;
use geo_index::rtree::{RTree, RTreeBuilder, RTreeIndex as _};
use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use twin_core::{
    Address, Asset, AssetIx, AssetKind, Inventory, Layers, LonLat, LonLatBox, Metres, Planar,
    PreparedPolygon,
};

#[path = "../tests/lambert93.rs"]
mod lambert93;
mod territory;

use lambert93::Lambert93;

const KIND: AssetKind = AssetKind::Address;
const RADIUS_M: f64 = 500.0;
const NEAREST: usize = 10;
const QUESTIONS: usize = 64;

struct Question {
    center: LonLat,
    from: Planar,
    bbox: LonLatBox,
    polygon: PreparedPolygon,
    line: [LonLat; 2],
    ends: [Planar; 2],
}

/// One set of assets, in every index.
struct Arena {
    inventory: Inventory,
    places: Vec<LonLat>,
    planar: Vec<Planar>,
    rtree: RTree<f64>,
    kdtree: KDTree<f64>,
    planar_rtree: RTree<f64>,
    questions: Vec<Question>,
}

impl Arena {
    fn new(n: usize) -> Self {
        let inventory = addresses(n);
        let size = u32::try_from(n).expect("is small");
        let all = || (0..size).map(|ix| AssetIx { kind: KIND, ix });
        let places: Vec<_> = all().filter_map(|ix| inventory.place(ix)).collect();
        let planar: Vec<_> = places
            .iter()
            .filter_map(|p| inventory.crs().project(*p))
            .collect();
        let mut rtree = RTreeBuilder::new(size);
        let mut planar_rtree = RTreeBuilder::new(size);
        let mut kdtree = KDTreeBuilder::new(size);
        for (place, [x, y]) in places.iter().zip(&planar) {
            rtree.add(place.lon(), place.lat(), place.lon(), place.lat());
            planar_rtree.add(*x, *y, *x, *y);
            kdtree.add(*x, *y);
        }
        let mut scatter = territory::Scatter(99);
        let questions = (0..QUESTIONS)
            .map(|_| question(&inventory, &mut scatter))
            .collect();
        Self {
            places,
            planar,
            rtree: rtree.finish::<HilbertSort>(),
            kdtree: kdtree.finish(),
            planar_rtree: planar_rtree.finish::<HilbertSort>(),
            questions,
            inventory,
        }
    }

    fn scale(&self, q: &Question) -> f64 {
        self.inventory.scale().factors(q.from)[0]
    }
}

/// An inventory of `n` addresses.
fn addresses(n: usize) -> Inventory {
    let mut scatter = territory::Scatter(7);
    let address = |i: usize| Asset {
        key: format!("a{i}").into(),
        place: scatter.place(),
        detail: Address {
            label: "1 rue".into(),
            premises: 1,
        },
    };
    let layers = Layers {
        addresses: (0..n).map(address).collect(),
        ..Layers::default()
    };
    Inventory::new(layers, Arc::new(Lambert93::new())).expect("is valid")
}

fn question(inventory: &Inventory, scatter: &mut territory::Scatter) -> Question {
    let center = scatter.place();
    let shifted = |lon: f64, lat: f64| {
        LonLat::new(center.lon() + lon, center.lat() + lat).expect("lies near the territory")
    };
    let corner = |step: u32| {
        let angle = f64::from(step) * std::f64::consts::TAU / 24.0;
        let reach = if step.is_multiple_of(2) { 0.012 } else { 0.006 };
        Coord::from(shifted(reach * angle.cos(), reach * angle.sin()))
    };
    let ring = LineString::new((0..24).map(corner).collect());
    let polygon = MultiPolygon::new(vec![Polygon::new(ring, vec![])]);
    let (low, high) = (shifted(-0.01, -0.007), shifted(0.01, 0.007));
    let line = [low, high];
    let project = |p| inventory.crs().project(p).expect("lies in the domain");
    Question {
        center,
        from: project(center),
        bbox: LonLatBox::new(low.lon(), low.lat(), high.lon(), high.lat()).expect("is upright"),
        polygon: PreparedPolygon::new(&polygon).expect("has an area"),
        line,
        ends: line.map(project),
    }
}

type Run = fn(&Arena, &Question) -> usize;

/// Query, contender, and how it answers; the answer is how many were found.
const RUNS: [(&str, &str, Run); 13] = [
    ("bbox", "twin", |a, q| {
        a.inventory.in_bbox(KIND, q.bbox).len()
    }),
    ("bbox", "brute", |a, q| {
        a.places.iter().filter(|p| q.bbox.contains(**p)).count()
    }),
    ("bbox", "geo-index", |a, q| search(&a.rtree, q.bbox).len()),
    ("radius", "twin", |a, q| {
        a.inventory.in_radius(KIND, q.center, radius()).len()
    }),
    ("radius", "brute", |a, q| {
        let near = |p: &&Planar| a.inventory.scale().ground_length(q.from, **p) <= RADIUS_M;
        a.planar.iter().filter(near).count()
    }),
    ("radius", "geo-index", |a, q| {
        a.kdtree
            .within(q.from[0], q.from[1], RADIUS_M * a.scale(q))
            .len()
    }),
    ("nearest", "twin", |a, q| {
        a.inventory.nearest(KIND, q.center, NEAREST).len()
    }),
    ("nearest", "brute", |a, q| {
        let mut all: Vec<_> = a.planar.iter().map(|p| squared(*p, q.from)).collect();
        all.select_nth_unstable_by(NEAREST, f64::total_cmp);
        all.truncate(NEAREST);
        all.len()
    }),
    ("nearest", "geo-index", |a, q| {
        a.planar_rtree
            .neighbors(q.from[0], q.from[1], Some(NEAREST), None)
            .len()
    }),
    ("polygon", "twin", |a, q| {
        a.inventory.in_polygon(KIND, &q.polygon).len()
    }),
    ("polygon", "brute", |a, q| {
        a.places.iter().filter(|p| q.polygon.contains(**p)).count()
    }),
    ("line", "twin", |a, q| {
        a.inventory.along_line(KIND, &q.line, radius()).len()
    }),
    ("line", "brute", |a, q| {
        let reach = (RADIUS_M * a.scale(q)).powi(2);
        a.planar
            .iter()
            .filter(|p| squared(foot(q.ends, **p), **p) <= reach)
            .count()
    }),
];

fn radius() -> Metres {
    Metres::new(RADIUS_M).expect("is positive")
}

fn search(tree: &RTree<f64>, bbox: LonLatBox) -> Vec<u32> {
    tree.search(bbox.west(), bbox.south(), bbox.east(), bbox.north())
}

fn squared(a: Planar, b: Planar) -> f64 {
    (a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2)
}

fn foot([a, b]: [Planar; 2], p: Planar) -> Planar {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let along = ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / (dx * dx + dy * dy);
    let along = along.clamp(0.0, 1.0);
    [a[0] + along * dx, a[1] + along * dy]
}

/// The shortest of three rounds, in microseconds per question, and how many were found.
fn time_of(arena: &Arena, run: Run) -> (f64, usize) {
    let mut best = f64::INFINITY;
    let mut found = 0;
    for _round in 0..3 {
        let start = Instant::now();
        found = arena
            .questions
            .iter()
            .map(|q| black_box(run(arena, q)))
            .sum();
        best = best.min(start.elapsed().as_secs_f64() * 1e6 / QUESTIONS as f64);
    }
    (best, found)
}

fn print_table(n: usize, arena: &Arena) {
    let mut own = 1.0;
    for (query, contender, run) in RUNS {
        let (micros, found) = time_of(arena, run);
        if contender == "twin" {
            own = micros;
        }
        let mean = found as f64 / QUESTIONS as f64;
        eprintln!(
            "{n:>8} {query:<8} {contender:<10} {micros:>10.2} µs  x{:<8.2} {mean:.1} found",
            micros / own
        );
    }
}

fn measure(criterion: &mut Criterion, n: usize, arena: &Arena) {
    for (query, contender, run) in RUNS {
        let mut group = criterion.benchmark_group(query);
        group.bench_function(BenchmarkId::new(contender, n), |bencher| {
            let mut questions = arena.questions.iter().cycle();
            bencher.iter(|| questions.next().map(|q| run(arena, q)));
        });
        group.finish();
    }
}

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(std::time::Duration::from_millis(100))
        .measurement_time(std::time::Duration::from_millis(400))
        .configure_from_args();
    for n in [2_000, 100_000, 1_000_000] {
        let arena = Arena::new(n);
        print_table(n, &arena);
        measure(&mut criterion, n, &arena);
    }
    criterion.final_summary();
}
