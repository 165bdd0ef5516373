//! A public key that files can be sealed to.

use ssh_key::public::KeyData;

use super::hybrid::HybridRecipient;
use super::ssh::SshRecipient;

/// A public key: `age1...`, `age1pq1...`, `age1tag1...`, `age1tagpq1...` or `ssh-ed25519 ...`.
#[derive(Clone)]
pub struct Recipient {
    text: String,
    key: Key,
}

#[derive(Clone)]
enum Key {
    X25519(age::x25519::Recipient),
    Hybrid(Box<HybridRecipient>),
    Ssh(SshRecipient),
    Tag(Box<age::tag::Recipient>),
    TagPq(Box<age::tagpq::Recipient>),
}

impl Recipient {
    /// The key in its usual text; what stands behind an SSH key is a comment.
    ///
    /// # Errors
    /// Why the text is no key, or none that files can be sealed to.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim();
        let kind = text.split_whitespace().next().unwrap_or_default();
        let key = match kind {
            "ssh-ed25519" => ssh(text),
            _ if kind.starts_with("age1pq1") => {
                HybridRecipient::parse(text).map(|key| Key::Hybrid(Box::new(key))).ok_or(BROKEN)
            }
            _ if kind.starts_with("age1tagpq1") => {
                text.parse().map(|key| Key::TagPq(Box::new(key))).map_err(|_| BROKEN)
            }
            _ if kind.starts_with("age1tag1") => {
                text.parse().map(|key| Key::Tag(Box::new(key))).map_err(|_| BROKEN)
            }
            // A plugin's name stands between two digits one; the key itself has none.
            _ if kind.strip_prefix("age1").is_some_and(|rest| rest.contains('1')) => Err(PLUGIN),
            _ if kind.starts_with("age1") => text.parse().map(Key::X25519).map_err(|_| BROKEN),
            _ => Err(foreign(kind)),
        }?;
        let words: Vec<&str> = text.split_whitespace().take(2).collect();
        Ok(Self { text: words.join(" "), key })
    }

    pub(super) fn of_ssh(key: SshRecipient) -> Self {
        Self { text: key.to_string(), key: Key::Ssh(key) }
    }

    /// The text without comment, by which two keys are equal or not.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether files sealed to it stay closed to a quantum computer.
    #[must_use]
    pub fn is_post_quantum(&self) -> bool {
        matches!(self.key, Key::Hybrid(_) | Key::TagPq(_))
    }

    pub(super) fn as_age(&self) -> &dyn age::Recipient {
        match &self.key {
            Key::X25519(key) => key,
            Key::Hybrid(key) => key.as_ref(),
            Key::Ssh(key) => key,
            Key::Tag(key) => key.as_ref(),
            Key::TagPq(key) => key.as_ref(),
        }
    }
}

const BROKEN: &str = "the key is broken: a character was changed or is missing";
const PLUGIN: &str =
    "it is the key of a plugin, and none is run here; use the holder's age1... or ssh-ed25519 key";

fn ssh(text: &str) -> Result<Key, &'static str> {
    let key = ssh_key::PublicKey::from_openssh(text).map_err(|_| BROKEN)?;
    match key.key_data() {
        KeyData::Ed25519(key) => SshRecipient::new(key).map(Key::Ssh).ok_or(BROKEN),
        _ => Err(BROKEN),
    }
}

/// Why a key of another kind is none for age.
fn foreign(kind: &str) -> &'static str {
    match kind {
        "ssh-rsa" => {
            "RSA keys are not used: the only library for them tells the key by its timing (RUSTSEC-2023-0071); \
             use the holder's ssh-ed25519 key"
        }
        _ if kind.starts_with("sk-") => "the key lives in a device that signs and cannot open files",
        _ if kind.starts_with("ecdsa-") => {
            "age defines no use of ECDSA keys; use the holder's ssh-ed25519 key"
        }
        "ssh-dss" => "age defines no use of DSA keys; use the holder's ssh-ed25519 key",
        _ if kind.starts_with("AGE-SECRET-KEY-") => "it is a private key: take it out, and replace it",
        _ => "it is neither an age1... nor an ssh-ed25519 key",
    }
}

impl PartialEq for Recipient {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Recipient {}

impl std::fmt::Debug for Recipient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Recipient").field(&self.text).finish()
    }
}
