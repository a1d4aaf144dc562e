//! What an import came to, for people and for programs.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use gis_data::import::{Report, Warning};
use gis_data::pack::{Changes, GroundLayer, Pack};
use serde::Serialize;
use twin_core::AssetKind;

use super::fetch::{Download, FetchWarning};
use crate::effort::peak_rss_mib;
use crate::error::{ApiError, ApiResult};

/// What an import came to. Fields and their names are those of `--json`.
#[derive(Debug, Serialize)]
pub(super) struct Outcome {
    layers: Vec<LayerOutcome>,
    warnings: Vec<WarningOutcome>,
    /// Most memory that the process ever had, where the system tells.
    peak_rss_mib: Option<f64>,
    seconds: f64,
    /// What was assumed about the files.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    assumptions: Vec<String>,
    /// What changed of the pack that was there before, layer by layer.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    changes: BTreeMap<&'static str, Changes>,
    /// What was downloaded for it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    downloads: Vec<Download>,
    /// How many of the warnings, the first ones, are about downloads.
    #[serde(skip)]
    of_downloads: usize,
}

#[derive(Debug, Serialize)]
struct LayerOutcome {
    name: &'static str,
    count: usize,
    synthetic: bool,
}

#[derive(Debug, Serialize)]
struct WarningOutcome {
    code: &'static str,
    r#where: String,
    message: String,
}

impl Outcome {
    /// The layers that have anything, and the warnings that were kept.
    pub(super) fn new(pack: &Pack, report: &Report, took: Duration) -> Self {
        Self {
            layers: layers(pack),
            warnings: report.warnings().map(WarningOutcome::of).collect(),
            ..Self::without_pack(took)
        }
    }

    /// The outcome of what made no pack.
    pub(super) fn without_pack(took: Duration) -> Self {
        Self {
            layers: Vec::new(),
            warnings: Vec::new(),
            peak_rss_mib: peak_rss_mib(),
            seconds: (took.as_secs_f64() * 1e3).round() / 1e3,
            assumptions: Vec::new(),
            changes: BTreeMap::new(),
            downloads: Vec::new(),
            of_downloads: 0,
        }
    }

    /// With what was downloaded, and what could not be, before the import.
    pub(super) fn with_fetched(self, downloads: Vec<Download>, told: Vec<FetchWarning>) -> Self {
        let of_downloads = told.len();
        let told = told.into_iter().map(|warning| WarningOutcome {
            code: warning.code,
            r#where: warning.source,
            message: warning.message,
        });
        Self {
            warnings: told.chain(self.warnings).collect(),
            downloads,
            of_downloads,
            ..self
        }
    }

