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
