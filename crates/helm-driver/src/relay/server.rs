//! The relay's HTTP server: who may speak, and the way of one request.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use child::Memfile;
use http::header::CONTENT_TYPE;
use http::{Method, Request, Response};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;

use super::ahead;
use super::answer;
use super::api::ApiRequest;
use super::body::{OnceBodies, Reply};
use super::decide::{Decision, Mode, decide};
use super::definitions::Definitions;
use super::forward::{self, Call};
use super::gate::Switch;
use super::kubeconfig;
use super::observed::Observed;
use super::own::Own;
use super::record;
use super::shelf::Shelf;
use super::token::Token;
use crate::progress::Events;
use crate::{ApiStatus, Error};

/// The largest body that the API server itself takes is 3 MiB.
const BODY: usize = 8 * 1024 * 1024;

/// What a relay is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Live,
    LiveKeepingData,
    Plan,
}

/// What all requests share.
pub(crate) struct Shared {
    pub(crate) client: kube::Client,
    pub(crate) once: OnceBodies,
    pub(crate) own: Own,
    pub(crate) purpose: Purpose,
    pub(crate) switch: Switch,
    pub(crate) events: Events,
    /// What a plan has listed.
    pub(crate) shelf: Shelf,
    /// What a plan would define.
    pub(crate) definitions: Definitions,
    /// Who may try a dry run now.
    pub(crate) turns: Semaphore,
    pub(crate) writes: TaskTracker,
    token: Token,
    observed: Mutex<Observed>,
    requests: AtomicUsize,
}

impl Shared {
    pub(crate) fn observed(&self) -> MutexGuard<'_, Observed> {
        // What was seen before a panic elsewhere is still true.
        self.observed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn mode(&self) -> Mode {
        match self.purpose {
            Purpose::Plan => Mode::Plan,
            Purpose::Live | Purpose::LiveKeepingData => Mode::Live {
                gate: self.switch.now(),
                denied: self.observed().denied,
                keep_data: self.purpose == Purpose::LiveKeepingData,
            },
        }
    }
}

/// A running relay; it ends when it is dropped.
pub(crate) struct Relay {
    address: SocketAddr,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

impl Relay {
    /// Starts a relay for one run of Helm.
    pub(crate) async fn start(
        client: kube::Client,
        own: Own,
        purpose: Purpose,
        switch: Switch,
        events: Events,
    ) -> Result<Self, Error> {
        let failed = |source| Error::Relay { source };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let shared = Arc::new(Shared {
            client,
            once: OnceBodies::new(),
            own,
            purpose,
            switch,
            events,
            token: Token::new()?,
            observed: Mutex::default(),
            writes: TaskTracker::new(),
            shelf: Shelf::default(),
            definitions: Definitions::default(),
            turns: Semaphore::new(ahead::AT_ONCE),
            requests: AtomicUsize::new(0),
        });
        let server = tokio::spawn(serve(listener, Arc::clone(&shared)));
        Ok(Self { address, shared, server })
    }

    /// The kubeconfig for Helm.
    pub(crate) fn kubeconfig(&self) -> Result<Memfile, Error> {
        kubeconfig::memfile(self.address, &self.shared.token, &self.shared.own.namespace)
    }

    /// What went through so far.
    pub(crate) fn observed(&self) -> MutexGuard<'_, Observed> {
        self.shared.observed()
    }

    /// Takes no more requests and waits for the writes under way, so that none comes late; says
    /// whether all of them ended within `patience`. Those that did not are given up.
    pub(crate) async fn drain(&self, patience: Duration) -> bool {
        self.server.abort();
        self.shared.writes.close();
        let drained = tokio::time::timeout(patience, self.shared.writes.wait()).await.is_ok();
        self.shared.switch.fence("this run of Helm is over");
        drained
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.server.abort();
        self.shared.switch.fence("this run of Helm is over");
    }
}

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    // Connections end with the server: dropping the set ends their tasks.
    let mut connections = tokio::task::JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of descriptors, for instance: others may be given back.
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        let shared = Arc::clone(&shared);
        let service = service_fn(move |request| handle(Arc::clone(&shared), request));
        let connection =
            hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        connections.spawn(connection);
        while connections.try_join_next().is_some() {}
    }
}

async fn handle(shared: Arc<Shared>, request: Request<Incoming>) -> Result<Response<Reply>, Infallible> {
    if !shared.token.is_in(request.headers()) {
        let status = ApiStatus::refusal(401, "Unauthorized", "the relay does not know this credential");
        return Ok(answer::refusal(&status));
    }
    let (parts, body) = request.into_parts();
    let content_type =
        parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let parsed = ApiRequest::parse(&parts.method, parts.uri.path(), parts.uri.query(), content_type);
    let body = match Limited::new(body, BODY).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) => {
            let status = ApiStatus::refusal(
                413,
                "RequestEntityTooLarge",
                format!("the relay cannot read it: {error}"),
            );
            return Ok(answer::refusal(&status));
        }
    };
    let content_type = content_type.to_owned();
    let is_read = matches!(parts.method, Method::GET | Method::HEAD);
    let number = shared.requests.fetch_add(1, Ordering::Relaxed);
    let call = Call { number, parts, request: parsed, content_type, body };
    if is_read {
        return Ok(carry_out(&shared, call).await);
    }
    // A write goes on when Helm dies over it: whoever drains the relay must see how it ended.
    let task = {
        let shared = Arc::clone(&shared);
        let tracker = shared.writes.clone();
        tracker.spawn(async move { carry_out(&shared, call).await })
    };
    Ok(task.await.unwrap_or_else(|error| {
        answer::refusal(&ApiStatus::refusal(500, "InternalError", format!("the relay failed: {error}")))
    }))
}

async fn carry_out(shared: &Arc<Shared>, mut call: Call) -> Response<Reply> {
    match decide(&shared.mode(), &shared.own, call.seen()) {
        Decision::Forward => match from_memory(shared, &call).await {
            Some(answer) => answer,
            None => forward::forward(shared, call).await,
        },
        Decision::ForwardAsDryRun { query, body } => match call.make_dry_run(&query, body) {
            Ok(()) => ahead::send(shared, call).await,
            Err(status) => answer::refusal(&status),
        },
        Decision::Echo { code } => {
            record::own_release(shared, &call, code);
            answer::echo(code, &call.content_type, Bytes::clone(&call.body))
        }
        Decision::Keep => {
            record::kept(shared, &call);
            answer::deleted()
        }
        Decision::Refuse(status) => {
            record::refused(shared, &call, &status);
            answer::refusal(&status)
        }
    }
}

/// A plan's read that the cluster need not, or cannot, be asked for.
async fn from_memory(shared: &Shared, call: &Call) -> Option<Response<Reply>> {
    match shared.definitions.answer(&shared.client, call).await {
        Some(answer) => Some(answer),
        None => from_list(shared, call).await,
    }
}

/// A plan's read of one object in a namespace, answered from the list it is in.
async fn from_list(shared: &Shared, call: &Call) -> Option<Response<Reply>> {
    let ApiRequest::Read { resource: Some(resource), watch: false } = &call.request else { return None };
    // What belongs to the whole cluster may be long, and of others.
    let is_one = resource.subresource.is_none() && resource.namespace.is_some();
    if shared.purpose != Purpose::Plan || !is_one || shared.own.names(resource) {
        return None;
    }
    let (code, body) = shared.shelf.get(&shared.client, resource).await?;
    record::answered(shared, call, code, &body);
    Some(answer::json(code, body))
}
