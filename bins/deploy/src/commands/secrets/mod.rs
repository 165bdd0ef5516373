//! `deploy secrets`: the vault, one file a command.

mod cat;
mod exec;
mod key;

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
    /// Run one program with sealed files opened in memory
    Exec(exec::Args),
}

/// Runs the command; the exit code.
pub(crate) fn secrets(command: &Secrets, common: &Common, world: &World) -> Result<u8, Refusal> {
    // One thread is enough to wait for a program, and starts at once.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(Trouble::Runtime)?.block_on(run(command, common, world))
}

async fn run(command: &Secrets, common: &Common, world: &World) -> Result<u8, Refusal> {
    match command {
        Secrets::Cat(args) => cat::cat(args, common, world),
        Secrets::Exec(args) => exec::exec(args, common, world).await,
    }
}
