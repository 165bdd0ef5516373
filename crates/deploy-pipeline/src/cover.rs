//! What must not be seen in a plan: the vault's values, those they replace, and what Secrets hold.

use std::collections::BTreeSet;

use hmac::{Hmac, Mac as _};
use release_plan::{Forecast, Veil};
use secret_vault::Way;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::Stop;
use crate::run::Run;
use crate::secrets::Secrets;

/// What the subkey of the vault's key is for; another purpose has another subkey.
const PURPOSE: &[u8] = b"jupyterhub-deploy plan/v1: digests of secret values";

/// The veil of a step; one that is no helm step has no forecast.
pub(crate) fn veil(run: &Run, secrets: &Secrets, forecast: Option<&Forecast<'_>>) -> Result<Veil, Stop> {
    let mut named: Vec<(String, Zeroizing<Vec<u8>>)> = Vec::new();
    let mut sealed = BTreeSet::new();
    for opened in secrets.opened.values() {
        for secret in opened.secrets() {
            let path = secret.tag().strip_prefix(opened.file().as_str()).and_then(|it| it.strip_prefix(':'));
            sealed.extend(path.map(str::to_owned));
            named.push((secret.tag().to_owned(), Zeroizing::new(secret.expose().to_vec())));
        }
    }
    if let Some(forecast) = forecast {
        let given = forecast.last.map(|last| release_plan::given(last, &secrets.public, &sealed));
        let others = given.unwrap_or_default().into_iter().chain(release_plan::held(forecast));
        named.extend(others.map(|(tag, value)| (tag, Zeroizing::new(value))));
    }
    let key = subkey(run);
    let key = key.as_ref().map(|key| key.as_slice());
    Veil::new(key, &secrets.public.join("\n"), named).map_err(|error| Stop::failed(&error))
}

/// A key that only whoever holds the vault's can make, and that opens nothing.
fn subkey(run: &Run) -> Option<Zeroizing<Vec<u8>>> {
    let opener = &run.request.opener;
    if let Way::Open(vault) = &opener.age {
        return Some(Zeroizing::new(vault.subkey(PURPOSE).to_vec()));
    }
    let Way::Open(key) = &opener.git_crypt else { return None };
    // HMAC takes a key of any length.
    let mut mac = Hmac::<Sha256>::new_from_slice(&key.to_bytes()).ok()?;
    mac.update(PURPOSE);
    Some(Zeroizing::new(mac.finalize().into_bytes().to_vec()))
}
