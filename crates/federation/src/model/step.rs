//! The steps of a member.

use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};
use names::{Namespace, ReleaseName, StepName};
use problem::Place;
use url::Url;

use super::values::{Values, values};
use crate::item::{Item, name};
use crate::reader::Reader;
use crate::tree::Word;
use crate::{Error, keys};

/// One thing done to one member.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Unique within its member.
    pub name: StepName,
    /// What is done.
    pub action: Action,
    /// Where it is written.
    pub place: Place,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Applies manifests.
    Apply(Apply),
    /// Runs a program.
    Run(Run),
    /// Installs or upgrades a release.
    Helm(Box<Helm>),
}

/// Manifests, applied on the server's side with a field manager of our own; a CRD is never deleted.
#[derive(Debug, Clone, PartialEq)]
pub struct Apply {
    /// In order, relative to the folder of the federation file.
    pub files: Vec<Utf8PathBuf>,
}

/// A program of the repository.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Relative to the folder of the federation file.
    pub program: Utf8PathBuf,
    /// Encrypted: opened in memory, never on disk.
    pub sealed: bool,
    /// Its arguments.
    pub args: Vec<String>,
    /// How long it may take.
    pub timeout: Duration,
    /// What a failure does to the run.
    pub on_failure: OnFailure,
    /// The arguments with which the program undoes its work.
    pub undo: Option<Vec<String>>,
}

/// What the failure of a program does to the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnFailure {
    /// The member has failed.
    Stop,
    /// The failure is shown, and the next step begins.
    Continue,
}

/// A release.
#[derive(Debug, Clone, PartialEq)]
pub struct Helm {
    /// Its name.
    pub release: ReleaseName,
    /// Its namespace.
    pub namespace: Namespace,
    /// Its chart.
    pub chart: Chart,
    /// In order; a later one wins.
    pub values: Vec<Values>,
    /// How long upgrade and rollout may take.
    pub timeout: Duration,
    /// Whether the checks judge it: true for exactly one release of a member.
    pub verify: bool,
}

/// Where a chart is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chart {
    /// A folder or an archive, relative to the folder of the federation file.
    Path(Utf8PathBuf),
    /// A chart of a registry.
    Oci {
        /// Its address; behind an `@` the digest that it must have, `sha256:` and 64 digits.
        url: Url,
        /// Its version.
        version: String,
    },
}

const DEFAULT_TIMEOUT: Duration = Duration::from_secs(600);

/// The steps of one member, each with a name of its own.
pub(crate) fn steps(reader: &Reader<'_>, member_namespace: Option<&Namespace>) -> Vec<Step> {
    let mut steps = reader.list("steps", |item| step(item, member_namespace));
    let names: Vec<StepName> = steps.iter().map(|step| step.step.name.clone()).collect();
    for found in &mut steps {
        let step = &mut found.step;
        let taken = names.iter().filter(|name| **name == step.name).count() > 1;
        // `crds/cert-manager.yaml` beside the release `cert-manager`: the one that is no release
        // gives way. What is given, or still taken, is judged by the rules.
        let kind = match step.action {
            Action::Apply(_) => "apply",
            Action::Run(_) => "run",
            Action::Helm(_) => continue,
        };
        if taken && !found.named {
            step.name = format!("{kind}-{}", step.name).parse().unwrap_or(step.name.clone());
        }
    }
    steps.into_iter().map(|found| found.step).collect()
}

/// A step, and whether its name is given.
struct Found {
    step: Step,
    named: bool,
}

fn step(item: Item<'_>, member_namespace: Option<&Namespace>) -> Option<Found> {
    let reader = item.table(&keys::STEP)?;
    let kinds: Vec<&str> = keys::STEP.names().filter(|kind| reader.has(kind)).collect();
    let [kind] = kinds.as_slice() else {
        let found = if kinds.is_empty() { "none of them".to_owned() } else { kinds.join(" and ") };
        item.desk.refuse(item.span(), |place| Error::StepKind { place, found });
        return None;
    };
    let inner = reader.get(kind)?;
    let (name, action) = match *kind {
        "helm" => helm(inner, member_namespace)?,
        "apply" => apply(inner)?,
        _ => run(inner)?,
    };
    let step = Step { name, action, place: item.desk.place(item.span()) };
    Some(Found { step, named: inner.node.text_of("name").is_some() })
}

