//! One attempt to bring a file, or the rest of one.

use std::fs::File;
use std::io::{self, Read as _};
use std::time::Instant;

use ureq::Body;
use ureq::http::{Response, header};

use super::client::{Client, text};
use super::error::{DownloadError, DownloadResult};
use super::pace::Pace;
use super::part::{Label, Part, arrived};
use super::{Arrived, Origin, Progress, Wanted};

/// How much is read at once, in bytes.
const CHUNK: usize = 64 * 1024;

/// An attempt: who asks, for what, where it goes, and who is told how far it came.
pub(super) struct Attempt<'a> {
    pub(super) client: &'a Client,
    pub(super) wanted: &'a Wanted,
    pub(super) part: &'a Part,
    pub(super) watch: &'a dyn Fn(Progress),
}

impl Attempt<'_> {
    /// Asks for what is missing, and takes it in.
    pub(super) fn run(&self) -> DownloadResult<Arrived> {
        let begun = self.part.begun(&self.wanted.url);
        if let Some((from, label)) = &begun
            && label.bytes == Some(*from)
        {
            return self.finish(label.clone(), Origin::Resumed(*from));
        }
        let kept = match begun {
            Some(_) => None,
            None => self.part.kept(self.wanted),
        };
        let headers = headers(begun.as_ref(), kept.as_ref());
        let response = self.client.get(self.wanted, &headers)?;
        match (response.status().as_u16(), begun, kept) {
            (304, _, Some(label)) => Ok(arrived(&label, Origin::Kept)),
            (200, ..) => self.take_all(response),
            (206, Some((from, label)), _) => self.take_rest(response, from, label),
            (status, ..) => {
                if status == 416 {
                    self.part.discard();
                }
                Err(DownloadError::Status {
                    status,
                    url: self.url(),
                })
            }
        }
    }

    fn take_all(&self, response: Response<Body>) -> DownloadResult<Arrived> {
        self.check_type(&response)?;
        let label = self.label(&response, response.body().content_length());
        self.check_size(label.bytes.unwrap_or_default())?;
        let file = self.part.begin(&label)?;
        self.receive(response, file, 0, label.bytes)?;
        self.finish(label, Origin::Sent)
    }

    fn take_rest(
        &self,
        response: Response<Body>,
        from: u64,
        label: Label,
    ) -> DownloadResult<Arrived> {
        self.check_type(&response)?;
        let range = text(&response, &header::CONTENT_RANGE).and_then(range);
        let Some((start, total)) = range else {
            return Err(self.another_part(from));
        };
        let tag = text(&response, &header::ETAG);
        let is_same_version = tag.is_none() || tag == label.etag.as_deref();
        let is_same_size = total.is_none() || label.bytes.is_none() || total == label.bytes;
        if start != from || !is_same_version || !is_same_size {
            return Err(self.another_part(from));
        }
        let bytes = label.bytes.or(total);
        self.check_size(bytes.unwrap_or_default())?;
        self.receive(response, self.part.go_on()?, from, bytes)?;
        self.finish(Label { bytes, ..label }, Origin::Resumed(from))
    }

    /// Takes in what the server sends, and forgets it where it becomes too much.
    fn receive(
        &self,
        response: Response<Body>,
        mut file: File,
        from: u64,
        total: Option<u64>,
    ) -> DownloadResult<()> {
        let silence = self.client.patience().silence;
        let mut pace = Pace::new(silence, Instant::now());
        let mut body = response.into_body().into_reader();
        let mut chunk = vec![0; CHUNK];
        let mut done = from;
        (self.watch)(Progress { done, total });
        loop {
            let count = match body.read(&mut chunk) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) => return Err(self.broken(error, done, total)),
            };
            done += count as u64;
            self.check_size(done)?;
            self.part.write(&mut file, &chunk[..count])?;
            (self.watch)(Progress { done, total });
            pace.note(count as u64, Instant::now())
                .map_err(|(bytes, seconds)| DownloadError::TooSlow {
                    bytes,
                    seconds,
                    url: self.url(),
                })?;
        }
        self.part.sync(&file)
    }

    /// Checks what came, and puts it in its place.
    fn finish(&self, label: Label, origin: Origin) -> DownloadResult<Arrived> {
        let bytes = self.part.size();
        if let Some(expected) = label.bytes.filter(|&expected| expected != bytes) {
            return Err(DownloadError::Cut {
                bytes,
                expected,
                url: self.url(),
            });
        }
        let sha256 = self.part.sha256()?;
        if let Some(expected) = self.wanted.sha256.as_ref().filter(|it| **it != sha256) {
            self.part.discard();
            return Err(DownloadError::WrongChecksum {
                found: sha256.into(),
                expected: expected.as_str().into(),
                url: self.url(),
            });
        }
        let label = Label {
            bytes: Some(bytes),
            sha256: Some(sha256),
            ..label
        };
        self.part.publish(&label)?;
        Ok(arrived(&label, origin))
    }

    /// Which version of the file an answer is of.
    fn label(&self, response: &Response<Body>, bytes: Option<u64>) -> Label {
        let owned = |name| text(response, name).map(str::to_owned);
        Label {
            url: self.wanted.url.clone(),
            etag: owned(&header::ETAG),
            last_modified: owned(&header::LAST_MODIFIED),
            bytes,
            sha256: None,
        }
    }

    /// A server that tells no type is believed; what is in the file says the rest.
    fn check_type(&self, response: &Response<Body>) -> DownloadResult<()> {
        let expected = &self.wanted.content_types;
        let told = text(response, &header::CONTENT_TYPE).map(media_type);
        match told {
            Some(found) if !expected.is_empty() && !expected.contains(&found) => {
                Err(DownloadError::WrongType {
                    found: found.into(),
                    expected: expected.join(", ").into(),
                    url: self.url(),
                })
            }
            _ => Ok(()),
        }
    }

    fn check_size(&self, bytes: u64) -> DownloadResult<()> {
        let limit = self.wanted.max_bytes;
        if bytes <= limit {
            return Ok(());
        }
        self.part.discard();
        let url = self.url();
        Err(DownloadError::TooLarge { bytes, limit, url })
    }

    fn another_part(&self, from: u64) -> DownloadError {
        self.part.discard();
        let url = self.url();
        DownloadError::AnotherPart { from, url }
    }

    fn broken(&self, error: io::Error, bytes: u64, total: Option<u64>) -> DownloadError {
        let url = self.url();
        match total {
            Some(expected) if error.kind() == io::ErrorKind::UnexpectedEof => DownloadError::Cut {
                bytes,
                expected,
                url,
            },
            _ => DownloadError::Unreachable {
                source: error.into(),
                url,
            },
        }
    }

    fn url(&self) -> Box<str> {
        self.wanted.url.as_str().into()
    }
}

