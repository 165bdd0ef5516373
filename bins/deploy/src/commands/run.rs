//! `deploy up` and `deploy plan`: a run from its request to its last words.

use std::sync::Arc;
use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};
use cluster_login::Kubeconfig;
use deploy_events::{Kind, Outcome, Scope, Timeline, render};
use deploy_pipeline::{Interrupt, Mode, Operator, Reason, Request, Reveal, Tools, up};
use deploy_sinks::Recorder;
use federation::{Federation, Member, Wave};
use jiff::Timestamp;
use problem::Diagnose;
use secret_vault::Way;

use super::{hand, saved, secrets};
use crate::args::{Common, Output};
use crate::trouble::{Refusal, Trouble};
use crate::world::World;
use crate::{exit, git, machine, surfaces};

/// What the command line asks of a run.
pub(crate) struct Wanted {
    pub(crate) mode: Mode,
    pub(crate) targets: Vec<String>,
    pub(crate) deadline: Option<Duration>,
    pub(crate) accept_unverified: bool,
    pub(crate) pending_is_six: bool,
    /// The plan that was agreed to.
    pub(crate) saved: Option<Utf8PathBuf>,
    /// Where the plan is to be saved.
    pub(crate) out: Option<Utf8PathBuf>,
}

impl Wanted {
    /// Nothing but how far to go.
    pub(crate) const fn new(mode: Mode) -> Self {
        Self {
            mode,
            targets: Vec::new(),
            deadline: None,
            accept_unverified: false,
            pending_is_six: false,
            saved: None,
            out: None,
        }
    }
}

/// Runs it; the exit code.
pub(crate) async fn run(
    common: &Common,
    wanted: Wanted,
    world: &World,
    clock: fn() -> Timestamp,
) -> Result<u8, Refusal> {
    let federation = read(common, world)?;
    let agreed = wanted.saved.as_deref().map(saved::read).transpose()?;
    let targets = saved::targets(wanted.targets, agreed.as_ref());
    let waves = select(&federation, &targets)?;
    let operator = operator(common, world, federation.folder()).await?;
    // Before any surface draws: a private key may ask for its passphrase.
    let opener = secrets::opener(common, world, &federation).await?;
    let recorder = Recorder::new(run_id(clock()), Box::new(clock));
    let runs = match wanted.mode {
        Mode::Deploy => world.state_folder().join("runs"),
        // A plan leaves nothing behind but in the cache.
        Mode::Plan => world.cache_folder().join("plans"),
    };
    let state = folder(runs.join(recorder.run().as_str()))?;
    let log = state.join("events.jsonl");
    surfaces::attach(&recorder, common, &log)?;
    let opens = matches!(opener.git_crypt, Way::Open(_)) || matches!(opener.age, Way::Open(_));
    if opens && machine::may_be_swapped() {
        let problem = problem::ProblemRecord::from_diagnose(&Trouble::Swappable);
        recorder.emit(&Scope::run(), Kind::Warning { problem });
    }
    let tools = Tools {
        recorder: recorder.clone(),
        reveal: world.actions.then(|| Arc::new(hand::add_mask) as Reveal),
        http: http()?,
        interrupt: Interrupt::default(),
        gone: Arc::new(machine::is_gone),
    };
    let request = Request {
        mode: wanted.mode,
        targets,
        waves,
        operator,
        opener,
        kubeconfig: kubeconfig(common, world),
        context: common.context.clone(),
        helm: common.helm.clone().or_else(|| world.program("helm")).ok_or(Trouble::NoHelm)?,
        proxies: world.proxies.clone(),
        environment: world.environment.clone(),
        scratch: folder(world.cache_folder().join("helm"))?,
        state,
        accept_unverified: wanted.accept_unverified,
        saved: agreed,
        budgets: e2e_probe::Budgets::default(),
        timings: deploy_ledger::Timings::default(),
        federation,
    };
    listen(&tools.interrupt, &recorder, wanted.deadline);
    let outcome = up(request, tools).await;
    let timeline = recorder.finish().await;
    if let Some(out) = &wanted.out {
        saved::write(out, &timeline)?;
    }
    let code = tell(&timeline, common.output);
    if common.output == Output::Human && !common.quiet {
        anstream::eprintln!("log: {log}, drawn again by `deploy replay`");
    }
    Ok(if wanted.pending_is_six && outcome == Outcome::Planned { exit::PENDING } else { code })
}

/// The last words of a run on standard output, and its exit code.
pub(crate) fn tell(timeline: &Timeline, output: Output) -> u8 {
    // A log that breaks off tells of a run that died: nothing is known to be settled.
    let code = exit::of(timeline.outcome.unwrap_or(Outcome::Unsettled));
    match output {
        Output::Human => anstream::print!("{}", render::summary(timeline, problem::Style::Coloured)),
        Output::Json => match saved::document(timeline) {
            Some(plan) => anstream::print!("{}", String::from_utf8_lossy(&plan.to_bytes())),
            None => anstream::println!("{}", render::result(timeline, code)),
        },
    }
    code
}

