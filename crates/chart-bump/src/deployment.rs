//! A deployment repository at one moment, in memory: every file that names versions.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};

use crate::catalogue;
use crate::config::{BumpFile, Source, Watch};
use crate::error::BumpError;
use crate::files::Files;
use crate::find::find_dependency;
use crate::lock::Archives;
use crate::plan::FileChange;
use crate::source::helm_source;
use crate::subject::Subject;
use crate::walk::{manifests, values_files};
use crate::watched::{find_image, find_watched};

/// What can lie beside a manifest and must move with it.
const BESIDE: [&str; 4] =
    ["Chart.lock", "Chart.lock.sha256", "requirements.lock", "requirements.lock.sha256"];

/// The files of a repository that name versions.
#[derive(Debug, Clone, Default)]
pub struct Deployment {
    config: BumpFile,
    has_config: bool,
    manifests: Vec<Utf8PathBuf>,
    values: Vec<Utf8PathBuf>,
    texts: BTreeMap<Utf8PathBuf, Vec<u8>>,
}

impl Deployment {
    /// Reads them.
    ///
    /// # Errors
    /// A file cannot be read, or `bump.yaml` is wrong.
    pub async fn read(files: &Files) -> Result<Self, BumpError> {
        let list = files.list().await?;
        let mut own = Self { manifests: manifests(&list), values: values_files(&list), ..Self::default() };
        if let Some(bytes) = files.find(BumpFile::NAME.into()).await? {
            own.config = BumpFile::parse(BumpFile::NAME.into(), bytes)?;
            own.has_config = true;
        }
        let beside = own.manifests.iter().flat_map(|file| BESIDE.map(|name| file.with_file_name(name)));
        let targets =
            own.config.watch.iter().flat_map(|watch| &watch.targets).map(|target| target.file.clone());
        let wanted: Vec<Utf8PathBuf> =
            own.manifests.iter().chain(&own.values).cloned().chain(beside).chain(targets).collect();
        for file in wanted {
            if !own.texts.contains_key(&file)
                && let Some(bytes) = files.find(&file).await?
            {
                own.texts.insert(file, bytes);
            }
        }
        Ok(own)
    }

    /// What `bump.yaml` says; nothing where there is none.
    #[must_use]
    pub fn config(&self) -> &BumpFile {
        &self.config
    }

    /// Whether the repository has a `bump.yaml`.
    #[must_use]
    pub fn has_config(&self) -> bool {
        self.has_config
    }

    /// The same repository after `changes`.
    #[must_use]
    pub fn after(&self, changes: &[FileChange]) -> Self {
        let mut own = self.clone();
        for change in changes {
            own.texts.insert(change.file.clone(), change.after.clone().into_bytes());
        }
        own
    }

    /// `name`: what `bump.yaml` watches, else what is known of images, else a dependency of a chart.
    ///
    /// # Errors
    /// Nothing has this name; a file of it is broken or gone; a pin is not what it must be.
    pub fn subject(&self, name: &str) -> Result<Subject, BumpError> {
        match self.config.watched(name) {
            Some(watch) => self.watched(watch),
            None => self.unwatched(name),
        }
    }

    /// Every name that a check looks at: what `bump.yaml` watches; without one, all dependencies of
    /// the charts, and the images that are known by name.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        if self.has_config {
            return self.config.watch.iter().map(|watch| watch.name.clone()).collect();
        }
        let mut names = self.dependencies();
        let is_here =
            |name: &&str| find_image(name, self.files(&self.values)).is_ok_and(|found| found.is_some());
        names.extend(
            catalogue::IMAGES
                .map(|image| image.name)
                .iter()
                .filter(|it| is_here(it))
                .map(|it| (*it).to_owned()),
        );
        names
    }

    /// The digests that are recorded for the archives of `chart` beside `manifest`.
    pub(crate) fn archives(&self, manifest: &Utf8Path) -> Archives {
        let texts = BESIDE.iter().filter(|name| name.ends_with(Archives::SUFFIX)).filter_map(|name| {
            let text = self.texts.get(&manifest.with_file_name(name))?;
            Some(String::from_utf8_lossy(text).into_owned())
        });
        Archives::parse(&texts.collect::<String>())
    }

    pub(crate) fn texts(&self) -> &BTreeMap<Utf8PathBuf, Vec<u8>> {
        &self.texts
    }

    pub(crate) fn manifests(&self) -> impl Iterator<Item = (&Utf8PathBuf, &Vec<u8>)> {
        self.manifests.iter().filter_map(|file| self.texts.get_key_value(file))
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = (&Utf8PathBuf, &Vec<u8>)> {
        self.values.iter().filter_map(|file| self.texts.get_key_value(file))
    }

    fn files(&self, names: &[Utf8PathBuf]) -> Vec<(Utf8PathBuf, Vec<u8>)> {
        names.iter().filter_map(|file| Some((file.clone(), self.texts.get(file)?.clone()))).collect()
    }

    fn watched(&self, watch: &Watch) -> Result<Subject, BumpError> {
        let found = find_watched(watch, |file| {
            self.texts.get(file).cloned().ok_or_else(|| BumpError::Read {
                path: file.to_owned(),
                source: std::io::ErrorKind::NotFound.into(),
            })
        })?;
        Ok(Subject {
            name: watch.name.clone(),
            found,
            source: Ok(watch.source.clone()),
            scheme: Some(watch.scheme),
            upstream: watch.upstream.clone(),
            ignored: None,
        })
    }

    fn unwatched(&self, name: &str) -> Result<Subject, BumpError> {
        let ignored = self.config.ignored(name).map(|ignored| ignored.reason.clone());
        let own = |found, source| Subject {
            name: name.to_owned(),
            found,
            source,
            scheme: None,
            upstream: None,
            ignored,
        };
        if let Some(found) = find_image(name, self.files(&self.values))? {
            let image = found.pins.first().and_then(|pin| pin.repository.clone()).unwrap_or_default();
            return Ok(own(found, Ok(Source::Image(image))));
        }
        let found = find_dependency(name, self.files(&self.manifests)).map_err(|error| self.near(error))?;
        let written = found.pins.first().and_then(|pin| pin.repository.as_deref());
        let source = helm_source(name, written);
        Ok(own(found, source))
    }

    /// A name that no chart knows may be a slip for one that is watched.
    fn near(&self, error: BumpError) -> BumpError {
        match error {
            BumpError::UnknownName { name, near: None, searched } => {
                let near = self.config.nearest(&name);
                BumpError::UnknownName { name, near, searched }
            }
            other => other,
        }
    }

    fn dependencies(&self) -> Vec<String> {
        let mut names = Vec::new();
        for (file, bytes) in self.manifests() {
            for dependency in crate::coverage::dependencies(file, bytes).unwrap_or_default() {
                if !dependency.is_own && !names.contains(&dependency.name) {
                    names.push(dependency.name);
                }
            }
        }
        names
    }
}
