//! The tasks by name.

use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::tasks;

#[derive(Debug, Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    about = "Tasks of this repository: a sandbox, a trial deployment, tests, checks",
    after_help = "Examples:
  cargo xtask deploy staging          a real deployment on this machine, built and started as needed
  cargo xtask test                    all tests, against a sandbox of their own making
  cargo xtask sandbox status          what runs"
)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Run `deploy` against the sandbox and the fixture federation
    #[command(disable_help_flag = true)]
    Deploy(Words),
    /// Run `bump`
    #[command(disable_help_flag = true)]
    Bump(Words),
    /// A real Kubernetes control plane on this machine
    Sandbox {
        #[command(subcommand)]
        action: tasks::sandbox::Action,
    },
    /// All tests
    Test(tasks::test::Options),
    /// Measure a tool beside its peers, on the sandbox
    Bench {
        #[command(subcommand)]
        subject: tasks::bench::Subject,
    },
    /// Prove what takes longer than a test may; docs/proofs.md keeps the results
    Prove {
        #[command(subcommand)]
        proof: tasks::prove::Proof,
    },
    /// Everything that must be green before a change lands
    Ci(tasks::ci::Options),
    /// Prove that the crates depend on each other as drawn, and that no file is crowded
    Layering,
    /// Make the reference pages again; with --check, only tell whether they are up to date
    Docs {
        /// Change nothing; fail where a page is stale
        #[arg(long)]
        check: bool,
    },
    /// Processes of the sandbox, started by it
    #[command(hide = true)]
    Internal {
        #[command(subcommand)]
        service: tasks::internal::Service,
    },
}

/// What is handed on as it is.
#[derive(Debug, Args)]
struct Words {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    words: Vec<String>,
}

/// Runs the task; an error is shown with its causes.
pub(crate) fn main() -> ExitCode {
    let done = match Cli::parse().task {
        Task::Deploy(words) => tasks::deploy::deploy(&words.words),
        Task::Bump(words) => tasks::bump::bump(&words.words),
        Task::Sandbox { action } => tasks::sandbox::sandbox(action).map(|()| 0),
        Task::Test(options) => tasks::test::test(&options).map(|()| 0),
        Task::Bench { subject } => tasks::bench::bench(subject).map(|()| 0),
        Task::Prove { proof } => tasks::prove::prove(&proof).map(|()| 0),
        Task::Ci(options) => tasks::ci::ci(&options).map(|()| 0),
        Task::Layering => tasks::layering::layering().map(|()| 0),
        Task::Docs { check } => tasks::docs::docs(check).map(|()| 0),
        Task::Internal { service } => tasks::internal::internal(service).map(|()| 0),
    };
    match done {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
