//! A bump taken back: the bytes of before, or where others came between, the values.

use camino::{Utf8Path, Utf8PathBuf};
use jiff::Timestamp;

use crate::deployment::Deployment;
use crate::edit::{Edit, NewValue, YamlFile};
use crate::error::{BumpError, RevertFault};
use crate::files::Files;
use crate::git::Git;
use crate::lock::{self, Archives};
use crate::plan::{FileChange, Move, Plan};

/// So far back a bump is looked for by its name.
const SEARCHED: usize = 1000;

/// A commit that moved one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Landing {
    /// The commit.
    pub commit: String,
    /// The name that it moved.
    pub name: String,
    /// The version before.
    pub old: String,
    /// The version after.
    pub new: String,
}

/// Finds what `what` means before `from`: a name that was bumped, a commit, or without it the last bump.
///
/// # Errors
/// There is no such bump, or git fails.
pub async fn find_landing(git: &Git, what: Option<&str>, from: &str) -> Result<Landing, BumpError> {
    let count = SEARCHED.to_string();
    let text = git.text(&["log", "-n", &count, "--format=%H %s", from, "--"]).await?;
    let landings = text.lines().filter_map(|line| {
        let (commit, title) = line.split_once(' ')?;
        landing(commit, title)
    });
    let mut fits = landings.filter(|landing| what.is_none_or(|what| landing.name == what));
    if let Some(found) = fits.next() {
        return Ok(found);
    }
    let not_found = || RevertFault::NotFound {
        what: what.unwrap_or("NAME: OLD...NEW").to_owned(),
        searched: text.lines().count(),
    };
    let commit = format!("{}^{{commit}}", what.ok_or_else(not_found)?);
    let commit = git.maybe_text(&["rev-parse", "--verify", "-q", "--end-of-options", &commit]).await?;
    let commit = commit.ok_or_else(not_found)?;
    // The title of a merge is the one of what it merges.
    for place in [commit.clone(), format!("{commit}^2")] {
        let title = git.maybe_text(&["log", "-1", "--format=%s", &place, "--"]).await?;
        if let Some(found) = title.and_then(|title| landing(&commit, &title)) {
            return Ok(found);
        }
    }
    let title = git.text(&["log", "-1", "--format=%s", &commit, "--"]).await?;
    Err(RevertFault::NoBump { commit, title }.into())
}

/// Reads `NAME: OLD...NEW`, or `GROUP: NAME OLD...NEW, ...`, whatever a merge may have put behind it.
fn landing(commit: &str, title: &str) -> Option<Landing> {
    let (name, rest) = title.split_once(": ")?;
    let (old, rest) = rest.split_once("...")?;
    // A group names the first of its names before the versions, and more of them behind.
    let old = old.split_once(' ').map_or(old, |(_, old)| old);
    let new = rest.split([' ', ',']).next()?;
    let word = |text: &str| !text.is_empty() && !text.contains(' ');
    (word(name) && word(old) && word(new)).then(|| Landing {
        commit: commit.to_owned(),
        name: name.to_owned(),
        old: old.to_owned(),
        new: new.to_owned(),
    })
}

/// Takes `landing` back in `now`, whose locks lie in `deployment`.
///
/// A file that is as the commit left it gets the very bytes from before. In one that others changed
/// since, only the values of the commit go back.
///
/// # Errors
/// The commit did more than change values, or somebody changed one of them since.
pub async fn revert(
    git: &Git,
    landing: &Landing,
    now: &Files,
    deployment: &Deployment,
    time: Timestamp,
) -> Result<Plan, BumpError> {
    let commit = &landing.commit;
    let parent = format!("{commit}^1");
    let before = Files::Commit { git: git.clone(), commit: parent.clone() };
    let after = Files::Commit { git: git.clone(), commit: commit.clone() };
    let mut plan =
        Plan { name: landing.name.clone(), moves: Vec::new(), files: Vec::new(), notices: Vec::new() };
    let mut exact = Vec::new();
    let (locks, others): (Vec<_>, Vec<_>) =
        changed(git, commit, &parent).await?.into_iter().partition(|file| is_lock(file));
    for file in &others {
        let texts = Texts::read(file, &before, &after, now).await?;
        let Some(texts) = texts else {
            return Err(RevertFault::NoEdit { commit: commit.clone(), file: file.clone() }.into());
        };
        let archives = archives_beside(&before, file).await?;
        let moves = texts.moves(commit, &archives, &landing.name)?;
        plan.moves.extend(moves.into_iter().map(|step| shown(step, landing)));
        plan.files.extend(texts.change(commit)?);
    }
    for file in &locks {
        if let Some(texts) = Texts::read(file, &before, &after, now).await?
            && texts.now == texts.after
        {
            exact.push(texts.back());
        }
    }
    let noticed = lock::follow(&landing.name, deployment.texts(), &plan.moves, &mut plan.files, time)?;
    for exact in exact {
        plan.files.retain(|file| file.file != exact.file);
        plan.files.push(exact);
    }
    let is_back = |notice: &crate::notice::Notice| match notice {
        crate::notice::Notice::StaleLock { file } => plan.files.iter().any(|own| own.file == *file),
        _ => false,
    };
    plan.notices.extend(noticed.into_iter().filter(|notice| !is_back(notice)).collect::<Vec<_>>());
    Ok(plan)
}

