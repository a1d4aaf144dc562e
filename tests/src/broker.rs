//! A real MQTT broker (Eclipse Mosquitto) with one user, on a free port, ended when dropped.

use std::fmt::Write as _;
use std::io::Write as _;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::certificates::Certificates;
use crate::error::{HarnessError, HarnessResult};
use crate::needs::absent;
use crate::server::output_of;

/// Who may enter, percent-encoded as addresses have it.
const USER: &str = "pma@ttn";
const ADDRESS_USER: &str = "pma%40ttn";
const PASSWORD: &str = "br0ker";
/// How long a broker may take to listen, and to end.
const PATIENCE: Duration = Duration::from_secs(15);

/// A running broker.
#[derive(Debug)]
pub struct Broker {
    child: Child,
    port: u16,
    folder: PathBuf,
    /// Whom its clients have to trust; `None`: it does not encrypt.
    authority: Option<PathBuf>,
}

fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> HarnessError {
    let path = path.to_owned();
    move |source| HarnessError::Io {
        action,
        path,
        source,
    }
}

impl Broker {
    /// Starts a broker that keeps its state in `folder`; `None`, aloud, where there is no Mosquitto.
    pub fn start(folder: &Path) -> HarnessResult<Option<Self>> {
        Self::start_with(folder, None)
    }

    /// The same, of which every connection is encrypted.
    pub fn start_encrypted(folder: &Path) -> HarnessResult<Option<Self>> {
        let certificates = Certificates::make(&folder.join("certificates"))?;
        Self::start_with(folder, Some(certificates))
    }

    fn start_with(
        folder: &Path,
        certificates: Option<Certificates>,
    ) -> HarnessResult<Option<Self>> {
        for tool in ["mosquitto", "mosquitto_passwd", "mosquitto_pub"] {
            if program(tool).is_none() {
                return absent("TWIN_REQUIRE_TOOLS", tool);
            }
        }
        std::fs::create_dir_all(folder).map_err(io("make", folder))?;
        let users = folder.join("users");
        let mut add = tool("mosquitto_passwd");
        add.args(["-b", "-c"]).arg(&users).args([USER, PASSWORD]);
        output_of(add)?;
        let port = free_port()?;
        let mut settings = format!("listener {port} 127.0.0.1\nallow_anonymous false\n");
        let _ = writeln!(settings, "password_file {}", users.display());
        if let Some(files) = &certificates {
            let (certificate, key) = (files.certificate.display(), files.key.display());
            let _ = writeln!(settings, "certfile {certificate}\nkeyfile {key}");
        }
        let _ = writeln!(
            settings,
            "persistence true\npersistence_location {}/",
            folder.display()
        );
        // It would queue 1,000 messages for who is away, and run as a user who cannot read the folder.
        settings.push_str("max_queued_messages 0\nuser root\nlog_dest none\n");
        let path = folder.join("mosquitto.conf");
        std::fs::write(&path, settings).map_err(io("write", &path))?;
        Ok(Some(Self {
            child: run(&path, port)?,
            port,
            folder: folder.to_owned(),
            authority: certificates.map(|files| files.authority),
        }))
    }

    /// Its address for the twin, password included.
    pub fn url(&self) -> String {
        match &self.authority {
            Some(authority) => self.url_trusting(authority),
            None => format!("mqtt://{ADDRESS_USER}:{PASSWORD}@127.0.0.1:{}", self.port),
        }
    }

    /// The same for a client that trusts this authority.
    pub fn url_trusting(&self, authority: &Path) -> String {
        let (port, authority) = (self.port, authority.display());
        format!("mqtts://{ADDRESS_USER}:{PASSWORD}@127.0.0.1:{port}?ca={authority}")
    }

    /// Ends it, so that it keeps what it has, and starts it again on the same port.
    pub fn restart(&mut self) -> HarnessResult<()> {
        self.end();
        self.child = run(&self.folder.join("mosquitto.conf"), self.port)?;
        Ok(())
    }

    /// Publishes messages on a topic, one after the other, each until the broker has it (quality of service
    /// 1). They have no line feeds.
    pub fn publish(&self, topic: &str, messages: &[Vec<u8>]) -> HarnessResult<()> {
        let mut publish = tool("mosquitto_pub");
        publish
            .args(["-h", "127.0.0.1", "-p", &self.port.to_string(), "-q", "1"])
            .args(["-u", USER, "-P", PASSWORD, "-t", topic, "-l"])
            .stdin(Stdio::piped());
        if let Some(authority) = &self.authority {
            publish.arg("--cafile").arg(authority);
        }
        let path = PathBuf::from("mosquitto_pub");
        let mut child = publish.spawn().map_err(io("run", &path))?;
        if let Some(mut lines) = child.stdin.take() {
            for message in messages {
                lines.write_all(message).map_err(io("tell", &path))?;
                lines.write_all(b"\n").map_err(io("tell", &path))?;
            }
        }
        let status = child.wait().map_err(io("run", &path))?;
        if status.success() {
            Ok(())
        } else {
            Err(HarnessError::NotReady {
                reason: format!("mosquitto_pub: {status}"),
            })
        }
    }

    /// Asks it to end, and waits until it has.
    fn end(&mut self) {
        let mut kill = Command::new("kill");
        kill.arg(self.child.id().to_string());
        let _ = output_of(kill);
        let started = Instant::now();
        while started.elapsed() < PATIENCE && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.end();
    }
}

/// Debian puts the broker where only administrators look.
fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin".into()]);
    folders
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

fn tool(name: &str) -> Command {
    let mut command = Command::new(program(name).unwrap_or_else(|| name.into()));
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn free_port() -> HarnessResult<u16> {
    let path = Path::new("a free port");
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(io("find", path))?;
    Ok(listener.local_addr().map_err(io("find", path))?.port())
}

/// Runs a broker, and waits until it listens.
fn run(settings: &Path, port: u16) -> HarnessResult<Child> {
    let mut broker = tool("mosquitto");
    broker.arg("-c").arg(settings).stdin(Stdio::null());
    let mut child = broker.spawn().map_err(io("run", settings))?;
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return Ok(child);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let _ = child.kill();
    let _ = child.wait();
    Err(HarnessError::NotReady {
        reason: format!("mosquitto does not listen on port {port}"),
    })
}
