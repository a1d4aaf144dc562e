//! `twin pack fetch --list`: the sources as a table, and for programs.

use serde::Serialize;

use super::roles::Role;
use super::sources::{Confidence, Source, Sources};
use crate::error::{ApiError, ApiResult};

/// One row. Fields and their names are those of `--json`.
#[derive(Debug, Serialize)]
struct Row<'s> {
    name: &'s str,
    role: &'s str,
    title: &'s str,
    publisher: &'s str,
    licence: &'s str,
    url: &'s str,
    confidence: Confidence,
    about_mib: f64,
    refresh: &'s str,
    required: bool,
    default: bool,
    /// Whether this version of `twin` imports it.
    imported: bool,
}

impl<'s> Row<'s> {
    fn of(source: &'s Source) -> Self {
        Self {
            name: &source.name,
            role: &source.role,
            title: &source.title,
            publisher: &source.publisher,
            licence: &source.licence,
            url: &source.url,
            confidence: source.confidence,
            about_mib: source.about_mib,
            refresh: &source.refresh,
            required: source.is_required,
            default: source.is_default,
            imported: Role::of(source).is_some(),
        }
    }

    /// When it comes.
    const fn when(&self) -> &'static str {
        match (self.required, self.default, self.imported) {
            (true, ..) => "always",
            (_, _, false) => "not imported",
            (_, true, _) => "by default",
            _ => "when named",
        }
    }
}

/// The sources, for people or for programs.
pub(super) fn list(sources: &Sources, as_json: bool) -> ApiResult<String> {
    let rows: Vec<Row<'_>> = sources.list.iter().map(Row::of).collect();
    if !as_json {
        return Ok(table(&rows));
    }
    let json = serde_json::to_string_pretty(&serde_json::json!({ "sources": rows }));
    json.map(|json| json + "\n").map_err(|error| ApiError::Run {
        action: "write the sources as JSON",
        source: error.into(),
    })
}

fn table(rows: &[Row<'_>]) -> String {
    let width = rows
        .iter()
        .map(|row| row.name.len())
        .max()
        .unwrap_or(0)
        .max(4);
    let mut lines = vec![format!(
        "{:<width$}  {:>9}  {:<12}  {:<9}  what, whose, under which licence",
        "name", "about", "comes", "renewed"
    )];
    for row in rows {
        let size = format!("{:.0} MiB", row.about_mib);
        lines.push(format!(
            "{:<width$}  {size:>9}  {:<12}  {:<9}  {}",
            row.name,
            row.when(),
            row.refresh,
            row.title
        ));
        let indent = " ".repeat(width + 39);
        lines.push(format!("{indent}{} ({})", row.publisher, row.licence));
        let doubt = match row.confidence {
            Confidence::High => "",
            Confidence::Medium => "  (address not checked)",
            Confidence::Low => "  (address and columns not checked)",
        };
        lines.push(format!("{indent}{}{doubt}", row.url));
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_and_programs_see_every_source() {
        let sources = Sources::embedded().unwrap();
        let text = list(&sources, false).unwrap();
        let json: serde_json::Value = serde_json::from_str(&list(&sources, true).unwrap()).unwrap();
        let rows = json["sources"].as_array().unwrap();
        assert_eq!(rows.len(), sources.list.len());
        for row in rows {
            for field in ["name", "publisher", "licence", "url"] {
                assert!(text.contains(row[field].as_str().unwrap()), "{row}");
            }
        }
    }
}
