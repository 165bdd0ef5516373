//! What opens sealed files: for a federation as it says, for one file as its repository shows.

use camino::{Utf8Path, Utf8PathBuf};
use federation::Federation;
use secret_vault::age::{self, Vault};
use secret_vault::repository::{Keyring, Repository, TreePath};
use secret_vault::{Error, Key, Opened, Opener, Way, is_sealed};
use zeroize::Zeroizing;

use super::age::{Place, VaultArgs, VaultTrouble, at_hand, gather};
use super::clone::Clone;
use super::{failed, key};
use crate::args::Common;
use crate::trouble::{Refusal, Trouble};
use crate::world::World;

/// What opens the files of a federation. A way that its file does not name opens nothing: a key of former days
/// must not.
pub(crate) async fn opener(
    common: &Common,
    world: &World,
    federation: &Federation,
) -> Result<Opener, Refusal> {
    let secrets = federation.secrets();
    let mut opener = Opener { here: world.here.clone(), ..Opener::default() };
    if !uses_age_alone(federation) {
        let own = of_clone(&mut opener, world, federation).await?;
        opener.git_crypt = key::given(common, world)?.or(own).map_or(Way::Locked, Way::Open);
    }
    if let Some(readers) = &secrets.age_recipients {
        let place = Place::of(&world.here.join(federation.folder()), readers, world)?;
        place.repo.top().clone_into(&mut opener.top);
        if !place.exists() {
            return Err(VaultTrouble::NoVault { path: place.paths.manifest }.into());
        }
        opener.age = match at_hand(common, world)? {
            Some(identities) => Way::Open(place.open(identities).await?),
            None => Way::Locked,
        };
    }
    Ok(opener)
}

/// The key that an unlocked clone keeps. Its files lie open: each that is sealed where it is staged is one of them.
async fn of_clone(
    opener: &mut Opener,
    world: &World,
    federation: &Federation,
) -> Result<Option<Key>, Refusal> {
    let Ok(repository) = Repository::find(&world.here.join(federation.folder()), &world.repository) else {
        return Ok(None);
    };
    if repository.work_tree().is_none() || Keyring::of_clone(&repository).map_err(failed)?.is_empty() {
        return Ok(None);
    }
    let mut clone = Clone::open(repository, world).await?;
    let survey = clone.survey().await?;
    let sealed = survey.sealed(&clone.git).await.map_err(failed)?;
    opener.unlocked = sealed.into_iter().map(TreePath::shown).collect();
    clone.repository.files().map_err(failed)?.clone_into(&mut opener.top);
    Ok(clone.own.into_usual())
}

fn uses_age_alone(federation: &Federation) -> bool {
    let secrets = federation.secrets();
    secrets.age_recipients.is_some() && !secrets.git_crypt
}

/// Opens one file after the other, each with what the caller gave and what its repository has.
pub(crate) struct Hands<'w> {
    common: &'w Common,
    world: &'w World,
    args: VaultArgs,
    given: Option<Key>,
    only_age: bool,
    vault: Option<(Place, Vault)>,
}

impl<'w> Hands<'w> {
    pub(crate) fn new(common: &'w Common, world: &'w World, args: VaultArgs) -> Result<Self, Refusal> {
        Ok(Self { common, world, args, given: key::given(common, world)?, only_age: false, vault: None })
    }

    /// The same for a federation: where its files are age's, a git-crypt key of former days opens nothing.
    pub(crate) fn of(common: &'w Common, world: &'w World, federation: &Federation) -> Result<Self, Refusal> {
        let only_age = uses_age_alone(federation);
        let given = if only_age { None } else { key::given(common, world)? };
        Ok(Self { common, world, args: VaultArgs::default(), given, only_age, vault: None })
    }

    /// Opens the bytes of `file`. In an unlocked clone they are open already.
    pub(crate) async fn open(
        &mut self,
        file: &Utf8Path,
        bytes: Zeroizing<Vec<u8>>,
    ) -> Result<Opened, Refusal> {
        if age::is_sealed(&bytes) {
            return self.of_age(file, &bytes).await;
        }
        match &self.given {
            _ if self.only_age && is_sealed(&bytes) => {
                Err(Refusal::failed(&age::Error::GitCrypt { file: file.to_owned() }))
            }
            Some(key) if is_sealed(&bytes) => opened(key, file, &bytes),
            _ => self.of_clone(file, bytes).await,
        }
    }

    /// A file of a vault opens only as its list says; one of no vault, or of the history, as age itself opens it.
    async fn of_age(&mut self, file: &Utf8Path, bytes: &[u8]) -> Result<Opened, Refusal> {
        let whole = self.world.here.join(file);
        let folder = self.folder(file);
        let in_repository = file.exists() && Repository::find(&folder, &self.world.repository).is_ok();
        if in_repository {
            let place = Place::find_at(&folder, &self.args, self.common, self.world)?;
            if place.exists() {
                let path = place.repo.path(&whole)?;
                let vault = self.vault(place).await?;
                return vault.open_file(&path, bytes).map_err(|error| Refusal::failed(&error));
            }
        }
        let identities = gather(self.common, self.world)?;
        age::open(file, bytes, &identities).map_err(|error| Refusal::failed(&error))
    }

    /// The vault, opened once.
    async fn vault(&mut self, place: Place) -> Result<&Vault, Refusal> {
        let known = match self.vault.take() {
            Some(known) if known.0.is(&place) => known,
            _ => {
                let vault = place.open(gather(self.common, self.world)?).await?;
                (place, vault)
            }
        };
        Ok(&self.vault.insert(known).1)
    }

    /// With the keys that the clone keeps; where it is unlocked the file is open already.
    async fn of_clone(&self, file: &Utf8Path, bytes: Zeroizing<Vec<u8>>) -> Result<Opened, Refusal> {
        let sealed = is_sealed(&bytes);
        let plaintext = || Refusal::failed(&Error::Plaintext { file: file.to_owned() });
        let Ok(repository) = Repository::find(&self.folder(file), &self.world.repository) else {
            return Err(if sealed { Trouble::NoKey.into() } else { plaintext() });
        };
        let mut clone = Clone::open(repository, self.world).await?;
        let path = match file.as_str().split_once(':') {
            Some((_, path)) if !file.exists() => TreePath::new(path),
            _ => clone.path(self.world, file),
        };
        let states = clone.rules.of(&path);
        let Some(name) = states.key_name() else {
            return Err(if sealed { Trouble::NoKey.into() } else { plaintext() });
        };
        let key = self.given.as_ref().or(clone.own.get(name)).ok_or(Trouble::NoKey)?;
        if sealed {
            return opened(key, file, &bytes);
        }
        // Open here, and sealed where it is staged: this is an unlocked clone.
        if !clone.git.staged(&path).await.is_some_and(|staged| is_sealed(&staged)) {
            return Err(plaintext());
        }
        Ok(Opened::of_clone(file, bytes))
    }

    fn folder(&self, file: &Utf8Path) -> Utf8PathBuf {
        let folder = self.world.here.join(file).parent().unwrap_or(&self.world.here).to_owned();
        if folder.is_dir() { folder } else { self.world.here.clone() }
    }
}

fn opened(key: &Key, file: &Utf8Path, bytes: &[u8]) -> Result<Opened, Refusal> {
    key.open(file, bytes).map_err(|error| Refusal::failed(&error))
}
