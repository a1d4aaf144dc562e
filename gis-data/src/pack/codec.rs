//! How each type of value lies in a column, in both directions.

use std::borrow::Cow;
use std::marker::PhantomData;

use flatgeobuf::ColumnType;
use twin_core::{
    AssetId, CameraMount, CameraPurpose, CameraType, ContainerType, Degrees, Detail, DevEui,
    FibreNodeType, FibreZone, HealthCategory, Kilograms, Litres, LonLat, Metres, PremisesState,
    SiteType, Span, SquareMetres, Stream, Theme, Timestamp,
};

use super::cell::Cell;

/// What a column should have held, in words.
pub(super) type Expected = Cow<'static, str>;

/// How one type of value lies in one column.
pub(super) trait Codec {
    /// The value in memory.
    type Value: PartialEq;

    /// The type of the column that we write.
    const TYPE: ColumnType;

    /// What is written; `None` leaves the column empty.
    fn cell(value: &Self::Value) -> Option<Cell<'_>>;

    /// What is read.
    fn value(cell: &Cell<'_>) -> Result<Self::Value, Expected>;

    /// What an empty column means; `None` where a value is needed.
    fn absent() -> Option<Self::Value> {
        None
    }
}

impl<C: Codec> Codec for Option<C> {
    type Value = Option<C::Value>;

    const TYPE: ColumnType = C::TYPE;

    fn cell(value: &Self::Value) -> Option<Cell<'_>> {
        value.as_ref().and_then(C::cell)
    }

    fn value(cell: &Cell<'_>) -> Result<Self::Value, Expected> {
        C::value(cell).map(Some)
    }

    fn absent() -> Option<Self::Value> {
        Some(None)
    }
}

impl Codec for Box<str> {
    type Value = Self;

    const TYPE: ColumnType = ColumnType::String;

    fn cell(value: &Self) -> Option<Cell<'_>> {
        Some(Cell::Text(Cow::Borrowed(value)))
    }

    fn value(cell: &Cell<'_>) -> Result<Self, Expected> {
        cell.to_text().map(Into::into).ok_or(Cow::Borrowed("text"))
    }
}

impl Codec for bool {
    type Value = Self;

    const TYPE: ColumnType = ColumnType::Bool;

    fn cell(value: &Self) -> Option<Cell<'_>> {
        Some(Cell::Bool(*value))
    }

    fn value(cell: &Cell<'_>) -> Result<Self, Expected> {
        cell.to_bool().ok_or(Cow::Borrowed("true or false"))
    }
}

impl Codec for f64 {
    type Value = Self;

    const TYPE: ColumnType = ColumnType::Double;

    fn cell(value: &Self) -> Option<Cell<'_>> {
        Some(Cell::Real(*value))
    }

    fn value(cell: &Cell<'_>) -> Result<Self, Expected> {
        cell.to_real().ok_or(Cow::Borrowed("a number"))
    }
}

impl Codec for f32 {
    type Value = Self;

    const TYPE: ColumnType = ColumnType::Double;

    fn cell(value: &Self) -> Option<Cell<'_>> {
        Some(Cell::Real(f64::from(*value)))
    }

    fn value(cell: &Cell<'_>) -> Result<Self, Expected> {
        #[expect(clippy::cast_possible_truncation, reason = "kept in single precision")]
        let number = f64::value(cell)? as Self;
        if number.is_finite() {
            Ok(number)
        } else {
            Err(Cow::Borrowed("a smaller number"))
        }
    }
}

macro_rules! unsigned {
    ($($type:ty = $column:ident, $expected:literal;)*) => {$(
        impl Codec for $type {
            type Value = Self;

            const TYPE: ColumnType = ColumnType::$column;

            fn cell(value: &Self) -> Option<Cell<'_>> {
                Some(Cell::Int(i64::from(*value)))
            }

            fn value(cell: &Cell<'_>) -> Result<Self, Expected> {
                let number = cell.to_integer().and_then(|number| Self::try_from(number).ok());
                number.ok_or(Cow::Borrowed($expected))
            }
        }
    )*};
}

unsigned! {
    u16 = UShort, "a whole number from 0 to 65535";
    u32 = UInt, "a whole number from 0 to 4294967295";
}

macro_rules! quantities {
    ($($type:ty, $expected:literal;)*) => {$(
        impl Codec for $type {
            type Value = Self;

            const TYPE: ColumnType = ColumnType::Double;

            fn cell(value: &Self) -> Option<Cell<'_>> {
                Some(Cell::Real(value.get()))
            }

            fn value(cell: &Cell<'_>) -> Result<Self, Expected> {
                let quantity = cell.to_real().and_then(|number| Self::new(number).ok());
                quantity.ok_or(Cow::Borrowed($expected))
            }
        }
    )*};
}

