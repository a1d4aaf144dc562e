//! A person asks for the way: on the command line, over HTTP, and gets the same; what is too much is
//! refused, and who goes away stops the search.

use std::io::Write as _;
use std::net::TcpStream;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;
use tests::HarnessResult;
use tests::client::get_json;
use tests::needs::shared;
use tests::server::{TwinServer, output_of, twin};

const ANDORRA: &str = "roads/andorra-2025-01.osm.pbf";

/// Places in Andorra la Vella, Encamp and Sant Julià de Lòria.
const PLACES: [&str; 3] = ["1.5210,42.5070", "1.5830,42.5350", "1.4910,42.4640"];

/// A pack made of an extract.
struct Imported(TempDir);

impl Imported {
    fn andorra() -> HarnessResult<Option<Self>> {
        let Some(extract) = shared(ANDORRA)? else {
            return Ok(None);
        };
        let home = tempfile::tempdir().unwrap();
        let mut import = twin(&["pack", "import", "--osm"])?;
        import
            .arg(extract)
            .arg("--out")
            .arg(home.path().join("pack"));
        assert!(output_of(import)?.status.success());
        Ok(Some(Self(home)))
    }

    fn folder(&self) -> PathBuf {
        self.0.path().join("pack")
    }

    fn order(&self) -> PathBuf {
        self.folder().join("roads-motor.order")
    }

    fn serve(&self) -> HarnessResult<TwinServer> {
        let mut serve = twin(&["serve", "--listen", "127.0.0.1:0", "--data"])?;
        serve.arg(self.0.path().join("data"));
        serve.arg("--pack").arg(self.folder());
        TwinServer::start(serve)
    }

    /// What a command with this pack prints, and what it says on the error stream.
    fn tell(&self, command: &str, arguments: &[&str]) -> HarnessResult<(String, String)> {
        let mut command = twin(&[command, "--pack"])?;
        command.arg(self.folder()).args(arguments);
        let output = output_of(command)?;
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{stderr}");
        Ok((String::from_utf8_lossy(&output.stdout).into_owned(), stderr))
    }

    fn json(&self, command: &str, arguments: &[&str]) -> HarnessResult<Value> {
        let arguments = [arguments, &["--json"]].concat();
        let (stdout, _) = self.tell(command, &arguments)?;
        Ok(serde_json::from_str(&stdout).unwrap())
    }

    /// What the way from a place to another costs in a matrix of the command line, in tenths of a
    /// second.
    fn matrix_entry(&self, from: &str, to: &str) -> HarnessResult<f64> {
        let file = |name: &str, place: &str| {
            let pair: Vec<f64> = place.split(',').map(|it| it.parse().unwrap()).collect();
            let path = self.0.path().join(name);
            let point = json!({ "type": "Point", "coordinates": pair });
            std::fs::write(&path, point.to_string()).unwrap();
            path
        };
        let out = self.0.path().join("matrix.csv");
        let mut matrix = twin(&["matrix", "--pack"])?;
        matrix.arg(self.folder()).arg("--out").arg(&out);
        matrix.arg("--from").arg(file("from.geojson", from));
        matrix.arg("--to").arg(file("to.geojson", to));
        assert!(output_of(matrix)?.status.success());
        let table = std::fs::read_to_string(out).unwrap();
        let row = table.lines().nth(1).unwrap();
        Ok(row.rsplit(',').next().unwrap().parse().unwrap())
    }
}

fn duration_s(route: &Value) -> f64 {
    route["properties"]["duration_s"].as_f64().unwrap()
}

fn line(route: &Value) -> &Vec<Value> {
    route["geometry"]["coordinates"].as_array().unwrap()
}

/// Whether two positions are the same to a centimetre or so.
fn is_at(one: &Value, other: &Value) -> bool {
    (0..2).all(|ix| (one[ix].as_f64().unwrap() - other[ix].as_f64().unwrap()).abs() < 3e-7)
}

/// Status, content type and body of a request: a POST where there is something to send.
fn ask(url: &str, body: Option<&Value>) -> (u16, String, Value) {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .into();
    let response = match body {
        Some(body) => agent
            .post(url)
            .header("Content-Type", "application/json")
            .send(body.to_string()),
        None => agent.get(url).call(),
    };
    let mut response = response.unwrap();
    let kind = response.headers()["content-type"].to_str().unwrap();
    let kind = kind.to_owned();
    let body = response.body_mut().read_to_string().unwrap();
    let json = serde_json::from_str(&body).unwrap();
    (response.status().as_u16(), kind, json)
}

