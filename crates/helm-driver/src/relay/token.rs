//! The one-time credential between Helm and the relay.

use std::net::SocketAddr;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::HeaderMap;
use http::header::PROXY_AUTHORIZATION;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::Error;

/// A random password that lives as long as one relay.
pub(crate) struct Token(Zeroizing<String>);

impl Token {
    pub(crate) fn new() -> Result<Self, Error> {
        let mut random = Zeroizing::new([0_u8; 32]);
        getrandom::fill(random.as_mut()).map_err(Error::random)?;
        Ok(Self(Zeroizing::new(hex(random.as_ref()))))
    }

    /// The relay's address with the password in it.
    pub(crate) fn url(&self, relay: SocketAddr) -> Zeroizing<String> {
        Zeroizing::new(format!("http://{USER}:{}@{relay}", *self.0))
    }

    /// Whether a request carries this password. Digests are compared, so the time taken tells nothing of it.
    pub(crate) fn is_in(&self, headers: &HeaderMap) -> bool {
        let given =
            headers.get(PROXY_AUTHORIZATION).and_then(|value| value.as_bytes().strip_prefix(b"Basic "));
        let expected = Zeroizing::new(STANDARD.encode(format!("{USER}:{}", *self.0)));
        given.is_some_and(|given| Sha256::digest(given) == Sha256::digest(expected.as_bytes()))
    }
}

/// The name that goes with the password.
const USER: &str = "helm";

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
