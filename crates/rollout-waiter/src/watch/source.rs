//! One kind in one namespace: list once, then watch, for as long as anybody listens.

use futures::stream::{self, BoxStream, Stream, StreamExt as _};
use kube::Client;
use kube::api::{Api, ApiResource, DynamicObject};
use kube::runtime::WatchStreamExt as _;
use kube::runtime::watcher::{self, Event, watcher};
use serde_json::Value;

use crate::memory::Told;
use crate::model::{Kind, Object};
use crate::scope::Watch;

/// A silent drop of the connection is noticed this many seconds later, and a token that expires is
/// renewed as often.
const WATCH_SECONDS: u32 = 30;

/// What a source reports.
pub(super) enum Report {
    /// A list begins: what it does not name is gone.
    Begin,
    /// An object as the list shows it, or nothing where it cannot be read.
    Listed(Option<Object>),
    /// The list ends.
    End,
    /// An object was made or changed.
    Changed(Option<Object>),
    /// An object was deleted.
    Deleted(Option<Object>),
    /// Something failed; the source goes on by itself.
    Trouble(watcher::Error),
}

/// The reports on what a watch asks for: endless, but for an optional watch that is refused.
pub(super) fn source(client: Client, watch: Watch) -> impl Stream<Item = Report> + Send {
    let begin = start(&client, &watch);
    stream::unfold((client, watch, begin), |(client, watch, mut events)| async move {
        let report = match events.next().await? {
            Ok(Event::Init) => Report::Begin,
            Ok(Event::InitApply(object)) => Report::Listed(read(watch.kind, object)),
            Ok(Event::InitDone) => Report::End,
            Ok(Event::Apply(object)) => Report::Changed(read(watch.kind, object)),
            Ok(Event::Delete(object)) => Report::Deleted(read(watch.kind, object)),
            Err(error) => {
                if watch.is_optional() && is_refused(&error) {
                    events = stream::empty().boxed();
                } else if is_expired_at_start(&error) {
                    // The library would ask for the same expired version again, for ever.
                    events = start(&client, &watch);
                }
                Report::Trouble(error)
            }
        };
        Some((report, (client, watch, events)))
    })
}

type Events = BoxStream<'static, Result<Event<DynamicObject>, watcher::Error>>;

fn start(client: &Client, watch: &Watch) -> Events {
    let resource = resource(watch.kind);
    let api: Api<DynamicObject> = match &watch.namespace {
        Some(namespace) => Api::namespaced_with(client.clone(), namespace.as_str(), &resource),
        None => Api::all_with(client.clone(), &resource),
    };
    let mut config = watcher::Config::default().timeout(WATCH_SECONDS);
    // One page: two requests a kind, however large the namespace.
    config.page_size = None;
    if let Some(labels) = &watch.labels {
        config = config.labels(labels);
    }
    if watch.kind == Kind::Event {
        let noise: Vec<String> = Told::NOISE.iter().map(|reason| format!("reason!={reason}")).collect();
        config = config.fields(&noise.join(","));
    }
    watcher(api, config).default_backoff().boxed()
}

fn resource(kind: Kind) -> ApiResource {
    let api_version = if kind.group().is_empty() { "v1".to_owned() } else { format!("{}/v1", kind.group()) };
    ApiResource {
        group: kind.group().to_owned(),
        version: "v1".to_owned(),
        api_version,
        kind: kind.name().to_owned(),
        plural: kind.resource().to_owned(),
    }
}

fn is_expired_at_start(error: &watcher::Error) -> bool {
    matches!(error, watcher::Error::WatchStartFailed(kube::Error::Api(status)) if status.code == 410)
}

fn is_refused(error: &watcher::Error) -> bool {
    use watcher::Error::{InitialListFailed, WatchStartFailed};
    matches!(error, InitialListFailed(kube::Error::Api(status)) | WatchStartFailed(kube::Error::Api(status)) if status.code == 403)
}

/// The object as our own struct. The library keeps the metadata apart from the rest.
fn read(kind: Kind, mut object: DynamicObject) -> Option<Object> {
    object.metadata.managed_fields = None;
    let metadata = serde_json::to_value(object.metadata).ok()?;
    let Value::Object(mut data) = object.data else { return None };
    data.insert("metadata".to_owned(), metadata);
    Object::of_kind(kind, Value::Object(data))
}
