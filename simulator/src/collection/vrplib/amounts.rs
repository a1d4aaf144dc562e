//! How much there is at the nodes, and how much a vehicle holds.

use super::document::{Document, Token};
use super::error::{VrplibError, VrplibResult};
use super::fleet::of_each;
use super::number::{Row, not_negative, of_nodes};
use crate::numbers::floor_u64;

/// Amounts in whole numbers.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Amounts {
    /// What a vehicle holds; `None` where the file knows no amounts.
    pub(super) capacity: Option<u32>,
    /// What there is at each node. Empty where the file knows no amounts.
    pub(super) demands: Vec<u32>,
}

const FIELD: &str = "DEMAND_SECTION";
/// Amounts with a fraction are counted in thousandths, demands upwards and capacities downwards.
const FINE: f64 = 1000.0;

impl Amounts {
    /// The amounts of a file with so many nodes.
    pub(super) fn of(document: &Document<'_>, nodes: u32) -> VrplibResult<Self> {
        let capacity = of_each(document, "CAPACITY")?;
        let (said, section) = match (capacity, document.section("DEMAND")) {
            (Some(capacity), Some(section)) => (capacity, section),
            (None, Some(_)) => return Err(VrplibError::Missing { field: "CAPACITY" }),
            (Some(_), None) => return Err(VrplibError::Missing { field: FIELD }),
            (None, None) => {
                let (capacity, demands) = (None, Vec::new());
                return Ok(Self { capacity, demands });
            }
        };
        let capacity = not_negative(said, "CAPACITY")?;
        let rows = of_nodes::<1>(section, FIELD, nodes)?;
        let read = |row: &Row<'_, 1>| not_negative(row.words[0], FIELD);
        let demands = rows.iter().map(read).collect::<VrplibResult<Vec<f64>>>()?;
        let is_whole =
            capacity.fract() == 0.0 && demands.iter().all(|demand| demand.fract() == 0.0);
        let scale = if is_whole { 1.0 } else { FINE };
        let demands = rows.iter().zip(demands);
        let demands =
            demands.map(|(row, demand)| fits(row.words[0], FIELD, (demand * scale - 1e-6).ceil()));
        Ok(Self {
            capacity: Some(fits(said, "CAPACITY", capacity * scale + 1e-6)?),
            demands: demands.collect::<VrplibResult<_>>()?,
        })
    }

    /// What there is at a node.
    pub(super) fn at(&self, node: usize) -> u32 {
        self.demands.get(node).copied().unwrap_or(0)
    }
}

fn fits(token: Token<'_>, field: &str, value: f64) -> VrplibResult<u32> {
    let whole = u32::try_from(floor_u64(value)).ok();
    let expected = "at most a million, or a billion where no amount has a fraction";
    whole
        .filter(|&whole| whole <= 1_000_000_000)
        .ok_or_else(|| VrplibError::value(token.line, field, token.text, expected))
}
