//! A release before and after, and what the API server would say of it.

use std::collections::BTreeMap;

use helm_release::Release;
use names::ObjectRef;
use release_plan::{Forecast, How, StepPlan, Veil, Write, helm_step};
use serde_json::{Value, json};

/// A release of these objects; `hooks` as Helm stores them.
pub(crate) fn release(
    revision: u32,
    chart: Value,
    objects: &[Value],
    config: Value,
    hooks: Value,
) -> Release {
    let manifest: String = objects.iter().map(|object| format!("---\n{}", serde_yaml(object))).collect();
    let document = json!({
        "name": "hub", "namespace": "prod", "version": revision, "info": {"status": "deployed"},
        "chart": {"metadata": chart}, "config": config, "manifest": manifest, "hooks": hooks,
    });
    Release::decode_json(document.to_string().as_bytes(), &BTreeMap::new()).unwrap()
}

/// JSON is YAML.
fn serde_yaml(object: &Value) -> String {
    format!("{object}\n")
}

pub(crate) fn chart(version: &str) -> Value {
    json!({"name": "binderhub", "version": version})
}

pub(crate) fn plain(revision: u32, objects: &[Value]) -> Release {
    release(revision, chart("1.0.0"), objects, json!({}), json!([]))
}

/// What the object is called.
pub(crate) fn reference(object: &Value) -> ObjectRef {
    let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str).unwrap();
    let namespace = Some("prod".parse().unwrap());
    ObjectRef { kind: text("/kind").to_owned(), namespace, name: text("/metadata/name").to_owned() }
}

/// The object as the API server would have it, with all that it counts.
pub(crate) fn served(object: &Value, version: u32) -> Value {
    use base64::Engine as _;
    let mut object = object.clone();
    object["metadata"]["resourceVersion"] = json!(version.to_string());
    object["metadata"]["uid"] = json!(format!("uid-{version}"));
    object["metadata"]["namespace"] = json!("prod");
    if let Some(plain) = object.as_object_mut().unwrap().remove("stringData") {
        for (key, value) in plain.as_object().unwrap() {
            let encoded = base64::engine::general_purpose::STANDARD.encode(value.as_str().unwrap());
            object["data"][key] = json!(encoded);
        }
    }
    object
}

/// The writes of an upgrade: what is new, what differs, what goes.
pub(crate) fn upgrade<'a>(
    last: &'a Release,
    next: &'a Release,
    before: &[Value],
    after: &[Value],
) -> Forecast<'a> {
    let live: BTreeMap<ObjectRef, Value> =
        before.iter().map(|object| (reference(object), served(object, 1))).collect();
    let mut writes = Vec::new();
    let write = |object: &Value, how| Write {
        object: reference(object),
        api_version: object["apiVersion"].as_str().unwrap().to_owned(),
        how,
    };
    for object in after {
        match live.get(&reference(object)) {
            None => writes.push(write(object, How::Create(served(object, 2)))),
            Some(_) => writes.push(write(object, How::Change(served(object, 3)))),
        }
    }
    for object in before.iter().filter(|old| !after.iter().any(|new| reference(new) == reference(old))) {
        writes.push(write(object, How::Delete));
    }
    Forecast { release: next, last: Some(last), writes, live, restored: BTreeMap::new() }
}

/// The plan of an upgrade from these objects to those.
pub(crate) fn plan(before: &[Value], after: &[Value], veil: &Veil) -> StepPlan {
    let (last, next) = (plain(1, before), plain(2, after));
    helm_step("hub".parse().unwrap(), 1, upgrade(&last, &next, before, after), veil)
}

pub(crate) fn veil() -> Veil {
    Veil::new::<&str>(Some(b"subkey"), "", []).unwrap()
}

pub(crate) fn config_map(name: &str, key: &str, value: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {key: value}})
}

pub(crate) fn secret(name: &str, key: &str, value: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "stringData": {key: value}})
}

/// A Deployment that reads the ConfigMap and the Secret of its name.
pub(crate) fn deployment(name: &str, image: &str, sum: &str) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": name, "labels": {"component": name, "chart": "jupyterhub-4.3.6"}},
        "spec": {"replicas": 1, "strategy": {"type": "Recreate"}, "template": {
            "metadata": {"labels": {"component": name}, "annotations": {"checksum/config": sum}},
            "spec": {
                "containers": [{"name": name, "image": image, "env": [{"name": "A", "value": "1"}]}],
                "volumes": [{"name": "config", "configMap": {"name": name}}, {"name": "secret", "secret": {"secretName": name}}],
            },
        }},
    })
}
