//! The index of a Helm repository over HTTP, asked for anew only where it changed.

use std::collections::BTreeMap;

use reqwest::StatusCode;
use reqwest::header::{AUTHORIZATION, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use url::Url;

use super::cache::Cache;
use super::fetch::{Arriving, Fetch};
use super::index::{Index, IndexEntry};
use crate::error::{BumpError, Origin, PrivateFault};

/// The largest index that is read. The largest public one had about 25 MB; a server that sends
/// without end must not fill the memory.
const LARGEST_INDEX: usize = 64 * 1024 * 1024;

/// One index, of which only the charts are kept that somebody asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    etag: Option<String>,
    modified: Option<String>,
    charts: BTreeMap<String, Vec<IndexEntry>>,
}

/// So many pieces of a body wait for the reader.
const PIECES: usize = 4;

/// The entries of each of `charts`, asked for with `own` credentials, in `index.yaml` of `repository`.
pub(crate) async fn indexes(
    fetch: &Fetch,
    cache: Option<&Cache>,
    repository: &Url,
    (charts, own): (&[&str], Option<HeaderValue>),
) -> Result<Vec<Result<Index, BumpError>>, BumpError> {
    let has_own = own.is_some();
    let url = index_url(repository);
    // A chart that was never asked for is in no cache, and a 304 would tell nothing of it.
    let whole = |kept: &Kept| charts.iter().all(|chart| kept.charts.contains_key(*chart));
    let kept = cache.and_then(|cache| cache.get(&url)).filter(whole);
    let answer = fetch
        .begin(&url, LARGEST_INDEX, |mut request| {
            if let Some(own) = own {
                request = request.header(AUTHORIZATION, own);
            }
            if let Some(etag) = kept.as_ref().and_then(|kept| kept.etag.as_ref()) {
                request = request.header(IF_NONE_MATCH, etag);
            }
            if let Some(modified) = kept.as_ref().and_then(|kept| kept.modified.as_ref()) {
                request = request.header(IF_MODIFIED_SINCE, modified);
            }
            request
        })
        .await?;
    let origin = Origin::Url(url.clone());
    match kept {
        Some(kept) if answer.status == StatusCode::NOT_MODIFIED => Ok(from_cache(&origin, charts, &kept)),
        _ if answer.status == StatusCode::UNAUTHORIZED => {
            Err(PrivateFault { origin: origin.into(), known: has_own, helper: None }.into())
        }
        _ => {
            let mut answer = answer.ok()?;
            let read = parse(&mut answer, origin, charts).await?;
            if let Some(cache) = cache {
                keep(cache, &url, &answer, &read);
            }
            Ok(read)
        }
    }
}

/// Reads the body on a thread of its own while it arrives, so that it is never in memory as a whole.
async fn parse(
    answer: &mut Arriving,
    origin: Origin,
    charts: &[&str],
) -> Result<Vec<Result<Index, BumpError>>, BumpError> {
    let charts: Vec<String> = charts.iter().map(|chart| (*chart).to_owned()).collect();
    let (pieces, mut arrived) = mpsc::channel(PIECES);
    let reading = tokio::task::spawn_blocking(move || {
        let charts: Vec<&str> = charts.iter().map(String::as_str).collect();
        Index::read_all(&origin, &charts, || arrived.blocking_recv())
    });
    // A body that breaks off is no shorter index: its own error counts before what was read of it.
    while let Some(piece) = answer.next().await? {
        if pieces.send(piece).await.is_err() {
            break;
        }
    }
    drop(pieces);
    match reading.await {
        Ok(read) => read,
        Err(stopped) => match stopped.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime is going down, and nobody waits any more.
            Err(_) => std::future::pending().await,
        },
    }
}

fn from_cache(origin: &Origin, charts: &[&str], kept: &Kept) -> Vec<Result<Index, BumpError>> {
    let list = charts.iter().map(|chart| {
        let entries = kept.charts.get(*chart).cloned().unwrap_or_default();
        Ok(Index { origin: origin.clone(), chart: (*chart).to_owned(), entries })
    });
    list.collect()
}

/// A changed index makes the charts old that are not asked for this time; they are dropped.
fn keep(cache: &Cache, url: &Url, answer: &Arriving, read: &[Result<Index, BumpError>]) {
    let charts = read.iter().flatten().map(|index| (index.chart.clone(), index.entries.clone()));
    let header = |name| answer.header(name).map(str::to_owned);
    let etag = header("etag");
    let mut kept = Kept { etag, modified: header("last-modified"), ..Kept::default() };
    if let Some(old) = cache.get::<Kept>(url).filter(|old| old.etag.is_some() && old.etag == kept.etag) {
        kept.charts = old.charts;
    }
    kept.charts.extend(charts);
    // Only for servers that can tell what changed.
    if kept.etag.is_some() || kept.modified.is_some() {
        cache.put(url, &kept);
    }
}

/// `index.yaml` below the repository, whether or not its address ends in a slash.
fn index_url(repository: &Url) -> Url {
    let mut url = repository.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().push("index.yaml");
    }
    url
}
