//! `deploy secrets merge`: git's merge driver.

use camino::{Utf8Path, Utf8PathBuf};
use secret_vault::filter::{Sides, merge as merged};

use super::clone::Clone;
use super::failed;
use crate::args::Common;
use crate::exit;
use crate::trouble::{Refusal, Trouble};
use crate::world::World;

/// As git calls a driver: `%O %A %B %P`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Used where .gitattributes says `merge=git-crypt` beside `filter=git-crypt`. The result takes the place of
OURS; the exit code is 1 where conflicts are left."
)]
pub(crate) struct Args {
    /// The name of the key; the default one unless given
    #[arg(long, value_name = "NAME")]
    key_name: Option<String>,
    /// How long conflict markers are
    #[arg(long, value_name = "COUNT", default_value_t = 7)]
    marker_size: u32,
    /// The common ancestor, sealed
    base: Utf8PathBuf,
    /// Our version, sealed; the result is written there
    ours: Utf8PathBuf,
    /// Their version, sealed
    theirs: Utf8PathBuf,
    /// The file as the repository knows it
    path: Utf8PathBuf,
}

/// Merges; the exit code tells git whether conflicts are left.
pub(crate) async fn merge(args: &Args, common: &Common, world: &World) -> Result<u8, Refusal> {
    let clone = Clone::here(world).await?;
    let (path, git) = (clone.path(world, &args.path), clone.git.clone());
    let filter = clone.filter(args.key_name.as_deref(), common, world)?;
    let read = |path: &Utf8Path| {
        std::fs::read(path).map_err(|source| Trouble::Unreadable { path: path.to_owned(), source })
    };
    let sides = Sides { base: read(&args.base)?, ours: read(&args.ours)?, theirs: read(&args.theirs)? };
    let result = merged(&filter, &git, &path, args.marker_size, &sides).await.map_err(failed)?;
    std::fs::write(&args.ours, result.sealed)
        .map_err(|source| Trouble::Unwritable { path: args.ours.clone(), source })?;
    Ok(if result.conflicts == 0 { exit::DONE } else { exit::FAILED_BEFORE })
}