/// What is asked for: the rest of a part, or a file only where it is another one than the kept one.
fn headers(
    begun: Option<&(u64, Label)>,
    kept: Option<&Label>,
) -> Vec<(header::HeaderName, String)> {
    let mut headers = Vec::new();
    if let Some((from, label)) = begun {
        headers.push((header::RANGE, format!("bytes={from}-")));
        let validator = label.validator().map(str::to_owned);
        headers.extend(validator.map(|it| (header::IF_RANGE, it)));
    }
    if let Some(Label {
        etag,
        last_modified,
        ..
    }) = kept.cloned()
    {
        headers.extend(etag.map(|it| (header::IF_NONE_MATCH, it)));
        headers.extend(last_modified.map(|it| (header::IF_MODIFIED_SINCE, it)));
    }
    headers
}

/// `text/csv` of `Text/CSV; charset=utf-8`.
fn media_type(value: &str) -> String {
    let bare = value.split(';').next().unwrap_or(value);
    bare.trim().to_ascii_lowercase()
}

/// The first byte and the size of the whole of `bytes 100-999/1000`.
fn range(value: &str) -> Option<(u64, Option<u64>)> {
    let (span, total) = value.trim().strip_prefix("bytes")?.split_once('/')?;
    let (start, _last) = span.trim().split_once('-')?;
    let total = match total.trim() {
        "*" => None,
        total => Some(total.parse().ok()?),
    };
    Some((start.parse().ok()?, total))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::whole("bytes 100-999/1000", Some((100, Some(1000))))]
    #[case::unknown_size("bytes 100-999/*", Some((100, None)))]
    #[case::refused("bytes */1000", None)]
    #[case::another_unit("rows 1-2/3", None)]
    #[case::no_number("bytes a-b/c", None)]
    #[case::nothing("", None)]
    fn a_range_says_where_it_begins(
        #[case] value: &str,
        #[case] expected: Option<(u64, Option<u64>)>,
    ) {
        assert_eq!(range(value), expected);
    }

    #[test]
    fn a_media_type_is_read_without_its_parameters() {
        assert_eq!(media_type(" Text/CSV; charset=utf-8"), "text/csv");
    }
}
