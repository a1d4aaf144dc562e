//! Where a journal is kept.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use super::error::{StoreError, StoreName, StoreResult};
use super::{
    Journal, JournalReader, PostgresAddress, PostgresJournal, PostgresReader, SqliteJournal,
    SqliteReader,
};

/// Where a journal is kept: `sqlite:FILE`, or a [`PostgresAddress`].
#[derive(Clone, Debug, PartialEq)]
pub enum Store {
    /// In a file of this machine.
    Sqlite(PathBuf),
    /// In a database that several nodes reach.
    Postgres(PostgresAddress),
}

impl Store {
    /// Becomes the journal's writer.
    ///
    /// # Errors
    /// As [`SqliteJournal::open`] and [`PostgresJournal::open`].
    pub fn open(&self) -> StoreResult<Box<dyn Journal>> {
        Ok(match self {
            Self::Sqlite(path) => Box::new(SqliteJournal::open(path)?),
            Self::Postgres(address) => Box::new(PostgresJournal::open(address)?),
        })
    }

    /// Opens the journal to read.
    ///
    /// # Errors
    /// As [`SqliteReader::open`] and [`PostgresReader::open`].
    pub fn reader(&self) -> StoreResult<Box<dyn JournalReader>> {
        Ok(match self {
            Self::Sqlite(path) => Box::new(SqliteReader::open(path)?),
            Self::Postgres(address) => Box::new(PostgresReader::open(address)?),
        })
    }
}

impl Store {
    /// The journal's name in errors.
    pub(super) fn name(&self) -> StoreName {
        match self {
            Self::Sqlite(path) => path.as_path().into(),
            Self::Postgres(address) => address.name().clone(),
        }
    }
}

impl FromStr for Store {
    type Err = StoreError;

    fn from_str(text: &str) -> StoreResult<Self> {
        match text.split_once(':') {
            Some(("sqlite", path)) if !path.is_empty() => Ok(Self::Sqlite(path.into())),
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres(text.parse()?)),
            _ => Err(StoreError::Address {
                problem: "expected sqlite:FILE or postgres://…".to_owned(),
            }),
        }
    }
}

impl fmt::Display for Store {
    /// The store without what is secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(address) => address.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::a_file(
        "sqlite:/var/lib/twin/journal.sqlite",
        "sqlite:/var/lib/twin/journal.sqlite"
    )]
    #[case::a_database(
        "postgres://tess:s3cret@127.0.0.1/twin",
        "postgres://127.0.0.1:5432/twin"
    )]
    fn a_store_is_shown_without_secrets(#[case] text: &str, #[case] shown: &str) {
        assert_eq!(text.parse::<Store>().unwrap().to_string(), shown);
    }

    #[rstest::rstest]
    #[case::nothing("")]
    #[case::no_file("sqlite:")]
    #[case::a_path("/var/lib/twin")]
    #[case::another("mysql://tess:s3cret@127.0.0.1/twin")]
    fn what_is_no_store_is_refused_without_being_told(#[case] text: &str) {
        let refused = text.parse::<Store>().unwrap_err();
        assert!(!refused.to_string().contains("s3cret"), "{refused}");
    }
}
