//! A damaged journal is refused in clear words and not touched; what is intact of it can be saved
//! and served.

use std::path::{Path, PathBuf};
use std::process::Output;

use rstest::rstest;
use serde_json::Value;
use tests::HarnessResult;
use tests::client::{changes, get_json};
use tests::server::{TwinServer, output_of, twin};

use crate::small::{Small, bytes, operate, site};

const SITES: u64 = 120;

fn put(base: &str, n: u64) -> u64 {
    let url = format!("{base}/assets/site/w{n:03}");
    let answer = operate("PUT", &url, &site(&format!("w{n:03}"), "Place", 6.7));
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["seq"].as_u64().unwrap()
}

/// A data directory with as many changes, whose process ended by this signal.
fn written(signal: &str) -> HarnessResult<Small> {
    let small = Small::new(false);
    let mut server = small.serve("data")?;
    for n in 1..=SITES {
        assert_eq!(put(server.base_url(), n), n);
    }
    server.signal(signal)?;
    server.wait()?;
    Ok(small)
}

/// Changes a byte wherever the name of a site stands.
fn strike(path: &Path, name: &str) {
    let mut content = bytes(path);
    let starts: Vec<_> = content
        .windows(name.len())
        .enumerate()
        .filter(|(_, window)| *window == name.as_bytes())
        .map(|(start, _)| start)
        .collect();
    assert!(!starts.is_empty(), "{name} is not in {}", path.display());
    for start in starts {
        content[start] ^= 0x20;
    }
    std::fs::write(path, content).unwrap();
}

fn doctor(arguments: &[&str], data: &Path) -> HarnessResult<Output> {
    let mut command = twin(&["doctor", "--data"])?;
    command.arg(data).args(arguments);
    output_of(command)
}

/// The files that must stay as they are.
fn files(data: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files: Vec<_> = std::fs::read_dir(data)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        // An index into the log, which is made anew whenever the log is read.
        .filter(|path| path.is_file() && !path.ends_with("journal.sqlite-shm"))
        .map(|path| (path.clone(), bytes(&path)))
        .collect();
    files.sort();
    files
}

#[rstest]
#[case::in_the_log_of_a_killed_process("KILL", "journal.sqlite-wal")]
#[case::in_the_file_of_a_stopped_process("TERM", "journal.sqlite")]
fn a_damaged_journal_is_refused_left_alone_and_saved(
    #[case] signal: &str,
    #[case] file: &str,
) -> HarnessResult<()> {
    let small = written(signal)?;
    let data = small.path("data");
    strike(&data.join(file), "w060");
    let before = files(&data);

    let refused = output_of(small.command("data")?)?;
    let told = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(1), "{told}");
    assert!(told.contains("journal.sqlite is damaged"), "{told}");
    assert!(
        told.contains("twin doctor --data DIR --recover-to NEW"),
        "{told}"
    );
    assert_eq!(refused.stdout, b"", "it said that it was ready");
    let looked = doctor(&[], &data)?;
    assert_eq!(looked.status.code(), Some(1));

    let new = small.path("new");
    let saved = doctor(&["--json", "--recover-to", new.to_str().unwrap()], &data)?;
    let told = String::from_utf8_lossy(&saved.stderr);
    assert!(saved.status.success(), "{told}");
    assert!(files(&data) == before, "the damaged files were touched");
    let finding: Value = serde_json::from_slice(&saved.stdout).unwrap();
    let intact = finding["public_seq"].as_u64().unwrap();
    assert!(finding["damage"].is_string(), "{finding}");
    assert_eq!(intact, 59, "{finding}");

    let server = small.serve("new")?;
    let base = server.base_url();
    assert_eq!(get_json(&format!("{base}/readyz"))?["seq"], intact);
    let told = changes(base, 0, |event| event.seq == intact)?;
    for (event, n) in told.iter().zip(1..) {
        assert_eq!(
            (event.seq, &event.data["asset"]),
            (n, &format!("site/w{n:03}").into())
        );
    }
    assert_eq!(put(base, 999), intact + 1);
    Ok(())
}

#[test]
fn the_end_that_a_crash_tore_off_is_not_missed() -> HarnessResult<()> {
    let small = written("KILL")?;
    let log = small.path("data").join("journal.sqlite-wal");
    let content = bytes(&log);
    std::fs::write(&log, &content[..content.len() - 1_000]).unwrap();
    let server = small.serve("data")?;
    let base = server.base_url();
    let seq = get_json(&format!("{base}/readyz"))?["seq"]
        .as_u64()
        .unwrap();
    assert!(seq == SITES || seq == SITES - 1, "{seq}");
    assert_eq!(put(base, 999), seq + 1);
    Ok(())
}

#[test]
fn an_intact_directory_is_found_intact_unless_it_is_in_use() -> HarnessResult<()> {
    let small = Small::new(false);
    let mut server: TwinServer = small.serve("data")?;
    put(server.base_url(), 1);
    let data = small.path("data");
    let busy = doctor(&[], &data)?;
    let told = String::from_utf8_lossy(&busy.stderr);
    assert!(!busy.status.success() && told.contains("in use"), "{told}");
    let second = output_of(small.command("data")?)?;
    let told = String::from_utf8_lossy(&second.stderr);
    assert_eq!(second.status.code(), Some(1), "{told}");
    assert!(told.contains("in use by another twin"), "{told}");
    server.signal("TERM")?;
    server.wait()?;
    let looked = doctor(&["--json"], &data)?;
    let finding: Value = serde_json::from_slice(&looked.stdout).unwrap();
    assert_eq!(
        (&finding["public_seq"], &finding["damage"]),
        (&1.into(), &Value::Null)
    );
    Ok(())
}
