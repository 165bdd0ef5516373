//! Everything that the stand-ins know.

use names::Namespace;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::grafana::Grafana;
use crate::hub::{Server, Users};
use crate::journal::Journal;
use crate::recording::Shelf;
use crate::{Clock, Config, Error, chance};

/// The state behind the port.
pub(crate) struct World {
    pub(crate) client: kube::Client,
    pub(crate) clock: Clock,
    pub(crate) speed: f64,
    pub(crate) stopping: Duration,
    pub(crate) shelf: Shelf,
    /// The token that every page of every BinderHub may launch with.
    pub(crate) build_token: String,
    pub(crate) journal: Journal,
    grafana: Mutex<Grafana>,
    users: Mutex<Users>,
    /// Counts requests, so that replicas take turns.
    turn: AtomicUsize,
}

/// A user server to come.
pub(crate) struct Opening {
    pub(crate) namespace: Namespace,
    pub(crate) name: String,
    pub(crate) token: String,
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

    /// Opens the user server that a played launch has just announced.
    pub(crate) fn open(&self, opening: &Opening) {
        let server = Server::new(opening.token.clone(), (self.clock)());
        self.users().add(&opening.namespace, &opening.name, server);
    }

    /// The one of several replicas whose turn it is.
    pub(crate) fn next<'a, T>(&self, replicas: &'a [T]) -> Option<&'a T> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        replicas.get(turn % replicas.len().max(1))
    }

    /// The user servers.
    pub(crate) fn users(&self) -> MutexGuard<'_, Users> {
        lock(&self.users)
    }

    /// The Grafana.
    pub(crate) fn grafana(&self) -> MutexGuard<'_, Grafana> {
        lock(&self.grafana)
    }
}

/// A thread that panicked while it held a lock leaves a state that is still good enough to answer.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
