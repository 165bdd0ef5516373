//! `deploy secrets cat`: one plaintext to standard output.

use std::io::Write as _;

use camino::Utf8PathBuf;

use super::age::{IdentityArgs, Place, VaultArgs, gather};
use super::key;
use crate::args::Common;
use crate::exit;
use crate::trouble::{Refusal, Trouble};
use crate::world::World;

/// `deploy secrets cat FILE`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  deploy secrets cat secrets/hub.yaml --key ~/mybinder.key
  GIT_CRYPT_KEY=$(base64 < key) deploy secrets cat secrets/hub.yaml | less
  deploy secrets cat secrets/hub.yaml --identity ~/.ssh/id_ed25519")]
pub(crate) struct Args {
    /// The sealed file
    file: Utf8PathBuf,
    #[command(flatten)]
    vault: VaultArgs,
    #[command(flatten)]
    identity: IdentityArgs,
}

/// Writes the plaintext; the exit code.
pub(crate) async fn cat(args: &Args, common: &Common, world: &World) -> Result<u8, Refusal> {
    let unreadable = |source| Trouble::Unreadable { path: args.file.clone(), source };
    let bytes = std::fs::read(&args.file).map_err(unreadable)?;
    let opened = match secret_vault::age::is_sealed(&bytes) {
        true => opened_by_age(args, world, &bytes).await?,
        false => {
            let key = key::given(common, world)?.ok_or(Trouble::NoKey)?;
            key.open(&args.file, &bytes).map_err(|error| Refusal::failed(&error))?
        }
    };
    std::io::stdout().write_all(opened.expose()).map_err(Trouble::Stdout)?;
    Ok(exit::DONE)
}

/// A file of the vault opens only as the list says; one that lies in no vault opens as `age -d` opens it.
async fn opened_by_age(args: &Args, world: &World, bytes: &[u8]) -> Result<secret_vault::Opened, Refusal> {
    let identities = gather(&args.identity, world)?;
    let refused = |error: secret_vault::age::Error| Refusal::failed(&error);
    let place = match Place::find(&args.vault, world).await {
        Ok(place) if place.exists() => place,
        _ => return secret_vault::age::open(&args.file, bytes, &identities).map_err(refused),
    };
    let path = place.repo.path(&args.file)?;
    place.open(identities).await?.open_file(&path, bytes).map_err(refused)
}
