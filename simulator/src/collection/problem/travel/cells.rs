//! Tables in text: one line for each place, so that a file stays small and can be compared line by line.
//!
//! A line is base64 without padding of the row's numbers, one after the other. A number is written plus
//! one, so that what cannot be reached is a single zero byte, in groups of seven bits, the lowest first;
//! all bytes of a number but the last have their highest bit set (LEB128).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::Table;

/// A table in text.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub(super) struct Lines(Vec<String>);

/// A line that is no row of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum CellsError {
    /// It is no base64.
    #[error("row {row} of a table is no base64")]
    NoBase64 {
        /// The row, counted from 0.
        row: usize,
    },

    /// It has other numbers than one for each place.
    #[error("row {row} of a table has {count} whole numbers, expected {places} below 2^32")]
    Numbers {
        /// The row, counted from 0.
        row: usize,
        /// How many numbers it has.
        count: usize,
        /// How many rows there are.
        places: usize,
    },
}

impl From<Table> for Lines {
    fn from(table: Table) -> Self {
        let rows = table.cells.chunks(table.places.max(1));
        Self(rows.map(line).collect())
    }
}

impl TryFrom<Lines> for Table {
    type Error = CellsError;

    fn try_from(Lines(lines): Lines) -> Result<Self, CellsError> {
        let places = lines.len();
        let mut cells = Vec::new();
        for (row, line) in lines.iter().enumerate() {
            let bytes = STANDARD_NO_PAD.decode(line);
            let bytes = bytes.map_err(|_reason| CellsError::NoBase64 { row })?;
            let before = cells.len();
            let is_whole = numbers(&bytes, &mut cells);
            let count = cells.len() - before;
            if !is_whole || count != places {
                return Err(CellsError::Numbers { row, count, places });
            }
        }
        Ok(Self { places, cells })
    }
}

fn line(row: &[u32]) -> String {
    let mut bytes = Vec::with_capacity(row.len() * 3);
    for &cell in row {
        let mut left = cell.wrapping_add(1);
        loop {
            let [low, ..] = (left & 0x7f).to_le_bytes();
            left >>= 7;
            if left == 0 {
                bytes.push(low);
                break;
            }
            bytes.push(low | 0x80);
        }
    }
    STANDARD_NO_PAD.encode(bytes)
}

/// Reads the numbers of a row. Whether the bytes are numbers, and nothing else.
fn numbers(bytes: &[u8], cells: &mut Vec<u32>) -> bool {
    let (mut number, mut shift) = (0_u64, 0);
    for &byte in bytes {
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 != 0 {
            shift += 7;
            if shift > 28 {
                return false;
            }
            continue;
        }
        let Ok(cell) = u32::try_from(number) else {
            return false;
        };
        cells.push(cell.wrapping_sub(1));
        (number, shift) = (0, 0);
    }
    shift == 0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;
    use crate::collection::UNREACHABLE;

    #[test]
    fn what_cannot_be_reached_takes_a_byte_and_a_minute_two() {
        assert_eq!(line(&[UNREACHABLE; 3]).len(), 4);
        assert_eq!(line(&[600; 3]).len(), 8);
    }

    #[rstest]
    #[case::no_base64("*", CellsError::NoBase64 { row: 0 })]
    #[case::too_few("", CellsError::Numbers { row: 0, count: 0, places: 1 })]
    #[case::too_many("AQE", CellsError::Numbers { row: 0, count: 2, places: 1 })]
    #[case::cut_off("gA", CellsError::Numbers { row: 0, count: 0, places: 1 })]
    #[case::beyond_32_bits("//////8B", CellsError::Numbers { row: 0, count: 0, places: 1 })]
    #[case::just_beyond("gICAgBA", CellsError::Numbers { row: 0, count: 0, places: 1 })]
    fn a_line_that_is_no_row_is_refused(#[case] text: &str, #[case] expected: CellsError) {
        let read = Table::try_from(Lines(vec![text.into()]));
        assert_eq!(read, Err(expected));
    }

    proptest! {
        #[test]
        fn a_table_is_read_as_it_was_written(
            (places, cells) in (0_usize..5).prop_flat_map(|places| {
                let cell = prop_oneof![any::<u32>(), 0..300_000_u32, Just(UNREACHABLE)];
                (Just(places), proptest::collection::vec(cell, places * places))
            }),
        ) {
            let table = Table { places, cells };
            prop_assert_eq!(Table::try_from(Lines::from(table.clone())), Ok(table));
        }

        #[test]
        fn no_bytes_are_too_strange(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let mut cells = Vec::new();
            numbers(&bytes, &mut cells);
            prop_assert!(cells.len() <= bytes.len());
        }
    }
}
