//! Where overflow changes: communes by the difference of full hours, run by run.

use std::fmt::Write as _;

use simulator::ensemble::summary;
use twin_core::{Commune, CommuneIx};

use super::{Comparison, Side};
use crate::collection::escaped;

/// The width of the drawing.
const WIDTH: f64 = 320.0;

/// How a commune's full hours differ, in hours a month of all of its containers.
struct Change<'a> {
    commune: &'a Commune,
    mean: f64,
    is_established: bool,
}

pub(super) fn map(html: &mut String, comparison: &Comparison<'_>, (a, b): (&Side<'_>, &Side<'_>)) {
    let words = &comparison.words;
    let changes = changes((a, b));
    let Some(frame) = Frame::around(&changes) else {
        return;
    };
    let title = escaped(words.get("map.title"));
    let most = |sign: f64| {
        let established = changes.iter().filter(|change| change.is_established);
        established
            .map(|change| sign * change.mean)
            .fold(0.0, f64::max)
    };
    let (least, greatest) = (most(-1.0), most(1.0));
    let _infallible = write!(
        html,
        "<h2>{title}</h2><svg class=\"map\" viewBox=\"0 0 {WIDTH} {:.0}\" role=\"img\" aria-label=\"{title}\">\
         <defs><pattern id=\"h{}\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" \
         patternTransform=\"rotate(45)\"><path d=\"M0 0V6\"/></pattern></defs>",
        frame.height(),
        b.letter,
    );
    for change in &changes {
        let extent = if change.mean < 0.0 { least } else { greatest };
        let depth = 0.25 + 0.75 * (change.mean.abs() / extent.max(1e-9)).min(1.0);
        let paint = match (change.is_established, change.mean < 0.0) {
            (false, _) => format!("fill=\"url(#h{})\"", b.letter),
            (true, true) => format!("class=\"less\" fill-opacity=\"{depth:.2}\""),
            (true, false) => format!("class=\"more\" fill-opacity=\"{depth:.2}\""),
        };
        let _infallible = write!(
            html,
            "<path {paint} d=\"{}\"><title>{}</title></path>",
            frame.path(change.commune),
            escaped(&change.commune.name)
        );
    }
    html.push_str("</svg><p class=\"legend\">");
    if least > 0.0 {
        let text = words.filled(
            "map.less",
            &[("least", &format!("−{}", words.number(least, 0)))],
        );
        let _infallible = write!(html, "<span class=\"less\">{}</span>", escaped(&text));
    }
    let _infallible = write!(
        html,
        "<span class=\"open\">{}</span>",
        escaped(words.get("map.open"))
    );
    if greatest > 0.0 {
        let text = words.filled(
            "map.more",
            &[("most", &format!("+{}", words.number(greatest, 0)))],
        );
        let _infallible = write!(html, "<span class=\"more\">{}</span>", escaped(&text));
    }
    html.push_str("</p>");
}

fn changes<'a>((a, b): (&Side<'a>, &Side<'a>)) -> Vec<Change<'a>> {
    let setting = &a.staged.setting;
    let months = f64::from(setting.scenario().period.days) / 30.0;
    let of = |(ix, commune): (CommuneIx, &'a Commune)| {
        let pairs = a.ensemble.runs.iter().zip(&b.ensemble.runs);
        let values = pairs.filter_map(|(a, b)| {
            let at = usize::from(ix.0);
            Some((b.communes.get(at)?.overflow_h - a.communes.get(at)?.overflow_h) / months)
        });
        let told = summary(&values.collect::<Vec<f64>>(), a.ensemble.draws);
        Change {
            commune,
            mean: told.mean,
            is_established: told.lo95 > 0.0 || told.hi95 < 0.0,
        }
    };
    setting.inventory().communes().iter().map(of).collect()
}

/// From degrees to the drawing: longitudes are drawn narrower, as they are at this latitude.
struct Frame {
    min: [f64; 2],
    max: [f64; 2],
    scale: f64,
    narrower: f64,
}

impl Frame {
    fn around(changes: &[Change<'_>]) -> Option<Self> {
        let (mut min, mut max) = ([f64::MAX; 2], [f64::MIN; 2]);
        let points = changes.iter().flat_map(|change| &change.commune.outline.0);
        for point in points.flat_map(|polygon| &polygon.exterior().0) {
            min = [min[0].min(point.x), min[1].min(point.y)];
            max = [max[0].max(point.x), max[1].max(point.y)];
        }
        let narrower = f64::midpoint(min[1], max[1]).to_radians().cos();
        let width = (max[0] - min[0]) * narrower;
        (width > 0.0).then(|| Self {
            min,
            max,
            scale: (WIDTH - 4.0) / width,
            narrower,
        })
    }

    fn height(&self) -> f64 {
        (self.max[1] - self.min[1]) * self.scale + 4.0
    }

    fn path(&self, commune: &Commune) -> String {
        let mut path = String::new();
        for polygon in &commune.outline.0 {
            for (nth, point) in polygon.exterior().0.iter().enumerate() {
                let x = 2.0 + (point.x - self.min[0]) * self.narrower * self.scale;
                let y = 2.0 + (self.max[1] - point.y) * self.scale;
                let command = if nth == 0 { 'M' } else { 'L' };
                let _infallible = write!(path, "{command}{x:.1} {y:.1}");
            }
            path.push('Z');
        }
        path
    }
}
