//! A running `twin serve`: the very program that was built, on a free port, ended when dropped.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::error::{HarnessError, HarnessResult};

/// How long a server may take to be ready.
const READY_WITHIN: Duration = Duration::from_mins(1);

/// How long a server may take to end.
const END_WITHIN: Duration = Duration::from_secs(15);

/// The program `twin` that was built with the running test, in `target/<profile>/`.
pub fn twin_program() -> HarnessResult<PathBuf> {
    built("twin")
}

/// The program `twin-viewer` that was built with the running test.
pub fn viewer_program() -> HarnessResult<PathBuf> {
    built("twin-viewer")
}

/// A program beside the running test, in `target/<profile>/`.
fn built(name: &str) -> HarnessResult<PathBuf> {
    let test = std::env::current_exe().map_err(|source| HarnessError::Io {
        action: "find",
        path: "the test itself".into(),
        source,
    })?;
    let profile = test
        .parent()
        .and_then(Path::parent)
        .unwrap_or(Path::new("."));
    let path = profile.join(name);
    if path.is_file() {
        Ok(path)
    } else {
        Err(HarnessError::NotBuilt { path })
    }
}

/// `twin` with `arguments` and none of the `TWIN_…` variables of this process.
pub fn twin(arguments: &[&str]) -> HarnessResult<Command> {
    let mut command = Command::new(twin_program()?);
    command.args(arguments).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("TWIN_") {
            command.env_remove(name);
        }
    }
    Ok(command)
}

/// Runs a command to its end.
pub fn output_of(mut command: Command) -> HarnessResult<Output> {
    command.output().map_err(|source| HarnessError::Io {
        action: "run",
        path: command.get_program().into(),
        source,
    })
}

/// A server that has said that it is ready.
#[derive(Debug)]
pub struct TwinServer {
    child: Child,
    base_url: String,
}

impl TwinServer {
    /// Starts `command`, which is `twin serve …`, and waits for its ready line.
    pub fn start(mut command: Command) -> HarnessResult<Self> {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|source| HarnessError::Io {
                action: "run",
                path: command.get_program().into(),
                source,
            })?;
        let line = first_line(&mut child);
        let base_url = line
            .strip_prefix("listening on ")
            .map(|url| url.trim_end().to_owned());
        let mut server = Self {
            child,
            base_url: base_url.unwrap_or_default(),
        };
        if server.base_url.is_empty() {
            return Err(HarnessError::NotReady {
                reason: server.last_words(&line),
            });
        }
        Ok(server)
    }

    /// Where it listens, as `http://127.0.0.1:PORT`.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The number of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal, by name: `TERM`, `INT`, `KILL`.
    pub fn signal(&self, name: &str) -> HarnessResult<()> {
        let mut kill = Command::new("sh");
        kill.args([
            "-c",
            "kill -s \"$1\" \"$2\"",
            "sh",
            name,
            &self.child.id().to_string(),
        ]);
        output_of(kill).map(drop)
    }

    /// Waits until it has ended.
    pub fn wait(&mut self) -> HarnessResult<ExitStatus> {
        let started = Instant::now();
        while started.elapsed() < END_WITHIN {
            let ended = self.child.try_wait();
            match ended.map_err(|source| HarnessError::Io {
                action: "run",
                path: "twin".into(),
                source,
            })? {
                Some(status) => return Ok(status),
                None => thread::sleep(Duration::from_millis(10)),
            }
        }
        Err(HarnessError::StillRunning {
            seconds: END_WITHIN.as_secs(),
        })
    }

    /// Ends it at once, and returns what it was told instead of a ready line.
    fn last_words(&mut self, line: &str) -> String {
        self.end();
        let mut stderr = String::new();
        if let Some(mut stream) = self.child.stderr.take() {
            let _unreadable = stream.read_to_string(&mut stderr);
        }
        format!("it printed '{line}' and logged '{stderr}'")
    }

    fn end(&mut self) {
        let _already_ended = self.child.kill();
        let _already_waited = self.child.wait();
    }
}

impl Drop for TwinServer {
    fn drop(&mut self) {
        self.end();
    }
}

/// The first line of the standard output; empty where there is none in time.
fn first_line(child: &mut Child) -> String {
    let (sender, receiver) = mpsc::sync_channel(1);
    if let Some(stdout) = child.stdout.take() {
        thread::spawn(move || {
            let mut lines = BufReader::new(stdout).lines();
            let _nobody_waits = sender.send(lines.next().and_then(Result::ok).unwrap_or_default());
            lines.for_each(drop);
        });
    }
    receiver.recv_timeout(READY_WITHIN).unwrap_or_default()
}
