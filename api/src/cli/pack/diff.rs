//! `twin pack diff`: how two packs differ.

use std::path::PathBuf;
use std::process::ExitCode;

use gis_data::pack::{self, ComparedBy, Example, FieldChange, LayerDiff, PackDiff};

use crate::cli::print;
use crate::error::{ApiError, ApiResult};

/// Show how two packs differ: manifest, and layer by layer what was added, moved, changed, removed.
///
/// Objects are told apart by their keys; those of layers without keys by all that they are.
///
/// Example: twin pack diff packs/2025 packs/2026
#[derive(Debug, clap::Args)]
pub(super) struct Diff {
    /// Folder of the earlier pack
    #[arg(value_name = "A")]
    before: PathBuf,

    /// Folder of the later pack
    #[arg(value_name = "B")]
    after: PathBuf,

    /// How many objects of each kind of change are shown, layer by layer
    #[arg(long, value_name = "N", default_value_t = 3)]
    limit: usize,

    /// End with status 1 where the packs differ
    #[arg(long)]
    exit_code: bool,

    /// Print it as JSON
    #[arg(long)]
    json: bool,
}

impl Diff {
    pub(super) fn run(&self) -> ApiResult<ExitCode> {
        let (before, after) = (pack::read(&self.before)?, pack::read(&self.after)?);
        let diff = pack::diff(&before, &after, self.limit);
        let text = if self.json {
            let json = serde_json::to_string_pretty(&diff).map_err(|error| ApiError::Run {
                action: "write the differences as JSON",
                source: error.into(),
            });
            json? + "\n"
        } else {
            to_text(&diff)
        };
        print(&text)?;
        Ok(if self.exit_code && diff.differs {
            ExitCode::FAILURE
        } else {
            ExitCode::SUCCESS
        })
    }
}

fn to_text(diff: &PackDiff) -> String {
    if !diff.differs {
        return "no difference\n".to_owned();
    }
    let mut lines = Vec::new();
    if !diff.manifest.is_empty() {
        lines.push("manifest".to_owned());
        lines.extend(diff.manifest.iter().map(field));
        lines.push(String::new());
    }
    let changed = diff.layers.iter().filter(|layer| layer.changes.is_any());
    let changed: Vec<&LayerDiff> = changed.collect();
    if changed.is_empty() {
        lines.push("every layer is the same".to_owned());
        return lines.join("\n") + "\n";
    }
    let width = changed.iter().map(|layer| layer.name.len());
    let width = width.chain(["layer".len()]).max().unwrap_or_default();
    lines.push(format!(
        "  {:<width$}  {:>9}  {:>9}  {:>8}  {:>8}  {:>8}  {:>8}",
        "layer", "before", "after", "added", "moved", "changed", "removed"
    ));
    for layer in &changed {
        lines.push(row(layer, width));
    }
    for layer in changed.iter().filter(|layer| !layer.examples.is_empty()) {
        lines.push(String::new());
        lines.push(layer.name.to_owned());
        lines.extend(layer.examples.iter().flat_map(example));
        lines.extend(rest(layer));
    }
    lines.join("\n") + "\n"
}

/// One line of the table; what has no keys is never moved nor changed, it becomes another one.
fn row(layer: &LayerDiff, width: usize) -> String {
    let changes = layer.changes;
    let of_keys = |count: usize| match layer.by {
        ComparedBy::Content if count == 0 => "–".to_owned(),
        _ => count.to_string(),
    };
    format!(
        "  {:<width$}  {:>9}  {:>9}  {:>8}  {:>8}  {:>8}  {:>8}",
        layer.name,
        layer.before,
        layer.after,
        changes.added,
        of_keys(changes.moved),
        of_keys(changes.changed),
        changes.removed
    )
}

fn example(example: &Example) -> Vec<String> {
    let head = format!("  {} {}", example.change.name(), example.key);
    let fields = example.fields.iter().map(|it| format!("  {}", field(it)));
    std::iter::once(head).chain(fields).collect()
}

fn field(change: &FieldChange) -> String {
    let shown = |value: &Option<String>| match value {
        Some(value) => format!("'{}'", value.replace('\n', " ")),
        None => "nothing".to_owned(),
    };
    let (before, after) = (shown(&change.before), shown(&change.after));
    format!("  {}: {before} → {after}", change.field)
}

/// How many changes of a layer are not shown.
fn rest(layer: &LayerDiff) -> Option<String> {
    let changes = layer.changes;
    let all = changes.added + changes.moved + changes.changed + changes.removed;
    let hidden = all - layer.examples.len();
    (hidden > 0).then(|| format!("  and {hidden} more: --limit, --json"))
}

#[cfg(test)]
mod tests {
    use gis_data::import::embedded::{Preset, embedded_pack};
    use gis_data::pack::Pack;
    use twin_core::LonLat;

    use super::*;

    fn sample() -> Pack {
        embedded_pack(Preset::Demo2022, 1).unwrap()
    }

    #[test]
    fn two_copies_do_not_differ() {
        let text = to_text(&pack::diff(&sample(), &sample(), 3));
        assert_eq!(text, "no difference\n");
    }

    #[test]
    fn people_see_counts_then_examples_then_how_many_more() {
        let (before, mut after) = (sample(), sample());
        after.manifest.title = "Autre".to_owned();
        let sites = &mut after.layers.sites;
        let keys = [0, 1].map(|ix: usize| sites[ix].key.to_string());
        sites[0].place = LonLat::new(6.8, 47.5).unwrap();
        sites[1].detail.name = None;
        let gone = [sites.remove(4), sites.remove(3)];
        after.ground.waterways.truncate(1);
        let text = to_text(&pack::diff(&before, &after, 1));
        let count = before.layers.sites.len();
        for line in [
            "title: 'Pays de Montbéliard Agglomération' → 'Autre'",
            &format!("moved {}", keys[0]),
            "→ '6.8000000, 47.5000000'",
            &format!("changed {}", keys[1]),
            "→ nothing",
            &format!("removed {}", gone[1].key),
            "and 1 more",
            &format!("{count:>9}  {:>9}", count - 2),
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
        assert!(!text.contains("containers"), "{text}");
        assert!(text.contains("water "), "{text}");
    }
}
