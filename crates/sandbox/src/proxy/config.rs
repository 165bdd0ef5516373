//! What the proxy's process is told when it starts.

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};

use crate::{Error, error};

/// The configuration of [`run_proxy`](crate::run_proxy).
#[derive(Clone, Serialize, Deserialize)]
pub struct ProxyConfig {
    /// The API server's base URL.
    pub upstream: String,
    /// The certificate to trust, which also serves the simulated nodes.
    pub certificate: Utf8PathBuf,
    /// Its key.
    pub certificate_key: Utf8PathBuf,
    /// The token with which the simulated nodes read pods; callers bring their own.
    pub token: String,
    /// The port of the API.
    pub port: u16,
    /// The port of the control endpoint.
    pub control_port: u16,
    /// The port on which the simulated nodes serve logs.
    pub node_port: u16,
    /// Where injected faults are written down.
    pub fault_log: Utf8PathBuf,
}

impl ProxyConfig {
    /// Reads the file that [`up`](crate::up) appends to the proxy's command.
    ///
    /// # Errors
    /// [`Error::Io`] and [`Error::Unreadable`].
    pub fn read(path: &Utf8Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path).map_err(error::io("read", path))?;
        serde_json::from_str(&text).map_err(|source| Error::Unreadable { path: path.to_owned(), source })
    }
}

impl std::fmt::Debug for ProxyConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProxyConfig").field("upstream", &self.upstream).finish_non_exhaustive()
    }
}
