//! `deploy secrets add-gpg-user`: the key of the repository, encrypted to one more person.

use super::clone::{Clone, gpg};
use super::{failed, key};
use crate::args::Common;
use crate::exit;
use crate::trouble::{Refusal, Trouble};
use crate::world::World;

/// `deploy secrets add-gpg-user USER`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  deploy secrets add-gpg-user ann@example.org
  deploy secrets add-gpg-user --no-commit 0123456789ABCDEF0123456789ABCDEF01234567

What a user could read once cannot be taken back: when someone leaves, change the key and every secret.")]
pub(crate) struct Args {
    /// A GPG key of your keyring: fingerprint, or address
    user: String,
    /// The name of the key; the default one unless given
    #[arg(short, long, value_name = "NAME")]
    key_name: Option<String>,
    /// Write the files, and leave the commit to you
    #[arg(short, long)]
    no_commit: bool,
    /// Use the user's key although you never signed it
    #[arg(long)]
    trusted: bool,
}

/// Adds the user; the exit code.
pub(crate) async fn add_gpg_user(args: &Args, common: &Common, world: &World) -> Result<u8, Refusal> {
    let clone = Clone::here(world).await?;
    let top = clone.repository.files().map_err(failed)?.to_owned();
    let given = key::given(common, world)?;
    let name = args.key_name.as_deref().unwrap_or_default();
    let key = given.as_ref().or(clone.own.get(name)).ok_or(Trouble::NoKey)?;
    let added = gpg(world)?.add(&args.user, args.trusted, key, &top, &clone.config).await.map_err(failed)?;
    if added.files.is_empty() {
        anstream::println!("{} {} can unlock already", added.user.fingerprint, added.user.name);
        return Ok(exit::DONE);
    }
    let files: Vec<&str> = added.files.iter().map(|file| file.as_str()).collect();
    let message = format!("Let {} unlock the secrets\n\n{}", added.user.name, added.user.fingerprint);
    clone.git.ask([&["add", "--"][..], &files].concat()).await.map_err(failed)?;
    if !args.no_commit {
        clone
            .git
            .ask([&["commit", "--quiet", "-m", &message, "--"][..], &files].concat())
            .await
            .map_err(failed)?;
    }
    let what = if args.no_commit { "staged" } else { "committed" };
    anstream::println!(
        "{} {} can unlock, once it is pushed: {what}",
        added.user.fingerprint,
        added.user.name
    );
    for file in files {
        anstream::println!("  {file}");
    }
    Ok(exit::DONE)
}
