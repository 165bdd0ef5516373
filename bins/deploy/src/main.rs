//! Deploys JupyterHub and BinderHub federations: safe, easy, timely.
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, reason = "tests stop at the first surprise")
)]

mod args;
mod cli;
mod commands;
mod exit;
mod git;
mod machine;
mod surfaces;
mod trouble;
mod world;

fn main() -> std::process::ExitCode {
    cli::main()
}
