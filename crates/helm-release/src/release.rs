//! One revision of a release.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use names::{Namespace, ReleaseName};
use serde_json::Value;

use crate::document::{Document, at, text, time};
use crate::{Chart, Error, Hook, ManifestObject, Revision, Status, codec, manifest, secret, values};

/// How Helm writes the objects of a release; later upgrades keep to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ApplyMethod {
    /// Three-way merges made by Helm: all of Helm 3, and Helm 4 for what began so.
    ClientSide,
    /// Server-side apply.
    ServerSide,
}

/// One revision, with everything Helm stored of it.
///
/// Only name, namespace and revision must be there; the rest is read as far as it is there.
#[derive(Clone, PartialEq)]
pub struct Release {
    name: ReleaseName,
    namespace: Namespace,
    revision: Revision,
    status: Status,
    chart: Chart,
    hooks: Vec<Hook>,
    labels: BTreeMap<String, String>,
    document: Document,
}

impl Release {
    /// Reads the bytes of `data.release` after Kubernetes' own base64 was taken off, and the Secret's labels.
    ///
    /// # Errors
    /// When the bytes are not the payload of a release.
    pub fn decode(payload: &[u8], labels: &BTreeMap<String, String>) -> Result<Self, Error> {
        Self::decode_json(&codec::unpack(payload)?, labels)
    }

    /// Reads a whole Secret as `kubectl get secret -o json` prints it.
    ///
    /// # Errors
    /// When the Secret has no `data.release`, or that is not the payload of a release.
    pub fn decode_secret(secret: &Value) -> Result<Self, Error> {
        let data = secret.get("data").and_then(|data| data.get("release")).and_then(Value::as_str);
        let payload =
            STANDARD.decode(data.ok_or(Error::Field { field: "data.release" })?).map_err(Error::Base64)?;
        let labels =
            secret.get("metadata").and_then(|metadata| metadata.get("labels")).and_then(Value::as_object);
        let label = |(key, value): (&String, &Value)| Some((key.clone(), value.as_str()?.to_owned()));
        Self::decode(&payload, &labels.into_iter().flatten().filter_map(label).collect())
    }

    /// Reads Helm's JSON of a release.
    ///
    /// # Errors
    /// When it is not JSON, or name, namespace or revision are missing or are none.
    pub fn decode_json(json: &[u8], labels: &BTreeMap<String, String>) -> Result<Self, Error> {
        let document: Document = serde_json::from_slice(json).map_err(Error::Json)?;
        let name = text(&document, &["name"]).and_then(|name| name.parse().ok());
        let namespace = text(&document, &["namespace"]).and_then(|namespace| namespace.parse().ok());
        let revision =
            at(&document, &["version"]).and_then(Value::as_u64).and_then(|number| u32::try_from(number).ok());
        let hooks = at(&document, &["hooks"]).and_then(Value::as_array);
        Ok(Self {
            name: name.ok_or(Error::Field { field: "name" })?,
            namespace: namespace.ok_or(Error::Field { field: "namespace" })?,
            revision: revision.and_then(Revision::new).ok_or(Error::Field { field: "version" })?,
            status: Status::from_word(&text(&document, &["info", "status"]).unwrap_or_default()),
            chart: Chart::read(document.get("chart")),
            hooks: hooks.into_iter().flatten().map(Hook::read).collect(),
            labels: secret::custom(labels),
            document,
        })
    }

