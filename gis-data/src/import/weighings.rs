//! Weighbridge tickets: which round or vehicle brought how much of what, and when.

use std::path::Path;

use jiff::civil::{Date, Time};
use twin_core::Stream;

use super::tables::csv::CsvRows;
use super::tables::row::{TableRow, not_table};
use super::tables::words::plain;
use super::{Report, WarningCode};
use crate::error::{GisError, GisResult};

/// One ticket.
#[derive(Clone, Debug, PartialEq)]
pub struct Weighing {
    /// The local day of the weighing.
    pub date: Date,
    /// The local time of it; `None` where only the day is told.
    pub time: Option<Time>,
    /// The round; empty where only the vehicle is told.
    pub round: Box<str>,
    /// The vehicle; empty where it is not told.
    pub vehicle: Box<str>,
    /// What it brought.
    pub stream: Stream,
    /// How much, in kilograms net: 0 to [`MAX_KG`].
    pub kg: f64,
    /// Where it was unloaded; empty where that is not told.
    pub site: Box<str>,
    /// Of which commune it is; empty where that is not told.
    pub commune: Box<str>,
}

impl Weighing {
    /// Who collected it: the round, or else the vehicle.
    pub fn collector(&self) -> &str {
        if self.round.is_empty() {
            &self.vehicle
        } else {
            &self.round
        }
    }
}

/// No ticket weighs more kilograms: the heaviest trains of the road have 44 t.
pub const MAX_KG: f64 = 44_000.0;
/// The most tickets of a file: 100 a day for 27 years.
const MAX_TICKETS: usize = 1_000_000;
/// The longest name of a round, a vehicle, a site or a commune.
const MAX_NAME: usize = 120;
/// The years that a ticket can be of.
const YEARS: std::ops::RangeInclusive<i16> = 1997..=2198;

const DATE: &[&str] = &[
    "datetime",
    "date",
    "dateheure",
    "datepesee",
    "jour",
    "horodatage",
];
const ROUND: &[&str] = &["round", "tournee", "circuit"];
const VEHICLE: &[&str] = &["vehicle", "vehicule", "camion", "immatriculation"];
const STREAM: &[&str] = &["stream", "flux", "matiere"];
const KG: &[&str] = &["kg", "netkg", "weightkg", "poidskg", "poidsnetkg"];
const SITE: &[&str] = &["site", "exutoire"];
const COMMUNE: &[&str] = &["commune"];

/// Reads tickets in the order of their rows: comma or semicolon separated values whose first line names
/// the columns `date` or `date_time` (`2022-05-17`, `17/05/2022`, with `07:42` behind it or not),
/// `round` or `vehicle`, `stream` (a name of [`Stream`] or the French word) and `kg`, and perhaps `site`
/// and `commune`. Case, accents and blanks of names do not matter; other columns are not looked at.
///
/// # Errors
///
/// A file that is no table, a column that is missing, a row that has more or fewer values than there are
/// columns, and the first value that cannot be used, with its line.
pub fn read(path: &Path) -> GisResult<Vec<Weighing>> {
    let mut rows = CsvRows::open(path)?;
    let columns = Columns::of(&rows.columns, path)?;
    let mut report = Report::default();
    let mut weighings = Vec::new();
    while let Some(row) = rows.next(&mut report)? {
        let cells = Cells { row: &row, path };
        // A decimal comma between commas is a value more, and its kilograms would be others.
        if report.count(WarningCode::RaggedRow) > 0 {
            let expected = "as many values as the first line has";
            return Err(cells.refuse("the number of values", "another", expected));
        }
        if weighings.len() == MAX_TICKETS {
            return Err(not_table(path, "it has more than 1,000,000 tickets"));
        }
        weighings.push(columns.weighing(&cells)?);
    }
    Ok(weighings)
}

/// Where the columns of tickets are.
#[derive(Clone, Copy, Debug)]
struct Columns {
    date: usize,
    round: Option<usize>,
    vehicle: Option<usize>,
    stream: usize,
    kg: usize,
    site: Option<usize>,
    commune: Option<usize>,
}

