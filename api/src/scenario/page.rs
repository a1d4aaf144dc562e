//! The comparison as a page for officials: one HTML file that needs nothing else, to be read on a screen and
//! to be printed.

mod dots;
mod edits;
mod figures;
mod map;
mod scale;
mod tradeoff;

use std::fmt::Write as _;

use simulator::ensemble::{Difference, Kpi};
use simulator::scenario::{PolicyKind, Scenario};

use super::ensemble::Ensemble;
use super::stage::Staged;
use crate::collection::{Language, Words, escaped};

const STYLE: &str = include_str!("page/page.css");
const WORDS: [&str; 2] = [include_str!("words.fr.toml"), include_str!("words.en.toml")];

/// One scenario of a comparison, and what the page says of it.
pub(super) struct Side<'a> {
    pub(super) letter: char,
    pub(super) name: &'a str,
    pub(super) staged: &'a Staged,
    pub(super) ensemble: &'a Ensemble,
}

/// What a page is made of.
pub(super) struct Comparison<'a> {
    pub(super) words: Words,
    pub(super) sides: Vec<Side<'a>>,
}

/// What the page says, in a language.
pub(super) fn words(language: Language) -> Words {
    Words::of(language, WORDS)
}

/// What can be said of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Less,
    More,
    Open,
    Same,
}

impl Verdict {
    /// By whether the interval holds 0.
    pub(super) fn of(told: &Difference) -> Self {
        let is_nothing = told.lo95.abs() <= f64::EPSILON && told.hi95.abs() <= f64::EPSILON;
        match (told.lo95 > 0.0, told.hi95 < 0.0) {
            _ if is_nothing => Self::Same,
            (true, _) => Self::More,
            (_, true) => Self::Less,
            _ => Self::Open,
        }
    }

    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::Less => "verdict.less",
            Self::More => "verdict.more",
            Self::Open => "verdict.open",
            Self::Same => "verdict.same",
        }
    }

    /// The class of what is drawn.
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Less => "less",
            Self::More => "more",
            Self::Open | Self::Same => "open",
        }
    }
}

/// The page of a comparison of the first scenario with each of the others.
pub(crate) fn page(compared: &[(Staged, Ensemble)], language: Language, checksum: &str) -> String {
    let words = words(language);
    let sides = ('A'..='Z')
        .zip(compared)
        .map(|(letter, (staged, ensemble))| {
            let names = &staged.setting.scenario().name;
            let name = match language {
                Language::French => &names.fr,
                Language::English => &names.en,
            };
            Side {
                letter,
                name,
                staged,
                ensemble,
            }
        });
    let comparison = Comparison {
        sides: sides.collect(),
        words,
    };
    let words = &comparison.words;
    let mut html = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\"><title>{}</title>\n<style>\n{STYLE}</style></head><body>\n",
        words.language().code(),
        escaped(words.get("title")),
    );
    top(&mut html, &comparison);
    if let Some((first, others)) = comparison.sides.split_first() {
        for other in others {
            pair(&mut html, &comparison, (first, other));
        }
    }
    foot(&mut html, &comparison, checksum);
    html.push_str("</body></html>\n");
    html
}

fn top(html: &mut String, comparison: &Comparison<'_>) {
    let words = &comparison.words;
    let territory = comparison
        .sides
        .first()
        .map_or("", |side| &side.staged.territory);
    let _infallible = writeln!(
        html,
        "<header class=\"top\"><b>{}</b><span>{} / {}</span>{}</header>",
        escaped(words.get("brand")),
        escaped(territory),
        escaped(words.get("title")),
        synthetic(comparison),
    );
}

fn synthetic(comparison: &Comparison<'_>) -> String {
    if comparison.sides.iter().any(|side| side.staged.is_synthetic) {
        let word = escaped(comparison.words.get("synthetic"));
        format!("<span class=\"synth\">{word}</span>")
    } else {
        String::new()
    }
}

