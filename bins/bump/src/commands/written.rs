//! Puts a plan where it was asked for: into the work tree, or into a commit on a branch of its own.

use chart_bump::{BumpError, Files, Plan, Story, base_commit, commit_on_branch, commit_time, write_files};
use jiff::Timestamp;

use super::{Bumped, PullPlace, World, Written};

/// What is read before, and written after.
pub(super) struct Place {
    pub(super) files: Files,
    /// The commit that a branch is built on.
    base: Option<String>,
    /// What locks are dated: the same changes on the same base are the same bytes.
    pub(super) time: Timestamp,
    dry_run: bool,
}

impl Place {
    pub(super) async fn of(written: &Written, world: &World) -> Result<Self, BumpError> {
        match written {
            Written::WorkTree { dry_run } => {
                let files = Files::Folder(world.root.clone());
                Ok(Self { files, base: None, time: world.now, dry_run: *dry_run })
            }
            Written::Branch { base, dry_run } | Written::Pull(PullPlace { base, dry_run, .. }) => {
                let commit = base_commit(&world.git, base.as_deref()).await?;
                let time = commit_time(&world.git, &commit).await?;
                let files = Files::Commit { git: world.git.clone(), commit: commit.clone() };
                Ok(Self { files, base: Some(commit), time, dry_run: *dry_run })
            }
        }
    }

    /// Writes `plan`, unless nothing is to be written.
    pub(super) async fn take(&self, plan: Plan, story: Story, world: &World) -> Result<Bumped, BumpError> {
        let committed = match &self.base {
            _ if self.dry_run || plan.files.is_empty() => None,
            None => {
                write_files(&world.root, &plan.files)?;
                None
            }
            Some(base) => {
                let message = story.message();
                Some(commit_on_branch(&world.git, &plan.name, base, &plan.files, &message).await?)
            }
        };
        Ok(Bumped { dry_run: self.dry_run, committed, ..Bumped::new(plan, story) })
    }
}
