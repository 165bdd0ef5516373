//! The key that all readers share and nobody else has: what it signs was written by one of them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use camino::Utf8Path;
use hmac::{Hmac, Mac as _};
use rand_core::{OsRng, RngCore as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::reader::hex;
use super::{Error, Identities, Recipient, file};

const SIZE: usize = 32;
const HEAD: &str = "# the key that signs the manifest, newest first; sealed to every reader\n";

/// The vault's key and the ones before it, newest first; erases itself.
///
/// The older ones are its pedigree: whoever knew an older key accepts a newer one only if the older
/// one is among them, since a stranger could not have put it there.
pub struct Keyring(Vec<Zeroizing<[u8; SIZE]>>);

impl Keyring {
    /// A first key.
    #[must_use]
    pub fn fresh() -> Self {
        Self(vec![random()])
    }

    /// The same with a new key before the others.
    #[must_use]
    pub fn renewed(&self) -> Self {
        Self(std::iter::once(random()).chain(self.0.iter().cloned()).collect())
    }

    /// The keys in a file that [`seal`](Self::seal) wrote.
    ///
    /// # Errors
    /// As [`open`](super::open), and [`Error::KeyringMalformed`].
    pub fn open(path: &Utf8Path, bytes: &[u8], identities: &Identities) -> Result<Self, Error> {
        let text = file::unsealed(path, bytes, identities)?;
        let broken = || Error::KeyringMalformed { file: path.to_owned() };
        let text = std::str::from_utf8(&text).map_err(|_| broken())?;
        let mut keys = Vec::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let bytes = Zeroizing::new(STANDARD.decode(line).map_err(|_| broken())?);
            let key: &[u8; SIZE] = bytes.as_slice().try_into().map_err(|_| broken())?;
            if bool::from(key.ct_eq(&[0; SIZE])) {
                return Err(broken());
            }
            keys.push(Zeroizing::new(*key));
        }
        match keys.is_empty() {
            true => Err(broken()),
            false => Ok(Self(keys)),
        }
    }

    /// The file of the keys, sealed to every reader.
    ///
    /// # Errors
    /// As [`seal`](super::seal).
    pub fn seal<'r>(&self, recipients: impl IntoIterator<Item = &'r Recipient>) -> Result<Vec<u8>, Error> {
        let mut text = Zeroizing::new(String::with_capacity(HEAD.len() + self.0.len() * 45));
        text.push_str(HEAD);
        for key in &self.0 {
            text.push_str(&Zeroizing::new(STANDARD.encode(**key)));
            text.push('\n');
        }
        file::seal(text.as_bytes(), recipients)
    }

    /// Sixteen hexadecimal digits that name the newest key, and tell nothing about it.
    #[must_use]
    pub fn id(&self) -> String {
        self.ids().next().unwrap_or_default()
    }

    /// The name of each key, newest first.
    pub fn ids(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|key| hex(mac(key, &[b"name of a vault key"]).iter().take(8)))
    }

    /// The signature of a manifest under the key of that name.
    pub(super) fn signature(&self, id: &str, manifest: &[u8]) -> Option<[u8; 32]> {
        let at = self.ids().position(|name| name == id)?;
        self.0.get(at).map(|key| mac(key, &[b"manifest\0", manifest]))
    }

    /// A key for another purpose, that only readers of today can make, and that opens and signs nothing.
    pub(super) fn subkey(&self, purpose: &[u8]) -> Zeroizing<[u8; 32]> {
        let newest = self.0.first();
        Zeroizing::new(newest.map(|key| mac(key, &[b"subkey\0", purpose])).unwrap_or_default())
    }
}

fn random() -> Zeroizing<[u8; SIZE]> {
    let mut key = Zeroizing::new([0; SIZE]);
    OsRng.fill_bytes(key.as_mut_slice());
    key
}

fn mac(key: &[u8; SIZE], parts: &[&[u8]]) -> [u8; 32] {
    // A key shorter than a block is taken whole, filled with zeros.
    let mut block = Zeroizing::new([0; 64]);
    block.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    let mut mac = <Hmac<Sha256> as hmac::Mac>::new((&*block).into());
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keyring").field("ids", &self.ids().collect::<Vec<_>>()).finish_non_exhaustive()
    }
}
