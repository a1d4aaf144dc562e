//! An operator has collection days planned by a running server: watches, fetches, ends, and is told
//! what cannot be.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use simulator::collection::saved::SavedDay;
use tempfile::TempDir;
use tests::HarnessResult;
use tests::client::{SentEvent, SentEvents};
use tests::server::{TwinServer, twin};

use crate::small::{Answer, Small, TOKEN, operate};

/// A Tuesday outside of holidays, the day after the server's clock begins.
const TUESDAY: &str = "2022-05-17";
/// Steps of a search that comes to its end by itself.
const STEPS: u64 = 400;

/// A server of the embedded territory on a Monday evening.
struct Planning {
    server: TwinServer,
    _data: TempDir,
}

impl Planning {
    fn start() -> HarnessResult<Self> {
        let data = tempfile::tempdir().unwrap();
        let mut command = twin(&["serve", "--listen", "127.0.0.1:0", "--preset", "demo-2022"])?;
        command.args(["--date", "2022-05-16T18:00:00Z", "--data"]);
        command.arg(data.path());
        command.env("TWIN_LOG", "error");
        command.env("TWIN_OPERATOR_TOKEN", TOKEN);
        Ok(Self {
            server: TwinServer::start(command)?,
            _data: data,
        })
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.server.base_url())
    }

    fn submit(&self, body: &Value) -> Answer {
        let url = self.url("/plans");
        operate("POST", &url, body.to_string().as_bytes())
    }

    /// Submits a day, and returns where it is.
    fn accepted(&self, body: &Value) -> String {
        let answer = self.submit(body);
        assert_eq!(answer.status, 202, "{}", answer.body);
        let id = answer.json()["id"].as_str().unwrap().to_owned();
        format!("/plans/{id}")
    }

    fn get(&self, path: &str) -> Answer {
        operate("GET", &self.url(path), b"")
    }

    fn events(&self, path: &str, after: Option<u64>) -> HarnessResult<SentEvents> {
        SentEvents::listen(&self.url(&format!("{path}/progress")), Some(TOKEN), after)
    }

    /// All events of a job, to its end.
    fn story(&self, path: &str) -> HarnessResult<Vec<SentEvent>> {
        self.events(path, None)?.collect()
    }

    /// Waits until a job has a first plan.
    fn first_plan(&self, path: &str) -> HarnessResult<()> {
        for event in self.events(path, None)? {
            if event?.kind == "improvement" {
                return Ok(());
            }
        }
        panic!("the job ended without a plan");
    }

    /// The file that a link of a job leads to, with its name, as its link and its headers tell it.
    fn fetch(&self, link: &Value) -> (String, String) {
        let href = link["href"].as_str().unwrap();
        let response = ureq::get(self.url(href))
            .header("Authorization", format!("Bearer {TOKEN}"))
            .call();
        let mut response = response.unwrap();
        let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), link["type"].as_str().unwrap());
        let name = href.rsplit('/').next().unwrap();
        let file = name.split('?').next().unwrap();
        let disposition = header("content-disposition");
        let expected = format!("\"plan-{TUESDAY}-{file}\"");
        assert!(disposition.ends_with(&expected), "{disposition}");
        if let Some(language) = link["hreflang"].as_str() {
            assert_eq!(header("content-language"), language);
        }
        let text = response.body_mut().with_config().limit(64 << 20);
        (name.to_owned(), text.read_to_string().unwrap())
    }

    /// A day that is planned to the end of its steps.
    fn planned(&self, body: &Value) -> HarnessResult<(String, Value)> {
        let path = self.accepted(body);
        let story = self.story(&path)?;
        assert_eq!(story.last().unwrap().data["state"], "done", "{story:?}");
        let job = self.get(&path).json();
        Ok((path, job))
    }
}

fn day(more: &Value) -> Value {
    let mut body = json!({"date": TUESDAY, "iterations": STEPS, "seconds": 300});
    let object = body.as_object_mut().unwrap();
    object.extend(more.as_object().unwrap().clone());
    body
}

