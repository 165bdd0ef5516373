//! A vault in its repository.

use camino::{Utf8Path, Utf8PathBuf};
use secret_vault::age::{Contents, Identities, Paths, Vault};

use super::Repo;
use super::trouble::VaultTrouble;
use crate::trouble::Refusal;
use crate::world::World;

/// Which vault is meant.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct VaultArgs {
    /// Who can open the files, one `NAME KEY` a line; the vault's own files lie beside it
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
    /// The place that is named, or the usual one.
    pub(crate) async fn find(args: &VaultArgs, world: &World) -> Result<Self, Refusal> {
        let repo = Repo::find(world).await?;
        let readers = match &args.recipients {
            Some(typed) => repo.path(typed)?,
            None => "secrets/recipients.txt".into(),
        };
        Ok(Self { paths: Paths::beside(&readers), repo })
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
