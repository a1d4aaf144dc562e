//! A data directory is copied while its server takes things in, and put back elsewhere.

use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;
use tests::HarnessResult;
use tests::client::get_json;
use tests::server::{output_of, twin};

use crate::durability::whole_story;
use crate::small::{Small, event, now, operate};

fn command(small: &Small, arguments: &[&str]) -> HarnessResult<Command> {
    let mut command = twin(arguments)?;
    command.arg("--json").current_dir(small.path("."));
    Ok(command)
}

#[test]
fn a_backup_of_a_running_twin_comes_back_as_it_was_then() -> HarnessResult<()> {
    let small = Small::new(false);
    let server = small.serve("data")?;
    let base = server.base_url();
    let is_done = AtomicBool::new(false);
    let (backup, acknowledged) = std::thread::scope(|scope| -> HarnessResult<_> {
        let deliver = scope.spawn(|| {
            let mut acknowledged = 0;
            for n in 0..20_000_u32 {
                let url = format!("{base}/ingest/chirpstack?event=up");
                let body = event(u64::from(n) % 20, n / 20, 900, now());
                assert_eq!(operate("POST", &url, &body).status, 204);
                acknowledged = get_json(&format!("{base}/readyz")).unwrap()["seq"]
                    .as_u64()
                    .unwrap();
                if is_done.load(Ordering::SeqCst) {
                    break;
                }
            }
            acknowledged
        });
        std::thread::sleep(std::time::Duration::from_millis(700));
        let before = get_json(&format!("{base}/readyz"))?["seq"]
            .as_u64()
            .unwrap();
        let backup = output_of(command(&small, &["backup", "--data", "data", "copy"])?)?;
        is_done.store(true, Ordering::SeqCst);
        assert!(backup.status.success(), "{backup:?}");
        let told: Value = serde_json::from_slice(&backup.stdout).unwrap();
        let seq = told["public_seq"].as_u64().unwrap();
        assert!(seq >= before && before > 0, "{seq} after {before}");
        Ok((seq, deliver.join().unwrap()))
    })?;
    assert!(acknowledged > backup, "the twin went on");
    let story = whole_story(base)?;

    let again = output_of(command(&small, &["backup", "--data", "data", "copy"])?)?;
    assert!(
        String::from_utf8_lossy(&again.stderr).contains("copy"),
        "{again:?}"
    );
    assert!(!again.status.success());
    let over = output_of(command(&small, &["restore", "copy", "--data", "data"])?)?;
    assert!(!over.status.success(), "{over:?}");
    let restored = output_of(command(&small, &["restore", "copy", "--data", "other"])?)?;
    assert!(restored.status.success(), "{restored:?}");
    let other = small.serve("other")?;
    assert_eq!(
        get_json(&format!("{}/readyz", other.base_url()))?["seq"],
        backup
    );
    let told = whole_story(other.base_url())?;
    let until = usize::try_from(backup).unwrap();
    assert_eq!(told, story[..until]);
    assert!(!small.path("copy.partial").exists());

    std::fs::write(small.path("copy/journal.sqlite"), b"gone").unwrap();
    let damaged = output_of(command(&small, &["restore", "copy", "--data", "third"])?)?;
    assert!(!damaged.status.success());
    assert!(!small.path("third").exists() && !small.path("third.partial").exists());
    Ok(())
}
