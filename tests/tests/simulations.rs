//! An operator has scenarios followed by a running server: watches, fetches, ends, and finds them again
//! after the server was gone.

use std::path::PathBuf;

use serde_json::{Value, json};
use tempfile::TempDir;
use tests::HarnessResult;
use tests::client::{SentEvent, SentEvents};
use tests::server::{TwinServer, twin};

use crate::small::{Answer, Small, TOKEN, ask, operate};
use crate::what_if::{city, json_of, run, write};

/// Runs that take long enough to be interrupted.
const MANY: u32 = 60;

/// A server, and scenarios of a small city beside it.
struct Simulating {
    small: Small,
    files: TempDir,
    server: TwinServer,
}

impl Simulating {
    fn start() -> HarnessResult<Self> {
        let small = Small::new(false);
        Ok(Self {
            server: small.serve("data")?,
            files: TempDir::new().expect("a folder for files"),
            small,
        })
    }

    /// The server is gone from one moment to the next, and comes back.
    fn crash(&mut self) -> HarnessResult<()> {
        self.server.signal("KILL")?;
        self.server.wait()?;
        self.server = self.small.serve("data")?;
        Ok(())
    }

    fn file(&self, name: &str, policy: &str) -> PathBuf {
        write(&self.files, name, policy, "none")
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.server.base_url())
    }

    fn submit(&self, body: &Value) -> Answer {
        let body = body.to_string();
        operate("POST", &self.url("/simulations"), body.as_bytes())
    }

    /// Submits scenarios, and returns where the job is.
    fn accepted(&self, body: &Value) -> String {
        let answer = self.submit(body);
        assert_eq!(answer.status, 202, "{}", answer.body);
        let id = answer.json()["id"].as_str().map(str::to_owned);
        format!("/simulations/{}", id.expect("jobs have an id"))
    }

    fn get(&self, path: &str) -> Answer {
        operate("GET", &self.url(path), b"")
    }

    fn events(&self, path: &str, after: Option<u64>) -> HarnessResult<SentEvents> {
        SentEvents::listen(&self.url(&format!("{path}/events")), Some(TOKEN), after)
    }

    /// All events of a job, to its end, however long that takes: whoever is cut off goes on where he was.
    fn story(&self, path: &str) -> HarnessResult<Vec<SentEvent>> {
        let mut story: Vec<SentEvent> = Vec::new();
        while story.last().is_none_or(|last| last.kind != "end") {
            let after = story.last().and_then(|last| last.id);
            let told = self.events(path, after)?.map_while(Result::ok);
            story.extend(told.filter(|event| event.kind != "heartbeat"));
        }
        Ok(story)
    }

    /// Waits until the first run of a job is done.
    fn first_run(&self, path: &str) -> HarnessResult<()> {
        for event in self.events(path, None)? {
            let event = event?;
            assert_ne!(event.kind, "end", "it ended before anybody looked");
            if event.data["runs_done"].as_u64() > Some(0) {
                return Ok(());
            }
        }
        panic!("the job ended without a run");
    }
}

fn dynamic() -> String {
    city("dynamic", "{ kind: prize }", "none")
}

#[test]
fn a_scenario_is_followed_as_on_the_command_line() -> HarnessResult<()> {
    let simulating = Simulating::start()?;
    let path = simulating.accepted(&json!({"scenarios": [dynamic()], "replications": 3}));
    let story = simulating.story(&path)?;
    let kinds: Vec<&str> = story.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(kinds[..2], ["state", "state"]);
    assert!(kinds.contains(&"progress"), "{kinds:?}");
    let last = story.last().expect("a job has events");
    assert_eq!(
        (last.kind.as_str(), &last.data["state"]),
        ("end", &"done".into())
    );
    assert_eq!(
        (&last.data["runs_done"], &last.data["runs"]),
        (&3.into(), &3.into())
    );
    let done = story
        .iter()
        .filter_map(|event| event.data["runs_done"].as_u64());
    assert!(done.is_sorted());

    let job = simulating.get(&path).json();
    let file = simulating.file("dynamic", "{ kind: prize }");
    let printed = json_of(&run(
        "simulate",
        &[&file],
        &["--replications", "3", "--json"],
    )?);
    assert_eq!(job["outcome"], printed);
    assert_eq!(job["order"]["scenarios"][0]["en"], "City dynamic");
    let listed = simulating.get("/simulations").json();
    assert_eq!(listed["simulations"][0]["id"], job["id"]);
    assert_eq!(listed["simulations"][0]["outcome"], Value::Null);
    let page = simulating.get(&format!("{path}/report.html"));
    assert_eq!(
        page.status, 404,
        "one scenario has nothing to be compared with"
    );
    Ok(())
}

