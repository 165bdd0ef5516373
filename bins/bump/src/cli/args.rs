//! The command line as clap reads it.

use std::time::Duration;

use camino::Utf8PathBuf;
use chart_bump::{Guard, Target};
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::error::ErrorKind;
use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};

use super::help;

#[derive(Parser)]
#[command(
    name = "bump",
    version,
    about = "Bumps one version in a deployment repository and nothing else",
    long_about = help::ABOUT,
    after_help = help::EXAMPLES,
    override_usage = "bump [OPTIONS] <NAME> <TARGET>\n       bump [OPTIONS] --all\n       bump [OPTIONS] <COMMAND>",
    subcommand_negates_reqs = true,
    disable_help_subcommand = true,
    max_term_width = 100
)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    #[command(flatten)]
    pub(super) bump: BumpArgs,
    /// How results and problems are written
    #[arg(long, value_enum, default_value_t, global = true, value_name = "FORMAT")]
    pub(super) output: OutputArg,
    /// When to colour
    #[arg(long, value_enum, default_value_t, global = true, value_name = "WHEN")]
    pub(super) color: ColorArg,
}

impl Cli {
    /// Options of the bump before a subcommand would be read and then forgotten.
    pub(super) fn without_strays(self) -> Result<Self, clap::Error> {
        let BumpArgs { name, target, all, asked, allow, allow_downgrade, branch, wait, dry_run } = &self.bump;
        let AskedArgs { index, upstream_clone, github, offline } = asked;
        let lifted = *allow_downgrade || !allow.is_empty();
        let sources = index.is_some() || upstream_clone.is_some() || *github || *offline || wait.is_some();
        let written =
            branch.commit || branch.pr || branch.base.is_some() || branch.repo.is_some() || *dry_run;
        let stray = name.is_some() || target.is_some() || *all || sources || lifted || written;
        if self.command.is_some() && stray {
            let message = "a command takes its own arguments, behind its name";
            return Err(Self::command().error(ErrorKind::ArgumentConflict, message));
        }
        Ok(self)
    }
}

#[derive(Args)]
pub(super) struct BumpArgs {
    /// The dependency as its chart names it, or a name that bump.yaml watches
    #[arg(required_unless_present = "all")]
    pub(super) name: Option<String>,
    /// A commit hash of 7 to 40 digits, a version, the tag of an image, or `latest`
    #[arg(value_parser = target)]
    pub(super) target: Option<Target>,
    /// Every name to its latest version
    #[arg(long, conflicts_with_all = ["name", "target", "wait"])]
    pub(super) all: bool,
    #[command(flatten)]
    pub(super) asked: AskedArgs,
    /// Go on where a guard would refuse; it is told all the same
    #[arg(long, value_name = "GUARD", value_parser = guard())]
    pub(super) allow: Vec<Guard>,
    /// Go back to an older version; short for `--allow downgrade`
    #[arg(long)]
    pub(super) allow_downgrade: bool,
    #[command(flatten)]
    pub(super) branch: BranchArgs,
    /// Wait until the target is published, for this long
    #[arg(long, value_name = "TIME", num_args = 0..=1, require_equals = true, default_missing_value = "30m", value_parser = duration)]
    pub(super) wait: Option<Duration>,
    /// Print the change as a diff and write nothing
    #[arg(long)]
    pub(super) dry_run: bool,
}

/// Who is asked for versions and their history.
#[derive(Args, Default)]
pub(super) struct AskedArgs {
    /// Read this repository index instead of asking Helm repositories
    #[arg(long, value_name = "FILE")]
    pub(super) index: Option<Utf8PathBuf>,
    /// A clone of upstream, or a folder of clones; they tell what contains what, and are not fetched
    #[arg(long, value_name = "DIR")]
    pub(super) upstream_clone: Option<Utf8PathBuf>,
    /// Where no clone tells it, ask GitHub what contains what, and what was merged
    #[arg(long, conflicts_with = "offline")]
    pub(super) github: bool,
    /// Ask no network: only `--index` and clones
    #[arg(long)]
    pub(super) offline: bool,
}

