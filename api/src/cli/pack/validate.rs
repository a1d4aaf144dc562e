//! `twin pack validate`: what is wrong with a pack.

use std::path::PathBuf;
use std::process::ExitCode;

use gis_data::validate::{Finding, FindingCode, Findings, Severity, validate};
use serde::Serialize;

use crate::cli::print;
use crate::error::{ApiError, ApiResult};

/// Look for what is wrong with a pack: files, provenance, keys, references, outlines, numbers.
///
/// Ends with status 1 where there are errors; warnings alone do not keep a pack from being served.
///
/// Example: twin pack validate packs/ours
#[derive(Debug, clap::Args)]
pub(super) struct Validate {
    /// Folder of the pack
    #[arg(value_name = "DIR")]
    pack: PathBuf,

    /// Print it as JSON
    #[arg(long)]
    json: bool,
}

/// What was found. Fields and their names are those of `--json`.
#[derive(Debug, Serialize)]
struct Outcome<'f> {
    /// Whether there is no error.
    valid: bool,
    errors: u64,
    warnings: u64,
    counts: Vec<Count>,
    /// The first hundred of each code.
    findings: Vec<Row<'f>>,
}

#[derive(Debug, Serialize)]
struct Count {
    code: &'static str,
    severity: Severity,
    #[serde(rename = "count")]
    times: u64,
}

#[derive(Debug, Serialize)]
struct Row<'f> {
    code: &'static str,
    r#where: &'f str,
    message: &'f str,
    severity: Severity,
}

impl Validate {
    pub(super) fn run(&self) -> ApiResult<ExitCode> {
        let findings = validate(&self.pack);
        let outcome = Outcome::of(&findings);
        let text = if self.json {
            let json = serde_json::to_string_pretty(&outcome).map_err(|error| ApiError::Run {
                action: "write the findings as JSON",
                source: error.into(),
            });
            json? + "\n"
        } else {
            outcome.to_text()
        };
        print(&text)?;
        Ok(if outcome.valid {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}

impl<'f> Outcome<'f> {
    fn of(findings: &'f Findings) -> Self {
        let count = |(code, times): (FindingCode, u64)| Count {
            code: code.name(),
            severity: code.severity(),
            times,
        };
        let row = |finding: &'f Finding| Row {
            code: finding.code.name(),
            r#where: &finding.place,
            message: &finding.message,
            severity: finding.code.severity(),
        };
        let errors = findings.total(Severity::Error);
        Self {
            valid: errors == 0,
            errors,
            warnings: findings.total(Severity::Warning),
            counts: findings.counts().map(count).collect(),
            findings: findings.findings().map(row).collect(),
        }
    }

    fn to_text(&self) -> String {
        let mut lines = Vec::new();
        let width = self.counts.iter().map(|count| count.code.len()).max();
        let width = width.unwrap_or_default();
        for count in &self.counts {
            let first = self.findings.iter().find(|row| row.code == count.code);
            let first = first.map_or_else(String::new, |row| {
                format!("{}: {}", row.r#where, row.message)
            });
            let severity = match count.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            };
            lines.push(format!(
                "  {severity:<7}  {:<width$}  {:>8}  {first}",
                count.code, count.times
            ));
        }
        if !lines.is_empty() {
            lines.push("each finding: run with --json".to_owned());
            lines.push(String::new());
        }
        lines.push(match (self.errors, self.warnings) {
            (0, 0) => "nothing is wrong".to_owned(),
            (0, warnings) => format!("no error; {warnings} times something to look at"),
            (errors, warnings) => format!("{errors} errors, {warnings} warnings"),
        });
        lines.join("\n") + "\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_see_the_errors_first_with_one_example_each() {
        let mut findings = Findings::default();
        findings.add(
            FindingCode::OutsideOutlines,
            "sites.fgb: 1",
            "lies in no commune",
        );
        findings.add(
            FindingCode::DuplicateKey,
            "sites.fgb: 2",
            "its key is there twice",
        );
        findings.add(
            FindingCode::DuplicateKey,
            "sites.fgb: 3",
            "its key is there twice",
        );
        let expected = "  \
  error    duplicate-key            2  sites.fgb: 2: its key is there twice
  warning  outside-outlines         1  sites.fgb: 1: lies in no commune
each finding: run with --json

2 errors, 1 warnings
";
        assert_eq!(Outcome::of(&findings).to_text(), expected);
    }

    #[test]
    fn programs_see_each_finding_with_its_severity() {
        let mut findings = Findings::default();
        findings.add(FindingCode::UnknownCrs, "pack.toml", "EPSG:9 is not known");
        let json = serde_json::to_value(Outcome::of(&findings)).unwrap();
        assert_eq!(json["valid"], false);
        let row = serde_json::json!({
            "code": "unknown-crs",
            "where": "pack.toml",
            "message": "EPSG:9 is not known",
            "severity": "error",
        });
        assert_eq!(json["findings"][0], row);
        let none = Findings::default();
        let outcome = Outcome::of(&none);
        assert!(outcome.valid && outcome.to_text() == "nothing is wrong\n");
    }
}
