//! Reads and writes the state file.

use crate::{Error, Layout, State, error, files};

/// The state of the sandbox in `layout`, if it is up.
///
/// # Errors
/// [`Error::Unreadable`] when the file is of another version.
pub(crate) fn read(layout: &Layout) -> Result<Option<State>, Error> {
    let path = layout.state();
    match std::fs::read_to_string(&path) {
        Ok(text) => {
            serde_json::from_str(&text).map(Some).map_err(|source| Error::Unreadable { path, source })
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error::io("read", &path)(error)),
    }
}

/// Writes the state; a reader sees all of it or nothing.
pub(crate) fn write(layout: &Layout, state: &State) -> Result<(), Error> {
    let path = layout.state();
    let text = serde_json::to_string_pretty(state)
        .map_err(|source| Error::Unreadable { path: path.clone(), source })?;
    files::write(&path, &format!("{text}\n"))
}
