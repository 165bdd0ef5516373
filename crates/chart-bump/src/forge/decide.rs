//! The one next step towards a proposal, from what is there.

use github_client::{CommitObject, Oid, Pull, PullEdit};

use super::fault::ForgeFault;
use super::seen::{Proposal, RETIRED, ROLLED_BACK, Seen};
use crate::guard::Guard;
use crate::seal::unsealed;

/// What was done in this run already.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Memory {
    /// The commit that was made for a tip, and points nowhere yet.
    pub(super) made: Option<CommitObject>,
    /// Some things are asked for once: the forge may leave them out without a word.
    pub(super) asked_labels: bool,
    pub(super) asked_assignees: bool,
    pub(super) asked_auto_merge: bool,
}

/// What is to be done next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Everything is as it is to be.
    Nothing,
    /// Make the commit.
    Commit,
    /// Let the branch point to the commit, from where it was seen.
    Move { from: Option<Oid>, to: Oid },
    /// Open the pull request.
    Open,
    /// Edit its title or text.
    Edit(PullEdit),
    /// Add labels.
    Label(Vec<String>),
    /// Assign people.
    Assign(Vec<String>),
    /// Let it merge by itself.
    AutoMerge,
}

/// The next step.
pub(super) fn next(proposal: &Proposal, seen: &Seen, memory: &Memory) -> Result<Step, ForgeFault> {
    if let Some(refusal) = refusal(proposal, seen) {
        return Err(refusal);
    }
    if !is_built(proposal, seen) {
        let made = memory.made.as_ref().filter(|made| made.parents == [seen.tip.clone()]);
        return Ok(match made {
            None => Step::Commit,
            Some(made) => {
                let from = seen.branch.as_ref().map(|branch| branch.head.clone());
                Step::Move { from, to: made.oid.clone() }
            }
        });
    }
    let Some(pull) = &seen.pull else {
        return Ok(Step::Open);
    };
    let title = (pull.title != proposal.title).then(|| proposal.title.clone());
    let body = (!same_text(&pull.body, &proposal.body)).then(|| proposal.body.clone());
    if title.is_some() || body.is_some() {
        return Ok(Step::Edit(PullEdit { title, body, close: false }));
    }
    let labels: Vec<String> =
        proposal.labels.iter().filter(|label| !pull.labels.contains(label)).cloned().collect();
    if !labels.is_empty() && !memory.asked_labels {
        return Ok(Step::Label(labels));
    }
    if !proposal.assignees.is_empty() && pull.assignees.is_empty() && !memory.asked_assignees {
        return Ok(Step::Assign(proposal.assignees.clone()));
    }
    if proposal.auto_merge && !pull.auto_merge && !memory.asked_auto_merge {
        return Ok(Step::AutoMerge);
    }
    Ok(Step::Nothing)
}

/// What a person decided before.
fn refusal(proposal: &Proposal, seen: &Seen) -> Option<ForgeFault> {
    let person = seen.branch.as_ref().and_then(|branch| branch.person());
    if let Some(commit) = person {
        return Some(ForgeFault::person(&proposal.branch, commit));
    }
    if seen.pull.is_some() {
        return None;
    }
    if let Some(fault) = rolled_back(&seen.past).filter(|_| !proposal.allow.has(Guard::RolledBack)) {
        return Some(fault);
    }
    let last = seen.past.first().filter(|pull| pull.merged_at.is_none() && !pull.body.contains(RETIRED));
    let declined = last.filter(|pull| pull.title == proposal.title);
    declined
        .filter(|_| !proposal.allow.has(Guard::Declined))
        .map(|pull| ForgeFault::Declined { number: pull.number, title: pull.title.clone() })
}

/// That the last merged of `past`, newest first, was rolled back and nobody has acknowledged it.
pub(super) fn rolled_back(past: &[Pull]) -> Option<ForgeFault> {
    let merged = past.iter().find(|pull| pull.merged_at.is_some())?;
    merged.labels.iter().any(|label| label == ROLLED_BACK).then(|| ForgeFault::RolledBack {
        number: merged.number,
        title: merged.title.clone(),
        label: ROLLED_BACK.to_owned(),
    })
}

/// Whether the branch is the one commit that it is to be, on the tip of the base.
fn is_built(proposal: &Proposal, seen: &Seen) -> bool {
    let Some(branch) = &seen.branch else {
        return false;
    };
    let [only] = branch.commits.as_slice() else {
        return false;
    };
    let words = unsealed(only.tree.as_str(), &only.message);
    only.parents == [seen.tip.clone()] && branch.has_files && words == Some(proposal.message.trim_end())
}

/// The forge may write line ends its own way.
fn same_text(left: &str, right: &str) -> bool {
    left.replace("\r\n", "\n").trim_end() == right.replace("\r\n", "\n").trim_end()
}
