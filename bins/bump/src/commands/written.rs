//! Puts a plan where it was asked for: into the work tree, or into a commit on a branch of its own.

use chart_bump::{BumpError, Files, Plan, Story, base_commit, commit_on_branch, write_files};

use super::{Bumped, PullPlace, World, Written};

/// What is read before, and written after.
pub(super) struct Place {
    pub(super) files: Files,
    /// The commit that a branch is built on.
    base: Option<String>,
    dry_run: bool,
}

impl Place {
    pub(super) async fn of(written: &Written, world: &World) -> Result<Self, BumpError> {
        match written {
            Written::WorkTree { dry_run } => {
                Ok(Self { files: Files::Folder(world.root.clone()), base: None, dry_run: *dry_run })
            }
            Written::Branch { base, dry_run } | Written::Pull(PullPlace { base, dry_run, .. }) => {
                let commit = base_commit(&world.git, base.as_deref()).await?;
                let files = Files::Commit { git: world.git.clone(), commit: commit.clone() };
                Ok(Self { files, base: Some(commit), dry_run: *dry_run })
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
        Ok(Bumped { plan, story, dry_run: self.dry_run, committed, pull: None })
    }
}
