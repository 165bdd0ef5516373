//! Where things of this checkout are.

use std::process::Command;

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

/// The cargo that runs this task, in the top of the checkout.
///
/// What cargo tells a program that it runs is taken away again: build scripts look at these variables,
/// and would build half the tree anew whenever the task and a person take turns.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
    cargo.current_dir(root());
    let told = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    for (name, _) in std::env::vars().filter(|(name, _)| told(name)) {
        cargo.env_remove(name);
    }
    cargo
}