#[test]
fn the_command_line_and_the_server_tell_the_same() -> HarnessResult<()> {
    let Some(andorra) = Imported::andorra()? else {
        return Ok(());
    };
    let [from, to, _] = PLACES;
    let told = andorra.json("route", &["--from", from, "--to", to])?;
    let entry = andorra.matrix_entry(from, to)?;
    let areas = andorra.json("isochrone", &["--at", from, "--minutes", "5,10"])?;

    let server = andorra.serve()?;
    let base = server.base_url();
    let route = get_json(&format!("{base}/route?from={from}&to={to}"))?;
    let matrix = get_json(&format!("{base}/matrix?from={from};{to}"))?;
    let reached = get_json(&format!("{base}/isochrone?at={from}&minutes=5,10"))?;

    assert_eq!(route, told);
    assert_eq!(reached, areas);
    assert!((duration_s(&told) * 10.0 - entry).abs() < 1e-6, "{entry}");
    assert_eq!(matrix["durations"][0][1], told["properties"]["duration_s"]);
    assert_eq!(matrix["durations"][1][1], json!(0.0));
    let ends = [line(&route).first(), line(&route).last()];
    for (ix, end) in ends.into_iter().enumerate() {
        assert!(is_at(end.unwrap(), &matrix["from"][ix]["place"]), "{end:?}");
    }
    let area = |ix: usize| areas["features"][ix]["properties"]["area_km2"].as_f64();
    assert!(area(0) > Some(0.5) && area(1) > area(0), "{areas}");
    Ok(())
}

#[test]
fn the_parts_of_a_route_add_up() -> HarnessResult<()> {
    let Some(andorra) = Imported::andorra()? else {
        return Ok(());
    };
    let [from, to, via] = PLACES;
    let arguments = [
        "--from",
        from,
        "--via",
        via,
        "--to",
        to,
        "--profile",
        "truck-26t",
    ];
    let route = andorra.json("route", &arguments)?;
    let all = &route["properties"];
    let legs = all["legs"].as_array().unwrap();
    assert_eq!(legs.len(), 2);
    let sum = |name: &str| {
        legs.iter()
            .map(|leg| leg[name].as_f64().unwrap())
            .sum::<f64>()
    };
    assert!((sum("duration_s") - duration_s(&route)).abs() < 1e-6);
    assert!((sum("length_m") - all["length_m"].as_f64().unwrap()).abs() < 0.2);
    assert!((sum("energy_mj") - all["energy_mj"].as_f64().unwrap()).abs() < 0.002);
    assert_eq!(all["fuel"]["unit"], "L");
    let mut at = json!(0);
    for leg in legs {
        for step in leg["steps"].as_array().unwrap() {
            assert_eq!(step["points"][0], at, "{step}");
            at = step["points"][1].clone();
            let first = step["points"][0].as_u64().unwrap();
            let first = usize::try_from(first).unwrap();
            assert!(is_at(&line(&route)[first], &step["place"]), "{step}");
        }
    }
    assert_eq!(at, json!(line(&route).len() - 1));

    let (text, _) = andorra.tell("route", &arguments)?;
    assert!(text.contains("km") && text.contains("kg CO2e"), "{text}");
    let steps = legs
        .iter()
        .map(|leg| leg["steps"].as_array().unwrap().len());
    let lines = text.lines().filter(|line| line.starts_with("  "));
    assert_eq!(lines.count(), steps.sum::<usize>(), "{text}");
    Ok(())
}

#[test]
fn other_ways_are_no_shorter_than_the_best() -> HarnessResult<()> {
    let Some(andorra) = Imported::andorra()? else {
        return Ok(());
    };
    let [from, to, _] = PLACES;
    let best = andorra.json("route", &["--from", from, "--to", to])?;
    let several = ["--from", from, "--to", to, "--alternatives", "3"];
    let several = andorra.json("route", &several)?;
    let routes = several["features"].as_array().unwrap();
    assert_eq!(routes[0], best);
    assert!((1..=4).contains(&routes.len()));
    let durations: Vec<f64> = routes.iter().map(duration_s).collect();
    assert!(durations.is_sorted(), "{durations:?}");
    Ok(())
}

