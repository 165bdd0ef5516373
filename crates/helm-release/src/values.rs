//! Looking a value up the way a template sees it: given values first, then the chart's own.

use serde_json::Value;

/// The value under a dotted path such as `hub.image.tag`; list items by their index.
///
/// A value that is set to null takes the chart's own away, as it does for Helm.
pub(crate) fn look_up<'a>(
    config: Option<&'a Value>,
    chart: Option<&'a Value>,
    path: &str,
) -> Option<&'a Value> {
    match walk(config, path) {
        Found::Value(value) => Some(value),
        Found::Taken => None,
        Found::Nothing => match walk(chart, path) {
            Found::Value(value) => Some(value),
            Found::Taken | Found::Nothing => None,
        },
    }
}

enum Found<'a> {
    Value(&'a Value),
    /// Null, or something without keys, stands where the path goes on.
    Taken,
    Nothing,
}

fn walk<'a>(root: Option<&'a Value>, path: &str) -> Found<'a> {
    let Some(mut value) = root else { return Found::Nothing };
    for key in path.split('.') {
        let next = match value {
            Value::Object(map) => map.get(key),
            // A list is replaced as a whole, so a missing item is not looked for elsewhere.
            Value::Array(list) => match key.parse().ok().and_then(|index: usize| list.get(index)) {
                Some(item) => Some(item),
                None => return Found::Taken,
            },
            _ => return Found::Taken,
        };
        match next {
            Some(found) => value = found,
            None => return Found::Nothing,
        }
    }
    if value.is_null() { Found::Taken } else { Found::Value(value) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn given_values_win_and_null_takes_away() {
        let config = json!({"hub": {"image": {"tag": "2"}, "cookie": null, "list": [1]}, "proxy": "off"});
        let chart = json!({"hub": {"image": {"tag": "1", "name": "hub"}, "cookie": "x", "list": [1, 2]}, "proxy": {"a": 1}});
        let cases = [
            ("hub.image.tag", Some(json!("2"))),
            ("hub.image.name", Some(json!("hub"))),
            ("hub.cookie", None),
            ("hub.list.0", Some(json!(1))),
            ("hub.list.1", None),
            ("proxy.a", None),
            ("nowhere", None),
        ];
        for (path, want) in cases {
            assert_eq!(look_up(Some(&config), Some(&chart), path), want.as_ref(), "{path}");
        }
        assert_eq!(look_up(None, Some(&chart), "hub.image.tag"), Some(&json!("1")));
    }
}
