//! What is written beside a scenario.

use bevy::MinimalPlugins;
use bevy::app::App;

use super::super::{HudPlugin, written};
use super::figures::{self, Line as FigureLine};
use super::heads::{Head, say};
use super::site::{Line, Telling};
use crate::camera::Eye;
use crate::palette::Palette;
use crate::server::{Fleet, FleetChanged, Link, Present};
use crate::split::tests::comparison;
use crate::split::{Figure, Known, Shown, Side, Split};
use crate::words::Words;

fn plain(said: &str) -> String {
    said.replace('\u{a0}', " ")
}

fn app(split: Split, known: Known) -> App {
    let mut app = App::new();
    app.add_plugins((MinimalPlugins, HudPlugin))
        .insert_resource(Palette::day())
        .init_resource::<Fleet>()
        .init_resource::<Present>()
        .insert_resource(Link::Live)
        .insert_resource(split)
        .insert_resource(known)
        .add_message::<FleetChanged>();
    crate::systems::order_systems(&mut app);
    app.world_mut().spawn(Eye);
    app.update();
    app.update();
    app
}

#[rstest::rstest]
#[case::today(Head::Today, "La collecte d’aujourd’hui : Tournées fixes")]
#[case::scenario(Head::Scenario, "Essai")]
#[case::period(Head::Period, "Simulé sur 15 jours dès lundi 30 novembre, 8 tirages")]
#[case::start(Head::Start, "Départ : niveaux mesurés lundi 30 novembre, 22 h 07")]
#[case::sites(
    Head::Sites,
    "Points d’apport : 1 point créé, 1 point supprimé, 1 point déplacé."
)]
#[case::compared(Head::Compared, "« Essai » comparé à « Tournées fixes »")]
fn headings_say_what_each_half_shows(#[case] head: Head, #[case] said: &str) {
    assert_eq!(plain(&say(head, &comparison(), &Words::default())), said);
}

#[rstest::rstest]
#[case::value(FigureLine::Value(Figure::Km), "−7,7 km par jour")]
#[case::interval(FigureLine::Interval(Figure::Km), "entre −9,7 et −5,7")]
#[case::established(FigureLine::Verdict(Figure::Km), "Baisse établie")]
#[case::points(FigureLine::Value(Figure::Service), "−0,1 pt")]
#[case::open(FigureLine::Verdict(Figure::Service), "On ne peut pas trancher")]
#[case::more(FigureLine::Verdict(Figure::FullHours), "Hausse établie")]
fn figures_have_their_interval_and_a_verdict(#[case] line: FigureLine, #[case] said: &str) {
    let (FigureLine::Value(of) | FigureLine::Interval(of) | FigureLine::Verdict(of)) = line;
    let change = comparison().figure(of).unwrap();
    assert_eq!(plain(&figures::say(line, &change, &Words::default())), said);
}

#[rstest::rstest]
#[case::both("a", Side::Scenario, "30 h débordées par mois")]
#[case::only_before("b", Side::Scenario, "N’existe pas")]
#[case::never_full("b", Side::Present, "0 h débordées par mois")]
fn a_site_is_told_on_both_sides(#[case] key: &str, #[case] side: Side, #[case] said: &str) {
    let telling = Telling {
        words: &Words::default(),
        comparison: &comparison(),
        key,
        name: None,
    };
    assert_eq!(plain(&telling.say(Line::Full(side))), said);
    assert_eq!(plain(&telling.say(Line::Title)), format!("Point {key}"));
}

#[test]
fn beside_a_scenario_nothing_live_is_written() {
    let shown = Known::Shown(Shown(std::sync::Arc::new(comparison())));
    let mut app = app(Split::Sides, shown);
    let written = written(&mut app);
    for said in ["Présent", "Essai", "Baisse établie", "−7,7 km par jour"] {
        assert!(written.iter().any(|it| it == said), "{said}: {written:?}");
    }
}

#[test]
fn without_a_scenario_it_says_how_to_make_one() {
    let mut app = app(Split::Sides, Known::Nothing);
    let said = written(&mut app);
    assert!(
        said.iter().any(|it| it == "Aucun scénario n’est prêt."),
        "{said:?}"
    );
    assert!(
        said.iter().any(|it| it.contains("POST /simulations")),
        "{said:?}"
    );
    app.insert_resource(Known::NoRole);
    app.update();
    let said = written(&mut app);
    assert!(
        said.iter().any(|it| it.contains("réservés aux opérateurs")),
        "{said:?}"
    );
}
