//! The ways to a database and to a mail relay, encrypted: for those who trust the authority, and for nobody
//! else. (The way to a broker is in `mqtt`.)

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tests::HarnessResult;
use tests::certificates::Certificates;
use tests::database::Database;
use tests::house::root;
use tests::needs::{absent, python_with};
use tests::server::{TwinServer, output_of};
use twin_core::Span;

use crate::alarms::AT_ONCE;
use crate::alarms::desk::{Desk, line};
use crate::alarms::post::decoded;
use crate::small::{Small, now, operate, site};

/// How long a letter may take.
const PATIENCE: Duration = Duration::from_secs(40);

fn serve(small: &Small, store: &str) -> HarnessResult<Command> {
    let mut command = small.command("data")?;
    command.env("TWIN_STORE", store);
    Ok(command)
}

#[test]
fn a_journal_is_kept_in_a_database_over_an_encrypted_connection() -> HarnessResult<()> {
    let small = Small::new(false);
    let known = Certificates::make(&small.path("known"))?;
    let stranger = Certificates::make(&small.path("stranger"))?;
    let Some(database) = Database::start_encrypted(&known.certificate, &known.key).unwrap() else {
        absent::<()>("TWIN_REQUIRE_TOOLS", "PostgreSQL")?;
        return Ok(());
    };
    let address = database.create("twin").unwrap();
    let trusting = |authority: &Path| {
        let authority = authority.display();
        format!("{address}?sslmode=require&ca={authority}")
    };

    for (store, why) in [
        (trusting(&stranger.authority), "certificate"),
        (format!("{address}?sslmode=disable"), "no encryption"),
        (trusting(&small.path("nowhere")), "nowhere"),
    ] {
        let refused = output_of(serve(&small, &store)?)?;
        let told = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success(), "{told}");
        assert!(told.contains(why), "{why} is not in: {told}");
        assert!(!told.contains("w0rd"), "{told}");
    }

    let store = trusting(&known.authority);
    let mut server = TwinServer::start(serve(&small, &store)?)?;
    let put = |server: &TwinServer, key: &str| {
        let body = site(key, "Place", 6.75);
        operate(
            "PUT",
            &format!("{}/assets/site/{key}", server.base_url()),
            &body,
        )
        .status
    };
    assert_eq!(put(&server, "n1"), 200);
    let clear = "SELECT count(*) FILTER (WHERE NOT ssl), count(*) > 1 FROM pg_stat_ssl \
                 JOIN pg_stat_activity USING (pid) WHERE datname = 'twin'";
    assert_eq!(database.sql("twin", clear).unwrap(), "0|t");

    server.signal("KILL")?;
    server.wait()?;
    let server = TwinServer::start(serve(&small, &store)?)?;
    assert_eq!(put(&server, "n2"), 200);
    Ok(())
}

/// A mail relay by aiosmtpd, ended when dropped.
struct Relay {
    child: Child,
    port: u16,
    letters: PathBuf,
}

impl Relay {
    fn start(python: &Path, folder: &Path, files: &Certificates, mode: &str) -> Self {
        std::fs::create_dir_all(folder).unwrap();
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let mut command = Command::new(python);
        command
            .arg(root().join("tests/python/mail_relay.py"))
            .arg(port.to_string())
            .args([folder, &files.certificate, &files.key])
            .arg(mode)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut ready = String::new();
        let mut told = std::io::BufReader::new(child.stdout.take().unwrap());
        std::io::BufRead::read_line(&mut told, &mut ready).unwrap();
        assert_eq!(ready, "ready\n");
        Self {
            child,
            port,
            letters: folder.to_owned(),
        }
    }

    /// Its first letter, once it is there.
    fn letter(&self) -> String {
        let started = Instant::now();
        loop {
            if let Ok(letter) = std::fs::read_to_string(self.letters.join("1.eml")) {
                return letter;
            }
            assert!(started.elapsed() < PATIENCE, "no letter came");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Serves with a relay behind `address`, and has a fire break out.
fn on_fire(small: &Small, address: String) -> HarnessResult<Desk<'_>> {
    let environment = vec![
        ("TWIN_ALARM_RELAY", address),
        ("TWIN_ALARM_MAIL_FROM", "twin@pma.example".to_owned()),
        ("TWIN_ALARM_MAIL_TO", "a@pma.example".to_owned()),
    ];
    let desk = Desk::open_with(small, AT_ONCE, environment)?;
    let at = now() - Span::from_secs(600);
    desk.observe(&line("sensor/s1", "temperature", 90.0, at));
    Ok(desk)
}

#[rstest::rstest]
#[case::after_a_greeting("starttls", "smtp+starttls")]
#[case::from_the_first_byte("tls", "smtps")]
fn alarms_are_mailed_over_an_encrypted_connection(
    #[case] mode: &str,
    #[case] scheme: &str,
) -> HarnessResult<()> {
    let Some(python) = python_with("aiosmtpd")? else {
        return Ok(());
    };
    let small = Small::new(false);
    let known = Certificates::make(&small.path("known"))?;
    let stranger = Certificates::make(&small.path("stranger"))?;
    let relay = Relay::start(&python, &small.path("letters"), &known, mode);
    let address = |authority: &Path| {
        let (port, authority) = (relay.port, authority.display());
        format!("{scheme}://pma:m%40il%20w0rd@localhost:{port}?ca={authority}")
    };

    let mut desk = on_fire(&small, address(&stranger.authority))?;
    desk.wait_until("a relay that is not believed", |desk| {
        desk.figures()["out"]["mail"]["failed_attempts"].as_u64() >= Some(1)
    });
    let told = desk.figures()["out"]["mail"].to_string();
    assert!(!told.contains("w0rd"), "{told}");
    assert!(!small.path("letters/1.eml").exists());
    desk.kill()?;

    // What nobody was told of is told now.
    let desk = on_fire(&small, address(&known.authority))?;
    let letter = relay.letter();
    for part in [
        "X-Sender: twin@pma.example",
        "X-Receiver: a@pma.example",
        "X-User: pma",
    ] {
        assert!(letter.contains(part), "{part} is not in: {letter}");
    }
    assert!(
        decoded(&letter).contains("Feu dans un conteneur"),
        "{letter}"
    );
    desk.wait_until("figures that tell it", |desk| {
        desk.figures()["out"]["mail"]["sent"] == 1
    });
    Ok(())
}
