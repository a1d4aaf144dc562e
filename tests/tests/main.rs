//! Stories across crates; one module each.

mod architecture;
mod serve;
