//! A kind that is served: list once, then watch, for as long as anybody listens.

use std::sync::Arc;
use std::time::Duration;

use futures::io::AsyncReadExt as _;
use futures::stream::{self, Stream};
use kube::Client;
use kube::runtime::utils::Backoff as _;
use kube::runtime::watcher::DefaultBackoff;
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

use super::lines::Lines;
use super::served::{Request, Served};
use super::source::Report;
use super::trouble::{Trouble, Verb};
use super::wire::{self, Line};
use crate::model::{Kind, Object};
use crate::scope::Watch;

/// A server that cannot stream a list may also just never end it.
const STREAM_PATIENCE: Duration = Duration::from_secs(10);

/// A watch that ends sooner than this, and said nothing, is not begun again at once.
const TOO_SHORT: Duration = Duration::from_secs(1);

/// One kind in one namespace.
pub(super) struct Follower {
    client: Client,
    watch: Watch,
    served: Served,
    step: Step,
    /// How far a watch has got: from here on a later one goes on.
    version: String,
    /// Whether a list may come as the beginning of a watch: one request, and no second copy in memory.
    can_stream: bool,
    backoff: DefaultBackoff,
    /// How long to wait before the next request, after one that failed.
    pause: Option<Duration>,
}

/// How far a source is.
enum Step {
    /// A list is to be asked for.
    List,
    /// A list has come and is handed out.
    Items(std::vec::IntoIter<Object>),
    /// A list is being streamed.
    Stream(Lines),
    /// A watch is to be begun.
    Watch,
    /// A watch goes on.
    Follow(Lines),
    /// Nobody may read it.
    End,
}

impl Follower {
    pub(super) fn new(client: Client, watch: Watch, served: Served) -> Self {
        Self {
            client,
            watch,
            served,
            step: Step::List,
            version: String::new(),
            can_stream: true,
            backoff: DefaultBackoff::default(),
            pause: None,
        }
    }

    /// Endless, but for an optional watch that is refused. Whenever `anew` is notified, a watch is
    /// begun anew.
    pub(super) fn reports(self, anew: Arc<Notify>) -> impl Stream<Item = Report> + Send {
        stream::unfold((self, anew), |(mut follower, anew)| async move {
            let report = follower.next(&anew).await?;
            Some((report, (follower, anew)))
        })
    }

    async fn next(&mut self, anew: &Notify) -> Option<Report> {
        loop {
            if let Some(pause) = self.pause.take() {
                sleep(pause).await;
            }
            let report = match std::mem::replace(&mut self.step, Step::End) {
                Step::List => self.list().await,
                Step::Items(mut items) => match items.next() {
                    Some(item) => {
                        let item = self.complete(item);
                        self.step = Step::Items(items);
                        Some(Report::Listed(item))
                    }
                    None => {
                        self.step = Step::Watch;
                        Some(Report::End)
                    }
                },
                Step::Stream(lines) => self.stream(lines).await,
                Step::Watch => tokio::select! {
                    report = self.watch() => report,
                    () = anew.notified() => self.again(),
                },
                Step::Follow(lines) => tokio::select! {
                    biased;
                    report = self.follow(lines) => report,
                    () = anew.notified() => self.again(),
                },
                Step::End => return None,
            };
            if report.is_some() {
                return report;
            }
        }
    }

    async fn list(&mut self) -> Option<Report> {
        if self.can_stream {
            let begun = match self.served.stream() {
                Ok(request) => timeout(STREAM_PATIENCE, open(&self.client, request)).await,
                Err(error) => Ok(Err(error)),
            };
            return match begun {
                Ok(Ok(lines)) => {
                    self.step = Step::Stream(lines);
                    Some(Report::Begin)
                }
                Ok(Err(error)) => self.cannot_stream(Some(error)),
                Err(_) => self.cannot_stream(None),
            };
        }
        match whole(&self.client, &self.served, self.watch.kind).await {
            Ok(list) => {
                self.backoff.reset();
                self.version = list.version;
                self.step = Step::Items(list.items.into_iter());
                Some(Report::Begin)
            }
            Err(error) => self.fail(Step::List, Trouble { verb: Verb::List, error }),
        }
    }

