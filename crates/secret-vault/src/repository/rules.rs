//! Which files are encrypted, and by which key: the attributes of a repository, read as they are needed.

use std::collections::HashMap;
use std::fs;

use camino::{Utf8Path, Utf8PathBuf};

use super::{Config, Repository, TreePath};
use crate::attributes::{Attributes, States, folders_of};

const NAME: &str = ".gitattributes";

/// The rules of one repository.
#[derive(Debug)]
pub struct Rules {
    attributes: Attributes,
    work_tree: Option<Utf8PathBuf>,
    /// By folder, what the index or the commit has.
    tracked: HashMap<Vec<u8>, Vec<u8>>,
}

impl Rules {
    /// Reads the rules outside of folders: those of the clone, the user and the machine.
    #[must_use]
    pub fn new(
        repository: &Repository,
        config: &Config,
        home: Option<&Utf8Path>,
        xdg: Option<&Utf8Path>,
    ) -> Self {
        let mut attributes = Attributes::new(config.is_on("core.ignorecase"));
        let usual = || {
            let folder = xdg.map(Utf8Path::to_owned).or_else(|| Some(home?.join(".config")));
            folder.map(|folder| folder.join("git/attributes"))
        };
        // A relative one starts where git runs: at the top.
        let top = repository.work_tree().unwrap_or(repository.git_dir());
        let global = config.path("core.attributesfile", home).map(|path| top.join(path)).or_else(usual);
        if let Some(text) = global.and_then(|path| fs::read(path).ok()) {
            attributes.set_global(&text);
        }
        if let Ok(text) = fs::read("/etc/gitattributes") {
            attributes.set_system(&text);
        }
        if let Ok(text) = fs::read(repository.common_dir().join("info/attributes")) {
            attributes.set_info(&text);
        }
        Self {
            attributes,
            work_tree: repository.work_tree().map(Utf8Path::to_owned),
            tracked: HashMap::new(),
        }
    }

    /// The folder whose rules a path holds, where it is a file of rules.
    #[must_use]
    pub fn folder_of_rules(path: &TreePath) -> Option<&[u8]> {
        let folder = path.as_bytes().strip_suffix(NAME.as_bytes())?;
        if folder.is_empty() { Some(folder) } else { folder.strip_suffix(b"/") }
    }

    /// Whether the rules of this folder have to be given by [`set_tracked`](Self::set_tracked).
    #[must_use]
    pub fn misses(&self, folder: &[u8]) -> bool {
        self.read(folder).is_none()
    }

    /// What the index or a commit has as rules of a folder: they hold where the work tree has none.
    pub fn set_tracked(&mut self, folder: &[u8], text: Vec<u8>) {
        self.tracked.insert(folder.to_vec(), text);
    }

    /// What holds for a path.
    pub fn of(&mut self, path: &TreePath) -> States {
        for folder in folders_of(path.as_bytes()) {
            if !self.attributes.knows(folder) {
                let text = self.read(folder).or_else(|| self.tracked.get(folder).cloned());
                self.attributes.set_folder(folder, &text.unwrap_or_default());
            }
        }
        self.attributes.of(path.as_bytes())
    }

    fn read(&self, folder: &[u8]) -> Option<Vec<u8>> {
        let file = TreePath::new(folder).below(self.work_tree.as_deref()?).join(NAME);
        // As git does it, a link is not followed.
        if !fs::symlink_metadata(&file).ok()?.is_file() {
            return None;
        }
        fs::read(file).ok()
    }
}
