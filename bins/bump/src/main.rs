//! Bumps one version in a deployment repository and nothing else.
#![forbid(unsafe_code)]

mod cli;
mod commands;
pub mod exit;
mod http;
mod output;
mod runtime;

fn main() -> std::process::ExitCode {
    match cli::request() {
        Ok((request, output)) => output.finish(runtime::wait(commands::run(request))),
        Err(code) => code.into(),
    }
}
