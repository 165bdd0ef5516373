//! Where things of this checkout are.

use camino::{Utf8Path, Utf8PathBuf};

/// The top of the checkout.
pub(crate) fn root() -> Utf8PathBuf {
    let manifest = Utf8Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_owned()
}

/// What is built.
pub(crate) fn target() -> Utf8PathBuf {
    match std::env::var("CARGO_TARGET_DIR") {
        Ok(target) if !target.is_empty() => target.into(),
        _ => root().join("target"),
    }
}

/// The cargo that runs this task.
pub(crate) fn cargo() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}
