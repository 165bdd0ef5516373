//! The charts inside a chart, at a commit of its repository.

use crate::coverage::dependencies;
use crate::error::BumpError;
use crate::files::Files;
use crate::git::Git;
use crate::walk::manifests;

/// The version of the dependency `name` in the first chart of `commit` that has one, in the clone in
/// which `git` is asked.
///
/// # Errors
/// Git fails.
pub async fn nested_version(git: &Git, commit: &str, name: &str) -> Result<Option<String>, BumpError> {
    let files = Files::Commit { git: git.clone(), commit: commit.to_owned() };
    for file in manifests(&files.list().await?) {
        let text = files.find(&file).await?.unwrap_or_default();
        let found = dependencies(&file, &text).unwrap_or_default().into_iter().find(|own| own.name == name);
        if let Some(found) = found {
            return Ok(Some(found.version));
        }
    }
    Ok(None)
}
