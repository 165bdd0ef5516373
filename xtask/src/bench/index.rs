//! The benchmark of readers: one chart of a large repository index, ours and PyYAML's, in turn.

use std::process::Command;

use anyhow::{Context as _, Result, bail};
use camino::Utf8PathBuf;
use clap::Args;

use crate::{run, workspace};

/// How to measure.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The index; without it `jupyterhub-index.yaml` of the folder that TEST_SAMPLES names
    #[arg(long, value_name = "FILE")]
    file: Option<Utf8PathBuf>,
    /// The chart
    #[arg(long, default_value = "binderhub")]
    chart: String,
    /// How often
    #[arg(long, default_value_t = 11)]
    runs: usize,
}

/// What a Python program does with an index: load it whole, and take the chart out of it.
const PYTHON: &str = "\
import resource, sys, yaml
loader = getattr(yaml, sys.argv[3])
with open(sys.argv[1]) as file:
    entries = yaml.load(file, Loader=loader)['entries'][sys.argv[2]]
used = resource.getrusage(resource.RUSAGE_SELF)
print(used.ru_utime + used.ru_stime, used.ru_maxrss, len(entries))
";

/// One reader in one run.
struct Figure {
    seconds: f64,
    kilobytes: f64,
    versions: usize,
}

/// Measures in turn, and prints a line a reader.
pub(crate) fn index(options: &Options) -> Result<()> {
    let file = match (&options.file, std::env::var("TEST_SAMPLES")) {
        (Some(file), _) => file.clone(),
        (None, Ok(samples)) => Utf8PathBuf::from(samples).join("jupyterhub-index.yaml"),
        (None, Err(_)) => bail!("name an index with --file"),
    };
    let mut cargo = workspace::cargo();
    run::run(cargo.args(["build", "--release", "--package", "chart-bump", "--example", "read_index"]))?;
    let ours = workspace::target().join("release/examples/read_index");
    let chart = options.chart.as_str();
    let readers: [(&str, &dyn Fn() -> Command); 2] = [
        ("chart-bump", &|| command(ours.as_str(), &[file.as_str(), chart])),
        ("PyYAML, C loader", &|| command("python3", &["-c", PYTHON, file.as_str(), chart, "CSafeLoader"])),
    ];
    let mut figures: Vec<Vec<Figure>> = readers.iter().map(|_| Vec::new()).collect();
    for _ in 0..options.runs {
        for ((name, reader), figures) in readers.iter().zip(&mut figures) {
            let said = run::output(&mut reader());
            figures.push(figure(&said.with_context(|| format!("{name} does not run"))?)?);
        }
    }
    let counts: Vec<usize> = figures.iter().flatten().map(|figure| figure.versions).collect();
    if counts.iter().any(|count| counts.first() != Some(count)) {
        bail!("the readers do not agree on how many versions there are: {counts:?}");
    }
    let bytes = std::fs::metadata(&file).with_context(|| format!("cannot read {file}"))?.len();
    println!("{bytes} bytes, {} versions of {chart}, {} runs", counts.first().unwrap_or(&0), options.runs);
    println!("| reader | CPU ms: median | worst | to ours | peak memory |\n|--|--|--|--|--|");
    let base = median(figures.first().map(Vec::as_slice).unwrap_or_default());
    for ((name, _), figures) in readers.iter().zip(&figures) {
        let worst = figures.iter().map(|it| it.seconds).fold(0.0, f64::max);
        let peak = figures.iter().map(|it| it.kilobytes).fold(0.0, f64::max);
        let own = median(figures);
        println!(
            "| {name} | {:.1} | {:.1} | {:.1}x | {:.1} MB |",
            own * 1e3,
            worst * 1e3,
            own / base,
            peak / 1024.0
        );
    }
    Ok(())
}

fn command(program: &str, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(args);
    command
}

fn figure(said: &str) -> Result<Figure> {
    let mut words = said.split_whitespace();
    let mut next = || words.next().context("a figure is missing");
    Ok(Figure { seconds: next()?.parse()?, kilobytes: next()?.parse()?, versions: next()?.parse()? })
}

fn median(figures: &[Figure]) -> f64 {
    let mut seconds: Vec<f64> = figures.iter().map(|figure| figure.seconds).collect();
    seconds.sort_by(f64::total_cmp);
    seconds.get(seconds.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_reader_tells_is_read() {
        let told = figure("0.033 4900 697\n").unwrap();
        assert_eq!((told.seconds, told.kilobytes, told.versions), (0.033, 4900.0, 697));
        assert!(figure("0.033").is_err());
    }
}
