//! Takes the steps towards a proposal, and looks again whenever one was not confirmed.

use github_client::{Branch, Commit, Error, Repository};

use super::decide::{Memory, Step, next};
use super::fault::ForgeFault;
use super::seen::{Forge, Proposal, Seen, SeenBranch};
use crate::seal::sealed;

/// Every look takes at least one step, or finds that somebody else took one.
const ROUNDS: usize = 12;

/// What became of the pull request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deed {
    /// It was as it is to be.
    Nothing,
    /// It was there, and was changed.
    Edited,
    /// It was opened.
    Opened,
}

/// A pull request that is as it is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposed {
    /// Its number.
    pub number: u64,
    /// Its page.
    pub url: String,
    /// What was done.
    pub deed: Deed,
    /// What the forge did not do, in its words.
    pub left_out: Vec<String>,
}

/// Lets the forge have the branch and the pull request that `proposal` describes.
///
/// # Errors
/// A person's decision stands in the way, the clone is not at the tip of the base, or the forge
/// refuses or does not answer. Whatever was done until then, the next run goes on from it.
pub async fn propose(forge: &Forge, proposal: &Proposal) -> Result<Proposed, ForgeFault> {
    let repository = forge.github.repository(&forge.repo).await?;
    let mut run = Run {
        forge,
        proposal,
        repository,
        memory: Memory::default(),
        left_out: Vec::new(),
        deed: Deed::Nothing,
    };
    for _ in 0..ROUNDS {
        let mut seen = Seen::look(forge, &run.repository, proposal).await?;
        if let Some(proposed) = run.settle(&mut seen).await? {
            return Ok(proposed);
        }
    }
    Err(ForgeFault::Unsettled { rounds: ROUNDS })
}

struct Run<'r> {
    forge: &'r Forge,
    proposal: &'r Proposal,
    repository: Repository,
    memory: Memory,
    left_out: Vec<String>,
    deed: Deed,
}

impl Run<'_> {
    /// Step after step on what was seen; `None` where it has to be looked at again.
    async fn settle(&mut self, seen: &mut Seen) -> Result<Option<Proposed>, ForgeFault> {
        loop {
            let step = next(self.proposal, seen, &self.memory)?;
            if step == Step::Nothing {
                return Ok(seen.pull.as_ref().map(|pull| Proposed {
                    number: pull.number,
                    url: pull.url.clone(),
                    deed: self.deed,
                    left_out: std::mem::take(&mut self.left_out),
                }));
            }
            let opens = step == Step::Open;
            let moves = matches!(step, Step::Move { .. });
            match self.act(step, seen).await {
                Ok(()) => {}
                // Nobody confirmed it; or the branch moved, or the pull request was there, by an
                // effect of ours that nobody confirmed, or by somebody else.
                Err(Error::Unconfirmed(_)) => return Ok(None),
                Err(Error::Query { .. }) if moves => return Ok(None),
                Err(Error::Invalid { messages }) if opens && exists(&messages) => return Ok(None),
                Err(error) => return Err(error.into()),
            }
        }
    }

    async fn act(&mut self, step: Step, seen: &mut Seen) -> Result<(), Error> {
        let Forge { github, repo } = self.forge;
        match (step, &mut seen.pull) {
            (Step::Nothing, _) => {}
            (Step::Commit, _) => {
                let base = github.commit(repo, &seen.tip).await?;
                let tree = github.create_tree(repo, &base.tree, &seen.on_tip).await?;
                let message = sealed(tree.as_str(), &self.proposal.message);
                self.memory.made = Some(github.create_commit(repo, &tree, &seen.tip, &message).await?);
            }
            (Step::Move { from, to }, pull) => {
                let changed = if pull.is_some() { Deed::Edited } else { Deed::Nothing };
                github.move_branch(&self.repository, &self.proposal.branch, from.as_ref(), Some(&to)).await?;
                self.deed = self.deed.max(changed);
                if let Some(pull) = pull {
                    pull.head_oid = to.clone();
                }
                let made = self.memory.made.take();
                seen.branch = made.map(|made| SeenBranch {
                    head: to,
                    commits: vec![Commit {
                        oid: made.oid,
                        tree: made.tree,
                        parents: made.parents,
                        message: made.message,
                        committed: None,
                        author: None,
                    }],
                    has_files: true,
                });
            }
            (Step::Open, pull) => {
                let Proposal { branch, title, body, .. } = self.proposal;
                // An answer that is lost leaves a pull request that was opened all the same.
                self.deed = Deed::Opened;
                *pull = Some(github.open_pull(repo, branch, self.base(), title, body).await?);
            }
            (Step::Edit(edit), Some(pull)) => {
                let edited = github.edit_pull(repo, pull.number, &edit).await?;
                self.deed = self.deed.max(Deed::Edited);
                // The forge may keep a text its own way: what was sent counts as said.
                pull.title = edit.title.unwrap_or(edited.title);
                pull.body = edit.body.unwrap_or(edited.body);
            }
            (Step::Label(labels), Some(pull)) => {
                github.add_labels(repo, pull.number, &labels).await?;
                self.memory.asked_labels = true;
                self.deed = self.deed.max(Deed::Edited);
            }
            (Step::Assign(people), Some(pull)) => {
                self.memory.asked_assignees = true;
                if github.assign(repo, pull.number, &people).await?.is_empty() {
                    self.left_out.push(format!("{} may not be assigned in {repo}", people.join(", ")));
                } else {
                    self.deed = self.deed.max(Deed::Edited);
                }
            }
            (Step::AutoMerge, Some(pull)) => {
                self.memory.asked_auto_merge = true;
                let head = seen.branch.as_ref().map_or(&pull.head_oid, |branch| &branch.head);
                match github.enable_auto_merge(pull, head).await {
                    Ok(()) => self.deed = self.deed.max(Deed::Edited),
                    Err(Error::Query { messages, .. }) => {
                        self.left_out.push(format!("it does not merge by itself: {}", messages.join("; ")));
                    }
                    Err(error) => return Err(error),
                }
            }
            // Without a pull request no such step is named.
            (Step::Edit(_) | Step::Label(_) | Step::Assign(_) | Step::AutoMerge, None) => {}
        }
        Ok(())
    }

    fn base(&self) -> &Branch {
        self.proposal.base.as_ref().unwrap_or(&self.repository.default_branch)
    }
}

fn exists(messages: &[String]) -> bool {
    messages.iter().any(|message| message.contains("already exists"))
}
