//! Where the API serves a kind, and how it is asked for.

use futures::stream::StreamExt as _;
use kube::Client;
use kube::api::{Api, ApiResource, DynamicObject};
use kube::runtime::WatchStreamExt as _;
use kube::runtime::watcher::{self, Event, watcher};

use crate::memory::Told;
use crate::model::Kind;
use crate::scope::Watch;

/// A silent drop of the connection is noticed this many seconds later, and a token that expires is
/// renewed as often.
const WATCH_SECONDS: u32 = 30;

/// A kind, as the API serves it.
#[derive(Debug, Clone)]
pub(super) struct Served {
    resource: ApiResource,
    namespaced: bool,
}

/// Where a kind is served. Only custom kinds must be asked for: their plural is whatever was defined.
pub(super) async fn find(client: &Client, watch: &Watch) -> Result<Served, kube::Error> {
    let Some((api_version, kind)) = &watch.custom else {
        return Ok(Served { resource: builtin(watch.kind), namespaced: watch.namespace.is_some() });
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
    Ok(Served { resource, namespaced: found.namespaced })
}

impl Served {
    /// Everything that happens to it; with `streaming`, the list is the beginning of the watch.
    pub(super) fn events(
        &self,
        client: &Client,
        watch: &Watch,
        streaming: bool,
    ) -> futures::stream::BoxStream<'static, Result<Event<DynamicObject>, watcher::Error>> {
        let api: Api<DynamicObject> = match watch.namespace.as_ref().filter(|_| self.namespaced) {
            Some(namespace) => Api::namespaced_with(client.clone(), namespace.as_str(), &self.resource),
            None => Api::all_with(client.clone(), &self.resource),
        };
        let mut config = watcher::Config::default().timeout(WATCH_SECONDS);
        // One page: two requests a kind, however large the namespace.
        config.page_size = None;
        if streaming {
            config = config.streaming_lists();
        }
        if let Some(labels) = &watch.labels {
            config = config.labels(labels);
        }
        if watch.kind == Kind::Event {
            let noise: Vec<String> = Told::NOISE.iter().map(|reason| format!("reason!={reason}")).collect();
            config = config.fields(&noise.join(","));
        }
        watcher(api, config).default_backoff().boxed()
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