#[test]
fn an_operator_watches_a_day_being_planned() -> HarnessResult<()> {
    let planning = Planning::start()?;
    let path = planning.accepted(&day(&json!({})));
    let story = planning.story(&path)?;
    let numbers = story.iter().map(|event| event.id);
    assert!(numbers.eq((1..).map(Some).take(story.len())), "{story:?}");
    let kinds: Vec<&str> = story.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(kinds[..3], ["state", "state", "improvement"]);
    let ends = kinds.iter().filter(|kind| **kind == "end").count();
    assert_eq!((ends, kinds.last()), (1, Some(&"end")));
    let costs = story.iter();
    let costs = costs.filter_map(|event| event.data["best_cost_eur"].as_f64());
    let costs: Vec<f64> = costs.collect();
    assert!(
        costs.is_sorted_by(|before, after| before >= after),
        "{costs:?}"
    );

    // Who was cut off goes on where he was; who has all of it is not asked to come again.
    let rest: HarnessResult<Vec<SentEvent>> = planning.events(&path, Some(2))?.collect();
    assert_eq!(rest?, story[2..]);
    let ended = ureq::get(planning.url(&format!("{path}/progress")))
        .header("Authorization", format!("Bearer {TOKEN}"))
        .header("Last-Event-ID", story.len().to_string())
        .call();
    assert_eq!(ended.unwrap().status(), 204);

    let job = planning.get(&path).json();
    let outcome = &job["outcome"];
    assert_eq!(outcome["feasible"], true);
    assert_eq!(
        (&outcome["fill"], &outcome["iterations"]),
        (&"live".into(), &STEPS.into())
    );
    let cost = outcome["cost"].as_f64().unwrap();
    assert!((cost - costs.last().unwrap()).abs() < 1e-6, "{cost}");
    let listed = planning.get("/plans").json();
    assert_eq!(listed["plans"][0]["id"], job["id"]);
    assert_eq!(listed["plans"][0]["outcome"], Value::Null);
    Ok(())
}

#[test]
fn a_plan_is_fetched_in_every_format() -> HarnessResult<()> {
    let planning = Planning::start()?;
    let (path, job) = planning.planned(&day(&json!({})))?;
    let links = job["links"].as_array().unwrap();
    let files = links.iter().filter(|link| link["rel"] == "alternate");
    let bodies: BTreeMap<String, String> = files.map(|link| planning.fetch(link)).collect();
    assert_eq!(bodies.len(), 8, "{:?}", bodies.keys());
    check_files(&bodies, &job["outcome"]);

    for (query, told) in [
        ("sheets.html?lang=de", "fr or en"),
        ("stops.csv?lang=fr", "no lang"),
        ("stops.csv?language=fr", "language"),
    ] {
        let refused = planning.get(&format!("{path}/{query}"));
        assert_eq!(refused.status, 400, "{query}");
        assert!(refused.body.contains(told), "{}", refused.body);
    }
    assert_eq!(planning.get(&format!("{path}/plan.pdf")).status, 404);
    Ok(())
}

/// Every file tells the calls of the outcome.
fn check_files(bodies: &BTreeMap<String, String>, outcome: &Value) {
    let routes = outcome["routes"].as_array().unwrap();
    let sum = |what: &str| -> usize {
        let lists = routes
            .iter()
            .map(|route| route[what].as_array().unwrap().len());
        lists.sum()
    };
    let (calls, trips) = (sum("calls"), sum("trips"));
    assert!(calls > 50, "{calls}");

    let collection: Value = serde_json::from_str(&bodies["routes.geojson"]).unwrap();
    assert_eq!(collection["type"], "FeatureCollection");
    let features = collection["features"].as_array().unwrap();
    let is_trip = |feature: &&Value| feature["properties"]["kind"] == "trip";
    assert_eq!(features.iter().filter(is_trip).count(), trips);
    assert_eq!(features.len(), trips + calls);
    for feature in features {
        let geometry = feature["geometry"]["type"].as_str();
        let expected = if is_trip(&feature) {
            "LineString"
        } else {
            "Point"
        };
        assert_eq!(geometry, Some(expected), "{feature}");
    }

    let table = &bodies["stops.csv"];
    assert!(table.starts_with("vehicle,trip,sequence,kind,"));
    assert_eq!(table.lines().count(), calls + 1);

    let french = &bodies["routes.gpx?lang=fr"];
    for gpx in [french, &bodies["routes.gpx?lang=en"]] {
        assert!(gpx.starts_with("<?xml") && gpx.trim_end().ends_with("</gpx>"));
        assert_eq!(gpx.matches("<wpt ").count(), calls);
        assert_eq!(gpx.matches("<trk>").count(), trips);
    }
    assert_ne!(*french, bodies["routes.gpx?lang=en"]);

    let french = &bodies["sheets.html?lang=fr"];
    assert!(french.contains("mardi 17 mai 2022") && french.contains("données synthétiques"));
    assert!(bodies["sheets.html?lang=en"].contains("<html lang=\"en\">"));
    assert_eq!(french.matches("<article>").count(), routes.len());

    let levels: Value = serde_json::from_str(&bodies["levels.json"]).unwrap();
    let mut sources: BTreeMap<&str, u64> = BTreeMap::new();
    for level in levels.as_array().unwrap() {
        *sources
            .entry(level["source"].as_str().unwrap())
            .or_default() += 1;
    }
    assert_eq!(serde_json::to_value(&sources).unwrap(), outcome["levels"]);
    assert!(
        sources["measured"] > 100 && sources["expected"] > 1_000,
        "{sources:?}"
    );

    let saved = SavedDay::read(bodies["day.json"].as_bytes()).unwrap();
    assert_eq!(saved.date.to_string(), TUESDAY);
    assert_eq!(saved.plan.routes.len(), routes.len());
}

