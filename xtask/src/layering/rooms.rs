//! How large the rooms are: a file that holds two subjects is seen by its size.

use std::process::Command;

use anyhow::{Context as _, Result};
use camino::{Utf8Path, Utf8PathBuf};

use crate::run;

/// A source file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Room {
    pub(crate) file: Utf8PathBuf,
    /// Lines, in-file tests apart.
    pub(crate) lines: usize,
}

const LARGEST: usize = 400;
const MEDIAN: usize = 120;
const LARGEST_MAIN: usize = 20;

impl Room {
    /// All source files under version control or new, folders of tests apart.
    pub(crate) fn all(root: &Utf8Path) -> Result<Vec<Self>> {
        let mut git = Command::new("git");
        git.current_dir(root).args(["ls-files", "--cached", "--others", "--exclude-standard", "--", "*.rs"]);
        let listed = run::output(&mut git)?;
        let source = |file: &&str| !file.contains("/tests/") && !file.contains("/benches/");
        let here = |file: &&str| root.join(file).exists();
        listed.lines().filter(source).filter(here).map(|file| Self::measure(root, file.into())).collect()
    }

    fn measure(root: &Utf8Path, file: Utf8PathBuf) -> Result<Self> {
        let text =
            std::fs::read_to_string(root.join(&file)).with_context(|| format!("cannot read {file}"))?;
        let lines = text.lines().count();
        let tests = text.find("\n#[cfg(test)]\nmod ").map_or(0, |at| text.split_at(at).1.lines().count());
        Ok(Self { file, lines: lines.saturating_sub(tests) })
    }
}

/// Every broken rule about sizes, as a sentence.
pub(crate) fn crowded(rooms: &[Room]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for Room { file, lines } in rooms {
        if *lines > LARGEST {
            found
                .push(format!("{file} has {lines} lines, at most {LARGEST}: give each subject its own file"));
        }
        if file.file_name() == Some("main.rs") && *lines > LARGEST_MAIN {
            found.push(format!("{file} has {lines} lines, at most {LARGEST_MAIN}: a main only assembles"));
        }
    }
    let mut sizes: Vec<usize> = rooms.iter().map(|room| room.lines).collect();
    sizes.sort_unstable();
    if let Some(median) = sizes.get(sizes.len() / 2).filter(|median| **median > MEDIAN) {
        found.push(format!("the median source file has {median} lines, at most {MEDIAN}"));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crowded_room_and_a_busy_main_are_named() {
        let room = |file: &str, lines| Room { file: file.into(), lines };
        let small = room("crates/a/src/lib.rs", 20);
        let found = crowded(&[
            small.clone(),
            small,
            room("crates/a/src/big.rs", 401),
            room("bins/b/src/main.rs", 21),
        ]);
        assert_eq!(found.len(), 2, "{found:?}");
    }
}
