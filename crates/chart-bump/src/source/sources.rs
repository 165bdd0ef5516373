//! Everything that can be asked for published versions, behind one client.

use std::time::Duration;

use github_client::GitHub;
use url::Url;

use super::cache::Cache;
use super::credentials::Credentials;
use super::fetch::Fetch;
use super::http;
use super::index::Index;
use super::reference::Reference;
use super::registry::{Kind, Registry};
use crate::config::Source;
use crate::error::BumpError;

/// Helm repositories, registries, and what GitHub lists.
#[derive(Debug, Clone)]
pub struct Sources {
    fetch: Fetch,
    cache: Option<Cache>,
    github: Option<GitHub>,
    credentials: Credentials,
    offline: bool,
}

impl Sources {
    /// `timeout` is the whole time that each request may take, its body included.
    #[must_use]
    pub fn new(client: reqwest::Client, timeout: Duration) -> Self {
        Self {
            fetch: Fetch { client, timeout },
            cache: None,
            github: None,
            credentials: Credentials::default(),
            offline: false,
        }
    }

    /// Keeps what indexes said, and asks only whether they changed.
    #[must_use]
    pub fn with_cache(self, cache: Cache) -> Self {
        Self { cache: Some(cache), ..self }
    }

    /// Shows these to private sources, each to its own.
    #[must_use]
    pub fn with_credentials(self, credentials: Credentials) -> Self {
        Self { credentials, ..self }
    }

    /// Asks this GitHub for tags and releases.
    #[must_use]
    pub fn with_github(self, github: GitHub) -> Self {
        Self { github: Some(github), ..self }
    }

    /// With `offline`, every question is answered by an error, and no network is asked.
    #[must_use]
    pub fn offline(self, offline: bool) -> Self {
        Self { offline, ..self }
    }

    /// The versions that `source` lists. One request; more where a registry has several pages, or
    /// wants a token first.
    ///
    /// # Errors
    /// It is not reached, answers with an error, sends too much, or sends what is no such list.
    pub async fn published(&self, source: &Source) -> Result<Index, BumpError> {
        if self.offline {
            return Err(forbidden(source));
        }
        match source {
            Source::Helm { repository, chart } if !is_oci(repository) => {
                let one = self.charts(repository, &[chart]).await?.pop();
                one.unwrap_or_else(|| Err(no_chart(repository, chart)))
            }
            Source::Helm { repository, chart } => self.chart(repository, chart).tags(chart).await,
            Source::Image(image) => self.image(image).tags(image).await,
            Source::GitHub { repo, listing, prefix } => match &self.github {
                Some(github) => {
                    super::listed::listed(github, self.cache.as_ref(), (repo, *listing, prefix)).await
                }
                None => Err(cannot(source, "no GitHub is set up that could be asked")),
            },
        }
    }

    /// The versions of several charts of one Helm repository, by one request. Each chart that is not
    /// there is an error of its own.
    ///
    /// # Errors
    /// As [`Sources::published`].
    pub async fn charts(
        &self,
        repository: &Url,
        charts: &[&str],
    ) -> Result<Vec<Result<Index, BumpError>>, BumpError> {
        if self.offline {
            let chart = charts.first().copied().unwrap_or_default().to_owned();
            return Err(forbidden(&Source::Helm { repository: repository.clone(), chart }));
        }
        let own = self.credentials.of_repository(repository);
        http::indexes(&self.fetch, self.cache.as_ref(), repository, (charts, own)).await
    }

    /// Fills in what a registry tells of one version alone: its digest, and for charts whether it
    /// was given up. An index of a Helm repository has it all already.
    ///
    /// # Errors
    /// As [`Sources::published`].
    pub async fn complete(&self, source: &Source, version: &str, index: &mut Index) -> Result<(), BumpError> {
        let Some(entry) = index.entries.iter_mut().find(|entry| entry.version == version) else {
            return Ok(());
        };
        match source {
            Source::Helm { repository, chart } if is_oci(repository) => {
                self.chart(repository, chart).complete(entry).await
            }
            Source::Image(image) => self.image(image).complete(entry).await,
            Source::Helm { .. } | Source::GitHub { .. } => Ok(()),
        }
    }

    fn chart(&self, repository: &Url, chart: &str) -> Registry<'_> {
        Registry::new(&self.fetch, &self.credentials, Reference::of_chart(repository, chart), Kind::Chart)
    }

    fn image(&self, image: &str) -> Registry<'_> {
        Registry::new(&self.fetch, &self.credentials, Reference::of_image(image), Kind::Image)
    }
}

fn is_oci(repository: &Url) -> bool {
    repository.scheme() == "oci"
}

fn forbidden(source: &Source) -> BumpError {
    cannot(source, "`--offline` forbids it")
}

fn cannot(source: &Source, why: &'static str) -> BumpError {
    let (name, repository) = match source {
        Source::Helm { repository, chart } => {
            (chart.clone(), crate::error::Origin::Url(repository.clone()).to_string())
        }
        Source::Image(image) => (image.clone(), image.clone()),
        Source::GitHub { repo, .. } => (repo.to_string(), format!("https://github.com/{repo}")),
    };
    BumpError::NoLookup { name, repository, why }
}

fn no_chart(repository: &Url, chart: &str) -> BumpError {
    let origin = crate::error::Origin::Url(repository.clone()).into();
    BumpError::NoChart { chart: chart.to_owned(), origin, near: None }
}
