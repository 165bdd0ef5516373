//! Which commit contains which: the graph of a clone, in memory.

use std::collections::BTreeMap;

use crate::version::{CommitHash, Version};

/// Every commit that a branch or tag of a clone reaches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// The positions of the parents of each commit, parents before children.
    parents: Vec<Vec<usize>>,
    /// When each was committed, in seconds since 1970.
    times: Vec<i64>,
    positions: BTreeMap<String, usize>,
    /// The commit of every ref, by its full name.
    refs: BTreeMap<String, String>,
    /// The last commit of the branch from which is published.
    tip: Option<usize>,
}

impl History {
    /// Reads `commits`, one line `SECONDS HASH PARENT...` each with parents first, and `refs`, one
    /// line `NAME OBJECT [COMMIT]` each.
    #[must_use]
    pub fn parse(commits: &str, refs: &str) -> Self {
        let mut history = Self::default();
        for line in commits.lines() {
            let mut words = line.split_ascii_whitespace();
            let (Some(time), Some(hash)) = (words.next().and_then(|word| word.parse().ok()), words.next())
            else {
                continue;
            };
            let parents = words.filter_map(|parent| history.positions.get(parent).copied()).collect();
            history.positions.insert(hash.to_owned(), history.parents.len());
            history.parents.push(parents);
            history.times.push(time);
        }
        for line in refs.lines() {
            let mut words = line.split_ascii_whitespace();
            // An annotated tag is an object of its own; the commit stands behind it.
            if let (Some(name), Some(commit)) = (words.next(), words.next_back()) {
                history.refs.insert(name.to_owned(), commit.to_owned());
            }
        }
        history
    }

    /// Takes only commits of `branch` for published; `None` where the clone has no such branch.
    #[must_use]
    pub fn published_from(mut self, branch: &str) -> Option<Self> {
        let names = [format!("refs/remotes/origin/{branch}"), format!("refs/heads/{branch}")];
        let commit = names.iter().find_map(|name| self.refs.get(name))?;
        self.tip = Some(*self.positions.get(commit)?);
        Some(self)
    }

    /// The one commit that `hash` abbreviates.
    pub(crate) fn find(&self, hash: &CommitHash) -> Option<usize> {
        let digits = hash.as_str();
        let range = self.positions.range(digits.to_owned()..);
        let mut fits = range.take_while(|(known, _)| known.starts_with(digits));
        let (_, first) = fits.next()?;
        fits.next().is_none().then_some(*first)
    }

    /// The commit of a version: the one it names, else that of its tag.
    pub(crate) fn find_version(&self, version: &str) -> Option<usize> {
        let read = Version::detect(version).ok();
        if let Some(commit) = read.as_ref().and_then(Version::commit) {
            return self.find(commit);
        }
        let tags = [format!("refs/tags/{version}"), format!("refs/tags/v{version}")];
        let commit = tags.iter().find_map(|name| self.refs.get(name))?;
        self.positions.get(commit).copied()
    }

    /// Whether `new` contains `old`, which every commit does with itself.
    pub(crate) fn contains(&self, new: usize, old: usize) -> bool {
        let mut seen = vec![false; self.parents.len()];
        let mut open = vec![new];
        while let Some(at) = open.pop() {
            if at == old {
                return true;
            }
            // Parents stand before their children: nothing below `old` leads back to it.
            if at < old || seen.get(at).copied().unwrap_or(true) {
                continue;
            }
            if let Some(seen) = seen.get_mut(at) {
                *seen = true;
            }
            open.extend(self.parents.get(at).into_iter().flatten());
        }
        false
    }

    /// The commits that `new` contains and `old` does not, parents first.
    pub(crate) fn between(&self, old: Option<usize>, new: usize) -> Vec<usize> {
        let known = old.map(|old| self.reached(old)).unwrap_or_default();
        let reached = self.reached(new);
        let is_new = |at: &usize| reached.get(*at) == Some(&true) && known.get(*at) != Some(&true);
        (0..self.parents.len()).filter(is_new).collect()
    }

    fn reached(&self, from: usize) -> Vec<bool> {
        let mut seen = vec![false; self.parents.len()];
        let mut open = vec![from];
        while let Some(at) = open.pop() {
            if let Some(seen) = seen.get_mut(at).filter(|seen| !**seen) {
                *seen = true;
                open.extend(self.parents.get(at).into_iter().flatten());
            }
        }
        seen
    }

    /// When a commit was made, in seconds since 1970.
    pub(crate) fn time(&self, at: usize) -> Option<i64> {
        self.times.get(at).copied()
    }

