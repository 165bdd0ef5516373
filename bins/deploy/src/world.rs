//! What the command line alone does not say: the environment, as values.

use std::ffi::OsString;

use camino::Utf8PathBuf;

/// The environment of the process, read once.
#[derive(Clone, Default)]
pub(crate) struct World {
    pub(crate) here: Utf8PathBuf,
    pub(crate) home: Option<Utf8PathBuf>,
    pub(crate) path: String,
    pub(crate) kubeconfig: Option<String>,
    pub(crate) cache: Option<Utf8PathBuf>,
    pub(crate) state: Option<Utf8PathBuf>,
    pub(crate) user: Option<String>,
    pub(crate) key: Option<secrecy::SecretString>,
    /// A private key of age itself.
    pub(crate) identity: Option<secrecy::SecretString>,
    /// Where git looks for the user's own files.
    pub(crate) config: Option<Utf8PathBuf>,
    /// What the environment says of the repository.
    pub(crate) repository: secret_vault::repository::Told,
    /// All of it, keys apart, for programs that are run for the caller.
    pub(crate) environment: Vec<(OsString, OsString)>,
    /// By what programs find their way out of this network.
    pub(crate) proxies: Vec<(String, String)>,
    /// Pairs by which Travis CI hands out encrypted files: key and initialisation vector.
    pub(crate) travis: Vec<(secrecy::SecretString, secrecy::SecretString)>,
    /// This program.
    pub(crate) itself: Option<Utf8PathBuf>,
    /// Whether the log is that of GitHub Actions.
    pub(crate) actions: bool,
}

impl World {
    /// A program on `PATH`.
    pub(crate) fn program(&self, name: &str) -> Option<Utf8PathBuf> {
        let folders = self.path.split(':').filter(|folder| !folder.is_empty());
        folders.map(|folder| Utf8PathBuf::from(folder).join(name)).find(|file| file.is_file())
    }

    /// Where runs leave their logs.
    pub(crate) fn state_folder(&self) -> Utf8PathBuf {
        let own = self.state.clone().or_else(|| Some(self.home.as_ref()?.join(".local/state")));
        own.unwrap_or_else(|| self.here.clone()).join("deploy")
    }

    /// Where helm keeps what it may lose.
    pub(crate) fn cache_folder(&self) -> Utf8PathBuf {
        let own = self.cache.clone().or_else(|| Some(self.home.as_ref()?.join(".cache")));
        own.unwrap_or_else(|| self.here.clone()).join("deploy")
    }

    /// The kubeconfig that `kubectl` would use here.
    pub(crate) fn callers_kubeconfig(&self) -> Option<Utf8PathBuf> {
        let named = self.kubeconfig.as_deref().and_then(|list| list.split(':').find(|file| !file.is_empty()));
        let usual = || Some(self.home.as_ref()?.join(".kube/config")).filter(|file| file.is_file());
        named.map(Utf8PathBuf::from).or_else(usual)
    }

    /// The federation file: the given one, or the nearest `federation.yaml` upwards.
    pub(crate) fn federation(&self, given: Option<&Utf8PathBuf>) -> Option<Utf8PathBuf> {
        if let Some(given) = given {
            return Some(given.clone());
        }
        self.here.ancestors().map(|folder| folder.join("federation.yaml")).find(|file| file.is_file())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_federation_file_upwards_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let top = Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
        std::fs::create_dir_all(top.join("config/deep")).unwrap();
        let world = World { here: top.join("config/deep"), ..World::default() };
        assert_eq!(world.federation(None), None);
        std::fs::write(top.join("federation.yaml"), "").unwrap();
        assert_eq!(world.federation(None), Some(top.join("federation.yaml")));
        assert_eq!(world.federation(Some(&"x.yaml".into())), Some("x.yaml".into()));
    }
}
