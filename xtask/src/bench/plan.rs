//! The benchmark of plans: several members of many objects, all of them changed, behind a slow network.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use sandbox::{AuditLog, Effect, Fault, FaultProxy, State, Target};
use serde_json::Value;

use super::fleet::{Fleet, utf8};
use crate::run;

/// How to measure.
#[derive(Debug, Args)]
pub(crate) struct PlanOptions {
    /// How many members
    #[arg(long, default_value_t = 5)]
    members: usize,
    /// How many objects each has
    #[arg(long, default_value_t = 150)]
    objects: usize,
    /// How long every request waits on its way, in milliseconds
    #[arg(long, default_value_t = 50)]
    latency: u64,
    /// How often
    #[arg(long, default_value_t = 3)]
    runs: usize,
    /// A `deploy` that is there already, instead of one built now with optimisation
    #[arg(long, value_name = "PROGRAM")]
    pub(crate) deploy: Option<Utf8PathBuf>,
}

/// Measures with both majors of Helm, and prints a line a run and the medians.
pub(crate) async fn plan(options: &PlanOptions, state: &State, deploy: &Utf8Path) -> Result<()> {
    let mut rows = String::new();
    for (major, helm) in [("3", &state.helm.v3), ("4", &state.helm.v4)] {
        let folder = tempfile::tempdir()?;
        let fleet = Fleet {
            root: utf8(&folder)?.to_owned(),
            helm: helm.clone().context("the sandbox lacks this helm")?,
            kubectl: state.kubectl.clone().context("the sandbox has no kubectl")?,
            kubeconfig: state.kubeconfig.clone(),
            members: (0..options.members)
                .map(|number| format!("bench-{}-{major}-{number}", std::process::id()))
                .collect(),
        };
        fleet.write(options.objects, "before")?;
        eprintln!("helm {major}: installing {} releases of {} objects", options.members, options.objects);
        fleet.install()?;
        fleet.write(options.objects, "after")?;
        let measured = measure(options, state, &fleet, deploy).await;
        FaultProxy::of(state).reset().await?;
        fleet.strike()?;
        rows.push_str(&format!("| {major} {}", measured?));
    }
    println!(
        "| helm | members x objects | deploy plan, {} ms latency | deploy plan, no latency | helm template and kubectl \
         diff, no latency | ratio without latency |\n|--|--|--|--|--|--|\n{rows}",
        options.latency
    );
    Ok(())
}

async fn measure(options: &PlanOptions, state: &State, fleet: &Fleet, deploy: &Utf8Path) -> Result<String> {
    let before = fleet.versions()?;
    let (mut slow, mut near, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
    let mut plans = BTreeSet::new();
    for run in 1..=options.runs {
        let proxy = FaultProxy::of(state);
        let effect = Effect::Delay { ms: options.latency };
        let fault =
            proxy.inject(&Fault { effect, target: Target::default(), times: None, for_ms: None }).await?;
        let log = AuditLog::open(&state.audit_log);
        let mark = log.mark()?;
        let (plan, took) = planned(fleet, deploy, &state.proxy.kubeconfig)?;
        ensure!(!proxy.injected(fault)?.is_empty(), "no request was slowed down");
        proxy.reset().await?;
        let mine = |namespace: &String| fleet.members.contains(namespace);
        let wrote = log
            .since(mark)?
            .into_iter()
            .find(|it| it.is_write() && !it.dry_run && mine(&it.namespace) && it.user == "sandbox-admin");
        ensure!(wrote.is_none(), "the plan wrote: {wrote:?}");
        plans.insert(plan);
        slow.push(took);
        let (plan, took) = planned(fleet, deploy, &state.proxy.kubeconfig)?;
        plans.insert(plan);
        near.push(took);
        theirs.push(diff(fleet)?);
        println!(
            "run {run}: deploy plan {:.2} s, without latency {:.2} s; kubectl diff {:.2} s",
            seconds(&slow),
            seconds(&near),
            seconds(&theirs)
        );
    }
    ensure!(plans.len() == 1, "{} different plans of the same", plans.len());
    ensure!(before == fleet.versions()?, "a plan changed something");
    comes_true(fleet, plans.first().context("no plan")?)?;
    let [slow, near, theirs] = [slow, near, theirs].map(median);
    let (members, objects) = (options.members, options.objects);
    Ok(format!(
        "| {members} x {objects} | {slow:.2} s | {near:.2} s | {theirs:.2} s | 1/{:.1} |\n",
        theirs / near
    ))
}

fn planned(fleet: &Fleet, deploy: &Utf8Path, kubeconfig: &Utf8Path) -> Result<(Vec<u8>, Duration)> {
    let mut program = Command::new(deploy);
    program.args(["plan", "all", "--local", "--output", "json", "--kubeconfig", kubeconfig.as_str()]);
    let began = Instant::now();
    let output =
        fleet.at_home(program.args(["--helm", fleet.helm.as_str()])).stderr(Stdio::null()).output()?;
    let took = began.elapsed();
    ensure!(output.status.success(), "deploy plan: {}", String::from_utf8_lossy(&output.stdout));
    Ok((output.stdout, took))
}

/// What a script would do: render each member, and let kubectl ask the API server.
fn diff(fleet: &Fleet) -> Result<Duration> {
    let began = Instant::now();
    for member in &fleet.members {
        let mut helm = Command::new(&fleet.helm);
        helm.args(["template", member, "chart", "--namespace", member]);
        let manifest = fleet.root.join("rendered.yaml");
        std::fs::write(&manifest, run::output(fleet.at_home(&mut helm))?)?;
        let mut kubectl = Command::new(&fleet.kubectl);
        kubectl.args(["diff", "--server-side", "--force-conflicts", "--namespace", member]);
        let output = fleet.at_home(kubectl.args(["-f", manifest.as_str()])).output()?;
        // 1 says that there are differences.
        if output.status.code() != Some(1) {
            bail!("kubectl diff: {}", String::from_utf8_lossy(&output.stderr));
        }
    }
    Ok(began.elapsed())
}

/// Makes the change, by helm alone: what is another object afterwards must be what the plan says.
fn comes_true(fleet: &Fleet, plan: &[u8]) -> Result<()> {
    let plan: Value = serde_json::from_slice(plan)?;
    let list = |value: &Value, at: &str| value.get(at).and_then(Value::as_array).cloned().unwrap_or_default();
    let text = |value: &Value, at: &str| value.get(at).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut said: BTreeSet<[String; 3]> = BTreeSet::new();
    for member in list(&plan, "members") {
        for object in list(&member, "steps").iter().flat_map(|step| list(step, "objects")) {
            if text(&object, "change") == "changed" {
                said.insert([text(&member, "member"), text(&object, "kind"), text(&object, "name")]);
            }
        }
    }
    let before = fleet.versions()?;
    fleet.install()?;
    let after = fleet.versions()?;
    let changed: BTreeSet<_> =
        after.into_iter().filter(|(key, version)| before.get(key) != Some(version)).map(|it| it.0).collect();
    ensure!(
        changed == said,
        "{} objects changed, {} were in the plan; not in the plan: {:?}",
        changed.len(),
        said.len(),
        changed.difference(&said).next()
    );
    println!("{} objects changed, all of them in the plan and none other", changed.len());
    Ok(())
}

fn seconds(times: &[Duration]) -> f64 {
    times.last().map_or(f64::NAN, Duration::as_secs_f64)
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times.get(times.len() / 2).map_or(f64::NAN, Duration::as_secs_f64)
}
