//! Every change of every file, as `git log` tells it.

use jiff::Timestamp;

/// A commit by its name and time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its name.
    pub id: String,
    /// When it was committed.
    pub at: Timestamp,
}

/// What one commit made of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The path, from the top of the repository.
    pub path: Vec<u8>,
    /// The new content; none where the file went away, or is no file.
    pub blob: Option<String>,
    /// The commit, as its place in [`History::commits`].
    pub commit: usize,
}

/// All commits and changes, the newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// The commits.
    pub commits: Vec<Commit>,
    /// The changes.
    pub changes: Vec<Change>,
}

impl History {
    /// What to ask git for. A merge is compared with its first parent: what is in a commit is then
    /// either told there or was in that parent already.
    pub const LOG: [&str; 10] = [
        "log",
        "--all",
        "--raw",
        "-z",
        "--no-abbrev",
        "--no-renames",
        "--no-show-signature",
        "--root",
        "--diff-merges=first-parent",
        "--format=%x01%H %ct",
    ];

    /// Reads the answer; `None` where it is none.
    #[must_use]
    pub fn parse(log: &[u8]) -> Option<Self> {
        let mut history = Self::default();
        let mut fields = log.split(|byte| *byte == 0);
        while let Some(field) = fields.next() {
            let field = field.strip_prefix(b"\n").unwrap_or(field);
            if let Some(head) = field.strip_prefix(b"\x01") {
                let (id, at) = std::str::from_utf8(head).ok()?.split_once(' ')?;
                let at = Timestamp::from_second(at.trim_end().parse().ok()?).ok()?;
                history.commits.push(Commit { id: id.to_owned(), at });
            } else if let Some(raw) = field.strip_prefix(b":") {
                let mut words = std::str::from_utf8(raw).ok()?.split(' ').skip(1);
                let (mode, _old, blob) = (words.next()?, words.next()?, words.next()?);
                let blob = mode.starts_with("100").then(|| blob.to_owned());
                let commit = history.commits.len().checked_sub(1)?;
                let path = fields.next().filter(|path| !path.is_empty())?;
                history.changes.push(Change { path: path.to_vec(), blob, commit });
            } else if !field.is_empty() {
                return None;
            }
        }
        Some(history)
    }

    /// The commit of a change.
    #[must_use]
    pub fn commit(&self, change: &Change) -> Option<&Commit> {
        self.commits.get(change.commit)
    }

    /// The changes of one path, the oldest first.
    pub fn of<'h>(&'h self, path: &'h [u8]) -> impl Iterator<Item = &'h Change> {
        self.changes.iter().rev().filter(move |change| change.path == path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_tells_is_read() {
        let log = b"\x01aa 20\0\n:100644 000000 11 00 D\0gone\0:000000 120000 00 22 A\0link\0\x01bb 10\0\x01cc 5\0\n:000000 100755 00 33 A\0a\nb\0";
        let history = History::parse(log).unwrap();
        let ids: Vec<_> = history.commits.iter().map(|commit| commit.id.as_str()).collect();
        assert_eq!(ids, ["aa", "bb", "cc"]);
        let told: Vec<_> = history
            .changes
            .iter()
            .map(|change| (change.path.as_slice(), change.blob.as_deref(), change.commit))
            .collect();
        assert_eq!(told, [(&b"gone"[..], None, 0), (b"link", None, 0), (b"a\nb", Some("33"), 2)]);
        assert_eq!(History::parse(b""), Some(History::default()));
        for broken in
            [&b"nonsense\0"[..], b":100644\0x\0", b"\x01aa\0", b"\x01aa x\0", b"\x01aa 1\0\n:1 2 3 4 M\0"]
        {
            assert_eq!(
                History::parse(broken).filter(|history| !history.changes.is_empty()),
                None,
                "{broken:?}"
            );
        }
    }
}
