//! `deploy secrets`: the vault, one file a command.

mod add_gpg_user;
pub(crate) mod age;
mod audit;
mod cat;
mod clone;
mod exec;
mod filters;
mod key;
mod lock;
mod merge;
mod migrate;
mod open;
mod revoke;
mod rotate;
mod seal;
mod status;
mod unlock;

use std::io::{Read as _, Write as _};

use clap::Subcommand;
pub(crate) use open::{Hands, opener};
use zeroize::Zeroizing;

use crate::args::Common;
use crate::trouble::{Refusal, Trouble};
use crate::world::World;

/// What to do with the secrets of a repository.
#[derive(Debug, Subcommand)]
pub(crate) enum Secrets {
    /// Write the plaintext of one sealed file to standard output
    Cat(cat::Args),
    /// Tell what is wrong with the encrypted files; exit 1 where something is
    Status(status::Args),
    /// Open the encrypted files of this clone, as `git-crypt unlock` does
    Unlock(unlock::Args),
    /// Seal the encrypted files of this clone again, and take the key out of it
    Lock(lock::Args),
    /// Let a GPG user unlock the repository, with git-crypt too
    AddGpgUser(add_gpg_user::Args),
    /// Seal standard input as git's clean filter does
    Clean(filters::Args),
    /// Open standard input as git's smudge filter does
    Smudge(filters::Args),
    /// Write a file for `git diff` to read: opened where it is sealed
    Diff(filters::Args),
    /// Serve git's long-running filter protocol
    Process(filters::ProcessArgs),
    /// Merge three sealed files, as git's merge driver
    Merge(merge::Args),
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
        Secrets::Cat(args) => cat::cat(args, common, world).await,
        Secrets::Status(args) => status::status(args, common, world).await,
        Secrets::Unlock(args) => unlock::unlock(args, common, world).await,
        Secrets::Lock(args) => lock::lock(args, common, world).await,
        Secrets::AddGpgUser(args) => add_gpg_user::add_gpg_user(args, common, world).await,
        Secrets::Clean(args) => filters::clean(args, common, world).await,
        Secrets::Smudge(args) => filters::smudge(args, common, world).await,
        Secrets::Diff(args) => filters::diff(args, common, world).await,
        Secrets::Process(args) => filters::process(args, common, world).await,
        Secrets::Merge(args) => merge::merge(args, common, world).await,
        Secrets::Seal(args) => seal::seal(args, common, world, jiff::Timestamp::now()).await,
        Secrets::Rotate(args) => rotate::rotate(args, common, world).await,
        Secrets::Revoke(args) => revoke::revoke(args, common, world).await,
        Secrets::Migrate(args) => migrate::migrate(args, common, world, jiff::Timestamp::now()).await,
        Secrets::Audit(args) => audit::audit(args, common, world).await,
        Secrets::Exec(args) => exec::exec(args, common, world).await,
    }
}

/// A failure of the vault that left everything as it was.
fn failed(error: secret_vault::repository::Error) -> Refusal {
    Refusal::failed(&error)
}

/// All of standard input.
fn input() -> Result<Zeroizing<Vec<u8>>, Trouble> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(64 * 1024));
    std::io::stdin().lock().read_to_end(&mut bytes).map_err(Trouble::Stdin)?;
    Ok(bytes)
}

/// Bytes to standard output, and nothing else.
fn output(bytes: &[u8]) -> Result<(), Trouble> {
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(bytes).and_then(|()| stdout.flush()).map_err(Trouble::Stdout)
}

/// `1 file`, `2 files`.
fn files(count: usize) -> String {
    if count == 1 { "1 file".to_owned() } else { format!("{count} files") }
}
