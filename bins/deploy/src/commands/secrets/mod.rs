//! `deploy secrets`: the vault, one file a command.

pub(crate) mod age;
mod audit;
mod cat;
mod key;
mod migrate;
mod revoke;
mod rotate;
mod seal;

use clap::Subcommand;
pub(crate) use key::given as given_key;

use crate::args::Common;
use crate::trouble::{Refusal, Trouble};
use crate::world::World;

/// What to do with the secrets of a repository.
#[derive(Debug, Subcommand)]
pub(crate) enum Secrets {
    /// Write the plaintext of one sealed file to standard output
    Cat(cat::Args),
    /// Seal files with age, to the readers of the repository
    Seal(seal::Args),
    /// Seal everything anew, under new keys and to the readers of today
    Rotate(rotate::Args),
    /// Shut a reader out, and tell what they could read
    Revoke(revoke::Args),
    /// Move the repository from git-crypt to age, or back
    Migrate(migrate::Args),
    /// What the whole history shows: plaintext, weak rules, stray keys, and who could read what since when
    Audit(audit::Args),
}

/// Runs the command; the exit code.
pub(crate) fn secrets(command: &Secrets, common: &Common, world: &World) -> Result<u8, Refusal> {
    // One thread is enough to wait for a program, and starts at once.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(Trouble::Runtime)?.block_on(run(command, common, world))
}

async fn run(command: &Secrets, common: &Common, world: &World) -> Result<u8, Refusal> {
    match command {
        Secrets::Cat(args) => cat::cat(args, common, world).await,
        Secrets::Seal(args) => seal::seal(args, common, world, jiff::Timestamp::now()).await,
        Secrets::Rotate(args) => rotate::rotate(args, common, world).await,
        Secrets::Revoke(args) => revoke::revoke(args, common, world).await,
        Secrets::Migrate(args) => migrate::migrate(args, common, world, jiff::Timestamp::now()).await,
        Secrets::Audit(args) => audit::audit(args, common, world).await,
    }
}
