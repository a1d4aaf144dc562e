//! Stories across crates; one module each.

#[cfg(test)]
mod architecture;
#[cfg(test)]
mod serve;
