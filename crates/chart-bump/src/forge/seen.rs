//! What a pull request is to be, and what is there of it.

use github_client::{Branch, Commit, GitHub, Oid, Pull, PullState, Repo, Repository};

use super::fault::ForgeFault;
use super::files::Wanted;
use crate::guard::Allow;
use crate::plan::FileChange;
use crate::seal::unsealed;

/// A deployment repository at the forge.
#[derive(Debug, Clone)]
pub struct Forge {
    /// The forge.
    pub github: GitHub,
    /// The repository.
    pub repo: Repo,
}

/// A branch with one commit, and the pull request from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The branch, such as `bump/binderhub`.
    pub branch: Branch,
    /// Where it is to go; the default branch of the repository where it is `None`.
    pub base: Option<Branch>,
    /// The title, `NAME: OLD...NEW`.
    pub title: String,
    /// The text.
    pub body: String,
    /// The message of the commit.
    pub message: String,
    /// The files, each as it must stand on the base now.
    pub files: Vec<FileChange>,
    /// The labels that it has at least.
    pub labels: Vec<String>,
    /// Who is assigned, while nobody is.
    pub assignees: Vec<String>,
    /// Whether it merges by itself.
    pub auto_merge: bool,
    /// The guards that are lifted.
    pub allow: Allow,
}

/// The label of a merged pull request whose deployment was rolled back. It blocks the next one of
/// the same branch until a person takes it off.
pub(super) const ROLLED_BACK: &str = "rolled-back";

/// What stands at the foot of a pull request that was closed by us.
pub(super) const RETIRED: &str = "<!-- bump: retired -->";

/// What the forge shows of a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    /// The tip of the base.
    pub(super) tip: Oid,
    /// The files of the proposal on the tip.
    pub(super) on_tip: Vec<Wanted>,
    /// The branch, where there is one.
    pub(super) branch: Option<SeenBranch>,
    /// The open pull request from the branch to the base.
    pub(super) pull: Option<Pull>,
    /// Those from the branch that are no longer open, newest first.
    pub(super) past: Vec<Pull>,
}

/// A branch that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SeenBranch {
    pub(super) head: Oid,
    /// The commits that the base has not, oldest first.
    pub(super) commits: Vec<Commit>,
    /// Whether the files of the proposal stand there as they are to be.
    pub(super) has_files: bool,
}

impl SeenBranch {
    /// The first commit that is not ours as we made it.
    pub(super) fn person(&self) -> Option<&Commit> {
        self.commits.iter().find(|commit| unsealed(commit.tree.as_str(), &commit.message).is_none())
    }
}

impl Seen {
    /// Looks.
    pub(super) async fn look(
        forge: &Forge,
        repository: &Repository,
        proposal: &Proposal,
    ) -> Result<Self, ForgeFault> {
        let Forge { github, repo } = forge;
        let base = proposal.base.as_ref().unwrap_or(&repository.default_branch);
        let tip = github.branch(repo, base).await?;
        let tip = tip.ok_or_else(|| ForgeFault::NoBase { branch: base.clone() })?;
        let on_tip = super::files::on_tip(forge, base, &tip, &proposal.files).await?;
        let branch = match github.branch(repo, &proposal.branch).await? {
            None => None,
            Some(head) => Some(look_at_branch(forge, proposal, &tip, head).await?),
        };
        let to_base = |pull: &Pull| pull.base == base.as_str() && pull.head == proposal.branch.as_str();
        let mut open = github.pulls(repo, Some(&proposal.branch), PullState::Open).await?;
        open.retain(to_base);
        let mut past = github.pulls(repo, Some(&proposal.branch), PullState::Closed).await?;
        past.retain(to_base);
        Ok(Self { tip, on_tip, branch, pull: open.into_iter().next(), past })
    }
}

async fn look_at_branch(
    forge: &Forge,
    proposal: &Proposal,
    tip: &Oid,
    head: Oid,
) -> Result<SeenBranch, ForgeFault> {
    let compared = forge.github.compare(&forge.repo, tip.as_str(), head.as_str()).await?;
    let has_files = match compared.commits.last() {
        Some(last) => super::files::stand(forge, &last.tree, &proposal.files).await?,
        None => false,
    };
    Ok(SeenBranch { head, commits: compared.commits, has_files })
}
