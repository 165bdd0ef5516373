//! Builds the fuzz targets with the compiler of the project, and lets them run.
//!
//! The coverage that libFuzzer steers by is a pass of the stable compiler; no nightly one is needed.

use std::process::Command;

use anyhow::{Context as _, Result, bail};
use camino::Utf8Path;
use clap::Args;

use crate::{run, workspace};

/// What libFuzzer wants to see of the code under it.
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing";

/// An input that needs more than this is a finding.
const MEGABYTES: u32 = 512;

/// How long, and what.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// One target instead of all
    #[arg(long, value_name = "NAME")]
    target: Option<String>,
    /// For each target
    #[arg(long, default_value_t = 120)]
    seconds: u32,
}

/// A target, and the folder whose files it begins with.
struct Target {
    name: &'static str,
    seeds: &'static str,
}

const TARGETS: &[Target] = &[
    Target { name: "saved-list", seeds: "fixtures/kubelet" },
    Target { name: "timeline", seeds: "fixtures/kubelet" },
];

/// Runs the targets one after the other; the first finding ends it.
pub(crate) fn fuzz(options: &Options) -> Result<()> {
    let wanted = |target: &&Target| options.target.as_ref().is_none_or(|name| name == target.name);
    let targets: Vec<&Target> = TARGETS.iter().filter(wanted).collect();
    if targets.is_empty() {
        let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
        bail!("there is no such target; there are {}", names.join(", "));
    }
    let root = workspace::root();
    let triple = host()?;
    let built = workspace::target().join("fuzz");
    let mut cargo = workspace::cargo();
    cargo.args(["build", "--release", "--target", &triple, "--manifest-path"]);
    cargo.arg(root.join("fuzz/Cargo.toml")).env("CARGO_TARGET_DIR", &built).env("RUSTFLAGS", COVERAGE);
    run::run(&mut cargo)?;
    for target in targets {
        eprintln!("== {} for {} s", target.name, options.seconds);
        let corpus = built.join("corpus").join(target.name);
        std::fs::create_dir_all(&corpus).with_context(|| format!("cannot make {corpus}"))?;
        let program = built.join(&triple).join("release").join(target.name);
        run::run(&mut campaign(&program, &corpus, &root, target, options.seconds))?;
    }
    Ok(())
}

/// New inputs are kept in the corpus, findings beside it.
fn campaign(
    program: &Utf8Path,
    corpus: &Utf8Path,
    root: &Utf8Path,
    target: &Target,
    seconds: u32,
) -> Command {
    let mut fuzzer = Command::new(program);
    fuzzer.arg(corpus).arg(root.join(target.seeds));
    fuzzer.arg(format!("-dict={}", root.join("fuzz/kubernetes.dict")));
    fuzzer.arg(format!("-artifact_prefix={corpus}-finding-"));
    fuzzer.arg(format!("-max_total_time={seconds}"));
    fuzzer.arg(format!("-rss_limit_mb={MEGABYTES}"));
    fuzzer.args(["-max_len=65536", "-timeout=10", "-print_final_stats=1", "-verbosity=0"]);
    fuzzer
}

fn host() -> Result<String> {
    let version = run::output(Command::new("rustc").arg("-vV"))?;
    let line = version.lines().find_map(|line| line.strip_prefix("host: "));
    line.map(str::to_owned).context("rustc does not say what it builds for")
}
