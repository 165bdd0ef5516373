//! `cargo xtask bench`: ours and its peers, measured in one run.

use anyhow::{Context as _, Result};
use camino::Utf8PathBuf;
use clap::Subcommand;

use super::sandbox::{Want, runtime};
use crate::{bench, peers, run, workspace};

/// What to measure.
#[derive(Debug, Subcommand)]
pub(crate) enum Subject {
    /// How late waiters see that many Deployments are ready, and what they ask and take for it
    Rollout(bench::Options),
    /// How long it takes to read a release's history, by us and by spawning each Helm
    History(bench::HistoryOptions),
    /// How long a plan and an upgrade of many objects take on a slow network
    Relay(bench::RelayOptions),
    /// How long a plan of several members takes behind a slow network, and whether it comes true
    Plan(bench::PlanOptions),
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
        Subject::History(options) => {
            let example = example("helm-driver", "history")?;
            return bench::history(&options, &super::sandbox::up(Want::everything())?, &example);
        }
        Subject::Relay(options) => {
            let example = example("helm-driver", "relay")?;
            let state = super::sandbox::up(Want::everything())?;
            return runtime()?.block_on(bench::relay(&options, &state, &example));
        }
        Subject::Plan(options) => {
            let deploy = deploy(options.deploy.as_ref())?;
            let state = super::sandbox::up(Want::everything())?;
            return runtime()?.block_on(bench::plan(&options, &state, &deploy));
        }
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

/// The `deploy` that is named, or one that is built now, as it is shipped.
fn deploy(named: Option<&Utf8PathBuf>) -> Result<Utf8PathBuf> {
    if let Some(program) = named {
        // Who measures stands in another folder.
        return program.canonicalize_utf8().with_context(|| format!("there is no {program}"));
    }
    let mut cargo = workspace::cargo();
    run::run(cargo.args(["build", "--profile", "dist", "--package", "deploy", "--bin", "deploy"]))?;
    Ok(workspace::target().join("dist/deploy"))
}

/// An example of a package, built with optimisation.
fn example(package: &str, name: &str) -> Result<Utf8PathBuf> {
    run::run(workspace::cargo().args(["build", "--release", "--package", package, "--example", name]))?;
    Ok(workspace::target().join("release/examples").join(name))
}

fn secrets(options: &bench::SecretsOptions) -> Result<()> {
    peers::install()?;
    let deploy = deploy(options.deploy.as_ref())?;
    let open = options.open.clone().map_or_else(|| example("secret-vault", "open"), Ok)?;
    bench::secrets(options, &deploy, &open)
}
