//! Arguments and environment, read once and turned into a request.

use std::ffi::OsString;
use std::time::Duration;

use camino::Utf8PathBuf;
use chart_bump::{Allow, Guard, Target, repository_root};
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::error::ErrorKind;
use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};

use crate::commands::{BumpRequest, Clone, EditRequest, Request};
use crate::exit;
use crate::output::{Format, Output};

/// A chart index is a few megabytes; whoever waits longer than this has lost the server.
const HTTP_TIMEOUT: Duration = Duration::from_secs(60);

/// Git reads a whole history from a cold disk in seconds.
const GIT_TIMEOUT: Duration = Duration::from_secs(60);

const EXAMPLES: &str = "\
Examples:
  bump binderhub ba24eb2a                 the published version of this commit
  bump binderhub latest --dry-run         a diff, and nothing is written
  bump repo2docker 2026.4.1               the tag of an image in the values
  bump traefik 41.1.1 --index index.yaml  looked up in a saved index
  bump get mybinder/Chart.yaml 'dependencies[name=binderhub].version'
  bump set config/prod.yaml 'binderhub.config.\"BinderHub.tag\"' 1.2.3

Exit codes: 0 done, or nothing to do; 1 failed, nothing changed; 2 usage, or a file that is
wrong; 5 some of several files were written; 7 the target is not published, or the repository
cannot be asked; 8 refused by a guard: see `--allow`.";

#[derive(Parser)]
#[command(
    name = "bump",
    version,
    about = "Bumps one version in a deployment repository and nothing else",
    long_about = "Bumps one version in a deployment repository and nothing else.\n\n\
        NAME is what bump.yaml watches at the top of the git repository it stands in, or a \
        dependency in any Chart.yaml or requirements.yaml there, or the image `repo2docker` in \
        the values. Finds the published version that TARGET means, and replaces the bytes of \
        that scalar alone. Results go to standard output, talk to standard error.",
    after_help = EXAMPLES,
    override_usage = "bump [OPTIONS] <NAME> <TARGET>\n       bump [OPTIONS] <COMMAND>",
    subcommand_negates_reqs = true,
    disable_help_subcommand = true,
    max_term_width = 100
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    bump: BumpArgs,
    /// How results and problems are written
    #[arg(long, value_enum, default_value_t, global = true, value_name = "FORMAT")]
    output: OutputArg,
    /// When to colour
    #[arg(long, value_enum, default_value_t, global = true, value_name = "WHEN")]
    color: ColorArg,
}

impl Cli {
    /// Options of the bump before a subcommand would be read and then forgotten.
    fn without_strays(self) -> Result<Self, clap::Error> {
        let BumpArgs { name, target, index, upstream_clone, allow, allow_downgrade, dry_run } = &self.bump;
        let lifted = *allow_downgrade || !allow.is_empty();
        let sources = index.is_some() || upstream_clone.is_some();
        let stray = name.is_some() || target.is_some() || sources || lifted || *dry_run;
        if self.command.is_some() && stray {
            let message = "a command takes its own arguments, behind its name";
            return Err(Self::command().error(ErrorKind::ArgumentConflict, message));
        }
        Ok(self)
    }
}

