//! age's own post-quantum recipients and identities: `age1pq1...` and `AGE-SECRET-KEY-PQ-1...`.

use std::collections::HashSet;

use age::{DecryptError, EncryptError};
use age_core::format::{FILE_KEY_BYTES, FileKey, Stanza};
use age_core::primitives::{bech32_decode, bech32_encode, hpke_open, hpke_seal};
use age_core::secrecy::ExposeSecret as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use bech32::Hrp;
use hpke::{Deserializable, HpkeError, Kem as _, Serializable as _};
use rand_core::OsRng;
use zeroize::Zeroizing;

use super::ssh::file_key;
use super::xwing::{Encapsulated, Public, Seed, XWing};

const KIND: &str = "mlkem768x25519";
const LABEL: &[u8] = b"age-encryption.org/mlkem768x25519";
const RECIPIENT: Hrp = Hrp::parse_unchecked("age1pq");
const IDENTITY: Hrp = Hrp::parse_unchecked("age-secret-key-pq-");
/// Such stanzas stand only beside their like: one classic stanza would undo them.
const TOGETHER: &str = "postquantum";
const WRAPPED: usize = FILE_KEY_BYTES + 16;

/// The public half.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HybridRecipient(Public);

impl HybridRecipient {
    /// From `age1pq1...`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        decoded(text, RECIPIENT).map(Self)
    }
}

impl std::fmt::Display for HybridRecipient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&bech32_encode(RECIPIENT, &self.0.0))
    }
}

impl age::Recipient for HybridRecipient {
    fn wrap_file_key(&self, file_key: &FileKey) -> Result<(Vec<Stanza>, HashSet<String>), EncryptError> {
        let (share, body) = hpke_seal::<XWing, _>(&self.0, LABEL, file_key.expose_secret(), &mut OsRng);
        let args = vec![STANDARD_NO_PAD.encode(share.to_bytes())];
        Ok((vec![Stanza { tag: KIND.to_owned(), args, body }], HashSet::from([TOGETHER.to_owned()])))
    }
}

/// The private half; erases itself.
pub(super) struct HybridIdentity(Seed);

impl HybridIdentity {
    /// From `AGE-SECRET-KEY-PQ-1...`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        decoded(text, IDENTITY).map(Self)
    }

    pub(super) fn recipient(&self) -> HybridRecipient {
        HybridRecipient(XWing::sk_to_pk(&self.0))
    }
}

impl age::Identity for HybridIdentity {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        if stanza.tag != KIND {
            return None;
        }
        let share = match stanza.args.as_slice() {
            [share] => STANDARD_NO_PAD.decode(share).ok(),
            _ => None,
        };
        let share = share.and_then(|bytes| Encapsulated::from_bytes(&bytes).ok());
        match share {
            Some(share) if stanza.body.len() == WRAPPED => {
                match hpke_open::<XWing>(&share, &self.0, LABEL, &stanza.body) {
                    Ok(key) => Some(file_key(key)),
                    Err(HpkeError::DecapError) => Some(Err(DecryptError::InvalidHeader)),
                    // It may be another key's.
                    Err(_) => None,
                }
            }
            _ => Some(Err(DecryptError::InvalidHeader)),
        }
    }
}

fn decoded<T: Deserializable>(text: &str, prefix: Hrp) -> Option<T> {
    bech32_decode(
        text,
        |_| (),
        |hrp| if hrp == prefix { Ok(()) } else { Err(()) },
        |_, bytes| Ok(Zeroizing::new(bytes.collect::<Vec<u8>>())),
    )
    .ok()
    .and_then(|bytes| T::from_bytes(&bytes).ok())
}
