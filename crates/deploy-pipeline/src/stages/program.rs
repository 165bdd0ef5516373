//! Run: a program of the repository, with its member's cluster at hand; what it says is told, and masked.

use std::collections::VecDeque;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;
use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};
use child::{Exit, Memfile, Program, Running};
use cluster_login::Kubeconfig;
use deploy_events::{Kind, Stage};
use federation::{Action, OnFailure, Run, Step};
use names::StepName;
use problem::{Diagnose, ProblemRecord};
use secrecy::ExposeSecret as _;

use crate::run::Voice;
use crate::site::Site;
use crate::stages::login;
use crate::{Error, Stop, Why};

/// How long a program may take to end after it was asked to.
const GRACE: Duration = Duration::from_secs(10);

/// So many of its last lines are told where it fails.
const LAST: usize = 20;

/// Refuses, before anything is written, programs that could not be started later.
pub(crate) fn check(site: &Site) -> Result<(), Stop> {
    for step in &site.member.steps {
        let Action::Run(run) = &step.action else { continue };
        program(site, step, run).map_err(|stop| Stop { why: Why::Configuration, ..stop })?;
    }
    Ok(())
}

/// Runs the program of a step to its end.
pub(crate) async fn run(site: &Site, step: &Step, run: &Run) -> Result<(), Stop> {
    let done =
        site.voice.stage(Stage::Run, async |voice| match execute(site, voice, step, run, Way::Forth).await {
            Ok(()) => Ok(((), format!("{} done", step.name))),
            Err(stop) if stop.why == Why::Failed && run.on_failure == OnFailure::Continue => {
                voice.warn(*stop.problem);
                Ok(((), format!("{} failed, and the run goes on", step.name)))
            }
            Err(stop) => Err(stop),
        });
    done.await
}

/// Runs it with the arguments by which it undoes its work, where it has such.
pub(crate) async fn undo(site: &Site, name: &StepName) -> Result<(), Stop> {
    let skip = |reason: String| site.voice.skip(Stage::Rollback, &reason);
    let found = site.member.steps.iter().find(|step| step.name == *name);
    let Some((step, Action::Run(run))) = found.map(|step| (step, &step.action)) else {
        skip(format!("`{name}` had begun, and is no program of the member any more"));
        return Ok(());
    };
    if run.undo.is_none() {
        skip(format!("nothing undoes what `{name}` did"));
        return Ok(());
    }
    let done = site.voice.stage(Stage::Rollback, async |voice| {
        execute(site, voice, step, run, Way::Back).await?;
        Ok(((), format!("{name} undone")))
    });
    done.await
}

/// Whether a program does its work, or undoes it.
#[derive(Clone, Copy)]
enum Way {
    Forth,
    Back,
}

async fn execute(site: &Site, voice: &Voice, step: &Step, run: &Run, way: Way) -> Result<(), Stop> {
    let (args, what) = match way {
        Way::Forth => (run.args.as_slice(), "failed"),
        Way::Back => (run.undo.as_deref().unwrap_or_default(), "could not be undone"),
    };
    let program = program(site, step, run)?.args(args.iter().map(String::as_str));
    let mut running = program.spawn().map_err(|error| Stop::failed(&error))?;
    let mut last = VecDeque::new();
    let mut tell = |line: String| {
        voice.say(Kind::Said { step: step.name.clone(), line: line.clone() });
        last.push_back(line);
        if last.len() > LAST {
            last.pop_front();
        }
    };
    let ended = tokio::select! {
        biased;
        exit = to_end(&mut running, &mut tell) => exit.map(Ended::Alone),
        stop = voice.ends() => end(&mut running, &mut tell).await.map(|()| Ended::Stopped(stop)),
        () = tokio::time::sleep(run.timeout) => end(&mut running, &mut tell).await.map(|()| Ended::Late),
    };
    let how = match ended.map_err(|error| Stop::failed(&error))? {
        Ended::Alone(exit) if exit.success() => return Ok(()),
        Ended::Alone(exit) => words(exit),
        Ended::Late => format!("did not end within {} s", run.timeout.as_secs_f64()),
        Ended::Stopped(stop) => return Err(stop),
    };
    let error = Error::Program { what, step: step.name.clone(), program: run.program.clone(), how };
    let mut problem = ProblemRecord::from_diagnose(&error);
    if !last.is_empty() {
        problem = problem.with_cause(format!("it said:\n{}", Vec::from(last).join("\n")));
    }
    Err(Stop::new(Why::Failed, problem))
}

