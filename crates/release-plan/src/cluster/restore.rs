//! What drifted objects would be with their drift undone, as the API server predicts it.

use std::collections::BTreeMap;

use futures::StreamExt as _;
use kube::Client;
use names::ObjectRef;
use problem::Place;
use serde_json::Value;

use super::AT_ONCE;
use super::served::Served;
use super::try_apply::{How, apply, unasked, value};
use crate::normal::normal;
use crate::{Error, Manifest};

/// Each of the objects with the fields that its release gave it, where that differs from what is live.
///
/// Nothing is written. An object that cannot take its released fields any more is left out.
///
/// # Errors
/// [`Error::Cluster`] where the API server does not answer.
pub async fn restore(
    client: &Client,
    drifted: Vec<(ObjectRef, Value)>,
    live: &BTreeMap<ObjectRef, Value>,
) -> Result<BTreeMap<ObjectRef, Value>, Error> {
    let manifests: Vec<Manifest> = drifted.into_iter().map(manifest).collect();
    let versions = manifests.iter().map(|it| it.api_version.as_str());
    let served = Served::ask(client, versions).await.map_err(|source| unasked("the served kinds", source))?;
    let restored = futures::stream::iter(manifests).map(|it| one(client, &served, it));
    let restored: Vec<_> = restored.buffered(AT_ONCE).collect().await;
    let restored: Vec<_> = restored.into_iter().collect::<Result<_, _>>()?;
    let differs = |(object, restored): &(ObjectRef, Value)| {
        live.get(object).is_some_and(|live| normal(live) != normal(restored))
    };
    Ok(restored.into_iter().flatten().filter(differs).collect())
}

async fn one(
    client: &Client,
    served: &Served,
    manifest: Manifest,
) -> Result<Option<(ObjectRef, Value)>, Error> {
    let Some(found) = served.find(&manifest.api_version, &manifest.object.kind) else { return Ok(None) };
    let api = Served::api(client, found, manifest.object.namespace.as_ref());
    match apply(&api, &manifest, "jupyterhub-deploy-drift", How::TriedWithForce).await {
        Ok(restored) => Ok(Some((manifest.object, value(&restored)))),
        Err(kube::Error::Api(_)) => Ok(None),
        Err(source) => Err(unasked(&manifest.object.to_string(), source)),
    }
}

fn manifest((object, value): (ObjectRef, Value)) -> Manifest {
    let api_version = value.get("apiVersion").and_then(Value::as_str).unwrap_or_default().to_owned();
    Manifest { object, api_version, value, place: Place::new("manifest", 0, 0) }
}
