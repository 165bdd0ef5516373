//! Where private keys come from.

use std::io::IsTerminal as _;

use camino::Utf8PathBuf;
use secrecy::{ExposeSecret as _, SecretString};
use secret_vault::age::{Error, Identities};

use crate::trouble::{Refusal, Trouble};
use crate::world::World;

/// Which private keys to open age files with.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct IdentityArgs {
    /// A private key: a file of age, or of OpenSSH; else AGE_IDENTITY holds the key itself, else ~/.ssh/id_ed25519
    #[arg(long, value_name = "FILE")]
    pub(crate) identity: Vec<Utf8PathBuf>,
}

/// The keys that are named, else the one in the environment, else those at their usual places.
pub(crate) fn gather(args: &IdentityArgs, world: &World) -> Result<Identities, Refusal> {
    let mut found = Identities::default();
    if let (true, Some(text)) = (args.identity.is_empty(), &world.identity) {
        return parse("AGE_IDENTITY", text.expose_secret().as_bytes());
    }
    let usual = |name: &str| world.home.as_ref().map(|home| home.join(name)).filter(|file| file.is_file());
    let files = match args.identity.is_empty() {
        false => args.identity.clone(),
        true => [".config/age/keys.txt", ".ssh/id_ed25519"].into_iter().filter_map(usual).collect(),
    };
    for path in files {
        let bytes =
            std::fs::read(&path).map_err(|source| Trouble::Unreadable { path: path.clone(), source })?;
        found.extend(parse(path.as_str(), &bytes)?);
    }
    match found.is_empty() {
        true => Err(Refusal::usage([&Error::NoIdentity as &dyn problem::Diagnose])),
        false => Ok(found),
    }
}

fn parse(origin: &str, bytes: &[u8]) -> Result<Identities, Refusal> {
    Identities::parse(origin, bytes, &mut ask)
        .map_err(|error| Refusal::usage([&error as &dyn problem::Diagnose]))
}

/// Asks at the terminal, where there is one.
fn ask(origin: &str) -> Option<SecretString> {
    if !std::io::stderr().is_terminal() {
        return None;
    }
    rpassword::prompt_password(format!("passphrase of {origin}: ")).ok().map(Into::into)
}
