//! AES-256 in counter mode under a nonce that is a MAC of the plaintext.

use aes::Aes256;
use ctr::Ctr32BE;
use ctr::cipher::{KeyIvInit as _, StreamCipher as _};
use hmac::{Hmac, Mac as _};
use sha1::Sha1;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroize as _;

use crate::sealed::NONCE;

/// Bytes of the AES key.
pub(crate) const AES: usize = 32;

/// Bytes of the HMAC key.
pub(crate) const HMAC: usize = 64;

/// The two keys of one version; erases itself.
#[derive(Clone)]
pub(crate) struct Material {
    pub(crate) aes: [u8; AES],
    pub(crate) hmac: [u8; HMAC],
}

impl Drop for Material {
    fn drop(&mut self) {
        self.aes.zeroize();
        self.hmac.zeroize();
    }
}

impl Material {
    pub(crate) fn zero() -> Self {
        Self { aes: [0; AES], hmac: [0; HMAC] }
    }

    /// Whether either key is missing: fields that a key file leaves out are zeros.
    pub(crate) fn is_zero(&self) -> bool {
        bool::from(self.aes.ct_eq(&[0; AES]) | self.hmac.ct_eq(&[0; HMAC]))
    }

    /// The nonce of a plaintext: the first bytes of its HMAC-SHA1.
    pub(crate) fn nonce(&self, plaintext: &[u8]) -> [u8; NONCE] {
        self.mac(&[plaintext])
    }

    /// Whether `nonce` is that of `plaintext`, in constant time.
    pub(crate) fn verifies(&self, plaintext: &[u8], nonce: &[u8; NONCE]) -> bool {
        self.nonce(plaintext).ct_eq(nonce).into()
    }

    /// Encrypts or decrypts in place: the counter is 32 bits wide, big-endian, from zero.
    pub(crate) fn apply(&self, nonce: &[u8; NONCE], bytes: &mut [u8]) {
        let mut block = [0; 16];
        for (to, from) in block.iter_mut().zip(nonce) {
            *to = *from;
        }
        Ctr32BE::<Aes256>::new(&self.aes.into(), &block.into()).apply_keystream(bytes);
    }

    /// A name of both keys that tells nothing of them.
    pub(crate) fn fingerprint(&self) -> [u8; NONCE] {
        self.mac(&[b"fingerprint of a key\0", &self.aes])
    }

    fn mac(&self, parts: &[&[u8]]) -> [u8; NONCE] {
        // HMAC takes a key of one block whole; this one is exactly that long.
        let mut mac = <Hmac<Sha1> as hmac::Mac>::new(&self.hmac.into());
        for part in parts {
            mac.update(part);
        }
        let digest: [u8; 20] = mac.finalize().into_bytes().into();
        let mut nonce = [0; NONCE];
        for (to, from) in nonce.iter_mut().zip(digest) {
            *to = from;
        }
        nonce
    }
}
