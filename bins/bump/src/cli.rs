//! Arguments, environment and clock, read once and turned into a request.

mod args;
mod help;
mod world;

use std::ffi::OsString;

use chart_bump::{Allow, Guard};
use clap::{CommandFactory as _, Parser as _};

use self::args::{BumpArgs, Cli, ColorArg, Command, OutputArg};
use crate::commands::{
    BumpRequest, CheckRequest, EditRequest, LogRequest, Names, Request, RevertRequest, Written,
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
            Request::Check(CheckRequest { names, max_commits, max_days, world: world::world(asked)? })
        }
        Some(Command::Log { name, asked }) => Request::Log(LogRequest { name, world: world::world(asked)? }),
        Some(Command::Revert { what, branch, dry_run }) => Request::Revert(RevertRequest {
            what,
            written: branch.written(dry_run),
            world: world::world(args::AskedArgs::default())?,
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
        // The parser does not let this through.
        _ => return Err(exit::USAGE),
    };
    let downgrade = allow_downgrade.then_some(Guard::Downgrade);
    let allow: Allow = allow.into_iter().chain(downgrade).collect();
    let written = branch.written(dry_run);
    Ok(BumpRequest { names, allow, written, wait, world: world::world(asked)? })
}

impl args::BranchArgs {
    fn written(self, dry_run: bool) -> Written {
        match (self.commit, dry_run) {
            (false, dry_run) => Written::WorkTree { dry_run },
            (true, dry_run) => Written::Branch { base: self.base, dry_run },
        }
    }
}
