//! Leaves out of a line who manages which field: a third of what a server sends, and nothing that is judged.

use memchr::{memchr, memchr_iter, memmem};

/// Within a string a quote is escaped, so these bytes can only be the key of an array that follows.
const OWNERS: &[u8] = br#""managedFields":["#;

/// Empties every such array, where its end is beyond doubt; every other byte stays.
///
/// Looking for a few bytes is many times cheaper than reading past the fields one by one.
pub(super) fn leave_out(line: &mut Vec<u8>) {
    let mut from = 0;
    while let Some(found) = line.get(from..).and_then(|rest| memmem::find(rest, OWNERS)) {
        from += found + OWNERS.len();
        if let Some(length) = line.get(from..).and_then(length) {
            line.drain(from..from + length);
        }
    }
}

/// How long an array is whose text begins here; none where that takes more than a glance.
fn length(text: &[u8]) -> Option<usize> {
    let length = memchr(b']', text)?;
    let inside = text.get(..length)?;
    if memchr(b'[', inside).is_some() || memmem::find(inside, br"\\").is_some() {
        return None;
    }
    // No backslash is escaped itself, so each one escapes what follows; a bracket outside of all strings has
    // an even number of open quotes before it.
    let escaped = memchr_iter(b'\\', inside).filter(|at| inside.get(at + 1) == Some(&b'"')).count();
    let quotes = memchr_iter(b'"', inside).count() - escaped;
    quotes.is_multiple_of(2).then_some(length)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn left(text: &str) -> String {
        let mut line = text.as_bytes().to_vec();
        leave_out(&mut line);
        String::from_utf8(line).unwrap()
    }

    #[test]
    fn an_array_goes_where_its_end_is_certain_and_stays_where_it_is_not() {
        let entry = r#"{"manager":"kubectl","fieldsV1":{"f:env":{"k:{\"name\":\"A\"}":{".":{}}}}}"#;
        for (text, wanted) in [
            (format!(r#"{{"managedFields":[{entry},{entry}],"a":[1]}}"#), r#"{"managedFields":[],"a":[1]}"#),
            (
                format!(r#"[{{"managedFields":[{entry}]}},{{"managedFields":[]}}]"#),
                r#"[{"managedFields":[]},{"managedFields":[]}]"#,
            ),
        ] {
            assert_eq!(left(&text), wanted);
        }
        for stays in [
            r#"{"managedFields":[{"a":"b]c"}]}"#,
            r#"{"managedFields":[[1],2]}"#,
            r#"{"managedFields":[{"a":"\\"}]}"#,
            r#"{"managedFields":["#,
            r#"{"managedFields": [{}]}"#,
            r#"{"a":"\"managedFields\":[1]"}"#,
        ] {
            assert_eq!(left(stays), stays);
        }
    }

    /// Names as a hostile manager would choose them.
    fn name() -> impl Strategy<Value = String> {
        prop_oneof![3 => "[a-z:{}.,]{0,8}", 2 => r#"[\[\]"\\{},:a]{0,8}"#, 1 => Just("managedFields".to_owned())]
    }

    fn owners() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![name().prop_map(Value::from), Just(json!({})), Just(json!(7))];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                4 => prop::collection::hash_map(name(), inner.clone(), 0..4).prop_map(|map| json!(map)),
                1 => prop::collection::vec(inner, 0..3).prop_map(Value::from),
            ]
        })
    }

    proptest! {
        #[test]
        fn everything_else_stays_whatever_the_fields_are_called(owners in prop::collection::vec(owners(), 0..4), beside in owners()) {
            let without = |owners: &[Value]| json!({"m": {"managedFields": owners, "name": &beside}, "spec": &beside});
            let mut line = without(&owners).to_string().into_bytes();
            leave_out(&mut line);
            let mut read: Value = serde_json::from_slice(&line).expect("what is left is JSON");
            let mut wanted = without(&owners);
            // `beside` may have owners of its own, which may stay or go.
            for value in [&mut read, &mut wanted] {
                strip(value);
            }
            prop_assert_eq!(read, wanted);
        }
    }

    /// Empties every array of that name.
    fn strip(value: &mut Value) {
        match value {
            Value::Object(map) => {
                for (name, value) in map {
                    match value {
                        Value::Array(list) if name == "managedFields" => list.clear(),
                        value => strip(value),
                    }
                }
            }
            Value::Array(list) => list.iter_mut().for_each(strip),
            _ => {}
        }
    }
}
