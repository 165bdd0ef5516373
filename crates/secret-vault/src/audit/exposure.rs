//! Contents that stand in the history in plaintext, under paths that must be sealed.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{Commit, History};

/// How a path must be sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sealing {
    /// It need not be.
    None,
    /// It had to be, by rules that no longer hold.
    Formerly,
    /// It must be, by the rules of today.
    Today,
}

/// A content in plaintext.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exposure {
    /// The path, from the top of the repository.
    pub path: Vec<u8>,
    /// The name of the content.
    pub blob: String,
    /// Its bytes.
    pub size: usize,
    /// Whether the rules of today or former ones say that it must be sealed.
    pub sealing: Sealing,
    /// The commit that brought it.
    pub since: Commit,
    /// The commit that took it away; everyone with the history has it all the same.
    pub until: Option<Commit>,
}

/// Every content that a path had which must be sealed: path and content, each pair once.
pub fn versions_under(
    history: &History,
    mut sealing: impl FnMut(&[u8]) -> Sealing,
) -> Vec<(&[u8], &str, Sealing)> {
    let mut known: HashMap<&[u8], Sealing> = HashMap::new();
    let mut seen = HashSet::new();
    let mut versions = Vec::new();
    for change in &history.changes {
        let Some(blob) = change.blob.as_deref() else { continue };
        let path = change.path.as_slice();
        let sealing = *known.entry(path).or_insert_with(|| sealing(path));
        if sealing != Sealing::None && seen.insert((path, blob)) {
            versions.push((path, blob, sealing));
        }
    }
    versions
}

/// Those of them that are in plaintext: `plain` tells the size of each such content. The worst come
/// first: those of today's paths, then by path and time.
#[must_use]
pub fn exposures(
    history: &History,
    versions: &[(&[u8], &str, Sealing)],
    plain: &HashMap<&str, usize>,
) -> Vec<Exposure> {
    let wanted: HashMap<(&[u8], &str), Sealing> = versions
        .iter()
        .filter(|(_, blob, _)| plain.contains_key(blob))
        .map(|(path, blob, sealing)| ((*path, *blob), *sealing))
        .collect();
    let paths: HashSet<&[u8]> = wanted.keys().map(|(path, _)| *path).collect();
    let mut found: Vec<Exposure> = Vec::new();
    // The exposures of each path that no commit has taken away yet, while time goes on.
    let mut open: BTreeMap<&[u8], Vec<usize>> = BTreeMap::new();
    for change in history.changes.iter().rev().filter(|change| paths.contains(change.path.as_slice())) {
        let (path, blob) = (change.path.as_slice(), change.blob.as_deref().unwrap_or_default());
        let Some(commit) = history.commit(change) else { continue };
        let here = open.entry(path).or_default();
        let (stay, gone): (Vec<usize>, Vec<usize>) =
            here.drain(..).partition(|at| found.get(*at).is_some_and(|one| one.blob == blob));
        *here = stay;
        for at in gone {
            if let Some(one) = found.get_mut(at) {
                one.until = Some(commit.clone());
            }
        }
        if let Some(again) = found.iter().position(|one| one.path == path && one.blob == blob) {
            if !here.contains(&again) {
                here.push(again);
            }
        } else if let Some(sealing) = wanted.get(&(path, blob)) {
            here.push(found.len());
            found.push(Exposure {
                path: path.to_owned(),
                blob: blob.to_owned(),
                size: plain.get(blob).copied().unwrap_or_default(),
                sealing: *sealing,
                since: commit.clone(),
                until: None,
            });
        }
    }
    for at in open.into_values().flatten() {
        if let Some(one) = found.get_mut(at) {
            one.until = None;
        }
    }
    found.sort_by(|a, b| (b.sealing, &a.path, a.since.at).cmp(&(a.sealing, &b.path, b.since.at)));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Commits as `(seconds, path, content)`, the oldest first.
    fn history(commits: &[(i64, &str, &str)]) -> History {
        let mut log = Vec::new();
        for (at, path, blob) in commits.iter().rev() {
            let mode = if blob.is_empty() { "000000" } else { "100644" };
            log.extend(format!("\x01c{at} {at}\0\n:100644 {mode} 0 {blob} M\0{path}\0").into_bytes());
        }
        History::parse(&log).unwrap()
    }

    fn told(commits: &[(i64, &str, &str)], plain: &[(&str, usize)]) -> Vec<String> {
        let history = history(commits);
        let versions = versions_under(&history, |path| match path {
            b"s" | b"t" => Sealing::Today,
            b"old" => Sealing::Formerly,
            _ => Sealing::None,
        });
        let plain = plain.iter().copied().collect();
        exposures(&history, &versions, &plain)
            .into_iter()
            .map(|one| {
                let until = one.until.map(|commit| commit.id).unwrap_or_default();
                format!("{} {} {}..{until}", String::from_utf8_lossy(&one.path), one.blob, one.since.id)
            })
            .collect()
    }

    #[test]
    fn each_content_has_its_time() {
        let commits = [
            (1, "s", "p1"),
            (2, "x", "p9"),
            (3, "s", "p2"),
            (4, "s", "ok"),
            (5, "t", "p1"),
            (6, "old", "p3"),
        ];
        let plain = [("p1", 9), ("p2", 9), ("p3", 9), ("p9", 9)];
        assert_eq!(told(&commits, &plain), ["s p1 c1..c3", "s p2 c3..c4", "t p1 c5..", "old p3 c6.."]);
    }

    #[test]
    fn what_goes_and_comes_back_is_there() {
        assert_eq!(told(&[(1, "s", "p1"), (2, "s", ""), (3, "s", "p1")], &[("p1", 1)]), ["s p1 c1.."]);
        assert_eq!(told(&[(1, "s", "p1"), (2, "s", "")], &[("p1", 1)]), ["s p1 c1..c2"]);
    }
}
