//! `deploy secrets cat`: one plaintext to standard output.

use std::io::Write as _;

use camino::Utf8PathBuf;

use super::key;
use crate::args::Common;
use crate::exit;
use crate::trouble::{Refusal, Trouble};
use crate::world::World;

/// `deploy secrets cat FILE`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  deploy secrets cat secrets/hub.yaml --key ~/mybinder.key
  GIT_CRYPT_KEY=$(base64 < key) deploy secrets cat secrets/hub.yaml | less")]
pub(crate) struct Args {
    /// The sealed file
    file: Utf8PathBuf,
}

/// Writes the plaintext; the exit code.
pub(crate) fn cat(args: &Args, common: &Common, world: &World) -> Result<u8, Refusal> {
    let unreadable = |source| Trouble::Unreadable { path: args.file.clone(), source };
    let bytes = std::fs::read(&args.file).map_err(unreadable)?;
    let key = key::given(common, world)?.ok_or(Trouble::NoKey)?;
    let opened = key.open(&args.file, &bytes).map_err(|error| Refusal::failed(&error))?;
    std::io::stdout().write_all(opened.expose()).map_err(Trouble::Stdout)?;
    Ok(exit::DONE)
}
