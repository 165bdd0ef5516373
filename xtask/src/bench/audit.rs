//! The benchmark of the audit: a history of thousands of commits, beside git reading the same history.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;

use super::measure::measure;

/// How to measure.
#[derive(Debug, Args)]
pub(crate) struct AuditOptions {
    /// How many commits; every tenth changes a sealed file, three leave one in plaintext
    #[arg(long, default_value_t = 5000)]
    commits: usize,
    /// How often
    #[arg(long, default_value_t = 10)]
    runs: usize,
    /// A `deploy` that is there already, instead of one built now with optimisation
    #[arg(long, value_name = "PROGRAM")]
    pub(crate) deploy: Option<Utf8PathBuf>,
}

/// Measures, and prints the fastest run of each.
pub(crate) fn audit(options: &AuditOptions, deploy: &Utf8Path) -> Result<()> {
    let deploy = deploy.canonicalize_utf8().with_context(|| format!("cannot find {deploy}"))?;
    let folder = tempfile::tempdir().context("cannot make a folder")?;
    let repository = Utf8Path::from_path(folder.path()).context("a path that is no text")?;
    make(repository, options.commits)?;
    let audit = || {
        let mut command = Command::new(&deploy);
        command.args(["secrets", "audit", "--output", "json"]).current_dir(repository).stdout(Stdio::null());
        command
    };
    // All trees and every content once: what any audit must read.
    let git = || {
        let mut command = Command::new("sh");
        let read = "git rev-list --objects --all | cut -d' ' -f1 | git cat-file --batch --buffer";
        command.args(["-c", read]).current_dir(repository).stdout(Stdio::null());
        command
    };
    let found = audit().stdout(Stdio::piped()).output()?;
    let found: serde_json::Value = serde_json::from_slice(&found.stdout).context("the audit failed")?;
    let plaintext = found.get("plaintext").and_then(|found| found.as_array()).map(Vec::len);
    ensure!(plaintext == Some(3), "three contents are in plaintext, and {plaintext:?} were found");
    let (ours, theirs) = (best(options.runs, audit)?, best(options.runs, git)?);
    println!("{} commits, fastest of {} runs", options.commits, options.runs);
    println!("{:<28} {:>8}", "", "wall ms");
    println!("{:<28} {:>8}", "deploy secrets audit", ours.as_millis());
    println!("{:<28} {:>8}", "git, every content once", theirs.as_millis());
    println!("ratio {:.2}", ours.as_secs_f64() / theirs.as_secs_f64());
    Ok(())
}

fn best(runs: usize, command: impl Fn() -> Command) -> Result<Duration> {
    let mut best = Duration::MAX;
    for _ in 0..runs.max(1) {
        let began = Instant::now();
        measure(&mut command())?;
        best = best.min(began.elapsed());
    }
    Ok(best)
}

/// A repository of that many commits, in the shape of a deployment repository.
fn make(folder: &Utf8Path, commits: usize) -> Result<()> {
    let git = |words: &[&str]| -> Result<()> {
        let status = Command::new("git").args(words).current_dir(folder).status()?;
        ensure!(status.success(), "git {words:?} failed");
        Ok(())
    };
    git(&["init", "-q"])?;
    let mut import = Command::new("git")
        .args(["fast-import", "--quiet"])
        .current_dir(folder)
        .stdin(Stdio::piped())
        .spawn()
        .context("cannot start git")?;
    import.stdin.take().context("no standard input")?.write_all(stream(commits).as_bytes())?;
    ensure!(import.wait()?.success(), "git fast-import failed");
    git(&["reset", "-q", "--hard", "main"])?;
    git(&["gc", "-q"])
}

fn stream(commits: usize) -> String {
    let mut text = String::new();
    let file = |text: &mut String, path: &str, content: &str| {
        let _ = writeln!(text, "M 644 inline {path}\ndata {}\n{content}", content.len());
    };
    let sealed = |at: usize| format!("\0GITCRYPT\0{}", format!("{:032x}", at * 7919).repeat(72));
    for at in 0..commits {
        let time = 1_500_000_000 + at * 3600;
        let _ = write!(text, "commit refs/heads/main\ncommitter a <a@b> {time} +0000\ndata 1\nc\n");
        if at == 0 {
            file(&mut text, ".gitattributes", "**/secrets/** filter=git-crypt diff=git-crypt\n");
            (0..40).for_each(|one| file(&mut text, &format!("secrets/config/{one}.yaml"), &sealed(one)));
            (0..300).for_each(|one| file(&mut text, &format!("mybinder/templates/{one}/x.yaml"), "x\n"));
        }
        file(&mut text, "mybinder/values.yaml", &format!("version: {at}\n{}\n", "a: b\n".repeat(40)));
        if at % 10 == 5 {
            let plain = [1, 2, 3].map(|quarter| commits * quarter / 40 * 10 + 5).contains(&at);
            let content = if plain { format!("token: {at}\n") } else { sealed(at) };
            file(&mut text, &format!("secrets/config/{}.yaml", at % 40), &content);
        }
    }
    text
}
