//! `deploy secrets lock`: ciphertext into the work tree, the key out of the clone.

use secret_vault::repository::Locked;
use serde_json::json;

use super::clone::{Clone, wiring};
use super::{failed, files};
use crate::args::{Common, Output};
use crate::exit;
use crate::trouble::Refusal;
use crate::world::World;

/// `deploy secrets lock`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  deploy secrets lock
  deploy secrets lock --all

The key is not kept anywhere: have it elsewhere before you lock. A filter stays behind which refuses to
commit plaintext under an encrypted path; in a clone that was never unlocked, `lock` adds that guard alone.")]
pub(crate) struct Args {
    /// The name of the key; the default one unless given
    #[arg(short, long, value_name = "NAME", conflicts_with = "all")]
    key_name: Option<String>,
    /// All keys
    #[arg(short, long)]
    all: bool,
    /// Give up changes that are in no commit
    #[arg(short, long)]
    force: bool,
}

/// Locks the clone; the exit code.
pub(crate) async fn lock(args: &Args, common: &Common, world: &World) -> Result<u8, Refusal> {
    let mut clone = Clone::here(world).await?;
    clone.repository.files().map_err(failed)?;
    let survey = clone.survey().await?;
    let name = if args.all { None } else { Some(args.key_name.as_deref().unwrap_or_default()) };
    let (git, found) = ((&clone.git, &clone.config), (&survey, &clone.own));
    let done = Locked::with(name, args.force, &clone.repository, git, found, &wiring(world))
        .await
        .map_err(failed)?;
    match common.output {
        Output::Json => {
            anstream::println!("{}", json!({"v": 1, "exit": 0, "sealed": done.sealed, "keys": done.keys}));
        }
        Output::Human => anstream::println!(
            "locked: {} sealed, {} removed",
            files(done.sealed),
            if done.keys == 1 { "1 key".to_owned() } else { format!("{} keys", done.keys) }
        ),
    }
    Ok(exit::DONE)
}