    /// The last of `published` that contains `current`: no other that does comes behind it.
    pub(crate) fn last_with(&self, current: usize, published: &[usize]) -> Option<usize> {
        let on_branch = |at: usize| self.tip.is_none_or(|tip| self.contains(tip, at));
        let fits = published.iter().copied().filter(|at| self.contains(*at, current) && on_branch(*at));
        fits.max()
    }

    /// The first of `published` that contains `wanted`: none of the others that do comes before it.
    pub(crate) fn first_with(&self, wanted: usize, published: &[usize]) -> Option<usize> {
        let mut published: Vec<usize> = published.iter().copied().filter(|at| *at >= wanted).collect();
        published.sort_unstable();
        let on_branch = |at: usize| self.tip.is_none_or(|tip| self.contains(tip, at));
        published.into_iter().find(|at| self.contains(*at, wanted) && on_branch(*at))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn name(at: usize) -> String {
        format!("{at:08x}").repeat(5)
    }

    /// Histories with merges: every commit has up to three parents among those before it.
    fn graphs() -> impl Strategy<Value = Vec<Vec<usize>>> {
        prop::collection::vec(prop::collection::vec(any::<prop::sample::Index>(), 0..4), 1..40).prop_map(
            |rows| {
                let pick = |(at, row): (usize, Vec<prop::sample::Index>)| match at {
                    0 => Vec::new(),
                    _ => row.iter().map(|parent| parent.index(at)).collect(),
                };
                rows.into_iter().enumerate().map(pick).collect()
            },
        )
    }

    fn text(graph: &[Vec<usize>]) -> String {
        let line = |(at, parents): (usize, &Vec<usize>)| {
            let words: Vec<String> = std::iter::once(at).chain(parents.iter().copied()).map(name).collect();
            format!("{at} {}\n", words.join(" "))
        };
        graph.iter().enumerate().map(line).collect()
    }

    /// The plain definition: itself, or a parent contains it.
    fn reaches(graph: &[Vec<usize>], new: usize, old: usize) -> bool {
        let mut reached = vec![false; graph.len()];
        reached[old] = true;
        for at in old + 1..graph.len() {
            reached[at] = graph[at].iter().any(|parent| reached[*parent]);
        }
        reached[new]
    }

    proptest! {
        #[test]
        fn containment_is_what_the_parents_say(
            graph in graphs(),
            new in any::<prop::sample::Index>(),
            old in any::<prop::sample::Index>(),
        ) {
            let history = History::parse(&text(&graph), "");
            let (new, old) = (new.index(graph.len()), old.index(graph.len()));
            prop_assert_eq!(history.contains(new, old), reaches(&graph, new, old));
            let missing = |at: &usize| reaches(&graph, new, *at) && !reaches(&graph, old, *at);
            let between: Vec<usize> = (0..graph.len()).filter(missing).collect();
            prop_assert_eq!(history.between(Some(old), new), between);
        }

        #[test]
        fn the_first_published_contains_it_and_no_other_comes_before(
            graph in graphs(),
            wanted in any::<prop::sample::Index>(),
            published in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
        ) {
            let history = History::parse(&text(&graph), "");
            let wanted = wanted.index(graph.len());
            let published: Vec<usize> = published.iter().map(|at| at.index(graph.len())).collect();
            let having: Vec<usize> =
                published.iter().copied().filter(|at| reaches(&graph, *at, wanted)).collect();
            match history.first_with(wanted, &published) {
                None => prop_assert!(having.is_empty()),
                Some(first) => {
                    prop_assert!(having.contains(&first));
                    let earlier = |at: &usize| *at != first && reaches(&graph, first, *at);
                    prop_assert!(!having.iter().any(earlier));
                }
            }
        }
    }

    #[test]
    fn commits_are_found_by_their_beginning_and_versions_by_their_tag() {
        let (a, b) = ("aaaaaaa1".repeat(5), "aaaaaaa2".repeat(5));
        let refs = format!("refs/tags/1.0.0 {b} {a}\nrefs/tags/v1.1.0 {b}\nrefs/heads/main {b}\n");
        let history = History::parse(&format!("7 {a}\n9 {b} {a}\n"), &refs);
        let find = |text: &str| history.find(&text.parse().unwrap());
        assert_eq!(
            (find("aaaaaaa1"), find("aaaaaaa2"), find("aaaaaaa"), find("bbbbbbb")),
            (Some(0), Some(1), None, None)
        );
        assert_eq!(history.find_version("1.0.0"), Some(0));
        assert_eq!(history.find_version("1.1.0"), Some(1));
        assert_eq!(history.find_version("1.0.0-0.dev.git.2.haaaaaaa2"), Some(1));
        assert_eq!(history.find_version("1.2.0"), None);
        assert!(history.clone().published_from("main").is_some());
        assert!(history.published_from("master").is_none());
    }
}