    /// What was downloaded, and what could not be, for people.
    pub(super) fn fetched_text(&self) -> String {
        let width = self.downloads.iter().map(Download::name_width).max();
        let lines = self.downloads.iter().map(|it| it.line(width.unwrap_or(0)));
        let warnings = self.warnings.iter().take(self.of_downloads);
        let warnings = warnings.map(|it| format!("  {} ({}): {}", it.r#where, it.code, it.message));
        let lines: Vec<String> = lines.chain(warnings).collect();
        lines.join("\n") + "\n"
    }

    /// With what was assumed about the files.
    pub(super) fn with_assumptions(self, assumptions: Vec<String>) -> Self {
        Self {
            assumptions,
            ..self
        }
    }

    /// With what changed of the pack that was there before.
    pub(super) fn with_changes(self, changes: Vec<(&'static str, Changes)>) -> Self {
        let changes = changes.into_iter().collect();
        Self { changes, ..self }
    }

    /// For programs: one JSON object.
    pub(super) fn to_json(&self) -> ApiResult<String> {
        let json = serde_json::to_string_pretty(self);
        json.map(|json| json + "\n").map_err(|error| ApiError::Run {
            action: "write the outcome as JSON",
            source: error.into(),
        })
    }

    /// For people: what the pack holds, what was left out, and what to do next.
    pub(super) fn to_text(&self, report: &Report, out: Option<&Path>) -> String {
        let written = out.map_or_else(
            || "nothing written: dry run".to_owned(),
            |out| format!("pack written to {}", out.display()),
        );
        let mut lines = vec![written, String::new()];
        lines.extend(self.layer_lines());
        lines.push(String::new());
        lines.extend(self.change_lines());
        lines.extend(
            self.assumptions
                .iter()
                .map(|text| format!("assumed: {text}")),
        );
        if !self.assumptions.is_empty() {
            lines.push(String::new());
        }
        lines.extend(warning_lines(report));
        let memory = self.peak_rss_mib.map_or_else(String::new, |mib| {
            format!(", {mib:.0} MiB of memory at most")
        });
        lines.push(format!("{:.1} s{memory}", self.seconds));
        lines.extend(out.map(|out| format!("next: twin serve --pack {}", quoted(out))));
        lines.join("\n") + "\n"
    }

    /// How the layers differ from those that were there before.
    fn change_lines(&self) -> Vec<String> {
        let line = |(layer, c): (&&str, &Changes)| {
            format!(
                "  {layer}: {} added, {} moved, {} changed, {} removed, {} as before",
                c.added, c.moved, c.changed, c.removed, c.kept
            )
        };
        let is_told = |(_, c): &(&&str, &Changes)| **c != Changes::default();
        let lines: Vec<String> = self.changes.iter().filter(is_told).map(line).collect();
        if lines.is_empty() {
            return lines;
        }
        std::iter::once("against the pack that was there:".to_owned())
            .chain(lines)
            .chain([String::new()])
            .collect()
    }

    fn layer_lines(&self) -> Vec<String> {
        let width = width_of(self.layers.iter().map(|layer| layer.name), "layer");
        let row = |name: &str, count: &str, mark: &str| {
            let line = format!("  {name:<width$}  {count:>8}  {mark}");
            line.trim_end().to_owned()
        };
        let header = row("layer", "count", "");
        let rows = self.layers.iter().map(|layer| {
            let mark = if layer.synthetic { "synthetic" } else { "" };
            row(layer.name, &layer.count.to_string(), mark)
        });
        std::iter::once(header).chain(rows).collect()
    }
}

/// The warnings by their code: how many, and the first of each.
fn warning_lines(report: &Report) -> Vec<String> {
    if report.is_empty() {
        return vec!["no warnings".to_owned()];
    }
    let width = width_of(report.counts().map(|(code, _)| code.name()), "warning");
    let first = |code| report.warnings().find(|warning| warning.code == code);
    let mut lines = vec![format!(
        "  {:<width$}  {:>8}  the first",
        "warning", "count"
    )];
    lines.extend(report.counts().map(|(code, count)| {
        let first = first(code).map_or_else(String::new, |warning| {
            format!("{}: {}", warning.object, warning.message)
        });
        format!("  {:<width$}  {count:>8}  {first}", code.name())
    }));
    lines.push("each warning: run with --json".to_owned());
    lines.push(String::new());
    lines
}

fn width_of<'a>(names: impl Iterator<Item = &'a str>, header: &str) -> usize {
    names
        .map(str::len)
        .chain([header.len()])
        .max()
        .unwrap_or_default()
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+:@".contains(c);
    if text.chars().all(is_plain) {
        text
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

fn layers(pack: &Pack) -> Vec<LayerOutcome> {
    let layer = |name, count| LayerOutcome {
        name,
        count,
        synthetic: (pack.manifest.layers)
            .get(name)
            .is_some_and(|info| info.synthetic),
    };
    let communes = layer("communes", pack.layers.communes.len());
    let assets = AssetKind::ALL
        .iter()
        .map(|info| layer(info.layer, pack.layers.count(info.kind)));
    let ground = GroundLayer::ALL.map(|it| layer(it.name(), it.count(&pack.ground)));
    std::iter::once(communes)
        .chain(assets)
        .chain(ground)
        .filter(|layer| layer.count > 0)
        .collect()
}

impl WarningOutcome {
    fn of(warning: &Warning) -> Self {
        Self {
            code: warning.code.name(),
            r#where: format!("{}: {}", warning.file.display(), warning.object),
            message: warning.message.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use gis_data::import::WarningCode;

    use super::*;

    fn outcome() -> Outcome {
        let layer = |name, count, synthetic| LayerOutcome {
            name,
            count,
            synthetic,
        };
        Outcome {
            layers: vec![layer("sites", 12, false), layer("sensors", 19, true)],
            warnings: Vec::new(),
            peak_rss_mib: Some(84.4),
            seconds: 1.25,
            assumptions: Vec::new(),
            changes: BTreeMap::new(),
            downloads: Vec::new(),
            of_downloads: 0,
        }
    }

    #[test]
    fn people_see_columns_grouped_warnings_and_the_next_step() {
        let mut report = Report::default();
        for way in 1..=3 {
            let way = format!("way {way}");
            report.warn(
                WarningCode::OpenArea,
                Path::new("a.pbf"),
                way,
                "is not closed",
            );
        }
        let text = outcome().to_text(&report, Some(Path::new("my packs/a")));
        let expected = "\
pack written to my packs/a

  layer       count
  sites          12
  sensors        19  synthetic

  warning       count  the first
  open-area         3  way 1: is not closed
each warning: run with --json

1.2 s, 84 MiB of memory at most
next: twin serve --pack 'my packs/a'
";
        assert_eq!(text, expected);
    }

    #[test]
    fn an_import_without_warnings_says_so() {
        let text = outcome().to_text(&Report::default(), Some(Path::new("a")));
        assert!(text.contains("\nno warnings\n"), "{text}");
    }

    #[test]
    fn programs_get_the_promised_fields() {
        let json: serde_json::Value = serde_json::from_str(&outcome().to_json().unwrap()).unwrap();
        let expected = serde_json::json!({
            "layers": [
                { "name": "sites", "count": 12, "synthetic": false },
                { "name": "sensors", "count": 19, "synthetic": true },
            ],
            "warnings": [],
            "peak_rss_mib": 84.4,
            "seconds": 1.25,
        });
        assert_eq!(json, expected);
    }

    #[rstest::rstest]
    #[case::plain("packs/a-1", "packs/a-1")]
    #[case::blank("my packs", "'my packs'")]
    #[case::quote("l'île", r"'l'\''île'")]
    fn a_path_can_be_pasted_into_a_shell(#[case] path: &str, #[case] shown: &str) {
        assert_eq!(quoted(Path::new(path)), shown);
    }
}
