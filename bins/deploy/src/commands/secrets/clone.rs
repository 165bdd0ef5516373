//! The clone that a command works in.

use camino::Utf8Path;
use secret_vault::filter::Filter;
use secret_vault::repository::{Config, Git, Gpg, Keyring, Repository, Rules, Survey, TreePath, Wiring};

use super::{failed, key};
use crate::args::Common;
use crate::trouble::{Refusal, Trouble};
use crate::world::World;

/// A repository with what is needed to read and change it.
pub(super) struct Clone {
    pub(super) repository: Repository,
    pub(super) git: Git,
    pub(super) config: Config,
    pub(super) rules: Rules,
    /// The keys that it keeps itself.
    pub(super) own: Keyring,
}

impl Clone {
    /// The one that the command runs in.
    pub(super) async fn here(world: &World) -> Result<Self, Refusal> {
        let repository = Repository::find(&world.here, &world.repository).map_err(failed)?;
        Self::open(repository, world).await
    }

    pub(super) async fn open(repository: Repository, world: &World) -> Result<Self, Refusal> {
        let program = world.program("git").ok_or(Trouble::NoGit)?;
        let folder = repository.work_tree().unwrap_or(repository.git_dir());
        let git = Git::new(program, world.environment.clone(), folder.to_owned());
        let config = git.config().await.map_err(failed)?;
        let rules = Rules::new(&repository, &config, world.home.as_deref(), world.config.as_deref());
        let own = Keyring::of_clone(&repository).map_err(failed)?;
        Ok(Self { repository, git, config, rules, own })
    }

    /// Its encrypted files.
    pub(super) async fn survey(&mut self) -> Result<Survey, Refusal> {
        Survey::of(&self.repository, &self.git, &mut self.rules).await.map_err(failed)
    }

    /// The filter of a key; one that was given serves whatever its name is.
    pub(super) fn filter(
        self,
        name: Option<&str>,
        common: &Common,
        world: &World,
    ) -> Result<Filter, Refusal> {
        let given = key::given(common, world)?;
        let filter = Filter::new(name.unwrap_or_default(), self.own, self.rules, self.git);
        Ok(match given {
            Some(key) => filter.with_key(key),
            None => filter,
        })
    }

    /// The path of a file as the repository knows it.
    pub(super) fn path(&self, world: &World, file: &Utf8Path) -> TreePath {
        let within = self.repository.within(&world.here, file);
        TreePath::new(within.as_deref().unwrap_or(file).as_str())
    }
}

/// Filters that start this very program.
pub(super) fn wiring(world: &World) -> Wiring {
    Wiring::new(world.itself.clone().unwrap_or_else(|| "deploy".into()))
}

/// The gpg on `PATH`.
pub(super) fn gpg(world: &World) -> Result<Gpg, Refusal> {
    let program = world.program("gpg").ok_or(Trouble::NoGpg)?;
    Ok(Gpg::new(program, world.environment.clone()))
}
