//! The only place that reads arguments, environment, clock and home.

use std::ffi::OsString;
use std::process::ExitCode;

use camino::Utf8PathBuf;
use clap::{CommandFactory as _, Parser as _};
use deploy_pipeline::Mode;
use secret_vault::repository::Told;
use tokio::runtime::Builder;

use crate::args::{Cli, Colour, Command, Common, PlanArgs, UpArgs, WaitArgs};
use crate::commands::run::Wanted;
use crate::commands::{diagnose, exec, problems, replay, run, schema, secrets, wait};
use crate::trouble::{Refusal, Trouble};
use crate::world::World;
use crate::{exit, machine};

/// Arguments in, exit code out.
pub(crate) fn main() -> ExitCode {
    machine::shield();
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
        Some(Command::Wait(args)) => wait_alone(cli.common, args),
        Some(Command::Diagnose(args)) => diagnose::diagnose(&args, cli.common.output),
        Some(Command::Replay { file }) => replay::replay(&file, cli.common.output),
        Some(Command::Exec(args)) => block_on(exec::exec(&args, &cli.common, &world())),
        Some(Command::Secrets { command }) => secrets::secrets(&command, &cli.common, &world()),
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

/// On one thread: a large rollout wakes a waiter ten thousand times, and each time a hand-over between
/// threads would cost more than the work. In a task, since one that is not would be woken by way of the kernel.
fn wait_alone(common: Common, args: WaitArgs) -> Result<u8, Refusal> {
    let runtime = Builder::new_current_thread().enable_all().build().map_err(Trouble::Runtime)?;
    let code = runtime.block_on(async {
        let waited = tokio::spawn(async move { wait::wait(&common, &args, &world()).await });
        waited.await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
    });
    // The process ends next, and the kernel hangs up faster than we do.
    std::mem::forget(runtime);
    code
}

fn block_on(command: impl Future<Output = Result<u8, Refusal>>) -> Result<u8, Refusal> {
    let runtime = Builder::new_multi_thread().enable_all().build().map_err(Trouble::Runtime)?;
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
        identity: read("AGE_IDENTITY").map(Into::into),
        config: path("XDG_CONFIG_HOME"),
        repository: Told {
            git_dir: path("GIT_DIR"),
            work_tree: path("GIT_WORK_TREE"),
            common_dir: path("GIT_COMMON_DIR"),
        },
        environment: std::env::vars_os().filter(|(name, _)| !is_key(&name.to_string_lossy())).collect(),
        proxies: PROXIES.iter().filter_map(|name| Some(((*name).to_owned(), read(name)?))).collect(),
        travis: travis(),
        itself: std::env::current_exe().ok().and_then(|file| Utf8PathBuf::from_path_buf(file).ok()),
        actions: read("GITHUB_ACTIONS").is_some_and(|value| value == "true"),
    }
}

/// By what programs find their way out, and whom they trust there.
const PROXIES: [&str; 8] = [
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "NO_PROXY",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
];

/// Variables that no other program is to see.
fn is_key(name: &str) -> bool {
    name == "GIT_CRYPT_KEY"
        || name == "AGE_IDENTITY"
        || (name.starts_with("encrypted_") && (name.ends_with("_key") || name.ends_with("_iv")))
}

/// Travis CI names them `encrypted_0123456789ab_key` and `..._iv`.
fn travis() -> Vec<(secrecy::SecretString, secrecy::SecretString)> {
    let pair = |(name, key): (OsString, OsString)| {
        let stem = name.to_str()?.strip_prefix("encrypted_")?.strip_suffix("_key")?.to_owned();
        let iv = std::env::var(format!("encrypted_{stem}_iv")).ok()?;
        Some((key.into_string().ok()?.into(), iv.into()))
    };
    std::env::vars_os().filter_map(pair).collect()
}
