//! The tiles that are kept: asked for, being drawn, or in the scene.

use std::collections::{BTreeMap, BTreeSet};

use bevy::ecs::entity::Entity;
use bevy::tasks::Task;
use bevy::tasks::futures::check_ready;

use super::build::Drawing;
use crate::error::ViewerError;
use crate::land::TileAddress;
use crate::server::Ticket;

/// The most tiles that are kept.
const MOST: usize = 160;

/// The tiles that are kept. Those that nobody has wanted for longest go first.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    tiles: BTreeMap<TileAddress, Kept>,
    asked: BTreeMap<Ticket, TileAddress>,
    turn: u64,
}

/// How far a tile is.
#[derive(Debug)]
pub(super) enum Stage {
    /// The server has not answered yet.
    Asked(Ticket),
    /// It is being drawn.
    Drawn(Task<Result<Drawing, ViewerError>>),
    /// It is in the scene, where there is anything to see.
    Ready(Option<Entity>),
}

#[derive(Debug)]
struct Kept {
    stage: Stage,
    /// When it was wanted last.
    turn: u64,
}

impl Shelf {
    /// Notes that a tile has got as far as this.
    pub(super) fn put(&mut self, address: TileAddress, stage: Stage) {
        if let Stage::Asked(ticket) = stage {
            self.asked.insert(ticket, address);
        }
        let turn = self.tiles.get(&address).map_or(self.turn, |kept| kept.turn);
        self.tiles.insert(address, Kept { stage, turn });
    }

    /// The tile for which this is the answer, if it is still waited for.
    pub(super) fn asked(&mut self, ticket: Ticket) -> Option<TileAddress> {
        self.asked.remove(&ticket)
    }

    /// Notes which tiles are wanted from now on; tells the questions for others, which are given
    /// up.
    pub(super) fn want(&mut self, wanted: &[TileAddress]) -> BTreeSet<Ticket> {
        self.turn += 1;
        for address in wanted {
            if let Some(kept) = self.tiles.get_mut(address) {
                kept.turn = self.turn;
            }
        }
        let now = self.turn;
        let stale = |kept: &Kept| matches!(kept.stage, Stage::Asked(_)) && kept.turn < now;
        self.tiles.retain(|_, kept| !stale(kept));
        let tiles = &self.tiles;
        let given_up = self
            .asked
            .extract_if(.., |_, address| !tiles.contains_key(address));
        given_up.map(|(ticket, _)| ticket).collect()
    }

    /// Whether a tile is kept or on its way.
    pub(super) fn holds(&self, address: TileAddress) -> bool {
        self.tiles.contains_key(&address)
    }

    /// Whether a tile is in the scene.
    pub(super) fn is_ready(&self, address: TileAddress) -> bool {
        let kept = self.tiles.get(&address);
        kept.is_some_and(|kept| matches!(kept.stage, Stage::Ready(_)))
    }

    /// Whether tiles are wanted and all of them are in the scene.
    pub(super) fn is_settled(&self) -> bool {
        let mut stages = self.tiles.values().map(|kept| &kept.stage);
        !self.tiles.is_empty() && stages.all(|stage| matches!(stage, Stage::Ready(_)))
    }

    /// Tiles that have been drawn since, at most so many.
    pub(super) fn drawn(
        &mut self,
        most: usize,
    ) -> Vec<(TileAddress, Result<Drawing, ViewerError>)> {
        let finished = self.tiles.iter_mut().filter_map(|(address, kept)| {
            let Stage::Drawn(task) = &mut kept.stage else {
                return None;
            };
            let drawing = check_ready(task)?;
            kept.stage = Stage::Ready(None);
            Some((*address, drawing))
        });
        finished.take(most).collect()
    }

    /// Lets go of what is too much; tells what of it is in the scene.
    pub(super) fn clear(&mut self) -> Vec<Entity> {
        let too_many = self.tiles.len().saturating_sub(MOST);
        let old = self.tiles.iter().filter(|(_, kept)| kept.turn < self.turn);
        let mut old: Vec<_> = old.map(|(address, kept)| (kept.turn, *address)).collect();
        old.sort_unstable();
        let gone = old
            .iter()
            .take(too_many)
            .filter_map(|(_, address)| self.tiles.remove(address));
        let entities = gone.filter_map(|kept| match kept.stage {
            Stage::Ready(entity) => entity,
            Stage::Asked(_) | Stage::Drawn(_) => None,
        });
        entities.collect()
    }

    /// The tiles that the server has not answered yet.
    #[cfg(test)]
    pub(super) fn waiting(&self) -> impl Iterator<Item = (TileAddress, Ticket)> {
        self.asked
            .iter()
            .map(|(ticket, address)| (*address, *ticket))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::Client;

    fn tile(column: u32) -> TileAddress {
        TileAddress {
            zoom: 14,
            column,
            row: 0,
        }
    }

    #[test]
    fn the_tiles_that_nobody_wanted_for_longest_go_first() {
        let mut shelf = Shelf::default();
        for column in 0..200 {
            shelf.want(&[tile(column)]);
            shelf.put(tile(column), Stage::Ready(Some(Entity::PLACEHOLDER)));
        }
        shelf.want(&[tile(0), tile(199)]);
        assert_eq!(shelf.clear().len(), 40);
        assert!(shelf.holds(tile(0)) && !shelf.holds(tile(1)) && !shelf.holds(tile(40)));
        assert!(shelf.holds(tile(41)));
    }

    #[test]
    fn a_question_for_what_is_not_wanted_is_given_up() {
        let mut client = Client::new("http://127.0.0.1:1");
        let (first, second) = (client.ask("/1"), client.ask("/2"));
        let mut shelf = Shelf::default();
        shelf.put(tile(1), Stage::Asked(first));
        shelf.put(tile(2), Stage::Asked(second));
        assert_eq!(shelf.want(&[tile(2)]), BTreeSet::from([first]));
        assert_eq!(
            (shelf.asked(first), shelf.asked(second)),
            (None, Some(tile(2)))
        );
        assert!(shelf.holds(tile(2)) && !shelf.holds(tile(1)) && !shelf.is_settled());
    }
}
