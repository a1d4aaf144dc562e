//! Makes packs: out of other people's files, or out of plain facts where there are none.

pub mod embedded;
