//! The words of the command line.

use camino::Utf8PathBuf;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::exit;

/// Deploys JupyterHub and BinderHub federations: plans, upgrades with Helm, waits for the rollout,
/// verifies as a user would, and puts a member back on its last verified release when something fails.
#[derive(Debug, Parser)]
#[command(
    name = "deploy",
    version,
    args_conflicts_with_subcommands = true,
    arg_required_else_help = true,
    after_long_help = exit::HELP,
    after_help = "Examples:
  deploy staging                 deploy the member (or wave) staging
  deploy plan prod               what would change; writes nothing
  deploy up all --deadline 40m   every wave in order
  deploy replay run.jsonl        show a run again from its event log"
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) up: UpArgs,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// What to do; `deploy TARGET` is short for `deploy up TARGET`.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// The whole run for members or waves
    #[command(after_help = "Examples:
  deploy up staging
  deploy up staging canary --deadline 20m
  deploy up --plan plan.json
  deploy up all --local --kubeconfig ~/.kube/config")]
    Up(UpArgs),
    /// What would change, per object and field, and whom it hits; writes nothing anywhere
    #[command(after_help = "Examples:
  deploy plan staging
  deploy plan all --out plan.json          then: deploy up --plan plan.json
  deploy plan all --exit-code --output json")]
    Plan(PlanArgs),
    /// Wait for a rollout, in any namespace of any cluster, and say why it fails
    #[command(after_help = "Examples:
  deploy wait -n hub                       every workload of the namespace
  deploy wait -n hub --release jupyterhub  what Helm installed, custom resources included
  deploy wait -n hub --selector app=binder --timeout 5m --output json

Exit codes: 0 ready, 1 failed, 2 usage, 7 cannot be observed, 70 not ready in time, 130 interrupted")]
    Wait(WaitArgs),
    /// Say what is wrong in objects that kubectl saved
    #[command(after_help = "Examples:
  kubectl -n hub get deploy,rs,sts,ds,jobs,pods,pvc,svc,events -o json > hub.json
  deploy diagnose --from hub.json
  deploy diagnose --from hub.json --at 2026-11-21T06:00:00Z --output json

Exit codes: 0 nothing has failed, 1 failed, 2 usage")]
    Diagnose(DiagnoseArgs),
    /// Show a run again from its event log
    #[command(after_help = "Examples:
  deploy replay run.jsonl
  deploy replay run.jsonl --output json")]
    Replay {
        /// The event log: JSON lines, as `--events FILE` writes them
        file: Utf8PathBuf,
    },
    /// Run one program with a member's kubeconfig, opened in memory where it is sealed
    Exec(crate::commands::exec::Args),
    /// Open, check, lock and unlock the encrypted files of any git repository
    #[command(after_help = "Examples:
  deploy secrets cat secrets/hub.yaml
  deploy secrets status
  deploy secrets unlock --key ~/mybinder.key")]
    Secrets {
        #[command(subcommand)]
        command: crate::commands::secrets::Secrets,
    },
    /// Print a completion script for a shell
    #[command(after_help = "Example:
  deploy completions bash > /etc/bash_completion.d/deploy")]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// The reference page of all problems
    #[command(hide = true)]
    Problems,
    /// The JSON schema of a plan
    #[command(hide = true)]
    PlanSchema,
}

#[derive(Debug, Args)]
pub(crate) struct UpArgs {
    /// Members or waves, or `all`
    #[arg(value_name = "TARGET")]
    pub(crate) targets: Vec<String>,
    /// Settle and end when the run takes longer: 90s, 10m, 1h
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(crate) deadline: Option<std::time::Duration>,
    /// Show the plan and stop before anything is written
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Go on although the release was never verified and its checks fail now
    #[arg(long)]
    pub(crate) accept_unverified: bool,
    /// Do what this saved plan says, for all of its members unless targets are named; where the cluster
    /// or the files have changed since, refuse before anything is written
    #[arg(long, value_name = "FILE")]
    pub(crate) plan: Option<Utf8PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    /// Members or waves, or `all`
    #[arg(value_name = "TARGET", required = true)]
    pub(crate) targets: Vec<String>,
    /// Save the plan here, for `deploy up --plan FILE`
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<Utf8PathBuf>,
    /// End with 6 where something would change
    #[arg(long)]
    pub(crate) exit_code: bool,
}