fn step_name(reader: &Reader<'_>, otherwise: Word) -> Option<StepName> {
    match reader.get("name") {
        Some(item) => item.name(),
        None => name(reader.desk, &otherwise),
    }
}

fn stem(item: Item<'_>, path: &Utf8Path) -> Word {
    Word { text: path.file_stem().unwrap_or_default().to_owned(), span: item.span() }
}

fn apply(item: Item<'_>) -> Option<(StepName, Action)> {
    let reader = item.table(&keys::APPLY)?;
    let items = reader.get("files")?.items()?;
    let files: Vec<Utf8PathBuf> = items.iter().filter_map(|item| item.path()).collect();
    let (Some(first), Some(path)) = (items.first(), files.first()) else {
        reader.missing("files");
        return None;
    };
    let step = step_name(&reader, stem(*first, path))?;
    Some((step, Action::Apply(Apply { files })))
}

fn run(item: Item<'_>) -> Option<(StepName, Action)> {
    let reader = item.table(&keys::RUN)?;
    let named = reader.get("program")?;
    let sealed = reader.flag("sealed");
    if sealed {
        item.desk.sealed(named.span());
    }
    let on_failure = [("stop", OnFailure::Stop), ("continue", OnFailure::Continue)];
    let args = reader.list("args", Item::text);
    let timeout = reader.get("timeout").map_or(Some(DEFAULT_TIMEOUT), Item::duration);
    let on_failure = match reader.get("on-failure") {
        Some(item) => item.one_of("`on-failure`", &on_failure),
        None => Some(OnFailure::Stop),
    };
    let undo = reader.get("undo").and_then(|item| item.list(Item::text));
    let program = named.path()?;
    let step = step_name(&reader, stem(named, &program))?;
    let run = Run { program, sealed, args, timeout: timeout?, on_failure: on_failure?, undo };
    Some((step, Action::Run(run)))
}

fn helm(item: Item<'_>, member_namespace: Option<&Namespace>) -> Option<(StepName, Action)> {
    let reader = item.table(&keys::HELM)?;
    let values = reader.list("values", values);
    let timeout = reader.get("timeout").map_or(Some(DEFAULT_TIMEOUT), Item::duration);
    let verify = reader.flag("verify");
    let chart = chart(&reader);
    let namespace = match reader.get("namespace") {
        Some(item) => item.name(),
        None => member_namespace.cloned(),
    };
    let release = release(&reader, item)?;
    let name_of_release = Word { text: release.to_string(), span: item.span() };
    let step = step_name(&reader, name_of_release)?;
    let helm = Helm { release, namespace: namespace?, chart: chart?, values, timeout: timeout?, verify };
    Some((step, Action::Helm(Box::new(helm))))
}

fn release(reader: &Reader<'_>, item: Item<'_>) -> Option<ReleaseName> {
    match reader.get("release") {
        Some(item) => item.name(),
        None => {
            let word = Word { text: item.scope.member()?.to_owned(), span: item.span() };
            name(item.desk, &word)
        }
    }
}

fn is_digest(text: &str) -> bool {
    let digits = text.strip_prefix("sha256:").unwrap_or_default();
    digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn chart(reader: &Reader<'_>) -> Option<Chart> {
    let item = reader.get("chart")?;
    let text = item.text()?;
    let version = reader.get("version");
    if !text.starts_with("oci://") {
        if let Some(version) = version {
            let why = "the version of a chart of this repository stands in its Chart.yaml";
            return version.refuse("used here", why);
        }
        return item.path().map(Chart::Path);
    }
    let Some(version) = version else {
        reader.missing("version");
        return None;
    };
    let version = version.text()?;
    if let Some((_, digest)) = text.split_once('@')
        && !is_digest(digest)
    {
        let why = "write what it must be as `@sha256:` and 64 hexadecimal digits, and no password";
        return item.refuse("the address of a pinned chart", why);
    }
    match Url::parse(&text) {
        Ok(url) if url.has_host() => Some(Chart::Oci { url, version }),
        _ => item
            .refuse("the address of a chart", "write it like `oci://quay.io/jetstack/charts/cert-manager`"),
    }
}
