//! `deploy secrets audit`: what the whole history of a repository shows of its secrets.

mod report;
mod rules;
mod scan;

use super::age::{Place, VaultArgs};
use crate::args::{Common, Output};
use crate::exit;
use crate::trouble::Refusal;
use crate::world::World;

/// `deploy secrets audit`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  deploy secrets audit
  deploy secrets audit --output json | jq '.plaintext[].path'

Exit codes: 0 nothing was found, 1 something was, 2 usage

It needs no key, and no work tree: a bare repository is judged by its newest commit. A path counts as sealed if .gitattributes says so today, or did in any commit.
What was ever pushed in plaintext is known: replace it at its source.")]
pub(crate) struct Args {
    #[command(flatten)]
    vault: VaultArgs,
}

/// Looks through everything; the exit code.
pub(crate) async fn audit(args: &Args, common: &Common, world: &World) -> Result<u8, Refusal> {
    let place = Place::find_history(&args.vault, common, world)?;
    let audit = scan::scan(&place).await?;
    match common.output {
        Output::Human => anstream::print!("{}", report::human(&audit)),
        Output::Json => anstream::println!("{}", report::json(&audit)),
    }
    Ok(if audit.is_clean() { exit::DONE } else { exit::FAILED_BEFORE })
}
