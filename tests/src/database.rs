//! A real PostgreSQL server on a free port of this machine, with data of its own, ended when dropped.
//!
//! This file stands alone, so that the tests of a crate can have it too.

use std::io::{Error, Result, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

const USER: &str = "twin";
/// Mind that an address has it percent-encoded.
const PASSWORD: &str = "p@ss w0rd";
const ADDRESS_PASSWORD: &str = "p%40ss%20w0rd";
/// How long a server may take to answer, and to end.
const PATIENCE: Duration = Duration::from_secs(30);
/// The server refuses to run as root; this user (nobody) is on every system.
const NOBODY: u32 = 65_534;
/// Where Debian puts the programs, by version.
const PROGRAMS: &str = "/usr/lib/postgresql";

/// A running server.
#[derive(Debug)]
pub struct Database {
    child: Child,
    port: u16,
    programs: PathBuf,
    folder: TempDir,
    is_encrypted: bool,
}

impl Database {
    /// Makes a server and starts it; `None` where there is no PostgreSQL.
    pub fn start() -> Result<Option<Self>> {
        Self::start_with(None)
    }

    /// The same, which lets nobody in whose connection is not encrypted; a certificate and its key, in PEM.
    pub fn start_encrypted(certificate: &Path, key: &Path) -> Result<Option<Self>> {
        Self::start_with(Some([certificate, key]))
    }

    fn start_with(certificate: Option<[&Path; 2]>) -> Result<Option<Self>> {
        let Some(programs) = programs() else {
            return Ok(None);
        };
        let folder = TempDir::new()?;
        if is_root() {
            chown(folder.path(), Some(NOBODY), Some(NOBODY))?;
        }
        let password = folder.path().join("password");
        std::fs::write(&password, PASSWORD)?;
        let mut init = as_nobody(&programs.join("initdb"));
        init.args(["--no-sync", "--auth=scram-sha-256", "--encoding=UTF8"])
            .args(["--locale=C", "--username", USER, "--pwfile"])
            .arg(&password)
            .arg(folder.path().join("data"));
        done(init.output()?, "initdb")?;
        if let Some(files) = certificate {
            encrypt(&folder.path().join("data"), files)?;
        }
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
            .local_addr()?
            .port();
        let is_encrypted = certificate.is_some();
        let child = run(&programs, folder.path(), port, is_encrypted)?;
        let server = Self {
            child,
            port,
            programs,
            folder,
            is_encrypted,
        };
        server.wait_until_ready()?;
        Ok(Some(server))
    }

    /// Makes an empty database, and tells its address for the twin, password included.
    pub fn create(&self, name: &str) -> Result<String> {
        self.sql("postgres", &format!("CREATE DATABASE {name}"))?;
        Ok(format!(
            "postgres://{USER}:{ADDRESS_PASSWORD}@127.0.0.1:{}/{name}",
            self.port
        ))
    }

    /// How libpq, and so GDAL and QGIS, finds a database.
    pub fn conninfo(&self, name: &str) -> String {
        format!(
            "host=127.0.0.1 port={} user={USER} password='{PASSWORD}' dbname={name}",
            self.port
        )
    }

    /// What a statement answers, a line for each row, its fields parted by `|`.
    pub fn sql(&self, database: &str, statement: &str) -> Result<String> {
        let mut ask = Command::new(self.programs.join("psql"));
        ask.args([
            "-XAtq",
            "-v",
            "ON_ERROR_STOP=1",
            "-h",
            "127.0.0.1",
            "-U",
            USER,
        ])
        .args([
            "-p",
            &self.port.to_string(),
            "-d",
            database,
            "-c",
            statement,
        ])
        .env("PGPASSWORD", PASSWORD)
        .stdin(Stdio::null());
        let output = done(ask.output()?, "psql")?;
        Ok(String::from_utf8_lossy(&output.stdout)
            .trim_end()
            .to_owned())
    }

    /// Ends it at once, as a loss of power does, and starts it again on the same port.
    pub fn crash(&mut self) -> Result<()> {
        signal(&self.child, "-QUIT");
        self.child.wait()?;
        self.child = run(
            &self.programs,
            self.folder.path(),
            self.port,
            self.is_encrypted,
        )?;
        self.wait_until_ready()
    }

    fn wait_until_ready(&self) -> Result<()> {
        let started = Instant::now();
        loop {
            match self.sql("postgres", "SELECT 1") {
                Ok(_one) => return Ok(()),
                Err(error) if started.elapsed() > PATIENCE => return Err(error),
                Err(_not_yet) => std::thread::sleep(Duration::from_millis(50)),
            }
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        signal(&self.child, "-INT");
        let started = Instant::now();
        while started.elapsed() < PATIENCE && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a signal by the program that is there for it.
fn signal(child: &Child, name: &str) {
    let mut kill = Command::new("kill");
    kill.args([name, &child.id().to_string()]);
    let _ = kill.status();
}

/// The newest version's programs.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir(PROGRAMS).ok()?;
    let number = |path: &PathBuf| path.file_name()?.to_str()?.parse::<u32>().ok();
    versions
        .filter_map(|version| Some(version.ok()?.path()))
        .filter(|path| path.join("bin/initdb").is_file() && path.join("bin/psql").is_file())
        .max_by_key(number)
        .map(|path| path.join("bin"))
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|about| about.uid() == 0)
}

fn as_nobody(program: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .current_dir("/")
        .env_remove("LC_ALL")
        .stdin(Stdio::null());
    if is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    command
}

/// Has a server that is yet to start show a certificate, and refuse whoever speaks in the clear.
fn encrypt(data: &Path, files: [&Path; 2]) -> Result<()> {
    for (file, name) in files.into_iter().zip(["server.crt", "server.key"]) {
        let path = data.join(name);
        std::fs::copy(file, &path)?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
        if is_root() {
            chown(&path, Some(NOBODY), Some(NOBODY))?;
        }
    }
    let rules = "hostssl all all 127.0.0.1/32 scram-sha-256\n";
    std::fs::write(data.join("pg_hba.conf"), rules)
}

fn run(programs: &Path, folder: &Path, port: u16, is_encrypted: bool) -> Result<Child> {
    let log = std::fs::File::create(folder.join("log"))?;
    let mut server = as_nobody(&programs.join("postgres"));
    server.arg("-D").arg(folder.join("data"));
    for setting in [
        format!("port={port}").as_str(),
        if is_encrypted { "ssl=on" } else { "ssl=off" },
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
        "shared_buffers=32MB",
        "max_connections=80",
    ] {
        server.args(["-c", setting]);
    }
    server.stdout(Stdio::null()).stderr(log).spawn()
}

fn done(output: Output, what: &str) -> Result<Output> {
    if output.status.success() {
        return Ok(output);
    }
    let mut told = format!("{what}: ").into_bytes();
    told.write_all(&output.stderr)?;
    let told = String::from_utf8_lossy(&told).into_owned();
    Err(Error::other(told))
}
