//! Plain road graphs in the text format of the DIMACS challenge on shortest paths: nodes and arcs
//! with costs, and no places.

use std::path::Path;

use super::whole::read_at_most;
use crate::error::{GisError, GisResult};

/// A graph as it is told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlainGraph {
    /// How many nodes there are: one more than the largest number that is told.
    pub nodes: u32,
    /// The arcs as (tail, head, cost), in the order of the file.
    pub arcs: Vec<(u32, u32, u32)>,
}

/// Larger files are refused.
const MAX_BYTES: u64 = 4 << 30;

/// Larger node numbers and costs are refused.
const MAX_NUMBER: u32 = (1 << 30) - 2;

/// So many nodes are taken without asking, and so many for each arc; more are a mistake that would
/// only take memory.
const FREE_NODES: u64 = 1_000_000;
const NODES_PER_ARC: u64 = 4;

/// Reads a graph: a line `a TAIL HEAD COST` for each arc; lines that begin with `c` or `p`, and
/// empty ones, tell nothing that is needed. Numbers stay as they are, whether they count from 0 or
/// from 1.
///
/// # Errors
/// [`GisError::Io`], [`GisError::TooLarge`], [`GisError::InvalidGraphLine`] with the line, and
/// [`GisError::SparseGraph`] for numbers far beyond what so few arcs can join.
pub fn read(path: &Path) -> GisResult<PlainGraph> {
    let bytes = read_at_most(MAX_BYTES, path)?;
    let mut graph = PlainGraph::default();
    for (number, line) in (1..).zip(bytes.split(|&byte| byte == b'\n')) {
        let line = std::str::from_utf8(line).unwrap_or("\u{fffd}").trim();
        match line.split_ascii_whitespace().next() {
            None | Some("c" | "p") => {}
            _ => {
                let arc = arc(line).ok_or_else(|| GisError::InvalidGraphLine {
                    line: number,
                    text: line.chars().take(60).collect(),
                    path: path.into(),
                })?;
                graph.nodes = graph.nodes.max(arc.0 + 1).max(arc.1 + 1);
                graph.arcs.push(arc);
            }
        }
    }
    let limit = FREE_NODES + NODES_PER_ARC * graph.arcs.len() as u64;
    if u64::from(graph.nodes) > limit {
        return Err(GisError::SparseGraph {
            node: graph.nodes - 1,
            limit,
            path: path.into(),
        });
    }
    Ok(graph)
}

fn arc(line: &str) -> Option<(u32, u32, u32)> {
    let mut words = line.split_ascii_whitespace();
    let is_arc = words.next() == Some("a");
    let mut number = || {
        let number: u32 = words.next()?.parse().ok()?;
        (number <= MAX_NUMBER).then_some(number)
    };
    let arc = (number()?, number()?, number()?);
    (is_arc && words.next().is_none()).then_some(arc)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &[u8]) -> GisResult<PlainGraph> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("town.gr");
        std::fs::write(&path, text).unwrap();
        read(&path)
    }

    #[test]
    fn arcs_are_read_in_their_order() {
        let graph = read_text(b"c a town\np sp 4 2\na 3 1 70\r\n\na 1 0 5").unwrap();
        assert_eq!(graph.nodes, 4);
        assert_eq!(graph.arcs, [(3, 1, 70), (1, 0, 5)]);
        assert_eq!(read_text(b"").unwrap(), PlainGraph::default());
    }

    #[test]
    fn a_number_that_only_takes_memory_is_refused() {
        let refused = read_text(b"a 0 1073741822 1\n").unwrap_err().to_string();
        assert!(refused.contains("1073741822"), "{refused}");
    }

    #[rstest::rstest]
    #[case::a_word_too_few(b"a 1 2\n")]
    #[case::a_word_too_many(b"a 1 2 3 4\n")]
    #[case::below_zero(b"a 1 2 -3\n")]
    #[case::too_large(b"a 1 2 1073741823\n")]
    #[case::something_else(b"e 1 2 3\n")]
    #[case::no_text(b"a 1 \xff 3\n")]
    fn a_line_that_is_no_arc_is_refused_with_its_number(#[case] line: &[u8]) {
        let refused = read_text(&[b"a 0 1 2\n", line].concat())
            .unwrap_err()
            .to_string();
        assert!(refused.starts_with("line 2"), "{refused}");
    }
}
