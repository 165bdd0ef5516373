//! Runs of Helm that need no cluster: what they print, or why they failed.

use std::sync::Arc;
use std::time::Duration;

use camino::Utf8PathBuf;
use child::{Memfile, Program};

use crate::classify::classify;
use crate::homes::Scratch;
use crate::talk::{Talk, rename_all};
use crate::{Chart, Class, Error, Failure, Helm, Left, place};

/// More than any chart renders to.
const OUTPUT: usize = 64 * 1024 * 1024;

/// One run.
#[derive(Default)]
pub(crate) struct Call<'a> {
    pub(crate) arguments: Vec<String>,
    pub(crate) files: Vec<Arc<Memfile>>,
    /// What Helm calls a file, and what its operator calls it.
    pub(crate) names: Vec<(Utf8PathBuf, Utf8PathBuf)>,
    /// For the places in Helm's words.
    pub(crate) chart: Option<&'a Chart>,
    pub(crate) timeout: Duration,
}

/// Runs Helm to its end and gives what it wrote to standard output.
///
/// # Errors
/// [`Error::Failed`] with its class, [`Error::TimedOut`], [`Error::Child`].
pub(crate) async fn run(helm: &Helm, scratch: &Scratch, call: Call<'_>) -> Result<Vec<u8>, Error> {
    let program = helm.homes().apply(Program::new(helm.path()).args(call.arguments));
    let program = helm.for_downloads(scratch.apply(program));
    let program = call.files.into_iter().fold(program, Program::hand);
    let output = program.output(call.timeout, OUTPUT).await.map_err(|error| match error {
        child::Error::Deadline { deadline, .. } => Error::TimedOut { after: deadline, left: Box::default() },
        other => Error::Child(other),
    })?;
    if output.exit.success() {
        return Ok(output.stdout);
    }
    let mut talk = Talk::default();
    let text = rename_all(String::from_utf8_lossy(&output.stderr).into_owned(), &call.names);
    text.lines().for_each(|line| talk.hear(line.to_owned()));
    let said = with_causes(talk.message(), &String::from_utf8_lossy(&output.stdout));
    let message = if said.is_empty() { format!("Helm said nothing ({})", output.exit) } else { said };
    Err(Error::Failed(Box::new(Failure {
        class: without_cluster(classify(&message, &[])),
        place: call.chart.and_then(|chart| place::in_message(&message, chart)),
        message,
        api: None,
        left: Left::default(),
        exit: output.exit.to_string(),
    })))
}

/// No cluster is asked, so whoever did not answer or did not let us in keeps charts.
fn without_cluster(class: Class) -> Class {
    match class {
        Class::Unreachable | Class::Unauthorised | Class::Forbidden | Class::Transient | Class::NotReady => {
            Class::Repository
        }
        other => other,
    }
}

/// Helm says on its standard output why a repository's index could not be loaded, and then only that it is
/// not there.
fn with_causes(message: String, stdout: &str) -> String {
    let mut lines = stdout.lines();
    let mut whole = message;
    while let Some(line) = lines.next() {
        if line.contains(UNLOADED) {
            let why = lines.next().unwrap_or_default().trim();
            whole = format!("{whole}\n{} {why}", line.trim_start_matches('.').trim_end());
        }
    }
    whole
}

const UNLOADED: &str = "Unable to get an update from";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_is_told_with_its_consequence() {
        let stdout = "Hang tight while we grab the latest from your chart repositories...\n...Unable to get an update from the \"repository-0\" chart repository (http://127.0.0.1:1/charts):\n\tconnection refused\nUpdate Complete.\n";
        let message = with_causes("no cached repository for repository-0 found".to_owned(), stdout);
        assert!(message.ends_with("(http://127.0.0.1:1/charts): connection refused"), "{message}");
        assert_eq!(without_cluster(classify(&message, &[])), Class::Repository);
        assert_eq!(with_causes("x".to_owned(), "y\n"), "x");
    }
}
