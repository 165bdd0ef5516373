//! Where the git-crypt key of a command comes from.

use camino::Utf8Path;
use secrecy::ExposeSecret as _;
use secret_vault::{Error, Key, age};
use zeroize::Zeroizing;

use super::age::gather;
use crate::args::Common;
use crate::trouble::{Refusal, Trouble};
use crate::world::World;

const VARIABLE: &str = "GIT_CRYPT_KEY";

/// The key that the caller named: `--key FILE`, or `GIT_CRYPT_KEY`.
pub(crate) fn given(common: &Common, world: &World) -> Result<Option<Key>, Refusal> {
    match (&common.key, &world.key) {
        (Some(path), _) => file(path, common, world).map(Some),
        (None, Some(text)) => {
            let text = text.expose_secret().as_bytes();
            match age::in_text(text) {
                Some(sealed) => of_age(VARIABLE, &sealed, common, world),
                None => Key::from_base64(VARIABLE, text).map_err(|error| Refusal::usage([&error as _])),
            }
            .map(Some)
        }
        (None, None) => Ok(None),
    }
}

/// The key in a file; one that is sealed with age is opened with a private key, and one that Travis CI encrypted
/// with the variables that it sets.
pub(super) fn file(path: &Utf8Path, common: &Common, world: &World) -> Result<Key, Refusal> {
    let unreadable = |source| Trouble::Unreadable { path: path.to_owned(), source };
    let bytes = Zeroizing::new(match path.as_str() {
        "-" => super::input()?.to_vec(),
        _ => std::fs::read(path).map_err(unreadable)?,
    });
    let origin = if path == "-" { "standard input" } else { path.as_str() };
    if age::is_sealed(&bytes) {
        return of_age(origin, &bytes, common, world);
    }
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

/// The key in an age file: the bytes of a key file, or its base64. Nobody needs to vouch for it, since it proves
/// itself by what it opens.
fn of_age(origin: &str, sealed: &[u8], common: &Common, world: &World) -> Result<Key, Refusal> {
    let opened = age::open(origin.into(), sealed, &gather(common, world)?);
    let opened = opened.map_err(|error| Refusal::usage([&error as _]))?;
    let of_bytes = Key::from_bytes(origin, opened.expose());
    let key = of_bytes.or_else(|error| Key::from_base64(origin, opened.expose()).map_err(|_| error));
    key.map_err(|error| Refusal::usage([&error as _]))
}
