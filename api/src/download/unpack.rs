//! Compressed files that are kept unpacked.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read as _, Write as _};
use std::path::Path;

use flate2::read::MultiGzDecoder;

use super::beside;
use super::error::{DownloadError, DownloadResult};
use super::part::io_error;

/// Unpacks a gzip file to `to`, which is there whole or not at all; how many bytes it has.
///
/// # Errors
/// [`DownloadError::CannotUnpack`] for a file that is damaged, cut, or longer than `max_bytes` when
/// it is unpacked: no more than that is ever written.
pub fn gunzip(path: &Path, to: &Path, max_bytes: u64) -> DownloadResult<u64> {
    let packed = File::open(path).map_err(io_error("read", path))?;
    let draft = beside(to, ".part");
    let unpacked = unpack(packed, &draft, max_bytes);
    let refused = |reason: &str| DownloadError::CannotUnpack {
        reason: reason.into(),
        path: path.to_path_buf(),
    };
    let bytes = match unpacked {
        Ok(bytes) if bytes <= max_bytes => bytes,
        outcome => {
            let _was_not_there = fs::remove_file(&draft);
            return Err(match outcome {
                Ok(_) => refused(&format!("it has more than {max_bytes} bytes")),
                Err(error) => refused(&error.to_string()),
            });
        }
    };
    fs::rename(&draft, to).map_err(io_error("write", to))?;
    Ok(bytes)
}

/// Unpacks one byte more than there may be at most.
fn unpack(packed: File, draft: &Path, max_bytes: u64) -> io::Result<u64> {
    let mut source = MultiGzDecoder::new(BufReader::new(packed)).take(max_bytes.saturating_add(1));
    let mut target = BufWriter::new(File::create(draft)?);
    let bytes = io::copy(&mut source, &mut target)?;
    target.flush()?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn packed(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn unpacked(bytes: &[u8], max_bytes: u64) -> (DownloadResult<u64>, Option<Vec<u8>>) {
        let home = tempfile::tempdir().unwrap();
        let (from, to) = (home.path().join("a.csv.gz"), home.path().join("a.csv"));
        fs::write(&from, bytes).unwrap();
        let outcome = gunzip(&from, &to, max_bytes);
        let left = fs::read_dir(home.path()).unwrap().count();
        assert_eq!(left, 1 + usize::from(to.exists()), "no draft is left");
        (outcome, fs::read(&to).ok())
    }

    #[test]
    fn two_members_in_a_row_are_one_file() {
        let bytes = [packed(b"one\n"), packed(b"two\n")].concat();
        let (outcome, text) = unpacked(&bytes, 8);
        assert_eq!(
            (outcome.unwrap(), text.unwrap()),
            (8, b"one\ntwo\n".to_vec())
        );
    }

    #[rstest::rstest]
    #[case::a_bomb(packed(&vec![0; 10_000_000]), "more than 1000 bytes")]
    #[case::cut(packed(b"a long enough text")[..20].to_vec(), "cannot unpack")]
    #[case::no_gzip(b"<html>".to_vec(), "cannot unpack")]
    fn what_cannot_be_unpacked_leaves_nothing(#[case] bytes: Vec<u8>, #[case] reason: &str) {
        let (outcome, text) = unpacked(&bytes, 1000);
        let refusal = outcome.unwrap_err().to_string();
        assert!(refusal.contains(reason), "{refusal}");
        assert_eq!(text, None);
    }
}
