//! Stories across crates; one module each.

#[cfg(test)]
mod access;
#[cfg(test)]
mod addresses;
#[cfg(test)]
mod ahead;
#[cfg(test)]
mod alarms;
#[cfg(test)]
mod architecture;
#[cfg(test)]
mod backup;
#[cfg(test)]
mod calibrate;
#[cfg(test)]
mod country;
#[cfg(test)]
mod damage;
#[cfg(test)]
mod decode;
#[cfg(test)]
mod durability;
#[cfg(test)]
mod encrypted;
#[cfg(test)]
mod extract;
#[cfg(test)]
mod fetch;
#[cfg(test)]
mod forecast;
#[cfg(test)]
mod geodesy;
#[cfg(test)]
mod live;
#[cfg(test)]
mod mqtt;
#[cfg(test)]
mod nats;
#[cfg(test)]
mod nodes;
#[cfg(test)]
mod observations;
#[cfg(test)]
mod ordeal;
#[cfg(test)]
mod packs;
#[cfg(test)]
mod page;
#[cfg(test)]
mod past;
#[cfg(test)]
mod plan_day;
#[cfg(test)]
mod plan_jobs;
#[cfg(test)]
mod plan_saved;
#[cfg(test)]
mod plans;
#[cfg(test)]
mod qgis;
#[cfg(test)]
mod quarantine;
#[cfg(test)]
mod registers;
#[cfg(test)]
mod reports;
#[cfg(test)]
mod roads;
#[cfg(test)]
mod rounds;
#[cfg(test)]
mod serve;
#[cfg(test)]
mod shortest_paths;
#[cfg(test)]
mod simulations;
#[cfg(test)]
mod sites;
#[cfg(test)]
mod small;
#[cfg(test)]
mod soak;
#[cfg(test)]
mod terrain;
#[cfg(test)]
mod tiles;
#[cfg(test)]
mod viewer;
#[cfg(test)]
mod viewer_explore;
#[cfg(test)]
mod viewer_split;
#[cfg(test)]
mod what_if;
