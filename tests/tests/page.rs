//! A person opens the page of a running server in a browser: it draws, moves, speaks two
//! languages and can be used with keys alone. An operator welcomes a sensor on it.

use std::process::Command;
use std::sync::{Mutex, PoisonError};

use tests::HarnessResult;
use tests::needs::{absent, page_driver, say, shared};
use tests::server::{TwinServer, output_of, twin};
use twin_core::Span;

use crate::alarms::AT_ONCE;
use crate::alarms::desk::{Desk, fill, line};
use crate::quarantine::{STRANGER, deliver, fills, put_container};
use crate::small::{Small, TOKEN, event_of, now};

/// Chromium without a graphics card wants the machine for itself.
static BROWSER: Mutex<()> = Mutex::new(());

#[test]
fn the_page_of_the_embedded_territory_is_alive() -> HarnessResult<()> {
    page_is_alive(&["--clock", "1x"])
}

#[test]
fn the_page_of_a_real_country_is_alive() -> HarnessResult<()> {
    let Some(extract) = shared("roads/andorra-2025-01.osm.pbf")? else {
        return Ok(());
    };
    let home = tempfile::tempdir().unwrap();
    let pack = home.path().join("pack");
    let mut import = twin(&["pack", "import", "--virtual-sensors", "--title", "Andorre"])?;
    import.arg("--osm").arg(extract).arg("--out").arg(&pack);
    let imported = output_of(import)?;
    let stderr = String::from_utf8_lossy(&imported.stderr);
    assert!(imported.status.success(), "{stderr}");
    page_is_alive(&["--clock", "60x", "--pack", &pack.to_string_lossy()])
}

fn page_is_alive(arguments: &[&str]) -> HarnessResult<()> {
    let Some(driver) = page_driver("e2e/page.mjs")? else {
        return Ok(());
    };
    let data = tempfile::tempdir().unwrap();
    let mut command = twin(&["serve", "--listen", "127.0.0.1:0"])?;
    command
        .env("TWIN_LOG", "error")
        .args(arguments)
        .arg("--data")
        .arg(data.path());
    let _alone = BROWSER.lock().unwrap_or_else(PoisonError::into_inner);
    let server = TwinServer::start(command)?;
    drive(driver, &server)?;
    Ok(())
}

#[test]
fn an_operator_welcomes_a_sensor_on_the_page() -> HarnessResult<()> {
    let Some(mut driver) = page_driver("e2e/quarantine.mjs")? else {
        return Ok(());
    };
    driver.env("TWIN_OPERATOR_TOKEN", TOKEN);
    let small = Small::new(false);
    let _alone = BROWSER.lock().unwrap_or_else(PoisonError::into_inner);
    let server = small.serve("data")?;
    put_container(&server, "new");
    let start = now() - Span::from_hours(3);
    for n in 0..3 {
        let at = start + Span::from_hours(i64::from(n));
        assert_eq!(
            deliver(&server, &event_of(STRANGER, n, 1100, at)).status,
            202
        );
    }
    if drive(driver, &server)? {
        assert_eq!(fills(&server, "new"), [0.5, 0.5, 0.5]);
    }
    Ok(())
}

#[test]
fn an_operator_sees_alarms_on_the_page_and_says_what_becomes_of_them() -> HarnessResult<()> {
    let Some(mut driver) = page_driver("e2e/alarms.mjs")? else {
        return Ok(());
    };
    driver.env("TWIN_OPERATOR_TOKEN", TOKEN);
    let small = Small::new(false);
    let _alone = BROWSER.lock().unwrap_or_else(PoisonError::into_inner);
    let desk = Desk::open(&small, AT_ONCE)?;
    let at = now() - Span::from_secs(300);
    desk.observe(
        &(fill(0, 0.97, at) + &fill(2, 0.99, at) + &line("sensor/s1", "temperature", 81.0, at)),
    );
    desk.wait_for("a fire and two full containers", |alarms| {
        alarms.len() == 3
            && alarms
                .iter()
                .all(|alarm| alarm["annunciated_at"].is_string())
    });
    if drive(driver, desk.server())? {
        let fire = &desk.alarms("?priority=1")[0];
        assert_eq!(fire["state"], "acknowledged");
        assert_eq!(desk.alarms("?state=shelved").len(), 1);
    }
    Ok(())
}

/// Runs a script on the page of a server, and answers whether there is a page to run it on.
fn drive(mut driver: Command, server: &TwinServer) -> HarnessResult<bool> {
    if !is_built(server.base_url()) {
        let what = "page in this twin (make web, then build again)";
        return absent::<()>("TWIN_REQUIRE_TOOLS", what).map(|_nothing| false);
    }
    driver.arg(server.base_url());
    // Where somebody wants to see it.
    if let Some(folder) = std::env::var_os("PAGE_SHOTS") {
        driver.arg("--shots").arg(folder);
    }
    let driven = output_of(driver)?;
    let told = String::from_utf8_lossy(&driven.stdout);
    let stderr = String::from_utf8_lossy(&driven.stderr);
    assert!(driven.status.success(), "{told}{stderr}");
    say(&told);
    Ok(true)
}

/// Whether the page was there when the program was compiled.
fn is_built(base: &str) -> bool {
    let mut start = ureq::get(&format!("{base}/")).call().unwrap();
    let page = start.body_mut().read_to_string().unwrap();
    page.contains("/assets-web/")
}
