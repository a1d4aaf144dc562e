//! What there is to visit: every node but the depot.

use super::amounts::Amounts;
use super::document::{Document, Token};
use super::error::{VrplibError, VrplibResult};
use super::kind::Kind;
use super::number::{Row, of_nodes, whole, words};
use crate::collection::{Need, Stop, Window};
use crate::numbers::index_u32;

/// What the sections say of the nodes, each empty where there is no such section.
pub(super) struct Nodes<'t> {
    windows: Vec<Row<'t, 2>>,
    services: Vec<Row<'t, 1>>,
    releases: Vec<Row<'t, 1>>,
    prizes: Vec<Row<'t, 1>>,
    service: Option<Token<'t>>,
    kind: Kind,
}

impl<'t> Nodes<'t> {
    /// Reads the sections of a file with so many nodes.
    pub(super) fn of(document: &Document<'t>, kind: Kind, nodes: u32) -> VrplibResult<Self> {
        let column = |name: &str| rows::<1>(document, name, nodes);
        let service = document.specification("SERVICE_TIME");
        let services = column("SERVICE_TIME")?;
        if let (Some(_), Some(again)) = (service, services.first()) {
            let (line, field) = (again.line, "SERVICE_TIME_SECTION".into());
            return Err(VrplibError::Repeated { line, field });
        }
        Ok(Self {
            windows: rows::<2>(document, "TIME_WINDOW", nodes)?,
            services,
            releases: column("RELEASE_TIME")?,
            prizes: column("PRIZE")?,
            service,
            kind,
        })
    }

    /// When a node can be visited.
    pub(super) fn window(&self, node: usize) -> VrplibResult<Option<Window>> {
        let field = "TIME_WINDOW_SECTION";
        let Some(&Row { line, words }) = self.windows.get(node) else {
            return Ok(None);
        };
        let open = self.kind.ticks(words[0], field)?;
        let close = self.kind.end(words[1], field)?;
        if open > close {
            let value = format!("{} {}", words[0].text, words[1].text);
            let expected = "a window that ends no earlier than it opens";
            return Err(VrplibError::value(line, field, value, expected));
        }
        Ok(Some(Window { open, close }))
    }

    /// The stop at a node.
    pub(super) fn stop(&self, node: usize, volume: u32) -> VrplibResult<Stop> {
        let service = self.services.get(node).map(|row| row.words[0]);
        let service = service.or(self.service);
        let release = self.releases.get(node).map(|row| row.words[0]);
        let ticks = |token: Option<Token<'t>>, field| {
            token.map_or(Ok(0), |token| self.kind.ticks(token, field))
        };
        Ok(Stop {
            place: index_u32(node),
            stream: 0,
            volume,
            mass: 0,
            service: ticks(service, "SERVICE_TIME")?,
            windows: self.window(node)?.into_iter().collect(),
            release: ticks(release, "RELEASE_TIME_SECTION")?,
            need: self.need(node)?,
            classes: 1,
        })
    }

    /// A prize of 0 stands for a node that must be visited, as PyVRP reads it.
    fn need(&self, node: usize) -> VrplibResult<Need> {
        let token = self.prizes.get(node).map(|row| row.words[0]);
        let prize = token.map_or(Ok(0), |token| self.kind.ticks(token, "PRIZE_SECTION"))?;
        Ok(match prize {
            0 => Need::Required,
            prize => Need::Optional {
                prize: prize.into(),
            },
        })
    }
}

/// Every node but the depot. What must be visited must fit into a vehicle.
pub(super) fn stops(
    document: &Document<'_>,
    nodes: &Nodes<'_>,
    amounts: &Amounts,
    (count, depot): (u32, u32),
) -> VrplibResult<Vec<Stop>> {
    let others = (0..count).filter(|&node| node != depot);
    let mut stops = Vec::new();
    for node in others {
        let volume = amounts.at(node as usize);
        let stop = nodes.stop(node as usize, volume)?;
        let is_too_much = amounts.capacity.is_some_and(|capacity| volume > capacity);
        if is_too_much && stop.need == Need::Required {
            return Err(too_much(document, node));
        }
        stops.push(stop);
    }
    Ok(stops)
}

fn too_much(document: &Document<'_>, node: u32) -> VrplibError {
    let field = "DEMAND_SECTION";
    let rows = document.section("DEMAND").map(|section| &section.rows);
    let is_it = |row: &&Token<'_>| {
        let first = words(**row).next();
        first.is_some_and(|word| whole(word, field, (node + 1, node + 1)).is_ok())
    };
    let row = rows.into_iter().flatten().find(is_it).copied();
    let Token { line, text } = row.unwrap_or(Token { line: 0, text: "" });
    let demand = text.split_whitespace().nth(1).unwrap_or_default();
    VrplibError::value(line, field, demand, "at most the capacity of a vehicle")
}

fn rows<'t, const N: usize>(
    document: &Document<'t>,
    name: &str,
    nodes: u32,
) -> VrplibResult<Vec<Row<'t, N>>> {
    document.section(name).map_or(Ok(Vec::new()), |section| {
        of_nodes(section, &format!("{name}_SECTION"), nodes)
    })
}
