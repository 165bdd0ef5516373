//! A vault in its repository.

use camino::{Utf8Path, Utf8PathBuf};
use federation::Federation;
use secret_vault::age::{Contents, Identities, Manifest, Paths, Vault};

use super::Repo;
use super::trouble::VaultTrouble;
use crate::args::Common;
use crate::trouble::Refusal;
use crate::world::World;

/// Where readers are written down unless something else is said.
const USUAL: &str = "secrets/recipients.txt";

/// Which vault is meant.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct VaultArgs {
    /// Who can open the files, one `NAME KEY` a line; the vault's own files lie beside it. The one that
    /// federation.yaml names, else secrets/recipients.txt
    #[arg(long, value_name = "FILE")]
    pub(crate) recipients: Option<Utf8PathBuf>,
}

/// A repository, and where its vault lies.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) repo: Repo,
    pub(crate) paths: Paths,
}

impl Place {
    /// The place that is named, else the one of the federation file, else the usual one.
    pub(crate) fn find(args: &VaultArgs, common: &Common, world: &World) -> Result<Self, Refusal> {
        Self::find_at(&world.here, args, common, world)
    }

    /// The place for whoever looks at the history alone. In a bare repository a path is one of its commits.
    pub(crate) fn find_history(args: &VaultArgs, common: &Common, world: &World) -> Result<Self, Refusal> {
        let repo = Repo::find_history(world)?;
        if !repo.is_bare() {
            return Self::find(args, common, world);
        }
        let readers = args.recipients.as_deref().unwrap_or(USUAL.into());
        Ok(Self { paths: Paths::beside(readers), repo })
    }

    /// The same for the repository that a folder lies in.
    pub(crate) fn find_at(
        folder: &Utf8Path,
        args: &VaultArgs,
        common: &Common,
        world: &World,
    ) -> Result<Self, Refusal> {
        let repo = Repo::find(folder, world)?;
        if let Some(typed) = &args.recipients {
            let readers = repo.path(&world.here.join(typed))?;
            return Ok(Self { paths: Paths::beside(&readers), repo });
        }
        let at = |readers: &Utf8Path| Self { paths: Paths::beside(readers), repo: repo.clone() };
        let top = at(USUAL.into());
        let Some((folder, named)) = federations(folder, common, world) else { return Ok(top) };
        if let Some(readers) = named {
            return Ok(at(&repo.path(&folder.join(readers))?));
        }
        let beside = repo.path(&folder.join(USUAL)).map_or_else(|_| top.clone(), |readers| at(&readers));
        Ok(if top.exists() && !beside.exists() { top } else { beside })
    }

    /// The place of a readers' file, which need not be there.
    pub(crate) fn of(folder: &Utf8Path, readers: &Utf8Path, world: &World) -> Result<Self, Refusal> {
        let repo = Repo::find(folder, world)?;
        Ok(Self { paths: Paths::beside(&repo.path(&folder.join(readers))?), repo })
    }

    /// Whether both are the same.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.repo.top() == other.repo.top() && self.paths == other.paths
    }

    /// Whether a vault is there.
    pub(crate) fn exists(&self) -> bool {
        let there = |path: &Utf8Path| self.repo.top().join(path).is_file();
        there(&self.paths.manifest) || there(&self.paths.keyring)
    }

    /// The text of the readers' file.
    pub(crate) fn readers(&self) -> Result<String, Refusal> {
        let bytes = match self.repo.top().join(&self.paths.readers).is_file() {
            true => self.repo.read(&self.paths.readers)?,
            false => return Err(VaultTrouble::NoReaders { path: self.paths.readers.clone() }.into()),
        };
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The vault, opened; or a new one.
    pub(crate) async fn open_or_begin(&self, identities: Identities) -> Result<(Vault, bool), Refusal> {
        match self.exists() {
            true => Ok((self.open(identities).await?, false)),
            false => {
                let vault = Vault::begin(self.paths.clone(), &self.readers()?, identities);
                vault.map(|vault| (vault, true)).map_err(|error| Refusal::failed(&error))
            }
        }
    }

    /// The vault, opened.
    pub(crate) async fn open(&self, identities: Identities) -> Result<Vault, Refusal> {
        let contents = Contents {
            readers: self.readers()?,
            manifest: String::from_utf8_lossy(&self.repo.read(&self.paths.manifest)?).into_owned(),
            keyring: self.repo.read(&self.paths.keyring)?,
            before: self.before().await?,
        };
        Vault::open(self.paths.clone(), &contents, identities).map_err(|error| Refusal::failed(&error))
    }

    /// The list, whoever signed it.
    pub(crate) fn list(&self) -> Result<Manifest, Refusal> {
        let text = String::from_utf8_lossy(&self.repo.read(&self.paths.manifest)?).into_owned();
        Manifest::unverified(&self.paths.manifest, &text).map_err(|error| Refusal::failed(&error))
    }

    /// The lists and keyrings that were committed before these, the oldest first.
    async fn before(&self) -> Result<Vec<(String, Vec<u8>)>, Refusal> {
        if self.repo.ask(["rev-parse", "--verify", "--quiet", "HEAD"]).await.is_err() {
            return Ok(Vec::new());
        }
        let (list, keyring) = (self.paths.manifest.as_str(), &self.paths.keyring);
        let log = ["log", "--reverse", "--topo-order", "--full-history", "--format=%H", "HEAD", "--", list];
        let log = self.repo.ask(log).await?;
        let commits = String::from_utf8_lossy(&log);
        let objects: Vec<String> = commits
            .lines()
            .flat_map(|commit| [format!("{commit}:{list}"), format!("{commit}:{keyring}")])
            .collect();
        let contents = self.repo.contents(&objects).await?;
        let pairs = contents.chunks_exact(2).filter_map(|pair| {
            let [Some(list), keyring] = pair else { return None };
            Some((String::from_utf8_lossy(list).into_owned(), keyring.clone().unwrap_or_default()))
        });
        Ok(pairs.collect())
    }

    /// Writes what the vault wants written.
    pub(crate) fn write(&self, vault: &Vault, keyring: bool) -> Result<(), Refusal> {
        let written = vault.written(keyring).map_err(|error| Refusal::failed(&error))?;
        if let Some(bytes) = &written.keyring {
            self.repo.write(&self.paths.keyring, bytes)?;
        }
        self.repo.write(&self.paths.manifest, written.manifest.as_bytes())
    }
}

/// The federation file that is named, else the nearest upwards of a folder.
pub(crate) fn federation_file(folder: &Utf8Path, common: &Common, world: &World) -> Option<Utf8PathBuf> {
    let nearest =
        || folder.ancestors().map(|above| above.join("federation.yaml")).find(|file| file.is_file());
    common.federation.as_ref().map(|file| world.here.join(file)).or_else(nearest)
}

/// The folder of the federation file, where there is one, and the readers' file that it names.
fn federations(
    folder: &Utf8Path,
    common: &Common,
    world: &World,
) -> Option<(Utf8PathBuf, Option<Utf8PathBuf>)> {
    let file = federation_file(folder, common, world)?;
    let text = std::fs::read_to_string(&file).ok()?;
    let named = Federation::parse(&file, &text).ok().and_then(|it| it.secrets().age_recipients.clone());
    Some((file.parent()?.to_owned(), named))
}
