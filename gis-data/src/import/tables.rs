//! What the readers of tables share: bytes that may be packed, rows of comma separated values,
//! numbers and words as people write them, keys, and places of the territory.

pub(super) mod bytes;
pub(super) mod csv;
pub(super) mod keys;
pub(super) mod numbers;
pub(super) mod place;
pub(super) mod row;
pub(super) mod words;
