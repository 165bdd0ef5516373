//! Tasks of this repository for local use: a sandbox, a trial deployment, tests, checks.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a task talks to whoever runs it")]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests stop at the first surprise"))]

mod bench;
mod boot_words;
mod cli;
mod fuzz;
mod layering;
mod peers;
mod run;
mod skips;
mod tasks;
mod workspace;

fn main() -> std::process::ExitCode {
    cli::main()
}
