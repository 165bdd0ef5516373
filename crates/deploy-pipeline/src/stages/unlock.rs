//! Unlock: sealed files are opened in memory, and from then on every output is masked.

use std::collections::BTreeMap;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use deploy_events::Stage;
use problem::ProblemRecord;
use redact::{Masker, Reason, Warning};
use secret_vault::{NotOpened, Opened, Secret};

use crate::run::Voice;
use crate::secrets::Secrets;
use crate::{Error, Stop, Why};

/// So many unmasked values are named beside the first.
const NAMED: usize = 20;

/// Opens the files; the first that cannot be opened ends the run before anything was written.
///
/// `public` are the plain files beside them: what stands there stays legible.
pub(crate) async fn unlock(
    voice: &Voice,
    files: Vec<Utf8PathBuf>,
    public: Vec<Utf8PathBuf>,
) -> Result<Secrets, Stop> {
    if files.is_empty() {
        voice.skip(Stage::Unlock, "no file is sealed");
        return Ok(Secrets { public: read(voice, &public), ..Secrets::default() });
    }
    voice
        .stage(Stage::Unlock, async |voice| {
            let mut opened = BTreeMap::new();
            for file in &files {
                opened.insert(file.clone(), open(voice, file)?);
            }
            let public = read(voice, &public);
            let masked = mask(voice, &opened, &public.join("\n"))?;
            let note = format!("{} files opened in memory, {masked} values masked", opened.len());
            Ok((Secrets { opened: Arc::new(opened), public }, note))
        })
        .await
}

fn open(voice: &Voice, file: &Utf8Path) -> Result<Opened, Stop> {
    let request = &voice.run.request;
    let path = request.federation.folder().join(file);
    let configuration =
        |error: &dyn problem::Diagnose| Stop::new(Why::Configuration, ProblemRecord::from_diagnose(error));
    let sealed =
        std::fs::read(&path).map_err(|source| configuration(&Error::File { path: path.clone(), source }))?;
    request.opener.open(&path, &sealed).map_err(|refused| match refused {
        NotOpened::NoKey => Stop::failed(&Error::NoKey { path }),
        NotOpened::NoIdentity => Stop::failed(&Error::NoIdentity { path }),
        NotOpened::NoVault => Stop::failed(&Error::NoVault { path }),
        NotOpened::GitCrypt(error) => Stop::failed(&error),
        NotOpened::Age(error) => Stop::failed(&error),
    })
}

/// The plain files. What cannot be read is not public; the stage that needs it says so with its place.
fn read(voice: &Voice, files: &[Utf8PathBuf]) -> Arc<[String]> {
    let folder = voice.run.request.federation.folder();
    files.iter().filter_map(|file| std::fs::read_to_string(folder.join(file)).ok()).collect()
}

/// Hides every opened value from every surface; tells how many.
fn mask(voice: &Voice, opened: &BTreeMap<Utf8PathBuf, Opened>, public: &str) -> Result<usize, Stop> {
    let secrets: Vec<_> = opened.values().flat_map(Opened::secrets).collect();
    let values = secrets.iter().map(|secret| (secret.tag().to_owned(), secret.expose()));
    let (masker, warnings) = Masker::new_besides(public, values).map_err(|error| Stop::failed(&error))?;
    let unmasked: Vec<&Warning> =
        warnings.iter().filter(|warning| warning.reason != Reason::Public).collect();
    if let Some(first) = unmasked.first() {
        let rest = unmasked.len() - 1;
        let problem = Error::Unmasked { tag: first.tag.clone(), reason: first.reason.to_string(), rest };
        let others = unmasked.iter().skip(1).take(NAMED).map(ToString::to_string);
        voice.warn(others.fold(ProblemRecord::from_diagnose(&problem), ProblemRecord::with_cause));
    }
    if let Some(reveal) = &voice.run.tools.reveal {
        let public = |secret: &&Secret| warnings.iter().any(|warning| warning.tag == secret.tag());
        secrets.iter().filter(|secret| !public(secret)).for_each(|secret| reveal(secret.expose()));
    }
    let masker = Arc::new(masker);
    voice.run.tools.recorder.set_mask(Arc::new(move |text| masker.mask(text).into_owned()));
    Ok(secrets.len() - warnings.len())
}
