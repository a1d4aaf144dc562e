//! Who brings to which container of a territory.

use std::collections::BTreeMap;

use twin_core::{
    AssetIx, AssetKind, CommuneIx, Container, ContainerType, Inventory, Litres, Stream,
};

use super::model::ContainerSpec;

/// Who is served where no commune tells its population \[K-low\].
const FALLBACK_CATCHMENT: f64 = 150.0;
/// A wheeled bin of a regrouping point serves the end of one street, not its share of the whole
/// commune, whose other bins stand at people's doors \[K-low\].
const WHEELED_BIN_CATCHMENT: f64 = 40.0;

/// How each container of an inventory fills, with its dense number, in order. Those that `is_there` denies
/// are brought nothing: their people go to the others of their commune.
pub fn container_specs(
    inventory: &Inventory,
    is_there: impl Fn(u32) -> bool,
) -> Vec<(u32, ContainerSpec)> {
    let catchments = Catchments::of(inventory, &is_there);
    let spec = |(ix, row): (u32, &twin_core::Row<Container>)| {
        let detail = &row.asset.detail;
        let catchment = if is_there(ix) {
            catchments.of_container(inventory, ix, detail)
        } else {
            0.0
        };
        let spec = ContainerSpec {
            site: inventory.site_of_container(ix).unwrap_or_default(),
            stream: detail.stream,
            container_type: detail.container_type,
            capacity: capacity(detail),
            catchment,
        };
        (ix, spec)
    };
    inventory.containers().iter().map(spec).collect()
}

/// What a container holds; where its source does not tell, what its type usually holds.
fn capacity(container: &Container) -> Litres {
    let usual = || match container.container_type {
        ContainerType::Column => 4_000.0,
        ContainerType::Underground => 5_000.0,
        ContainerType::FourWheeled => 750.0,
        ContainerType::ParkBin => 80.0,
        ContainerType::Unknown => 3_000.0,
    };
    container
        .volume
        .or_else(|| Litres::new(usual()).ok())
        .unwrap_or_default()
}

/// How many containers of a stream share the population of each commune.
struct Catchments(BTreeMap<(u16, Stream), u32>);

impl Catchments {
    fn of(inventory: &Inventory, is_there: impl Fn(u32) -> bool) -> Self {
        let mut counts = BTreeMap::new();
        for (ix, row) in inventory.containers().iter() {
            if let Some(CommuneIx(commune)) = row.commune.filter(|_| is_there(ix)) {
                *counts
                    .entry((commune, row.asset.detail.stream))
                    .or_insert(0) += 1;
            }
        }
        Self(counts)
    }

    /// Inhabitants who bring this stream to one container: equal shares within its commune.
    fn of_container(&self, inventory: &Inventory, container: u32, detail: &Container) -> f64 {
        let asset = AssetIx {
            kind: AssetKind::Container,
            ix: container,
        };
        let shared = inventory.commune_of(asset).and_then(|commune| {
            let population = inventory.communes().get(commune)?.population?;
            let count = self.0.get(&(commune.0, detail.stream))?;
            Some(f64::from(population) / f64::from(*count))
        });
        let share = shared.filter(|share| *share > 0.0);
        let share = share.unwrap_or(FALLBACK_CATCHMENT);
        match detail.container_type {
            ContainerType::FourWheeled => share.min(WHEELED_BIN_CATCHMENT),
            _ => share,
        }
    }
}
