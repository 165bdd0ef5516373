//! Whom a step hits, beyond the objects that it writes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One consequence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Impact {
    /// What it is.
    pub code: Code,
    /// The same for a person, without numbers that change from hour to hour.
    pub text: String,
}

/// What a step does to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// Everybody has to log in again.
    LoggedOut,
    /// What the hub keeps of a login cannot be read any more.
    AuthStateLost,
    /// Every repository is built anew.
    BuildCacheLost,
    /// Builds that are under way end.
    BuildsCut,
    /// Nobody can log in or start a server for a moment.
    HubRestarts,
    /// Open connections break and come back; servers go on.
    ConnectionsCut,
    /// Data goes.
    DataDeleted,
    /// Another JupyterHub, with what it does to its database.
    JupyterhubVersion,
}
