//! The tags of a registry's repository, and what stands behind one of them.

use reqwest::StatusCode;
use reqwest::header::{ACCEPT, HeaderValue};
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use url::Url;

use super::credentials::Credentials;
use super::fetch::{Answer, Fetch};
use super::index::{Index, IndexEntry};
use super::reference::Reference;
use super::token::Challenge;
use crate::error::{BumpError, Origin, PrivateFault};

/// A page holds at most a thousand tags of 128 letters.
const LARGEST_PAGE: usize = 4 * 1024 * 1024;

/// The most pages; the smallest that registries give have a hundred tags.
const MOST_PAGES: usize = 1000;

const MANIFESTS: &str = "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, \
     application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.list.v2+json";

/// Helm's own layer: the archive, byte by byte.
const ARCHIVE: &str = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";

/// Whether tags are versions of charts, in which Helm writes `_` for `+`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Chart,
    Image,
}

/// A repository that is asked; the token lives as long as the questions.
pub(crate) struct Registry<'f> {
    fetch: &'f Fetch,
    credentials: &'f Credentials,
    reference: Reference,
    kind: Kind,
    /// What goes along with each question, once the registry has said that it wants something.
    shown: Option<HeaderValue>,
}

#[derive(Deserialize)]
struct TagPage {
    #[serde(default)]
    tags: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Manifest {
    config: Option<Blob>,
    #[serde(default)]
    layers: Vec<Blob>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Blob {
    media_type: String,
    digest: String,
}

#[derive(Deserialize)]
struct ChartConfig {
    #[serde(default)]
    deprecated: bool,
    #[serde(default)]
    home: Option<String>,
    #[serde(default)]
    sources: Vec<String>,
}

impl<'f> Registry<'f> {
    pub(crate) fn new(
        fetch: &'f Fetch,
        credentials: &'f Credentials,
        reference: Reference,
        kind: Kind,
    ) -> Self {
        Self { fetch, credentials, reference, kind, shown: None }
    }

    /// Every tag, page by page, but those that signatures and the like are kept under.
    pub(crate) async fn tags(&mut self, name: &str) -> Result<Index, BumpError> {
        let first = self.page("tags/list?n=1000")?;
        let mut entries = Vec::new();
        let mut next = Some(first.clone());
        for _ in 0..MOST_PAGES {
            let Some(url) = next.take() else {
                break;
            };
            let answer = self.get(&url, "application/json").await?.ok(&url)?;
            let page: TagPage =
                serde_json::from_slice(&answer.body).map_err(|_| broken(&url, "a list of tags"))?;
            let tags = page.tags.unwrap_or_default().into_iter().filter(|tag| !is_attachment(tag));
            entries
                .extend(tags.map(|tag| IndexEntry { version: self.version(&tag), ..IndexEntry::default() }));
            next = match answer.header("link").and_then(next_link) {
                Some(link) => Some(same_place(&url, link)?),
                None => None,
            };
        }
        let mut origin = first;
        origin.set_query(None);
        Ok(Index { origin: Origin::Url(origin), chart: name.to_owned(), entries })
    }

    /// Fills in what only the manifest of `entry` tells: its digest, and for charts whether it was
    /// given up.
    pub(crate) async fn complete(&mut self, entry: &mut IndexEntry) -> Result<(), BumpError> {
        let url = self.page(&format!("manifests/{}", self.tag(&entry.version)))?;
        let answer = self.get(&url, MANIFESTS).await?.ok(&url)?;
        if self.kind == Kind::Image {
            let hash = Sha256::digest(&answer.body);
            let digits: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
            entry.digest = Some(format!("sha256:{digits}"));
            return Ok(());
        }
        let manifest: Manifest =
            serde_json::from_slice(&answer.body).map_err(|_| broken(&url, "the manifest of a chart"))?;
        let archive = manifest.layers.into_iter().find(|layer| layer.media_type == ARCHIVE);
        entry.digest = Some(archive.ok_or_else(|| broken(&url, "the manifest of a chart"))?.digest);
        if let Some(config) = manifest.config {
            let url = self.page(&format!("blobs/{}", config.digest))?;
            let answer = self.get(&url, &config.media_type).await?.ok(&url)?;
            let config: ChartConfig = serde_json::from_slice(&answer.body)
                .map_err(|_| broken(&url, "the Chart.yaml of a chart"))?;
            entry.deprecated = config.deprecated;
            entry.home = config.home;
            entry.sources = config.sources;
        }
        Ok(())
    }

    fn page(&self, path: &str) -> Result<Url, BumpError> {
        self.reference.url(path).ok_or_else(|| BumpError::NoLookup {
            name: self.reference.scope(),
            repository: self.reference.host().to_owned(),
            why: "it is no address of a registry",
        })
    }

    /// Asks, and where the registry wants a token or a password first, asks again with it.
    async fn get(&mut self, url: &Url, accept: &str) -> Result<Answer, BumpError> {
        let answer = self.ask(url, accept).await?;
        if answer.status != StatusCode::UNAUTHORIZED {
            return Ok(answer);
        }
        let own = self.credentials.of_registry(&self.reference);
        let known = own.is_some();
        self.shown = match answer.header("www-authenticate").and_then(Challenge::parse) {
            Some(Challenge::Bearer(bearer)) => {
                // A password goes to the registry's own token server, and never in the clear.
                let own = own.filter(|_| bearer.is_safe());
                match bearer.answer(self.fetch, &self.reference.scope(), own).await? {
                    Some(token) => HeaderValue::try_from(format!("Bearer {}", token.expose_secret())).ok(),
                    None => return Err(self.unauthorized(url, known)),
                }
            }
            Some(Challenge::Basic) => own,
            None => None,
        };
        if self.shown.is_none() {
            return Err(self.unauthorized(url, known));
        }
        let answer = self.ask(url, accept).await?;
        match answer.status {
            StatusCode::UNAUTHORIZED => Err(self.unauthorized(url, known)),
            _ => Ok(answer),
        }
    }

    fn unauthorized(&self, url: &Url, known: bool) -> BumpError {
        let helper = self.credentials.helper(&self.reference).filter(|_| !known).map(str::to_owned);
        PrivateFault { origin: Origin::Url(url.clone()).into(), known, helper }.into()
    }

    async fn ask(&self, url: &Url, accept: &str) -> Result<Answer, BumpError> {
        let shown = self.shown.clone();
        let add = |request: reqwest::RequestBuilder| {
            let request = request.header(ACCEPT, accept);
            match shown {
                Some(mut shown) => {
                    shown.set_sensitive(true);
                    request.header(reqwest::header::AUTHORIZATION, shown)
                }
                None => request,
            }
        };
        self.fetch.get(url, LARGEST_PAGE, add).await
    }

    fn version(&self, tag: &str) -> String {
        match self.kind {
            Kind::Chart => tag.replace('_', "+"),
            Kind::Image => tag.to_owned(),
        }
    }

    fn tag(&self, version: &str) -> String {
        match self.kind {
            Kind::Chart => version.replace('+', "_"),
            Kind::Image => version.to_owned(),
        }
    }
}

fn broken(url: &Url, wanted: &'static str) -> BumpError {
    BumpError::BrokenAnswer { origin: Origin::Url(url.clone()).into(), wanted }
}

/// Signatures, attestations and the like lie beside the images under tags of their own.
fn is_attachment(tag: &str) -> bool {
    tag.starts_with("sha256-") || [".sig", ".att", ".sbom", ".metadata"].iter().any(|end| tag.ends_with(end))
}

/// The address in `<...>; rel="next"`.
fn next_link(header: &str) -> Option<&str> {
    let links = header.split(',');
    links.filter(|link| link.contains("rel=\"next\"") || link.contains("rel=next")).find_map(|link| {
        let (_, rest) = link.split_once('<')?;
        Some(rest.split_once('>')?.0)
    })
}

/// The next page; it must lie where the first one does, for the token goes along.
fn same_place(url: &Url, link: &str) -> Result<Url, BumpError> {
    let next = url.join(link).ok().filter(|next| next.origin() == url.origin());
    next.ok_or_else(|| broken(url, "a next page on the same registry"))
}
