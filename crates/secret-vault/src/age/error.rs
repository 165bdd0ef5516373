//! What can be wrong with age files, the keys to them, and the list of them.

use camino::Utf8PathBuf;

/// Why an age file was not opened, or not sealed. Holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Plaintext where ciphertext must be.
    #[error("{file} is not sealed with age")]
    Plaintext {
        /// The file.
        file: Utf8PathBuf,
    },
    /// A header that breaks the format.
    #[error("the age header of {file} is malformed at line {line}: {reason}")]
    Header {
        /// The file.
        file: Utf8PathBuf,
        /// Where, from one.
        line: usize,
        /// What is wrong there.
        reason: &'static str,
    },
    /// A stanza that breaks the rules of its type.
    #[error("the age header of {file} has a stanza that breaks the rules of its type")]
    Stanza {
        /// The file.
        file: Utf8PathBuf,
    },
    /// A text form that breaks its format.
    #[error("the armor of {file} is malformed")]
    Armor {
        /// The file.
        file: Utf8PathBuf,
    },
    /// Sealed to others.
    #[error("{file} is not sealed to any of the keys at hand")]
    NotForUs {
        /// The file.
        file: Utf8PathBuf,
    },
    /// A header that was changed by someone without the key.
    #[error("the age header of {file} was changed after it was sealed")]
    HeaderChanged {
        /// The file.
        file: Utf8PathBuf,
    },
    /// Content that was changed or cut off.
    #[error("{file} was changed or cut off after it was sealed")]
    Changed {
        /// The file.
        file: Utf8PathBuf,
    },
    /// A passphrase that would take too long to try.
    #[error("{file} asks for too much work to try a passphrase: 2^{required} rounds")]
    Work {
        /// The file.
        file: Utf8PathBuf,
        /// The logarithm of the rounds.
        required: u8,
    },
    /// No key to open with.
    #[error("no private key is at hand")]
    NoIdentity,
    /// A file of private keys that breaks its format.
    #[error("{origin} holds no usable private key: line {line}: {reason}")]
    IdentityMalformed {
        /// Where the key came from.
        origin: String,
        /// Where, from one.
        line: usize,
        /// What is wrong there.
        reason: &'static str,
    },
    /// A private key of a kind that is not used.
    #[error("the private key in {origin} cannot be used: {reason}")]
    IdentityUnusable {
        /// Where the key came from.
        origin: String,
        /// Why.
        reason: &'static str,
    },
    /// A private key behind a passphrase that nobody can be asked for.
    #[error("the private key in {origin} is locked by a passphrase")]
    IdentityLocked {
        /// Where the key came from.
        origin: String,
    },
    /// The wrong passphrase.
    #[error("the passphrase does not unlock the private key in {origin}")]
    Passphrase {
        /// Where the key came from.
        origin: String,
    },
    /// A line of the readers' file that is none.
    #[error("`{name}` cannot be a reader: {reason}")]
    ReaderMalformed {
        /// The file.
        file: Utf8PathBuf,
        /// Where, from one.
        line: usize,
        /// The name that the line begins with.
        name: String,
        /// What is wrong.
        reason: &'static str,
    },
    /// A key that stands in the readers' file twice.
    #[error("the key of `{name}` is already the one of `{first}`")]
    ReaderTwice {
        /// The file.
        file: Utf8PathBuf,
        /// Where, from one.
        line: usize,
        /// The name that the line begins with.
        name: String,
        /// The name that has the key already.
        first: String,
    },
    /// Nobody to seal to.
    #[error("there is nobody to seal to")]
    NoRecipients,
    /// Post-quantum keys beside others.
    #[error("post-quantum keys and other keys cannot open one file together")]
    Mixed,
    /// A path that no list can hold.
    #[error("the path {file:?} has a control character")]
    Path {
        /// The file.
        file: Utf8PathBuf,
    },
    /// The file of the signing keys is something else.
    #[error("{file} opens, and holds no key of a vault")]
    KeyringMalformed {
        /// The file.
        file: Utf8PathBuf,
    },
    /// A list that breaks its format.
    #[error("{file} is malformed at line {line}: {reason}")]
    ManifestMalformed {
        /// The file.
        file: Utf8PathBuf,
        /// Where, from one.
        line: usize,
        /// What is wrong there.
        reason: &'static str,
    },
    /// A list that no reader signed.
    #[error("{file} was not signed by a reader")]
    ManifestForged {
        /// The file.
        file: Utf8PathBuf,
    },
    /// Another vault in the place of this one.
    #[error("{file} began under a key that its vault no longer knows")]
    Replaced {
        /// The file.
        file: Utf8PathBuf,
    },
    /// An older list in the place of a newer one.
    #[error("{file} is of epoch {epoch}, and its own history has reached {latest}")]
    RolledBack {
        /// The file.
        file: Utf8PathBuf,
        /// What it says.
        epoch: u64,
        /// What was there before.
        latest: u64,
    },
    /// A file whose bytes are not those that a reader sealed.
    #[error("{file} is not what a reader sealed{}", of.as_ref().map(|of| format!(": it has the content of {of}")).unwrap_or_default())]
    NotListed {
        /// The file.
        file: Utf8PathBuf,
        /// The file whose bytes it has.
        of: Option<Utf8PathBuf>,
    },
    /// A file that the list has, and the work tree has not.
    #[error("{file} is listed, and not there")]
    Missing {
        /// The file.
        file: Utf8PathBuf,
    },
    /// Ciphertext of git-crypt, which must not be sealed again.
    #[error("{file} is sealed with git-crypt")]
    GitCrypt {
        /// The file.
        file: Utf8PathBuf,
    },
    /// Someone who would lock themselves out.
    #[error("{file} names none of your keys, so you could not open what you seal")]
    NotAReader {
        /// The file.
        file: Utf8PathBuf,
    },
    /// Readers that no reader has confirmed.
    #[error("{file} names keys that no reader has confirmed: {}", added.join(", "))]
    ReadersChanged {
        /// The file.
        file: Utf8PathBuf,
        /// The new keys with their names.
        added: Vec<String>,
    },
}
