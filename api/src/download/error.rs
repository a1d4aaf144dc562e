//! Why a file did not come.

use std::path::PathBuf;

/// Short for results that fail with a [`DownloadError`].
pub type DownloadResult<T> = Result<T, DownloadError>;

/// A file that cannot be had, or that is not what was wanted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DownloadError {
    /// Text that is no address of a file.
    #[error("'{url}' is no address that starts with http:// or https://")]
    NoAddress {
        /// The rejected text.
        url: Box<str>,
    },

    /// The server cannot be reached, or the connection broke.
    #[error("no answer, or a broken one, from {url}")]
    Unreachable {
        /// The address.
        url: Box<str>,
        /// What the connection says.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },

    /// The server answers with something else than a file.
    #[error("the server answers with status {status}, expected 200: {url}")]
    Status {
        /// The status of HTTP.
        status: u16,
        /// The address.
        url: Box<str>,
    },

    /// The server sends too little in too long a time.
    #[error(
        "the server sent {bytes} bytes in {seconds} s, expected 1 KiB a second at least: {url}"
    )]
    TooSlow {
        /// What came.
        bytes: u64,
        /// How long that took.
        seconds: u64,
        /// The address.
        url: Box<str>,
    },

    /// The file ended before its end.
    #[error("the file ends after {bytes} of {expected} bytes: {url}")]
    Cut {
        /// What came.
        bytes: u64,
        /// What the server had told.
        expected: u64,
        /// The address.
        url: Box<str>,
    },

    /// The server sends another part of the file than the one that was asked for.
    #[error("the server sends another part than the one after byte {from}: {url}")]
    AnotherPart {
        /// Where the part should have begun.
        from: u64,
        /// The address.
        url: Box<str>,
    },

    /// A file of another media type.
    #[error("the file is '{found}', expected one of {expected}: {url}")]
    WrongType {
        /// The media type that the server tells.
        found: Box<str>,
        /// Those that may come.
        expected: Box<str>,
        /// The address.
        url: Box<str>,
    },

    /// A file that is larger than it may be.
    #[error("the file has {bytes} bytes or more, expected {limit} at most: {url}")]
    TooLarge {
        /// What the server tells, or what came.
        bytes: u64,
        /// The most that it may have.
        limit: u64,
        /// The address.
        url: Box<str>,
    },

    /// A file with other bytes than it should have.
    #[error("the file has the SHA-256 digest {found}, expected {expected}: {url}")]
    WrongChecksum {
        /// The digest of what came.
        found: Box<str>,
        /// The digest that was expected.
        expected: Box<str>,
        /// The address.
        url: Box<str>,
    },

    /// A redirection that leads nowhere.
    #[error("redirected to '{location}', which is no address: {url}")]
    NoRedirection {
        /// What the server tells.
        location: Box<str>,
        /// The address that was asked.
        url: Box<str>,
    },

    /// Too many redirections in a row.
    #[error("redirected more than {limit} times, at last from {url}")]
    TooManyRedirections {
        /// How many are followed.
        limit: u32,
        /// The last address that was asked.
        url: Box<str>,
    },

    /// A redirection from an encrypted connection to one that is not.
    #[error("redirected to {location}, which is not encrypted: {url}")]
    Downgraded {
        /// Where it leads.
        location: Box<str>,
        /// The address that was asked.
        url: Box<str>,
    },

    /// A compressed file that is damaged, or too large when it is unpacked.
    #[error("cannot unpack, {reason}: {}", path.display())]
    CannotUnpack {
        /// Why.
        reason: Box<str>,
        /// The file.
        path: PathBuf,
    },

    /// A file here cannot be read or written.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// What was tried, as a verb.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
}

impl DownloadError {
    /// Its name in reports, for example `wrong-type`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoAddress { .. } => "no-address",
            Self::Unreachable { .. } => "unreachable",
            Self::Status { .. } => "bad-status",
            Self::TooSlow { .. } => "too-slow",
            Self::Cut { .. } => "cut",
            Self::AnotherPart { .. } => "another-part",
            Self::WrongType { .. } => "wrong-type",
            Self::TooLarge { .. } => "too-large",
            Self::WrongChecksum { .. } => "wrong-checksum",
            Self::NoRedirection { .. } => "no-redirection",
            Self::TooManyRedirections { .. } => "too-many-redirections",
            Self::Downgraded { .. } => "downgraded",
            Self::CannotUnpack { .. } => "cannot-unpack",
            Self::Io { .. } => "cannot-write",
        }
    }

    /// Whether the same request may well succeed a little later.
    pub const fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable { .. }
            | Self::TooSlow { .. }
            | Self::Cut { .. }
            | Self::AnotherPart { .. } => true,
            Self::Status { status, .. } => matches!(status, 408 | 416 | 425 | 429 | 500..=599),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::gone(404, false)]
    #[case::forbidden(403, false)]
    #[case::busy(429, true)]
    #[case::broken(500, true)]
    #[case::overloaded(503, true)]
    fn what_may_pass_is_tried_again(#[case] status: u16, #[case] is_passing: bool) {
        let error = DownloadError::Status {
            status,
            url: "http://x/".into(),
        };
        assert_eq!(error.is_passing(), is_passing);
    }
}
