//! `bump NAME TARGET`: find, look up, plan, write.

use camino::{Utf8Path, Utf8PathBuf};
use chart_bump::config::{BumpFile, Source};
use chart_bump::{
    BumpError, Found, History, Notice, Origin, Plan, Published, Rules, find_dependency, find_image,
    find_watched, manifests, read_history, source::Index, source::index_address, values_files, write_files,
};
use url::Url;

use super::{BumpRequest, Clone, Failure, Outcome, read};
use crate::{http, runtime};

/// A name with its pins and where its versions are published.
struct Subject {
    found: Found,
    asked: Asked,
    rules: Rules,
}

/// Who is asked for the versions.
enum Asked {
    /// A saved index.
    File { file: Utf8PathBuf, chart: String },
    /// A Helm repository.
    Repository { address: Url, chart: String },
    /// Nobody: the image lies in a registry.
    Nobody { image: String },
}

impl Asked {
    fn of(source: &Source, index: Option<&Utf8PathBuf>) -> Self {
        match (source, index) {
            (Source::Image(image), _) => Self::Nobody { image: image.clone() },
            (Source::Helm { chart, .. }, Some(file)) => {
                Self::File { file: file.clone(), chart: chart.clone() }
            }
            (Source::Helm { chart, repository }, None) => {
                Self::Repository { address: repository.clone(), chart: chart.clone() }
            }
        }
    }
}

pub(super) fn run(request: BumpRequest) -> Result<Outcome, Failure> {
    let config = config(&request.root)?;
    let Subject { found, asked, mut rules } = subject(&request, &config)?;
    if let Some(clone) = &request.clone {
        let watch = config.watched(&request.name).and_then(|watch| watch.upstream.as_ref());
        rules.history = Some(history(clone, watch.and_then(|upstream| upstream.branch.as_deref()))?);
    }
    let published = published(&request, asked)?;
    let mut plan = Plan::new(&request.name, found, &request.target, &published, &rules)?;
    if let Some(ignored) = config.ignored(&request.name) {
        plan.notices.push(Notice::Ignored { reason: ignored.reason.clone() });
    }
    let locks = plan.files.iter().flat_map(|file| stale_locks(&request.root, &file.file));
    plan.notices.extend(locks);
    if !request.dry_run {
        write_files(&request.root, &plan.files)?;
    }
    Ok(Outcome::Bumped { plan, dry_run: request.dry_run })
}

/// `bump.yaml` of the repository; without one nothing is watched by name.
fn config(root: &Utf8Path) -> Result<BumpFile, BumpError> {
    match read(&root.join(BumpFile::NAME)) {
        Ok(bytes) => BumpFile::parse(BumpFile::NAME.into(), bytes),
        Err(BumpError::Read { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
            Ok(BumpFile::default())
        }
        Err(error) => Err(error),
    }
}

/// What `bump.yaml` watches, else what is known of images, else the dependencies of the charts.
fn subject(request: &BumpRequest, config: &BumpFile) -> Result<Subject, BumpError> {
    let rules = Rules { allow: request.allow.clone(), ..Rules::default() };
    if let Some(watch) = config.watched(&request.name) {
        let found = find_watched(watch, |file| read(&request.root.join(file)))?;
        let upstream = watch.upstream.as_ref().map(|upstream| upstream.repo.clone());
        let rules = Rules { scheme: Some(watch.scheme), upstream, ..rules };
        return Ok(Subject { found, asked: Asked::of(&watch.source, request.index.as_ref()), rules });
    }
    let texts = |files: Vec<Utf8PathBuf>| {
        let texts = files.into_iter().map(|file| Ok((file.clone(), read(&request.root.join(file))?)));
        texts.collect::<Result<Vec<_>, BumpError>>()
    };
    let charts = manifests(&request.root)?;
    let values = texts(values_files(&request.root, &charts)?)?;
    if let Some(found) = find_image(&request.name, values)? {
        let image = found.pins.first().and_then(|pin| pin.repository.clone()).unwrap_or_default();
        return Ok(Subject { found, asked: Asked::Nobody { image }, rules });
    }
    let found = find_dependency(&request.name, texts(charts)?).map_err(|error| near(error, config))?;
    let chart = request.name.clone();
    let asked = match &request.index {
        // Whoever brings the index need not have an address that can be asked.
        Some(file) => Asked::File { file: file.clone(), chart },
        None => {
            let written = found.pins.first().and_then(|pin| pin.repository.as_deref());
            Asked::Repository { address: index_address(&chart, written)?, chart }
        }
    };
    Ok(Subject { found, asked, rules })
}

fn history(clone: &Clone, branch: Option<&str>) -> Result<History, Failure> {
    runtime::wait(async { Ok(read_history(&clone.git, &clone.folder, branch, clone.timeout).await?) })
}

/// A name that no chart knows may be a slip for one that is watched.
fn near(error: BumpError, config: &BumpFile) -> BumpError {
    match error {
        BumpError::UnknownName { name, near: None, searched } => {
            let near = config.nearest(&name);
            BumpError::UnknownName { name, near, searched }
        }
        other => other,
    }
}

fn published(request: &BumpRequest, asked: Asked) -> Result<Published, Failure> {
    match asked {
        Asked::Nobody { image } => Ok(Published::Unlisted { image }),
        Asked::File { file, chart } => {
            let bytes = read(&file)?;
            Ok(Index::parse(Origin::File(file), &chart, &bytes)?.into())
        }
        Asked::Repository { address, chart } => Ok(http::index(&address, &chart, request.timeout)?.into()),
    }
}

/// The locks beside a manifest; Helm refuses to build from one that names another version.
fn stale_locks(root: &Utf8Path, manifest: &Utf8Path) -> Vec<Notice> {
    let locks = ["Chart.lock", "requirements.lock"].map(|name| manifest.with_file_name(name));
    let there = locks.into_iter().filter(|lock| root.join(lock).exists());
    there.map(|file| Notice::StaleLock { file }).collect()
}
