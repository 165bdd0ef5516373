//! `deploy wait`: the rollout alone, for any namespace of any cluster.

use std::collections::HashMap;
use std::io::{self, IsTerminal as _};
use std::sync::Arc;
use std::time::Instant;

use cluster_login::{Cluster, Kubeconfig};
use futures::{Stream, StreamExt as _};
use helm_release::Release;
use kube::api::{Api, ApiResource, DynamicObject, ListParams};
use names::{Namespace, ObjectRef, ReleaseName};
use rollout_waiter::{Error, Judgement, Policy, Scope, Snapshot, State, Verdict};
use tokio::signal::unix::{SignalKind, signal};

use super::{run, verdicts};
use crate::args::{Common, Output, Progress, WaitArgs};
use crate::trouble::{Refusal, Trouble};
use crate::world::World;
use crate::{exit, surfaces};

/// Waits and prints the end; the exit code.
pub(crate) async fn wait(common: &Common, args: &WaitArgs, world: &World) -> Result<u8, Refusal> {
    let form = surfaces::progress(common, io::stderr().is_terminal());
    let kubeconfig = common.kubeconfig.clone().or_else(|| world.callers_kubeconfig());
    let kubeconfig = Kubeconfig::File(kubeconfig.ok_or(Trouble::NoKubeconfig)?);
    run::provide_tls();
    let cluster = Cluster::login(&kubeconfig, common.context.as_deref()).await;
    let cluster = cluster.map_err(|error| match &error {
        cluster_login::Error::Unreadable { .. } | cluster_login::Error::Unusable { .. } => {
            Refusal::usage([&error as &dyn problem::Diagnose])
        }
        _ => Refusal::unobservable(&error),
    })?;
    let client = cluster.client();
    let home = args.namespace.clone();
    let scope = match (&args.release, &args.selector) {
        (Some(release), _) => of_release(client, &home, release).await?,
        (None, Some(selector)) => Scope::selector(home, selector),
        (None, None) => Scope::namespace(home),
    };
    let policy = Policy { deadline: args.timeout, settle: args.settle, ..Policy::default() };
    let (last, interrupted) = watch(rollout_waiter::wait_alone(client.clone(), scope, policy), form).await?;
    let Some(last) = last else {
        anstream::eprintln!("interrupted before anything was seen");
        return Ok(exit::INTERRUPTED);
    };
    // A release may well be nothing but settings; a namespace or a label that fits nothing is a slip.
    if last.state == State::Ready && last.objects.is_empty() && args.release.is_none() {
        return Err(Trouble::NothingToWaitFor { namespace: args.namespace.clone() }.into());
    }
    tell(&last, interrupted, common.output);
    Ok(match last.state {
        _ if interrupted => exit::INTERRUPTED,
        State::Ready => exit::DONE,
        State::Failed => exit::FAILED_BEFORE,
        State::TimedOut | State::Waiting => exit::DEADLINE,
    })
}

/// The last snapshot, and whether a signal came before the end.
async fn watch(
    snapshots: impl Stream<Item = Result<Snapshot, Error>>,
    form: Progress,
) -> Result<(Option<Snapshot>, bool), Refusal> {
    let mut snapshots = Box::pin(snapshots);
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Trouble::Runtime)?;
    let mut end = signal(SignalKind::terminate()).map_err(Trouble::Runtime)?;
    let mut lines = Lines { form, told: HashMap::new(), last: Vec::new(), trouble: None };
    let begun = Instant::now();
    let mut last: Option<Snapshot> = None;
    let cut_off = |last: Option<Snapshot>| (last.map(|it| Snapshot { elapsed: begun.elapsed(), ..it }), true);
    loop {
        let snapshot = tokio::select! {
            snapshot = snapshots.next() => snapshot,
            _ = interrupt.recv() => return Ok(cut_off(last)),
            _ = end.recv() => return Ok(cut_off(last)),
        };
        let Some(snapshot) = snapshot else { return Ok((last, false)) };
        let snapshot = snapshot.map_err(|error| Refusal::unobservable(&error))?;
        lines.tell(&snapshot);
        if snapshot.is_final() {
            // The process ends next. To put thousands of objects away one by one would take longer
            // than the verdict did.
            std::mem::forget(snapshots);
            return Ok((Some(snapshot), false));
        }
        last = Some(snapshot);
    }
}

