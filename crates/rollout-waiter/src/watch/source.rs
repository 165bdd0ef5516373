//! One kind in one namespace: list once, then watch, for as long as anybody listens.

use std::time::Duration;

use futures::stream::{self, BoxStream, Stream, StreamExt as _};
use kube::Client;
use kube::api::DynamicObject;
use kube::runtime::watcher::{self, Event};
use serde_json::Value;

use super::served::{self, Served};
use crate::model::{Kind, Object};
use crate::scope::Watch;

/// A server that cannot stream a list may also just never end it.
const STREAM_PATIENCE: Duration = Duration::from_secs(10);

/// How often to ask again for a kind that is not served, since its definition may be on its way.
const ASK_AGAIN: Duration = Duration::from_secs(5);

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

type Events = BoxStream<'static, Result<Event<DynamicObject>, watcher::Error>>;

/// The reports on what a watch asks for: endless, but for an optional watch that is refused.
pub(super) fn source(client: Client, watch: Watch) -> impl Stream<Item = Report> + Send {
    let begin = Source { client, watch, served: None, step: Step::Ask };
    stream::unfold(begin, |mut source| async move {
        let report = source.next().await?;
        Some((report, source))
    })
}

struct Source {
    client: Client,
    watch: Watch,
    served: Option<Served>,
    step: Step,
}

/// How far a source is.
enum Step {
    /// Where the API serves the kind is to be found out.
    Ask,
    /// The same, after some time.
    AskLater,
    /// The list comes as the beginning of the watch: one request, and no second copy in memory.
    Stream(Events),
    /// The list comes first, then the watch.
    List(Events),
    /// Nobody may read it.
    End,
}

impl Source {
    async fn next(&mut self) -> Option<Report> {
        loop {
            match &mut self.step {
                Step::End => return None,
                Step::Ask => match served::find(&self.client, &self.watch).await {
                    Ok(served) => {
                        self.step = Step::Stream(served.events(&self.client, &self.watch, true));
                        self.served = Some(served);
                    }
                    Err(error) => {
                        self.step = Step::AskLater;
                        return Some(self.trouble(watcher::Error::InitialListFailed(error)));
                    }
                },
                Step::AskLater => {
                    tokio::time::sleep(ASK_AGAIN).await;
                    self.step = Step::Ask;
                }
                Step::Stream(events) => match tokio::time::timeout(STREAM_PATIENCE, events.next()).await {
                    Ok(Some(Ok(event))) => {
                        if matches!(event, Event::InitDone)
                            && let Step::Stream(events) = std::mem::replace(&mut self.step, Step::End)
                        {
                            self.step = Step::List(events);
                        }
                        return Some(self.report(event));
                    }
                    Ok(Some(Err(error))) if is_expired(&error) => self.list(true),
                    // Old servers, and those with an old store, refuse in many ways.
                    Ok(Some(Err(_)) | None) | Err(_) => self.list(false),
                },
                Step::List(events) => match events.next().await? {
                    Ok(event) => return Some(self.report(event)),
                    Err(error) => return Some(self.trouble(error)),
                },
            }
        }
    }

    /// Begins anew.
    fn list(&mut self, streaming: bool) {
        self.step = match &self.served {
            None => Step::Ask,
            Some(served) => {
                let events = served.events(&self.client, &self.watch, streaming);
                if streaming { Step::Stream(events) } else { Step::List(events) }
            }
        };
    }

    fn trouble(&mut self, error: watcher::Error) -> Report {
        if self.watch.is_optional() && is_refused(&error) {
            self.step = Step::End;
        } else if is_expired_at_start(&error) {
            // The library would ask for the same expired version again, for ever.
            self.list(false);
        }
        Report::Trouble(error)
    }

    fn report(&self, event: Event<DynamicObject>) -> Report {
        match event {
            Event::Init => Report::Begin,
            Event::InitApply(object) => Report::Listed(self.read(object)),
            Event::InitDone => Report::End,
            Event::Apply(object) => Report::Changed(self.read(object)),
            Event::Delete(object) => Report::Deleted(self.read(object)),
        }
    }

    /// The object as our own struct. The library keeps the metadata apart from the rest.
    fn read(&self, mut object: DynamicObject) -> Option<Object> {
        object.metadata.managed_fields = None;
        if self.watch.kind == Kind::Custom && object.metadata.namespace.is_none() {
            // A kind of the whole cluster that the manifest's reader took for a namespaced one.
            object.metadata.namespace = self.watch.namespace.as_ref().map(ToString::to_string);
        }
        let metadata = serde_json::to_value(object.metadata).ok()?;
        let Value::Object(mut data) = object.data else { return None };
        data.insert("metadata".to_owned(), metadata);
        if let Some((api_version, kind)) = &self.watch.custom {
            data.insert("apiVersion".to_owned(), Value::from(api_version.as_str()));
            data.insert("kind".to_owned(), Value::from(kind.as_str()));
        }
        Object::of_kind(self.watch.kind, Value::Object(data))
    }
}

fn is_expired(error: &watcher::Error) -> bool {
    match error {
        watcher::Error::WatchError(status) => status.code == 410,
        other => is_expired_at_start(other),
    }
}

fn is_expired_at_start(error: &watcher::Error) -> bool {
    matches!(error, watcher::Error::WatchStartFailed(kube::Error::Api(status)) if status.code == 410)
}

fn is_refused(error: &watcher::Error) -> bool {
    use watcher::Error::{InitialListFailed, WatchStartFailed};
    matches!(error, InitialListFailed(kube::Error::Api(status)) | WatchStartFailed(kube::Error::Api(status)) if status.code == 403)
}
