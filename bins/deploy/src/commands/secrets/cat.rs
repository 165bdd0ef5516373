//! `deploy secrets cat`: one plaintext to standard output.

use camino::{Utf8Path, Utf8PathBuf};
use secret_vault::repository::{Repository, TreePath};
use secret_vault::{Error, Key, is_sealed};
use zeroize::Zeroizing;

use super::age::{IdentityArgs, Place, VaultArgs, gather};
use super::clone::Clone;
use super::{failed, key, output};
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
    #[command(flatten)]
    identity: IdentityArgs,
}

/// Writes the plaintext; the exit code.
pub(crate) async fn cat(args: &Args, common: &Common, world: &World) -> Result<u8, Refusal> {
    let given = key::given(common, world)?;
    let file = &args.file;
    let bytes = match std::fs::read(file) {
        Err(_) if file.as_str().contains(':') => {
            let clone = Clone::here(world).await?;
            Zeroizing::new(
                clone.git.at(&world.here).ask(["cat-file", "blob", file.as_str()]).await.map_err(failed)?,
            )
        }
        read => Zeroizing::new(read.map_err(|source| Trouble::Unreadable { path: file.clone(), source })?),
    };
    if secret_vault::age::is_sealed(&bytes) {
        return of_age(args, &bytes, world).await;
    }
    match given {
        Some(key) if is_sealed(&bytes) => open(&key, file, &bytes),
        given => of_clone(given, file, &bytes, world).await,
    }
}

fn open(key: &Key, file: &Utf8Path, bytes: &[u8]) -> Result<u8, Refusal> {
    let opened = key.open(file, bytes).map_err(|error| Refusal::failed(&error))?;
    output(opened.expose())?;
    Ok(exit::DONE)
}

/// A file of the vault opens only as its list says; one of the history, or of no vault, as `age -d` opens it.
async fn of_age(args: &Args, bytes: &[u8], world: &World) -> Result<u8, Refusal> {
    let identities = gather(&args.identity, world)?;
    let place =
        Place::find(&args.vault, world).await.ok().filter(|place| place.exists() && args.file.exists());
    let opened = match place {
        None => secret_vault::age::open(&args.file, bytes, &identities),
        Some(place) => {
            let path = place.repo.path(&args.file)?;
            place.open(identities).await?.open_file(&path, bytes)
        }
    };
    output(opened.map_err(|error| Refusal::failed(&error))?.expose())?;
    Ok(exit::DONE)
}

/// With the keys that the clone keeps; where it is unlocked the file is open already.
async fn of_clone(given: Option<Key>, file: &Utf8Path, bytes: &[u8], world: &World) -> Result<u8, Refusal> {
    let sealed = is_sealed(bytes);
    let plaintext = || Refusal::failed(&Error::Plaintext { file: file.to_owned() });
    let folder = world.here.join(file).parent().unwrap_or(&world.here).to_owned();
    let folder = if folder.is_dir() { folder } else { world.here.clone() };
    let Ok(repository) = Repository::find(&folder, &world.repository) else {
        return Err(if sealed { Trouble::NoKey.into() } else { plaintext() });
    };
    let mut clone = Clone::open(repository, world).await?;
    let path = match file.as_str().split_once(':') {
        Some((_, path)) if !file.exists() => TreePath::new(path),
        _ => clone.path(world, file),
    };
    let states = clone.rules.of(&path);
    let Some(name) = states.key_name() else {
        return Err(if sealed { Trouble::NoKey.into() } else { plaintext() });
    };
    let key = given.as_ref().or(clone.own.get(name)).ok_or(Trouble::NoKey)?;
    if sealed {
        return open(key, file, bytes);
    }
    // Open here, and sealed where it is staged: this is an unlocked clone.
    if !clone.git.staged(&path).await.is_some_and(|staged| is_sealed(&staged)) {
        return Err(plaintext());
    }
    output(bytes)?;
    Ok(exit::DONE)
}
