//! Recognising Helm's own record of the release at hand.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use helm_release::{Release, SECRET_TYPE, parse_secret_name};
use names::{Namespace, ReleaseName};
use serde::Deserialize;

use super::api::{Resource, media_type};
use super::protobuf::{self, WireSecret};

/// The release that Helm was started for; no other release's Secrets are its own.
#[derive(Debug, Clone)]
pub(crate) struct Own {
    pub(crate) release: ReleaseName,
    pub(crate) namespace: Namespace,
}

impl Own {
    /// Whether the path names one of this release's Secrets.
    pub(crate) fn names(&self, resource: &Resource) -> bool {
        resource.name.as_deref().is_some_and(|name| self.is_name(name))
            && resource.is_secret_in(self.namespace.as_str())
    }

    /// Whether a body to be created is one of this release's Secrets: only it knows its name.
    pub(crate) fn creates(&self, resource: &Resource, content_type: &str, body: &[u8]) -> bool {
        resource.name.is_none()
            && resource.is_secret_in(self.namespace.as_str())
            && read(content_type, body)
                .is_some_and(|secret| secret.kind == SECRET_TYPE && self.is_name(&secret.name))
    }

    fn is_name(&self, name: &str) -> bool {
        parse_secret_name(name).is_some_and(|(release, _)| release == self.release)
    }
}

/// The release in the body of a Secret that Helm sends; Helm 3 sends JSON, Helm 4 protobuf.
pub(crate) fn release(content_type: &str, body: &[u8]) -> Option<Release> {
    let secret = read(content_type, body)?;
    Release::decode(&secret.release, &secret.labels).ok()
}

fn read(content_type: &str, body: &[u8]) -> Option<WireSecret> {
    match media_type(content_type).as_str() {
        "application/vnd.kubernetes.protobuf" => protobuf::secret(body),
        "application/json" => from_json(body),
        _ => None,
    }
}

#[derive(Deserialize)]
struct JsonSecret {
    metadata: JsonMetadata,
    #[serde(default, rename = "type")]
    kind: String,
    #[serde(default)]
    data: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct JsonMetadata {
    #[serde(default)]
    name: String,
    #[serde(default)]
    labels: BTreeMap<String, String>,
}

fn from_json(body: &[u8]) -> Option<WireSecret> {
    let secret: JsonSecret = serde_json::from_slice(body).ok()?;
    let release = secret.data.get("release").map(|data| STANDARD.decode(data)).transpose().ok()?;
    Some(WireSecret {
        name: secret.metadata.name,
        labels: secret.metadata.labels,
        kind: secret.kind,
        release: release.unwrap_or_default(),
    })
}
