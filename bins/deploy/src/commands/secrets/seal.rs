//! `deploy secrets seal`: plaintext in the work tree becomes age files.

use camino::{Utf8Path, Utf8PathBuf};
use jiff::Timestamp;
use secret_vault::age::{self, Error, Vault};
use serde_json::json;
use zeroize::Zeroizing;

use super::age::{Place, VaultArgs, VaultTrouble, gather};
use crate::args::{Common, Output};
use crate::exit;
use crate::trouble::Refusal;
use crate::world::World;

/// `deploy secrets seal [FILE...]`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  deploy secrets seal secrets/hub.yaml
  deploy secrets cat secrets/hub.yaml | sed s/old/new/ | deploy secrets seal --stdin secrets/hub.yaml
  deploy secrets seal                    every file of the vault that was changed or removed

The first time, write secrets/recipients.txt: one line for each reader, NAME and an age1... or ssh-ed25519 key.
https://github.com/USER.keys shows the SSH keys of a GitHub account.")]
pub(crate) struct Args {
    /// The files; without any, all that the vault lists
    files: Vec<Utf8PathBuf>,
    /// The content of the one file comes from standard input, and never touches a disk
    #[arg(long)]
    stdin: bool,
    #[command(flatten)]
    vault: VaultArgs,
}

/// What is to be done with one file.
enum Action {
    /// It is as it is listed.
    Keep,
    /// Its content became another.
    Seal(Zeroizing<Vec<u8>>),
    /// Its content is the staged one: the same bytes again, so that git sees no change.
    Restore(Vec<u8>),
    /// It was sealed elsewhere, and opens.
    Accept(Vec<u8>),
    /// It is gone.
    Forget,
}

/// Seals; the exit code.
pub(crate) async fn seal(args: &Args, common: &Common, world: &World, now: Timestamp) -> Result<u8, Refusal> {
    let place = Place::find(&args.vault, common, world)?;
    let (mut vault, is_new) = place.open_or_begin(gather(common, world)?).await?;
    let mut actions = Vec::new();
    match (args.files.as_slice(), args.stdin) {
        ([file], true) => {
            let content = super::input()?;
            actions.push((place.repo.path(file)?, Action::Seal(content)));
        }
        (_, true) => return Err(VaultTrouble::OneFile.into()),
        ([], false) => {
            for (path, _) in vault.manifest().files() {
                actions.push((path.to_owned(), decide(&place, &vault, path).await?));
            }
        }
        (files, false) => {
            for file in files {
                let path = place.repo.path(file)?;
                let action = decide(&place, &vault, &path).await?;
                actions.push((path, action));
            }
        }
    }
    let changes = |action: &Action| matches!(action, Action::Seal(_) | Action::Accept(_) | Action::Forget);
    let changed = actions.iter().any(|(_, action)| changes(action));
    if changed && !is_new {
        vault.advance();
    }
    let mut told = Vec::new();
    for (path, action) in actions {
        told.push((act(&place, &mut vault, &path, action, now)?, path));
    }
    if changed || is_new {
        place.write(&vault, is_new)?;
    }
    show(&vault, &place, &told, common.output);
    Ok(exit::DONE)
}

async fn decide(place: &Place, vault: &Vault, path: &Utf8Path) -> Result<Action, Refusal> {
    if place.paths.all().contains(&path) {
        return Err(VaultTrouble::OwnFile { path: path.to_owned() }.into());
    }
    let listed = vault.manifest().file(path);
    if listed.is_some() && !place.repo.top().join(path).exists() {
        return Ok(Action::Forget);
    }
    let bytes = Zeroizing::new(place.repo.read(path)?);
    if listed.is_some_and(|listed| listed.is(&bytes)) {
        return Ok(Action::Keep);
    }
    if secret_vault::is_sealed(&bytes) {
        return Err(Refusal::failed(&Error::GitCrypt { file: path.to_owned() }));
    }
    if age::is_sealed(&bytes) {
        vault.open_unlisted(path, &bytes).map_err(|error| Refusal::failed(&error))?;
        return Ok(Action::Accept(bytes.to_vec()));
    }
    let staged = place.repo.contents(&[format!(":{path}")]).await?.pop().flatten();
    Ok(match staged.filter(|staged| holds(vault, path, staged, &bytes)) {
        Some(staged) => Action::Restore(staged),
        None => Action::Seal(bytes),
    })
}

/// Whether listed bytes open to this content.
fn holds(vault: &Vault, path: &Utf8Path, sealed: &[u8], content: &[u8]) -> bool {
    vault.open_file(path, sealed).is_ok_and(|opened| opened.expose() == content)
}

fn act(
    place: &Place,
    vault: &mut Vault,
    path: &Utf8Path,
    action: Action,
    now: Timestamp,
) -> Result<&'static str, Refusal> {
    match action {
        Action::Keep => Ok("unchanged"),
        Action::Restore(bytes) => place.repo.write(path, &bytes).map(|()| "unchanged"),
        Action::Seal(content) => {
            let sealed = vault.seal_file(path, &content, now).map_err(|error| Refusal::failed(&error))?;
            place.repo.write(path, &sealed).map(|()| "sealed")
        }
        Action::Accept(bytes) => {
            vault.accept_file(path, &bytes, now);
            Ok("accepted")
        }
        Action::Forget => {
            vault.forget_file(path);
            Ok("forgotten")
        }
    }
}

fn show(vault: &Vault, place: &Place, told: &[(&str, Utf8PathBuf)], output: Output) {
    let readers: Vec<&str> = vault.readers().names().into_iter().collect();
    let epoch = vault.manifest().epoch();
    match output {
        Output::Json => {
            let files: Vec<_> = told.iter().map(|(what, path)| json!({"file": path, "did": what})).collect();
            anstream::println!("{}", json!({"v": 1, "epoch": epoch, "readers": readers, "files": files}));
        }
        Output::Human => {
            for (what, path) in told {
                anstream::println!("{what:<9}  {path}");
            }
            let (_, gone) = vault.compare_readers();
            if !gone.is_empty() {
                anstream::eprintln!(
                    "{} can still open the older files: run `deploy secrets rotate`",
                    gone.join(", ")
                );
            }
            if told.iter().any(|(what, _)| *what != "unchanged") {
                let folder = place.paths.manifest.parent().filter(|folder| !folder.as_str().is_empty());
                let folder = folder.unwrap_or(Utf8Path::new("."));
                anstream::eprintln!("epoch {epoch}, open to {}; next: git add {folder}", readers.join(", "));
            }
        }
    }
}
