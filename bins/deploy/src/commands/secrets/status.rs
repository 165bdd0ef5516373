//! `deploy secrets status`: what is wrong with the encrypted files.

use problem::{ProblemRecord, Style};
use secret_vault::repository::{Keyring, Status, TreePath};
use serde_json::json;

use super::age::{AgeStatus, VaultArgs};
use super::clone::Clone;
use super::{failed, files, key};
use crate::args::{Common, Output};
use crate::exit;
use crate::trouble::Refusal;
use crate::world::World;

/// `deploy secrets status`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  deploy secrets status                    in a clone, locked or not
  deploy secrets status --key ~/hub.key    every file is opened in memory, too
  deploy secrets status --identity ~/.ssh/id_ed25519    the same for age files
  deploy secrets status --output json

A file that must be sealed with age, by `filter=age` or by the vault's list, has to be sealed, listed, and as it is
listed. Without a private key the list is compared, and its signature is not checked.

Exit codes: 0 nothing is wrong, 1 something is, 2 usage")]
pub(crate) struct Args {
    /// Stage files anew that were committed in plaintext, in an unlocked clone
    #[arg(short, long)]
    fix: bool,
    #[command(flatten)]
    vault: VaultArgs,
}

/// Tells the state; the exit code.
pub(crate) async fn status(args: &Args, common: &Common, world: &World) -> Result<u8, Refusal> {
    let mut clone = Clone::here(world).await?;
    let mut given = Keyring::default();
    if let Some(key) = key::given(common, world)? {
        given.add(key);
    }
    let mut survey = clone.survey().await?;
    if args.fix {
        let paths = survey.plaintext(&clone.git).await.map_err(failed)?;
        if !paths.is_empty() && !clone.own.is_empty() {
            let words = ["add", "--renormalize", "--"].into_iter().map(Into::into);
            let staged = words.chain(paths.iter().map(|path: &&TreePath| path.as_os_str().to_owned()));
            clone.git.ask(staged).await.map_err(failed)?;
            survey = clone.survey().await?;
        }
    }
    let status =
        Status::of(&clone.repository, &clone.git, &survey, &clone.own, &given).await.map_err(failed)?;
    let of_age = AgeStatus::of(&clone.repository, &survey, &args.vault, common, world).await?;
    let problems = status.problems.iter().map(|problem| ProblemRecord::from_diagnose(problem));
    let problems: Vec<_> = problems.chain(of_age.problems().iter().cloned()).collect();
    let code = if problems.is_empty() { exit::DONE } else { exit::FAILED_BEFORE };
    let keys = clone.own.iter().chain(given.iter());
    let count = status.summary;
    match common.output {
        Output::Json => {
            let keys: Vec<_> = keys
                .map(|(name, key)| json!({"name": name, "fingerprint": key.fingerprint(), "origin": key.origin()}))
                .collect();
            let files = json!({
                "tracked": survey.tracked(), "encrypted": count.encrypted, "opened": count.opened,
                "sealed": count.sealed, "changed": count.changed, "verified": count.verified,
            });
            let locked = clone.own.is_empty();
            anstream::println!(
                "{}",
                json!({
                    "v": 1, "exit": code, "locked": locked, "keys": keys, "files": files, "age": of_age.json(),
                    "problems": problems,
                })
            );
        }
        Output::Human => {
            for problem in &problems {
                anstream::println!("{}\n", problem::render(problem, Style::Coloured));
            }
            let of_age = of_age.words();
            if let Some(words) = &of_age {
                anstream::println!("{words}");
            }
            // Where every file is age's there is nothing to lock or unlock.
            if of_age.is_none() || count.encrypted > 0 || !clone.own.is_empty() {
                let state = if clone.own.is_empty() { "locked" } else { "unlocked" };
                anstream::println!(
                    "{state}: {} of {} encrypted; here {} open, {} sealed, {} changed; {} verified",
                    count.encrypted,
                    files(survey.tracked()),
                    count.opened,
                    count.sealed,
                    count.changed,
                    count.verified
                );
            }
            for (name, key) in keys {
                let name = if name.is_empty() { "default" } else { name };
                anstream::println!("key {name}: {} from {}", key.fingerprint(), key.origin());
                for notice in key.notices() {
                    anstream::println!("  {notice}");
                }
            }
            match problems.len() {
                0 => anstream::println!("nothing is wrong"),
                1 => anstream::println!("1 problem"),
                more => anstream::println!("{more} problems"),
            }
        }
    }
    Ok(code)
}
