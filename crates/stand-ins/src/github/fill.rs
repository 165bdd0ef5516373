//! A whole answer from the few fields that matter, by its schema.

use serde_json::{Map, Value, json};

use super::contract::Contract;

/// Schemas nest a few levels; a repository in a pull request in a list is the deepest.
const DEEPEST: usize = 12;

/// `given` with every field that `schema` demands beside it.
pub(crate) fn fill(contract: &Contract, schema: &Value, given: Option<Value>) -> Value {
    filled(contract, schema, given, DEEPEST)
}

fn filled(contract: &Contract, schema: &Value, given: Option<Value>, deep: usize) -> Value {
    let schema = contract.resolve(schema);
    if given == Some(Value::Null) || deep == 0 {
        return Value::Null;
    }
    for word in ["anyOf", "oneOf", "allOf"] {
        if let Some(first) = schema.get(word).and_then(Value::as_array).and_then(|choices| choices.first()) {
            let may_be_null = word == "anyOf" && is_nullable(schema);
            return match given {
                None if may_be_null => Value::Null,
                given => filled(contract, first, given, deep),
            };
        }
    }
    match (kind(schema), given) {
        ("object", given @ (None | Some(Value::Object(_)))) => {
            if given.is_none() && is_nullable(schema) {
                return Value::Null;
            }
            let mut given = given.and_then(|given| given.as_object().cloned()).unwrap_or_default();
            object(contract, schema, &mut given, deep)
        }
        ("array", Some(Value::Array(items))) => {
            let own = schema.get("items").cloned().unwrap_or_default();
            Value::Array(items.into_iter().map(|item| filled(contract, &own, Some(item), deep - 1)).collect())
        }
        (_, Some(given)) => given,
        (_, None) if is_nullable(schema) => Value::Null,
        (kind, None) => scalar(kind, schema),
    }
}

fn object(contract: &Contract, schema: &Value, given: &mut Map<String, Value>, deep: usize) -> Value {
    let properties = schema.get("properties").and_then(Value::as_object);
    let required: Vec<&str> = schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let mut whole = Map::new();
    for (name, own) in properties.into_iter().flatten() {
        let value = given.remove(name);
        if value.is_some() || required.contains(&name.as_str()) {
            whole.insert(name.clone(), filled(contract, own, value, deep - 1));
        }
    }
    whole.append(given);
    Value::Object(whole)
}

fn scalar(kind: &str, schema: &Value) -> Value {
    if let Some(first) = schema.get("enum").and_then(Value::as_array).and_then(|values| values.first()) {
        return first.clone();
    }
    match (kind, schema.get("format").and_then(Value::as_str)) {
        ("integer" | "number", _) => json!(1),
        ("boolean", _) => json!(false),
        ("array", _) => json!([]),
        (_, Some("uri")) => json!("https://github.example.org/"),
        (_, Some("date-time")) => json!("2026-11-01T00:00:00Z"),
        _ => json!("x"),
    }
}

fn kind(schema: &Value) -> &str {
    match schema.get("type") {
        Some(Value::String(kind)) => kind,
        Some(Value::Array(kinds)) => {
            kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or("string")
        }
        _ if schema.get("properties").is_some() => "object",
        _ => "string",
    }
}

fn is_nullable(schema: &Value) -> bool {
    let null = |value: &Value| value.as_str() == Some("null");
    let typed = schema.get("type").and_then(Value::as_array).is_some_and(|kinds| kinds.iter().any(null));
    let choices = schema.get("anyOf").and_then(Value::as_array);
    typed || choices.is_some_and(|choices| choices.iter().any(|own| own.get("type").is_some_and(null)))
}
