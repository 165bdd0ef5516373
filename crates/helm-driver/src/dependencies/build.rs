//! Completes a chart's `charts/` in a copy of it.

use std::time::Duration;

use camino::Utf8Path;

use super::Declared;
use super::declared::Dependency;
use super::repositories;
use crate::chart::ChartDigest;
use crate::homes::Scratch;
use crate::offline::{self, Call};
use crate::{Error, Helm};

/// A chart that another one depends on, as it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BuiltChart {
    /// Its name.
    pub name: String,
    /// The version that was taken.
    pub version: String,
    /// Where it is published.
    pub repository: String,
    /// Of its packed bytes.
    pub digest: ChartDigest,
    /// Whether it had to be loaded; otherwise it came from the cache, without any network.
    pub loaded: bool,
}

/// Puts what is missing into `charts/` of `copy`, which is ours: from the cache where all of it is
/// there, else by Helm.
///
/// # Errors
/// [`Error::Failed`] where Helm cannot find or load something.
pub(crate) async fn build(
    helm: &Helm,
    copy: &Utf8Path,
    scratch: &Scratch,
    timeout: Duration,
) -> Result<Vec<BuiltChart>, Error> {
    // Members that share a chart load it once.
    let _one = helm.homes().building().await;
    level(helm, copy, scratch, timeout).await
}

/// One chart; those beside it come first, since they are packed as they are then.
async fn level(
    helm: &Helm,
    copy: &Utf8Path,
    scratch: &Scratch,
    timeout: Duration,
) -> Result<Vec<BuiltChart>, Error> {
    let declared = Declared::read(copy);
    let missing: Vec<Dependency> = declared.missing(copy).into_iter().cloned().collect();
    let mut built = Vec::new();
    for neighbour in missing.iter().filter_map(Dependency::local) {
        built.extend(Box::pin(level(helm, &copy.join(neighbour), scratch, timeout)).await?);
    }
    if missing.is_empty() {
        return Ok(built);
    }
    match from_cache(helm, copy, &declared, &missing)? {
        Some(cached) => built.extend(cached),
        None => built.extend(by_helm(helm, copy, &missing, scratch, timeout).await?),
    }
    Ok(built)
}

/// Takes everything from the cache, or nothing.
fn from_cache(
    helm: &Helm,
    copy: &Utf8Path,
    declared: &Declared,
    missing: &[Dependency],
) -> Result<Option<Vec<BuiltChart>>, Error> {
    let mut found = Vec::new();
    for wanted in missing {
        let Some(version) = declared.exact(wanted).filter(|_| wanted.local().is_none()) else {
            return Ok(None);
        };
        let Some((bytes, digest)) = helm.homes().charts().get(&wanted.repository, &wanted.name, &version)
        else {
            return Ok(None);
        };
        found.push((bytes, built(wanted, version, digest, false)));
    }
    let charts = copy.join("charts");
    let failed = |source| Error::Homes { path: charts.clone(), source };
    std::fs::create_dir_all(&charts).map_err(failed)?;
    for (bytes, chart) in &found {
        let file = charts.join(format!("{}-{}.tgz", chart.name, chart.version));
        std::fs::write(file, bytes).map_err(failed)?;
    }
    Ok(Some(found.into_iter().map(|(_, chart)| chart).collect()))
}

/// Has Helm load everything, and keeps it.
async fn by_helm(
    helm: &Helm,
    copy: &Utf8Path,
    missing: &[Dependency],
    scratch: &Scratch,
    timeout: Duration,
) -> Result<Vec<BuiltChart>, Error> {
    let repositories = scratch.path().join("repositories.yaml");
    let wanted = Declared::read(copy).wanted;
    std::fs::write(&repositories, repositories::file(&wanted))
        .map_err(|source| Error::Homes { path: repositories.clone(), source })?;
    let mut arguments = vec!["dependency".to_owned(), "build".to_owned(), copy.to_string()];
    arguments.push(format!("--repository-config={repositories}"));
    arguments.push(format!("--repository-cache={}", scratch.path().join("repositories")));
    if wanted.iter().any(|wanted| repositories::is_here(&wanted.repository)) {
        arguments.push("--plain-http".to_owned());
    }
    offline::run(helm, scratch, Call { arguments, timeout, ..Call::default() }).await?;
    // Helm has written a lock file where there was none.
    let declared = Declared::read(copy);
    let mut all = Vec::new();
    for wanted in missing.iter().filter(|wanted| wanted.local().is_none()) {
        let Some(version) = declared.exact(wanted) else { continue };
        let file = copy.join("charts").join(format!("{}-{version}.tgz", wanted.name));
        let bytes = std::fs::read(&file).map_err(|source| Error::ChartUnreadable { path: file, source })?;
        let digest = helm.homes().charts().put(&wanted.repository, &wanted.name, &version, &bytes)?;
        all.push(built(wanted, version, digest, true));
    }
    Ok(all)
}

fn built(wanted: &Dependency, version: String, digest: ChartDigest, loaded: bool) -> BuiltChart {
    BuiltChart { name: wanted.name.clone(), version, repository: wanted.repository.clone(), digest, loaded }
}
