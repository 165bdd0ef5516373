//! Where the API serves a kind, and the requests that ask for it.

use kube::api::{ApiResource, DynamicObject, ListParams, WatchParams};
use kube::{Client, Resource as _};

use crate::memory::Told;
use crate::model::Kind;
use crate::scope::Watch;

/// How long the server keeps a watch open; one that dies before that is noticed by its silence.
///
/// Longer than most rollouts take, and shorter than the five minutes after which a balancer may cut it.
const WATCH_SECONDS: u32 = 290;

/// A request without a body.
pub(super) type Request = http::Request<Vec<u8>>;

/// A kind, as the API serves it.
#[derive(Debug, Clone)]
pub(super) struct Served {
    at: kube::core::Request,
    /// Only the metadata are read: a large release has ten old ReplicaSets for each Deployment.
    metadata_alone: bool,
    labels: Option<String>,
    fields: Option<String>,
}

/// Where a kind is served. Only custom kinds must be asked for: their plural is whatever was defined.
pub(super) async fn find(client: &Client, watch: &Watch) -> Result<Served, kube::Error> {
    let Some((api_version, kind)) = &watch.custom else {
        return Ok(Served::new(watch, &builtin(watch.kind), watch.namespace.is_some()));
    };
    let list = client.list_api_group_resources(api_version).await?;
    let found = list.resources.iter().find(|it| it.kind == *kind && !it.name.contains('/'));
    let Some(found) = found else {
        let message = format!("{api_version} serves no {kind}");
        let status = kube::core::Status::failure(&message, "NotFound").with_code(404);
        return Err(kube::Error::Api(Box::new(status)));
    };
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    let resource = ApiResource {
        group: group.to_owned(),
        version: version.to_owned(),
        api_version: api_version.clone(),
        kind: kind.clone(),
        plural: found.name.clone(),
    };
    Ok(Served::new(watch, &resource, found.namespaced))
}

impl Served {
    fn new(watch: &Watch, resource: &ApiResource, namespaced: bool) -> Self {
        let namespace = watch.namespace.as_ref().filter(|_| namespaced).map(names::Namespace::as_str);
        let noise = || Told::NOISE.iter().map(|it| format!("reason!={it}")).collect::<Vec<_>>().join(",");
        Self {
            at: kube::core::Request::new(DynamicObject::url_path(resource, namespace)),
            metadata_alone: watch.kind == Kind::ReplicaSet,
            labels: watch.labels.clone(),
            fields: (watch.kind == Kind::Event).then(noise),
        }
    }

    /// Everything there is, in one page: two requests a kind, however large the namespace.
    pub(super) fn list(&self) -> Result<Request, kube::Error> {
        let params = ListParams {
            label_selector: self.labels.clone(),
            field_selector: self.fields.clone(),
            ..ListParams::default()
        };
        let request =
            if self.metadata_alone { self.at.list_metadata(&params) } else { self.at.list(&params) };
        request.map_err(kube::Error::BuildRequest)
    }

    /// What happens from a version on.
    pub(super) fn watch(&self, version: &str) -> Result<Request, kube::Error> {
        self.watching(WatchParams::default(), version)
    }

    /// Everything there is, then what happens: the list is the beginning of the watch.
    ///
    /// No version is named, so the list is no older than the request: a cache that lags would show
    /// the rollout before this one as ready.
    pub(super) fn stream(&self) -> Result<Request, kube::Error> {
        self.watching(WatchParams { send_initial_events: true, ..WatchParams::default() }, "")
    }

    fn watching(&self, params: WatchParams, version: &str) -> Result<Request, kube::Error> {
        let params = WatchParams {
            label_selector: self.labels.clone(),
            field_selector: self.fields.clone(),
            timeout: Some(WATCH_SECONDS),
            ..params
        };
        let request = if self.metadata_alone {
            self.at.watch_metadata(&params, version)
        } else {
            self.at.watch(&params, version)
        };
        let mut request = request.map_err(kube::Error::BuildRequest)?;
        // Newer servers compress each line on its own, which is more than a client's decoder reads.
        request
            .headers_mut()
            .insert(http::header::ACCEPT_ENCODING, http::HeaderValue::from_static("identity"));
        Ok(request)
    }
}

fn builtin(kind: Kind) -> ApiResource {
    let (group, version) = (kind.group(), kind.version());
    let api_version = if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") };
    ApiResource {
        group: group.to_owned(),
        version: version.to_owned(),
        api_version,
        kind: kind.name().to_owned(),
        plural: kind.resource().to_owned(),
    }
}
