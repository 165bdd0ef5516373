//! Fresh tokens and the key that signs service-account tokens.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};

use crate::Error;

/// The start of a public key's DER: "an uncompressed point on P-256 follows" (RFC 5480).
const P256_POINT_FOLLOWS: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
    0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

/// A key pair as PEM.
///
/// `ring` is in the tree already through rustls, so no `openssl` is needed; and a fresh key is
/// worth nothing outside the sandbox, which a committed one is not.
#[derive(Debug)]
pub(crate) struct Keys {
    pub(crate) private: String,
    pub(crate) public: String,
}

pub(crate) fn service_account_keys() -> Result<Keys, Error> {
    let random = SystemRandom::new();
    let refused = |said: &dyn std::fmt::Display| Error::Keys { said: said.to_string() };
    let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random)
        .map_err(|error| refused(&error))?;
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, document.as_ref(), &random)
        .map_err(|error| refused(&error))?;
    let public = [&P256_POINT_FOLLOWS, pair.public_key().as_ref()].concat();
    Ok(Keys { private: pem("PRIVATE KEY", document.as_ref()), public: pem("PUBLIC KEY", &public) })
}

fn pem(label: &str, der: &[u8]) -> String {
    let mut text = format!("-----BEGIN {label}-----\n");
    let encoded = STANDARD.encode(der);
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        text.push_str(line);
        text.push('\n');
        rest = after;
    }
    text.push_str(&format!("-----END {label}-----\n"));
    text
}

/// A token nobody can guess.
pub(crate) fn token() -> Result<String, Error> {
    let mut bytes = [0_u8; 24];
    getrandom::fill(&mut bytes).map_err(|error| Error::Keys { said: error.to_string() })?;
    Ok(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_pem_of_the_size_of_p256() {
        let keys = service_account_keys().unwrap();
        assert!(keys.private.starts_with("-----BEGIN PRIVATE KEY-----\n"));
        let body: String = keys.public.lines().filter(|line| !line.starts_with('-')).collect();
        assert_eq!(STANDARD.decode(body).unwrap().len(), 26 + 65);
    }

    #[test]
    fn no_token_comes_twice() {
        assert_ne!(token().unwrap(), token().unwrap());
    }
}
