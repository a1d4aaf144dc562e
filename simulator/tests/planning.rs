//! Planning the collection through the public door of the crate.

#[cfg(test)]
#[path = "planning/bills.rs"]
mod bills;
#[cfg(test)]
#[path = "planning/built.rs"]
mod built;
#[cfg(test)]
#[path = "planning/carried.rs"]
mod carried;
#[cfg(test)]
#[path = "planning/day.rs"]
mod day;
#[cfg(test)]
#[path = "planning/explained.rs"]
mod explained;
#[cfg(test)]
#[path = "planning/hostile.rs"]
mod hostile;
#[cfg(test)]
#[path = "planning/mutations.rs"]
mod mutations;
#[cfg(test)]
#[path = "planning/replanned.rs"]
mod replanned;
#[cfg(test)]
#[path = "planning/rules.rs"]
mod rules;
#[cfg(test)]
#[path = "planning/saved.rs"]
mod saved;
#[cfg(test)]
#[path = "planning/solves.rs"]
mod solves;
