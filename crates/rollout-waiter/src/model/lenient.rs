//! How a field is read when the cluster writes something else than its schema says.
//!
//! One odd field must not hide the other forty: a wrong type reads as the default,
//! a number in quotes reads as the number, a broken element of a list is left out.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// The value, or the default where it is absent, null or of another shape.
pub(crate) fn field<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + DeserializeOwned,
{
    Ok(T::deserialize(Value::deserialize(deserializer)?).unwrap_or_default())
}

/// The elements that can be read.
pub(crate) fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    let Value::Array(elements) = Value::deserialize(deserializer)? else {
        return Ok(Vec::new());
    };
    Ok(elements.into_iter().filter_map(|element| T::deserialize(element).ok()).collect())
}

/// A number, also in quotes; zero where there is none.
pub(crate) fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    Ok(number(&Value::deserialize(deserializer)?).unwrap_or_default())
}

/// A number, also in quotes, or nothing.
pub(crate) fn maybe_count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    Ok(number(&Value::deserialize(deserializer)?))
}

fn number(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A field whose presence alone says something: whatever it holds, it is there.
pub(crate) fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Default + DeserializeOwned,
{
    let value = Value::deserialize(deserializer)?;
    Ok((!value.is_null()).then(|| T::deserialize(value).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize, Debug, PartialEq)]
    struct Odd {
        #[serde(default, deserialize_with = "count")]
        number: i64,
        #[serde(default, deserialize_with = "field")]
        text: String,
        #[serde(default, deserialize_with = "list")]
        names: Vec<String>,
        #[serde(default, deserialize_with = "present")]
        probe: Option<i64>,
    }

    fn read(json: &str) -> Odd {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_number_in_quotes_is_the_number() {
        assert_eq!(read(r#"{"number": "17"}"#).number, 17);
        assert_eq!(read(r#"{"number": {"x": 1}}"#).number, 0);
        assert_eq!(read(r#"{"number": 1e300}"#).number, 0);
    }

    #[test]
    fn one_broken_field_leaves_the_others() {
        let odd = read(r#"{"number": 3, "text": [1], "names": ["a", 7, "b"], "probe": {}}"#);
        assert_eq!(
            odd,
            Odd { number: 3, text: String::new(), names: vec!["a".into(), "b".into()], probe: Some(0) }
        );
        assert_eq!(read(r#"{"probe": null, "names": 3}"#).probe, None);
    }
}