#[test]
fn the_kept_order_is_read_again_and_a_damaged_one_is_told_and_replaced() -> HarnessResult<()> {
    let Some(andorra) = Imported::andorra()? else {
        return Ok(());
    };
    let [from, to, _] = PLACES;
    let arguments = ["--from", from, "--to", to, "--json"];
    let (made, silence) = andorra.tell("route", &arguments)?;
    assert_eq!(silence, "");
    let order = std::fs::read(andorra.order()).unwrap();
    let written = |path: &Path| std::fs::metadata(path).unwrap().modified().unwrap();
    let first_written = written(&andorra.order());
    assert_eq!(
        andorra.tell("route", &arguments)?,
        (made.clone(), String::new())
    );
    assert_eq!(written(&andorra.order()), first_written);

    let mut damaged = order.clone();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 0x40;
    std::fs::write(andorra.order(), damaged).unwrap();
    let (remade, complaint) = andorra.tell("route", &arguments)?;
    assert_eq!(remade, made);
    assert!(complaint.contains("made anew"), "{complaint}");
    assert_eq!(std::fs::read(andorra.order()).unwrap(), order);
    Ok(())
}

#[test]
fn a_closed_street_is_gone_round_and_only_in_that_answer() -> HarnessResult<()> {
    let Some(andorra) = Imported::andorra()? else {
        return Ok(());
    };
    let server = andorra.serve()?;
    let [from, to, _] = PLACES;
    let url = format!("{}/route?from={from}&to={to}", server.base_url());
    let open = get_json(&url)?;
    let longest = open["properties"]["legs"][0]["steps"].as_array().unwrap();
    let length = |step: &&Value| step["length_m"].as_f64().unwrap();
    let longest = longest
        .iter()
        .max_by(|a, b| length(a).total_cmp(&length(b)));
    let points = &longest.unwrap()["points"];
    let middle = u64::midpoint(points[0].as_u64().unwrap(), points[1].as_u64().unwrap());
    let closed_at = &line(&open)[usize::try_from(middle).unwrap()];
    let avoid = format!("{},{}", closed_at[0], closed_at[1]);
    let closed = get_json(&format!("{url}&avoid={avoid}"))?;
    assert!(duration_s(&closed) > duration_s(&open));
    assert_eq!(get_json(&url)?, open);
    let told = ["--from", from, "--to", to, "--avoid", avoid.as_str()];
    assert_eq!(andorra.json("route", &told)?, closed);
    let far = get_json(&format!("{url}&avoid=1.7320,42.5430"))?;
    assert_eq!(duration_s(&far), duration_s(&open));
    Ok(())
}

/// Checks the status of a refusal, and that it names what was expected.
fn check_problem(
    (found, kind, problem): (u16, String, Value),
    (status, words): (u16, &str),
    of: &str,
) {
    let detail = problem["detail"].as_str().unwrap();
    assert_eq!(found, status, "{of}: {detail}");
    assert_eq!(kind, "application/problem+json", "{of}");
    assert!(detail.contains(words), "{of}: {detail}");
}

#[test]
fn what_is_too_much_or_makes_no_sense_is_refused_with_its_limit() -> HarnessResult<()> {
    let Some(andorra) = Imported::andorra()? else {
        return Ok(());
    };
    let server = andorra.serve()?;
    let base = server.base_url();
    let [from, to, _] = PLACES;
    let route = format!("/route?from={from}&to={to}");
    let vias = format!("{route}{}", format!("&via={from}").repeat(26));
    let avoids = format!("{route}{}", "&avoid=class:motorway".repeat(21));
    let cases = [
        (vias, 400, "at most 25"),
        (avoids, 400, "at most 20"),
        (format!("{route}&alternatives=4"), 400, "0 to 3"),
        (
            format!("{route}&avoid=class:motorwy"),
            400,
            "class:motorway",
        ),
        (format!("{route}&profile=tank"), 400, "truck-26t"),
        (format!("{route}&profile=tank.toml"), 400, "truck-26t"),
        (format!("{route}&vehicle=tank"), 400, "car-electric"),
        (format!("{route}&hour=noon"), 400, "off-peak or peak"),
        (format!("{route}&speed=9"), 400, "unknown parameter speed"),
        (format!("/route?from={from}"), 400, "to is missing"),
        (
            format!("/route?from={from}&to=here"),
            400,
            "'here' is no place",
        ),
        (
            format!("/route?from={from}&to=6.8,47.5"),
            422,
            "within 5 km of 6.8,47.5",
        ),
        (format!("{route}&avoid=way:1"), 422, "no way 1"),
        (format!("/isochrone?at={from}&minutes=61"), 400, "up to 60"),
        (
            format!("/isochrone?at={from}&minutes=1,2,3,4,5,6"),
            400,
            "up to 5",
        ),
    ];
    for (path, status, words) in cases {
        let answer = ask(&format!("{base}{path}"), None);
        check_problem(answer, (status, words), &path);
    }
    Ok(())
}

