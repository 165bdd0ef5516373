//! The private keys that are at hand.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use camino::Utf8Path;
use secrecy::{ExposeSecret as _, SecretString};
use ssh_key::PrivateKey;
use zeroize::Zeroizing;

use super::hybrid::HybridIdentity;
use super::ssh::SshIdentity;
use super::{Error, Recipient, file};

/// Asks for the passphrase of what is named; `None` where nobody can be asked.
type Ask<'a> = &'a mut dyn FnMut(&str) -> Option<SecretString>;

/// The logarithm of the rounds of a passphrase: beyond, it takes minutes and gigabytes.
const MOST_WORK: u8 = 22;

/// Private keys; they erase themselves.
#[derive(Default)]
pub struct Identities(Vec<Identity>);

enum Identity {
    X25519(age::x25519::Identity),
    Hybrid(HybridIdentity),
    Ssh(SshIdentity),
    Passphrase(age::scrypt::Identity),
}

impl Identities {
    /// The keys in a file: lines of `AGE-SECRET-KEY-...`, one private key of OpenSSH, or the former
    /// sealed with a passphrase by `age -p`. The `origin` names it in messages. What is locked by a
    /// passphrase is asked for.
    ///
    /// # Errors
    /// One of the variants of [`Error`] whose name begins with `Identity`, or [`Error::Passphrase`].
    pub fn parse(origin: &str, bytes: &[u8], ask: Ask<'_>) -> Result<Self, Error> {
        if super::is_sealed(bytes) {
            let Some(passphrase) = ask(origin) else {
                return Err(Error::IdentityLocked { origin: origin.to_owned() });
            };
            let identities = Self::of_passphrase(passphrase);
            let inner = file::unsealed(Utf8Path::new(origin), bytes, &identities)
                .map_err(|_| Error::Passphrase { origin: origin.to_owned() })?;
            return Self::parse(origin, &inner, &mut |_| None);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| broken(origin, 1, "it is no text"))?;
        match text.trim_start().starts_with("-----BEGIN") {
            true => Ok(Self(vec![ssh(origin, text, ask)?])),
            false => lines(origin, text),
        }
    }

    /// The passphrase of files that are sealed with one.
    #[must_use]
    pub fn of_passphrase(passphrase: SecretString) -> Self {
        let mut key = age::scrypt::Identity::new(passphrase);
        // As age has it. Its crate would measure this machine, and read a file or refuse it by its load.
        key.set_max_work_factor(MOST_WORK);
        Self(vec![Identity::Passphrase(key)])
    }

    /// A fresh X25519 key and the text of its file.
    #[must_use]
    pub fn generate() -> (Self, SecretString) {
        let key = age::x25519::Identity::generate();
        let text = key.to_string();
        (Self(vec![Identity::X25519(key)]), text)
    }

    /// Adds the keys of another place.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The public halves.
    #[must_use]
    pub fn recipients(&self) -> Vec<Recipient> {
        self.0.iter().filter_map(Identity::recipient).collect()
    }

    pub(super) fn each(&self) -> impl Iterator<Item = &dyn age::Identity> {
        self.0.iter().map(Identity::as_age)
    }
}

impl Identity {
    fn as_age(&self) -> &dyn age::Identity {
        match self {
            Self::X25519(key) => key,
            Self::Hybrid(key) => key,
            Self::Ssh(key) => key,
            Self::Passphrase(key) => key,
        }
    }

    fn recipient(&self) -> Option<Recipient> {
        match self {
            Self::X25519(key) => Recipient::parse(&key.to_public().to_string()).ok(),
            Self::Hybrid(key) => Recipient::parse(&key.recipient().to_string()).ok(),
            Self::Ssh(key) => Some(Recipient::of_ssh(key.recipient().clone())),
            Self::Passphrase(_) => None,
        }
    }
}

fn broken(origin: &str, line: usize, reason: &'static str) -> Error {
    Error::IdentityMalformed { origin: origin.to_owned(), line, reason }
}

fn ssh(origin: &str, text: &str, ask: Ask<'_>) -> Result<Identity, Error> {
    let unusable = |reason| Error::IdentityUnusable { origin: origin.to_owned(), reason };
    if text.trim_start().starts_with("-----BEGIN RSA") {
        return Err(unusable(RSA));
    }
    // The reader wants exactly one line ending after the last line; editors leave none, or more.
    let text = Zeroizing::new(format!("{}\n", text.trim()));
    let key = PrivateKey::from_openssh(text.as_bytes()).map_err(|_| match kind(&text) {
        Some(reason) => unusable(reason),
        None => broken(origin, 1, "it is no private key that OpenSSH writes today"),
    })?;
    if key.public_key().algorithm() != ssh_key::Algorithm::Ed25519 {
        return Err(unusable(kind(&text).unwrap_or(FOREIGN)));
    }
    let key = match key.is_encrypted() {
        false => key,
        true => {
            let passphrase =
                ask(origin).ok_or_else(|| Error::IdentityLocked { origin: origin.to_owned() })?;
            key.decrypt(passphrase.expose_secret())
                .map_err(|_| Error::Passphrase { origin: origin.to_owned() })?
        }
    };
    SshIdentity::new(&key).map(Identity::Ssh).ok_or_else(|| broken(origin, 1, "its key is broken"))
}

/// Why a key of OpenSSH is of no use, by the name of its kind, which stands in it in the clear.
fn kind(text: &str) -> Option<&'static str> {
    let body: String = text.lines().filter(|line| !line.starts_with("-----")).map(str::trim).collect();
    let bytes = Zeroizing::new(STANDARD.decode(Zeroizing::new(body).as_bytes()).ok()?);
    let has = |name: &[u8]| bytes.windows(name.len()).any(|window| window == name);
    if has(b"ssh-rsa") {
        return Some(RSA);
    }
    (has(b"ecdsa-sha2") || has(b"ssh-dss") || has(b"sk-ssh-")).then_some(FOREIGN)
}

const FOREIGN: &str = "age defines no use of this kind of SSH key, only of ssh-ed25519";
const RSA: &str =
    "RSA keys are not used: the only library for them tells the key by its timing (RUSTSEC-2023-0071)";

fn lines(origin: &str, text: &str) -> Result<Identities, Error> {
    let mut keys = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if line.starts_with("AGE-PLUGIN-") {
            let reason = "it is the key of a plugin, and none is run here";
            return Err(Error::IdentityUnusable { origin: origin.to_owned(), reason });
        }
        let key = match line.starts_with("AGE-SECRET-KEY-PQ-1") {
            true => HybridIdentity::parse(line).map(Identity::Hybrid),
            false => line.parse().map(Identity::X25519).ok(),
        };
        keys.push(key.ok_or_else(|| broken(origin, at + 1, "it is no AGE-SECRET-KEY-... line"))?);
    }
    match keys.is_empty() {
        true => Err(broken(origin, 1, "it holds no key")),
        false => Ok(Identities(keys)),
    }
}

/// How many keys, and none of them.
impl std::fmt::Debug for Identities {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identities").field("recipients", &self.recipients()).finish_non_exhaustive()
    }
}
