//! Ends a sandbox: what it started, and nothing else.

use camino::Utf8Path;

use crate::ledger::Ledger;
use crate::{Error, Layout, error};

/// Ends the sandbox in `layout` and removes its data; its logs stay. Returns how many processes
/// were still alive: 0 when it was down already.
///
/// Each process is known by its pid, its start and the machine's boot, never by a name. It is
/// asked to end, and killed after 3 s; the API server goes before its store.
///
/// # Errors
/// [`Error::Io`] when a file cannot be removed.
pub async fn down(layout: &Layout) -> Result<usize, Error> {
    if !layout.folder().is_dir() {
        return Ok(0);
    }
    let _lock = crate::lock::hold(layout.lock()).await?;
    end(layout).await
}

pub(crate) async fn end(layout: &Layout) -> Result<usize, Error> {
    // First of all: whoever reads the state must not find a sandbox that is going.
    remove(&layout.state(), |path| std::fs::remove_file(path))?;
    let ended = Ledger::open(layout)?.end_all().await;
    for folder in [layout.etcd(), layout.certificates()] {
        remove(&folder, |path| std::fs::remove_dir_all(path))?;
    }
    remove(&layout.ledger(), |path| std::fs::remove_file(path))?;
    Ok(ended)
}

/// Removes what the last run of a sandbox wrote down.
pub(crate) fn forget_logs(layout: &Layout) -> Result<(), Error> {
    remove(&layout.logs(), |path| std::fs::remove_dir_all(path))?;
    for file in [layout.audit_log(), layout.fault_log()] {
        remove(&file, |path| std::fs::remove_file(path))?;
    }
    Ok(())
}

fn remove(path: &Utf8Path, remove: impl FnOnce(&Utf8Path) -> std::io::Result<()>) -> Result<(), Error> {
    match remove(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error::io("remove", path)(error)),
        _ => Ok(()),
    }
}
