//! Who holds a lock.

use serde::{Deserialize, Serialize};

/// A run that holds the lock of a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The run.
    pub run: String,
    /// The person or bot behind it.
    pub who: String,
    /// The machine it runs on.
    pub host: String,
    /// The commit that it deploys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The process, by which another one on the same machine can tell that it is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process: Option<Process>,
}

/// A process that cannot be mistaken for a later one with its number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    /// Its number.
    pub pid: u32,
    /// Its start in clock ticks since boot.
    pub started: u64,
    /// The boot of the machine.
    pub boot: String,
}

impl std::fmt::Display for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "run {} by {} on {}", self.run, self.who, self.host)
    }
}
