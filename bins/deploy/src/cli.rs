//! The only place that reads arguments, environment, clock and home.

use std::process::ExitCode;

use camino::Utf8PathBuf;
use clap::{CommandFactory as _, Parser as _};
use deploy_pipeline::Mode;

use crate::args::{Cli, Colour, Command, Common, PlanArgs, UpArgs};
use crate::commands::run::Wanted;
use crate::commands::{diagnose, problems, replay, run, schema, wait};
use crate::exit;
use crate::trouble::{Refusal, Trouble};
use crate::world::World;

/// Arguments in, exit code out.
pub(crate) fn main() -> ExitCode {
    let cli = Cli::parse();
    match cli.common.color {
        Colour::Auto => {}
        Colour::Always => anstream::ColorChoice::Always.write_global(),
        Colour::Never => anstream::ColorChoice::Never.write_global(),
    }
    let output = cli.common.output;
    match dispatch(cli) {
        Ok(code) => ExitCode::from(code),
        Err(refusal) => {
            refusal.show(output);
            ExitCode::from(refusal.exit)
        }
    }
}

fn dispatch(cli: Cli) -> Result<u8, Refusal> {
    match cli.command {
        None => start(&cli.common, deploying(cli.up)),
        Some(Command::Up(up)) => start(&cli.common, deploying(up)),
        Some(Command::Plan(plan)) => start(&cli.common, planning(plan)),
        Some(Command::Wait(args)) => block_on(wait::wait(&cli.common, &args, &world())),
        Some(Command::Diagnose(args)) => diagnose::diagnose(&args, cli.common.output),
        Some(Command::Replay { file }) => replay::replay(&file, cli.common.output),
        Some(Command::Completions { shell }) => {
            clap_complete::generate(shell, &mut Cli::command(), "deploy", &mut std::io::stdout());
            Ok(exit::DONE)
        }
        Some(Command::PlanSchema) => {
            schema::schema();
            Ok(exit::DONE)
        }
        Some(Command::Problems) => {
            problems::problems();
            Ok(exit::DONE)
        }
    }
}

fn deploying(up: UpArgs) -> Wanted {
    let UpArgs { targets, deadline, dry_run, accept_unverified, plan } = up;
    let mode = if dry_run { Mode::Plan } else { Mode::Deploy };
    Wanted { targets, deadline, accept_unverified, saved: plan, ..Wanted::new(mode) }
}

fn planning(plan: PlanArgs) -> Wanted {
    let PlanArgs { targets, out, exit_code } = plan;
    Wanted { targets, out, pending_is_six: exit_code, ..Wanted::new(Mode::Plan) }
}

fn start(common: &Common, wanted: Wanted) -> Result<u8, Refusal> {
    block_on(run::run(common, wanted, &world(), jiff::Timestamp::now))
}

fn block_on(command: impl Future<Output = Result<u8, Refusal>>) -> Result<u8, Refusal> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Trouble::Runtime)?;
    let code = runtime.block_on(command)?;
    // A log fetch or a half-open connection must not hold up the end.
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    Ok(code)
}

fn world() -> World {
    let read = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let path = |name: &str| read(name).map(Utf8PathBuf::from);
    let here = std::env::current_dir().ok().and_then(|here| Utf8PathBuf::from_path_buf(here).ok());
    World {
        here: here.unwrap_or_else(|| Utf8PathBuf::from(".")),
        home: path("HOME"),
        path: read("PATH").unwrap_or_default(),
        kubeconfig: read("KUBECONFIG"),
        cache: path("XDG_CACHE_HOME"),
        state: path("XDG_STATE_HOME"),
        user: read("GITHUB_ACTOR").or_else(|| read("USER")).or_else(|| read("LOGNAME")),
        key: read("GIT_CRYPT_KEY").map(Into::into),
    }
}
