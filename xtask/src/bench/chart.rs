//! The scene's Deployments as a chart, for the waiters that can only wait for what they wrote themselves.

use anyhow::{Context as _, Result};
use camino::{Utf8Path, Utf8PathBuf};
use serde_json::{Value, json};

use super::scene;

/// The release's name.
pub(crate) const RELEASE: &str = "web";

/// What makes Helm take an object that is there already for its own.
pub(crate) fn ownership(namespace: &str) -> Value {
    json!({
        "labels": { "app.kubernetes.io/managed-by": "Helm" },
        "annotations": {
            "meta.helm.sh/release-name": RELEASE,
            "meta.helm.sh/release-namespace": namespace,
        },
    })
}

/// Writes the chart; its one value is the revision.
pub(crate) fn write(folder: &Utf8Path, deployments: usize) -> Result<Utf8PathBuf> {
    let chart = folder.join("chart");
    let templates = chart.join("templates");
    std::fs::create_dir_all(&templates).with_context(|| format!("cannot make {templates}"))?;
    let documents: Vec<String> = (0..deployments)
        .map(|number| {
            let mut object = scene::deployment(number, "{{ .Values.revision }}");
            if let Some(fields) = object.as_object_mut() {
                fields.insert("apiVersion".to_owned(), "apps/v1".into());
                fields.insert("kind".to_owned(), "Deployment".into());
            }
            object.to_string()
        })
        .collect();
    for (name, text) in [
        ("Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n".to_owned()),
        ("values.yaml", "revision: \"0\"\n".to_owned()),
        ("templates/deployments.yaml", documents.join("\n---\n")),
    ] {
        let path = chart.join(name);
        std::fs::write(&path, text).with_context(|| format!("cannot write {path}"))?;
    }
    Ok(chart)
}