#[test]
fn scenarios_are_compared_as_on_the_command_line() -> HarnessResult<()> {
    let simulating = Simulating::start()?;
    let files = [("fixed", "{ kind: fixed }"), ("dynamic", "{ kind: prize }")];
    let texts = files.map(|(name, policy)| city(name, policy, "none"));
    let body = json!({"scenarios": texts, "replications": 3, "equal_service": true});
    let path = simulating.accepted(&body);
    simulating.story(&path)?;
    let job = simulating.get(&path).json();

    let files = files.map(|(name, policy)| simulating.file(name, policy));
    let html = simulating.files.path().join("report.html");
    let html_text = html.to_string_lossy();
    let more = [
        "--replications",
        "3",
        "--equal-service",
        "--json",
        "--html",
        &html_text,
    ];
    let printed = json_of(&run("compare", &[&files[0], &files[1]], &more)?);
    assert_eq!(job["outcome"], printed);
    let page = simulating.get(&format!("{path}/report.html")).body;
    let written = std::fs::read_to_string(&html).expect("the page was written");
    assert!(page == written, "the page is that of the command line");
    let english = simulating.get(&format!("{path}/report.html?lang=en"));
    assert!(english.body.contains("lang=\"en\""));
    for (query, status) in [("lang=de", 400), ("language=fr", 400)] {
        let refused = simulating.get(&format!("{path}/report.html?{query}"));
        assert_eq!(refused.status, status, "{query}");
    }
    let links = job["links"].as_array().expect("a job has links");
    assert!(
        links
            .iter()
            .any(|link| link["href"] == format!("{path}/report.html?lang=fr"))
    );
    Ok(())
}

#[test]
fn jobs_outlive_a_server_that_is_killed() -> HarnessResult<()> {
    let mut simulating = Simulating::start()?;
    let done = simulating.accepted(&json!({"scenarios": [dynamic()], "replications": 2}));
    simulating.story(&done)?;
    let before = simulating.get(&done).json();
    let many = json!({"scenarios": [dynamic()], "replications": MANY});
    let running = simulating.accepted(&many);
    let waiting = simulating.accepted(&json!({"scenarios": [dynamic()], "replications": 2}));
    let unwanted = simulating.accepted(&many);
    let ended = operate("DELETE", &simulating.url(&unwanted), b"");
    assert_eq!(ended.status, 200, "{}", ended.body);
    simulating.first_run(&running)?;
    simulating.crash()?;

    assert_eq!(
        simulating.get(&done).json(),
        before,
        "what was done stays to the byte"
    );
    assert_eq!(simulating.get(&unwanted).json()["state"], "stopped");
    simulating.story(&waiting)?;
    let [running, waiting] = [&running, &waiting].map(|path| simulating.get(path).json());
    assert_eq!(running["state"], "done");
    assert_eq!(
        waiting["outcome"]["checksum"],
        before["outcome"]["checksum"]
    );
    let file = simulating.file("dynamic", "{ kind: prize }");
    let more = ["--replications", &MANY.to_string(), "--json"];
    let printed = json_of(&run("simulate", &[&file], &more)?);
    assert_eq!(
        running["outcome"], printed,
        "it began again and came to the same"
    );
    Ok(())
}

