//! `cargo xtask deploy`: any `deploy` command against the sandbox, started when needed.

use std::process::{Command, ExitStatus};

use anyhow::{Context as _, Result};

use super::sandbox::Want;
use crate::{run, workspace};

/// Builds `deploy`, brings the sandbox up, and deploys the fixture federation; its exit code.
pub(crate) fn deploy(words: &[String]) -> Result<u8> {
    build("deploy")?;
    let mut deploy = Command::new(workspace::target().join("debug/deploy"));
    deploy.args(words);
    if is_offline(words) {
        return Ok(code(run::status(&mut deploy)?));
    }
    let given = |flag: &str| words.iter().any(|word| word == flag || word.starts_with(&format!("{flag}=")));
    let fixture_is_meant = !given("--federation");
    if fixture_is_meant {
        super::sandbox::port_is_ours()?;
    }
    let state = super::sandbox::up(Want::deployment())?;
    let helm = state.helm.v3.or(state.helm.v4).context("the sandbox has no helm")?;
    let fixture = workspace::root().join("fixtures/federation");
    let folder = workspace::target().join("sandbox/deploy");
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {folder}"))?;
    deploy.arg("--local");
    let defaults = [
        ("--federation", fixture.join("federation.yaml")),
        ("--kubeconfig", state.kubeconfig),
        ("--helm", helm),
        ("--key", fixture.join("test-git-crypt-key")),
    ];
    for (flag, value) in defaults.into_iter().filter(|(flag, _)| !given(flag)) {
        deploy.arg(flag).arg(value);
    }
    deploy.env("XDG_STATE_HOME", folder.join("state")).env("XDG_CACHE_HOME", folder.join("cache"));
    Ok(code(run::status(&mut deploy)?))
}

/// What needs no cluster is answered without one.
fn is_offline(words: &[String]) -> bool {
    let first = words.iter().find(|word| !word.starts_with('-')).map(String::as_str);
    let offline = ["help", "completions", "replay", "diagnose", "problems"];
    first.is_none_or(|word| offline.contains(&word))
        || words.iter().any(|word| word == "--help" || word == "-h")
}

/// Builds one binary; quiet when there is nothing to do.
pub(crate) fn build(binary: &str) -> Result<()> {
    run::run(workspace::cargo().args(["build", "--package", binary, "--bin", binary]))
}

/// The exit code of a program; one that a signal ended counts as a shell counts it.
pub(crate) fn code(status: ExitStatus) -> u8 {
    use std::os::unix::process::ExitStatusExt as _;
    let signal = status.signal().map_or(1, |signal| 128 + signal);
    u8::try_from(status.code().unwrap_or(signal)).unwrap_or(1)
}
