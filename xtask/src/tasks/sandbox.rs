//! `cargo xtask sandbox`: a control plane with stand-ins, brought up, looked at, taken down.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use camino::Utf8PathBuf;
use clap::{Subcommand, ValueEnum};
use sandbox::{Config, Layout, Search, Service, State, Tool};

use crate::{boot_words, workspace};

/// The port that `fixtures/federation/federation.yaml` names.
const STAND_INS: u16 = 31080;

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Action {
    /// Bring it up; builds what is missing
    Up,
    /// End what `up` started
    Down,
    /// What runs, since when, and how much memory it takes
    Status {
        /// The form of the answer
        #[arg(long, default_value = "human")]
        output: Output,
    },
    /// The last lines of a component
    Logs {
        /// As `status` names it
        component: String,
        /// How many
        #[arg(long, default_value_t = 50)]
        lines: usize,
    },
}

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    Human,
    Json,
}

/// Which programs a sandbox must have beyond the control plane.
pub(crate) struct Want(Vec<Tool>);

impl Want {
    /// One helm: the first deployment waits for no other build.
    pub(crate) fn deployment() -> Self {
        Self(vec![Tool::Helm3])
    }

    /// Both helms and kubectl.
    pub(crate) fn everything() -> Self {
        Self(vec![Tool::Helm3, Tool::Helm4, Tool::Kubectl])
    }
}

/// Carries out an action.
pub(crate) fn sandbox(action: Action) -> Result<()> {
    match action {
        Action::Up => up(Want::everything()).map(|state| println!("{}", state.kubeconfig)),
        Action::Down => {
            let ended = runtime()?.block_on(sandbox::down(&layout()))?;
            println!("{ended} processes ended");
            Ok(())
        }
        Action::Status { output: Output::Human } => status(),
        Action::Status { output: Output::Json } => {
            let path = state_file();
            print!(
                "{}",
                std::fs::read_to_string(&path).with_context(|| format!("no sandbox is up: {path}"))?
            );
            Ok(())
        }
        Action::Logs { component, lines } => {
            sandbox::logs(&layout(), &component, lines)?.iter().for_each(|line| println!("{line}"));
            Ok(())
        }
    }
}

/// Brings the sandbox up, or finds it up.
pub(crate) fn up(want: Want) -> Result<State> {
    let folder = folder();
    let config = config(&folder, want)?;
    let mut words = boot_words::Words::default();
    let state = runtime()?.block_on(sandbox::up(&config, &mut |event| words.say(&event)));
    words.end();
    state.context("the sandbox did not come up")
}

/// The file that tests find the sandbox by.
pub(crate) fn state_file() -> Utf8PathBuf {
    layout().state()
}

pub(crate) fn runtime() -> Result<tokio::runtime::Runtime> {
    // One provider a process; a second installation could only be the same one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start a runtime")
}

fn status() -> Result<()> {
    let components = runtime()?.block_on(sandbox::status(&layout()))?;
    if components.is_empty() {
        println!("no sandbox is up; `cargo xtask sandbox up` starts one");
        return Ok(());
    }
    println!("{:<20} {:>8} {:<9} {:>8}  version", "component", "pid", "state", "memory");
    for component in components {
        let state = match (component.alive, component.healthy) {
            (true, true) => "healthy",
            (true, false) => "unhealthy",
            (false, _) => "dead",
        };
        let memory = component.resident_bytes.map_or_else(String::new, |bytes| format!("{} MB", bytes >> 20));
        let version = component.version.unwrap_or_default();
        println!("{:<20} {:>8} {state:<9} {memory:>8}  {version}", component.name, component.pid);
        component.complaint.iter().for_each(|complaint| println!("  {complaint}"));
    }
    Ok(())
}

fn config(folder: &Utf8PathBuf, want: Want) -> Result<Config> {
    let me = std::env::current_exe().context("this program has no path")?;
    let me =
        Utf8PathBuf::from_path_buf(me).map_err(|path| anyhow::anyhow!("{} is not UTF-8", path.display()))?;
    let words = |words: &[&str]| -> Vec<String> {
        std::iter::once(me.as_str()).chain(words.iter().copied()).map(str::to_owned).collect()
    };
    let layout = Layout::new(folder);
    let number = stand_ins_port()?;
    let (port, kubeconfig, log) = (number.to_string(), layout.kubeconfig(), folder.join("stand-ins.jsonl"));
    let stand_ins = [
        "internal",
        "stand-ins",
        "--port",
        &port,
        "--kubeconfig",
        kubeconfig.as_str(),
        "--log",
        log.as_str(),
    ];
    let url = format!("http://127.0.0.1:{number}/");
    Ok(Config {
        folder: folder.clone(),
        search: search()?,
        extra_tools: want.0,
        nodes: 2,
        proxy_command: words(&["internal", "proxy"]),
        services: vec![Service {
            name: "stand-ins".to_owned(),
            argv: words(&stand_ins),
            env: Vec::new(),
            ready: format!("{url}grafana/api/health"),
            url,
        }],
        patience: Duration::from_secs(60),
    })
}

/// The port that the fixture names, or any where another checkout's sandbox has that one: tests ask the state.
fn stand_ins_port() -> Result<u16> {
    match std::net::TcpListener::bind(("127.0.0.1", STAND_INS)) {
        Ok(_) => Ok(STAND_INS),
        Err(_) => Ok(sandbox::free_port()?),
    }
}

/// Fails, before anything is built, where the fixture federation would reach somebody else's stand-ins.
pub(crate) fn port_is_ours() -> Result<()> {
    let ours = format!("http://127.0.0.1:{STAND_INS}/");
    let state = std::fs::read_to_string(state_file()).ok();
    let running: Option<State> = state.and_then(|text| serde_json::from_str(&text).ok());
    let holds = |state: &State| state.services.get("stand-ins") == Some(&ours);
    if running.as_ref().is_some_and(holds) || std::net::TcpListener::bind(("127.0.0.1", STAND_INS)).is_ok() {
        return Ok(());
    }
    bail!(
        "port {STAND_INS}, which the fixture federation names, is taken by another program; where that is the sandbox \
         of another checkout, `cargo xtask sandbox down` there frees it (`ss -ltnp sport = :{STAND_INS}` names it)"
    )
}

fn search() -> Result<Search> {
    let read = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let cache = read("XDG_CACHE_HOME")
        .map(Utf8PathBuf::from)
        .or_else(|| Some(Utf8PathBuf::from(read("HOME")?).join(".cache")));
    let path = read("PATH").unwrap_or_default();
    Ok(Search {
        assets: read("KUBEBUILDER_ASSETS").map(Into::into),
        cache: cache.context("neither XDG_CACHE_HOME nor HOME is set")?.join("jupyterhub-deploy/tools"),
        path: path.split(':').filter(|folder| !folder.is_empty()).map(Into::into).collect(),
    })
}

fn folder() -> Utf8PathBuf {
    workspace::target().join("sandbox")
}

fn layout() -> Layout {
    Layout::new(folder())
}