quantities! {
    Degrees, "an angle in degrees, -360 to 360";
    Kilograms, "a mass in kilograms, not negative";
    Litres, "a volume in litres, not negative";
    Metres, "a length in metres, not negative";
    SquareMetres, "an area in square metres, not negative";
}

macro_rules! named {
    ($($type:ty),* $(,)?) => {$(
        impl Codec for $type {
            type Value = Self;

            const TYPE: ColumnType = ColumnType::String;

            fn cell(value: &Self) -> Option<Cell<'_>> {
                Some(Cell::Text(Cow::Borrowed(value.name())))
            }

            fn value(cell: &Cell<'_>) -> Result<Self, Expected> {
                let value = cell.to_text().and_then(|text| text.parse().ok());
                value.ok_or_else(|| one_of(Self::ALL.iter().map(|value| value.name())))
            }
        }
    )*};
}

named! {
    CameraMount, CameraPurpose, CameraType, ContainerType, FibreNodeType, FibreZone,
    HealthCategory, PremisesState, SiteType, Stream, Theme,
}

fn one_of(names: impl Iterator<Item = &'static str>) -> Expected {
    format!("one of {}", names.collect::<Vec<_>>().join(", ")).into()
}

impl Codec for DevEui {
    type Value = Self;

    const TYPE: ColumnType = ColumnType::String;

    fn cell(value: &Self) -> Option<Cell<'_>> {
        Some(Cell::Text(value.to_string().into()))
    }

    fn value(cell: &Cell<'_>) -> Result<Self, Expected> {
        let value = cell.to_text().and_then(|text| text.parse().ok());
        value.ok_or(Cow::Borrowed("a device EUI of 16 hexadecimal digits"))
    }
}

impl Codec for Timestamp {
    type Value = Self;

    const TYPE: ColumnType = ColumnType::DateTime;

    fn cell(value: &Self) -> Option<Cell<'_>> {
        Some(Cell::Text(value.to_string().into()))
    }

    fn value(cell: &Cell<'_>) -> Result<Self, Expected> {
        let text = match cell {
            Cell::Text(text) => text.trim().replace('/', "-"),
            _ => String::new(),
        };
        // Tools write days without a time, and times without the UTC that they are in.
        let spellings = [
            text.clone(),
            format!("{text}Z"),
            format!("{text}T00:00:00Z"),
        ];
        let value = spellings.iter().find_map(|text| text.parse().ok());
        value.ok_or(Cow::Borrowed("a time like 2026-11-22T20:00:00Z"))
    }
}

/// The longest span that seconds as `f64` keep to the millisecond, with room: some 35,000 years.
const MAX_SPAN_MILLIS: i64 = 1 << 50;

/// Seconds, to the millisecond.
impl Codec for Span {
    type Value = Self;

    const TYPE: ColumnType = ColumnType::Double;

    fn cell(value: &Self) -> Option<Cell<'_>> {
        #[expect(
            clippy::cast_precision_loss,
            reason = "what does not read back is refused"
        )]
        let millis = value.as_millis() as f64;
        Some(Cell::Real(millis / 1000.0))
    }

    fn value(cell: &Cell<'_>) -> Result<Self, Expected> {
        let millis = cell
            .to_real()
            .map(|secs| Cell::Real((secs * 1000.0).round()));
        let millis = millis.and_then(|millis| millis.to_integer());
        let millis = millis.filter(|millis| (0..=MAX_SPAN_MILLIS).contains(millis));
        let expected = "seconds, not negative and of 35,000 years at most";
        millis.map(Self::from_millis).ok_or(Cow::Borrowed(expected))
    }
}

/// A reference to an asset of the kind whose detail is `T`: its key, so that layers can be joined.
pub(super) struct Key<T>(PhantomData<T>);

impl<T: Detail> Codec for Key<T> {
    type Value = AssetId;

    const TYPE: ColumnType = ColumnType::String;

    fn cell(value: &AssetId) -> Option<Cell<'_>> {
        Some(Cell::Text(Cow::Borrowed(value.key())))
    }

    fn value(cell: &Cell<'_>) -> Result<AssetId, Expected> {
        let id = cell
            .to_text()
            .and_then(|text| AssetId::new(T::KIND, &text).ok());
        id.ok_or_else(|| format!("the key of a {}: {KEY_RULE}", T::KIND).into())
    }
}

/// The key of an asset itself.
pub(super) struct OwnKey<T>(PhantomData<T>);

impl<T: Detail> Codec for OwnKey<T> {
    type Value = Box<str>;

    const TYPE: ColumnType = ColumnType::String;

    fn cell(value: &Box<str>) -> Option<Cell<'_>> {
        Some(Cell::Text(Cow::Borrowed(value)))
    }

    fn value(cell: &Cell<'_>) -> Result<Box<str>, Expected> {
        Key::<T>::value(cell).map(|id| id.key().into())
    }
}

