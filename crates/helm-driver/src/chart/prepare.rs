//! From a chart to what Helm gets as one.

use std::sync::Arc;
use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};
use child::Memfile;

use super::{Chart, PackedChart, check, vendored};
use crate::dependencies::{self, BuiltChart, Declared};
use crate::homes::Scratch;
use crate::{Error, Helm};

/// A chart that Helm can read, for as long as this and its run's directory are there.
#[derive(Debug)]
pub(crate) struct Prepared {
    /// The chart as an argument.
    pub(crate) argument: String,
    /// The packed chart, where it is one.
    pub(crate) file: Option<Arc<Memfile>>,
}

impl Prepared {
    fn packed(chart: &PackedChart) -> Self {
        Self { argument: chart.file().path().to_string(), file: Some(Arc::clone(chart.file())) }
    }
}

/// Checks a chart, completes it, and gives it a place where Helm can read it.
///
/// # Errors
/// When it is not there, would do harm, or what it depends on cannot be had.
pub(crate) async fn prepare(
    helm: &Helm,
    chart: &Chart,
    scratch: &Scratch,
    timeout: Duration,
) -> Result<Prepared, Error> {
    match chart {
        Chart::Directory(path) => {
            let (complete, _) = complete(helm, path, scratch, timeout).await?;
            check::directory(path)?;
            Ok(Prepared { argument: argument(&complete), file: None })
        }
        Chart::Opened(opened) => {
            let (complete, _) = complete(helm, opened.directory(), scratch, timeout).await?;
            Ok(Prepared::packed(&opened.pack(&complete)?))
        }
        Chart::Archive(path) if path.is_file() => {
            let read = tokio::fs::read(path).await;
            let bytes = read.map_err(|source| Error::ChartUnreadable { path: path.clone(), source })?;
            Ok(Prepared::packed(&PackedChart::new(path.clone(), &bytes)?))
        }
        Chart::Archive(path) => Err(Error::ChartMissing { path: path.clone() }),
        Chart::Packed(packed) => Ok(Prepared::packed(packed)),
        Chart::Oci(oci) => Ok(Prepared::packed(&dependencies::pull(helm, oci, scratch, timeout).await?.0)),
    }
}

/// Loads what a chart needs and says what that was; nothing where it has everything.
///
/// # Errors
/// As [`prepare`].
pub(crate) async fn build(
    helm: &Helm,
    chart: &Chart,
    scratch: &Scratch,
    timeout: Duration,
) -> Result<Vec<BuiltChart>, Error> {
    match chart {
        Chart::Directory(path) => Ok(complete(helm, path, scratch, timeout).await?.1),
        Chart::Opened(opened) => Ok(complete(helm, opened.directory(), scratch, timeout).await?.1),
        Chart::Oci(oci) => Ok(vec![dependencies::pull(helm, oci, scratch, timeout).await?.1]),
        Chart::Archive(_) | Chart::Packed(_) => {
            prepare(helm, chart, scratch, timeout).await.map(|_| Vec::new())
        }
    }
}

/// The directory itself where it has everything it needs, else a complete copy of it. What is sealed in
/// it stays sealed.
async fn complete(
    helm: &Helm,
    path: &Utf8Path,
    scratch: &Scratch,
    timeout: Duration,
) -> Result<(Utf8PathBuf, Vec<BuiltChart>), Error> {
    if !path.join("Chart.yaml").is_file() {
        return Err(Error::ChartMissing { path: path.to_owned() });
    }
    vendored::check(path)?;
    if Declared::read(path).missing(path).is_empty() {
        return Ok((path.to_owned(), Vec::new()));
    }
    let copy = dependencies::copy(path, &scratch.path().join("chart"))?;
    let built = dependencies::build(helm, &copy, scratch, timeout).await?;
    Ok((copy, built))
}

/// A path as an argument: never one that Helm could take for a flag or for a repository's chart.
fn argument(path: &Utf8Path) -> String {
    let path: Utf8PathBuf = if path.is_absolute() { path.to_owned() } else { Utf8Path::new(".").join(path) };
    path.into_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_is_never_a_flag() {
        assert_eq!(argument("--debug".into()), "./--debug");
        assert_eq!(argument("/x/a".into()), "/x/a");
    }
}
