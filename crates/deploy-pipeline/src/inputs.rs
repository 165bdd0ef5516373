//! Which files the releases of a member are made from.

use camino::{Utf8Path, Utf8PathBuf};
use federation::{Action, Federation, Helm, Member, ValuesFile};
use names::StepName;
use problem::ProblemRecord;

use crate::{Stop, Why};

/// One helm step with its values files found.
#[derive(Debug, Clone)]
pub(crate) struct Input {
    pub(crate) step: StepName,
    pub(crate) helm: Helm,
    pub(crate) files: Vec<ValuesFile>,
    /// The sealed files of the chart, relative to its directory.
    pub(crate) chart_files: Vec<Utf8PathBuf>,
}

impl Input {
    /// Where the chart is, relative to the folder of the federation file.
    pub(crate) fn chart(&self) -> Option<&Utf8Path> {
        match &self.helm.chart {
            federation::Chart::Path(path) => Some(path),
            federation::Chart::Oci { .. } => None,
        }
    }
}

/// The helm steps of a member; nothing is read but the names in folders.
pub(crate) fn inputs(federation: &Federation, member: &Member) -> Result<Vec<Input>, Stop> {
    let folder = federation.folder();
    let names = |below: &Utf8Path| names_in(&folder.join(below));
    member.releases().map(|(step, helm)| input(step.name.clone(), helm, &names)).collect()
}

fn input(
    step: StepName,
    helm: &Helm,
    names: &impl Fn(&Utf8Path) -> std::io::Result<Vec<String>>,
) -> Result<Input, Stop> {
    let mut files = Vec::new();
    for values in &helm.values {
        let found = values
            .expand(names)
            .map_err(|error| Stop::new(Why::Configuration, ProblemRecord::from_diagnose(&error)))?;
        files.extend(found);
    }
    Ok(Input { step, helm: helm.clone(), files, chart_files: Vec::new() })
}

fn names_in(folder: &Utf8Path) -> std::io::Result<Vec<String>> {
    let here = if folder.as_str().is_empty() { Utf8Path::new(".") } else { folder };
    let mut names = Vec::new();
    for entry in here.read_dir_utf8()? {
        let entry = entry?;
        // A link to a file counts as the file, as it does for helm.
        if entry.path().is_file() {
            names.push(entry.file_name().to_owned());
        }
    }
    Ok(names)
}

/// Every sealed file that a member needs, each once.
pub(crate) fn sealed_files(member: &Member, inputs: &[Input]) -> Vec<Utf8PathBuf> {
    let values =
        inputs.iter().flat_map(|input| &input.files).filter(|file| file.sealed).map(|file| &file.path);
    let charts = inputs.iter().flat_map(|input| {
        let chart = input.chart().unwrap_or(Utf8Path::new(""));
        input.chart_files.iter().map(move |file| chart.join(file))
    });
    let programs = member.steps.iter().filter_map(|step| match &step.action {
        Action::Run(run) if run.sealed => Some(&run.program),
        _ => None,
    });
    let kubeconfig = member.kubeconfig.iter().filter(|file| file.sealed).map(|file| &file.file);
    let mut files: Vec<Utf8PathBuf> =
        values.chain(kubeconfig).chain(programs).cloned().chain(charts).collect();
    files.sort();
    files.dedup();
    files
}

/// Every values file that is not sealed.
pub(crate) fn plain_files(inputs: &[Input]) -> Vec<Utf8PathBuf> {
    inputs
        .iter()
        .flat_map(|input| &input.files)
        .filter(|file| !file.sealed)
        .map(|file| file.path.clone())
        .collect()
}
