//! The desk of an operator, before a server of the small territory.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::HarnessResult;
use tests::server::TwinServer;
use twin_core::Timestamp;

use crate::small::{Answer, Small, operate};

/// How long something that must come may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// The desk of an operator.
pub(crate) struct Desk<'a> {
    small: &'a Small,
    server: TwinServer,
    environment: Vec<(&'static str, String)>,
}

/// A line that tells a value.
pub(crate) fn line(sensor: &str, phenomenon: &str, value: f64, at: Timestamp) -> String {
    let line = json!({
        "sensor": sensor, "phenomenon": phenomenon, "value": value, "observed_at": at,
    });
    format!("{line}\n")
}

/// A line that tells how full a sensor's container is.
pub(crate) fn fill(sensor: u64, fill: f64, at: Timestamp) -> String {
    line(&format!("sensor/s{sensor}"), "fill", fill, at)
}

impl<'a> Desk<'a> {
    /// A server with these rules of alarms.
    pub(crate) fn open(small: &'a Small, rules: &str) -> HarnessResult<Self> {
        Self::open_with(small, rules, Vec::new())
    }

    /// The same with an environment.
    pub(crate) fn open_with(
        small: &'a Small,
        rules: &str,
        environment: Vec<(&'static str, String)>,
    ) -> HarnessResult<Self> {
        std::fs::create_dir_all(small.path("data")).unwrap();
        std::fs::write(small.path("data").join("alarms.toml"), rules).unwrap();
        Ok(Self {
            server: serve(small, &environment)?,
            small,
            environment,
        })
    }

    pub(crate) fn server(&self) -> &TwinServer {
        &self.server
    }

    /// Ends the server as a power cut does.
    pub(crate) fn kill(&mut self) -> HarnessResult<()> {
        self.server.signal("KILL")?;
        self.server.wait().map(drop)
    }

    /// A server of the same directory.
    pub(crate) fn serve_again(&mut self) -> HarnessResult<()> {
        self.server = serve(self.small, &self.environment)?;
        Ok(())
    }

    /// Tells values, all of which are taken.
    pub(crate) fn observe(&self, lines: &str) {
        let url = format!("{}/observations", self.server.base_url());
        let told = operate("POST", &url, lines.as_bytes());
        assert_eq!(told.status, 200, "{}", told.body);
        assert_eq!(told.json()["refused"], 0, "{}", told.body);
    }

    pub(crate) fn get(&self, path: &str) -> Value {
        let answer = operate("GET", &format!("{}{path}", self.server.base_url()), b"");
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.json()
    }

    /// The alarms that a query finds.
    pub(crate) fn alarms(&self, query: &str) -> Vec<Value> {
        let mut list = self.get(&format!("/alarms{query}"));
        match list["alarms"].take() {
            Value::Array(alarms) => alarms,
            other => vec![other],
        }
    }

    pub(crate) fn figures(&self) -> Value {
        self.get("/alarms/figures")
    }

    /// What happened to an alarm, by name.
    pub(crate) fn steps(&self, id: u64) -> Vec<String> {
        let history = self.get(&format!("/alarms/{id}"))["history"].clone();
        let moments = history.as_array().unwrap().iter();
        moments
            .map(|moment| moment["step"].as_str().unwrap().to_owned())
            .collect()
    }

    /// Says something of an alarm.
    pub(crate) fn order(&self, id: u64, order: &str, body: &Value) -> Answer {
        let url = format!("{}/alarms/{id}/{order}", self.server.base_url());
        operate("POST", &url, body.to_string().as_bytes())
    }

    /// Says of all but fires that they are known.
    pub(crate) fn acknowledge_all_but_fires(&self) {
        for alarm in self.alarms("?limit=1000&state=unacknowledged,returned") {
            if alarm["cause"] != "fire" {
                self.order(alarm["id"].as_u64().unwrap(), "acknowledge", &json!({}));
            }
        }
    }

    /// Waits until the alarms that stand are as they must become.
    pub(crate) fn wait_for(&self, what: &str, is_so: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        let mut alarms = Vec::new();
        self.wait_until(what, |desk| {
            alarms = desk.alarms("");
            is_so(&alarms)
        });
        alarms
    }

    /// Waits until something is so.
    pub(crate) fn wait_until(&self, what: &str, mut is_so: impl FnMut(&Self) -> bool) {
        let started = Instant::now();
        while !is_so(self) {
            let alarms = self.alarms("");
            assert!(
                started.elapsed() < PATIENCE,
                "waiting for {what}: {alarms:?}"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

fn serve(small: &Small, environment: &[(&'static str, String)]) -> HarnessResult<TwinServer> {
    let mut command = small.command("data")?;
    command.envs(environment.iter().map(|(name, value)| (name, value)));
    TwinServer::start(command)
}
