//! The kubeconfig that Helm gets: it knows the relay and nothing of the cluster.
//!
//! Kubernetes' Go client sends no user credential without TLS, so the relay is not the server of this
//! kubeconfig but the proxy on the way to it: a proxy's password is sent, and stands in no error message.

use std::net::SocketAddr;

use child::Memfile;
use names::Namespace;
use serde_json::json;
use zeroize::Zeroizing;

use super::token::Token;
use crate::Error;

/// A kubeconfig in a memory file.
pub(crate) fn memfile(relay: SocketAddr, token: &Token, namespace: &Namespace) -> Result<Memfile, Error> {
    let proxy = token.url(relay);
    let config = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "cluster",
        "clusters": [{"name": "cluster", "cluster": {"server": "http://cluster", "proxy-url": *proxy}}],
        "users": [{"name": "helm", "user": {}}],
        "contexts": [{"name": "cluster", "context": {"cluster": "cluster", "user": "helm", "namespace": namespace}}],
    });
    let text = Zeroizing::new(config.to_string());
    Memfile::new("kubeconfig", text.as_bytes()).map_err(Error::Child)
}
