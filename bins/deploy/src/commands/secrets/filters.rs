//! `deploy secrets clean`, `smudge`, `diff` and `process`: what git runs.

use std::io::{BufReader, BufWriter};

use camino::Utf8PathBuf;
use problem::{ProblemRecord, Style};
use secret_vault::filter::{Filter, serve};
use zeroize::Zeroizing;

use super::clone::Clone;
use super::{failed, input, output};
use crate::args::Common;
use crate::exit;
use crate::trouble::{Refusal, Trouble};
use crate::world::World;

/// One file.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  deploy secrets clean -- secrets/hub.yaml < plain.yaml > sealed
  deploy secrets smudge -- secrets/hub.yaml < sealed
  git config diff.git-crypt.textconv 'deploy secrets diff --'")]
pub(crate) struct Args {
    /// The name of the key; the default one unless given
    #[arg(long, value_name = "NAME")]
    key_name: Option<String>,
    /// The file as the repository knows it; `diff` reads it
    #[arg(value_name = "PATH")]
    path: Utf8PathBuf,
}

/// All files of a command of git.
#[derive(Debug, clap::Args)]
#[command(after_help = "For git's configuration; `deploy secrets unlock` writes it:
  git config filter.git-crypt.process 'deploy secrets process'")]
pub(crate) struct ProcessArgs {
    /// The name of the key; the default one unless given
    #[arg(long, value_name = "NAME")]
    key_name: Option<String>,
}

/// Seals standard input.
pub(crate) async fn clean(args: &Args, common: &Common, world: &World) -> Result<u8, Refusal> {
    let clone = Clone::here(world).await?;
    let path = clone.path(world, &args.path);
    let mut filter = clone.filter(args.key_name.as_deref(), common, world)?;
    output(&filter.clean(&path, input()?).await.map_err(failed)?)?;
    Ok(exit::DONE)
}

/// Opens standard input.
pub(crate) async fn smudge(args: &Args, common: &Common, world: &World) -> Result<u8, Refusal> {
    let clone = Clone::here(world).await?;
    let path = clone.path(world, &args.path);
    let filter = clone.filter(args.key_name.as_deref(), common, world)?;
    output(&filter.smudge(&path, input()?).map_err(failed)?)?;
    Ok(exit::DONE)
}

/// Opens a file for people to read.
pub(crate) async fn diff(args: &Args, common: &Common, world: &World) -> Result<u8, Refusal> {
    let clone = Clone::here(world).await?;
    let path = clone.path(world, &args.path);
    let filter = clone.filter(args.key_name.as_deref(), common, world)?;
    let read = std::fs::read(&args.path);
    let bytes = read.map_err(|source| Trouble::Unreadable { path: args.path.clone(), source })?;
    output(&filter.show(&path, Zeroizing::new(bytes)).map_err(failed)?)?;
    Ok(exit::DONE)
}

/// Serves git until it is done. Only the clone's own keys count: a variable must not unlock a locked clone.
pub(crate) async fn process(args: &ProcessArgs, common: &Common, world: &World) -> Result<u8, Refusal> {
    let clone = Clone::here(world).await?;
    let name = args.key_name.as_deref().unwrap_or_default();
    let mut filter = match &common.key {
        Some(_) => clone.filter(Some(name), common, world)?,
        None => Filter::new(name, clone.own, clone.rules, clone.git),
    };
    let mut from = BufReader::with_capacity(128 * 1024, std::io::stdin().lock());
    let mut to = BufWriter::with_capacity(128 * 1024, std::io::stdout().lock());
    serve(&mut filter, &mut from, &mut to, &mut |error| {
        anstream::eprintln!("{}", problem::render(&ProblemRecord::from_diagnose(error), Style::Coloured));
    })
    .await
    .map_err(failed)?;
    Ok(exit::DONE)
}
