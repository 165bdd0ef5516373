//! `deploy secrets unlock`: plaintext into the work tree, the key into the clone.

use camino::Utf8PathBuf;
use secret_vault::repository::{Keyring, Unlocked};
use serde_json::json;

use super::clone::{Clone, gpg, wiring};
use super::{failed, files, key};
use crate::args::{Common, Output};
use crate::exit;
use crate::trouble::Refusal;
use crate::world::World;

/// `deploy secrets unlock [KEY...]`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  deploy secrets unlock ~/mybinder.key
  deploy secrets unlock                 with GIT_CRYPT_KEY, or else with your GPG key
  vault-tool print-key | deploy secrets unlock -

The key stays in .git/git-crypt/keys, where git-crypt keeps it, too: either tool may be used on a clone.
Everything is checked before anything is touched. A deploy needs none of this: it opens secrets in memory.")]
pub(crate) struct Args {
    /// Key files; `-` is standard input
    #[arg(value_name = "KEY")]
    keys: Vec<Utf8PathBuf>,
}

/// Unlocks the clone; the exit code.
pub(crate) async fn unlock(args: &Args, common: &Common, world: &World) -> Result<u8, Refusal> {
    let mut clone = Clone::here(world).await?;
    let top = clone.repository.files().map_err(failed)?.to_owned();
    let mut keys = Keyring::default();
    for file in &args.keys {
        keys.add(key::file(file, common, world)?);
    }
    if keys.is_empty() {
        keys = match key::given(common, world)? {
            Some(key) => {
                keys.add(key);
                keys
            }
            // Opens what is left where the clone was unlocked before.
            None if !clone.own.is_empty() => Keyring::of_clone(&clone.repository).map_err(failed)?,
            None => gpg(world)?.keys(&top, &clone.config).await.map_err(failed)?,
        };
    }
    let survey = clone.survey().await?;
    let git = (&clone.git, &clone.config);
    let done =
        Unlocked::with(&keys, &clone.repository, git, &survey, &wiring(world)).await.map_err(failed)?;
    let names: Vec<String> = keys.iter().map(|(_, key)| key.fingerprint()).collect();
    match common.output {
        Output::Json => anstream::println!(
            "{}",
            json!({"v": 1, "exit": 0, "opened": done.opened, "already": done.already, "keys": names})
        ),
        Output::Human => {
            for notice in keys.iter().flat_map(|(_, key)| key.notices()) {
                anstream::eprintln!("note: {notice}");
            }
            if done.unproven {
                anstream::eprintln!("note: nothing is encrypted here yet, so the key could not be tried");
            }
            let already =
                if done.already > 0 { format!(", {} open already", done.already) } else { String::new() };
            anstream::println!("unlocked with {}: {} opened{already}", names.join(", "), files(done.opened));
        }
    }
    Ok(exit::DONE)
}
