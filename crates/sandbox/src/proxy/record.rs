//! The log of injected faults: a fault counts only when it stands here.

use camino::Utf8Path;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::Write as _;

use super::fault::Asked;
use crate::{Error, error};

/// One injected fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Injected {
    /// The order, as the proxy numbered it.
    pub id: u64,
    /// What it did: `cut`, `delay`, `hang`, `status`.
    pub fault: String,
    /// Whether it hit a stream under way instead of a new request.
    pub stream: bool,
    /// The request's method.
    pub method: String,
    /// Its path and query.
    pub path: String,
    /// Who asked.
    pub user_agent: String,
}

impl Injected {
    pub(super) fn new(id: u64, fault: &str, stream: bool, request: &Asked) -> Self {
        Self {
            id,
            fault: fault.to_owned(),
            stream,
            method: request.method.clone(),
            path: request.path.clone(),
            user_agent: request.user_agent.clone(),
        }
    }
}

/// The open log.
#[derive(Debug)]
pub(super) struct FaultLog(File);

impl FaultLog {
    pub(super) fn create(path: &Utf8Path) -> Result<Self, Error> {
        std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .map(Self)
            .map_err(error::io("create", path))
    }

    /// Writes before the fault shows, so that whoever met the fault finds it in the log.
    pub(super) fn write(&mut self, injected: &Injected) -> Result<(), std::io::Error> {
        let mut line = serde_json::to_vec(injected)?;
        line.push(b'\n');
        self.0.write_all(&line)
    }
}
