//! A pack's roads with their hierarchy, which is kept in a file of the pack's folder.

use std::path::Path;

use gis_data::pack::road_file;
use simulator::roads::{Hierarchy, Profile, RoadGraph, RoadMap};
use twin_core::Ground;

use crate::error::{ApiError, ApiResult};

/// What became of the kept hierarchy.
#[derive(Debug)]
pub(crate) enum Kept {
    /// It was read.
    Read,
    /// There was none, or nowhere to keep it.
    Made,
    /// There was one that could not be read or used, for this reason; it is replaced.
    Replaced(ApiError),
}

/// The roads of `ground` that `profile` drives on. With `dir`, the hierarchy is read from there where
/// it fits, else made and kept there; a folder that cannot be written to does no harm.
pub(crate) fn road_map(
    ground: &Ground,
    profile: &Profile,
    dir: Option<&Path>,
) -> ApiResult<(RoadMap, Kept)> {
    let graph = RoadGraph::new(ground, profile.mode())?;
    let name = profile.mode().to_string();
    let mut kept = Kept::Made;
    match dir.map(|dir| road_file::read(dir, &name)).transpose() {
        Ok(None | Some(None)) => {}
        Ok(Some(Some(bytes))) => match Hierarchy::from_bytes(&bytes, graph.graph()) {
            Ok(hierarchy) => return Ok((graph.with(hierarchy)?, Kept::Read)),
            Err(error) => kept = Kept::Replaced(error.into()),
        },
        Err(error) => kept = Kept::Replaced(error.into()),
    }
    let hierarchy = graph.order(profile)?;
    if let Some(dir) = dir
        && let Err(error) = road_file::write(dir, &name, &hierarchy.to_bytes())
    {
        tracing::warn!(%error, "the order of the roads is not kept, and will be made again");
    }
    Ok((graph.with(hierarchy)?, kept))
}
