//! A chart from a registry, loaded once.

use std::time::Duration;

use camino::Utf8PathBuf;

use super::BuiltChart;
use super::repositories;
use crate::chart::{OciChart, PackedChart};
use crate::homes::Scratch;
use crate::offline::{self, Call};
use crate::{Error, Helm};

/// The chart from the cache, or from its registry.
///
/// # Errors
/// [`Error::Failed`] where Helm cannot load it, [`Error::ChartDigest`] where it is not what it must be.
pub(crate) async fn pull(
    helm: &Helm,
    oci: &OciChart,
    scratch: &Scratch,
    timeout: Duration,
) -> Result<(PackedChart, BuiltChart), Error> {
    let _one = helm.homes().building().await;
    let (repository, name) = oci.url.rsplit_once('/').unwrap_or(("", &oci.url));
    let (bytes, loaded) = match helm.homes().charts().get(repository, name, &oci.version) {
        Some((bytes, _)) => (bytes, false),
        None => (load(helm, oci, scratch, timeout).await?, true),
    };
    let chart = PackedChart::new(format!("{}:{}", oci.url, oci.version).into(), &bytes)?;
    if let Some(wanted) = oci.digest.as_ref().filter(|wanted| *wanted != chart.digest()) {
        let found = chart.digest().clone();
        return Err(Error::ChartDigest { chart: chart.name().to_owned(), wanted: wanted.clone(), found });
    }
    if loaded {
        helm.homes().charts().put(repository, name, &oci.version, &bytes)?;
    }
    let built = BuiltChart {
        name: name.to_owned(),
        version: oci.version.clone(),
        repository: repository.to_owned(),
        digest: chart.digest().clone(),
        loaded,
    };
    Ok((chart, built))
}

async fn load(helm: &Helm, oci: &OciChart, scratch: &Scratch, timeout: Duration) -> Result<Vec<u8>, Error> {
    let into = scratch.path().join("pulled");
    let mut arguments = vec!["pull".to_owned(), oci.url.clone()];
    arguments.push(format!("--version={}", oci.version));
    arguments.push(format!("--destination={into}"));
    if repositories::is_here(&oci.url) {
        arguments.push("--plain-http".to_owned());
    }
    std::fs::create_dir_all(&into).map_err(|source| Error::Homes { path: into.clone(), source })?;
    offline::run(helm, scratch, Call { arguments, timeout, ..Call::default() }).await?;
    let files = into.read_dir_utf8().map_err(|source| Error::Homes { path: into.clone(), source })?;
    let packed: Option<Utf8PathBuf> = files.filter_map(Result::ok).map(|entry| entry.into_path()).next();
    let file = packed.ok_or_else(|| Error::ChartMissing { path: oci.url.clone().into() })?;
    std::fs::read(&file).map_err(|source| Error::ChartUnreadable { path: file, source })
}
