//! The index of a Helm repository over HTTP.

use std::time::Duration;

use url::Url;

use super::index::Index;
use crate::error::{BumpError, Origin};

/// The largest index that is read. The largest public one had about 25 MB; a server that sends
/// without end must not fill the memory.
const LARGEST_INDEX: usize = 64 * 1024 * 1024;

/// Fetches `index.yaml` of `repository` and reads the entries of `chart`.
///
/// `timeout` is the whole time that the request may take, its body included.
///
/// # Errors
/// The server cannot be reached, answers with another status than 200, sends too much, or sends
/// what is no index of this chart.
pub async fn fetch_index(
    client: &reqwest::Client,
    repository: &Url,
    chart: &str,
    timeout: Duration,
) -> Result<Index, BumpError> {
    let url = index_url(repository);
    let origin = || Box::new(Origin::Url(url.clone()));
    // Its own text would repeat the address, with the password that may be in it.
    let unreachable =
        |error: reqwest::Error| BumpError::Unreachable { origin: origin(), source: error.without_url() };
    let mut answer = client.get(url.clone()).timeout(timeout).send().await.map_err(unreachable)?;
    if answer.status() != reqwest::StatusCode::OK {
        return Err(BumpError::Status { origin: origin(), status: answer.status().as_u16() });
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(unreachable)? {
        if bytes.len() + chunk.len() > LARGEST_INDEX {
            return Err(BumpError::TooLarge { origin: origin(), limit: LARGEST_INDEX });
        }
        bytes.extend_from_slice(&chunk);
    }
    Index::parse(Origin::Url(url), chart, &bytes)
}

/// `index.yaml` below the repository, whether or not its address ends in a slash.
fn index_url(repository: &Url) -> Url {
    let mut url = repository.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().push("index.yaml");
    }
    url
}
