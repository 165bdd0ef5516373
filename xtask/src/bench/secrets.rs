//! Encrypted files: ours beside git-crypt, in CPU time of all processes, one after the other.

use std::fs;
use std::process::Command;

use anyhow::{Context as _, Result};
use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;

use super::repositories::{Repositories, Shape, scratch};
use super::times::{Times, cpu};

/// How to measure.
#[derive(Debug, Args)]
pub(crate) struct SecretsOptions {
    /// How often; the least of all runs counts
    #[arg(long, default_value_t = 7)]
    runs: usize,
    /// The program to measure; built in release mode unless given
    #[arg(long, value_name = "FILE")]
    pub(crate) deploy: Option<Utf8PathBuf>,
    /// The example `open` of secret-vault; built in release mode unless given
    #[arg(long, value_name = "FILE")]
    pub(crate) open: Option<Utf8PathBuf>,
}

/// Measures every operation and prints the table.
pub(crate) fn secrets(options: &SecretsOptions, deploy: &Utf8Path, open: &Utf8Path) -> Result<()> {
    let folder = scratch()?;
    let bench = Bench { runs: options.runs.max(1), repositories: Repositories::new(&folder)?, deploy, open };
    println!("| operation | ours, ms | git-crypt, ms | times faster | goal |\n|--|--|--|--|--|");
    for (name, shape, goal) in [
        ("41 files of mybinder.org's sizes, opened in memory", Shape::mybinder(), 70),
        ("1,000 files of 4 KB, opened in memory", Shape::many(1000), 300),
        ("one file of 50 MB, opened in memory", Shape::one(50_000_000), 4),
    ] {
        bench.row(name, Some(goal), &|| bench.open(&shape), &|| bench.unlock(&shape, Who::GitCrypt))?;
    }
    let many = Shape::many(1000);
    bench.both("work tree of 1,000 files unlocked", 40, &|who| bench.unlock(&many, who))?;
    bench.both("status of 1,000 files", 60, &|who| bench.status(&many, who))?;
    bench.both("git add of 100 changed files", 50, &|who| bench.add(&many, Some(who)))?;
    let floor = "the same with no filter on our side: what git itself takes";
    let git_crypt = || bench.add(&many, Some(Who::GitCrypt));
    bench.row(floor, None, &|| bench.add(&many, None), &git_crypt)?;
    fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {folder}"))
}

#[derive(Clone, Copy)]
enum Who {
    Deploy,
    GitCrypt,
}

struct Bench<'b> {
    runs: usize,
    repositories: Repositories,
    deploy: &'b Utf8Path,
    open: &'b Utf8Path,
}

impl Bench<'_> {
    /// In turns, so that a change of the machine's mood meets both.
    fn row(
        &self,
        name: &str,
        goal: Option<u32>,
        ours: &dyn Fn() -> Result<Times>,
        theirs: &dyn Fn() -> Result<Times>,
    ) -> Result<()> {
        let (mut best_ours, mut best_theirs) = (f64::INFINITY, f64::INFINITY);
        for _ in 0..self.runs {
            best_ours = best_ours.min(ours()?.milliseconds());
            best_theirs = best_theirs.min(theirs()?.milliseconds());
        }
        let ratio = best_theirs / best_ours.max(0.01);
        let goal = goal.map_or_else(String::new, |goal| format!("{goal} "));
        println!("| {name} | {best_ours:.1} | {best_theirs:.0} | {ratio:.0} | {goal}|");
        Ok(())
    }

    fn both(&self, name: &str, goal: u32, what: &dyn Fn(Who) -> Result<Times>) -> Result<()> {
        self.row(name, Some(goal), &|| what(Who::Deploy), &|| what(Who::GitCrypt))
    }

    /// Twenty times in a row: one alone is too short for the clock of the shell.
    fn open(&self, shape: &Shape) -> Result<Times> {
        let repository = self.repositories.origin(shape)?;
        let times = if shape.bytes() > 1 << 24 { 1 } else { 20 };
        let mut open = Command::new(self.open);
        open.current_dir(&repository).arg(self.repositories.key()).args(shape.files());
        Ok(cpu(&open, times)?.of_one(times))
    }

    fn run(&self, who: Who, clone: &Utf8Path, words: &[&str]) -> Result<Times> {
        let mut command = match who {
            Who::Deploy => Command::new(self.deploy),
            Who::GitCrypt => Command::new("git-crypt"),
        };
        if matches!(who, Who::Deploy) {
            command.arg("secrets");
        }
        cpu(command.current_dir(clone).args(words), 1)
    }

    fn unlocked(&self, shape: &Shape, who: Who) -> Result<(Utf8PathBuf, Times)> {
        let clone = self.repositories.clone(shape)?;
        let took = self.run(who, &clone, &["unlock", self.repositories.key().as_str()])?;
        Ok((clone, took))
    }

    fn unlock(&self, shape: &Shape, who: Who) -> Result<Times> {
        Ok(self.unlocked(shape, who)?.1)
    }

    fn status(&self, shape: &Shape, who: Who) -> Result<Times> {
        let (clone, _) = self.unlocked(shape, who)?;
        self.run(who, &clone, &["status"])
    }

    /// Without anybody, git adds the files as they are: no tool can be faster than that.
    fn add(&self, shape: &Shape, who: Option<Who>) -> Result<Times> {
        let (clone, _) = self.unlocked(shape, who.unwrap_or(Who::Deploy))?;
        if who.is_none() {
            fs::write(clone.join(".git/info/attributes"), "** -filter\n")?;
        }
        // git looks again at every file that is as young as its index. A moment later, as in life, none is.
        std::thread::sleep(std::time::Duration::from_millis(1100));
        cpu(Command::new("git").current_dir(&clone).args(["status", "--short"]), 1)?;
        let changed: Vec<&str> = shape.files().into_iter().take(100).collect();
        for file in &changed {
            fs::write(clone.join(file), format!("changed: {file}\n").repeat(100))?;
        }
        cpu(Command::new("git").current_dir(&clone).args(["add", "--"]).args(changed), 1)
    }
}
