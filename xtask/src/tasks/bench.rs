//! `cargo xtask bench`: ours and its peers, measured in one run.

use anyhow::Result;
use camino::Utf8PathBuf;
use clap::Subcommand;

use super::sandbox::{Want, runtime};
use crate::{bench, peers, run, workspace};

/// What to measure.
#[derive(Debug, Subcommand)]
pub(crate) enum Subject {
    /// How late waiters see that many Deployments are ready, and what they ask and take for it
    Rollout(bench::Options),
    /// What opening, unlocking, checking and adding encrypted files takes, beside git-crypt
    Secrets(bench::SecretsOptions),
    /// What the audit of thousands of commits takes, beside git reading the same history
    Audit(bench::AuditOptions),
    /// How fast a log is masked, beside an automaton over as many patterns
    Redact(bench::RedactOptions),
    /// How long reading one chart of a large repository index takes, and how much memory
    Index(bench::IndexOptions),
    /// How long `bump check` takes where none of ten sources has changed
    Check(bench::CheckOptions),
}

/// Builds what is measured, brings the sandbox up, and measures.
pub(crate) fn bench(subject: Subject) -> Result<()> {
    let options = match subject {
        Subject::Rollout(options) => options,
        Subject::Secrets(options) => return secrets(&options),
        Subject::Index(options) => return bench::index(&options),
        Subject::Check(options) => return runtime()?.block_on(bench::check(&options)),
        Subject::Redact(options) => return bench::redact(&options),
        Subject::Audit(options) => return bench::audit(&options, &deploy(options.deploy.as_ref())?),
    };
    let deploy = deploy(options.deploy.as_ref())?;
    let state = super::sandbox::up(Want::everything())?;
    runtime()?.block_on(bench::rollout(&options, &state, deploy))
}

/// The `deploy` that is named, or one that is built now.
fn deploy(named: Option<&Utf8PathBuf>) -> Result<Utf8PathBuf> {
    if let Some(program) = named {
        return Ok(program.clone());
    }
    let mut cargo = workspace::cargo();
    run::run(cargo.args(["build", "--release", "--package", "deploy", "--bin", "deploy"]))?;
    Ok(workspace::target().join("release/deploy"))
}

fn secrets(options: &bench::SecretsOptions) -> Result<()> {
    let built = |given: &Option<camino::Utf8PathBuf>, words: &[&str], file: &str| match given {
        Some(program) => Ok(program.clone()),
        None => {
            run::run(workspace::cargo().args(["build", "--release"]).args(words))?;
            Ok::<_, anyhow::Error>(workspace::target().join("release").join(file))
        }
    };
    peers::install()?;
    let deploy = built(&options.deploy, &["--package", "deploy", "--bin", "deploy"], "deploy")?;
    let open = built(&options.open, &["--package", "secret-vault", "--example", "open"], "examples/open")?;
    bench::secrets(options, &deploy, &open)
}
