//! `deploy secrets cat`: one plaintext to standard output.

use camino::Utf8PathBuf;
use zeroize::Zeroizing;

use super::age::VaultArgs;
use super::clone::Clone;
use super::open::Hands;
use super::{failed, output};
use crate::args::Common;
use crate::exit;
use crate::trouble::{Refusal, Trouble};
use crate::world::World;

/// `deploy secrets cat FILE`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  deploy secrets cat secrets/hub.yaml --key ~/mybinder.key
  deploy secrets cat HEAD~3:secrets/hub.yaml
  GIT_CRYPT_KEY=$(base64 < key) deploy secrets cat secrets/hub.yaml | less
  deploy secrets cat secrets/hub.yaml --identity ~/.ssh/id_ed25519")]
pub(crate) struct Args {
    /// The sealed file; REVISION:PATH reads it from the history, also of a bare repository
    #[arg(value_name = "FILE")]
    file: Utf8PathBuf,
    #[command(flatten)]
    vault: VaultArgs,
}

/// Writes the plaintext; the exit code.
pub(crate) async fn cat(args: &Args, common: &Common, world: &World) -> Result<u8, Refusal> {
    let mut hands = Hands::new(common, world, args.vault.clone())?;
    let file = &args.file;
    let bytes = match std::fs::read(file) {
        Err(_) if file.as_str().contains(':') => {
            let clone = Clone::here(world).await?;
            clone.git.at(&world.here).ask(["cat-file", "blob", file.as_str()]).await.map_err(failed)?
        }
        read => read.map_err(|source| Trouble::Unreadable { path: file.clone(), source })?,
    };
    output(hands.open(file, Zeroizing::new(bytes)).await?.expose())?;
    Ok(exit::DONE)
}
