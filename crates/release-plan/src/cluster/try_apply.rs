//! Server-side apply, dry: what would come of manifests, conflicts shown and nothing forced.

use futures::StreamExt as _;
use kube::api::{DynamicObject, Patch, PatchParams, ValidationDirective};
use kube::{Api, Client};
use serde_json::Value;

use super::AT_ONCE;
use super::served::Served;
use crate::{Attempt, Conflict, Error, Manifest, Verdict};

/// The name under which `deploy` manages what it applies.
pub(super) const MANAGER: &str = "jupyterhub-deploy";

/// Tries every object. Nothing is written: each request is a dry run, unknown fields are refused, and no
/// field is taken from another manager.
///
/// # Errors
/// [`Error::Refused`] for an object that the API server would never take, with its place;
/// [`Error::Cluster`] where it does not answer.
pub async fn try_apply(client: &Client, manifests: Vec<Manifest>) -> Result<Vec<Attempt>, Error> {
    let versions = manifests.iter().map(|it| it.api_version.as_str());
    let served = Served::ask(client, versions).await.map_err(|source| unasked("the served kinds", source))?;
    let attempts = futures::stream::iter(manifests).map(|it| attempt(client, &served, it));
    let attempts: Vec<_> = attempts.buffered(AT_ONCE).collect().await;
    attempts.into_iter().collect()
}

async fn attempt(client: &Client, served: &Served, mut manifest: Manifest) -> Result<Attempt, Error> {
    let kind = &manifest.object.kind;
    let Some(found) = served.find(&manifest.api_version, kind) else {
        let reason = format!("the cluster does not serve {} {kind} yet", manifest.api_version);
        return Ok(Attempt { manifest, live: None, verdict: Verdict::Unproven(reason) });
    };
    if !found.1 {
        manifest.object.namespace = None;
    }
    let api = Served::api(client, found, manifest.object.namespace.as_ref());
    let name = manifest.object.name.as_str();
    let (live, tried) = futures::join!(api.get_opt(name), apply(&api, &manifest, MANAGER, How::Tried));
    let live = live.map_err(|source| unasked(&manifest.object.to_string(), source))?;
    let verdict = match tried {
        Ok(object) => Verdict::Becomes(value(&object)),
        Err(kube::Error::Api(status)) => judge(&manifest, &status)?,
        Err(source) => return Err(unasked(&manifest.object.to_string(), source)),
    };
    Ok(Attempt { manifest, live: live.as_ref().map(value), verdict })
}

/// How an object is applied; only a dry run ever takes fields from whoever manages them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    Tried,
    TriedWithForce,
    InEarnest,
}

/// Server-side apply.
pub(super) async fn apply(
    api: &Api<DynamicObject>,
    manifest: &Manifest,
    manager: &str,
    how: How,
) -> Result<DynamicObject, kube::Error> {
    let params = PatchParams {
        dry_run: how != How::InEarnest,
        force: how == How::TriedWithForce,
        field_manager: Some(manager.to_owned()),
        field_validation: Some(ValidationDirective::Strict),
    };
    api.patch(&manifest.object.name, &params, &Patch::Apply(&manifest.value)).await
}

pub(super) fn value(object: &DynamicObject) -> Value {
    serde_json::to_value(object).unwrap_or_default()
}

fn judge(manifest: &Manifest, status: &kube::core::Status) -> Result<Verdict, Error> {
    let about = status.details.as_ref();
    match status.code {
        409 => {
            let causes = about.map(|about| about.causes.as_slice()).unwrap_or_default();
            let conflicts: Vec<Conflict> = causes
                .iter()
                .map(|cause| Conflict { field: cause.field.clone(), manager: manager(&cause.message) })
                .collect();
            Ok(Verdict::Conflicts(conflicts))
        }
        404 if about.is_some_and(|about| about.kind == "namespaces") => {
            Ok(Verdict::Unproven(status.message.clone()))
        }
        500 if lacks_webhook(status) => Ok(Verdict::Unproven(status.message.clone())),
        _ => Err(refused(manifest, status.message.clone())),
    }
}

/// A webhook that an earlier object brings may not be up yet.
pub(super) fn lacks_webhook(status: &kube::core::Status) -> bool {
    status.message.contains("failed calling webhook")
}

pub(super) fn refused(manifest: &Manifest, message: String) -> Error {
    Error::Refused { place: Box::new(manifest.place.clone()), object: manifest.object.clone(), message }
}

/// The manager in `conflict with "kubectl-edit" using apps/v1`.
fn manager(message: &str) -> String {
    let name = message.split('"').nth(1);
    name.unwrap_or(message).to_owned()
}

pub(super) fn unasked(what: &str, source: kube::Error) -> Error {
    Error::Cluster { what: what.to_owned(), source: Box::new(source) }
}
