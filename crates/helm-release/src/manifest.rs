//! The objects of a rendered manifest.

use std::collections::BTreeSet;

use names::{Namespace, ObjectRef};
use serde::Deserialize as _;

use crate::is_cluster_scoped;

/// One object of a manifest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ManifestObject {
    /// Group and version, as in the manifest: `apps/v1`.
    pub api_version: String,
    /// Kind, namespace and name.
    pub object: ObjectRef,
    /// The template it was rendered from, where Helm's comment says so.
    pub template: Option<String>,
}

#[derive(serde::Deserialize)]
struct Head {
    #[serde(rename = "apiVersion", default)]
    api_version: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    metadata: Metadata,
    #[serde(default)]
    items: Option<Vec<Head>>,
}

#[derive(Default, serde::Deserialize)]
struct Metadata {
    #[serde(default)]
    name: Option<String>,
    #[serde(default, rename = "generateName")]
    generate_name: Option<String>,
    #[serde(default)]
    namespace: Option<String>,
}

/// The objects of a manifest, in its order; lists are opened, documents that are no objects are passed over.
///
/// `home` is the release's namespace, where an object goes that names none.
#[must_use]
pub fn objects(manifest: &str, home: &Namespace) -> Vec<ManifestObject> {
    documents(manifest).flat_map(|document| in_document(document, home)).collect()
}

/// The documents of `other` with an object that `manifest` lacks, in their order.
pub(crate) fn missing<'a>(manifest: &str, other: &'a str, home: &Namespace) -> Vec<&'a str> {
    let there: BTreeSet<ObjectRef> = objects(manifest, home).into_iter().map(|found| found.object).collect();
    let lacks =
        |document: &&str| in_document(document, home).iter().any(|found| !there.contains(&found.object));
    documents(other).filter(lacks).collect()
}

fn in_document(document: &str, home: &Namespace) -> Vec<ManifestObject> {
    let mut found = Vec::new();
    let template = document.lines().find_map(|line| line.strip_prefix("# Source: ")).map(str::to_owned);
    if let Ok(head) = Head::deserialize(serde_yaml::Deserializer::from_str(document)) {
        collect(head, home, template.as_deref(), &mut found);
    }
    found
}

fn collect(head: Head, home: &Namespace, template: Option<&str>, found: &mut Vec<ManifestObject>) {
    if let Some(items) = head.items.filter(|_| head.kind.ends_with("List")) {
        items.into_iter().for_each(|item| collect(item, home, template, found));
        return;
    }
    // A generated name is known only once the object exists; its prefix is all there is to show.
    let name = head.metadata.name.or(head.metadata.generate_name);
    let (Some(name), false) = (name, head.kind.is_empty()) else { return };
    let own = head.metadata.namespace.and_then(|namespace| namespace.parse().ok());
    let namespace = if is_cluster_scoped(&head.kind) { None } else { own.or_else(|| Some(home.clone())) };
    found.push(ManifestObject {
        api_version: head.api_version,
        object: ObjectRef { kind: head.kind, namespace, name },
        template: template.map(str::to_owned),
    });
}

/// The documents of a manifest, in its order.
///
/// Splits at lines that are a document marker; `---` inside a block scalar is indented, so it stays.
pub fn documents(manifest: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(manifest);
    std::iter::from_fn(move || {
        let text = rest?;
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let bare = line.trim_end();
            if bare == "---" || bare.starts_with("--- ") {
                let document = text.get(..at).unwrap_or_default();
                rest = text.get(at + line.len()..);
                return Some(document);
            }
            at += line.len();
        }
        rest = None;
        Some(text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MANIFEST: &str = "---\n# Source: hub/templates/cm.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n\
        data:\n  x: |\n    ---\n    kind: Nothing\n---\n# Source: hub/templates/role.yaml\n\
        apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: \"system:x\"}\n---\n# only a comment\n---\n\
        apiVersion: v1\nkind: List\nitems:\n- {apiVersion: apps/v1, kind: Deployment, metadata: {name: b, namespace: other}}\n";

    #[test]
    fn each_document_is_an_object_and_lists_are_opened() {
        let home = "prod".parse().unwrap();
        let text: Vec<String> = objects(MANIFEST, &home)
            .iter()
            .map(|o| format!("{} {} {}", o.api_version, o.object, o.template.as_deref().unwrap_or("-")))
            .collect();
        assert_eq!(
            text,
            [
                "v1 ConfigMap/prod/a hub/templates/cm.yaml",
                "rbac.authorization.k8s.io/v1 ClusterRole/system:x hub/templates/role.yaml",
                "apps/v1 Deployment/other/b -",
            ]
        );
    }

    proptest! {
        #[test]
        fn no_text_panics_and_documents_lose_nothing_but_markers(text in "(---\n|--- x\n|a: 1\n|é|\n){0,20}") {
            let kept: String = documents(&text).collect();
            let want: String =
                text.split_inclusive('\n').filter(|l| !(l.trim_end() == "---" || l.trim_end().starts_with("--- "))).collect();
            prop_assert_eq!(kept, want);
            let _ = objects(&text, &"prod".parse().unwrap());
        }
    }
}
