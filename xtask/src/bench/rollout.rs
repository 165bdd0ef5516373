//! The benchmark of waiters: many Deployments updated at once, all waiters side by side.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use camino::Utf8PathBuf;
use clap::Args;
use k8s_openapi::api::apps::v1::Deployment;
use sandbox::{AuditLog, Request, State};
use tokio::task::JoinSet;

use super::chart;
use super::completion::Completion;
use super::figures::{Figure, table};
use super::logins;
use super::scene::Scene;
use super::waiter::{Programs, Waiter};
use crate::workspace;

/// How to measure.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// How many Deployments, each with ten old `ReplicaSets`
    #[arg(long, default_value_t = 200)]
    deployments: usize,
    /// How often
    #[arg(long, default_value_t = 20)]
    runs: usize,
    /// Which waiters; those that do not write wait side by side for the same update
    #[arg(long = "waiter", value_name = "NAME", default_values = ["deploy", "kubectl", "helm3", "helm4"])]
    waiters: Vec<Waiter>,
    /// In how many of the runs those that write take part: each takes minutes
    #[arg(long, value_name = "RUNS", default_value_t = 2)]
    helm_runs: usize,
    /// A `deploy` that is there already, instead of one built now with optimisation
    #[arg(long, value_name = "PROGRAM")]
    pub(crate) deploy: Option<Utf8PathBuf>,
    /// Also show what each waiter asked in the last run
    #[arg(long)]
    show_requests: bool,
}

/// Measures, and prints a line a run and the table.
pub(crate) async fn rollout(options: &Options, state: &State, deploy: Utf8PathBuf) -> Result<()> {
    let chart = chart::write(&workspace::target().join("bench"), options.deployments)?;
    let programs = Programs::of(state, deploy, chart)?;
    let client = logins::client(&state.kubeconfig).await?;
    let namespace = format!("benchmark-{}", std::process::id());
    eprintln!("setting {} Deployments", options.deployments);
    let scene = Scene::set(client, namespace, options.deployments).await?;
    let mut figures = Vec::new();
    for number in 1..=options.runs {
        let log = AuditLog::open(&state.audit_log);
        for waiters in groups(options, number) {
            let run = run(options, &scene, &programs, &log, &waiters, number).await?;
            println!("run {number}, load {}: {}", load(), shown(&run));
            figures.extend(run);
            scene.rest().await?;
        }
    }
    scene.strike().await?;
    print!("{}", table(&figures));
    Ok(())
}

/// Those that wait beside each other for one update, then each of the others for an update of its own.
fn groups(options: &Options, number: usize) -> Vec<Vec<Waiter>> {
    let (apart, together): (Vec<Waiter>, Vec<Waiter>) = options.waiters.iter().partition(|it| it.writes());
    let apart = apart.into_iter().filter(|_| number <= options.helm_runs).map(|waiter| vec![waiter]);
    std::iter::once(together).filter(|group| !group.is_empty()).chain(apart).collect()
}

async fn run(
    options: &Options,
    scene: &Scene,
    programs: &Programs,
    log: &AuditLog,
    waiters: &[Waiter],
    number: usize,
) -> Result<Vec<Figure>> {
    let names: Vec<&str> = waiters.iter().map(|waiter| waiter.name()).collect();
    let revision = format!("{number} of {}", names.join(" and "));
    let api = scene.api::<Deployment>();
    let mark = log.mark()?;
    let version = Completion::now(&api).await?;
    let mut completion = Completion::default();
    let costs = {
        let acted = async {
            if !waiters.iter().any(|waiter| waiter.writes()) {
                scene.update(&revision).await?;
            }
            let mut waits = JoinSet::new();
            for waiter in waiters.iter().copied() {
                let (programs, namespace, revision) =
                    (programs.clone(), scene.namespace.clone(), revision.clone());
                waits.spawn_blocking(move || {
                    waiter.wait(&programs, &namespace, &revision).map(|cost| (waiter, cost))
                });
            }
            waits.join_all().await.into_iter().collect::<Result<BTreeMap<_, _>>>()
        };
        tokio::select! {
            costs = acted => costs?,
            ended = completion.follow(&api, version) => return Err(ended.err().context("the watch ended")?),
        }
    };
    let requests = log.since(mark)?;
    let ours: Vec<Request> = requests
        .into_iter()
        .filter(|it| it.namespace == scene.namespace || it.namespace.is_empty())
        .collect();
    let last = completion.last(scene.deployments, &ours)?;
    let mut figures = Vec::new();
    for (waiter, cost) in costs {
        let asked: Vec<&Request> = ours.iter().filter(|it| waiter.asked(it)).collect();
        if options.show_requests && number == options.runs {
            asked.iter().take(40).for_each(|it| println!("  {}: {} {}", waiter.name(), it.verb, it.uri));
        }
        let late_seconds = cost.ended.duration_since(last).as_secs_f64();
        figures.push(Figure { waiter, late_seconds, requests: asked.len(), cost });
    }
    Ok(figures)
}

fn shown(figures: &[Figure]) -> String {
    let one = |it: &Figure| {
        let (late, cost) = (it.late_seconds * 1000.0, it.cost);
        let verdict = if cost.success { "" } else { ", WRONG" };
        format!(
            "{} {late:.1} ms late, {} requests, {} MB, {:.2} CPU s{verdict}",
            it.waiter.name(),
            it.requests,
            cost.peak_bytes >> 20,
            cost.cpu.as_secs_f64()
        )
    };
    figures.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// How busy the machine is, over the last minute.
fn load() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').next().unwrap_or_default().to_owned()
}
