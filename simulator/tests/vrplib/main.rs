//! Files in the VRPLIB format become problems: written ones of every form, published ones with the
//! costs of their published solutions, and hostile ones without a panic.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "the helpers of the tests are tests too, and a skipped one says so"
)]

mod formats;
mod hostile;
mod published;
mod solutions;

use simulator::collection::vrplib::Instance;

/// A depot and two customers with amounts, which other lines can be added to.
const SMALL: &str = "NAME: small
DIMENSION: 3
CAPACITY: 10
EDGE_WEIGHT_TYPE: EUC_2D
NODE_COORD_SECTION
1 0 0
2 3 4
3 0 1.75
DEMAND_SECTION
1 0
2 6
3 4
";

/// The small file with more specifications before it, and more sections after it.
fn small(specifications: &str, sections: &str) -> String {
    format!("{specifications}\n{SMALL}{sections}\nEOF\n")
}

fn read(text: &str) -> Instance {
    Instance::read(text, None).unwrap()
}

/// Why a text is refused.
fn refusal(text: &str) -> String {
    Instance::read(text, None).unwrap_err().to_string()
}
