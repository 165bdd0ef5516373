//! Ends a sandbox: what it started, and nothing else.

use crate::ledger::Ledger;
use crate::{Error, Layout, error};

/// Ends the sandbox in `layout` and removes what it wrote, its logs apart. Returns how many
/// processes were still alive: 0 when it was down already.
///
/// Each process is known by its pid, its start and the machine's boot, never by a name. It is
/// asked to end, and killed after 3 s; the API server goes before its store.
///
/// # Errors
/// [`Error::Io`] when a file cannot be removed.
pub async fn down(layout: &Layout) -> Result<usize, Error> {
    end(layout).await
}

pub(crate) async fn end(layout: &Layout) -> Result<usize, Error> {
    // First of all: whoever reads the state must not find a sandbox that is going.
    remove_file(&layout.state())?;
    let ended = Ledger::open(layout)?.end_all().await;
    for file in [layout.ledger(), layout.audit_log(), layout.fault_log()] {
        remove_file(&file)?;
    }
    for folder in [layout.etcd(), layout.certificates(), layout.logs()] {
        match std::fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error::io("remove", &folder)(error));
            }
            _ => {}
        }
    }
    Ok(ended)
}

fn remove_file(path: &camino::Utf8Path) -> Result<(), Error> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error::io("remove", path)(error)),
        _ => Ok(()),
    }
}