#[test]
fn live_levels_give_another_day_than_synthetic_ones() -> HarnessResult<()> {
    let planning = Planning::start()?;
    let (live_path, live) = planning.planned(&day(&json!({"policy": "threshold"})))?;
    let synthetic = json!({"policy": "threshold", "levels": "synthetic"});
    let (synthetic_path, synthetic) = planning.planned(&day(&synthetic))?;
    assert_eq!(live["outcome"]["fill"], "live");
    assert_eq!(synthetic["outcome"]["fill"], "synthetic");
    let required = |job: &Value| job["outcome"]["required"]["containers"].as_u64().unwrap();
    assert_ne!(required(&live), required(&synthetic));

    // What a live plan is made of is what the server tells of its containers.
    let levels = planning.get(&format!("{live_path}/levels.json")).json();
    let mut levels = levels.as_array().unwrap().iter();
    let measured = levels.find(|level| level["source"] == "measured").unwrap();
    let key = measured["container"].as_str().unwrap();
    let history = planning
        .get(&format!("/assets/container/{key}/history?hours=48"))
        .json();
    let points = history["points"].as_array().unwrap();
    let is_told = points.iter().any(|point| {
        let fill = point[1].as_f64().unwrap();
        (fill - measured["measured_fill"].as_f64().unwrap()).abs() < 1e-9
    });
    assert!(is_told, "{measured} in {history}");
    let made_up = planning
        .get(&format!("{synthetic_path}/levels.json"))
        .json();
    let mut made_up = made_up.as_array().unwrap().iter();
    assert!(made_up.all(|level| level["source"] != "measured" && level["observed_at"].is_null()));

    Ok(())
}

#[test]
fn a_plan_begins_with_an_earlier_one() -> HarnessResult<()> {
    let planning = Planning::start()?;
    let (_, before) = planning.planned(&day(&json!({})))?;
    let path = planning.accepted(&day(&json!({"start": before["id"]})));
    let story = planning.story(&path)?;
    let mut costs = story.iter().map(|event| &event.data["best_cost_eur"]);
    let first = costs.find_map(Value::as_f64).unwrap();
    // The clock of the twin has gone on by some seconds, and sensors may have reported.
    let before_eur = before["outcome"]["cost"].as_f64().unwrap();
    assert!(first <= before_eur * 1.02, "{first} after {before_eur}");
    assert_eq!(planning.get(&path).json()["order"]["start"], before["id"]);
    Ok(())
}