#[derive(Debug, Args)]
pub(crate) struct WaitArgs {
    /// The namespace
    #[arg(short, long, value_name = "NAME")]
    pub(crate) namespace: names::Namespace,
    /// Only the objects of this Helm release, by its newest revision
    #[arg(long, value_name = "NAME", conflicts_with = "selector")]
    pub(crate) release: Option<names::ReleaseName>,
    /// Only workloads with these labels: app=hub,tier!=test
    #[arg(long, value_name = "LABELS")]
    pub(crate) selector: Option<String>,
    /// Give up after: 90s, 10m, 1h
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "10m")]
    pub(crate) timeout: std::time::Duration,
    /// How long a pod must stay ready where no probe vouches for it; 0s believes at once
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "3s")]
    pub(crate) settle: std::time::Duration,
}

#[derive(Debug, Args)]
pub(crate) struct DiagnoseArgs {
    /// A List as `kubectl get ... -o json` prints it; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) from: Utf8PathBuf,
    /// The moment to judge, 2026-11-21T06:00:00Z; the newest time in the list unless given
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<jiff::Timestamp>,
}

#[derive(Debug, Args)]
pub(crate) struct Common {
    /// The federation file; looked for upwards from here unless given
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) federation: Option<Utf8PathBuf>,
    /// The kubeconfig of members that name none
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) kubeconfig: Option<Utf8PathBuf>,
    /// The context in it
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) context: Option<String>,
    /// From a laptop: KUBECONFIG for members that name no kubeconfig, and uncommitted changes are deployed
    #[arg(long, global = true)]
    pub(crate) local: bool,
    /// The git-crypt key, which may itself be sealed with age; else GIT_CRYPT_KEY holds it in base64
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) key: Option<Utf8PathBuf>,
    /// A private key that opens age files, of age or of OpenSSH; else AGE_IDENTITY holds the key itself, else
    /// ~/.config/age/keys.txt and ~/.ssh/id_ed25519
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) identity: Vec<Utf8PathBuf>,
    /// The helm to drive, 3.19+ or 4.x; the one on PATH unless given
    #[arg(long, global = true, value_name = "FILE", env = "DEPLOY_HELM")]
    pub(crate) helm: Option<Utf8PathBuf>,
    /// What standard output says at the end
    #[arg(long, global = true, value_name = "FORM", default_value = "human")]
    pub(crate) output: Output,
    /// What standard error says meanwhile
    #[arg(long, global = true, value_name = "FORM", default_value = "auto")]
    pub(crate) progress: Progress,
    /// Also write the event log here; `-` is standard output
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) events: Option<Utf8PathBuf>,
    /// Say nothing meanwhile
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Colour,
}

/// The form of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    Human,
    Json,
}

/// The form of progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Progress {
    /// A terminal where there is one, else plain lines
    Auto,
    Tty,
    Plain,
    Json,
    None,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    Auto,
    Always,
    Never,
}

fn duration(text: &str) -> Result<std::time::Duration, String> {
    let span: jiff::SignedDuration =
        text.parse().map_err(|_| format!("`{text}` is no time like 90s, 10m or 1h"))?;
    std::time::Duration::try_from(span).map_err(|_| "a deadline lies in the future".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_words_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_bare_target_means_up() {
        let cli = Cli::try_parse_from(["deploy", "staging", "--local", "--deadline", "90s"]).unwrap();
        assert!(cli.command.is_none());
        assert_eq!(cli.up.targets, ["staging"]);
        assert_eq!(cli.up.deadline, Some(std::time::Duration::from_secs(90)));
        assert!(cli.common.local);
    }
}
