//! A saved plan: its bytes, its hash, and how long it holds.

use release_plan::{Document, MemberPlan, StepPlan, disagreement, schema};

use crate::scene::*;

fn document(value: &str) -> Document {
    let step = plan(
        &[config_map("a", "k", "1"), config_map("b", "k", "1")],
        &[config_map("a", "k", value), config_map("b", "k", "1")],
        &veil(),
    );
    Document::new(vec![MemberPlan::new("prod".parse().unwrap(), vec![step])])
}

fn step(document: &Document) -> &StepPlan {
    &document.members[0].steps[0]
}

#[test]
fn the_same_plan_is_the_same_bytes_and_is_read_again() {
    let (one, other) = (document("2").to_bytes(), document("2").to_bytes());
    assert_eq!(one, other);
    assert_eq!(Document::read("p.json".into(), &one).unwrap(), document("2"));
    assert_ne!(document("2").hash, document("3").hash);
    // RFC 8785: no white space, keys in order.
    assert!(String::from_utf8(one).unwrap().starts_with("{\"format\":\"plan/v1\",\"hash\":\""));
}

#[test]
fn no_part_of_a_plan_can_be_altered() {
    let text = String::from_utf8(document("2").to_bytes()).unwrap();
    let altered = [
        text.replace("\"to\":\"2\"", "\"to\":\"3\""),
        text.replace("+  k: \\\"2\\\"", "+  k: \\\"9\\\""),
        text.replace("\"changed\"", "\"unchanged\""),
        text.replace("\"member\":\"prod\"", "\"member\":\"ovh\""),
    ];
    for alteration in altered {
        assert_ne!(alteration, text, "nothing was altered");
        let error = Document::read("p.json".into(), alteration.as_bytes()).unwrap_err();
        assert!(error.to_string().contains("was altered"), "{error}");
    }
}

#[test]
fn what_differs_is_named_and_context_is_not() {
    assert_eq!(disagreement(step(&document("2")), step(&document("2"))), None);
    let differs = disagreement(step(&document("2")), step(&document("3"))).unwrap();
    assert_eq!(differs.to_string(), "ConfigMap/prod/a");
    let around = |beside: &str| {
        let object = |value: &str| {
            let mut object = config_map("a", "k", value);
            object["data"]["beside"] = beside.into();
            object
        };
        plan(&[object("1")], &[object("2")], &veil())
    };
    assert_ne!(around("x").objects()[0].hunks, around("y").objects()[0].hunks);
    assert_eq!(around("x").hash(), around("y").hash());
}

#[test]
fn the_schema_names_every_key_that_a_plan_has() {
    let schema = schema();
    let mut known = Vec::new();
    keys_of_schema(&schema, &mut known);
    let object = deployment("hub", "hub:1", "a");
    let mut after = deployment("hub", "hub:2", "b");
    after["spec"]["replicas"] = 2.into();
    let step = plan(
        &[object, secret("hub", "cookie_secret", "one")],
        &[after, secret("hub", "cookie_secret", "two")],
        &veil(),
    );
    let document = Document::new(vec![MemberPlan::new("prod".parse().unwrap(), vec![step])]);
    let value: serde_json::Value = serde_json::from_slice(&document.to_bytes()).unwrap();
    let mut used = Vec::new();
    keys(&value, &mut used);
    for key in used {
        assert!(known.contains(&key), "the schema does not name `{key}`");
    }
}

fn keys(value: &serde_json::Value, found: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(map) => {
            for (key, inner) in map {
                found.push(key.clone());
                // Values of fields are the operator's own.
                if key != "from" && key != "to" {
                    keys(inner, found);
                }
            }
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| keys(item, found)),
        _ => {}
    }
}

fn keys_of_schema(value: &serde_json::Value, found: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(map) => {
            if let Some(serde_json::Value::Object(properties)) = map.get("properties") {
                found.extend(properties.keys().cloned());
            }
            map.values().for_each(|inner| keys_of_schema(inner, found));
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| keys_of_schema(item, found)),
        _ => {}
    }
}
