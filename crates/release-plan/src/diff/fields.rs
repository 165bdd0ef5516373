//! The fields in which two objects differ.

use std::collections::BTreeSet;

use serde_json::Value;

use super::path::{ItemName, Path};

/// One field; a side that does not have it is none.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Difference {
    pub(crate) path: Path,
    pub(crate) from: Option<Value>,
    pub(crate) to: Option<Value>,
}

/// Every field that differs, in the order of its path; what is on one side alone is one field as a whole.
pub(crate) fn differences(from: &Value, to: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(&Path::default(), Some(from), Some(to), &mut found);
    found
}

fn compare(path: &Path, from: Option<&Value>, to: Option<&Value>, found: &mut Vec<Difference>) {
    match (from, to) {
        (from, to) if from == to => {}
        (Some(Value::Object(one)), Some(Value::Object(other))) => {
            let keys: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
            for key in keys {
                compare(&path.key(key), one.get(key), other.get(key), found);
            }
        }
        (Some(Value::Array(one)), Some(Value::Array(other))) => items(path, one, other, found),
        (from, to) => {
            found.push(Difference { path: path.clone(), from: from.cloned(), to: to.cloned() });
        }
    }
}

fn items(path: &Path, one: &[Value], other: &[Value], found: &mut Vec<Difference>) {
    let (ours, theirs) = ItemName::of(one, other);
    let at = found.len();
    for (name, item) in ours.iter().zip(one) {
        let same = theirs.iter().position(|their| their == name).and_then(|number| other.get(number));
        compare(&path.item(name), Some(item), same, found);
    }
    for (name, item) in theirs.iter().zip(other) {
        if !ours.contains(name) {
            compare(&path.item(name), None, Some(item), found);
        }
    }
    // The same items in another order are a change all the same.
    if found.len() == at {
        let list = |items: &[Value]| Some(Value::Array(items.to_vec()));
        found.push(Difference { path: path.clone(), from: list(one), to: list(other) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn shown(from: Value, to: Value) -> Vec<String> {
        let side = |value: &Option<Value>| value.as_ref().map_or("-".to_owned(), Value::to_string);
        differences(&from, &to)
            .iter()
            .map(|it| format!("{} {} {}", it.path.as_str(), side(&it.from), side(&it.to)))
            .collect()
    }

    #[test]
    fn fields_are_found_by_their_names() {
        let container = |name: &str, image: &str| json!({"name": name, "image": image});
        let before = json!({"spec": {"containers": [container("hub", "a"), container("side", "b")]}, "a.b/c": 1, "gone": {"x": 1}});
        let after = json!({"spec": {"containers": [container("new", "n"), container("side", "b"), container("hub", "c")]}, "a.b/c": 2});
        assert_eq!(
            shown(before, after),
            [
                "[\"a.b/c\"] 1 2",
                "gone {\"x\":1} -",
                "spec.containers[name=hub].image \"a\" \"c\"",
                "spec.containers[name=new] - {\"name\":\"new\",\"image\":\"n\"}",
            ]
        );
        assert_eq!(shown(json!({"a": [1, 2]}), json!({"a": [1, 3, 4]})), ["a[1] 2 3", "a[2] - 4"]);
        let named = |names: [&str; 2]| json!(names.map(|name| json!({"name": name})));
        assert_eq!(shown(named(["a", "b"]), named(["b", "a"])).len(), 1, "another order");
    }

    fn object() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(json!(null)),
            any::<bool>().prop_map(|b| json!(b)),
            (0..3).prop_map(|n| json!(n)),
            "[ab]".prop_map(|s| json!(s))
        ];
        leaf.prop_recursive(3, 20, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                proptest::collection::btree_map("(name|a|b)", inner, 0..3)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn there_is_a_difference_exactly_where_they_differ(one in object(), other in object()) {
            prop_assert_eq!(differences(&one, &other).is_empty(), one == other);
            prop_assert!(differences(&one, &one).is_empty());
        }
    }
}
