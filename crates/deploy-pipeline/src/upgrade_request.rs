//! From a helm step of the federation to what the driver is asked to do.

use camino::{Utf8Path, Utf8PathBuf};
use federation::ValuesFile;
use helm_driver::{Chart, ChartDigest, OciChart, Upgrade, Values};

use crate::Stop;
use crate::inputs::Input;
use crate::run::Run;
use crate::secrets::Secrets;
use crate::site::Site;

/// How many revisions Helm keeps; the verified one is kept by us.
const HISTORY: u32 = 10;

/// The upgrade of one release: sealed values are handed over in memory, the others as they are.
pub(crate) fn upgrade(site: &Site, input: &Input) -> Result<Upgrade, Stop> {
    let run = &site.voice.run;
    let folder = run.request.federation.folder();
    let values =
        input.files.iter().map(|file| values(folder, &site.secrets, file)).collect::<Result<_, _>>()?;
    Ok(Upgrade {
        release: input.helm.release.clone(),
        namespace: input.helm.namespace.clone(),
        chart: opened(site, input),
        values,
        labels: labels(run),
        description: description(run),
        timeout: input.helm.timeout,
        history_max: HISTORY,
        // The lock needs the namespace, so it is there before Helm begins.
        create_namespace: false,
    })
}

/// The chart of a helm step; `oci://HOST/PATH@sha256:DIGEST` says as well what it must be.
pub(crate) fn chart(folder: &Utf8Path, chart: &federation::Chart) -> Chart {
    match chart {
        federation::Chart::Path(path) => {
            let path = folder.join(path);
            if path.is_dir() { Chart::Directory(path) } else { Chart::Archive(path) }
        }
        federation::Chart::Oci { url, version } => {
            let (url, digest) = match url.as_str().rsplit_once('@') {
                Some((url, digest)) => (url, ChartDigest::parse(digest)),
                None => (url.as_str(), None),
            };
            Chart::Oci(OciChart { url: url.to_owned(), version: version.clone(), digest })
        }
    }
}

/// The chart for Helm: a directory with sealed files goes to it packed in memory, with those opened.
fn opened(site: &Site, input: &Input) -> Chart {
    let chart = chart(site.voice.run.request.federation.folder(), &input.helm.chart);
    let (Chart::Directory(directory), Some(below)) = (&chart, input.chart()) else { return chart };
    if input.chart_files.is_empty() {
        return chart;
    }
    let secret = |file: &Utf8PathBuf| Some((file.clone(), site.secrets.get(&below.join(file))?.expose()));
    Chart::opened(directory.clone(), input.chart_files.iter().filter_map(secret))
}

fn values(folder: &Utf8Path, secrets: &Secrets, file: &ValuesFile) -> Result<Values, Stop> {
    let path = folder.join(&file.path);
    let Some(opened) = secrets.get(&file.path) else { return Ok(Values::file(path)) };
    Values::sealed(path, opened.expose()).map_err(|error| Stop::failed(&error))
}

/// Labels by which a revision tells which run made it.
fn labels(run: &Run) -> std::collections::BTreeMap<String, String> {
    let commit = run.request.operator.commit.as_ref().map(|commit| ("deploy-commit", commit.clone()));
    let id = ("deploy-run", run.tools.recorder.run().to_string());
    commit.into_iter().chain([id]).map(|(key, value)| (key.to_owned(), value)).collect()
}

fn description(run: &Run) -> String {
    format!("run {} by {}", run.tools.recorder.run(), run.request.operator.who)
}