/// The federation file, parsed; what this version does not act on is refused.
pub(crate) fn read(common: &Common, world: &World) -> Result<Federation, Refusal> {
    let path = world.federation(common.federation.as_ref()).ok_or(Trouble::NoFederation)?;
    let text = std::fs::read_to_string(&path)
        .map_err(|source| Trouble::Unreadable { path: path.clone(), source })?;
    let parsed = Federation::parse(&path, &text).map_err(usage)?;
    let not_yet: Vec<federation::Error> = parsed.not_yet().iter().cloned().map(Into::into).collect();
    match not_yet.is_empty() {
        true => Ok(parsed),
        false => Err(Refusal::usage(not_yet.iter().map(|error| error as &dyn Diagnose))),
    }
}

fn select(federation: &Federation, targets: &[String]) -> Result<Vec<(Wave, Vec<Member>)>, Refusal> {
    if targets.is_empty() {
        let known = federation.members().iter().map(|member| member.name.to_string()).collect();
        return Err(Trouble::NoTarget { known }.into());
    }
    let selected = federation.select(targets).map_err(usage)?;
    Ok(selected
        .into_iter()
        .map(|(wave, members)| (wave.clone(), members.into_iter().cloned().collect()))
        .collect())
}

fn usage(errors: federation::Errors) -> Refusal {
    Refusal::usage(errors.iter().map(|error| error as &dyn Diagnose))
}

async fn operator(common: &Common, world: &World, folder: &Utf8Path) -> Result<Operator, Refusal> {
    let folder = if folder.as_str().is_empty() { world.here.clone() } else { folder.to_owned() };
    let head = match world.program("git") {
        Some(program) => git::head(&program, &folder, world.home.as_ref().map(|home| home.as_str())).await,
        None => None,
    };
    if !common.local && head.as_ref().is_some_and(|head| head.dirty) {
        return Err(Trouble::Dirty { folder }.into());
    }
    Ok(Operator {
        who: world.user.clone().unwrap_or_else(|| "somebody".to_owned()),
        host: machine::host(),
        process: machine::process(),
        commit: head.map(|head| if head.dirty { format!("{}-dirty", head.commit) } else { head.commit }),
    })
}

/// The caller's kubeconfig: the one that was named; on a laptop, the one that kubectl would use.
fn kubeconfig(common: &Common, world: &World) -> Option<Kubeconfig> {
    let usual = || if common.local { world.callers_kubeconfig() } else { None };
    common.kubeconfig.clone().or_else(usual).map(Kubeconfig::File)
}

fn http() -> Result<reqwest::Client, Refusal> {
    provide_tls();
    let client = e2e_probe::client_builder(reqwest::Client::builder()).build();
    Ok(client.map_err(Trouble::Http)?)
}

/// One provider a process; a second installation could only be the same one.
pub(crate) fn provide_tls() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

fn folder(path: Utf8PathBuf) -> Result<Utf8PathBuf, Refusal> {
    std::fs::create_dir_all(&path).map_err(|source| Trouble::Folder { path: path.clone(), source })?;
    Ok(path)
}

/// Sorts by time, and two runs of one second differ.
fn run_id(now: Timestamp) -> names::RunId {
    let text = format!("{}-{:05x}", now.strftime("%Y%m%d-%H%M%S"), (now.as_nanosecond() / 1000) & 0xf_ffff);
    // Digits, letters and dashes in this order always are a run id.
    text.parse().unwrap_or_else(|_| unreachable!("{text} is a run id"))
}

/// The first signal settles, the second lets go; the deadline settles.
fn listen(interrupt: &Interrupt, recorder: &Recorder, deadline: Option<Duration>) {
    use tokio::signal::unix::{SignalKind, signal};
    for kind in [SignalKind::interrupt(), SignalKind::terminate()] {
        // A process that may not listen to signals is ended by them: nothing to be done here.
        let Ok(mut signals) = signal(kind) else { continue };
        let (interrupt, recorder) = (interrupt.clone(), recorder.clone());
        tokio::spawn(async move {
            while signals.recv().await.is_some() {
                let words = match interrupt.reason() {
                    None => {
                        interrupt.stop(Reason::Signal);
                        "what was touched is put back; a second signal lets go of it"
                    }
                    Some(_) => {
                        interrupt.let_go();
                        "what is not put back yet is left for the next run"
                    }
                };
                recorder.emit(&Scope::run(), Kind::Stopping { words: words.to_owned() });
            }
        });
    }
    if let Some(deadline) = deadline {
        let interrupt = interrupt.clone();
        tokio::spawn(async move {
            tokio::time::sleep(deadline).await;
            interrupt.stop(Reason::Deadline);
        });
    }
}
