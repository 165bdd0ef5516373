//! Unlock: sealed files are opened in memory, and from then on every output is masked.

use std::collections::BTreeMap;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use deploy_events::Stage;
use problem::ProblemRecord;
use redact::{Masker, Warning};
use secret_vault::Opened;

use crate::run::Voice;
use crate::secrets::Secrets;
use crate::{Error, Stop, Why};

/// Opens the files; the first that cannot be opened ends the run before anything was written.
pub(crate) async fn unlock(voice: &Voice, files: Vec<Utf8PathBuf>) -> Result<Secrets, Stop> {
    if files.is_empty() {
        voice.skip(Stage::Unlock, "no file is sealed");
        return Ok(Secrets::default());
    }
    voice
        .stage(Stage::Unlock, async |voice| {
            let mut opened = BTreeMap::new();
            for file in &files {
                opened.insert(file.clone(), open(voice, file)?);
            }
            let masked = mask(voice, &opened)?;
            let note = format!("{} files opened in memory, {masked} values masked", opened.len());
            Ok((Secrets(Arc::new(opened)), note))
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
    let key = request.key.as_ref().ok_or_else(|| Stop::failed(&Error::NoKey { path: path.clone() }))?;
    key.open(&path, &sealed).map_err(|error| Stop::failed(&error))
}

/// Hides every opened value from every surface; tells how many.
fn mask(voice: &Voice, opened: &BTreeMap<Utf8PathBuf, Opened>) -> Result<usize, Stop> {
    let secrets: Vec<_> = opened.values().flat_map(Opened::secrets).collect();
    let count = secrets.len();
    let values = secrets.iter().map(|secret| (secret.tag().to_owned(), secret.expose()));
    let (masker, warnings) = Masker::new(values).map_err(|error| Stop::failed(&error))?;
    for warning in warnings {
        voice.warn(unmasked(&warning));
    }
    let masker = Arc::new(masker);
    voice.run.tools.recorder.set_mask(Arc::new(move |text| masker.mask(text).into_owned()));
    Ok(count)
}

fn unmasked(warning: &Warning) -> ProblemRecord {
    ProblemRecord::from_diagnose(&Error::Unmasked {
        tag: warning.tag.clone(),
        reason: warning.reason.to_string(),
    })
}
