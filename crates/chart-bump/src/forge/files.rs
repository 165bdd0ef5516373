//! The files of a proposal in the trees of the forge.

use std::collections::BTreeMap;

use github_client::{Branch, Mode, NewFile, Oid, TreeEntry};

use super::blob::blob_id;
use super::fault::ForgeFault;
use super::seen::Forge;
use crate::plan::FileChange;

/// A file as it is to be put into a tree.
pub(super) type Wanted = NewFile;

/// The files of `changes` with the modes that they have on `tip`.
///
/// # Errors
/// One of them is not there as it was read: the clone is not at the tip, or has changes of its own.
pub(super) async fn on_tip(
    forge: &Forge,
    base: &Branch,
    tip: &Oid,
    changes: &[FileChange],
) -> Result<Vec<Wanted>, ForgeFault> {
    let tree = forge.github.commit(&forge.repo, tip).await?.tree;
    let mut folders = Folders::new(forge, tree);
    let mut wanted = Vec::new();
    for change in changes {
        let found = folders.find(change.file.as_str()).await?;
        let as_read = match (&found, &change.before) {
            (Some(entry), Some(before)) => entry.oid.as_str() == blob_id(before.as_bytes()),
            (found, before) => found.is_none() && before.is_none(),
        };
        if !as_read {
            return Err(ForgeFault::BaseDiffers { file: change.file.clone(), base: base.clone() });
        }
        let mode = found.map_or(Mode::File, |entry| entry.mode);
        wanted.push(Wanted { path: normal(change.file.as_str()), mode, text: change.after.clone() });
    }
    Ok(wanted)
}

/// Whether the files stand in `tree` as they are to be.
pub(super) async fn stand(forge: &Forge, tree: &Oid, changes: &[FileChange]) -> Result<bool, ForgeFault> {
    let mut folders = Folders::new(forge, tree.clone());
    for change in changes {
        let found = folders.find(change.file.as_str()).await?;
        if found.is_none_or(|entry| entry.oid.as_str() != blob_id(change.after.as_bytes())) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A path without `.`.
fn normal(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    parts.join("/")
}

/// The folders of one tree, each asked for once.
struct Folders<'f> {
    forge: &'f Forge,
    top: Oid,
    known: BTreeMap<Oid, Vec<TreeEntry>>,
}

impl<'f> Folders<'f> {
    fn new(forge: &'f Forge, top: Oid) -> Self {
        Self { forge, top, known: BTreeMap::new() }
    }

    async fn find(&mut self, path: &str) -> Result<Option<TreeEntry>, ForgeFault> {
        let path = normal(path);
        let mut folder = self.top.clone();
        let mut parts = path.split('/').peekable();
        while let Some(part) = parts.next() {
            if !self.known.contains_key(&folder) {
                let entries = self.forge.github.tree(&self.forge.repo, &folder).await?;
                self.known.insert(folder.clone(), entries);
            }
            let found =
                self.known.get(&folder).and_then(|entries| entries.iter().find(|entry| entry.path == part));
            match found {
                Some(entry) if parts.peek().is_none() => return Ok(Some(entry.clone())),
                Some(entry) if entry.mode == Mode::Folder => folder = entry.oid.clone(),
                _ => return Ok(None),
            }
        }
        Ok(None)
    }
}