#[derive(Args)]
struct BumpArgs {
    /// The dependency as its chart names it, or a name that bump.yaml watches
    #[arg(required = true)]
    name: Option<String>,
    /// A commit hash of 7 to 40 digits, a version, the tag of an image, or `latest`
    #[arg(required = true, value_parser = target)]
    target: Option<Target>,
    /// Read this repository index instead of asking the dependency's repository
    #[arg(long, value_name = "FILE")]
    index: Option<Utf8PathBuf>,
    /// A clone of upstream, which tells what contains what; nothing is fetched
    #[arg(long, value_name = "DIR")]
    upstream_clone: Option<Utf8PathBuf>,
    /// Go on where a guard would refuse; it is told all the same
    #[arg(long, value_name = "GUARD", value_parser = guard())]
    allow: Vec<Guard>,
    /// Go back to an older version; short for `--allow downgrade`
    #[arg(long)]
    allow_downgrade: bool,
    /// Print the change as a diff and write nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Subcommand)]
enum Command {
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
enum OutputArg {
    #[default]
    Human,
    Json,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum ColorArg {
    #[default]
    Auto,
    Always,
    Never,
}

fn target(text: &str) -> Result<Target, std::convert::Infallible> {
    text.parse()
}

/// The guards by their words.
fn guard() -> impl clap::builder::TypedValueParser<Value = Guard> {
    let words = PossibleValuesParser::new(Guard::ALL.map(Guard::name));
    // Only the words above come through.
    words.map(|word| Guard::ALL.into_iter().find(|guard| guard.name() == word).unwrap_or(Guard::Scheme))
}

/// The request of this process and where its outcome goes; or the code with which to end at once.
pub(crate) fn request() -> Result<(Request, Output), u8> {
    read(std::env::args_os())
}

fn read(args: impl IntoIterator<Item = OsString>) -> Result<(Request, Output), u8> {
    let cli = Cli::try_parse_from(args).and_then(Cli::without_strays).map_err(|error| {
        // Help and version are results; a closed pipe is the reader's choice.
        let _ = error.print();
        if error.use_stderr() { exit::USAGE } else { exit::DONE }
    })?;
    match cli.color {
        ColorArg::Auto => {}
        ColorArg::Always => anstream::ColorChoice::Always.write_global(),
        ColorArg::Never => anstream::ColorChoice::Never.write_global(),
    }
    let output = Output::new(match cli.output {
        OutputArg::Human => Format::Human,
        OutputArg::Json => Format::Json,
    });
    let request = match (cli.command, cli.bump) {
        (Some(Command::Set { file, path, value, dry_run }), _) => {
            Request::Edit(EditRequest::Set { file, path, value, dry_run })
        }
        (Some(Command::Get { file, path }), _) => Request::Edit(EditRequest::Get { file, path }),
        (Some(Command::Completions { shell }), _) => {
            clap_complete::generate(shell, &mut Cli::command(), "bump", &mut std::io::stdout());
            return Err(exit::DONE);
        }
        (
            None,
            BumpArgs {
                name: Some(name),
                target: Some(target),
                index,
                upstream_clone,
                allow,
                allow_downgrade,
                dry_run,
            },
        ) => {
            let root = repository_root(&here()?).to_owned();
            let downgrade = allow_downgrade.then_some(Guard::Downgrade);
            let allow: Allow = allow.into_iter().chain(downgrade).collect();
            let clone = upstream_clone.map(|folder| Clone { folder, git: git(), timeout: GIT_TIMEOUT });
            let timeout = HTTP_TIMEOUT;
            Request::Bump(BumpRequest { name, target, index, allow, dry_run, clone, root, timeout })
        }
        // The parser does not let this through.
        (None, _) => return Err(exit::USAGE),
    };
    Ok((request, output))
}

/// The system's git: the first on `PATH`, or where it would be; starting it tells what is missing.
fn git() -> Utf8PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = std::env::split_paths(&path).filter_map(|folder| Utf8PathBuf::from_path_buf(folder).ok());
    let mut programs = places.filter(|folder| folder.is_absolute()).map(|folder| folder.join("git"));
    programs.find(|program| program.is_file()).unwrap_or_else(|| Utf8PathBuf::from("/usr/bin/git"))
}

fn here() -> Result<Utf8PathBuf, u8> {
    let folder = std::env::current_dir().ok().and_then(|path| Utf8PathBuf::from_path_buf(path).ok());
    folder.ok_or_else(|| {
        let message = "the current folder is gone, or its name is not UTF-8\n";
        let _ = std::io::Write::write_all(&mut std::io::stderr(), message.as_bytes());
        exit::FAILED_BEFORE
    })
}