impl Columns {
    fn of(names: &[Box<str>], path: &Path) -> GisResult<Self> {
        let found: Vec<String> = names.iter().map(|name| plain(name)).collect();
        let find = |known: &[&str]| {
            let mut known = known.iter();
            known.find_map(|known| found.iter().position(|name| name == known))
        };
        let (date, stream, kg) = (find(DATE), find(STREAM), find(KG));
        let (round, vehicle) = (find(ROUND), find(VEHICLE));
        if let (Some(date), Some(stream), Some(kg), true) =
            (date, stream, kg, round.or(vehicle).is_some())
        {
            return Ok(Self {
                date,
                round,
                vehicle,
                stream,
                kg,
                site: find(SITE),
                commune: find(COMMUNE),
            });
        }
        let wanted = [
            ("date", date),
            ("round or vehicle", round.or(vehicle)),
            ("stream", stream),
            ("kg", kg),
        ];
        let missing = wanted.into_iter().filter(|(_, at)| at.is_none());
        let missing: Vec<&str> = missing.map(|(name, _)| name).collect();
        Err(GisError::MissingColumns {
            missing: missing.join(", ").into(),
            found: names
                .join(", ")
                .chars()
                .take(200)
                .collect::<String>()
                .into(),
            path: path.to_path_buf(),
        })
    }

    fn weighing(&self, cells: &Cells<'_>) -> GisResult<Weighing> {
        let text = cells.text(self.date);
        let expected = "a local day such as 2022-05-17 or 17/05/2022 07:42, from 1997 to 2198";
        let (date, time) = moment(text).ok_or_else(|| cells.refuse("date", text, expected))?;
        let round = cells.name("round", self.round)?;
        let vehicle = cells.name("vehicle", self.vehicle)?;
        if round.is_empty() && vehicle.is_empty() {
            let column = if self.round.is_some() {
                "round"
            } else {
                "vehicle"
            };
            return Err(cells.refuse(column, "", "the name of a round or a vehicle"));
        }
        let text = cells.text(self.stream);
        let expected = "a stream such as glass, packaging, paper or residual";
        let stream = super::sites::stream_named(text);
        let stream = stream.ok_or_else(|| cells.refuse("stream", text, expected))?;
        let text = cells.text(self.kg);
        let expected =
            "kilograms from 0 to 44000 with one decimal comma or point, such as 6420 or 6420.5";
        let kg = kilograms(text).filter(|kg| (0.0..=MAX_KG).contains(kg));
        Ok(Weighing {
            date,
            time,
            round,
            vehicle,
            stream,
            kg: kg.ok_or_else(|| cells.refuse("kg", text, expected))?,
            site: cells.name("site", self.site)?,
            commune: cells.name("commune", self.commune)?,
        })
    }
}

/// A row, and how its values are refused.
struct Cells<'r> {
    row: &'r TableRow,
    path: &'r Path,
}

impl Cells<'_> {
    fn text(&self, column: usize) -> &str {
        &self.row.values[column]
    }

    fn name(&self, column: &'static str, at: Option<usize>) -> GisResult<Box<str>> {
        let text = at.map_or("", |at| self.text(at));
        if text.chars().count() > MAX_NAME {
            return Err(self.refuse(column, text, "a name of at most 120 letters"));
        }
        Ok(text.into())
    }

    fn refuse(&self, column: &'static str, value: &str, expected: &'static str) -> GisError {
        GisError::InvalidCell {
            row: self.row.object.clone(),
            column,
            value: value.chars().take(80).collect::<String>().into(),
            expected,
            path: self.path.to_path_buf(),
        }
    }
}

/// A local day, and the time of it where that is told.
fn moment(text: &str) -> Option<(Date, Option<Time>)> {
    let (day, time) = match text.split_once([' ', 'T']) {
        Some((day, time)) => (day, Some(clock(time.trim())?)),
        None => (text, None),
    };
    let parts: Vec<&str> = day.split(['-', '/']).collect();
    let [first, second, third] = *parts else {
        return None;
    };
    let (year, day) = match (first.len(), third.len(), day.contains('/')) {
        (4, 2, false) => (first, third),
        (2, 4, true) => (third, first),
        _ => return None,
    };
    let date = Date::new(digits(year)?, small(second)?, small(day)?).ok()?;
    YEARS.contains(&date.year()).then_some((date, time))
}