/// Progress on standard error: a line for each object that stands differently than before.
struct Lines {
    form: Progress,
    told: HashMap<ObjectRef, (Verdict, String)>,
    /// The judgements of the last snapshot: those that stand are the same again, mostly at the same place.
    last: Vec<Arc<Judgement>>,
    trouble: Option<String>,
}

impl Lines {
    fn tell(&mut self, snapshot: &Snapshot) {
        match self.form {
            Progress::None => return,
            Progress::Json => {
                anstream::eprintln!("{}", verdicts::json(&snapshot.report()));
                return;
            }
            Progress::Auto | Progress::Tty | Progress::Plain => {}
        }
        if snapshot.trouble != self.trouble {
            self.trouble.clone_from(&snapshot.trouble);
            if let Some(trouble) = &snapshot.trouble {
                anstream::eprintln!("the cluster cannot be observed, trying again: {trouble}");
            }
        }
        for (place, judgement) in snapshot.objects.iter().enumerate() {
            if self.last.get(place).is_some_and(|last| Arc::ptr_eq(last, judgement)) {
                continue;
            }
            let line = match &judgement.finding {
                Some(finding) => format!("{judgement}: {}", finding.evidence),
                None => judgement.to_string(),
            };
            let told = self.told.get(&judgement.object);
            if told.is_none_or(|(verdict, before)| *verdict != judgement.verdict || *before != line) {
                anstream::eprintln!("{line}");
                self.told.insert(judgement.object.clone(), (judgement.verdict, line));
            }
        }
        self.last.clone_from(&snapshot.objects);
    }
}

fn tell(last: &Snapshot, interrupted: bool, output: Output) {
    if output == Output::Json {
        anstream::println!("{}", verdicts::json(&last.report()));
        return;
    }
    let how = match last.state {
        _ if interrupted => "interrupted",
        State::Ready => "ready",
        State::Failed => "failed",
        State::TimedOut | State::Waiting => "not ready in time",
    };
    let seconds = last.elapsed.as_secs();
    let headline = format!("{how} after {seconds} s: {}", verdicts::count(&last.objects));
    anstream::print!("{}", verdicts::human(&headline, &last.objects, &last.last_words));
}

/// The objects of a release's newest revision, from Helm's own record; no helm is needed.
async fn of_release(
    client: &kube::Client,
    home: &Namespace,
    release: &ReleaseName,
) -> Result<Scope, Refusal> {
    let secret = ApiResource {
        group: String::new(),
        version: "v1".to_owned(),
        api_version: "v1".to_owned(),
        kind: "Secret".to_owned(),
        plural: "secrets".to_owned(),
    };
    let secrets: Api<DynamicObject> = Api::namespaced_with(client.clone(), home.as_str(), &secret);
    let hidden = |source| Trouble::ReleaseHidden {
        release: release.clone(),
        namespace: home.clone(),
        source: Box::new(source),
    };
    // Names alone: a release's records are megabytes.
    let all = ListParams::default().labels(&helm_release::selector(release));
    let found = secrets.list_metadata(&all).await.map_err(hidden)?;
    let newest = found
        .items
        .iter()
        .filter_map(|secret| helm_release::parse_secret_name(secret.metadata.name.as_deref()?))
        .filter(|(name, _)| name == release)
        .map(|(_, revision)| revision)
        .max();
    let Some(newest) = newest else {
        return Err(Trouble::NoRelease { release: release.clone(), namespace: home.clone() }.into());
    };
    let secret = secrets.get(&helm_release::secret_name(release, newest)).await.map_err(hidden)?;
    let secret = serde_json::to_value(secret).unwrap_or_default();
    let record = Release::decode_secret(&secret).map_err(|error| Refusal::unobservable(&error))?;
    let objects = record.objects().into_iter().map(|it| (it.api_version, it.object));
    Ok(Scope::manifest(home.clone(), objects))
}
