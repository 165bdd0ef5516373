//! Builds the fuzz targets with the compiler of the project, and lets them run.
//!
//! The coverage that libFuzzer steers by is a pass of the stable compiler; no nightly one is needed.

use std::process::Command;

use anyhow::{Context as _, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use camino::{Utf8Path, Utf8PathBuf};
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

/// A target, what it begins with, and the words that a guess would take long to find.
struct Target {
    name: &'static str,
    seeds: Seeds,
    words: &'static str,
}

/// Where first inputs come from.
enum Seeds {
    /// The files of a folder.
    Folder(&'static str),
    /// The vectors of age's own test suite.
    AgeVectors,
}

const RECORDINGS: Seeds = Seeds::Folder("fixtures/kubelet");
const GOLDEN: Seeds = Seeds::Folder("crates/secret-vault/tests/golden");
const TARGETS: &[Target] = &[
    Target { name: "saved-list", seeds: RECORDINGS, words: "kubernetes.dict" },
    Target { name: "timeline", seeds: RECORDINGS, words: "kubernetes.dict" },
    Target { name: "git-crypt-key", seeds: GOLDEN, words: "vault.dict" },
    Target { name: "git-crypt-file", seeds: GOLDEN, words: "vault.dict" },
    Target { name: "attributes", seeds: Seeds::Folder("fuzz/seeds/attributes"), words: "vault.dict" },
    Target { name: "age-file", seeds: Seeds::AgeVectors, words: "vault.dict" },
    Target { name: "age-lists", seeds: Seeds::Folder("fuzz/seeds/age-lists"), words: "vault.dict" },
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
        let seeds = match target.seeds {
            Seeds::Folder(folder) => root.join(folder),
            Seeds::AgeVectors => age_vectors(&root, &built.join("seeds").join(target.name))?,
        };
        let program = built.join(&triple).join("release").join(target.name);
        let words = root.join("fuzz").join(target.words);
        run::run(&mut campaign(&program, [&corpus, &seeds], &words, options.seconds))?;
    }
    Ok(())
}

/// The age files of the test suite, each in a file of its own; they are kept in one script of JavaScript.
fn age_vectors(root: &Utf8Path, folder: &Utf8Path) -> Result<Utf8PathBuf> {
    let script = root.join("fixtures/cctv-age/index.js");
    let text = std::fs::read_to_string(&script).with_context(|| format!("cannot read {script}"))?;
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {folder}"))?;
    for line in text.lines() {
        let vector = line.strip_prefix("var ").and_then(|line| line.split_once("_default = __toBinary(\""));
        let Some((name, data)) = vector else { continue };
        let bytes = STANDARD.decode(data.trim_end_matches("\");")).context("a vector is no base64")?;
        // What the suite says of it ends with an empty line.
        let end = bytes.windows(2).position(|two| two == b"\n\n").context("a vector has no head")?;
        std::fs::write(folder.join(name), bytes.get(end + 2..).unwrap_or_default())?;
    }
    Ok(folder.to_owned())
}

/// New inputs are kept in the corpus, findings beside it.
fn campaign(program: &Utf8Path, [corpus, seeds]: [&Utf8Path; 2], words: &Utf8Path, seconds: u32) -> Command {
    let mut fuzzer = Command::new(program);
    fuzzer.arg(corpus).arg(seeds).arg(format!("-dict={words}"));
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
