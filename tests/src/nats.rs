//! A real NATS server with JetStream and one user, on a free port, ended when dropped.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::error::{HarnessError, HarnessResult};
use crate::needs::absent;

/// Where Debian puts the program.
const PROGRAM: &str = "/usr/sbin/nats-server";
/// The variable that makes its absence an error: it is not among the tools that every run of the tests installs.
const REQUIRE: &str = "TWIN_REQUIRE_NATS";
/// Who may enter.
const USER: &str = "twin";
/// Mind that an address has it percent-encoded.
const PASSWORD: &str = "m3ss@ges";
const ADDRESS_PASSWORD: &str = "m3ss%40ges";
/// It needs no rights; this user (nobody) is on every system.
const NOBODY: u32 = 65_534;
/// How long a server may take to answer, and to end.
const PATIENCE: Duration = Duration::from_secs(15);

/// A running server.
#[derive(Debug)]
pub struct NatsServer {
    child: Child,
    port: u16,
    folder: TempDir,
}

fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> HarnessError {
    let path = path.to_owned();
    move |source| HarnessError::Io {
        action,
        path,
        source,
    }
}

/// The program `twin` with the feature `nats`, `target/<profile>/twin-nats`; `None`, aloud, where there is none.
pub fn twin_with_nats() -> HarnessResult<Option<PathBuf>> {
    let path = crate::server::twin_program()?.with_file_name("twin-nats");
    if path.is_file() {
        return Ok(Some(path));
    }
    absent(REQUIRE, "twin-nats (make conformance builds it)")
}

impl NatsServer {
    /// Makes a server and starts it; `None`, aloud, where there is none.
    pub fn start() -> HarnessResult<Option<Self>> {
        if !Path::new(PROGRAM).is_file() {
            return absent(REQUIRE, "nats-server (make conformance installs it)");
        }
        let folder = TempDir::new().map_err(io("make", Path::new("a folder")))?;
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|it| it.local_addr());
        let port = free.map_err(io("find", Path::new("a free port")))?.port();
        let store = folder.path().display();
        let settings = format!(
            "host: 127.0.0.1\nport: {port}\njetstream {{ store_dir: \"{store}/js\" }}\n\
             authorization {{ user: {USER}, password: \"{PASSWORD}\" }}\n"
        );
        let file = folder.path().join("nats.conf");
        std::fs::write(&file, settings).map_err(io("write", &file))?;
        if is_root() {
            for path in [folder.path(), &file] {
                chown(path, Some(NOBODY), Some(NOBODY)).map_err(io("give away", path))?;
            }
        }
        let child = run(folder.path())?;
        let server = Self {
            child,
            port,
            folder,
        };
        server.wait_until_ready()?;
        Ok(Some(server))
    }

    /// Its address for the twin, password included.
    pub fn address(&self) -> String {
        format!("nats://{USER}:{ADDRESS_PASSWORD}@127.0.0.1:{}", self.port)
    }

    /// Sends it a signal, by name: `STOP`, `CONT`, `KILL`.
    pub fn signal(&self, name: &str) -> HarnessResult<()> {
        let mut kill = Command::new("sh");
        let id = self.child.id().to_string();
        kill.args(["-c", "kill -s \"$1\" \"$2\"", "sh", name, &id]);
        crate::server::output_of(kill).map(drop)
    }

    /// Ends it at once.
    pub fn kill(&mut self) -> HarnessResult<()> {
        self.child.kill().map_err(io("end", Path::new(PROGRAM)))?;
        self.child.wait().map_err(io("end", Path::new(PROGRAM)))?;
        Ok(())
    }

    /// Starts it again after it was ended, on the same port.
    pub fn restart(&mut self) -> HarnessResult<()> {
        self.child = run(self.folder.path())?;
        self.wait_until_ready()
    }

    /// Sends a message, as anybody could who is let in.
    pub fn publish(&self, subject: &str, message: &[u8]) -> HarnessResult<()> {
        let mut stream = self.knock().map_err(io("reach", Path::new(PROGRAM)))?;
        let mut told = format!(
            "CONNECT {{\"verbose\":false,\"user\":\"{USER}\",\"pass\":\"{PASSWORD}\"}}\r\n\
             PUB {subject} {}\r\n",
            message.len()
        )
        .into_bytes();
        told.extend(message);
        told.extend(b"\r\nPING\r\n");
        let sent = stream.write_all(&told).and_then(|()| {
            let mut lines = BufReader::new(stream).lines();
            // What it answers to the last of it comes after the rest is done.
            lines
                .find_map(|line| match line {
                    Ok(line) if line.starts_with("PONG") => Some(Ok(())),
                    Ok(line) if line.starts_with("-ERR") => Some(Err(std::io::Error::other(line))),
                    Ok(_other) => None,
                    Err(error) => Some(Err(error)),
                })
                .unwrap_or_else(|| Err(std::io::ErrorKind::UnexpectedEof.into()))
        });
        sent.map_err(io("send to", Path::new(PROGRAM)))
    }

    fn knock(&self) -> std::io::Result<TcpStream> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(stream)
    }

    fn wait_until_ready(&self) -> HarnessResult<()> {
        let started = Instant::now();
        loop {
            match self.knock() {
                Ok(_taken) => return Ok(()),
                Err(error) if started.elapsed() > PATIENCE => {
                    return Err(io("reach", Path::new(PROGRAM))(error));
                }
                Err(_not_yet) => std::thread::sleep(Duration::from_millis(20)),
            }
        }
    }
}

impl Drop for NatsServer {
    fn drop(&mut self) {
        let _ended = self.kill();
    }
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|about| about.uid() == 0)
}

fn run(folder: &Path) -> HarnessResult<Child> {
    let log = folder.join("log");
    let mut server = Command::new(PROGRAM);
    server
        .current_dir("/")
        .arg("-c")
        .arg(folder.join("nats.conf"))
        .arg("-l")
        .arg(&log)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    if is_root() {
        server.uid(NOBODY).gid(NOBODY);
    }
    server.spawn().map_err(io("run", Path::new(PROGRAM)))
}
