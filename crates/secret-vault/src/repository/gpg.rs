//! Keys that a repository keeps encrypted to the GPG keys of its users, as git-crypt lays them out.

use std::ffi::OsString;
use std::fs;
use std::io::Write as _;
use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};
use child::Program;
use zeroize::Zeroizing;

use super::{Config, Error, Keyring};
use crate::Key;

/// Whoever types a passphrase may take their time.
const PATIENCE: Duration = Duration::from_secs(600);
const LARGEST: usize = 16 << 20;
/// Keys of git-crypt have one version; it unlocks with this one alone.
const VERSION: &str = "0";
const RULES: &str =
    "# Keys, encrypted to their users: git must take them as they are.\n* !filter !diff\n*.gpg binary\n";

/// The gpg of the user.
#[derive(Debug, Clone)]
pub struct Gpg {
    program: Utf8PathBuf,
    env: Vec<(OsString, OsString)>,
}

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Forty hexadecimal digits of the primary key.
    pub fingerprint: String,
    /// Name and address.
    pub name: String,
}

/// What was written for a new user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddUser {
    /// Whose key it is.
    pub user: User,
    /// Files to commit, from the top of the repository.
    pub files: Vec<Utf8PathBuf>,
}

impl Gpg {
    /// The program and its environment: gpg finds its agent and its terminal by it.
    #[must_use]
    pub fn new(program: Utf8PathBuf, env: Vec<(OsString, OsString)>) -> Self {
        Self { program, env }
    }

    /// Every key of the repository that one of the user's secret keys opens.
    ///
    /// # Errors
    /// [`Error::GpgNotShared`] where there is none, [`Error::Gpg`] where gpg fails.
    pub async fn keys(&self, top: &Utf8Path, config: &Config) -> Result<Keyring, Error> {
        let listing = self.ask("list your secret keys", ["--list-secret-keys"], None).await?;
        let fingerprints = fingerprints(&String::from_utf8_lossy(&listing));
        let mut ring = Keyring::default();
        let folder = folder(top, config);
        for name in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let name = name.file_name().to_string_lossy().into_owned();
            let file = |print: &String| folder.join(&name).join(VERSION).join(format!("{print}.gpg"));
            let Some(file) = fingerprints.iter().map(file).find(|file| file.is_file()) else { continue };
            let key = Zeroizing::new(self.ask("decrypt the key", ["--decrypt", file.as_str()], None).await?);
            ring.add(Key::from_bytes(file.as_str(), &key)?);
        }
        if ring.is_empty() { Err(Error::GpgNotShared { count: fingerprints.len() }) } else { Ok(ring) }
    }

    /// Encrypts a key to a user, so that git-crypt, too, unlocks with it.
    ///
    /// # Errors
    /// [`Error::GpgUser`], [`Error::Gpg`], [`Error::Io`].
    pub async fn add(
        &self,
        user: &str,
        trust: bool,
        key: &Key,
        top: &Utf8Path,
        config: &Config,
    ) -> Result<AddUser, Error> {
        let listing =
            self.ask("list public keys", ["--list-keys", "--", user], None).await.unwrap_or_default();
        let users = users(&String::from_utf8_lossy(&listing));
        let [found] = users.as_slice() else {
            return Err(Error::GpgUser { user: user.to_owned(), count: users.len() });
        };
        let mut words = vec!["--encrypt", "--recipient", &found.fingerprint];
        if trust {
            words.extend(["--trust-model", "always"]);
        }
        let sealed = self.ask("encrypt the key", words, Some(key.to_bytes())).await?;
        let folder = folder(top, config);
        let state = folder.parent().unwrap_or(&folder).to_owned();
        let name = key.name().unwrap_or("default");
        let file = folder.join(name).join(VERSION).join(format!("{}.gpg", found.fingerprint));
        let mut files = Vec::new();
        for (path, bytes) in [(state.join(".gitattributes"), RULES.as_bytes()), (file, &sealed)] {
            if write_new(&path, bytes)? {
                files.push(path.strip_prefix(top).unwrap_or(&path).to_owned());
            }
        }
        Ok(AddUser { user: found.clone(), files })
    }

    async fn ask(
        &self,
        task: &'static str,
        words: impl IntoIterator<Item = &str>,
        input: Option<Zeroizing<Vec<u8>>>,
    ) -> Result<Vec<u8>, Error> {
        let mut program = Program::new(self.program.clone())
            .args(["--batch", "--quiet", "--no-tty", "--with-colons", "--fixed-list-mode"])
            .args(words);
        for (name, value) in &self.env {
            program = program.env(name.clone(), value.clone());
        }
        if let Some(input) = input {
            program = program.input(input);
        }
        let output = program.output(PATIENCE, LARGEST).await?;
        if output.exit.success() {
            return Ok(output.stdout);
        }
        Err(Error::Gpg { task, said: String::from_utf8_lossy(&output.stderr).trim().to_owned() })
    }
}

/// Where the keys are.
fn folder(top: &Utf8Path, config: &Config) -> Utf8PathBuf {
    top.join(config.get("git-crypt.repostatedir").unwrap_or(".git-crypt")).join("keys")
}

/// Writes a file that is not there yet; whether it did.
fn write_new(path: &Utf8Path, bytes: &[u8]) -> Result<bool, Error> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(Error::io("make", folder))?;
    }
    match fs::OpenOptions::new().write(true).create_new(true).open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(false),
        file => {
            file.and_then(|mut file| file.write_all(bytes)).map_err(Error::io("write", path))?;
            Ok(true)
        }
    }
}

/// Of primary keys and of subkeys.
fn fingerprints(listing: &str) -> Vec<String> {
    listing.lines().filter_map(|line| line.strip_prefix("fpr:")).filter_map(|line| field(line, 8)).collect()
}

/// Primary keys that may be used, each with its first name.
fn users(listing: &str) -> Vec<User> {
    let mut users: Vec<User> = Vec::new();
    let mut wants = false;
    for line in listing.lines() {
        let (kind, rest) = line.split_once(':').unwrap_or((line, ""));
        match kind {
            // Revoked, expired and invalid ones are none.
            "pub" => wants = !rest.starts_with(['r', 'e', 'i', 'd', 'n']),
            "sub" => wants = false,
            "fpr" if wants => {
                users.push(User { fingerprint: field(rest, 8).unwrap_or_default(), name: String::new() });
                wants = false;
            }
            "uid" => {
                if let Some(user) = users.last_mut().filter(|user| user.name.is_empty()) {
                    user.name = field(rest, 8).unwrap_or_default();
                }
            }
            _ => {}
        }
    }
    users
}

fn field(line: &str, at: usize) -> Option<String> {
    line.split(':').nth(at).filter(|field| !field.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_gpg_lists_is_read() {
        let listing = "tru::1:1:1:3:1:5\npub:u:3072:1:AA:1:::u:::scESC::::::23::0:\nfpr:::::::::AA11:\nuid:u::::1::H::Ann <a@x>::::::::::0:\n\
                       sub:u:3072:1:BB:1::::::e::::::23:\nfpr:::::::::BB22:\npub:r:255:22:CC:1:::u:::sc::::::23::0:\nfpr:::::::::CC33:\n";
        assert_eq!(users(listing), [User { fingerprint: "AA11".into(), name: "Ann <a@x>".into() }]);
        assert_eq!(fingerprints(listing), ["AA11", "BB22", "CC33"]);
    }
}
