//! Many members of one chart, as a repository that `deploy` and scripts can read.

use std::collections::BTreeMap;
use std::process::Command;

use anyhow::{Context as _, Result};
use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value;

use crate::run;

/// The repository, and the members that it has in the cluster.
pub(super) struct Fleet {
    pub(super) root: Utf8PathBuf,
    pub(super) helm: Utf8PathBuf,
    pub(super) kubectl: Utf8PathBuf,
    pub(super) kubeconfig: Utf8PathBuf,
    pub(super) members: Vec<String>,
}

impl Fleet {
    /// Writes the repository; its chart gives every object the same `value`.
    pub(super) fn write(&self, objects: usize, value: &str) -> Result<()> {
        let templates = self.root.join("chart/templates");
        std::fs::create_dir_all(&templates)?;
        std::fs::write(self.root.join("chart/Chart.yaml"), "apiVersion: v2\nname: bench\nversion: 1.0.0\n")?;
        let all: String = (0..objects).map(|number| object(number, value)).collect();
        std::fs::write(templates.join("all.yaml"), all)?;
        let members: String =
            self.members.iter().map(|name| format!("  {name}: {{wave: first}}\n")).collect();
        let text = format!(
            "apiVersion: 1\ndefaults:\n  namespace: \"{{member}}\"\n  steps:\n    - helm: {{release: \"{{member}}\", \
             chart: chart, verify: true}}\nmembers:\n{members}waves:\n  - {{name: first}}\n"
        );
        std::fs::write(self.root.join("federation.yaml"), text)?;
        Ok(())
    }

    /// Installs or upgrades every member, by helm alone.
    pub(super) fn install(&self) -> Result<()> {
        for member in &self.members {
            let mut helm = Command::new(&self.helm);
            helm.args(["upgrade", "--install", member, "chart", "--create-namespace", "--namespace", member]);
            run::output(self.at_home(&mut helm))?;
        }
        Ok(())
    }

    /// Takes the members away again.
    pub(super) fn strike(&self) -> Result<()> {
        let mut kubectl = Command::new(&self.kubectl);
        kubectl.args(["delete", "namespace", "--wait=false"]).args(&self.members);
        run::output(self.at_home(&mut kubectl)).map(drop)
    }

    /// The version of every object of the chart, by namespace, kind and name.
    pub(super) fn versions(&self) -> Result<BTreeMap<[String; 3], String>> {
        let mut versions = BTreeMap::new();
        for member in &self.members {
            let mut kubectl = Command::new(&self.kubectl);
            kubectl.args(["get", "deployments,services,secrets,configmaps", "--namespace", member]);
            let said = run::output(self.at_home(kubectl.args(["--output", "json"])))?;
            let list: Value = serde_json::from_str(&said)?;
            for item in list.get("items").and_then(Value::as_array).context("no list")? {
                let text = |at: &str| item.pointer(at).and_then(Value::as_str).unwrap_or_default().to_owned();
                let name = text("/metadata/name");
                if name.starts_with("o-") {
                    versions.insert([member.clone(), text("/kind"), name], text("/metadata/resourceVersion"));
                }
            }
        }
        Ok(versions)
    }

    /// A program that stands in the repository and knows the cluster.
    pub(super) fn at_home<'c>(&self, program: &'c mut Command) -> &'c mut Command {
        program.current_dir(&self.root).env("HOME", &self.root).env("KUBECONFIG", &self.kubeconfig)
    }
}

/// One of fifteen objects is a Deployment, one a Service, one a Secret; the others are ConfigMaps.
fn object(number: usize, value: &str) -> String {
    match number % 15 {
        0 => format!(
            "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: o-{number}}}\nspec:\n  replicas: 0\n  \
             selector: {{matchLabels: {{app: o-{number}}}}}\n  template:\n    metadata: {{labels: {{app: o-{number}}}}}\n    \
             spec: {{containers: [{{name: c, image: \"x:{value}\"}}]}}\n"
        ),
        1 => format!(
            "---\napiVersion: v1\nkind: Service\nmetadata: {{name: o-{number}, labels: {{value: {value}}}}}\n\
             spec: {{selector: {{app: o-{number}}}, ports: [{{port: 80}}]}}\n"
        ),
        2 => format!(
            "---\napiVersion: v1\nkind: Secret\nmetadata: {{name: o-{number}}}\nstringData: {{value: secret-{value}}}\n"
        ),
        _ => format!(
            "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: o-{number}}}\ndata: {{value: {value}}}\n"
        ),
    }
}

/// The folder as a path that programs take.
pub(super) fn utf8(folder: &tempfile::TempDir) -> Result<&Utf8Path> {
    Utf8Path::from_path(folder.path()).context("a folder that is UTF-8")
}