/// Of an image only the tag is told.
fn shown(step: Move, landing: &Landing) -> Move {
    match step.old.ends_with(&landing.new) && step.new.ends_with(&landing.old) {
        true => Move { old: landing.new.clone(), new: landing.old.clone(), ..step },
        false => step,
    }
}

async fn changed(git: &Git, commit: &str, parent: &str) -> Result<Vec<Utf8PathBuf>, BumpError> {
    let names = git.text(&["diff-tree", "-r", "-z", "--name-only", "--no-renames", parent, commit]).await?;
    Ok(names.split('\0').filter(|name| !name.is_empty()).map(Utf8PathBuf::from).collect())
}

fn is_lock(file: &Utf8Path) -> bool {
    file.as_str().ends_with(".lock") || file.as_str().ends_with(Archives::SUFFIX)
}

async fn archives_beside(files: &Files, manifest: &Utf8Path) -> Result<Archives, BumpError> {
    let mut text = String::new();
    for lock in ["Chart.lock", "requirements.lock"] {
        let file = manifest.with_file_name(format!("{lock}{}", Archives::SUFFIX));
        text.push_str(&String::from_utf8_lossy(&files.find(&file).await?.unwrap_or_default()));
    }
    Ok(Archives::parse(&text))
}

/// One file three times: before the commit, after it, and now.
struct Texts {
    before: YamlText,
    after: String,
    now: String,
}

struct YamlText {
    file: Utf8PathBuf,
    text: String,
}

impl Texts {
    /// `None` where the file is not there at all three times, or is no text.
    async fn read(
        file: &Utf8Path,
        before: &Files,
        after: &Files,
        now: &Files,
    ) -> Result<Option<Self>, BumpError> {
        let mut texts = Vec::new();
        for files in [before, after, now] {
            let text = files.find(file).await?.and_then(|bytes| String::from_utf8(bytes).ok());
            texts.extend(text);
        }
        let [before, after, now] = texts.as_slice() else {
            return Ok(None);
        };
        let before = YamlText { file: file.to_owned(), text: before.clone() };
        Ok(Some(Self { before, after: after.clone(), now: now.clone() }))
    }

    fn back(&self) -> FileChange {
        FileChange {
            file: self.before.file.clone(),
            before: Some(self.now.clone()),
            after: self.before.text.clone(),
        }
    }

    /// The values that the commit changed, as moves back; only `now` knows where they stand.
    fn moves(&self, commit: &str, archives: &Archives, name: &str) -> Result<Vec<Move>, BumpError> {
        let file = &self.before.file;
        let read = |text: &str| YamlFile::new(file.clone(), text.as_bytes().to_vec());
        let (before, after, now) = (read(&self.before.text)?, read(&self.after)?, read(&self.now)?);
        let (before, after) = (before.leaves(), after.leaves());
        let no_edit = || RevertFault::NoEdit { commit: commit.to_owned(), file: file.clone() };
        if before.len() != after.len() {
            return Err(no_edit().into());
        }
        let mut moves = Vec::new();
        for ((path, old), (own, new)) in before.into_iter().zip(after) {
            if path != own {
                return Err(no_edit().into());
            }
            if old.value == new.value {
                continue;
            }
            let place = now.get(&path).ok().filter(|leaf| leaf.value == new.value).map(|leaf| leaf.place);
            moves.push(Move {
                name: name.to_owned(),
                place: place.ok_or_else(|| RevertFault::ChangedSince {
                    commit: commit.to_owned(),
                    file: file.clone(),
                    path: path.to_string(),
                    value: new.value.clone(),
                })?,
                path,
                archive: archives.get(name, &old.value).map(str::to_owned),
                old: new.value,
                new: old.value,
                changed: true,
                compare: None,
            });
        }
        Ok(moves)
    }

    fn change(&self, commit: &str) -> Result<Option<FileChange>, BumpError> {
        if self.now == self.after {
            return Ok(Some(self.back()));
        }
        let mut file = YamlFile::new(self.before.file.clone(), self.now.clone().into_bytes())?;
        for step in self.moves(commit, &Archives::default(), "")? {
            if let Edit::Changed { text, .. } = file.set(&step.path, &NewValue::Alike(step.new))? {
                file = YamlFile::new(self.before.file.clone(), text.into_bytes())?;
            }
        }
        let after = file.text().to_owned();
        Ok(Some(FileChange { file: self.before.file.clone(), before: Some(self.now.clone()), after }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_read_with_whatever_a_merge_puts_behind_them() {
        let read = |title| landing("c", title).map(|it| (it.name, it.old, it.new));
        let wanted = Some(("hub".to_owned(), "1.0".to_owned(), "2.0".to_owned()));
        assert_eq!(read("hub: 1.0...2.0"), wanted);
        assert_eq!(read("hub: 1.0...2.0 (#12)"), wanted);
        let wanted = Some(("all".to_owned(), "1.0".to_owned(), "2.0".to_owned()));
        assert_eq!(read("all: hub 1.0...2.0, extra 3...4 (#12)"), wanted);
        assert_eq!(read("all: hub 1.0...2.0"), wanted);
        for other in ["hub: fix it", "Merge pull request #1 from a/b", "docs: and so on... then", ": 1...2"] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
