//! Objects of git with their real ids: blobs, trees and commits.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

use sha1::{Digest as _, Sha1};

/// The files of a tree by their path from the top.
pub(crate) type Files = BTreeMap<String, String>;

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Commit {
    pub(crate) oid: String,
    pub(crate) tree: String,
    pub(crate) parents: Vec<String>,
    pub(crate) message: String,
    pub(crate) author: String,
    /// Seconds since 1970.
    pub(crate) at: i64,
}

/// Everything that a repository stores by content.
#[derive(Debug, Default)]
pub(crate) struct Objects {
    /// The files of each tree, whole; folders are trees of their own.
    trees: HashMap<String, Files>,
    commits: BTreeMap<String, Commit>,
}

/// The id that git gives to bytes of a kind.
pub(crate) fn id(kind: &str, bytes: &[u8]) -> String {
    let mut hash = Sha1::new();
    hash.update(format!("{kind} {}\0", bytes.len()).as_bytes());
    hash.update(bytes);
    hash.finalize().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn raw(oid: &str) -> Vec<u8> {
    let digits = (0..oid.len()).step_by(2).filter_map(|at| oid.get(at..at + 2));
    digits.filter_map(|pair| u8::from_str_radix(pair, 16).ok()).collect()
}

impl Objects {
    /// Stores files as a tree, folder by folder.
    pub(crate) fn tree(&mut self, files: &Files) -> String {
        let mut bytes = Vec::new();
        // Git sorts folders as if their names ended in a slash.
        let mut entries: BTreeMap<String, (&str, String, String)> = BTreeMap::new();
        let mut folders: BTreeMap<&str, Files> = BTreeMap::new();
        for (path, text) in files {
            match path.split_once('/') {
                None => {
                    entries.insert(path.clone(), ("100644", path.clone(), id("blob", text.as_bytes())));
                }
                Some((folder, rest)) => {
                    folders.entry(folder).or_default().insert(rest.to_owned(), text.clone());
                }
            }
        }
        for (folder, files) in folders {
            let oid = self.tree(&files);
            entries.insert(format!("{folder}/"), ("40000", folder.to_owned(), oid));
        }
        for (mode, name, oid) in entries.values() {
            bytes.extend_from_slice(format!("{mode} {name}\0").as_bytes());
            bytes.extend(raw(oid));
        }
        let oid = id("tree", &bytes);
        self.trees.insert(oid.clone(), files.clone());
        oid
    }

    /// The entries of one folder: name, whether it is a folder, id.
    pub(crate) fn entries(&mut self, tree: &str) -> Option<Vec<(String, bool, String)>> {
        let files = self.trees.get(tree)?.clone();
        let folders: BTreeSet<&str> = files.keys().filter_map(|path| Some(path.split_once('/')?.0)).collect();
        let mut entries = Vec::new();
        for folder in folders {
            let prefix = format!("{folder}/");
            let below = files
                .iter()
                .filter_map(|(path, text)| Some((path.strip_prefix(&prefix)?.to_owned(), text.clone())));
            let oid = self.tree(&below.collect());
            entries.push((folder.to_owned(), true, oid));
        }
        for (path, text) in files.iter().filter(|(path, _)| !path.contains('/')) {
            entries.push((path.clone(), false, id("blob", text.as_bytes())));
        }
        Some(entries)
    }

    pub(crate) fn files(&self, tree: &str) -> Option<&Files> {
        self.trees.get(tree)
    }

    /// Stores a commit.
    pub(crate) fn commit(
        &mut self,
        tree: &str,
        parents: &[String],
        message: &str,
        author: &str,
        at: i64,
    ) -> Commit {
        let mut text = format!("tree {tree}\n");
        for parent in parents {
            let _ = writeln!(text, "parent {parent}");
        }
        let _ = write!(
            text,
            "author {author} <{author}@example.org> {at} +0000\n\
             committer {author} <{author}@example.org> {at} +0000\n\n{message}"
        );
        let oid = id("commit", text.as_bytes());
        let commit = Commit {
            oid: oid.clone(),
            tree: tree.to_owned(),
            parents: parents.to_vec(),
            message: message.to_owned(),
            author: author.to_owned(),
            at,
        };
        self.commits.insert(oid, commit.clone());
        commit
    }

    pub(crate) fn find(&self, oid: &str) -> Option<&Commit> {
        self.commits.get(oid)
    }

    /// The one commit that `digits` abbreviates.
    pub(crate) fn abbreviated(&self, digits: &str) -> Option<&Commit> {
        let mut fits = self.commits.range(digits.to_owned()..).take_while(|(oid, _)| oid.starts_with(digits));
        let first = fits.next().filter(|_| digits.len() >= 7)?;
        fits.next().is_none().then_some(first.1)
    }

    /// A commit with all before it, newest first.
    pub(crate) fn past(&self, oid: &str) -> Vec<&Commit> {
        let mut seen = BTreeSet::new();
        let mut open = vec![oid.to_owned()];
        while let Some(next) = open.pop() {
            if let Some(commit) = self.commits.get(&next).filter(|_| seen.insert(next.clone())) {
                open.extend(commit.parents.iter().cloned());
            }
        }
        let mut past: Vec<&Commit> = seen.iter().filter_map(|oid| self.commits.get(oid)).collect();
        past.sort_by_key(|commit| (std::cmp::Reverse(commit.at), commit.oid.clone()));
        past
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_those_of_git() {
        // As `git hash-object` and `git write-tree` say of these files.
        assert_eq!(id("blob", b"hello\n"), "ce013625030ba8dba906f756967f9e9ca394464a");
        let mut objects = Objects::default();
        assert_eq!(objects.tree(&Files::new()), "4b825dc642cb6eb9a060e54bf8d69288fbee4904");
        let files = [("a/b.txt", "hello\n"), ("a.txt", "hello\n"), ("a-b/c", "hello\n")];
        let files: Files =
            files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        assert_eq!(objects.tree(&files), "c5491016b825ae0e96e9b844bd82f34963001fa5");
    }
}
