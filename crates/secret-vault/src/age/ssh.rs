//! ssh-ed25519 keys as age recipients: the stanza that age defines for them.
//!
//! The key of the signature curve is carried over to the curve of key exchange, and a tweak from the public
//! key keeps the two uses apart. ssh-rsa is left out: its only implementation here would be `rsa`, whose
//! decryption tells the key by its timing (RUSTSEC-2023-0071).

use std::collections::HashSet;

use age::{DecryptError, EncryptError};
use age_core::format::{FILE_KEY_BYTES, FileKey, Stanza};
use age_core::primitives::{aead_decrypt, aead_encrypt, hkdf};
use age_core::secrecy::ExposeSecret as _;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use curve25519_dalek::edwards::CompressedEdwardsY;
use rand_core::OsRng;
use sha2::{Digest as _, Sha256, Sha512};
use ssh_key::public::Ed25519PublicKey;
use ssh_key::{PrivateKey, PublicKey};
use x25519_dalek::{EphemeralSecret, PublicKey as Point, StaticSecret};
use zeroize::Zeroizing;

const KIND: &str = "ssh-ed25519";
const LABEL: &[u8] = b"age-encryption.org/v1/ssh-ed25519";
/// Bytes of the digest by which a stanza names its key.
const NAME: usize = 4;

/// The public half.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SshRecipient {
    /// The key as SSH encodes it.
    wire: Vec<u8>,
    point: [u8; 32],
}

impl SshRecipient {
    /// `None` where the key is no point of the curve.
    pub(super) fn new(key: &Ed25519PublicKey) -> Option<Self> {
        let point = CompressedEdwardsY(key.0).decompress()?.to_montgomery().to_bytes();
        let wire = PublicKey::from(*key).to_bytes().ok()?;
        Some(Self { wire, point })
    }

    fn name(&self) -> String {
        let digest: [u8; 32] = Sha256::digest(&self.wire).into();
        STANDARD_NO_PAD.encode(digest.get(..NAME).unwrap_or_default())
    }

    fn tweak(&self) -> StaticSecret {
        StaticSecret::from(hkdf(&self.wire, LABEL, &[]))
    }

    fn wrap_key(&self, share: &Point, shared: &[u8; 32]) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(hkdf(&[share.as_bytes().as_slice(), &self.point].concat(), LABEL, shared))
    }
}

/// As OpenSSH writes it, without comment.
impl std::fmt::Display for SshRecipient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{KIND} {}", STANDARD.encode(&self.wire))
    }
}

impl age::Recipient for SshRecipient {
    fn wrap_file_key(&self, file_key: &FileKey) -> Result<(Vec<Stanza>, HashSet<String>), EncryptError> {
        let secret = EphemeralSecret::random_from_rng(OsRng);
        let share = Point::from(&secret);
        let exchanged = secret.diffie_hellman(&Point::from(self.point));
        let shared = self.tweak().diffie_hellman(&Point::from(*exchanged.as_bytes()));
        let key = self.wrap_key(&share, shared.as_bytes());
        let stanza = Stanza {
            tag: KIND.to_owned(),
            args: vec![self.name(), STANDARD_NO_PAD.encode(share.as_bytes())],
            body: aead_encrypt(&key, file_key.expose_secret()),
        };
        Ok((vec![stanza], HashSet::new()))
    }
}

/// The private half; erases itself.
pub(super) struct SshIdentity {
    recipient: SshRecipient,
    secret: StaticSecret,
}

impl SshIdentity {
    /// `None` where the key is of another kind.
    pub(super) fn new(key: &PrivateKey) -> Option<Self> {
        let pair = key.key_data().ed25519()?;
        let digest = Zeroizing::new(<[u8; 64]>::from(Sha512::digest(pair.private.as_ref())));
        let half: &[u8; 32] = digest.first_chunk()?;
        Some(Self { recipient: SshRecipient::new(&pair.public)?, secret: StaticSecret::from(*half) })
    }

    pub(super) fn recipient(&self) -> &SshRecipient {
        &self.recipient
    }

    fn unwrapped(&self, share: &str, body: &[u8]) -> Result<FileKey, DecryptError> {
        let share = STANDARD_NO_PAD.decode(share).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        let share = Point::from(share.ok_or(DecryptError::InvalidHeader)?);
        let exchanged = self.secret.diffie_hellman(&share);
        if !exchanged.was_contributory() {
            return Err(DecryptError::InvalidHeader);
        }
        let shared = self.recipient.tweak().diffie_hellman(&Point::from(*exchanged.as_bytes()));
        let key = self.recipient.wrap_key(&share, shared.as_bytes());
        file_key(aead_decrypt(&key, FILE_KEY_BYTES, body).map_err(|_| DecryptError::InvalidHeader)?)
    }
}

impl age::Identity for SshIdentity {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        if stanza.tag != KIND {
            return None;
        }
        match stanza.args.as_slice() {
            [name, _] if *name != self.recipient.name() => None,
            [_, share] => Some(self.unwrapped(share, &stanza.body)),
            _ => Some(Err(DecryptError::InvalidHeader)),
        }
    }
}

/// The key of a file, moved to where it erases itself.
pub(super) fn file_key(bytes: Vec<u8>) -> Result<FileKey, DecryptError> {
    let bytes = Zeroizing::new(bytes);
    FileKey::try_init_with_mut(|key| {
        if bytes.len() != key.len() {
            return Err(DecryptError::InvalidHeader);
        }
        key.copy_from_slice(&bytes);
        Ok(())
    })
}