fn clock(text: &str) -> Option<Time> {
    let parts: Vec<&str> = text.split(':').collect();
    let (hour, minute, second) = match *parts {
        [hour, minute] => (hour, minute, "00"),
        [hour, minute, second] => (hour, minute, second),
        _ => return None,
    };
    Time::new(small(hour)?, small(minute)?, small(second)?, 0).ok()
}

fn digits(text: &str) -> Option<i16> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

fn small(text: &str) -> Option<i8> {
    (text.len() <= 2).then(|| i8::try_from(digits(text)?).ok())?
}

/// A number with a decimal comma or point, where it is plain which one it has. `12,345` may be twelve
/// kilograms and a little, or twelve tonnes: it is refused.
fn kilograms(text: &str) -> Option<f64> {
    let text = text.strip_suffix("kg").unwrap_or(text).trim();
    let text: String = text
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .collect();
    if text.len() > 20
        || !text
            .bytes()
            .all(|b| b.is_ascii_digit() || b == b',' || b == b'.')
    {
        return None;
    }
    let Some(last) = text.rfind([',', '.']) else {
        return text.parse().ok();
    };
    let (whole, decimals) = (&text[..last], &text[last + 1..]);
    let mark = &text[last..=last];
    let groups: Vec<&str> = whole.split([',', '.']).collect();
    let is_grouped =
        groups[1..].iter().all(|group| group.len() == 3) && (1..=3).contains(&groups[0].len());
    if groups.len() == 1 {
        // One mark before three digits parts thousands or decimals, but for zero thousands.
        let is_ambiguous = decimals.len() == 3 && whole.len() <= 3 && whole != "0";
        let is_number = !whole.is_empty() && !decimals.is_empty() && !is_ambiguous;
        return is_number.then(|| format!("{whole}.{decimals}").parse().ok())?;
    }
    let is_other_mark = !whole.contains(mark);
    let joined = groups.concat();
    match (is_grouped, is_other_mark) {
        (true, true) if !decimals.is_empty() && is_one_mark(whole) => {
            format!("{joined}.{decimals}").parse().ok()
        }
        (true, false) if decimals.len() == 3 && is_one_mark(&text) => {
            format!("{joined}{decimals}").parse().ok()
        }
        _ => None,
    }
}

