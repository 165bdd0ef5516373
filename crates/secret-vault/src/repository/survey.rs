//! All sealed files of a repository, with the content that is staged or committed.

use std::collections::BTreeSet;
use std::ops::Range;

use super::{Entry, Error, Git, Repository, Rules, TreePath};

/// The encrypted files, in the order of their paths.
#[derive(Debug)]
pub struct Survey {
    pub(super) files: Vec<SealedFile>,
    of_age: Vec<AgeFile>,
    blobs: Blobs,
    tracked: usize,
}

/// A file under an encrypted path.
#[derive(Debug)]
pub(super) struct SealedFile {
    pub(super) path: TreePath,
    /// Empty for the default key.
    pub(super) key_name: String,
    pub(super) spoils: Option<&'static str>,
    pub(super) is_sparse: bool,
    blob: usize,
}

/// A file under a path that must be sealed with age.
#[derive(Debug)]
pub struct AgeFile {
    /// The file.
    pub path: TreePath,
    /// The attribute by which git would change its bytes.
    pub spoils: Option<&'static str>,
    /// Whether it is left out of the work tree on purpose.
    pub is_sparse: bool,
    blob: usize,
}

impl Survey {
    /// Reads the index, or, in a bare repository, the newest commit.
    ///
    /// # Errors
    /// What git refuses.
    pub async fn of(repository: &Repository, git: &Git, rules: &mut Rules) -> Result<Self, Error> {
        let (listing, entries) = match repository.work_tree() {
            Some(_) => {
                let listing = git.ask(["ls-files", "-z", "-s", "-t"]).await?;
                ("ls-files", Entry::parse_index(&listing))
            }
            None => {
                let listing = git.ask(["ls-tree", "-r", "-z", "HEAD"]).await?;
                ("ls-tree", Entry::parse_tree(&listing))
            }
        };
        let entries = entries.ok_or_else(|| Error::GitStrange { command: listing.to_owned() })?;
        read_rules(git, rules, &entries).await?;
        let tracked = entries.len();
        let (mut files, mut of_age, mut objects) = (Vec::new(), Vec::new(), Vec::new());
        for entry in entries.into_iter().filter(|entry| entry.is_file) {
            let states = rules.of(&entry.path);
            if states.is_age() {
                let (spoils, blob) = (states.spoils_age(), objects.len());
                of_age.push(AgeFile { path: entry.path, spoils, is_sparse: entry.is_sparse, blob });
                objects.push(entry.object);
                continue;
            }
            let Some(name) = states.key_name() else { continue };
            files.push(SealedFile {
                key_name: name.to_owned(),
                spoils: states.spoils(),
                path: entry.path,
                is_sparse: entry.is_sparse,
                blob: objects.len(),
            });
            objects.push(entry.object);
        }
        Ok(Self { files, of_age, blobs: Blobs::read(git, &objects).await?, tracked })
    }

    /// How many files are tracked at all.
    #[must_use]
    pub fn tracked(&self) -> usize {
        self.tracked
    }

    /// The names of all keys that encrypt something; the default one has the empty name.
    #[must_use]
    pub fn key_names(&self) -> BTreeSet<&str> {
        self.files.iter().map(|file| file.key_name.as_str()).collect()
    }

    /// The files that must be sealed with age, each with what is staged or committed.
    pub fn of_age(&self) -> impl Iterator<Item = (&AgeFile, &[u8])> {
        self.of_age.iter().map(|file| (file, self.blobs.get(file.blob)))
    }

    pub(super) fn blob(&self, file: &SealedFile) -> &[u8] {
        self.blobs.get(file.blob)
    }
}

/// The rules of folders that the work tree has not checked out.
async fn read_rules(git: &Git, rules: &mut Rules, entries: &[Entry]) -> Result<(), Error> {
    let missed: Vec<(&[u8], String)> = entries
        .iter()
        .filter(|entry| entry.is_file)
        .filter_map(|entry| Some((Rules::folder_of_rules(&entry.path)?, entry.object.clone())))
        .filter(|(folder, _)| rules.misses(folder))
        .collect();
    let objects: Vec<String> = missed.iter().map(|(_, object)| object.clone()).collect();
    let blobs = Blobs::read(git, &objects).await?;
    for (at, (folder, _)) in missed.iter().enumerate() {
        rules.set_tracked(folder, blobs.get(at).to_vec());
    }
    Ok(())
}

/// Contents, in the order in which they were asked for.
#[derive(Debug, Default)]
struct Blobs {
    output: Vec<u8>,
    ranges: Vec<Range<usize>>,
}

impl Blobs {
    async fn read(git: &Git, objects: &[String]) -> Result<Self, Error> {
        if objects.is_empty() {
            return Ok(Self::default());
        }
        let mut input = objects.join("\n").into_bytes();
        input.push(b'\n');
        let output = git.tell(["cat-file", "--batch", "--buffer"], Some(input)).await?;
        let ranges = ranges(&output, objects.len());
        let ranges = ranges.ok_or_else(|| Error::GitStrange { command: "cat-file".to_owned() })?;
        Ok(Self { output, ranges })
    }

    fn get(&self, at: usize) -> &[u8] {
        self.ranges.get(at).and_then(|range| self.output.get(range.clone())).unwrap_or_default()
    }
}

/// Where the contents stand: each after a line `NAME blob SIZE`, and before a line ending.
fn ranges(output: &[u8], count: usize) -> Option<Vec<Range<usize>>> {
    let (mut ranges, mut at) = (Vec::with_capacity(count), 0);
    for _ in 0..count {
        let rest = output.get(at..)?;
        let line = rest.iter().position(|byte| *byte == b'\n')?;
        let head = std::str::from_utf8(rest.get(..line)?).ok()?;
        let mut words = head.split(' ');
        let size: usize = match (words.next(), words.next(), words.next()) {
            (Some(_), Some("blob"), Some(size)) => size.parse().ok()?,
            _ => return None,
        };
        let start = at + line + 1;
        output.get(start..start.checked_add(size)?)?;
        ranges.push(start..start + size);
        at = start + size + 1;
    }
    Some(ranges)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_are_found_whatever_is_in_them() {
        let output = b"aa blob 4\na\nb\0\nbb blob 0\n\ncc blob 1\n\n\n";
        assert_eq!(ranges(output, 3), Some(vec![10..14, 25..25, 36..37]));
        assert_eq!(ranges(b"aa missing\n", 1), None);
        assert_eq!(ranges(b"aa blob 9\nx\n", 1), None);
    }
}
