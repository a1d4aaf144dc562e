//! Everything that went into a matrix, for anybody's Dijkstra to check.

use std::io::Write;
use std::path::Path;

use simulator::roads::{Matrix, Row, Rows, Snap};

use super::points::Points;
use super::searched::Searched;
use super::{cannot_write, output};
use crate::error::ApiResult;

/// Writes the searched graph, the ways to leave and to reach the points, and the matrix.
pub(super) fn write(
    dir: &Path,
    searched: &Searched,
    (points, from, to): (&Points, &Rows, &Rows),
    matrix: &Matrix,
) -> ApiResult<()> {
    std::fs::create_dir_all(dir).map_err(cannot_write(dir))?;
    output::write_with(&dir.join("edges.csv"), |out| {
        writeln!(out, "from,to,cost")?;
        let mut arcs = searched.open_arcs();
        arcs.try_for_each(|(tail, head, cost)| writeln!(out, "{tail},{head},{cost}"))
    })?;
    let (sources, targets) = points.snaps();
    output::write_with(&dir.join("points.csv"), |out| {
        writeln!(out, "index,role,node,cost,lon,lat")?;
        rows(out, "from", from, sources)?;
        rows(out, "to", to, targets)
    })?;
    output::write_with(&dir.join("matrix.npy"), |out| output::npy(out, matrix))
}

fn rows(
    out: &mut impl Write,
    role: &str,
    rows: &Rows,
    places: &[Option<Snap>],
) -> std::io::Result<()> {
    for (index, ways) in rows.iter().enumerate() {
        let place = places.get(index).copied().flatten().map(|snap| snap.place);
        let place = place.map_or_else(
            || ",".to_owned(),
            |at| format!("{:.7},{:.7}", at.lon(), at.lat()),
        );
        for Row { node, cost } in ways {
            writeln!(out, "{index},{role},{node},{cost},{place}")?;
        }
    }
    Ok(())
}