#[test]
fn a_simulation_that_nobody_wants_ends_and_stays_ended() -> HarnessResult<()> {
    let mut simulating = Simulating::start()?;
    let many = json!({"scenarios": [dynamic()], "replications": 10_000});
    let running = simulating.accepted(&many);
    simulating.first_run(&running)?;
    // Reading the twin does not wait for it.
    assert_eq!(simulating.get("/readyz").status, 200);
    assert_eq!(
        simulating.get(&format!("{running}/report.html")).status,
        409
    );
    let waiting: Vec<String> = (0..8).map(|_| simulating.accepted(&many)).collect();
    assert_eq!(simulating.submit(&many).status, 429);
    let ending = operate("DELETE", &simulating.url(&running), b"");
    assert_eq!(ending.status, 202, "{}", ending.body);
    let story = simulating.story(&running)?;
    assert_eq!(story.last().expect("it ended").data["state"], "stopped");
    assert_eq!(simulating.get(&running).json()["outcome"], Value::Null);
    for path in &waiting[1..] {
        operate("DELETE", &simulating.url(path), b"");
    }
    assert_eq!(
        operate("DELETE", &simulating.url(&waiting[1]), b"").status,
        204
    );

    simulating.first_run(&waiting[0])?;
    simulating.crash()?;
    assert_eq!(simulating.get(&running).json()["state"], "stopped");
    assert_eq!(simulating.get(&waiting[1]).status, 404);
    simulating.first_run(&waiting[0])?;

    // A server that is told to stop does not wait for it either.
    simulating.server.signal("TERM")?;
    assert!(simulating.server.wait()?.success());
    Ok(())
}

#[test]
fn what_cannot_be_followed_is_told_with_its_line_and_key() -> HarnessResult<()> {
    let simulating = Simulating::start()?;
    let refused = |scenario: Value| {
        let answer = simulating.submit(&json!({"scenarios": [dynamic(), scenario]}));
        assert_eq!(answer.status, 400, "{}", answer.body);
        let told = answer.json()["detail"].as_str().map(str::to_owned);
        told.expect("problems say what is wrong")
    };
    let typo = refused(dynamic().replace("policy:", "police:").into());
    assert!(
        typo.contains("scenario 2") && typo.contains("police"),
        "{typo}"
    );
    assert!(typo.contains("line 8 "), "{typo}");
    let mut edited = dynamic();
    edited.push_str("edits: [remove-site: { site: nowhere }]\n");
    let edited = refused(edited.into());
    assert!(edited.contains("edits[0].remove-site.site"), "{edited}");
    let pack = refused(json!({
        "format": 1, "name": {"fr": "a", "en": "a"}, "territory": {"pack": "../../etc"},
        "period": {"from": "2022-05-02", "days": 7}, "policy": {"kind": "prize"},
    }));
    assert!(
        pack.contains("territory.pack") && pack.contains("../../etc"),
        "{pack}"
    );
    let large = dynamic().replace("containers: 60", "containers: 200000");
    let large = simulating.submit(&json!({"scenarios": [large], "replications": 10_000}));
    assert_eq!(large.status, 400, "{}", large.body);
    assert!(large.body.contains("fewer runs"), "{}", large.body);

    let url = simulating.url("/simulations");
    let post = |body: &str| operate("POST", &url, body.as_bytes()).status;
    assert_eq!(post("{"), 400);
    assert_eq!(post("{\"scenario\": []}"), 422);
    let long = format!("{{\"scenarios\": [\"{}\"]}}", "x".repeat(3 << 20));
    // Who still writes when the answer comes may not get to read it.
    let long = ask("POST", &url, Some(TOKEN), long.as_bytes());
    assert!(long.is_none_or(|answer| answer.status == 413));
    for nothing in ["1", "latest", "-1"] {
        let path = format!("/simulations/{nothing}");
        assert_eq!(simulating.get(&path).status, 404, "{nothing}");
        assert_eq!(operate("DELETE", &simulating.url(&path), b"").status, 404);
    }
    assert_eq!(
        simulating.get("/simulations").json(),
        json!({"simulations": []})
    );
    Ok(())
}

/// Two days from the live state on, as who hears sensors plans it.
const LIVE: &str = "format: 1
name: { fr: a, en: Now }
territory: { live: true }
streams: [glass]
period: { days: 2, warm_up_days: 14 }
policy: { kind: prize }
information: sensors
";

#[test]
fn a_live_state_is_taken_without_a_trace() -> HarnessResult<()> {
    let simulating = Simulating::start()?;
    let seq = || simulating.get("/live/snapshot").json()["seq"].clone();
    let before = seq();
    // The small territory has no depot, which its turn shows.
    let path = simulating.accepted(&json!({"scenarios": [LIVE]}));
    simulating.story(&path)?;
    let job = simulating.get(&path);
    assert_eq!(job.json()["state"], "failed");
    assert!(job.body.contains("depot"), "{}", job.body);
    assert_eq!(
        (&seq(), &job.json()["order"]["live"]["seq"]),
        (&before, &before)
    );

    let file = simulating.files.path().join("live.yaml");
    std::fs::write(&file, LIVE).expect("a file can be written");
    let refused = run("simulate", &[&file], &[])?;
    assert!(!refused.status.success());
    let told = String::from_utf8_lossy(&refused.stderr);
    assert!(told.contains("territory.live"), "{told}");
    Ok(())
}

