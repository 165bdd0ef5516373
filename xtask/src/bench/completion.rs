//! Which write made each Deployment complete, and when the API server answered it.
//!
//! After the pods of the new revision are ready, a Deployment's status is still written when its
//! old pods are gone, so the last write says nothing. A watch of our own counts each Deployment's
//! changes; the audit log has one successful write for each of them, with its time.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use futures::TryStreamExt as _;
use jiff::Timestamp;
use k8s_openapi::api::apps::v1::Deployment;
use kube::api::{ListParams, WatchEvent, WatchParams};
use kube::{Api, ResourceExt as _};
use sandbox::Request;

/// The changes since the watch began, by Deployment.
#[derive(Debug, Default)]
pub(crate) struct Completion(BTreeMap<String, Changes>);

#[derive(Debug, Default)]
struct Changes {
    seen: usize,
    completed_by: Option<usize>,
}

impl Completion {
    /// Where a watch begins that misses nothing from now on.
    pub(crate) async fn now(api: &Api<Deployment>) -> Result<String> {
        let list = api.list_metadata(&ListParams::default().limit(1)).await?;
        list.metadata.resource_version.context("a list without a version")
    }

    /// Takes changes from `version` on, for as long as it is polled.
    pub(crate) async fn follow(&mut self, api: &Api<Deployment>, mut version: String) -> Result<()> {
        loop {
            let params = WatchParams::default().timeout(290).disable_bookmarks();
            let mut changes = std::pin::pin!(api.watch(&params, &version).await?);
            while let Some(change) = changes.try_next().await? {
                match change {
                    WatchEvent::Added(it) | WatchEvent::Modified(it) => {
                        version = it.resource_version().unwrap_or_default();
                        self.take(&it);
                    }
                    WatchEvent::Error(error) => {
                        return Err(error).context("the watch of the benchmark broke");
                    }
                    WatchEvent::Deleted(_) | WatchEvent::Bookmark(_) => {}
                }
            }
        }
    }

    fn take(&mut self, deployment: &Deployment) {
        let changes = self.0.entry(deployment.name_any()).or_default();
        changes.seen += 1;
        if !is_complete(deployment) {
            changes.completed_by = None;
        } else if changes.completed_by.is_none() {
            changes.completed_by = Some(changes.seen);
        }
    }

    /// When the last of `count` Deployments became complete, by the audit log of the same time.
    pub(crate) fn last(&self, count: usize, requests: &[Request]) -> Result<Timestamp> {
        let mut writes = BTreeMap::<&str, Vec<Timestamp>>::new();
        let written = |it: &&Request| it.is_write() && it.resource == "deployments" && it.code == 200;
        for request in requests.iter().filter(written) {
            writes.entry(&request.name).or_default().push(request.at);
        }
        let mut last = None;
        let mut complete = 0;
        for (name, changes) in &self.0 {
            let Some(number) = changes.completed_by else { continue };
            let times = writes.get(name.as_str()).map(Vec::as_slice).unwrap_or_default();
            let time =
                times.get(number - 1).with_context(|| format!("{name}: the audit log lacks a write"))?;
            last = last.max(Some(*time));
            complete += 1;
        }
        anyhow::ensure!(complete == count, "{complete} of {count} Deployments became complete");
        last.context("there is no Deployment")
    }
}

/// As `kubectl rollout status` judges.
pub(crate) fn is_complete(deployment: &Deployment) -> bool {
    let Some(status) = &deployment.status else { return false };
    let wanted = deployment.spec.as_ref().and_then(|spec| spec.replicas).unwrap_or(1);
    status.observed_generation >= deployment.metadata.generation
        && [status.replicas, status.updated_replicas, status.available_replicas]
            .iter()
            .all(|count| count.unwrap_or_default() == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn deployment(observed: i64, available: i32) -> Deployment {
        serde_json::from_value(json!({
            "metadata": { "name": "web", "generation": 2 },
            "spec": { "replicas": 1, "selector": {}, "template": {} },
            "status": {
                "observedGeneration": observed, "replicas": 1, "updatedReplicas": 1, "availableReplicas": available,
            },
        }))
        .unwrap()
    }

    fn write(at: &str, code: u16) -> Request {
        Request {
            verb: "update".to_owned(),
            resource: "deployments".to_owned(),
            name: "web".to_owned(),
            at: at.parse().unwrap(),
            code,
            ..Request::default()
        }
    }

    #[test]
    fn the_write_that_completes_is_found_among_those_around_it() {
        let mut completion = Completion::default();
        for seen in [deployment(1, 1), deployment(2, 0), deployment(2, 1), deployment(2, 1)] {
            completion.take(&seen);
        }
        let requests = [
            write("2026-01-01T00:00:01Z", 200),
            write("2026-01-01T00:00:02Z", 409),
            write("2026-01-01T00:00:03Z", 200),
            write("2026-01-01T00:00:04Z", 200),
            write("2026-01-01T00:00:05Z", 200),
        ];
        assert_eq!(completion.last(1, &requests).unwrap().to_string(), "2026-01-01T00:00:04Z");
        assert!(completion.last(2, &requests).is_err());
    }
}
