//! Rendering a chart without a cluster.

use std::time::Duration;

use helm_release::ManifestObject;
use names::{Namespace, ReleaseName};
use semver::Version;
use zeroize::Zeroizing;

use crate::chart::prepare;
use crate::offline::{self, Call};
use crate::{Chart, Error, Helm, Values};

/// What is rendered.
#[derive(Debug, Clone)]
pub struct Template {
    /// The release that the templates see.
    pub release: ReleaseName,
    /// Its namespace.
    pub namespace: Namespace,
    /// The chart.
    pub chart: Chart,
    /// The values; later ones win.
    pub values: Vec<Values>,
    /// The cluster's version that the templates see; without it, the one that this Helm was built for.
    pub kube_version: Option<Version>,
    /// Further versions of kinds that the templates see as served: `monitoring.coreos.com/v1`.
    pub api_versions: Vec<String>,
    /// The time for all of it.
    pub timeout: Duration,
}

/// What a chart renders to: the objects of its manifest and its hooks; may hold secret values.
pub struct Rendered {
    text: Zeroizing<String>,
    namespace: Namespace,
}

impl Rendered {
    /// The text, as it came.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// Its objects, in its order.
    #[must_use]
    pub fn objects(&self) -> Vec<ManifestObject> {
        helm_release::objects(&self.text, &self.namespace)
    }
}

/// Shows no values.
impl std::fmt::Debug for Rendered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rendered").field("objects", &self.objects().len()).finish_non_exhaustive()
    }
}

impl Helm {
    /// Renders a chart as a first install would, without a cluster.
    ///
    /// # Errors
    /// Whatever is wrong with chart or values; [`Error::Failed`] with its class where Helm says so.
    pub async fn template(&self, template: Template) -> Result<Rendered, Error> {
        let scratch = self.homes().scratch()?;
        let chart = prepare(self, &template.chart, &scratch, template.timeout).await?;
        let mut arguments = vec!["template".to_owned(), template.release.to_string(), chart.argument.clone()];
        arguments.push(format!("--namespace={}", template.namespace));
        let (mut files, mut names) = (Vec::new(), Vec::new());
        for values in &template.values {
            let file = values.open().await?;
            arguments.push(format!("--values={}", file.path()));
            names.push((file.path(), values.name().to_owned()));
            files.push(file);
        }
        names.extend(chart.file.iter().map(|file| (file.path(), template.chart.name().to_owned())));
        files.extend(chart.file);
        arguments.extend(template.kube_version.iter().map(|version| format!("--kube-version={version}")));
        arguments.extend(template.api_versions.iter().map(|version| format!("--api-versions={version}")));
        let call = Call { arguments, files, names, chart: Some(&template.chart), timeout: template.timeout };
        let stdout = Zeroizing::new(offline::run(self, &scratch, call).await?);
        let text = Zeroizing::new(String::from_utf8_lossy(&stdout).into_owned());
        Ok(Rendered { text, namespace: template.namespace })
    }
}