/// Whether a text has commas or points, but not both.
fn is_one_mark(text: &str) -> bool {
    !(text.contains(',') && text.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tickets(bytes: &[u8]) -> GisResult<Vec<Weighing>> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("tickets.csv");
        std::fs::write(&path, bytes).unwrap();
        read(&path)
    }

    #[rstest::rstest]
    #[case::commas("date_time,round,stream,kg\n2022-05-17 07:42,R1,glass,6420.5\n")]
    #[case::semicolons_and_windows(
        "\u{feff}Date;Tournée;Flux;Poids (kg)\r\n17/05/2022 07:42:00;R1;Verre;6 420,5 kg\r\n"
    )]
    #[case::other_columns("kg,stream,price,round,date\n\"6420,5\",glass,1,R1,2022-05-17T07:42\n")]
    fn tickets_are_read_as_people_export_them(#[case] text: &str) {
        let read = tickets(text.as_bytes()).unwrap();
        let [ticket] = &*read else { panic!("{read:?}") };
        assert_eq!(ticket.date.to_string(), "2022-05-17");
        assert_eq!(ticket.time.unwrap().to_string(), "07:42:00");
        assert_eq!((ticket.collector(), ticket.stream), ("R1", Stream::Glass));
        assert!((ticket.kg - 6420.5).abs() < 1e-9);
    }

    #[rstest::rstest]
    #[case::plain("6420", Some(6420.0))]
    #[case::decimal_point("6420.5", Some(6420.5))]
    #[case::decimal_comma("6420,50", Some(6420.5))]
    #[case::blanks("6\u{202f}420,5", Some(6420.5))]
    #[case::both("6.420,5", Some(6420.5))]
    #[case::both_the_other_way("6,420.5", Some(6420.5))]
    #[case::less_than_one("0.125", Some(0.125))]
    #[case::many_decimals("6420.125", Some(6420.125))]
    #[case::millions("1.234.567", Some(1_234_567.0))]
    #[case::ambiguous("6,420", None)]
    #[case::ambiguous_point("12.345", None)]
    #[case::odd_groups("64.20,5", None)]
    #[case::mixed_groups("1.234,567.8", None)]
    #[case::two_decimals_marks("1,2,3", None)]
    #[case::nothing_before(",5", None)]
    #[case::negative("-5", None)]
    #[case::exponent("1e3", None)]
    #[case::tonnes("6 t", None)]
    #[case::nothing("", None)]
    fn kilograms_are_read_where_they_are_plain(#[case] text: &str, #[case] expected: Option<f64>) {
        assert_eq!(kilograms(text), expected);
    }

    #[rstest::rstest]
    #[case::no_columns("date,kg\n", "it lacks round or vehicle, stream, has date, kg")]
    #[case::no_day(
        "date,round,stream,kg\n2022-02-30,R1,glass,5\n",
        "line 2: date is '2022-02-30', expected a local day"
    )]
    #[case::american("date,round,stream,kg\n05/17/2022,R1,glass,5\n", "line 2: date is")]
    #[case::no_time(
        "date,round,stream,kg\n2022-05-17 25:00,R1,glass,5\n",
        "line 2: date is"
    )]
    #[case::nobody("date,round,stream,kg\n2022-05-17,,glass,5\n", "line 2: round is ''")]
    #[case::no_stream(
        "date,round,stream,kg\n2022-05-17,R1,glass,5\n2022-05-18,R1,gold,5\n",
        "line 3: stream is 'gold', expected a stream such as glass"
    )]
    #[case::thousands_or_decimals(
        "date;round;stream;kg\n2022-05-17;R1;glass;6,420\n",
        "line 2: kg is '6,420', expected kilograms from 0 to 44000"
    )]
    #[case::too_heavy(
        "date,round,stream,kg\n2022-05-17,R1,glass,44001\n",
        "line 2: kg is '44001'"
    )]
    #[case::a_decimal_comma_between_commas(
        "date,round,stream,kg\n2022-05-17,R1,glass,12,5\n",
        "line 2: the number of values is 'another', expected as many values"
    )]
    fn what_cannot_be_used_is_told_with_its_line(#[case] text: &str, #[case] expected: &str) {
        let told = tickets(text.as_bytes()).unwrap_err().to_string();
        assert!(told.starts_with(expected), "{told}");
        assert!(told.contains("tickets.csv"), "{told}");
    }

    #[test]
    fn a_vehicle_stands_for_its_round_where_none_is_told() {
        let text = "date,round,vehicle,stream,kg,commune\n2022-05-17,,AB-1,om,10,Bart\n";
        let read = tickets(text.as_bytes()).unwrap();
        assert_eq!(read[0].collector(), "AB-1");
        assert_eq!(read[0].stream, Stream::Residual);
        assert_eq!(&*read[0].commune, "Bart");
        assert!(read[0].time.is_none());
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_tickets_or_refused(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
            let _read_or_refused = tickets(&bytes);
            let behind_a_header = [b"date;round;stream;kg\n2022-05-17;R1;".to_vec(), bytes].concat();
            let _read_or_refused = tickets(&behind_a_header);
        }

        #[test]
        fn any_number_is_read_or_refused_and_never_below_zero(text in "[0-9., kg]{0,12}") {
            proptest::prop_assert!(kilograms(&text).is_none_or(|kg| kg >= 0.0));
        }

        #[test]
        fn what_is_written_is_read(kg in 0_u32..440_000, day in 1_i8..29, hour in 0_i8..24) {
            let weight = format!("{},{}", kg / 10, kg % 10);
            let text = format!("date;round;stream;kg\n2022-05-{day:02} {hour:02}:30;R;glass;{weight}\n");
            let read = tickets(text.as_bytes()).unwrap();
            proptest::prop_assert!((read[0].kg - f64::from(kg) / 10.0).abs() < 1e-9);
            proptest::prop_assert_eq!(read[0].date.day(), day);
        }
    }
}
