//! `deploy exec`: one program with a member's kubeconfig, handed over by descriptor.

use std::ffi::OsString;

use camino::Utf8PathBuf;
use federation::{Federation, Member};

use crate::args::Common;
use crate::commands::hand::Hand;
use crate::commands::run;
use crate::trouble::{Refusal, Trouble};
use crate::world::World;

/// `deploy exec MEMBER -- PROGRAM ARGUMENTS`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "KUBECONFIG is set for it. A sealed kubeconfig is opened in memory and handed over by descriptor: nothing is written to \
a disk. The program gets the terminal where there is one; otherwise what it says is masked.\n\n\
Examples:
  deploy exec prod -- kubectl get pods -n prod
  deploy exec staging -- helm list -n staging
  deploy exec ovh -- k9s

The exit code is the program's; 127 where there is no such program."
)]
pub(crate) struct Args {
    /// The member
    member: String,
    /// Let through what the program says as it is
    #[arg(long)]
    unmasked: bool,
    /// The program and its arguments
    #[arg(last = true, required = true, value_name = "PROGRAM")]
    words: Vec<OsString>,
}

/// Runs the program; its exit code.
pub(crate) async fn exec(args: &Args, common: &Common, world: &World) -> Result<u8, Refusal> {
    // No step is run here: what a plan can read is enough.
    let federation = run::read(common, world)?;
    let member = member(&federation, &args.member)?;
    let mut hand = Hand::of(common, world, &federation)?;
    match &member.kubeconfig {
        Some(own) => {
            let file = federation.folder().join(&own.file);
            if own.sealed {
                hand.path("KUBECONFIG", &file).await?
            } else {
                hand.set("KUBECONFIG", file.as_str())
            }
        }
        None => {
            let usual = if common.local { world.callers_kubeconfig() } else { None };
            let given: Utf8PathBuf = common.kubeconfig.clone().or(usual).ok_or(Trouble::NoKubeconfig)?;
            hand.set("KUBECONFIG", given.as_str());
        }
    }
    if let Some(context) = &common.context {
        hand.context(context)?;
    }
    hand.run(&args.words, args.unmasked).await
}

fn member<'f>(federation: &'f Federation, name: &str) -> Result<&'f Member, Trouble> {
    let found = federation.members().iter().find(|member| member.name.as_str() == name);
    found.ok_or_else(|| Trouble::NoMember {
        name: name.to_owned(),
        known: federation.members().iter().map(|member| member.name.to_string()).collect(),
    })
}
