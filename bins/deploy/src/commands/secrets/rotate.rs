//! `deploy secrets rotate`: new keys for everything, for the readers of today.

use std::io::{IsTerminal as _, Write as _};

use serde_json::json;

use super::age::{Place, Resealed, VaultArgs, VaultTrouble, gather, reseal};
use crate::args::{Common, Output};
use crate::exit;
use crate::trouble::Refusal;
use crate::world::World;

/// `deploy secrets rotate`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  deploy secrets rotate          after secrets/recipients.txt was edited
  deploy secrets rotate --yes    new readers are confirmed without a question")]
pub(crate) struct Args {
    /// Let new readers in without a question
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    vault: VaultArgs,
}

/// Rotates; the exit code.
pub(crate) async fn rotate(args: &Args, common: &Common, world: &World) -> Result<u8, Refusal> {
    let place = Place::find(&args.vault, common, world)?;
    let mut vault = place.open(gather(common, world)?).await?;
    let (added, removed) = vault.compare_readers();
    if !added.is_empty() && !args.yes && !confirmed(&added) {
        return Err(VaultTrouble::Unconfirmed { added }.into());
    }
    let readers = place.readers()?;
    let files = reseal(&place, &mut vault, &readers)?;
    let (epoch, names) = (vault.manifest().epoch(), vault.readers().names());
    match common.output {
        Output::Json => {
            let files: Vec<_> = files.iter().map(|Resealed { path, .. }| path).collect();
            anstream::println!(
                "{}",
                json!({"v": 1, "epoch": epoch, "readers": names, "added": added, "removed": removed, "files": files})
            );
        }
        Output::Human => {
            added.iter().for_each(|who| anstream::println!("added    {who}"));
            removed.iter().for_each(|who| anstream::println!("removed  {who}"));
            let names: Vec<&str> = names.into_iter().collect();
            anstream::println!("{} files sealed anew to {}", files.len(), names.join(", "));
            anstream::eprintln!("next: commit; older commits stay open to whoever could open them");
        }
    }
    Ok(exit::DONE)
}

fn confirmed(added: &[String]) -> bool {
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return false;
    }
    anstream::eprint!("{} will be able to open every file. Go on? [y/N] ", added.join(", "));
    let mut answer = String::new();
    std::io::stderr().flush().is_ok()
        && std::io::stdin().read_line(&mut answer).is_ok()
        && matches!(answer.trim(), "y" | "Y" | "yes")
}
