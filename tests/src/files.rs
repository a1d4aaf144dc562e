//! A server of files that does what servers on the internet do, too: it cuts, trickles, lies and
//! sends around in circles. It notes what it was asked.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crate::error::{HarnessError, HarnessResult};

/// One request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The path, with its query.
    pub path: String,
    /// The headers, by name in lower case.
    pub headers: BTreeMap<String, String>,
    /// How often the path was asked for before.
    pub before: usize,
}

/// What is answered to one request.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status of HTTP.
    pub status: u16,
    /// The headers, but for the length.
    pub headers: Vec<(&'static str, String)>,
    /// The length that is told; `None`: none is.
    pub told: Option<usize>,
    /// What is sent.
    pub body: Vec<u8>,
    /// How it ends.
    pub end: End,
}

/// How an answer ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// After its last byte.
    Whole,
    /// After so many bytes, without a word.
    Cut(usize),
    /// After so many bytes nothing more comes, and the connection stays.
    Silent(usize),
    /// It comes byte by byte, one in so many milliseconds.
    Trickle(u64),
}

/// A file that is served as good servers do, in versions and parts.
#[derive(Clone, Debug)]
pub struct ServedFile<'a> {
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Its media type.
    pub content_type: &'static str,
    /// Its version.
    pub etag: &'static str,
}

impl Reply {
    /// An answer without a body.
    pub fn status(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            told: Some(0),
            body: Vec::new(),
            end: End::Whole,
        }
    }

    /// A redirection.
    pub fn redirect(to: &str) -> Self {
        let headers = vec![("location", to.to_owned())];
        Self {
            headers,
            ..Self::status(302)
        }
    }

    /// The same, with another end.
    #[must_use]
    pub fn ending(self, end: End) -> Self {
        Self { end, ..self }
    }

    /// The same, with another length told.
    #[must_use]
    pub fn telling(self, told: Option<usize>) -> Self {
        Self { told, ..self }
    }
}

impl ServedFile<'_> {
    /// The whole file, the part that was asked for, or that there is nothing new.
    pub fn reply(&self, asked: &Asked) -> Reply {
        let header = |name: &str| asked.headers.get(name).map(String::as_str);
        if header("if-none-match") == Some(self.etag) {
            return self.with_headers(Reply::status(304));
        }
        let from = header("range").and_then(|range| {
            let from = range.strip_prefix("bytes=")?.strip_suffix('-')?;
            from.parse::<usize>().ok()
        });
        let is_same = header("if-range").is_none_or(|version| version == self.etag);
        match from.filter(|_| is_same) {
            Some(from) => self.part(from),
            None => self.whole(),
        }
    }

    /// All of it.
    pub fn whole(&self) -> Reply {
        self.with_headers(Reply {
            told: Some(self.bytes.len()),
            body: self.bytes.to_vec(),
            ..Reply::status(200)
        })
    }

    /// The rest of it from a byte on.
    pub fn part(&self, from: usize) -> Reply {
        let size = self.bytes.len();
        let Some(rest) = self.bytes.get(from..).filter(|rest| !rest.is_empty()) else {
            return Reply::status(416);
        };
        let mut reply = self.with_headers(Reply {
            told: Some(rest.len()),
            body: rest.to_vec(),
            ..Reply::status(206)
        });
        let range = format!("bytes {from}-{}/{size}", size - 1);
        reply.headers.push(("content-range", range));
        reply
    }

    fn with_headers(&self, mut reply: Reply) -> Reply {
        reply.headers.extend([
            ("etag", self.etag.to_owned()),
            ("content-type", self.content_type.to_owned()),
            ("last-modified", "Fri, 20 Nov 2026 04:01:02 GMT".to_owned()),
        ]);
        reply
    }
}

type Answer = dyn Fn(&Asked) -> Reply + Send + Sync;

/// A running server, ended when dropped.
pub struct FileServer {
    address: SocketAddr,
    state: Arc<State>,
}

struct State {
    answer: Box<Answer>,
    asked: Mutex<Vec<Asked>>,
    is_over: Mutex<bool>,
    over: Condvar,
}

