//! Programs of other projects that tests compare with.

use std::process::Command;

use anyhow::Result;

use crate::run;

/// Debian's packages, each named as its program, with what it recommends and we need.
const PACKAGES: &[&str] = &["age", "git-crypt", "gpg", "gpg-agent", "openssl", "strace"];

/// Installs those that are missing.
pub(crate) fn install() -> Result<()> {
    let path = std::env::var("PATH").unwrap_or_default();
    let there = |name: &str| path.split(':').any(|folder| std::path::Path::new(folder).join(name).is_file());
    let missing: Vec<&str> = PACKAGES.iter().copied().filter(|name| !there(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    eprintln!("installing {}", missing.join(", "));
    run::run(Command::new("apt-get").args(["update", "-qq"]))?;
    let mut install = Command::new("apt-get");
    install.args(["install", "-y", "-qq", "--no-install-recommends"]).args(missing);
    run::run(install.env("DEBIAN_FRONTEND", "noninteractive"))
}
