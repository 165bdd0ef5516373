//! The benchmark of readers: a release's history, read by us and by spawning each Helm.

use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result};
use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use sandbox::State;

use super::measure::measure;
use crate::{run, workspace};

/// How to measure.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// How many revisions the history has; Helm keeps ten unless told otherwise
    #[arg(long, default_value_t = 10)]
    revisions: usize,
    /// How often each reader reads
    #[arg(long, default_value_t = 20)]
    runs: usize,
}

/// The sizes of the charts whose histories are read: bytes of incompressible files in it.
const CHARTS: [(&str, usize); 2] = [("small", 0), ("large", 30_000)];

/// Measures, and prints a table.
pub(crate) fn history(options: &Options, state: &State, example: &Utf8Path) -> Result<()> {
    let helms = [("helm 3", &state.helm.v3), ("helm 4", &state.helm.v4)];
    let mut found = Vec::new();
    for (name, path) in helms {
        found.push((name, path.clone().with_context(|| format!("the sandbox has no {name}"))?));
    }
    let first = found.first().map(|(_, helm)| helm.clone()).context("there is no helm")?;
    let namespace = format!("benchmark-{}", std::process::id());
    let folder = workspace::target().join("bench/history");
    println!("| history | reader | milliseconds: median | worst | to us |\n|--|--|--|--|--|");
    for (name, bytes) in CHARTS {
        let chart = chart(&folder, name, bytes)?;
        for revision in 0..options.revisions {
            let mut upgrade = helm(&first, state, &namespace);
            upgrade.args(["upgrade", "--install", "--create-namespace", "--history-max", "0", name]);
            upgrade.args([chart.as_str(), "--set", &format!("revision={revision}")]);
            run::run(upgrade.stdout(Stdio::null()))?;
        }
        let (ours, bare) = ours(options, state, &namespace, name, &first, example)?;
        let title = format!("{} revisions of a {name} chart", options.revisions);
        print(&title, "deploy, in its process", &ours, ours.median);
        print(&title, "of that the API server's list, unread", &bare, ours.median);
        for (reader, path) in &found {
            let mut times = Vec::new();
            for _ in 0..options.runs {
                let mut history = helm(path, state, &namespace);
                history.args(["history", name, "--output", "json", "--max", "1000"]).stdout(Stdio::null());
                let start = std::time::Instant::now();
                let cost = measure(&mut history)?;
                anyhow::ensure!(cost.success, "{reader} failed");
                times.push(start.elapsed());
            }
            print(&title, reader, &Times::of(times)?, ours.median);
        }
    }
    let mut delete = Command::new(state.kubectl.as_ref().context("the sandbox has no kubectl")?);
    delete.args([
        "--kubeconfig",
        state.kubeconfig.as_str(),
        "delete",
        "namespace",
        &namespace,
        "--wait=false",
    ]);
    run::run(delete.stdout(Stdio::null()))
}

fn ours(
    options: &Options,
    state: &State,
    namespace: &str,
    release: &str,
    helm: &Utf8Path,
    example: &Utf8Path,
) -> Result<(Times, Times)> {
    let mut program = Command::new(example);
    program.args([helm.as_str(), state.kubeconfig.as_str(), namespace, release, &options.runs.to_string()]);
    let output = program.stdout(Stdio::null()).output().context("cannot start the example")?;
    let said = String::from_utf8(output.stderr).context("the example printed no text")?;
    anyhow::ensure!(output.status.success(), "the example failed: {said}");
    let (mut read, mut bare) = (Vec::new(), Vec::new());
    for line in said.lines() {
        let (first, second) = line.split_once(' ').with_context(|| said.clone())?;
        read.push(Duration::from_micros(first.parse()?));
        bare.push(Duration::from_micros(second.parse()?));
    }
    Ok((Times::of(read)?, Times::of(bare)?))
}

fn helm(path: &Utf8Path, state: &State, namespace: &str) -> Command {
    let mut helm = Command::new(path);
    helm.args(["--kubeconfig", state.kubeconfig.as_str(), "--namespace", namespace]);
    helm.env("HELM_NO_PLUGINS", "1");
    helm
}

/// A chart with one object, and a file that does not shrink.
fn chart(folder: &Utf8Path, name: &str, bytes: usize) -> Result<Utf8PathBuf> {
    let chart = folder.join(name);
    std::fs::create_dir_all(chart.join("templates")).with_context(|| format!("cannot make {chart}"))?;
    let write =
        |file: &str, text: &str| std::fs::write(chart.join(file), text).context("cannot write the chart");
    write("Chart.yaml", &format!("apiVersion: v2\nname: {name}\nversion: 1.0.0\nappVersion: '1'\n"))?;
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\ndata: {r: '{{ .Values.revision }}'}\n";
    write("templates/map.yaml", map)?;
    // Digits of a multiplicative generator: gzip takes them to half at best, as it does with real charts.
    let mut seed = 1_u32;
    let digits = std::iter::repeat_with(|| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        format!("{seed:08x}")
    });
    write("files.txt", &digits.take(bytes / 4).collect::<String>())?;
    Ok(chart)
}

struct Times {
    median: Duration,
    worst: Duration,
}

impl Times {
    fn of(mut times: Vec<Duration>) -> Result<Self> {
        times.sort_unstable();
        let median = times.get(times.len() / 2).copied().context("nothing was measured")?;
        Ok(Self { median, worst: times.last().copied().unwrap_or(median) })
    }
}

fn print(title: &str, reader: &str, times: &Times, ours: Duration) {
    let millis = |time: Duration| time.as_secs_f64() * 1000.0;
    let ratio = times.median.as_secs_f64() / ours.as_secs_f64().max(1e-6);
    println!(
        "| {title} | {reader} | {:.2} | {:.2} | {ratio:.1} |",
        millis(times.median),
        millis(times.worst)
    );
}