    async fn stream(&mut self, mut lines: Lines) -> Option<Report> {
        let line = match timeout(STREAM_PATIENCE, lines.next()).await {
            Ok(Ok(Some(line))) => line,
            Ok(Ok(None)) | Err(_) => return self.cannot_stream(None),
            Ok(Err(error)) => return self.cannot_stream(Some(error)),
        };
        match wire::line(self.watch.kind, line) {
            Some(Line::Bookmark { version, ends_list: true }) => {
                self.backoff.reset();
                self.version = version;
                self.step = Step::Follow(lines);
                Some(Report::End)
            }
            Some(Line::Error(status)) => self.cannot_stream(Some(kube::Error::Api(status))),
            Some(Line::Seen(object)) => {
                self.step = Step::Stream(lines);
                Some(Report::Listed(self.complete(object)))
            }
            Some(Line::Gone(_) | Line::Bookmark { .. }) | None => {
                self.step = Step::Stream(lines);
                None
            }
        }
    }

    /// Old servers, and those with an old store, refuse in many ways: from now on lists come whole.
    /// A connection that breaks, or a version that expires, says nothing about the server.
    fn cannot_stream(&mut self, error: Option<kube::Error>) -> Option<Report> {
        self.step = Step::List;
        match error {
            Some(error) if is_expired(&error) => None,
            Some(error) if !matches!(error, kube::Error::Api(_)) => {
                self.fail(Step::List, Trouble { verb: Verb::List, error })
            }
            _ => {
                self.can_stream = false;
                None
            }
        }
    }

    async fn watch(&mut self) -> Option<Report> {
        let begun = match self.served.watch(&self.version) {
            Ok(request) => open(&self.client, request).await,
            Err(error) => Err(error),
        };
        match begun {
            Ok(lines) => {
                self.step = Step::Follow(lines);
                Some(Report::Alive)
            }
            Err(error) if is_expired(&error) => {
                self.step = Step::List;
                None
            }
            Err(error) => self.fail(Step::Watch, Trouble { verb: Verb::Watch, error }),
        }
    }

    async fn follow(&mut self, mut lines: Lines) -> Option<Report> {
        let line = match lines.next().await {
            Ok(Some(line)) => line,
            Ok(None) => {
                if lines.age() < TOO_SHORT {
                    self.pause = self.backoff.next();
                }
                return self.again();
            }
            Err(error) => return self.fail(Step::Watch, Trouble { verb: Verb::Watch, error }),
        };
        let report = match wire::line(self.watch.kind, line) {
            Some(Line::Seen(object)) => Some(Report::Changed(self.seen(object))),
            Some(Line::Gone(object)) => Some(Report::Deleted(self.seen(object))),
            Some(Line::Bookmark { version, .. }) => {
                self.version = version;
                Some(Report::Alive)
            }
            Some(Line::Error(status)) if status.code == 410 => {
                self.step = Step::List;
                return None;
            }
            Some(Line::Error(status)) => {
                let error = kube::Error::Api(status);
                return self.fail(Step::Watch, Trouble { verb: Verb::Watch, error });
            }
            None => None,
        };
        self.step = Step::Follow(lines);
        report
    }

    /// The watch goes on from where it has got to.
    fn again(&mut self) -> Option<Report> {
        self.step = Step::Watch;
        None
    }

    fn seen(&mut self, object: Object) -> Object {
        self.backoff.reset();
        self.version.clone_from(&object.meta().resource_version);
        self.complete(object)
    }

    /// Notes that something failed, and what to try next, after a while.
    fn fail(&mut self, next: Step, trouble: Trouble) -> Option<Report> {
        self.step = if trouble.is_final(&self.watch) { Step::End } else { next };
        self.pause = self.backoff.next();
        Some(Report::Trouble(trouble))
    }

    fn complete(&self, mut object: Object) -> Object {
        let namespace = self.watch.namespace.as_ref().map_or("", names::Namespace::as_str);
        object.complete(namespace, self.watch.custom.as_ref());
        object
    }
}

/// Begins a watch.
async fn open(client: &Client, request: Request) -> Result<Lines, kube::Error> {
    client.request_stream(request).await.map(Lines::new)
}

/// A list in one piece.
async fn whole(client: &Client, served: &Served, kind: Kind) -> Result<wire::List, kube::Error> {
    let mut body = std::pin::pin!(client.request_stream(served.list()?).await?);
    let mut text = Vec::new();
    body.read_to_end(&mut text).await.map_err(kube::Error::ReadEvents)?;
    wire::list(kind, &text).map_err(kube::Error::SerdeError)
}

fn is_expired(error: &kube::Error) -> bool {
    matches!(error, kube::Error::Api(status) if status.code == 410)
}
