//! A skipped test says so where the test command can read it.

use std::io::Write as _;

/// Records that `test` did not run because of `reason`.
///
/// The line goes to standard error and, where `TEST_SKIPS` names a file, to its end:
/// the harness hides the output of passing tests, so the test command prints that file.
#[expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "the environment is how a test command talks to tests, and a skip must be seen"
)]
pub fn skip(test: &str, reason: &str) {
    let line = format!("SKIPPED {test}: {reason}\n");
    eprint!("{line}");
    let Ok(path) = std::env::var("TEST_SKIPS") else {
        return;
    };
    let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
    if let Ok(mut file) = file {
        // One write a line: appends of several test processes do not mix.
        let _ = file.write_all(line.as_bytes());
    }
}

/// The program `name` of another project, found on `PATH`, or a loud skip of `test`.
///
/// The test command can be told to turn the absence of a peer into a failure.
#[expect(clippy::disallowed_methods, reason = "the environment is how a test command talks to tests")]
#[must_use]
pub fn peer_or_skip(test: &str, name: &str) -> Option<camino::Utf8PathBuf> {
    let path = std::env::var("PATH").unwrap_or_default();
    let found =
        path.split(':').map(|folder| camino::Utf8Path::new(folder).join(name)).find(|file| file.is_file());
    if found.is_none() {
        skip(test, &format!("peer {name} is not installed (cargo xtask test --peers installs it)"));
    }
    found
}