const KEY_RULE: &str = "1 to 120 letters, digits and any of -_.:~";

/// Several values of a closed list, with commas between them; none is an empty column.
pub(super) struct List<C>(PhantomData<C>);

impl<C: Codec<Value = C> + PartialEq> Codec for List<C> {
    type Value = Vec<C>;

    const TYPE: ColumnType = ColumnType::String;

    fn cell(value: &Vec<C>) -> Option<Cell<'_>> {
        let names: Vec<_> = value
            .iter()
            .filter_map(C::cell)
            .map(|cell| cell.to_string())
            .collect();
        (!names.is_empty()).then(|| Cell::Text(names.join(",").into()))
    }

    fn value(cell: &Cell<'_>) -> Result<Vec<C>, Expected> {
        let text = cell
            .to_text()
            .ok_or(Cow::Borrowed("names with commas between them"))?;
        let names = text
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty());
        names
            .map(|name| C::value(&Cell::Text(Cow::Borrowed(name))))
            .collect()
    }

    fn absent() -> Option<Vec<C>> {
        Some(Vec::new())
    }
}

impl Codec for i64 {
    type Value = Self;

    const TYPE: ColumnType = ColumnType::Long;

    fn cell(value: &Self) -> Option<Cell<'_>> {
        Some(Cell::Int(*value))
    }

    fn value(cell: &Cell<'_>) -> Result<Self, Expected> {
        cell.to_integer().ok_or(Cow::Borrowed("a whole number"))
    }
}

/// Whole numbers with commas between them; none is an empty column.
pub(super) struct Numbers;

impl Codec for Numbers {
    type Value = Vec<i64>;

    const TYPE: ColumnType = ColumnType::String;

    fn cell(value: &Vec<i64>) -> Option<Cell<'_>> {
        let mut text = String::with_capacity(value.len() * 12);
        for number in value {
            if !text.is_empty() {
                text.push(',');
            }
            text.push_str(&number.to_string());
        }
        (!text.is_empty()).then_some(Cell::Text(Cow::Owned(text)))
    }

    fn value(cell: &Cell<'_>) -> Result<Vec<i64>, Expected> {
        let refused = || Cow::Borrowed("whole numbers with commas between them");
        let text = cell.to_text().ok_or_else(refused)?;
        let numbers = text.split(',').map(|number| number.trim().parse().ok());
        numbers.collect::<Option<_>>().ok_or_else(refused)
    }

    fn absent() -> Option<Vec<i64>> {
        Some(Vec::new())
    }
}

/// Outlines as JSON: a list of lists of `[lon, lat]`; none is an empty column.
pub(super) struct Outlines;

impl Codec for Outlines {
    type Value = Vec<Vec<LonLat>>;

    const TYPE: ColumnType = ColumnType::Json;

    fn cell(value: &Self::Value) -> Option<Cell<'_>> {
        let text = serde_json::to_string(value)
            .ok()
            .filter(|_| !value.is_empty());
        text.map(|text| Cell::Text(text.into()))
    }

    fn value(cell: &Cell<'_>) -> Result<Self::Value, Expected> {
        let value = cell
            .to_text()
            .and_then(|text| serde_json::from_str(&text).ok());
        value.ok_or(Cow::Borrowed(
            "outlines like [[[6.8,47.5],[6.9,47.5],[6.8,47.6]]]",
        ))
    }

    fn absent() -> Option<Self::Value> {
        Some(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case::ours("2024-01-01T00:00:00.000Z")]
    #[case::without_zone("2024-01-01T00:00:00")]
    #[case::a_day("2024-01-01")]
    #[case::a_day_with_slashes("2024/01/01")]
    fn a_time_is_read_in_the_spellings_of_other_tools(#[case] text: &str) {
        let time = Timestamp::value(&Cell::Text(text.into())).unwrap();
        assert_eq!(time.as_secs(), 1_704_067_200);
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_known_ones() {
        let expected = HealthCategory::value(&Cell::Text("spa".into())).unwrap_err();
        assert_eq!(expected, "one of pharmacy, doctors, clinic, hospital");
    }

    #[test]
    fn lists_may_have_blanks_and_no_end() {
        let streams = List::<Stream>::value(&Cell::Text("glass, paper,".into())).unwrap();
        assert_eq!(streams, [Stream::Glass, Stream::Paper]);
        assert!(List::<Stream>::value(&Cell::Text("glass,gold".into())).is_err());
    }

    #[rstest::rstest]
    #[case::negative(-1.0)]
    #[case::endless(f64::INFINITY)]
    #[case::beyond_exact(1e13)]
    fn seconds_that_are_no_span_are_refused(#[case] secs: f64) {
        assert!(Span::value(&Cell::Real(secs)).is_err());
    }
}
