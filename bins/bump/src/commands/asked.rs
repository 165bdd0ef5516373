//! Who is asked for versions: servers, a saved index, clones of upstream.

use chart_bump::config::{BumpFile, Source};
use chart_bump::source::{Cache, Index, Sources};
use chart_bump::{BumpError, Clones, Origin, Published, Rules, Subject, Target, UpstreamClone, candidate};

use github_client::{GitHub, Patience, Repo};

use super::{Failure, World, read};
use crate::http;

/// Everybody who can be asked in one run.
pub(super) struct Everybody {
    pub(super) sources: Sources,
    /// A saved index: where it lies, and its bytes.
    pub(super) index: Option<(Origin, Vec<u8>)>,
    pub(super) clones: Option<Clones>,
    pub(super) github: Option<GitHub>,
}

impl Everybody {
    pub(super) fn new(world: &World, config: &BumpFile) -> Result<Self, Failure> {
        let sources = Sources::new(http::client()?, world.timeout).with_credentials(world.keys.with(config)?);
        let sources = match &world.cache {
            Some(folder) => sources.with_cache(Cache::new(folder)),
            None => sources,
        };
        let index = match &world.index {
            Some(file) => Some((Origin::File(file.clone()), read(file)?)),
            None => None,
        };
        let clones = world.clones.clone().map(Clones::new);
        // An address that is none stops only whoever needs it.
        let hub = http::github(&world.hub);
        let sources = match &hub {
            // A source that is silent is told; a pull request is worth waiting for.
            Ok(hub) => {
                let patience = Patience { total: world.timeout, ..Patience::default() };
                sources.with_github(hub.clone().with_patience(patience))
            }
            Err(_) => sources,
        };
        let github = if world.asks_github { Some(hub?) } else { None };
        Ok(Self { sources: sources.offline(world.offline), index, clones, github })
    }

    /// The clone in which `subject` is developed, where there is one.
    pub(super) fn clone_of(&self, subject: &Subject) -> Option<UpstreamClone> {
        let clones = self.clones.as_ref()?;
        clones.of(subject.developed_in().unwrap_or(&subject.name))
    }

    /// GitHub and the repository there in which `subject` is developed, where no clone tells of it.
    pub(super) fn forge_of(&self, subject: &Subject) -> Option<(&GitHub, Repo)> {
        let github = self.github.as_ref().filter(|_| self.clone_of(subject).is_none())?;
        Some((github, subject.developed_in()?.parse().ok()?))
    }

    /// What is published of `subject`, as far as that is known.
    pub(super) async fn published(
        &self,
        subject: &Subject,
        target: &Target,
        rules: &Rules,
    ) -> Result<Published, BumpError> {
        match (&subject.source, self.listed(subject, target, rules).await) {
            // A whole tag is taken at its word where its registry is out of reach, and the run says so.
            (
                Ok(Source::Image(image)),
                Err(error @ (BumpError::Unreachable { .. } | BumpError::NoLookup { .. })),
            ) => Ok(Published::Unlisted { image: image.clone(), why: error.to_string() }),
            (_, listed) => Ok(listed?.into()),
        }
    }

    /// What the source of `subject` lists; of the version that `target` means all that is told of it.
    pub(super) async fn listed(
        &self,
        subject: &Subject,
        target: &Target,
        rules: &Rules,
    ) -> Result<Index, BumpError> {
        let is_helm = !matches!(subject.source, Ok(Source::Image(_) | Source::GitHub { .. }));
        if let (Some((origin, bytes)), true) = (&self.index, is_helm) {
            return Index::parse(origin.clone(), subject.chart(), bytes);
        }
        let source = match &subject.source {
            Ok(source) => source,
            Err(_) => return Err(self.no_source(subject)),
        };
        let mut index = self.sources.published(source).await?;
        let pin = subject.found.lead();
        if let Some(version) = pin.and_then(|pin| candidate(pin, target, &index, rules)) {
            self.sources.complete(source, &version, &mut index).await?;
        }
        Ok(index)
    }

    fn no_source(&self, subject: &Subject) -> BumpError {
        let written = subject.found.pins.first().and_then(|pin| pin.repository.as_deref());
        // The same question once more gives an error of one's own.
        match chart_bump::source::helm_source(&subject.name, written) {
            Err(error) => error,
            Ok(_) => BumpError::NoLookup {
                name: subject.name.clone(),
                repository: written.unwrap_or_default().to_owned(),
                why: "it cannot be asked",
            },
        }
    }
}
