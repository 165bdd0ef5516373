//! What the live objects of a namespace say about the services that run there.

use k8s_openapi::api::core::v1::{Container, Pod};
use kube::api::{Api, ListParams};
use names::Namespace;

/// A pod's annotation that makes its service report another version than its image has.
const REPORTS_VERSION: &str = "sandbox.jupyterhub.io/reports-version";
/// A pod's annotation that names the recording every launch plays.
const PLAYS: &str = "sandbox.jupyterhub.io/plays";
/// The environment variable of the binder container that names the builder's image.
const BUILD_IMAGE: &str = "BUILD_IMAGE";

/// The services of one member, as its ready pods show them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Member {
    /// The pods a Service would send requests for BinderHub to, in the order of their names.
    pub(crate) binders: Vec<Service>,
    /// The same for JupyterHub.
    pub(crate) hubs: Vec<Service>,
}

/// One ready pod.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Service {
    /// Tag of the image that runs, or what the annotation says instead.
    pub(crate) version: String,
    /// The version of the annotation alone.
    pub(crate) reports: Option<String>,
    /// The image that builds, where the pod template names one.
    pub(crate) build_image: Option<String>,
    /// The recording that every launch plays.
    pub(crate) plays: Option<String>,
}

impl Member {
    /// Reads the pods of a namespace; one that does not exist has none.
    ///
    /// # Errors
    ///
    /// What the API server said.
    pub(crate) async fn read(client: &kube::Client, namespace: &Namespace) -> Result<Self, kube::Error> {
        let pods: Api<Pod> = Api::namespaced(client.clone(), namespace.as_str());
        let list = pods.list(&ListParams::default().labels("component in (binder,hub)")).await?;
        Ok(Self::from_pods(&list.items))
    }

    /// The services that these pods make up.
    pub(crate) fn from_pods(pods: &[Pod]) -> Self {
        let mut serving: Vec<&Pod> = pods.iter().filter(|pod| is_serving(pod)).collect();
        serving.sort_by_key(|pod| pod.metadata.name.clone());
        let of = |component| {
            let pods = serving.iter().filter(move |pod| label(pod, "component") == Some(component));
            pods.map(|pod| service(pod, component)).collect()
        };
        Self { binders: of("binder"), hubs: of("hub") }
    }
}

/// Whether the pod is an endpoint of its Service: ready, and not on its way out.
fn is_serving(pod: &Pod) -> bool {
    let conditions = pod.status.as_ref().and_then(|status| status.conditions.as_deref()).unwrap_or_default();
    let ready = conditions.iter().any(|condition| condition.type_ == "Ready" && condition.status == "True");
    ready && pod.metadata.deletion_timestamp.is_none()
}

fn service(pod: &Pod, component: &str) -> Service {
    let containers = pod.spec.as_ref().map(|spec| spec.containers.as_slice()).unwrap_or_default();
    let container = containers.iter().find(|c| c.name == component).or_else(|| containers.first());
    let annotation = |name| pod.metadata.annotations.as_ref()?.get(name).cloned();
    let tag = container.and_then(|container| container.image.as_deref()).and_then(tag_of);
    let reports: Option<String> = annotation(REPORTS_VERSION);
    let version = reports.clone().or_else(|| tag.map(str::to_owned)).unwrap_or_else(|| "latest".to_owned());
    Service { version, reports, build_image: container.and_then(build_image), plays: annotation(PLAYS) }
}

fn build_image(container: &Container) -> Option<String> {
    container.env.as_deref()?.iter().find(|variable| variable.name == BUILD_IMAGE)?.value.clone()
}

fn label<'a>(pod: &'a Pod, name: &str) -> Option<&'a str> {
    pod.metadata.labels.as_ref()?.get(name).map(String::as_str)
}

/// The tag of an image reference: what follows the colon of its last path segment.
fn tag_of(image: &str) -> Option<&str> {
    let name = image.split_once('@').map_or(image, |(name, _)| name);
    name.rsplit('/').next()?.split_once(':').map(|(_, tag)| tag)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use serde_json::{Value, json};

    /// A pod of a component, ready or not.
    pub(crate) fn pod(name: &str, component: &str, image: &str, ready: bool) -> Value {
        json!({
            "metadata": {"name": name, "labels": {"component": component}},
            "spec": {"containers": [{"name": component, "image": image}]},
            "status": {"conditions": [{"type": "Ready", "status": if ready { "True" } else { "False" }}]},
        })
    }

    fn member(pods: Vec<Value>) -> Member {
        let pods: Vec<Pod> = pods.into_iter().map(|pod| serde_json::from_value(pod).unwrap()).collect();
        Member::from_pods(&pods)
    }

    #[test]
    fn only_pods_that_a_service_would_pick_count() {
        let mut leaving = pod("binder-a", "binder", "x:1", true);
        leaving["metadata"]["deletionTimestamp"] = "2026-11-21T00:00:00Z".into();
        let pods = vec![
            leaving,
            pod("binder-c", "binder", "x:3", true),
            pod("binder-b", "binder", "x:2", true),
            pod("binder-d", "binder", "x:4", false),
            pod("proxy-a", "proxy", "x:5", true),
            json!({"metadata": {"name": "pending", "labels": {"component": "hub"}}}),
        ];
        let versions: Vec<_> = member(pods).binders.into_iter().map(|binder| binder.version).collect();
        assert_eq!(versions, ["2", "3"]);
        assert_eq!(member(Vec::new()), Member::default());
    }

    #[test]
    fn the_pod_template_decides_what_is_reported() {
        let mut lying =
            pod("binder-a", "binder", "quay.io:443/x/binderhub:1.0.0-0.dev.git.7@sha256:00", true);
        assert_eq!(member(vec![lying.clone()]).binders[0].version, "1.0.0-0.dev.git.7");
        lying["metadata"]["annotations"] = json!({REPORTS_VERSION: "0.9", PLAYS: "failed-unknown-repo"});
        lying["spec"]["containers"] = json!([
            {"name": "sidecar", "image": "s:1"},
            {"name": "binder", "image": "b:2", "env": [{"name": BUILD_IMAGE, "value": "quay.io/r2d:2026"}]},
        ]);
        let wanted = Service {
            version: "0.9".to_owned(),
            reports: Some("0.9".to_owned()),
            build_image: Some("quay.io/r2d:2026".to_owned()),
            plays: Some("failed-unknown-repo".to_owned()),
        };
        assert_eq!(member(vec![lying]).binders, [wanted]);
    }

    #[test]
    fn tags_of_image_references() {
        for (image, tag) in [
            ("quay.io/jupyterhub/k8s-binderhub:1.0", Some("1.0")),
            ("localhost:5000/x", None),
            ("x", None),
            ("x:1@sha256:abc", Some("1")),
            ("x@sha256:abc", None),
        ] {
            assert_eq!(tag_of(image), tag, "{image}");
        }
    }
}