    /// The bytes for `data.release`, before Kubernetes' own base64.
    ///
    /// # Errors
    /// When compression fails, which takes a machine out of memory.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        codec::pack(&serde_json::to_vec(&self.document).map_err(Error::Json)?)
    }

    /// Sets status and description, as Helm would at the end of an operation.
    pub fn settle(&mut self, status: Status, description: &str) {
        let info = self.document.entry("info").or_insert_with(|| Value::Object(Document::new()));
        if !info.is_object() {
            *info = Value::Object(Document::new());
        }
        if let Value::Object(info) = info {
            info.insert("status".to_owned(), Value::from(status.as_str()));
            info.insert("description".to_owned(), Value::from(description));
        }
        self.status = status;
    }

    /// Adds the documents of another revision's manifest that have an object which this one lacks,
    /// and says how many those were.
    ///
    /// A revision that failed says in its manifest what was meant to be live. What may be live as
    /// well is what was there before it and what earlier failures left; a rollback by Helm deals
    /// only with what this manifest and its target name.
    pub fn add_missing(&mut self, other: &Self) -> usize {
        let missing = manifest::missing(self.manifest(), other.manifest(), &self.namespace);
        let count = missing.len();
        if count > 0 {
            let mut whole = self.manifest().to_owned();
            for document in missing {
                if !whole.is_empty() && !whole.ends_with('\n') {
                    whole.push('\n');
                }
                whole.push_str("---\n");
                whole.push_str(document);
            }
            self.document.insert("manifest".to_owned(), Value::from(whole));
        }
        count
    }

    /// The release's name.
    #[must_use]
    pub fn name(&self) -> &ReleaseName {
        &self.name
    }

    /// The namespace it lives in.
    #[must_use]
    pub fn namespace(&self) -> &Namespace {
        &self.namespace
    }

    /// The revision.
    #[must_use]
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> &Status {
        &self.status
    }

    /// Helm's, or our, sentence about how it went.
    #[must_use]
    pub fn description(&self) -> &str {
        at(&self.document, &["info", "description"]).and_then(Value::as_str).unwrap_or_default()
    }

    /// When the first revision was deployed.
    #[must_use]
    pub fn first_deployed(&self) -> Option<Timestamp> {
        time(at(&self.document, &["info", "first_deployed"]))
    }

    /// When this revision was deployed.
    #[must_use]
    pub fn last_deployed(&self) -> Option<Timestamp> {
        time(at(&self.document, &["info", "last_deployed"]))
    }

    /// The chart's metadata.
    #[must_use]
    pub fn chart(&self) -> &Chart {
        &self.chart
    }

    /// The rendered objects without the hooks; may hold secret values.
    #[must_use]
    pub fn manifest(&self) -> &str {
        at(&self.document, &["manifest"]).and_then(Value::as_str).unwrap_or_default()
    }

    /// The objects of the manifest.
    #[must_use]
    pub fn objects(&self) -> Vec<ManifestObject> {
        manifest::objects(self.manifest(), &self.namespace)
    }

    /// The hooks.
    #[must_use]
    pub fn hooks(&self) -> &[Hook] {
        &self.hooks
    }

    /// The labels that the operator gave, without Helm's own.
    #[must_use]
    pub fn labels(&self) -> &BTreeMap<String, String> {
        &self.labels
    }

    pub(crate) fn info(&self) -> Option<&Value> {
        self.document.get("info")
    }

    pub(crate) fn chart_metadata(&self) -> Option<&Value> {
        at(&self.document, &["chart", "metadata"])
    }

    /// The values that were given; they hold the deployment's secrets.
    #[must_use]
    pub fn config(&self) -> Option<&Value> {
        self.document.get("config")
    }

    /// The chart's own values.
    #[must_use]
    pub fn chart_values(&self) -> Option<&Value> {
        at(&self.document, &["chart", "values"])
    }

    /// The value under a dotted path such as `hub.image.tag`, from the given values, then from the chart's.
    #[must_use]
    pub fn value(&self, path: &str) -> Option<&Value> {
        values::look_up(self.config(), self.chart_values(), path)
    }

    /// How Helm writes this release's objects.
    #[must_use]
    pub fn apply_method(&self) -> ApplyMethod {
        match at(&self.document, &["apply_method"]).and_then(Value::as_str) {
            Some("ssa") => ApplyMethod::ServerSide,
            _ => ApplyMethod::ClientSide,
        }
    }
}

impl std::fmt::Debug for Release {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Release")
            .field("name", &self.name.as_str())
            .field("namespace", &self.namespace.as_str())
            .field("revision", &self.revision.get())
            .field("status", &self.status.as_str())
            .field("chart", &format_args!("{}-{}", self.chart.name, self.chart.version))
            .finish_non_exhaustive()
    }
}
