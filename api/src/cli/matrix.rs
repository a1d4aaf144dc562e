//! `twin matrix`: what the way from each of many points to each of many others costs.

mod dump;
mod outcome;
mod output;
mod points;
mod searched;

use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;

use simulator::roads::{Matrix, MatrixRows, Metric, Rows};

use self::outcome::Outcome;
use self::points::PointArgs;
use self::searched::{Searched, SourceArgs};
use super::print;
use crate::effort::timed;
use crate::error::{ApiError, ApiResult};

/// Compute the time from each of many points to each of many others, over the roads of a pack or an
/// extract, with turns.
///
/// Costs are tenths of a second; with --gr the file's own. Points are random ones (--points), those
/// of a table (--at), or two files (--from and --to).
///
/// Example: twin matrix --osm andorra.osm.pbf --points 2000 --seed 1 --profile car --json
///
/// Example: twin matrix --pack packs/ours --from depots.geojson --to sites.geojson --out times.csv
#[derive(Debug, clap::Args)]
pub struct MatrixCommand {
    #[command(flatten)]
    source: SourceArgs,

    #[command(flatten)]
    points: PointArgs,

    /// Write the matrix, as a table (.csv) or for numpy (.npy)
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Compute on so many threads
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: u16,

    /// Compare so many random entries with plain Dijkstra; ends with status 1 where one differs
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u32).range(..=1_000_000))]
    verify: u32,

    /// Write the searched graph, the points and the matrix into a folder: edges.csv, points.csv,
    /// matrix.npy
    #[arg(long, value_name = "DIR")]
    dump: Option<PathBuf>,

    /// Print what it took as JSON
    #[arg(long)]
    json: bool,
}

impl MatrixCommand {
    /// Computes, writes and tells.
    pub fn run(&self) -> ApiResult<ExitCode> {
        self.out.as_deref().map_or(Ok(()), output::check)?;
        let searched = Searched::prepare(&self.source)?;
        let points = self.points.read(&searched, self.source.seed())?;
        let metric = searched.metric();
        let (computed, matrix_cpu_s) = timed(|| {
            let (from, to) = searched.rows(&points);
            let matrix = compute(metric, (&from, &to), self.threads.into());
            (from, to, matrix)
        });
        let (from, to, matrix) = computed;
        let check = searched.verify(
            (&from, &to, &matrix),
            (&points, self.verify),
            self.source.seed(),
        );
        if let Some(dir) = &self.dump {
            dump::write(dir, &searched, (&points, &from, &to), &matrix)?;
        }
        if let Some(path) = &self.out {
            output::write(path, &matrix)?;
        }
        let mut outcome = Outcome::of(&searched, &points, &matrix);
        outcome.snap_cpu_s = points.snap_cpu_s;
        outcome.matrix_cpu_s = matrix_cpu_s;
        outcome.verified_pairs = check.pairs;
        outcome.mismatches = check.mismatches;
        print(&if self.json {
            outcome.to_json()?
        } else {
            outcome.to_text()
        })?;
        Ok(if check.mismatches == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}

/// The matrix, each thread a share of the sources.
fn compute(metric: &Metric, (from, to): (&Rows, &Rows), threads: usize) -> Matrix {
    let targets = metric.targets(to);
    let order = metric.good_order(from);
    let share = order
        .len()
        .div_ceil(threads)
        .next_multiple_of(MatrixRows::BATCH);
    let mut matrix = Matrix::unfilled(from.len(), to.len());
    if order.len() <= share || threads == 1 {
        MatrixRows::new(metric, &targets).fill(from, &order, &mut matrix);
        return matrix;
    }
    let parts: Vec<(Vec<u32>, Vec<u32>)> = thread::scope(|scope| {
        let work = |sources: &[u32]| {
            let sources = sources.to_vec();
            let targets = &targets;
            scope.spawn(move || {
                let mut rows = vec![0; sources.len() * to.len()];
                MatrixRows::new(metric, targets).rows(from, &sources, &mut rows);
                (sources, rows)
            })
        };
        let started: Vec<_> = order.chunks(share).map(work).collect();
        let joined = started.into_iter().map(thread::ScopedJoinHandle::join);
        joined
            .map(|part| part.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    for (sources, rows) in parts {
        for (source, row) in sources.into_iter().zip(rows.chunks_exact(to.len().max(1))) {
            matrix.row_mut(source as usize).copy_from_slice(row);
        }
    }
    matrix
}

/// A file that could not be written.
fn cannot_write(path: &std::path::Path) -> impl Fn(std::io::Error) -> ApiError {
    move |source| ApiError::Write {
        path: path.into(),
        source,
    }
}
