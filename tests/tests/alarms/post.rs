//! Who is told of alarms: a receiver of webhooks and a mail relay, each as small as can be.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// How long something that must come may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// A request that was posted.
#[derive(Clone, Debug)]
pub(crate) struct Posted {
    pub(crate) line: String,
    /// By names in lower case.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
    /// What it was answered.
    pub(crate) status: u16,
}

/// What came so far.
#[derive(Debug)]
pub(crate) struct Received<T>(Arc<Mutex<Vec<T>>>);

impl<T: Clone> Received<T> {
    /// All that came.
    pub(crate) fn all(&self) -> Vec<T> {
        self.0.lock().unwrap().clone()
    }

    /// Waits until so many came.
    pub(crate) fn wait_for(&self, count: usize) -> Vec<T> {
        let started = Instant::now();
        while self.all().len() < count {
            assert!(
                started.elapsed() < PATIENCE,
                "{} of {count}",
                self.all().len()
            );
            thread::sleep(Duration::from_millis(20));
        }
        self.all()
    }
}

/// Listens on a free port, and lets `serve` have each connection with what came so far.
fn listen<T: Send + 'static>(
    serve: impl Fn(TcpStream, &Mutex<Vec<T>>) -> std::io::Result<()> + Send + 'static,
) -> (u16, Received<T>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let received = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&received);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // Whoever breaks off has not been received.
            serve(stream, &kept).ok();
        }
    });
    (port, Received(received))
}

/// A receiver of webhooks that answers with these statuses, one after the other, and then with 204.
pub(crate) fn receiver(statuses: &'static [u16]) -> (u16, Received<Posted>) {
    listen(|mut stream, received| {
        let mut reader = BufReader::new(stream.try_clone()?);
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let mut headers = BTreeMap::new();
        loop {
            let mut header = String::new();
            reader.read_line(&mut header)?;
            let Some((name, value)) = header.trim_end().split_once(": ") else {
                break;
            };
            headers.insert(name.to_lowercase(), value.to_owned());
        }
        let length = headers
            .get("content-length")
            .map_or(0, |it| it.parse().unwrap());
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        let mut received = received.lock().unwrap();
        let status = statuses.get(received.len()).copied().unwrap_or(204);
        received.push(Posted {
            line,
            headers,
            body,
            status,
        });
        drop(received);
        // Nobody may be led elsewhere.
        let answer = format!(
            "HTTP/1.1 {status} Told\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\
             Connection: close\r\n\r\n"
        );
        stream.write_all(answer.as_bytes())
    })
}

/// A mail relay; what it received are letters as they were sent, with their envelopes before.
pub(crate) fn relay() -> (u16, Received<String>) {
    listen(|mut stream, received| {
        let mut lines = BufReader::new(stream.try_clone()?).lines();
        let mut envelope = String::new();
        stream.write_all(b"220 relay.test ESMTP\r\n")?;
        while let Some(line) = lines.next() {
            let line = line?;
            let verb = line.get(..4).unwrap_or_default().to_uppercase();
            let answer = match &*verb {
                "EHLO" => "250-relay.test\r\n250-8BITMIME\r\n250 SMTPUTF8",
                "MAIL" | "RCPT" => {
                    envelope.push_str(&line);
                    envelope.push('\n');
                    "250 OK"
                }
                "DATA" => {
                    stream.write_all(b"354 go on\r\n")?;
                    let mut letter = std::mem::take(&mut envelope);
                    for line in lines.by_ref() {
                        let line = line?;
                        if line == "." {
                            break;
                        }
                        // A line that begins with a full stop has one more on the way (RFC 5321, 4.5.2).
                        letter.push_str(line.strip_prefix('.').unwrap_or(&line));
                        letter.push_str("\r\n");
                    }
                    received.lock().unwrap().push(letter);
                    "250 taken"
                }
                "QUIT" => {
                    stream.write_all(b"221 bye\r\n")?;
                    return Ok(());
                }
                _ => "250 OK",
            };
            stream.write_all(format!("{answer}\r\n").as_bytes())?;
        }
        Ok(())
    })
}

/// A text of a letter's header or body, decoded (RFC 2045, 2047): quoted-printable or base64.
pub(crate) fn decoded(letter: &str) -> String {
    let unfolded = letter
        .replace("\r\n ", " ")
        .replace("?= =?utf-8", "?==?utf-8");
    let mut text = String::new();
    let mut rest = unfolded.as_str();
    while let Some((before, word)) = rest.split_once("=?utf-8?b?") {
        let (encoded, after) = word.split_once("?=").unwrap();
        text.push_str(before);
        text.push_str(&of_base64(encoded));
        rest = after;
    }
    text.push_str(rest);
    let (header, body) = text.split_once("\r\n\r\n").unwrap();
    let lower = header.to_lowercase();
    let body = if lower.contains("content-transfer-encoding: base64") {
        of_base64(&body.replace("\r\n", ""))
    } else if lower.contains("content-transfer-encoding: quoted-printable") {
        of_quoted(body)
    } else {
        body.to_owned()
    };
    format!("{header}\n\n{body}")
}

fn of_base64(text: &str) -> String {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::STANDARD
        .decode(text)
        .unwrap();
    String::from_utf8(bytes).unwrap()
}

fn of_quoted(text: &str) -> String {
    let joined = text.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = joined.as_bytes();
    while let Some((first, others)) = rest.split_first() {
        if *first == b'=' {
            let digits = std::str::from_utf8(&others[..2]).unwrap();
            bytes.push(u8::from_str_radix(digits, 16).unwrap());
            rest = &others[2..];
        } else {
            bytes.push(*first);
            rest = others;
        }
    }
    String::from_utf8(bytes).unwrap()
}
