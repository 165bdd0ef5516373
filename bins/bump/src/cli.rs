//! Arguments, environment and clock, read once and turned into a request.

mod args;
mod credentials;
mod help;
mod world;

use std::ffi::OsString;

use chart_bump::{Allow, Guard};
use clap::{CommandFactory as _, Parser as _};

use self::args::{BumpArgs, Cli, ColorArg, Command, OutputArg};
use crate::commands::{
    BumpRequest, CheckRequest, EditRequest, LogRequest, Names, PullPlace, Request, RevertRequest,
    RolledBackRequest, Written,
};
use crate::exit;
use crate::output::{Format, Output};

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
    let request = match cli.command {
        Some(Command::Set { file, path, value, dry_run }) => {
            Request::Edit(EditRequest::Set { file, path, value, dry_run })
        }
        Some(Command::Get { file, path }) => Request::Edit(EditRequest::Get { file, path }),
        Some(Command::Completions { shell }) => {
            clap_complete::generate(shell, &mut Cli::command(), "bump", &mut std::io::stdout());
            return Err(exit::DONE);
        }
        Some(Command::Check { names, asked, max_commits, max_days }) => {
            let (repo, world) = (repository(), world::world(asked, false)?);
            Request::Check(CheckRequest { names, max_commits, max_days, repo, world })
        }
        Some(Command::Log { name, asked }) => {
            Request::Log(LogRequest { name, world: world::world(asked, false)? })
        }
        Some(Command::Revert { what, branch, dry_run }) => Request::Revert(RevertRequest {
            what,
            world: world::world(args::AskedArgs::default(), branch.pr)?,
            written: branch.written(dry_run)?,
        }),
        Some(Command::RolledBack { what, repo }) => Request::RolledBack(RolledBackRequest {
            what,
            repo: repo.or_else(repository),
            world: world::world(args::AskedArgs::default(), true)?,
        }),
        None => Request::Bump(bump(cli.bump)?),
    };
    Ok((request, output))
}

fn bump(args: BumpArgs) -> Result<BumpRequest, u8> {
    let BumpArgs { name, target, all, asked, allow, allow_downgrade, branch, wait, dry_run } = args;
    let names = match (all, name, target) {
        (true, ..) => Names::All,
        (false, Some(name), Some(target)) => Names::One { name, target },
        (false, Some(name), None) => {
            return Err(usage(&format!(
                "`{name}` is no command, and as a NAME it lacks its TARGET: try `bump {name} latest`, or `bump --help`"
            )));
        }
        // The parser does not let this through.
        (false, None, _) => return Err(exit::USAGE),
    };
    let downgrade = allow_downgrade.then_some(Guard::Downgrade);
    let allow: Allow = allow.into_iter().chain(downgrade).collect();
    let world = world::world(asked, branch.pr)?;
    let written = branch.written(dry_run)?;
    Ok(BumpRequest { names, allow, written, wait, world })
}

impl args::BranchArgs {
    fn written(self, dry_run: bool) -> Result<Written, u8> {
        Ok(match (self.pr, self.commit) {
            (true, _) => {
                let repo = self.repo.or_else(repository);
                Written::Pull(PullPlace { base: self.base, repo, dry_run })
            }
            (false, true) => Written::Branch { base: self.base, dry_run },
            (false, false) if self.base.is_some() => {
                return Err(usage("`--base` goes with `--commit` or `--pr`"));
            }
            (false, false) => Written::WorkTree { dry_run },
        })
    }
}

/// The repository that a workflow of GitHub runs for.
fn repository() -> Option<String> {
    std::env::var("GITHUB_REPOSITORY").ok().filter(|name| !name.is_empty())
}

/// Says what is wrong with the arguments, as the parser would.
fn usage(message: &str) -> u8 {
    let _ = Cli::command().error(clap::error::ErrorKind::ArgumentConflict, message).print();
    exit::USAGE
}
