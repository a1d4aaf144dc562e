//! A whole file as a problem.

use super::amounts::Amounts;
use super::document::Document;
use super::error::{VrplibError, VrplibResult};
use super::fleet::{Surroundings, vehicles};
use super::kind::{Kind, Round};
use super::number::{whole, words};
use super::stops::{Nodes, stops};
use super::weights::travel;
use crate::collection::{Problem, ProblemParts, Stop, StreamSet, Unloading, Window};
use crate::error::SimResult;
use crate::numbers::index_u32;

/// A problem that a file in the VRPLIB format describes, and the unit in which it tells costs.
///
/// Customers are counted from 1 in the order of the nodes, the depot left out: customer `i` is stop
/// `i - 1` of the problem. Where the depot is node 1, as everywhere in CVRPLIB, it is node `i + 1`.
#[derive(Clone, Debug)]
pub struct Instance {
    name: Box<str>,
    problem: Problem,
    decimals: u8,
}

/// The most nodes; what comes after the depot are the stops of a problem.
const MOST_NODES: u32 = 1 << 24;

impl Instance {
    /// Reads the text of a file. Its TYPE says how numbers are rounded, unless `round` does.
    pub fn read(text: &str, round: Option<Round>) -> SimResult<Self> {
        let document = Document::parse(text)?;
        let kind = Kind::of(&document, round)?;
        let name = document.specification("NAME");
        Ok(Self {
            name: name.map_or("", |name| name.text).into(),
            problem: Problem::new(parts(&document, kind)?)?,
            decimals: kind.decimals,
        })
    }

    /// What the file calls it; empty where it has no name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The problem.
    pub const fn problem(&self) -> &Problem {
        &self.problem
    }

    /// A cost of the problem in the unit of the file.
    pub fn cost_in_units(&self, cost: i64) -> f64 {
        let scale = 10_u32.pow(self.decimals.into());
        crate::numbers::f64_of_i64(cost) / f64::from(scale)
    }

    /// A cost of the problem as the file's solutions tell it: `53026.1`, `14426`.
    pub fn display_cost(&self, cost: i64) -> String {
        let decimals = usize::from(self.decimals);
        format!("{:.decimals$}", self.cost_in_units(cost))
    }
}

fn parts(document: &Document<'_>, kind: Kind) -> VrplibResult<ProblemParts> {
    refuse_what_is_not_known(document)?;
    let field = "DIMENSION";
    let said = document.specification(field);
    let nodes = whole(
        said.ok_or(VrplibError::Missing { field })?,
        field,
        (1, MOST_NODES),
    )?;
    let depot = depot(document, nodes)?;
    let travel = travel(document, kind.round, nodes)?;
    let amounts = Amounts::of(document, nodes)?;
    let sections = Nodes::of(document, kind, nodes)?;
    let stops = stops(document, &sections, &amounts, (nodes, depot))?;
    let around = Surroundings {
        depot,
        shift: sections.window(depot as usize)?.unwrap_or(Window::ALWAYS),
        stops: index_u32(stops.len()),
        only_drives: stops.iter().all(only_drives),
    };
    Ok(ProblemParts {
        travels: vec![travel],
        setups: Vec::new(),
        stops,
        unloadings: vec![reload(depot)],
        fleet: vec![vehicles(document, kind, &amounts, &around)?],
    })
}

/// To reload at the depot takes no time, as PyVRP has it: times of service at a depot are not read.
fn reload(depot: u32) -> Unloading {
    Unloading {
        place: depot,
        streams: StreamSet::ALL,
        duration: 0,
        windows: Vec::new(),
        cost_per_visit: 0,
        cost_per_mass: 0,
    }
}

fn only_drives(stop: &Stop) -> bool {
    stop.service == 0 && stop.release == 0 && stop.windows.is_empty()
}

/// The place of the one depot; the first where the file names none.
fn depot(document: &Document<'_>, nodes: u32) -> VrplibResult<u32> {
    let Some(section) = document.section("DEPOT") else {
        return Ok(0);
    };
    let field = "DEPOT_SECTION";
    let rows = section.rows.iter().flat_map(|&row| words(row));
    let mut named = rows.take_while(|word| word.text.parse() != Ok(-1.0));
    let Some(first) = named.next() else {
        return Err(VrplibError::Missing {
            field: "depot in its DEPOT_SECTION",
        });
    };
    if let Some(second) = named.next() {
        return Err(VrplibError::Unsupported {
            line: second.line,
            field: field.into(),
            reason: "it names several depots, expected one",
        });
    }
    Ok(whole(first, field, (1, nodes))? - 1)
}

/// Sections that are read, here and there.
const SECTIONS: [&str; 16] = [
    "NODE_COORD",
    "DISPLAY_DATA",
    "EDGE_WEIGHT",
    "DEMAND",
    "CAPACITY",
    "DEPOT",
    "TIME_WINDOW",
    "SERVICE_TIME",
    "RELEASE_TIME",
    "PRIZE",
    "VEHICLES_RELOAD_DEPOT",
    "VEHICLES_MAX_RELOADS",
    "VEHICLES_MAX_DURATION",
    "VEHICLES_MAX_DISTANCE",
    "VEHICLES_FIXED_COST",
    "VEHICLES_UNIT_DISTANCE_COST",
];

/// A rule that is left out makes another problem of a file. Specifications that nobody knows are
/// remarks, but for those of vehicles.
fn refuse_what_is_not_known(document: &Document<'_>) -> VrplibResult<()> {
    let is_known = |name: &str| SECTIONS.contains(&name);
    let mut sections = document.section_names();
    if let Some((name, line)) = sections.find(|(name, _)| !is_known(name)) {
        return Err(VrplibError::Unsupported {
            line,
            field: format!("{name}_SECTION").into(),
            reason: "this section's rule is not known here",
        });
    }
    let specifications = document.specification_names();
    let mut of_vehicles = specifications.filter(|(name, _)| name.starts_with("VEHICLES_"));
    match of_vehicles.find(|(name, _)| !is_known(name)) {
        Some((name, line)) => Err(VrplibError::Unsupported {
            line,
            field: name.into(),
            reason: "this rule for vehicles is not known here",
        }),
        None => Ok(()),
    }
}
