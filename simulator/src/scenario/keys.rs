//! Values of the collection's rules by their keys, such as `vehicles.crane-truck.count`.

use toml::Value;

use super::file::refused;
use crate::collection::rules::Rules;
use crate::error::{SimError, SimResult};

/// The text of rules with other values at some keys.
///
/// # Errors
/// [`SimError::InvalidScenario`] for keys that the rules do not have, and what [`Rules::parse`] says of
/// values that cannot stand there.
pub(super) fn with_values(text: &str, changes: &[(String, serde_json::Value)]) -> SimResult<Rules> {
    if changes.is_empty() {
        return Rules::parse(text);
    }
    let unreadable = |source| SimError::UnreadableRules {
        source: Box::new(source),
    };
    let mut rules: Value = toml::from_str(text).map_err(unreadable)?;
    for (key, value) in changes {
        let slot = find(&mut rules, key).ok_or_else(|| {
            let expected = "the key of a value in the rules, such as plan.rho";
            refused("set-rule.key", key, expected)
        })?;
        let new = as_toml(value, Some(slot));
        *slot = new.ok_or_else(|| {
            let expected = "a number, a text, true or false, or lists and tables of them";
            refused(
                &format!("set-rule.value of {key}"),
                &value.to_string(),
                expected,
            )
        })?;
    }
    let changed = toml::to_string(&rules).map_err(|source| SimError::UnreadableScenario {
        source: Box::new(source),
    })?;
    Rules::parse(&changed)
}

/// The value at a key. Entries of lists are found by their name or site.
fn find<'v>(root: &'v mut Value, key: &str) -> Option<&'v mut Value> {
    let mut value = root;
    for part in key.split('.') {
        value = match value {
            Value::Table(table) => table.get_mut(part)?,
            Value::Array(entries) => {
                let is_it = |entry: &&mut Value| {
                    let named = ["name", "site"].iter().filter_map(|field| entry.get(field));
                    let mut names = named.filter_map(Value::as_str);
                    names.any(|name| name == part)
                };
                entries.iter_mut().find(is_it)?
            }
            _ => return None,
        };
    }
    Some(value)
}

/// A value in TOML; whole numbers become what stood there before, for both are one in JSON.
fn as_toml(value: &serde_json::Value, before: Option<&Value>) -> Option<Value> {
    Some(match value {
        serde_json::Value::Bool(value) => Value::Boolean(*value),
        serde_json::Value::String(text) => Value::String(text.clone()),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(whole) if !matches!(before, Some(Value::Float(_))) => Value::Integer(whole),
            _ => Value::Float(number.as_f64()?),
        },
        serde_json::Value::Array(items) => {
            let first = before
                .and_then(Value::as_array)
                .and_then(|items| items.first());
            let items = items.iter().map(|item| as_toml(item, first));
            Value::Array(items.collect::<Option<Vec<Value>>>()?)
        }
        serde_json::Value::Object(fields) => {
            let entries = fields.iter().map(|(key, value)| {
                let before = before.and_then(|table| table.get(key));
                Some((key.clone(), as_toml(value, before)?))
            });
            Value::Table(entries.collect::<Option<toml::map::Map<String, Value>>>()?)
        }
        serde_json::Value::Null => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(key: &str, value: serde_json::Value) -> SimResult<Rules> {
        with_values(Rules::built_in_text(), &[(key.to_owned(), value)])
    }

    #[test]
    fn values_are_found_by_the_names_of_what_they_belong_to() {
        let rules = changed("vehicles.crane-truck.count", 4.into()).unwrap();
        assert_eq!(rules.vehicles[0].count, 4);
        let rules = changed("plan.rho", 2.into()).unwrap();
        approx::assert_abs_diff_eq!(rules.plan.rho, 2.0);
        let rules = changed("unloadings.uve-montbeliard.minutes", 30.5.into()).unwrap();
        approx::assert_abs_diff_eq!(rules.unloadings[0].minutes, 30.5);
        let days = serde_json::json!(["monday", "saturday"]);
        let rules = changed("plan.collection_days", days).unwrap();
        assert_eq!(rules.plan.collection_days.len(), 2);
    }

    #[test]
    fn what_cannot_be_is_refused_by_its_key() {
        let unknown = changed("vehicles.tram.count", 4.into()).unwrap_err();
        assert!(
            unknown.to_string().contains("vehicles.tram.count"),
            "{unknown}"
        );
        assert!(changed("plan.rho", serde_json::Value::Null).is_err());
        let negative = changed("plan.rho", (-1).into()).unwrap_err();
        assert!(negative.to_string().contains("plan.rho"), "{negative}");
    }
}
