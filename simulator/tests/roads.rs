//! Shortest paths through the public door of the crate.

#[cfg(test)]
#[path = "roads/bytes.rs"]
mod bytes;
#[cfg(test)]
#[path = "roads/costs.rs"]
mod costs;
#[cfg(test)]
#[path = "roads/halts.rs"]
mod halts;
#[cfg(test)]
#[path = "roads/hierarchy.rs"]
mod hierarchy;
#[cfg(test)]
#[path = "roads/hostile.rs"]
mod hostile;
#[cfg(test)]
#[path = "roads/reached.rs"]
mod reached;
#[cfg(test)]
#[path = "roads/restrictions.rs"]
mod restrictions;
#[cfg(test)]
#[path = "roads/routes.rs"]
mod routes;
#[cfg(test)]
#[path = "roads/spending.rs"]
mod spending;
#[cfg(test)]
#[path = "roads/town.rs"]
mod town;
