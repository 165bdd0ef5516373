//! From the `repository` of a dependency to what can be asked for its versions.

use url::Url;

use crate::config::Source;
use crate::error::BumpError;

/// Where the versions of the dependency `name` are published, as `repository` in its manifest says.
///
/// # Errors
/// It is a folder, an alias, or nothing that can be asked.
pub fn helm_source(name: &str, repository: Option<&str>) -> Result<Source, BumpError> {
    let written = repository.unwrap_or_default();
    let why = match Url::parse(written) {
        Ok(repository) if matches!(repository.scheme(), "http" | "https" | "oci") => {
            return Ok(Source::Helm { repository, chart: name.to_owned() });
        }
        Ok(url) if url.scheme() == "file" => "the chart lies in a folder, which has no index",
        _ if written.is_empty() => "the dependency names no repository",
        _ if written.starts_with('@') || written.starts_with("alias:") => {
            "it is an alias, and only `helm repo` on the machine that made it knows its address"
        }
        _ => "it is no http, https or oci address",
    };
    let repository = if written.is_empty() { "an absent repository" } else { written };
    Err(BumpError::NoLookup { name: name.to_owned(), repository: repository.to_owned(), why })
}