#[test]
fn a_server_plans_one_day_at_a_time_lets_few_wait_and_ends_what_nobody_wants() -> HarnessResult<()>
{
    let mut planning = Planning::start()?;
    let long = json!({"date": TUESDAY, "seconds": 600});
    let running = planning.accepted(&long);
    planning.first_plan(&running)?;
    let waiting: Vec<String> = (0..8).map(|_| planning.accepted(&long)).collect();
    let refused = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build();
    let refused = ureq::Agent::from(refused)
        .post(planning.url("/plans"))
        .header("Authorization", format!("Bearer {TOKEN}"))
        .header("Content-Type", "application/json")
        .send(long.to_string());
    let refused = refused.unwrap();
    assert_eq!(refused.status(), 429);
    let retry: u64 = refused.headers()["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((1..=600).contains(&retry), "{retry}");
    // Reading the twin does not wait for it.
    assert_eq!(planning.get("/readyz").status, 200);
    assert_eq!(
        planning.get(&format!("{}/stops.csv", waiting[0])).status,
        409
    );

    for path in &waiting[1..] {
        let ended = operate("DELETE", &planning.url(path), b"");
        assert_eq!(
            (ended.status, &ended.json()["state"]),
            (200, &"stopped".into())
        );
    }
    let ending = operate("DELETE", &planning.url(&running), b"");
    assert_eq!(ending.status, 202, "{}", ending.body);
    let story = planning.story(&running)?;
    assert_eq!(story.last().unwrap().data["state"], "stopped");
    let job = planning.get(&running).json();
    assert_eq!(job["outcome"]["feasible"], true, "what was found stays");
    assert_eq!(planning.get(&format!("{running}/stops.csv")).status, 200);
    assert_eq!(operate("DELETE", &planning.url(&running), b"").status, 204);
    assert_eq!(planning.get(&running).status, 404);
    assert_eq!(
        planning.get(&format!("{}/stops.csv", waiting[1])).status,
        404
    );

    // The next one has its turn; a server that is told to stop ends it, and its listener hears so.
    planning.first_plan(&waiting[0])?;
    let listener = planning.events(&waiting[0], None)?;
    planning.server.signal("TERM")?;
    let last = listener.map_while(Result::ok).last().unwrap();
    assert_eq!(
        (last.kind.as_str(), &last.data["state"]),
        ("end", &"stopped".into())
    );
    assert!(planning.server.wait()?.success());
    Ok(())
}

#[test]
fn what_cannot_be_planned_is_told_with_every_value() -> HarnessResult<()> {
    let small = Small::new(false);
    let server = small.serve("data")?;
    let url = format!("{}/plans", server.base_url());
    let post = |body: &str| operate("POST", &url, body.as_bytes());
    let many = post(r#"{"date": "2022-02-30", "policy": "luck", "threads": 0, "levels": "live"}"#);
    assert_eq!(many.status, 400, "{}", many.body);
    for told in ["date=2022-02-30", "policy=luck", "threads=0"] {
        assert!(many.body.contains(told), "{told} in {}", many.body);
    }
    let old = post(r#"{"date": "2022-05-17"}"#);
    assert_eq!(old.status, 400);
    assert!(old.body.contains("levels=live"), "{}", old.body);
    let unknown = post(r#"{"date": "2022-05-17", "police": "prize"}"#);
    assert_eq!(unknown.status, 422);
    assert!(unknown.body.contains("police"), "{}", unknown.body);
    assert_eq!(post("{").status, 400);
    let long = format!("{{\"date\": \"{}\"}}", "2".repeat(70_000));
    assert_eq!(post(&long).status, 413);

    // A territory without a depot is found out when its turn comes, and the reason is told.
    let taken = post(r#"{"date": "2022-05-17", "levels": "synthetic"}"#);
    assert_eq!(taken.status, 202, "{}", taken.body);
    let path = format!("{url}/{}", taken.json()["id"].as_str().unwrap());
    let story = SentEvents::listen(&format!("{path}/progress"), Some(TOKEN), None)?;
    let story = story.collect::<HarnessResult<Vec<SentEvent>>>()?;
    assert_eq!(story.last().unwrap().data["state"], "failed");
    let job = operate("GET", &path, b"").json();
    assert!(job["reason"].as_str().unwrap().contains("depot"), "{job}");
    assert_eq!(
        operate("GET", &format!("{path}/stops.csv"), b"").status,
        404
    );
    for nothing in ["1", "latest", "-1"] {
        assert_eq!(
            operate("GET", &format!("{url}/{nothing}"), b"").status,
            404,
            "{nothing}"
        );
        assert_eq!(
            operate("DELETE", &format!("{url}/{nothing}"), b"").status,
            404,
            "{nothing}"
        );
    }
    Ok(())
}
