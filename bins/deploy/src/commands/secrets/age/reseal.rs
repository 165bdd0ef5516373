//! Every file of a vault sealed anew, under a new key and to the readers of today.

use camino::Utf8PathBuf;
use jiff::Timestamp;
use secret_vault::age::Vault;

use super::Place;
use crate::trouble::Refusal;

/// A file that was sealed anew.
#[derive(Debug, Clone)]
pub(crate) struct Resealed {
    pub(crate) path: Utf8PathBuf,
    /// When its content last became another.
    pub(crate) changed: Timestamp,
}

/// Opens and checks all files, and only then writes any of them. `readers` is the new text of their file.
pub(crate) fn reseal(place: &Place, vault: &mut Vault, readers: &str) -> Result<Vec<Resealed>, Refusal> {
    let refused = |error: secret_vault::age::Error| Refusal::failed(&error);
    let listed: Vec<Resealed> = vault
        .manifest()
        .files()
        .map(|(path, listed)| Resealed { path: path.to_owned(), changed: listed.changed() })
        .collect();
    let mut opened = Vec::with_capacity(listed.len());
    for Resealed { path, .. } in &listed {
        opened.push(vault.open_file(path, &place.repo.read(path)?).map_err(refused)?);
    }
    vault.renew(readers).map_err(refused)?;
    vault.advance();
    let mut sealed = Vec::with_capacity(listed.len());
    for (Resealed { path, changed }, plain) in listed.iter().zip(&opened) {
        sealed.push(vault.seal_file(path, plain.expose(), *changed).map_err(refused)?);
    }
    for (Resealed { path, .. }, bytes) in listed.iter().zip(&sealed) {
        place.repo.write(path, bytes)?;
    }
    place.write(vault, true)?;
    Ok(listed)
}
