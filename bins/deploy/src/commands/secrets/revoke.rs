//! `deploy secrets revoke`: shuts a reader out, and tells what they know.

use secret_vault::age::{Readers, without};
use serde_json::json;

use super::age::{Place, VaultArgs, VaultTrouble, gather, reseal};
use crate::args::{Common, Output};
use crate::exit;
use crate::trouble::Refusal;
use crate::world::World;

/// `deploy secrets revoke NAME`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  deploy secrets revoke alice

What alice could open she may have kept: the list says what to replace at its source, the oldest content first.")]
pub(crate) struct Args {
    /// The name in the readers' file
    name: String,
    #[command(flatten)]
    vault: VaultArgs,
}

/// Revokes; the exit code.
pub(crate) async fn revoke(args: &Args, common: &Common, world: &World) -> Result<u8, Refusal> {
    let place = Place::find(&args.vault, common, world)?;
    let mut vault = place.open(gather(common, world)?).await?;
    let text = place.readers()?;
    let Some(kept) = without(&text, &args.name) else {
        let known = vault.readers().names().into_iter().map(str::to_owned).collect();
        return Err(VaultTrouble::NoSuchReader { name: args.name.clone(), known }.into());
    };
    let refused = |error: secret_vault::age::Error| Refusal::failed(&error);
    // Nobody new slips in while someone goes.
    let known = vault.compare_readers().0;
    if !known.is_empty() {
        return Err(VaultTrouble::Unconfirmed { added: known }.into());
    }
    Readers::parse(&place.paths.readers, &kept).map_err(refused)?;
    let mut files = reseal(&place, &mut vault, &kept)?;
    place.repo.write(&place.paths.readers, kept.as_bytes())?;
    files.sort_by(|a, b| (a.changed, &a.path).cmp(&(b.changed, &b.path)));
    let (name, epoch) = (&args.name, vault.manifest().epoch());
    match common.output {
        Output::Json => {
            let could: Vec<_> =
                files.iter().map(|file| json!({"file": file.path, "changed": file.changed})).collect();
            anstream::println!("{}", json!({"v": 1, "epoch": epoch, "revoked": name, "could_read": could}));
        }
        Output::Human => {
            anstream::println!("{name} could read, and may have kept:");
            for file in &files {
                anstream::println!("  since {}  {}", file.changed, file.path);
            }
            anstream::eprintln!(
                "{} files sealed anew without {name}; next: commit, and replace these secrets at their source",
                files.len()
            );
        }
    }
    Ok(exit::DONE)
}
