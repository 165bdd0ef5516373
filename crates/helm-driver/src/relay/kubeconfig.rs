//! The kubeconfig that Helm gets: it knows the relay and nothing of the cluster.

use std::net::SocketAddr;

use child::Memfile;
use names::Namespace;
use serde_json::json;
use zeroize::Zeroizing;

use super::token::Token;
use crate::Error;

/// A kubeconfig in a memory file.
pub(crate) fn memfile(relay: SocketAddr, token: &Token, namespace: &Namespace) -> Result<Memfile, Error> {
    let config = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "relay",
        "clusters": [{"name": "relay", "cluster": {"server": format!("http://{relay}")}}],
        "users": [{"name": "relay", "user": {"token": token.expose()}}],
        "contexts": [{"name": "relay", "context": {"cluster": "relay", "user": "relay", "namespace": namespace}}],
    });
    let text = Zeroizing::new(config.to_string());
    Memfile::new("kubeconfig", text.as_bytes()).map_err(Error::Child)
}
