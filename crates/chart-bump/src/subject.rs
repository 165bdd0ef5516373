//! A name that can be bumped: where it is pinned, and where its versions are published.

use crate::config::{Source, Upstream};
use crate::deployment::Deployment;
use crate::error::BumpError;
use crate::find::Found;
use crate::image::Part;
use crate::lock::Archives;
use crate::resolve::Rules;
use crate::version::Scheme;

/// A name with all that a repository says about it.
#[derive(Debug)]
pub struct Subject {
    /// The name.
    pub name: String,
    /// Its pins, with the files that hold them.
    pub found: Found,
    /// Where its versions are published, or why nobody can be asked.
    pub source: Result<Source, BumpError>,
    /// The scheme that `bump.yaml` declares.
    pub scheme: Option<Scheme>,
    /// Where it is developed, as `bump.yaml` declares it.
    pub upstream: Option<Upstream>,
    /// Why `bump.yaml` leaves it alone, where it does.
    pub ignored: Option<String>,
}

impl Subject {
    /// The chart or image as its source calls it.
    #[must_use]
    pub fn chart(&self) -> &str {
        match &self.source {
            Ok(Source::Helm { chart, .. }) => chart,
            Ok(Source::Image(image)) => image,
            Ok(Source::GitHub { repo, .. }) => repo.as_str(),
            Err(_) => &self.name,
        }
    }

    /// The repository in which it is developed, `owner/name` on GitHub, where that is known.
    #[must_use]
    pub fn developed_in(&self) -> Option<&str> {
        let declared = self.upstream.as_ref().map(|upstream| upstream.repo.as_str());
        declared
            .or_else(|| self.listed().map(|(repo, _)| repo))
            .or_else(|| crate::upstream::known(&self.name))
            .or_else(|| crate::upstream::known(self.chart()))
    }

    /// The digest that stands beside the tag of an image, on record for its version.
    fn digests(&self) -> Option<(String, String)> {
        let version = self.found.lead().filter(|lead| lead.part != Part::Digest)?.version.clone();
        let digest = self.found.pins.iter().find_map(|pin| pin.part.digest(&pin.scalar))?;
        Some((version, digest.to_owned()))
    }

    /// The repository at GitHub that lists its versions, and what stands before each in its tag.
    fn listed(&self) -> Option<(&str, &str)> {
        match &self.source {
            Ok(Source::GitHub { repo, prefix, .. }) => Some((repo.as_str(), prefix)),
            _ => None,
        }
    }

    /// The branch from which it is published, as `bump.yaml` declares it.
    #[must_use]
    pub fn branch(&self) -> Option<&str> {
        self.upstream.as_ref().and_then(|upstream| upstream.branch.as_deref())
    }

    /// What holds for a bump of it, where nobody lifts a guard.
    #[must_use]
    pub fn rules(&self, deployment: &Deployment) -> Rules {
        let files = self.found.manifests.iter().map(|file| deployment.archives(file.file()));
        let chart = self.chart();
        let recorded = |archives: Archives| {
            let pins = self.found.pins.iter();
            let of = pins
                .filter_map(|pin| Some((pin.version.clone(), archives.get(chart, &pin.version)?.to_owned())));
            of.collect::<Vec<_>>()
        };
        Rules {
            scheme: self.scheme,
            chart: Some(chart.to_owned()),
            upstream: self
                .upstream
                .as_ref()
                .map(|upstream| upstream.repo.clone())
                .or_else(|| self.listed().map(|(repo, _)| repo.to_owned())),
            tag_prefix: self.listed().map(|(_, prefix)| prefix.to_owned()),
            recorded: files.flat_map(recorded).chain(self.digests()).collect(),
            ..Rules::default()
        }
    }
}
