//! Where private keys come from.

use std::io::IsTerminal as _;

use secrecy::{ExposeSecret as _, SecretString};
use secret_vault::age::{Error, Identities};

use crate::args::Common;
use crate::trouble::{Refusal, Trouble};
use crate::world::World;

/// The private keys that are named, else the one in the environment, else those at their usual places.
pub(crate) fn gather(common: &Common, world: &World) -> Result<Identities, Refusal> {
    let none = || Refusal::usage([&Error::NoIdentity as &dyn problem::Diagnose]);
    at_hand(common, world)?.ok_or_else(none)
}

/// The same, where there are any.
pub(crate) fn at_hand(common: &Common, world: &World) -> Result<Option<Identities>, Refusal> {
    found(common, world, &mut ask)
}

/// The same for a command that works without: a key behind a passphrase only counts where it is named.
pub(crate) fn without_asking(common: &Common, world: &World) -> Result<Option<Identities>, Refusal> {
    match is_named(common, world) {
        true => at_hand(common, world),
        false => Ok(found(common, world, &mut |_| None).unwrap_or_default()),
    }
}

/// Whether the caller names a private key, in words or in the environment.
pub(crate) fn is_named(common: &Common, world: &World) -> bool {
    !common.identity.is_empty() || world.identity.is_some()
}

type Ask<'a> = &'a mut dyn FnMut(&str) -> Option<SecretString>;

fn found(common: &Common, world: &World, ask: Ask<'_>) -> Result<Option<Identities>, Refusal> {
    let mut parse = |origin: &str, bytes: &[u8]| {
        Identities::parse(origin, bytes, ask)
            .map_err(|error| Refusal::usage([&error as &dyn problem::Diagnose]))
    };
    if let (true, Some(text)) = (common.identity.is_empty(), &world.identity) {
        return parse("AGE_IDENTITY", text.expose_secret().as_bytes()).map(Some);
    }
    let usual = |name: &str| world.home.as_ref().map(|home| home.join(name)).filter(|file| file.is_file());
    let files = match common.identity.is_empty() {
        false => common.identity.clone(),
        true => [".config/age/keys.txt", ".ssh/id_ed25519"].into_iter().filter_map(usual).collect(),
    };
    let mut all = Identities::default();
    for path in files {
        let bytes = std::fs::read(&path).map(zeroize::Zeroizing::new);
        let bytes = bytes.map_err(|source| Trouble::Unreadable { path: path.clone(), source })?;
        all.extend(parse(path.as_str(), &bytes)?);
    }
    Ok(if all.is_empty() { None } else { Some(all) })
}

/// Asks at the terminal, where there is one.
fn ask(origin: &str) -> Option<SecretString> {
    if !std::io::stderr().is_terminal() {
        return None;
    }
    rpassword::prompt_password(format!("passphrase of {origin}: ")).ok().map(Into::into)
}