#[test]
fn a_matrix_of_too_many_places_is_refused_and_the_largest_one_is_told() -> HarnessResult<()> {
    let Some(andorra) = Imported::andorra()? else {
        return Ok(());
    };
    let server = andorra.serve()?;
    let url = format!("{}/matrix", server.base_url());
    let many = |count: usize| json!(vec![[1.52, 42.507]; count]);
    for (body, status, words) in [
        (json!({ "from": many(501) }), 400, "250000 pairs"),
        (
            json!({ "from": many(1), "to": many(1_001) }),
            400,
            "1 to 1000",
        ),
        (json!({ "from": [] }), 400, "1 to 1000"),
        (json!({ "from": many(1), "speed": 9 }), 422, "speed"),
    ] {
        let answer = ask(&url, Some(&body));
        check_problem(answer, (status, words), words);
    }
    let most = json!({ "from": many(1), "to": many(1_000), "profile": "foot" });
    let (status, _, matrix) = ask(&url, Some(&most));
    assert_eq!(status, 200);
    assert_eq!(matrix["durations"][0].as_array().unwrap().len(), 1_000);
    Ok(())
}

/// The value of a counter that `/metrics` tells; 0 where it does not.
fn counter(base: &str, name: &str) -> f64 {
    let mut response = ureq::get(format!("{base}/metrics")).call().unwrap();
    let text = response.body_mut().read_to_string().unwrap();
    let line = text.lines().find(|line| {
        let rest = line.strip_prefix(name);
        rest.is_some_and(|rest| rest.starts_with([' ', '{']))
    });
    let value = line.and_then(|line| line.rsplit(' ').next());
    value.map_or(0.0, |value| value.parse().unwrap())
}

#[test]
fn a_search_ends_when_whoever_asked_for_it_goes() -> HarnessResult<()> {
    const TRIES: usize = 200;
    let Some(andorra) = Imported::andorra()? else {
        return Ok(());
    };
    let server = andorra.serve()?;
    let base = server.base_url();
    let spread = |ix: usize| [1.45 + 0.0005 * ix as f64, 42.45 + 0.0003 * ix as f64];
    let body = json!({ "from": (0..500).map(spread).collect::<Vec<_>>() });
    let (status, ..) = ask(&format!("{base}/matrix"), Some(&body));
    assert_eq!(status, 200);

    let body = body.to_string();
    let request = format!(
        "POST /matrix HTTP/1.1\r\nHost: twin\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let address = base.trim_start_matches("http://");
    let abandoned = || counter(base, "twin_road_searches_abandoned_total");
    let is_abandoned = (0..TRIES).any(|_| {
        let clients: Vec<TcpStream> = (0..8)
            .map(|_| {
                let mut client = TcpStream::connect(address).unwrap();
                client.write_all(request.as_bytes()).unwrap();
                client
            })
            .collect();
        drop(clients);
        abandoned() > 0.0
    });
    assert!(is_abandoned, "every search was finished for nobody");
    let is_idle = (0..TRIES).any(|_| counter(base, "twin_road_searches") == 0.0);
    assert!(is_idle, "a search goes on");
    let [from, to, _] = PLACES;
    let (status, ..) = ask(&format!("{base}/route?from={from}&to={to}"), None);
    assert_eq!(status, 200);
    Ok(())
}
