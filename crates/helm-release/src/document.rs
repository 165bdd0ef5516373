//! Lenient looks into a release's JSON document.

use jiff::Timestamp;
use serde_json::{Map, Value};

/// Helm's JSON of one release, with every field it has.
pub(crate) type Document = Map<String, Value>;

/// The value under a path of keys.
pub(crate) fn at<'a>(document: &'a Document, path: &[&str]) -> Option<&'a Value> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold(document.get(*first)?, |value, key| value.get(key))
}

/// The text under a path; anything else is no text.
pub(crate) fn text(document: &Document, path: &[&str]) -> Option<String> {
    at(document, path)?.as_str().map(str::to_owned)
}

/// The time under a path. Go writes an unset time as an empty text or as the year 1.
pub(crate) fn time(value: Option<&Value>) -> Option<Timestamp> {
    let time: Timestamp = value?.as_str()?.parse().ok()?;
    (time > Timestamp::UNIX_EPOCH).then_some(time)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn both_majors_times_are_read_and_unset_ones_are_none() {
        let read = |text: &str| time(Some(&json!(text))).map(|time| time.to_string());
        assert_eq!(read("2026-11-21T07:44:00.123456789Z").as_deref(), Some("2026-11-21T07:44:00.123456789Z"));
        assert_eq!(read("2026-11-21T08:44:00+01:00").as_deref(), Some("2026-11-21T07:44:00Z"));
        assert_eq!(read(""), None);
        assert_eq!(read("0001-01-01T00:00:00Z"), None);
        assert_eq!(time(Some(&json!(null))), None);
    }
}
