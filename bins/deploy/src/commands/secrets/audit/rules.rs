//! Which paths must be sealed, by the rules of today and of every commit.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use secret_vault::audit::{History, Sealing};

use crate::commands::secrets::age::Repo;
use crate::trouble::Refusal;

const ATTRIBUTES: [&str; 4] = ["filter", "text", "eol", "working-tree-encoding"];
/// More versions of the rules than any repository has; the newest are looked at.
const MOST: usize = 200;

/// The rules.
#[derive(Debug, Default)]
pub(super) struct Rules {
    sealed: HashMap<Vec<u8>, Sealing>,
    /// Sealed paths with an attribute by which git may change their bytes.
    pub(super) weak: BTreeMap<Vec<u8>, String>,
    /// The way each path is sealed today: the name of its filter.
    pub(super) today: BTreeMap<Vec<u8>, String>,
}

impl Rules {
    pub(super) fn of(&self, path: &[u8]) -> Sealing {
        self.sealed.get(path).copied().unwrap_or(Sealing::None)
    }

    /// Asks git itself, for every path that the history knows.
    pub(super) async fn read(repo: &Repo, history: &History) -> Result<Self, Refusal> {
        let paths: BTreeSet<&[u8]> = history.changes.iter().map(|change| change.path.as_slice()).collect();
        let listing = paths.into_iter().collect::<Vec<_>>().join(&0);
        let mut rules = Self::default();
        for commit in commits_with_rules(history) {
            for (path, said) in check(repo, &listing, Some(&commit)).await? {
                if is_sealing(&said[0]) {
                    rules.sealed.insert(path, Sealing::Formerly);
                }
            }
        }
        // Where nothing is checked out, today is the newest commit.
        for (path, said) in check(repo, &listing, repo.is_bare().then_some("HEAD")).await? {
            if is_sealing(&said[0]) {
                if let Some(weak) = weakness(&said) {
                    rules.weak.insert(path.clone(), weak);
                }
                rules.today.insert(path.clone(), said[0].clone());
                rules.sealed.insert(path, Sealing::Today);
            }
        }
        Ok(rules)
    }
}

fn is_sealing(filter: &str) -> bool {
    filter == "age" || filter == "git-crypt" || filter.starts_with("git-crypt-")
}

/// By which attribute git may change the bytes of a sealed file.
fn weakness([filter, text, eol, encoding]: &[String; 4]) -> Option<String> {
    let is_said = |value: &str| !matches!(value, "unspecified" | "unset");
    if is_said(encoding) {
        return Some(format!("working-tree-encoding={encoding}"));
    }
    match text.as_str() {
        "unset" => None,
        // The bytes of git-crypt begin with a zero, so `auto` takes them for binary; those of age with text.
        "auto" => (filter == "age").then(|| "text=auto".to_owned()),
        "unspecified" if is_said(eol) => Some(format!("eol={eol}")),
        "unspecified" => None,
        "set" => Some("text".to_owned()),
        other => Some(format!("text={other}")),
    }
}

/// The commits that changed a rule.
fn commits_with_rules(history: &History) -> Vec<String> {
    let is_rules = |path: &[u8]| path == b".gitattributes" || path.ends_with(b"/.gitattributes");
    let mut commits: Vec<usize> =
        history.changes.iter().filter(|change| is_rules(&change.path)).map(|change| change.commit).collect();
    commits.dedup();
    let ids = commits.into_iter().take(MOST).filter_map(|at| history.commits.get(at));
    ids.map(|commit| commit.id.clone()).collect()
}

/// What git says of each path: by the work tree, or by the files of rules in a commit.
async fn check(
    repo: &Repo,
    listing: &[u8],
    commit: Option<&str>,
) -> Result<Vec<(Vec<u8>, [String; 4])>, Refusal> {
    let words = ["check-attr", "-z", "--stdin"];
    let answer = match commit {
        None => repo.tell(words.into_iter().chain(ATTRIBUTES), listing.to_vec()).await?,
        Some(commit) => {
            let words = words.into_iter().chain(["--cached"]).chain(ATTRIBUTES);
            repo.tell_with_index_of(commit, words, listing.to_vec()).await?
        }
    };
    let fields: Vec<&[u8]> = answer.split(|byte| *byte == 0).collect();
    let text = |at: usize, of: &[&[u8]]| {
        String::from_utf8_lossy(of.get(at).copied().unwrap_or_default()).into_owned()
    };
    Ok(fields
        .chunks_exact(3 * ATTRIBUTES.len())
        .map(|of| (of.first().copied().unwrap_or_default().to_vec(), [2, 5, 8, 11].map(|at| text(at, of))))
        .collect())
}