#[test]
fn a_scenario_begins_with_the_live_state_of_when_it_was_asked_for() -> HarnessResult<()> {
    let data = TempDir::new().expect("a folder for data");
    let serve = || {
        let mut command = twin(&["serve", "--listen", "127.0.0.1:0", "--preset", "demo-2022"])?;
        command.args(["--date", "2022-05-16T18:00:00Z", "--data"]);
        command.arg(data.path()).env("TWIN_LOG", "error");
        TwinServer::start({
            command.env("TWIN_OPERATOR_TOKEN", TOKEN);
            command
        })
    };
    let mut simulating = Simulating {
        server: serve()?,
        ..Simulating::start()?
    };
    let body = json!({"scenarios": [LIVE], "replications": 1});
    let seq = |path: &String| simulating.get(path).json()["order"]["live"]["seq"].clone();
    let [first, second] = loop {
        let both = [(); 2].map(|()| simulating.accepted(&body));
        if seq(&both[0]) == seq(&both[1]) {
            break both;
        }
        // A sensor told something in between.
        for path in &both {
            operate("DELETE", &simulating.url(path), b"");
        }
    };
    simulating.story(&first)?;
    let done = simulating.get(&first).json();
    assert_eq!(done["state"], "done", "{done}");
    assert_eq!(done["outcome"]["from"], "2022-05-16");

    // The live state goes on; the second job keeps that of its beginning.
    let snapshot = simulating.get("/live/snapshot").json();
    let containers = &snapshot["containers"];
    let columns = |name: &str| containers[name].as_array().cloned().unwrap_or_default();
    let measured = columns("id").into_iter().zip(columns("fill"));
    let glass = measured.zip(columns("stream"));
    let mut told = glass.filter(|((_, fill), stream)| !fill.is_null() && *stream == "glass");
    let ((container, _), _) = told.next().expect("sensors tell levels of glass");
    let container = container.as_str().expect("an id").to_owned();
    let gone = simulating.get(&format!("/assets/{container}")).json();
    let sensor = gone["properties"]["sensor"]
        .as_str()
        .expect("it has a sensor");
    let removed = operate("DELETE", &simulating.url(&format!("/assets/{sensor}")), b"");
    assert!(removed.status < 300, "{} {}", removed.status, removed.body);
    simulating.server.signal("KILL")?;
    simulating.server.wait()?;
    simulating.server = serve()?;
    simulating.story(&second)?;
    let again = simulating.get(&second).json();
    assert_eq!(
        again["outcome"], done["outcome"],
        "the same state, the same bytes"
    );
    let later = simulating.accepted(&body);
    simulating.story(&later)?;
    let later = simulating.get(&later).json();
    assert_ne!(later["outcome"]["checksum"], done["outcome"]["checksum"]);
    let devices = simulating.get("/simulations").body;
    assert!(!devices.contains("dev_eui"), "{devices}");
    Ok(())
}

#[test]
fn simulations_are_for_operators() -> HarnessResult<()> {
    let small = Small::new(false);
    let mut command = small.command("data")?;
    command.env_remove("TWIN_OPERATOR_TOKEN");
    let server = TwinServer::start(command)?;
    let body = json!({"scenarios": [dynamic()]}).to_string();
    for (method, path) in [
        ("POST", "/simulations"),
        ("GET", "/simulations"),
        ("GET", "/simulations/1"),
        ("GET", "/simulations/1/events"),
        ("GET", "/simulations/1/report.html"),
        ("DELETE", "/simulations/1"),
    ] {
        let url = format!("{}{path}", server.base_url());
        let answer = ask(method, &url, None, body.as_bytes()).expect("an answer");
        assert_eq!(answer.status, 403, "{method} {path}");
        assert!(
            answer.body.contains("TWIN_OPERATOR_TOKEN"),
            "{}",
            answer.body
        );
    }
    Ok(())
}
