//! Where the key of a command comes from.

use camino::Utf8Path;
use secrecy::ExposeSecret as _;
use secret_vault::{Error, Key};
use zeroize::Zeroizing;

use crate::args::Common;
use crate::trouble::{Refusal, Trouble};
use crate::world::World;

/// The key that the caller named: `--key FILE`, or `GIT_CRYPT_KEY`.
pub(crate) fn given(common: &Common, world: &World) -> Result<Option<Key>, Refusal> {
    match (&common.key, &world.key) {
        (Some(path), _) => file(path, world).map(Some),
        (None, Some(text)) => {
            let key = Key::from_base64("GIT_CRYPT_KEY", text.expose_secret().as_bytes());
            key.map(Some).map_err(|error| Refusal::usage([&error as _]))
        }
        (None, None) => Ok(None),
    }
}

/// The key in a file; one that Travis CI encrypted is decrypted with the variables that it sets.
pub(super) fn file(path: &Utf8Path, world: &World) -> Result<Key, Refusal> {
    let unreadable = |source| Trouble::Unreadable { path: path.to_owned(), source };
    let bytes = Zeroizing::new(match path.as_str() {
        "-" => super::input()?.to_vec(),
        _ => std::fs::read(path).map_err(unreadable)?,
    });
    let origin = if path == "-" { "standard input" } else { path.as_str() };
    let mut key = Key::from_bytes(origin, &bytes);
    if let Err(Error::NotAKey { looks: None, .. }) = key {
        for (secret, iv) in &world.travis {
            let (secret, iv) = (secret.expose_secret().as_bytes(), iv.expose_secret().as_bytes());
            key = Key::from_openssl(origin, secret, iv, &bytes);
            if key.is_ok() {
                break;
            }
        }
    }
    key.map_err(|error| Refusal::usage([&error as _]))
}
