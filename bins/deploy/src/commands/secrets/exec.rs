//! `deploy secrets exec`: one program with sealed files opened in memory.

use std::ffi::OsString;

use camino::Utf8PathBuf;

use crate::args::Common;
use crate::commands::hand::Hand;
use crate::trouble::Refusal;
use crate::world::World;

/// `deploy secrets exec -- PROGRAM ARGUMENTS`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Every argument that is a sealed file, or ends in one after `=` or `@`, is replaced by a path under \
/proc/self/fd where the program, its children and nobody else read the plaintext. A sealed script runs from memory. \
Nothing is written to a disk, and no plaintext is in the arguments.\n\n\
The program gets the terminal where there is one; otherwise what it says is masked.\n\n\
Examples:
  deploy secrets exec -- helm template mybinder -f secrets/config/prod.yaml
  deploy secrets exec -- python3 secrets/ban.py prod
  deploy secrets exec -- secrets/ban.py prod
  deploy secrets exec --path KUBECONFIG=secrets/prod-kubeconfig.yaml -- kubectl get nodes
  deploy secrets exec --env secrets/grafana-api-key -- ./annotate.sh

The exit code is the program's; 127 where there is no such program."
)]
pub(crate) struct Args {
    /// The variable NAME holds the path where the program opens the sealed FILE
    #[arg(long, value_name = "NAME=FILE", value_parser = pair)]
    path: Vec<(String, Utf8PathBuf)>,
    /// Set the variables that the sealed FILE assigns: `NAME=value` lines, or the top of a YAML or JSON document
    #[arg(long, value_name = "FILE")]
    env: Vec<Utf8PathBuf>,
    /// Let through what the program says as it is
    #[arg(long)]
    unmasked: bool,
    /// The program and its arguments
    #[arg(last = true, required = true, value_name = "PROGRAM")]
    words: Vec<OsString>,
}

/// Runs the program; its exit code.
pub(crate) async fn exec(args: &Args, common: &Common, world: &World) -> Result<u8, Refusal> {
    let mut hand = Hand::new(common, world);
    for (name, file) in &args.path {
        hand.path(name, file).await?;
    }
    for file in &args.env {
        hand.variables(file).await?;
    }
    hand.run(&args.words, args.unmasked).await
}

fn pair(text: &str) -> Result<(String, Utf8PathBuf), String> {
    match text.split_once('=') {
        Some((name, file)) if !name.is_empty() && !file.is_empty() => Ok((name.to_owned(), file.into())),
        _ => Err(format!("`{text}` is not NAME=FILE")),
    }
}
