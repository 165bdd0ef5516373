//! Preflight: what can be known to fail before anything else happens.

use camino::{Utf8Path, Utf8PathBuf};
use deploy_events::Stage;
use federation::Member;
use helm_driver::{Chart, Helm};
use names::MemberName;

use crate::inputs::{Input, inputs};
use crate::run::Voice;
use crate::upgrade_request::chart;
use crate::{Request, Stop};

/// What the preflight found.
pub(crate) struct Ready {
    pub(crate) helm: Helm,
    pub(crate) inputs: Vec<(MemberName, Vec<Input>)>,
}

impl Ready {
    pub(crate) fn of(&self, member: &MemberName) -> Vec<Input> {
        let found = self.inputs.iter().find(|(name, _)| name == member);
        found.map(|(_, inputs)| inputs.clone()).unwrap_or_default()
    }
}

/// The files of a chart that must be opened before Helm may see it.
fn sealed(folder: &Utf8Path, input: &Input) -> Result<Vec<Utf8PathBuf>, Stop> {
    let directory = input.chart().map(|chart| folder.join(chart)).filter(|chart| chart.is_dir());
    let Some(directory) = directory else { return Ok(Vec::new()) };
    Chart::Directory(directory).sealed_files().map_err(|error| Stop::failed(&error))
}

/// Finds every values file, the sealed files of every chart, and the helm that will be driven.
pub(crate) async fn preflight(voice: &Voice, members: &[Member]) -> Result<Ready, Stop> {
    voice
        .stage(Stage::Preflight, async |voice| {
            let request = &voice.run.request;
            let mut found = Vec::new();
            for member in members {
                let mut inputs = inputs(&request.federation, member)?;
                for input in &mut inputs {
                    input.chart_files = sealed(request.federation.folder(), input)?;
                }
                found.push((member.name.clone(), inputs));
            }
            let work = async { detect(request).await.map_err(|error| Stop::failed(&error)) };
            let helm = voice.race(work).await?;
            let charts = voice.race(charts(&helm, request, &found)).await?;
            let files: usize =
                found.iter().flat_map(|(_, inputs)| inputs).map(|input| input.files.len()).sum();
            let note = format!("helm {}, {files} values files{charts}", helm.version());
            Ok((Ready { helm, inputs: found }, note))
        })
        .await
}

/// The helm that is there, if it is one that the federation lets carry it out.
async fn detect(request: &Request) -> Result<Helm, helm_driver::Error> {
    let helm = Helm::detect(&request.helm, &request.scratch).await?;
    let helm = helm.downloading_with(request.proxies.iter().cloned());
    match request.federation.helm() {
        Some(versions) => helm.pinned(versions),
        None => Ok(helm),
    }
}

/// Has every chart complete in the cache, each once, so that nothing is loaded once writing has begun; in words.
async fn charts(
    helm: &Helm,
    request: &Request,
    members: &[(MemberName, Vec<Input>)],
) -> Result<String, Stop> {
    let steps = members.iter().flat_map(|(_, inputs)| inputs).map(|input| &input.helm);
    let mut seen: Vec<&federation::Chart> = Vec::new();
    let (mut loaded, mut cached) = (0, 0);
    for step in steps {
        if seen.contains(&&step.chart) {
            continue;
        }
        seen.push(&step.chart);
        let chart = chart(request.federation.folder(), &step.chart);
        let built = helm.build_dependencies(&chart, step.timeout).await;
        for built in built.map_err(|error| Stop::failed(&error))? {
            if built.loaded { loaded += 1 } else { cached += 1 }
        }
    }
    Ok(match (loaded, cached) {
        (0, 0) => String::new(),
        (0, cached) => format!(", {cached} charts from the cache"),
        (loaded, 0) => format!(", {loaded} charts loaded"),
        (loaded, cached) => format!(", {loaded} charts loaded and {cached} from the cache"),
    })
}