/// Where a change goes.
#[derive(Args)]
pub(super) struct BranchArgs {
    /// Commit on the branch bump/NAME, and leave the work tree alone
    #[arg(long)]
    pub(super) commit: bool,
    /// Commit it at GitHub, and open the pull request of NAME or edit the one that is open
    #[arg(long, conflicts_with = "commit")]
    pub(super) pr: bool,
    /// What that branch is built on, instead of what is checked out or the default branch
    #[arg(long, value_name = "BRANCH")]
    pub(super) base: Option<String>,
    /// The repository of the pull request; else `GITHUB_REPOSITORY`, else the remote `origin`
    #[arg(long, value_name = "OWNER/NAME", requires = "pr")]
    pub(super) repo: Option<String>,
}

#[derive(Subcommand)]
pub(super) enum Command {
    /// Tell what is behind, which sources are stale, and what nobody watches
    #[command(after_help = help::CHECK)]
    Check {
        /// Only these names
        names: Vec<String>,
        #[command(flatten)]
        asked: AskedArgs,
        /// So many undeployed commits of a name are no reason to fail
        #[arg(long, value_name = "N")]
        max_commits: Option<u64>,
        /// So many days that the oldest of them waits are no reason to fail
        #[arg(long, value_name = "N")]
        max_days: Option<u64>,
    },
    /// Tell what upstream merged since the version in use
    #[command(after_help = help::LOG)]
    Log {
        /// The name; without it the pages that compare BinderHub, repo2docker and JupyterHub
        name: Option<String>,
        #[command(flatten)]
        asked: AskedArgs,
    },
    /// Take a bump back: the very bytes from before it
    #[command(after_help = help::REVERT)]
    Revert {
        /// A name or a commit; without it the last bump
        what: Option<String>,
        #[command(flatten)]
        branch: BranchArgs,
        /// Print the change as a diff and write nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Tell GitHub that a deployment was rolled back: its names are blocked until the label is off
    #[command(after_help = help::ROLLED_BACK)]
    RolledBack {
        /// A name, a group, a commit, or OLD...NEW; without it the commit that is checked out
        what: Option<String>,
        /// The repository; else `GITHUB_REPOSITORY`, else the remote `origin`
        #[arg(long, value_name = "OWNER/NAME")]
        repo: Option<String>,
    },
    /// Set one value of a YAML file, and leave every other byte alone
    Set {
        /// The file
        file: Utf8PathBuf,
        /// Keys joined by dots, items by `[0]` or `[name=X]`; odd keys are JSON-quoted
        path: String,
        /// The new value; quotes are kept, and added where a reader would see no text
        #[arg(allow_hyphen_values = true)]
        value: String,
        /// Print the change as a diff and write nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Print one value of a YAML file
    Get {
        /// The file
        file: Utf8PathBuf,
        /// Keys joined by dots, items by `[0]` or `[name=X]`; odd keys are JSON-quoted
        path: String,
    },
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

#[derive(Clone, Copy, Default, ValueEnum)]
pub(super) enum OutputArg {
    #[default]
    Human,
    Json,
}

#[derive(Clone, Copy, Default, ValueEnum)]
pub(super) enum ColorArg {
    #[default]
    Auto,
    Always,
    Never,
}

fn target(text: &str) -> Result<Target, std::convert::Infallible> {
    text.parse()
}

/// `30m`, `90s`, `1h30m`.
fn duration(text: &str) -> Result<Duration, String> {
    let span: jiff::SignedDuration = text.parse().map_err(|_| "a time such as 90s, 30m or 1h".to_owned())?;
    Duration::try_from(span).map_err(|_| "a time that has not passed".to_owned())
}

/// The guards by their words.
fn guard() -> impl clap::builder::TypedValueParser<Value = Guard> {
    let words = PossibleValuesParser::new(Guard::ALL.map(Guard::name));
    // Only the words above come through.
    words.map(|word| Guard::ALL.into_iter().find(|guard| guard.name() == word).unwrap_or(Guard::Scheme))
}
