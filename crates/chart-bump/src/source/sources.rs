//! Everything that can be asked for published versions, behind one client.

use std::time::Duration;

use url::Url;

use super::cache::Cache;
use super::fetch::Fetch;
use super::http;
use super::index::Index;
use super::reference::Reference;
use super::registry::{Kind, Registry};
use crate::config::Source;
use crate::error::BumpError;

/// Helm repositories and registries.
#[derive(Debug, Clone)]
pub struct Sources {
    fetch: Fetch,
    cache: Option<Cache>,
    offline: bool,
}

impl Sources {
    /// `timeout` is the whole time that each request may take, its body included.
    #[must_use]
    pub fn new(client: reqwest::Client, timeout: Duration) -> Self {
        Self { fetch: Fetch { client, timeout }, cache: None, offline: false }
    }

    /// Keeps what indexes said, and asks only whether they changed.
    #[must_use]
    pub fn with_cache(self, cache: Cache) -> Self {
        Self { cache: Some(cache), ..self }
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
            Source::Helm { repository, chart } if repository.scheme() != "oci" => {
                let one = self.charts(repository, &[chart]).await?.pop();
                one.unwrap_or_else(|| Err(no_chart(repository, chart)))
            }
            Source::Helm { chart, .. } => self.registry(source).tags(chart).await,
            Source::Image(image) => self.registry(source).tags(image).await,
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
        http::indexes(&self.fetch, self.cache.as_ref(), repository, charts).await
    }

    /// Fills in what a registry tells of one version alone: its digest, and for charts whether it
    /// was given up. An index of a Helm repository has it all already.
    ///
    /// # Errors
    /// As [`Sources::published`].
    pub async fn complete(&self, source: &Source, version: &str, index: &mut Index) -> Result<(), BumpError> {
        let in_index = matches!(source, Source::Helm { repository, .. } if repository.scheme() != "oci");
        match index.entries.iter_mut().find(|entry| entry.version == version) {
            Some(entry) if !in_index => self.registry(source).complete(entry).await,
            _ => Ok(()),
        }
    }

    fn registry(&self, source: &Source) -> Registry<'_> {
        let (reference, kind) = match source {
            Source::Helm { repository, chart } => (Reference::of_chart(repository, chart), Kind::Chart),
            Source::Image(image) => (Reference::of_image(image), Kind::Image),
        };
        Registry::new(&self.fetch, reference, kind)
    }
}

fn forbidden(source: &Source) -> BumpError {
    let (name, repository) = match source {
        Source::Helm { repository, chart } => {
            (chart, crate::error::Origin::Url(repository.clone()).to_string())
        }
        Source::Image(image) => (image, image.clone()),
    };
    BumpError::NoLookup { name: name.clone(), repository, why: "`--offline` forbids it" }
}

fn no_chart(repository: &Url, chart: &str) -> BumpError {
    let origin = crate::error::Origin::Url(repository.clone()).into();
    BumpError::NoChart { chart: chart.to_owned(), origin, near: None }
}
