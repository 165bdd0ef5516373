//! From a helm step of the federation to what the driver is asked to do.

use camino::Utf8Path;
use federation::ValuesFile;
use helm_driver::{Chart, Upgrade, Values};

use crate::inputs::Input;
use crate::run::Run;
use crate::secrets::Secrets;
use crate::site::Site;
use crate::{Error, Stop};

/// How many revisions Helm keeps; the verified one is kept by us.
const HISTORY: u32 = 10;

/// The upgrade of one release: sealed values are handed over in memory, the others as they are.
pub(crate) fn upgrade(site: &Site, input: &Input) -> Result<Upgrade, Stop> {
    let run = &site.voice.run;
    let folder = run.request.federation.folder();
    let values =
        input.files.iter().map(|file| values(folder, &site.secrets, file)).collect::<Result<_, _>>()?;
    let chart = match &input.helm.chart {
        federation::Chart::Path(path) => chart(site, input, path)?,
        federation::Chart::Oci { url, .. } => {
            return Err(Stop::failed(&Error::NotYet {
                key: url.to_string(),
                place: site.member.place.clone(),
            }));
        }
    };
    Ok(Upgrade {
        release: input.helm.release.clone(),
        namespace: input.helm.namespace.clone(),
        chart,
        values,
        labels: labels(run),
        description: description(run),
        timeout: input.helm.timeout,
        history_max: HISTORY,
        // The lock needs the namespace, so it is there before Helm begins.
        create_namespace: false,
    })
}

/// A chart goes to Helm as it is, unless it holds sealed files: then it is packed in memory with those opened.
fn chart(site: &Site, input: &Input, chart: &Utf8Path) -> Result<Chart, Stop> {
    let path = site.voice.run.request.federation.folder().join(chart);
    if !path.is_dir() {
        return Ok(Chart::Archive(path));
    }
    if input.chart_files.is_empty() {
        return Ok(Chart::Directory(path));
    }
    let opened = input
        .chart_files
        .iter()
        .filter_map(|file| Some((file.clone(), site.secrets.get(&chart.join(file))?.expose())));
    Chart::opened(&path, opened).map_err(|error| Stop::failed(&error))
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
