//! The bytes of RFC 8785, and the hash over them.

use serde::Serialize;
use serde_json::Value;

use crate::PlanHash;

/// The bytes: equal for equal plans on every machine.
pub(crate) fn bytes(value: &impl Serialize) -> Vec<u8> {
    // Plans hold texts and numbers that a double can hold: what cannot be written does not get here,
    // and if it did, other bytes are better than none.
    let plain = || serde_json::to_vec(value).unwrap_or_default();
    serde_json_canonicalizer::to_vec(value).unwrap_or_else(|_| plain())
}

/// The hash over a plan, or a part of it, without what is only shown beside the change.
pub(crate) fn hash(value: &impl Serialize) -> PlanHash {
    let mut value = serde_json::to_value(value).unwrap_or_default();
    forget_context(&mut value);
    PlanHash::of(&bytes(&value))
}

/// Context moves with the live object and says nothing of what the plan does.
fn forget_context(value: &mut Value) {
    match value {
        Value::Object(map) => {
            if let Some(Value::Array(hunks)) = map.get_mut("hunks") {
                for hunk in hunks {
                    let Some(Value::Array(lines)) = hunk.get_mut("lines") else { continue };
                    lines.retain(|line| !line.as_str().is_some_and(|line| line.starts_with(' ')));
                }
            }
            map.values_mut().for_each(forget_context);
        }
        Value::Array(items) => items.iter_mut().for_each(forget_context),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn the_examples_of_the_standard_come_out_as_it_says() {
        let value: Value = serde_json::from_str(
            r#"{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}"#,
        )
        .unwrap();
        let want = "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}";
        assert_eq!(String::from_utf8(bytes(&value)).unwrap(), want);
        // Keys go by UTF-16 code units: an emoji stands before what follows the surrogates.
        let keys = json!({"\u{fb33}": 1, "\u{1f600}": 2, "\u{20ac}": 3, "\r": 4, "1": 5});
        let want = "{\"\\r\":4,\"1\":5,\"€\":3,\"😀\":2,\"\u{fb33}\":1}";
        assert_eq!(String::from_utf8(bytes(&keys)).unwrap(), want);
    }

    #[test]
    fn context_does_not_count_and_everything_else_does() {
        let plan = |lines: &[&str]| json!({"steps": [{"hunks": [{"path": "a", "lines": lines}]}]});
        assert_eq!(hash(&plan(&[" a", "-b", "+c"])), hash(&plan(&[" x", "-b", "+c", " y"])));
        assert_ne!(hash(&plan(&[" a", "-b", "+c"])), hash(&plan(&[" a", "-b", "+d"])));
    }

    proptest! {
        #[test]
        fn the_order_of_keys_does_not_count(keys in proptest::collection::btree_map("[a-z]{1,4}", any::<i32>(), 0..8)) {
            let forward: serde_json::Map<_, _> = keys.iter().map(|(k, v)| (k.clone(), json!(v))).collect();
            let backward: serde_json::Map<_, _> = keys.iter().rev().map(|(k, v)| (k.clone(), json!(v))).collect();
            prop_assert_eq!(bytes(&Value::Object(forward)), bytes(&Value::Object(backward)));
        }
    }
}
