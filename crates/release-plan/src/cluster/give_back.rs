//! Takes an applied step back: what was verified before is applied again, what is new goes.

use kube::api::{DeleteParams, DynamicObject};
use kube::{Api, Client};
use names::ObjectRef;
use problem::Place;
use serde_json::json;

use super::carry_out::{Touched, Was};
use super::served::Served;
use super::try_apply::{How, MANAGER, apply, refused, unasked};
use crate::{Error, Manifest};

/// Kinds whose deletion takes what others keep in them along.
const KEPT: [&str; 3] = ["CustomResourceDefinition", "Namespace", "PersistentVolumeClaim"];

/// Takes back what a step wrote, its last object first; `back` are the manifests that were verified last.
/// The objects that stay although they are new, because others keep their data in them, are returned.
///
/// Fields that somebody else manages are never touched: what was never applied by us before is only let go.
///
/// # Errors
/// [`Error::Refused`] for an object that the API server does not take back, [`Error::NoWayBack`] for one
/// that had been applied before and whose verified manifest is not known; [`Error::Cluster`] where it does
/// not answer.
pub async fn give_back(
    client: &Client,
    touched: &[Touched],
    back: &[Manifest],
) -> Result<Vec<ObjectRef>, Error> {
    let versions = touched.iter().map(|it| it.api_version.as_str());
    let served = Served::ask(client, versions).await.map_err(|source| unasked("the served kinds", source))?;
    let mut kept = Vec::new();
    for touched in touched.iter().rev() {
        let Touched { api_version, object, was } = touched;
        // A kind that is gone, or never came, has no objects.
        let Some(found) = served.find(api_version, &object.kind) else { continue };
        let api = Served::api(client, found, object.namespace.as_ref());
        let is_same = |manifest: &&Manifest| {
            manifest.api_version == *api_version
                && manifest.object.kind == object.kind
                && manifest.object.name == object.name
                && (!found.1 || manifest.object.namespace == object.namespace)
        };
        match (back.iter().find(is_same), was) {
            (Some(manifest), _) => put(&api, manifest).await?,
            (None, Was::Absent) if KEPT.contains(&object.kind.as_str()) => kept.push(object.clone()),
            (None, Was::Absent) => delete(&api, object).await?,
            (None, Was::Theirs) => put(&api, &bare(touched)).await?,
            (None, Was::Ours) => return Err(Error::NoWayBack { object: object.clone() }),
        }
    }
    Ok(kept)
}

async fn put(api: &Api<DynamicObject>, manifest: &Manifest) -> Result<(), Error> {
    match apply(api, manifest, MANAGER, How::InEarnest).await {
        Ok(_) => Ok(()),
        Err(kube::Error::Api(status)) => Err(refused(manifest, status.message)),
        Err(source) => Err(unasked(&manifest.object.to_string(), source)),
    }
}

async fn delete(api: &Api<DynamicObject>, object: &ObjectRef) -> Result<(), Error> {
    match api.delete(&object.name, &DeleteParams::background()).await {
        Ok(_) => Ok(()),
        Err(kube::Error::Api(status)) if status.code == 404 => Ok(()),
        Err(source) => Err(unasked(&object.to_string(), source)),
    }
}

/// A manifest without a field: applying it lets go of every field that we had applied.
fn bare(touched: &Touched) -> Manifest {
    let Touched { api_version, object, .. } = touched;
    let mut value =
        json!({"apiVersion": api_version, "kind": object.kind, "metadata": {"name": object.name}});
    if let (Some(namespace), Some(metadata)) = (&object.namespace, value.get_mut("metadata")) {
        metadata["namespace"] = json!(namespace);
    }
    let place = Place::new("what was applied", 0, 0);
    Manifest { object: object.clone(), api_version: api_version.clone(), value, place }
}