/// The comparison of one scenario with the first.
fn pair(html: &mut String, comparison: &Comparison<'_>, (a, b): (&Side<'_>, &Side<'_>)) {
    let words = &comparison.words;
    let scenario = a.staged.setting.scenario();
    let runs = a.ensemble.runs.len().min(b.ensemble.runs.len());
    let _infallible = write!(
        html,
        "<main><h1>{}</h1><p class=\"lead\">{}</p><aside>",
        escaped(&sentence(comparison, (a, b))),
        escaped(&words.filled(
            "lead",
            &[
                ("runs", &runs.to_string()),
                ("days", &scenario.period.days.to_string()),
                (
                    "from",
                    &date(words.language(), &scenario.period.from.to_string())
                ),
            ],
        )),
    );
    side(html, comparison, a);
    side(html, comparison, b);
    assumptions(html, comparison, b);
    html.push_str("</aside><section class=\"sheet\">");
    figures::main(html, comparison, (a, b));
    dots::dots(html, comparison, (a, b));
    html.push_str("</section><section class=\"right\">");
    map::map(html, comparison, (a, b));
    tradeoff::tradeoff(html, comparison, b.letter);
    html.push_str("</section><section class=\"all\">");
    figures::all(html, comparison, (a, b));
    html.push_str("</section></main>\n");
}

/// A date in words, from one like 2022-05-02.
fn date(language: Language, text: &str) -> String {
    let words = Words::new(language);
    let mut parts = text.split('-').map(|part| part.trim_start_matches('0'));
    let mut next = || parts.next().unwrap_or_default();
    let (year, month, day) = (next(), next(), next());
    let day = if day == "1" {
        words.get("day.first")
    } else {
        day
    };
    format!("{day} {} {year}", words.get(&format!("month.{month}")))
}

/// What is so, in a sentence: the distance, and what it costs in service.
fn sentence(comparison: &Comparison<'_>, (a, b): (&Side<'_>, &Side<'_>)) -> String {
    let words = &comparison.words;
    let of = |kpi| a.ensemble.difference(kpi, b.ensemble);
    let (km, service) = (of(Kpi::KmPerDay), of(Kpi::Service));
    let percent = words.number(km.percent.unwrap_or_default().abs(), 0);
    let key = match Verdict::of(&km) {
        Verdict::Less => "head.less",
        Verdict::More => "head.more",
        Verdict::Open | Verdict::Same => "head.same",
    };
    let end = match Verdict::of(&service) {
        Verdict::Less => "head.service-less",
        Verdict::More => "head.service-more",
        Verdict::Open | Verdict::Same => "head.service-same",
    };
    words.filled(key, &[("name", b.name), ("percent", &percent)]) + words.get(end)
}

fn side(html: &mut String, comparison: &Comparison<'_>, side: &Side<'_>) {
    let words = &comparison.words;
    let setting = &side.staged.setting;
    let scenario = setting.scenario();
    let territory = words.filled(
        "scenario.territory",
        &[
            (
                "containers",
                &words.number(setting.container_count() as f64, 0),
            ),
            ("sensors", &words.number(setting.sensor_count() as f64, 0)),
        ],
    );
    let information = format!("information.{}", scenario.information.name());
    let _infallible = write!(
        html,
        "<article><h2><i>{}</i>{}</h2><p>{}</p><dl><dt>{}</dt><dd>{}</dd><dt>{}</dt><dd>{}</dd>",
        side.letter,
        escaped(side.name),
        escaped(&territory),
        escaped(words.get("scenario.policy")),
        escaped(&(policy(words, scenario) + &tuned(words, side.staged))),
        escaped(words.get("scenario.information")),
        escaped(words.get(&information)),
    );
    edits::edits(html, words, scenario);
    html.push_str("</dl></article>");
}

fn policy(words: &Words, scenario: &Scenario) -> String {
    let rule = scenario.policy;
    let key = match rule.kind {
        PolicyKind::Fixed => "policy.fixed",
        PolicyKind::FixedThreshold => "policy.fixed-threshold",
        PolicyKind::Threshold => "policy.threshold",
        PolicyKind::Prize => "policy.prize",
        PolicyKind::Rolling => "policy.rolling",
        PolicyKind::Soonest => "policy.soonest",
    };
    let threshold = words.number(100.0 * rule.threshold.unwrap_or(0.7), 0);
    let days = rule.horizon_days.unwrap_or(3).to_string();
    let count = rule.count.unwrap_or_default().to_string();
    let values = [
        ("threshold", &*threshold),
        ("days", &*days),
        ("count", &*count),
    ];
    words.filled(key, &values)
}

