//! Everything that the stand-ins know, and the way from a request to its answer.

use http::{Method, StatusCode};
use names::Namespace;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

use crate::grafana::Grafana;
use crate::hub::{Call, Found, Server, Users};
use crate::journal::Journal;
use crate::member::{Member, Service};
use crate::recording::{Launch, Shelf};
use crate::route::Route;
use crate::wire::{Answer, Play, Request};
use crate::{Clock, Config, Error, binder, chance, hub};

/// The state behind the port.
pub(crate) struct World {
    client: kube::Client,
    clock: Clock,
    speed: f64,
    stopping: Duration,
    shelf: Shelf,
    /// The token that every page of every BinderHub may launch with.
    build_token: String,
    grafana: Mutex<Grafana>,
    users: Mutex<Users>,
    journal: Journal,
    /// Counts requests, so that replicas take turns.
    turn: AtomicUsize,
}

/// An answer, and the user server that exists once the answer says so.
pub(crate) struct Reply {
    pub(crate) answer: Answer,
    pub(crate) opens: Option<Opening>,
}

/// A user server to come.
pub(crate) struct Opening {
    namespace: Namespace,
    name: String,
    token: String,
}

impl From<Answer> for Reply {
    fn from(answer: Answer) -> Self {
        Self { answer, opens: None }
    }
}

impl World {
    /// A world in which nothing was asked yet.
    ///
    /// # Errors
    ///
    /// A recording that does not parse, or no random bytes.
    pub(crate) fn new(config: Config, client: kube::Client) -> Result<Self, Error> {
        let Config { speed, stopping, grafana, clock, log } = config;
        Ok(Self {
            grafana: Mutex::new(Grafana::new(&grafana, clock())),
            shelf: Shelf::open()?,
            build_token: chance::token()?,
            users: Mutex::default(),
            journal: Journal::new(log),
            turn: AtomicUsize::new(0),
            client,
            clock,
            speed,
            stopping,
        })
    }

    /// Answers a request and writes it into the log.
    pub(crate) async fn answer(&self, request: &Request) -> Reply {
        let reply = match self.routed(request).await {
            Ok(reply) => reply,
            Err(error) => unavailable(&error.to_string()).into(),
        };
        self.journal.record(request, reply.answer.status(), (self.clock)());
        reply
    }

    /// Opens the user server that a played launch has just announced.
    pub(crate) fn open(&self, opening: &Opening) {
        let server = Server::new(opening.token.clone(), (self.clock)());
        lock(&self.users).add(&opening.namespace, &opening.name, server);
    }

    async fn routed(&self, request: &Request) -> Result<Reply, Error> {
        match Route::parse(request.path()) {
            Route::Binder(namespace, path) => self.binder(&namespace, path, request).await,
            Route::Hub(namespace, path) => self.hub(&namespace, path, request).await,
            Route::Grafana => {
                let (now, fresh) = ((self.clock)(), chance::api_key()?);
                Ok(lock(&self.grafana).answer(request, now, &fresh).into())
            }
        }
    }

    async fn binder(&self, namespace: &Namespace, path: &str, request: &Request) -> Result<Reply, Error> {
        let member = match Member::read(&self.client, namespace).await {
            Ok(member) => member,
            Err(error) => return Ok(unread(namespace, &error).into()),
        };
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let Some(binder) = member.binders.get(turn % member.binders.len().max(1)) else {
            return Ok(self.play("http-502-binderhub-down").into());
        };
        let base = format!("/{namespace}/binder/");
        match (&request.method, binder::Page::parse(path)) {
            (&Method::GET, binder::Page::Build(spec)) => self.launch(namespace, spec, request, &member, binder),
            (&Method::OPTIONS, _) => {
                let answer = Answer::empty(StatusCode::OK).with("Access-Control-Allow-Origin", "*");
                Ok(answer.with("Access-Control-Allow-Headers", "cache-control").into())
            }
            (&Method::GET | &Method::HEAD, page) => {
                Ok(binder::answer(page, &member, binder, &base, &self.build_token).into())
            }
            _ => Ok(Answer::empty(StatusCode::METHOD_NOT_ALLOWED).into()),
        }
    }

    fn launch(
        &self,
        namespace: &Namespace,
        spec: &str,
        request: &Request,
        member: &Member,
        binder: &Service,
    ) -> Result<Reply, Error> {
        let query = request.query();
        let asked = binder::Asked {
            spec,
            accept: request.header("accept"),
            bad_token: query.first("build_token").is_some_and(|token| token != self.build_token),
            build_only: query.first("build_only") == Some("true"),
            plays: binder.plays.as_deref(),
            hub_ready: !member.hubs.is_empty(),
        };
        let name = binder::choose(&asked, &self.shelf);
        let Some(recording) = self.shelf.get(name).filter(|recording| recording.launch().is_some()) else {
            return Ok(self.play(name).into());
        };
        let server = format!("{}-{}", binder::server_name(spec), chance::suffix()?);
        let (host, path) = (request.host(), format!("/{namespace}/hub/user/{server}/"));
        let launch = Launch {
            url: format!("http://{host}{path}"),
            path,
            token: chance::token()?,
            launch_host: format!("http://{host}/{namespace}/binder/"),
        };
        let play = Play::new(&recording.as_launch(&launch), self.speed);
        let opens = Opening { namespace: namespace.clone(), name: server, token: launch.token };
        Ok(Reply { answer: Answer::Played(Box::new(play)), opens: Some(opens) })
    }

    async fn hub(&self, namespace: &Namespace, path: &str, request: &Request) -> Result<Reply, Error> {
        let binder = format!("http://{}/{namespace}/binder/", request.host());
        let page = hub::Page::parse(path);
        let hub = match page {
            hub::Page::User(name, below) => {
                let kernel = chance::uuid()?;
                return Ok(self.user(namespace, name, below, request, &kernel, &binder).into());
            }
            hub::Page::Other => None,
            _ => match Member::read(&self.client, namespace).await {
                Ok(member) => member.hubs.into_iter().next(),
                Err(error) => return Ok(unread(namespace, &error).into()),
            },
        };
        Ok(hub::answer(page, hub.as_ref(), false, &binder).into())
    }

    fn user(
        &self,
        namespace: &Namespace,
        name: &str,
        below: &str,
        request: &Request,
        kernel: &str,
        binder: &str,
    ) -> Answer {
        let now = Instant::now();
        let page = hub::Page::User(name, below);
        match lock(&self.users).find(namespace, name, now, self.stopping) {
            Found::Running(server) => Call::parse(&request.method, below).answer(server, request, kernel, now),
            Found::Stopping => hub::answer(page, None, true, binder),
            Found::Unknown => hub::answer(page, None, false, binder),
        }
    }

    fn play(&self, name: &str) -> Answer {
        match self.shelf.get(name) {
            Some(recording) => Answer::Played(Box::new(Play::new(recording, self.speed))),
            None => unavailable("no such recording"),
        }
    }
}

/// A thread that panicked while it held a lock leaves a state that is still good enough to answer.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn unread(namespace: &Namespace, error: &kube::Error) -> Answer {
    unavailable(&format!("the pods of {namespace} cannot be read: {error}"))
}

/// The stand-in itself cannot answer; no recorded server says it so.
fn unavailable(reason: &str) -> Answer {
    Answer::new(StatusCode::SERVICE_UNAVAILABLE, "text/plain", format!("stand-in: {reason}\n"))
}
