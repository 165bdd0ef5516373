//! Lets one process at a time do a thing on this machine.

use camino::Utf8PathBuf;

use crate::{Error, error};

/// Waits for the lock at `path`. It is let go when the file is dropped or its process ends.
pub(crate) async fn hold(path: Utf8PathBuf) -> Result<std::fs::File, Error> {
    let file = std::fs::File::create(&path).map_err(error::io("create", &path))?;
    let locked = tokio::task::spawn_blocking(move || file.lock().map(|()| file)).await;
    locked.unwrap_or_else(|error| Err(std::io::Error::other(error))).map_err(error::io("lock", &path))
}
