//! From the `repository` of a dependency to what can be asked for its versions.

use url::Url;

use crate::error::BumpError;

/// The address of the Helm repository that `repository` names.
///
/// # Errors
/// It is a registry, a folder, an alias, or nothing that can be asked over HTTP.
pub fn index_address(name: &str, repository: Option<&str>) -> Result<Url, BumpError> {
    let written = repository.unwrap_or_default();
    let why = match Url::parse(written) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => return Ok(url),
        Ok(url) if url.scheme() == "oci" => "registries (oci://) cannot be looked into yet",
        Ok(url) if url.scheme() == "file" => "the chart lies in a folder, which has no index",
        _ if written.is_empty() => "the dependency names no repository",
        _ if written.starts_with('@') || written.starts_with("alias:") => {
            "it is an alias, and only `helm repo` on the machine that made it knows its address"
        }
        _ => "it is no http or https address",
    };
    let repository = if written.is_empty() { "an absent repository" } else { written };
    Err(BumpError::NoLookup { name: name.to_owned(), repository: repository.to_owned(), why })
}