/// How a program came to its end.
enum Ended {
    Alone(Exit),
    Late,
    Stopped(Stop),
}

async fn to_end(running: &mut Running, tell: &mut impl FnMut(String)) -> Result<Exit, child::Error> {
    while let Some(line) = running.next().await {
        tell(line.text);
    }
    running.wait().await
}

/// Ends it and all that it started.
async fn end(running: &mut Running, tell: &mut impl FnMut(String)) -> Result<(), child::Error> {
    running.stop(GRACE).await?;
    while let Some(line) = running.next().await {
        tell(line.text);
    }
    Ok(())
}

fn words(exit: Exit) -> String {
    match (exit.code, exit.signal) {
        (Some(code), _) => format!("ended with exit code {code}"),
        (None, Some(signal)) => format!("was ended by signal {signal}"),
        (None, None) => "ended in an unknown way".to_owned(),
    }
}

/// The program with everything but its arguments: from memory where it is sealed, in the folder of the federation.
fn program(site: &Site, step: &Step, run: &Run) -> Result<Program, Stop> {
    let failed = |error: &dyn Diagnose| Stop::failed(error);
    let request = &site.voice.run.request;
    let folder = request.opener.here.join(request.federation.folder());
    let path = folder.join(&run.program);
    let mut program = match site.secrets.get(&run.program) {
        Some(opened) => Program::script(&path, opened.expose()).map_err(|error| failed(&error))?,
        None => executable(step, path).map_err(|error| failed(&error))?,
    };
    for (name, value) in &request.environment {
        program = program.env(name, value);
    }
    program = program
        .env("DEPLOY_MEMBER", site.member.name.as_str())
        .env("DEPLOY_NAMESPACE", site.member.namespace.as_str())
        .env("DEPLOY_RUN", site.voice.run.tools.recorder.run().as_str());
    let (kubeconfig, context) = login::kubeconfig(&site.voice, &site.member, &site.secrets)?;
    let handed = hand(program, &request.opener.here, &kubeconfig, context.as_deref())
        .map_err(|error| failed(&error))?;
    Ok(handed.cwd(folder))
}

fn executable(step: &Step, path: Utf8PathBuf) -> Result<Program, Error> {
    let unreadable = |source| Error::File { path: path.clone(), source };
    let mode = path.metadata().map_err(unreadable)?.permissions().mode();
    if mode & 0o111 == 0 {
        return Err(Error::NotExecutable { step: step.name.clone(), program: path });
    }
    Ok(Program::new(path))
}

/// The member's cluster: a kubeconfig that was opened goes over in memory.
fn hand(
    program: Program,
    here: &Utf8Path,
    kubeconfig: &Kubeconfig,
    context: Option<&str>,
) -> Result<Program, child::Error> {
    let mut program = program;
    let mut paths = Vec::new();
    if let Some(context) = context {
        // The first kubeconfig of several that names a context wins.
        let quoted = serde_json::Value::from(context);
        let text = format!("{{apiVersion: v1, kind: Config, current-context: {quoted}}}\n");
        let file = Arc::new(Memfile::new("context", text.as_bytes())?);
        paths.push(file.path().into_string());
        program = program.hand(file);
    }
    match kubeconfig {
        Kubeconfig::File(path) => paths.push(here.join(path).into_string()),
        Kubeconfig::Memory { name, text } => {
            let file = Arc::new(Memfile::new(name.as_str(), text.expose_secret().as_bytes())?);
            paths.push(file.path().into_string());
            program = program.hand(file);
        }
    }
    Ok(program.env("KUBECONFIG", paths.join(":")))
}
