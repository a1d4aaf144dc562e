//! Stories across crates; one module each.

mod architecture;
mod country;
mod page;
mod serve;
