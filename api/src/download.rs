//! Files from other people's servers: each is there whole, checked and under its name, or not at
//! all. What came before a cut is kept, and the rest is asked for.
//!
//! A download takes the memory of one buffer, whatever the file. It knows nothing of what is in it.

mod attempt;
mod client;
mod error;
mod location;
mod pace;
mod part;
mod unpack;

use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use self::attempt::Attempt;
pub use self::client::Client;
pub use self::error::{DownloadError, DownloadResult};
use self::part::Part;
pub use self::unpack::gunzip;

/// A file that is wanted, and what it may be.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Its address, `http://` or `https://`.
    pub url: String,
    /// The media types that it may come as, in lower case and without parameters; empty: any.
    pub content_types: Vec<String>,
    /// The most bytes that it may have.
    pub max_bytes: u64,
    /// Its SHA-256 digest in lower-case hexadecimal digits, where it is known.
    pub sha256: Option<String>,
    /// What a redirection from `https://` to `http://` does.
    pub downgrade: Downgrade,
}

/// What a redirection from an encrypted connection to one that is not does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Downgrade {
    /// It ends the download.
    Refused,
    /// It is followed.
    Followed,
}

/// How long a server may take, and how often it is asked.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// How long a server may keep silent; over a stretch of this length it must also send 1 KiB a
    /// second on average.
    pub silence: Duration,
    /// How long one file may take, with every attempt.
    pub total: Duration,
    /// How often in a row an attempt may fail without having brought 256 KiB.
    pub attempts: u32,
    /// The pause after the first failure; it doubles each time, up to 30 s.
    pub pause: Duration,
}

/// How far a download has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Bytes that are here.
    pub done: u64,
    /// Bytes that there are, where the server tells.
    pub total: Option<u64>,
}

/// A file that is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// Its size in bytes.
    pub bytes: u64,
    /// Its SHA-256 digest in hexadecimal digits.
    pub sha256: String,
    /// When its server says that it was last changed, in the words of HTTP.
    pub last_modified: Option<String>,
    /// Where it comes from.
    pub origin: Origin,
}

/// How a file came here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// All of it was sent.
    Sent,
    /// It went on after so many bytes that were here from before.
    Resumed(u64),
    /// It was here already, and the server has no other.
    Kept,
}

/// What an attempt must bring for the ones before it to be forgotten, in bytes.
const LEAST_PROGRESS: u64 = 256 * 1024;
/// The longest pause between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Brings a file to `file`, whose folder exists.
///
/// A file that is there already is asked for only where the server has a newer one. Beside it lie,
/// while it is on its way, `….part` with what came so far, and `….part.json` with what says that
/// the rest still belongs to it; afterwards `….origin.json` with where it came from.
///
/// # Errors
/// Whatever the server sends, `file` is complete and checked, or as it was before.
pub fn download(
    client: &Client,
    wanted: &Wanted,
    file: &Path,
    watch: &dyn Fn(Progress),
) -> DownloadResult<Arrived> {
    let part = Part::of(file);
    let attempt = Attempt {
        client,
        wanted,
        part: &part,
        watch,
    };
    let patience = client.patience();
    let started = Instant::now();
    let mut failures = 0;
    loop {
        let before = part.size();
        let error = match attempt.run() {
            Ok(arrived) => return Ok(arrived),
            Err(error) => error,
        };
        failures = if part.size() >= before + LEAST_PROGRESS {
            1
        } else {
            failures + 1
        };
        let pause = pause(patience, failures);
        let is_late = started.elapsed() + pause >= patience.total;
        if !error.is_passing() || failures >= patience.attempts || is_late {
            return Err(error);
        }
        thread::sleep(pause);
    }
}

/// The file that an earlier download of the same address left here, and that still may be what is
/// wanted; nobody is asked.
pub fn kept(wanted: &Wanted, file: &Path) -> Option<Arrived> {
    let label = Part::of(file).kept(wanted)?;
    Some(part::arrived(&label, Origin::Kept))
}

/// How long to wait after so many failures in a row.
fn pause(patience: Patience, failures: u32) -> Duration {
    let doublings = failures.saturating_sub(1).min(16);
    patience
        .pause
        .saturating_mul(1 << doublings)
        .min(LONGEST_PAUSE)
}

/// `file` with an ending after its own: `a.csv` and `.part` make `a.csv.part`.
fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::first(1, 500)]
    #[case::second(2, 1000)]
    #[case::fourth(4, 4000)]
    #[case::never_longer(40, 30_000)]
    fn pauses_double_up_to_the_longest(#[case] failures: u32, #[case] millis: u64) {
        let patience = Patience {
            silence: Duration::from_secs(1),
            total: Duration::from_secs(9),
            attempts: 50,
            pause: Duration::from_millis(500),
        };
        assert_eq!(pause(patience, failures), Duration::from_millis(millis));
    }

    #[test]
    fn what_lies_beside_a_file_has_its_whole_name() {
        let part = beside(Path::new("/c/a.osm.pbf"), ".part");
        assert_eq!(part, Path::new("/c/a.osm.pbf.part"));
    }
}
