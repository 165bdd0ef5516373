//! Where the key of a command comes from.

use problem::Diagnose;
use secrecy::ExposeSecret as _;
use secret_vault::Key;

use crate::args::Common;
use crate::trouble::{Refusal, Trouble};
use crate::world::World;

/// The key that the caller named: `--key FILE`, or `GIT_CRYPT_KEY`.
pub(crate) fn given(common: &Common, world: &World) -> Result<Option<Key>, Refusal> {
    let refused = |error: secret_vault::Error| Refusal::usage([&error as &dyn Diagnose]);
    match (&common.key, &world.key) {
        (Some(path), _) => {
            let bytes =
                std::fs::read(path).map_err(|source| Trouble::Unreadable { path: path.clone(), source })?;
            Key::from_bytes(path.as_str(), &bytes).map(Some).map_err(refused)
        }
        (None, Some(text)) => {
            Key::from_base64("GIT_CRYPT_KEY", text.expose_secret().as_bytes()).map(Some).map_err(refused)
        }
        (None, None) => Ok(None),
    }
}
