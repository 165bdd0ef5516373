//! Release Secrets as a list holds them, with their payloads left packed.

use kube::Client;
use kube::api::ListParams;
use kube::core::Request;
use names::Namespace;
use serde::Deserialize;

/// One of them.
#[derive(Deserialize)]
pub(super) struct Stored {
    #[serde(default)]
    metadata: Metadata,
    #[serde(default)]
    data: Data,
}

#[derive(Default, Deserialize)]
struct Metadata {
    #[serde(default)]
    name: String,
}

#[derive(Default, Deserialize)]
struct Data {
    #[serde(default)]
    release: String,
}

#[derive(Deserialize)]
struct List {
    items: Vec<Stored>,
}

impl Stored {
    pub(super) fn name(&self) -> &str {
        &self.metadata.name
    }

    /// `data.release` as it stands there.
    pub(super) fn release(&self) -> &str {
        &self.data.release
    }
}

/// Lists them.
pub(super) async fn list(
    client: Client,
    namespace: &Namespace,
    list: &ListParams,
) -> Result<Vec<Stored>, kube::Error> {
    let secrets = Request::new(format!("/api/v1/namespaces/{namespace}/secrets"));
    let request = secrets.list(list).map_err(kube::Error::BuildRequest)?;
    Ok(client.request::<List>(request).await?.items)
}