impl std::fmt::Debug for FileServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("FileServer").field(&self.address).finish()
    }
}

impl FileServer {
    /// Starts a server that answers each request with what `answer` makes of it.
    pub fn start(answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> HarnessResult<Self> {
        let refused = |source| HarnessError::Io {
            action: "listen on",
            path: "127.0.0.1:0".into(),
            source,
        };
        let listener = TcpListener::bind("127.0.0.1:0").map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let state = Arc::new(State {
            answer: Box::new(answer),
            asked: Mutex::default(),
            is_over: Mutex::new(false),
            over: Condvar::new(),
        });
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for connection in listener.incoming() {
                if shared.is_over() {
                    break;
                }
                let shared = Arc::clone(&shared);
                if let Ok(connection) = connection {
                    thread::spawn(move || shared.serve(connection));
                }
            }
        });
        Ok(Self { address, state })
    }

    /// The address of a path, as `http://127.0.0.1:PORT/…`.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What it was asked so far.
    pub fn asked(&self) -> Vec<Asked> {
        lock(&self.state.asked).clone()
    }
}

impl Drop for FileServer {
    fn drop(&mut self) {
        *lock(&self.state.is_over) = true;
        self.state.over.notify_all();
        // Wakes up whoever waits for a connection.
        let _nobody_listens = TcpStream::connect(self.address);
    }
}

impl State {
    fn is_over(&self) -> bool {
        *lock(&self.is_over)
    }

    fn serve(&self, mut connection: TcpStream) {
        let Some(asked) = self.read(&connection) else {
            return;
        };
        let reply = (self.answer)(&asked);
        let _client_is_gone = self.send(&mut connection, &reply);
        let _was_closed = connection.shutdown(Shutdown::Write);
    }

    fn read(&self, connection: &TcpStream) -> Option<Asked> {
        let mut lines = BufReader::new(connection).take(64 * 1024).lines();
        let request = lines.next()?.ok()?;
        let path = request.split(' ').nth(1)?.to_owned();
        let headers = lines
            .map_while(Result::ok)
            .take_while(|line| !line.is_empty())
            .filter_map(|line| {
                let (name, value) = line.split_once(':')?;
                Some((name.to_ascii_lowercase(), value.trim().to_owned()))
            })
            .collect();
        let mut all = lock(&self.asked);
        let before = all.iter().filter(|other| other.path == path).count();
        let asked = Asked {
            path,
            headers,
            before,
        };
        all.push(asked.clone());
        Some(asked)
    }

    fn send(&self, connection: &mut TcpStream, reply: &Reply) -> std::io::Result<()> {
        let headers = reply.headers.iter();
        let headers = headers.map(|(name, value)| format!("{name}: {value}"));
        let length = reply.told.map(|told| format!("content-length: {told}"));
        let head: Vec<String> = std::iter::once(format!("HTTP/1.1 {} told", reply.status))
            .chain(["connection: close".to_owned()])
            .chain(headers)
            .chain(length)
            .collect();
        connection.write_all(head.join("\r\n").as_bytes())?;
        connection.write_all(b"\r\n\r\n")?;
        let first = |count: usize| reply.body.get(..count).unwrap_or(&reply.body);
        match reply.end {
            End::Whole => connection.write_all(&reply.body),
            End::Cut(count) => connection.write_all(first(count)),
            End::Silent(count) => {
                connection.write_all(first(count))?;
                self.rest(None);
                Ok(())
            }
            End::Trickle(millis) => {
                for byte in &reply.body {
                    connection.write_all(&[*byte])?;
                    if self.rest(Some(Duration::from_millis(millis))) {
                        break;
                    }
                }
                Ok(())
            }
        }
    }

    /// Waits for the end of the server, or not longer than so long; whether it is over.
    fn rest(&self, longest: Option<Duration>) -> bool {
        let guard = lock(&self.is_over);
        let longest = longest.unwrap_or(Duration::from_mins(1));
        let waited = self.over.wait_timeout_while(guard, longest, |over| !*over);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
