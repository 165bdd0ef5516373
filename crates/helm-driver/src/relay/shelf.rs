//! A plan's reads of single objects, answered from lists.
//!
//! Helm reads every object on its own and one after the other: at 50 ms each, 150 objects take eight
//! seconds. A plan changes nothing, so what was listed at its beginning is as true at its end; each
//! collection that Helm asks about is listed once, and it is answered from that. Where a list is not
//! allowed, or too long, each object is asked for as ever.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::Request;
use serde_json::{Map, Value, json};
use tokio::sync::OnceCell;

use super::api::Resource;
use helm_release::SECRET_TYPE;

/// Objects of one collection by their name; none where it could not be listed as a whole.
type Objects = Option<HashMap<String, Value>>;

/// Longer lists cost more than they save.
const LONGEST: usize = 500;

/// The collections of one plan.
#[derive(Default)]
pub(crate) struct Shelf(Mutex<HashMap<String, Arc<OnceCell<Objects>>>>);

impl Shelf {
    /// Code and body of the answer to a read of this object; none where it must be asked for.
    pub(crate) async fn get(&self, client: &kube::Client, resource: &Resource) -> Option<(u16, Bytes)> {
        let name = resource.name.as_deref()?;
        let path = resource.collection();
        let cell = {
            let mut collections = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(collections.entry(path.clone()).or_default())
        };
        let objects = cell.get_or_init(|| list(client, resource, &path)).await.as_ref()?;
        Some(match objects.get(name) {
            Some(object) => (200, object.to_string().into()),
            None => (404, absent(resource, name).to_string().into()),
        })
    }
}

async fn list(client: &kube::Client, resource: &Resource, path: &str) -> Objects {
    // Helm's own records are large, and not what it asks for one by one.
    let others = match resource.group.is_empty() && resource.resource == "secrets" {
        true => format!("&fieldSelector=type%21%3D{}", SECRET_TYPE.replace('/', "%2F")),
        false => String::new(),
    };
    let request = Request::get(format!("{path}?limit={LONGEST}{others}")).body(Vec::new()).ok()?;
    let list: Value = client.request(request).await.ok()?;
    let more = list.pointer("/metadata/continue").and_then(Value::as_str).unwrap_or_default();
    let kind = list.get("kind")?.as_str()?.strip_suffix("List")?;
    let api_version = list.get("apiVersion")?.clone();
    let items = list.get("items")?.as_array().filter(|_| more.is_empty())?;
    let named = |item: &Value| {
        let mut object = Map::new();
        // An item of a list does not say what it is.
        object.insert("apiVersion".to_owned(), api_version.clone());
        object.insert("kind".to_owned(), json!(kind));
        object.extend(item.as_object()?.clone());
        let name = item.pointer("/metadata/name")?.as_str()?.to_owned();
        Some((name, Value::Object(object)))
    };
    items.iter().map(named).collect()
}

/// What the API server says of an object that is not there.
fn absent(resource: &Resource, name: &str) -> Value {
    let of = match resource.group.as_str() {
        "" => resource.resource.clone(),
        group => format!("{}.{group}", resource.resource),
    };
    json!({
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
        "message": format!("{of} \"{name}\" not found"), "reason": "NotFound", "code": 404,
        "details": {"name": name, "group": resource.group, "kind": resource.resource},
    })
}
