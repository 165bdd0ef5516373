//! Server-side apply in earnest: the objects of a step in their order, and nothing forced.

use std::time::Duration;

use kube::Client;
use names::ObjectRef;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::served::Served;
use super::try_apply::{How, MANAGER, apply, lacks_webhook, refused, unasked};
use crate::{Attempt, Error, Manifest};

/// How often a kind that is not served yet, or a webhook that is not up yet, is asked for again.
const AGAIN: Duration = Duration::from_millis(200);

/// An object that a step is about to write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touched {
    /// Its group and version.
    pub api_version: String,
    /// Kind and name.
    pub object: ObjectRef,
    /// Whose it was before.
    pub was: Was,
}

/// Whose an object was before a step wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Was {
    /// It was not there.
    Absent,
    /// It was there, and we had applied no field of it.
    Theirs,
    /// We had applied it before.
    Ours,
}

/// What a step will write, from what was seen when it was tried.
#[must_use]
pub fn touched(attempts: &[Attempt]) -> Vec<Touched> {
    let one = |attempt: &Attempt| Touched {
        api_version: attempt.manifest.api_version.clone(),
        object: attempt.manifest.object.clone(),
        was: match &attempt.live {
            None => Was::Absent,
            Some(live) if is_ours(live) => Was::Ours,
            Some(_) => Was::Theirs,
        },
    };
    attempts.iter().map(one).collect()
}

/// Whether we have applied fields of an object.
fn is_ours(live: &Value) -> bool {
    let entries = live.pointer("/metadata/managedFields").and_then(Value::as_array);
    let is = |entry: &Value, key: &str, text: &str| entry.get(key).and_then(Value::as_str) == Some(text);
    entries
        .into_iter()
        .flatten()
        .any(|entry| is(entry, "manager", MANAGER) && is(entry, "operation", "Apply"))
}

/// Applies every object, one after the other; `wrote` hears of each. Where an object needs a kind or a
/// webhook that an earlier one brings, it is waited for, each time for `patience` at most.
///
/// # Errors
/// [`Error::Refused`] for an object that the API server does not take, or of which somebody else manages
/// fields; [`Error::Cluster`] where it does not answer. What was applied before it stays.
pub async fn carry_out(
    client: &Client,
    manifests: &[Manifest],
    patience: Duration,
    mut wrote: impl FnMut(&ObjectRef),
) -> Result<(), Error> {
    let mut served = Served::default();
    for manifest in manifests {
        let mut left = patience;
        let object = loop {
            if served.find(&manifest.api_version, &manifest.object.kind).is_none() {
                let versions = manifests.iter().map(|it| it.api_version.as_str());
                let asked = Served::ask(client, versions).await;
                served = asked.map_err(|source| unasked("the served kinds", source))?;
            }
            match once(client, &served, manifest).await? {
                Ok(object) => break object,
                Err(refused) if left.is_zero() => return Err(refused),
                Err(_) => tokio::time::sleep(AGAIN).await,
            }
            left = left.saturating_sub(AGAIN);
        };
        wrote(&object);
    }
    Ok(())
}

/// One try; the inner error may pass by waiting.
async fn once(
    client: &Client,
    served: &Served,
    manifest: &Manifest,
) -> Result<Result<ObjectRef, Error>, Error> {
    let Manifest { api_version, object, .. } = manifest;
    let Some(found) = served.find(api_version, &object.kind) else {
        let message = format!("the cluster does not serve {api_version} {}", object.kind);
        return Ok(Err(refused(manifest, message)));
    };
    let api = Served::api(client, found, object.namespace.as_ref());
    match apply(&api, manifest, MANAGER, How::InEarnest).await {
        Ok(_) => {
            let namespace = object.namespace.clone().filter(|_| found.1);
            Ok(Ok(ObjectRef { namespace, ..object.clone() }))
        }
        Err(kube::Error::Api(status)) if lacks_webhook(&status) => Ok(Err(refused(manifest, status.message))),
        Err(kube::Error::Api(status)) => Err(refused(manifest, status.message)),
        Err(source) => Err(unasked(&object.to_string(), source)),
    }
}