/// The number to which a policy was tuned, where it was.
fn tuned(words: &Words, staged: &Staged) -> String {
    let rule = staged.setting.scenario().policy;
    let tuned = staged.tried.first();
    let Some((knob, value)) = tuned.and_then(|trial| Some((trial.knob, trial.of(rule)?))) else {
        return String::new();
    };
    let value = match knob {
        "rho" => shown(words, value),
        _ => words.number(100.0 * value, 0),
    };
    words.filled(&format!("tuned.{knob}"), &[("value", &value)])
}

/// Two significant digits at least.
fn shown(words: &Words, value: f64) -> String {
    let decimals = match value {
        10.0.. => 0,
        1.0.. => 1,
        _ => 3,
    };
    words.number(value, decimals)
}

fn assumptions(html: &mut String, comparison: &Comparison<'_>, side: &Side<'_>) {
    let words = &comparison.words;
    let setting = &side.staged.setting;
    let conduct = &setting.scenario().conduct;
    let _infallible = write!(
        html,
        "<article><h2>{}</h2><dl class=\"line\">",
        escaped(words.get("assumptions.title"))
    );
    let share = |value: f64| format!("{}\u{a0}%", words.number(100.0 * value, 0));
    let mut lines = vec![
        (
            "assumptions.faulty",
            share(setting.scenario().sensors.faulty_share),
        ),
        (
            "assumptions.crew-error",
            format!("±\u{a0}{}", share(conduct.crew_error)),
        ),
        ("assumptions.breakdown", share(conduct.breakdown)),
    ];
    if let Some(vehicle) = setting.rules().vehicles.first() {
        let fuel = format!("{}\u{a0}€", words.number(vehicle.fuel_eur_per_unit, 2));
        let crew = format!("{}\u{a0}€/h", words.number(vehicle.eur_per_h, 0));
        lines.push(("assumptions.fuel", fuel));
        lines.push(("assumptions.crew", crew));
    }
    for (key, value) in lines {
        let _infallible = write!(
            html,
            "<dt>{}</dt><dd>{}</dd>",
            escaped(words.get(key)),
            escaped(&value)
        );
    }
    let _infallible = write!(
        html,
        "</dl><p class=\"note\">{}</p></article>",
        escaped(words.get("assumptions.rules"))
    );
}

fn foot(html: &mut String, comparison: &Comparison<'_>, checksum: &str) {
    let words = &comparison.words;
    let Some(first) = comparison.sides.first() else {
        return;
    };
    let scenario = first.staged.setting.scenario();
    let text = words.filled(
        "foot",
        &[
            ("seed", &scenario.seed.to_string()),
            ("runs", &first.ensemble.runs.len().to_string()),
            ("checksum", checksum.get(..12).unwrap_or(checksum)),
        ],
    );
    let _infallible = writeln!(
        html,
        "<footer>{}<span>{}</span></footer>",
        synthetic(comparison),
        escaped(&text)
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_and_unit_has_words_in_both_languages() {
        for language in Language::ALL {
            let words = Words::of(language, WORDS);
            for kpi in Kpi::ALL {
                for key in [format!("kpi.{}", kpi.key()), format!("unit.{}", kpi.unit())] {
                    assert_ne!(words.get(&key), key, "{language:?}");
                }
            }
        }
    }

    #[test]
    fn a_date_is_told_in_words() {
        assert_eq!(date(Language::French, "2022-05-01"), "1er mai 2022");
        assert_eq!(date(Language::English, "2022-12-24"), "24 December 2022");
    }

    #[test]
    fn both_languages_have_the_same_keys() {
        let keys = |text: &str| {
            let table: std::collections::BTreeMap<String, String> = toml::from_str(text).unwrap();
            table.into_keys().collect::<Vec<_>>()
        };
        assert_eq!(keys(WORDS[0]), keys(WORDS[1]));
    }

    #[rstest::rstest]
    #[case::less(-2.0, -1.0, Verdict::Less)]
    #[case::more(1.0, 2.0, Verdict::More)]
    #[case::either(-1.0, 2.0, Verdict::Open)]
    #[case::nothing(0.0, 0.0, Verdict::Same)]
    #[case::one_run(f64::NEG_INFINITY, f64::INFINITY, Verdict::Open)]
    fn a_verdict_follows_from_the_interval(
        #[case] lo95: f64,
        #[case] hi95: f64,
        #[case] expected: Verdict,
    ) {
        let told = Difference {
            mean: 0.0,
            lo95,
            hi95,
            percent: None,
            better: 0.5,
            better_runs: 0.5,
        };
        assert_eq!(Verdict::of(&told), expected);
    }
}
