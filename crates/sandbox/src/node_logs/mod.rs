//! The simulated nodes' log endpoint: what `kubectl logs` reaches through the API server.

mod server;
mod words;

pub(crate) use server::{NodeLogs, acceptor};
