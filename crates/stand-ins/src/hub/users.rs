//! The user servers that launches have started.

use std::collections::HashMap;
use std::time::Duration;
use tokio::time::Instant;

use jiff::Timestamp;
use names::Namespace;

/// A user server.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    /// What opens it.
    pub(crate) token: String,
    /// When it came up.
    pub(crate) started: Timestamp,
    /// How many kernels run in it.
    pub(crate) kernels: u32,
    stopped: Option<Instant>,
}

/// Every server, by namespace and name.
#[derive(Debug, Default)]
pub(crate) struct Users(HashMap<(Namespace, String), Server>);

/// What the proxy knows of a name.
#[derive(Debug)]
pub(crate) enum Found<'a> {
    /// The server answers.
    Running(&'a mut Server),
    /// The server is gone and the proxy still has its route.
    Stopping,
    /// No route.
    Unknown,
}

impl Server {
    /// A server that comes up now.
    pub(crate) fn new(token: String, started: Timestamp) -> Self {
        Self { token, started, kernels: 0, stopped: None }
    }

    /// Shuts it down.
    pub(crate) fn stop(&mut self, now: Instant) {
        self.stopped = Some(now);
    }
}

impl Users {
    /// Adds a server.
    pub(crate) fn add(&mut self, namespace: &Namespace, name: &str, server: Server) {
        self.0.insert((namespace.clone(), name.to_owned()), server);
    }

    /// Looks a server up; `stopping` is how long a route outlives its server.
    pub(crate) fn find(
        &mut self,
        namespace: &Namespace,
        name: &str,
        now: Instant,
        stopping: Duration,
    ) -> Found<'_> {
        match self.0.get_mut(&(namespace.clone(), name.to_owned())) {
            None => Found::Unknown,
            Some(server) => match server.stopped {
                None => Found::Running(server),
                Some(since) if now.duration_since(since) < stopping => Found::Stopping,
                Some(_) => Found::Unknown,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_runs_stops_and_is_forgotten() {
        let (mut users, start, second) = (Users::default(), Instant::now(), Duration::from_secs(1));
        let (staging, prod): (Namespace, Namespace) = ("staging".parse().unwrap(), "prod".parse().unwrap());
        assert!(matches!(users.find(&staging, "a", start, second), Found::Unknown));
        users.add(&staging, "a", Server::new("t".to_owned(), Timestamp::UNIX_EPOCH));
        assert!(matches!(users.find(&prod, "a", start, second), Found::Unknown));
        let Found::Running(server) = users.find(&staging, "a", start, second) else { panic!("runs") };
        server.stop(start);
        assert!(matches!(users.find(&staging, "a", start + second / 2, second), Found::Stopping));
        assert!(matches!(users.find(&staging, "a", start + second, second), Found::Unknown));
    }
}
