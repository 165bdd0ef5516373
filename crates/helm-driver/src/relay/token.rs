//! The one-time credential between Helm and the relay.

use http::HeaderMap;
use http::header::AUTHORIZATION;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::Error;

/// A random bearer token that lives as long as one relay.
pub(crate) struct Token(Zeroizing<String>);

impl Token {
    pub(crate) fn new() -> Result<Self, Error> {
        let mut random = Zeroizing::new([0_u8; 32]);
        getrandom::fill(random.as_mut()).map_err(Error::random)?;
        Ok(Self(Zeroizing::new(hex(random.as_ref()))))
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// Whether a request carries this token. Digests are compared, so the time taken tells nothing of the token.
    pub(crate) fn is_in(&self, headers: &HeaderMap) -> bool {
        let given = headers.get(AUTHORIZATION).and_then(|value| value.as_bytes().strip_prefix(b"Bearer "));
        given.is_some_and(|given| Sha256::digest(given) == Sha256::digest(self.0.as_bytes()))
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
