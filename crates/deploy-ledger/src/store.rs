//! The ledger and the verified state in the namespace of the release.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kube::Api;
use kube::api::{ObjectMeta, PostParams};
use names::StepName;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::lock::is_conflict;
use crate::{Applied, Error, Home, Ledger, LocalCopy, Verified};

const LEDGER: &str = "ledger.json";
const ABOUT: &str = "about.json";
const PAYLOAD: &str = "release";
const WRITTEN: &str = "written.gz";
const GOOD: &str = "verified.gz";

/// More than these bytes no step applies: it stops a bomb, not a manifest.
const UNPACKED: u64 = 64 * 1024 * 1024;

/// Reads and writes the records of one release.
#[derive(Clone)]
pub struct Store {
    home: Home,
    local: Option<LocalCopy>,
}

impl Store {
    /// The records of a release; with a local copy of the ledger where one is wanted.
    #[must_use]
    pub fn new(home: Home, local: Option<LocalCopy>) -> Self {
        Self { home, local }
    }

    /// The ledger of the last run.
    ///
    /// # Errors
    /// When the cluster refuses, or the record is not ours to read.
    pub async fn ledger(&self) -> Result<Option<Ledger>, Error> {
        let name = self.home.record("ledger");
        let found =
            self.maps().get_opt(&name).await.map_err(|e| Error::api("read", "ConfigMap", &name, e))?;
        let text = found.and_then(|map| map.data).and_then(|mut data| data.remove(LEDGER));
        text.map(|text| parse(&name, text.as_bytes())).transpose()
    }

    /// Writes the ledger, first here, then there. Where the cluster's copy cannot be written, no step begins.
    ///
    /// # Errors
    /// When the disk or the cluster refuses, or another run wrote meanwhile.
    pub async fn write(&self, ledger: &Ledger) -> Result<(), Error> {
        if let Some(local) = &self.local {
            local.write(ledger)?;
        }
        let name = self.home.record("ledger");
        let api = self.maps();
        let found = api.get_opt(&name).await.map_err(|e| Error::api("read", "ConfigMap", &name, e))?;
        if let Some(other) = overwritten(&name, found.as_ref(), ledger)? {
            return Err(Error::Overtaken { name, run: other });
        }
        let mut map = ConfigMap {
            metadata: self.meta(&name),
            data: Some([(LEDGER.to_owned(), render(&name, ledger)?)].into()),
            ..ConfigMap::default()
        };
        let written = match found {
            None => api.create(&PostParams::default(), &map).await,
            Some(found) => {
                map.metadata.resource_version = found.metadata.resource_version;
                api.replace(&name, &PostParams::default(), &map).await
            }
        };
        match written {
            Ok(_) => Ok(()),
            Err(error) if is_conflict(&error) => Err(Error::Overtaken { name, run: "another run".into() }),
            Err(error) => Err(Error::api("write", "ConfigMap", &name, error)),
        }
    }

    /// The last verified release.
    ///
    /// # Errors
    /// When the cluster refuses, or the record does not match its own digest.
    pub async fn verified(&self) -> Result<Option<Verified>, Error> {
        let name = self.home.record("verified");
        let found =
            self.secrets().get_opt(&name).await.map_err(|e| Error::api("read", "Secret", &name, e))?;
        let Some(mut data) = found.and_then(|secret| secret.data) else { return Ok(None) };
        let about = data.remove(ABOUT).unwrap_or_default();
        let payload = data.remove(PAYLOAD).unwrap_or_default();
        let verified: Verified = parse(&name, &about.0)?;
        verified.with_payload(payload.0).map(Some).ok_or(Error::Damaged { name })
    }

    /// Records a release as verified.
    ///
    /// # Errors
    /// When the cluster refuses.
    pub async fn mark(&self, verified: &Verified) -> Result<(), Error> {
        let name = self.home.record("verified");
        let data = [
            (ABOUT.to_owned(), ByteString(render(&name, verified)?.into_bytes())),
            (PAYLOAD.to_owned(), ByteString(verified.payload().to_vec())),
        ];
        self.put(name, "deploy.jupyterhub.org/verified", data.into()).await
    }

    /// What an `apply` step wrote last; none where none ever did.
    ///
    /// # Errors
    /// When the cluster refuses, or the record is not ours to read.
    pub async fn applied(&self, step: &StepName) -> Result<Option<Applied>, Error> {
        let name = self.home.step_record("applied", step);
        let found =
            self.secrets().get_opt(&name).await.map_err(|e| Error::api("read", "Secret", &name, e))?;
        let Some(mut data) = found.and_then(|secret| secret.data) else { return Ok(None) };
        let mut applied: Applied = parse(&name, &data.remove(ABOUT).unwrap_or_default().0)?;
        let mut text = |key| data.remove(key).map(|packed| unpack(&packed.0)).transpose();
        match (text(WRITTEN), text(GOOD)) {
            (Ok(written), Ok(verified)) => (applied.written, applied.verified) = (written, verified),
            _ => return Err(Error::Damaged { name }),
        }
        Ok(Some(applied))
    }

    /// Records what an `apply` step is about to write, or that it was verified.
    ///
    /// # Errors
    /// When the cluster refuses.
    pub async fn note(&self, step: &StepName, applied: &Applied) -> Result<(), Error> {
        let name = self.home.step_record("applied", step);
        let mut data = BTreeMap::from([(ABOUT.to_owned(), ByteString(render(&name, applied)?.into_bytes()))]);
        for (key, text) in [(WRITTEN, &applied.written), (GOOD, &applied.verified)] {
            data.extend(text.as_ref().map(|text| (key.to_owned(), ByteString(pack(text)))));
        }
        self.put(name, "deploy.jupyterhub.org/applied", data).await
    }

    async fn put(&self, name: String, kind: &str, data: BTreeMap<String, ByteString>) -> Result<(), Error> {
        let api = self.secrets();
        let found = api.get_opt(&name).await.map_err(|e| Error::api("read", "Secret", &name, e))?;
        let mut secret = Secret {
            metadata: self.meta(&name),
            type_: Some(kind.to_owned()),
            data: Some(data),
            ..Secret::default()
        };
        let written = match found {
            None => api.create(&PostParams::default(), &secret).await,
            Some(found) => {
                secret.metadata.resource_version = found.metadata.resource_version;
                api.replace(&name, &PostParams::default(), &secret).await
            }
        };
        written.map(drop).map_err(|e| Error::api("write", "Secret", &name, e))
    }

    /// Forgets the verified release, after an uninstall.
    ///
    /// # Errors
    /// When the cluster refuses.
    pub async fn forget(&self) -> Result<(), Error> {
        let name = self.home.record("verified");
        match self.secrets().delete(&name, &kube::api::DeleteParams::default()).await {
            Ok(_) => Ok(()),
            Err(error) if crate::lock::is_gone(&error) => Ok(()),
            Err(error) => Err(Error::api("delete", "Secret", &name, error)),
        }
    }

    fn maps(&self) -> Api<ConfigMap> {
        Api::namespaced(self.home.client.clone(), self.home.namespace.as_str())
    }

    fn secrets(&self) -> Api<Secret> {
        Api::namespaced(self.home.client.clone(), self.home.namespace.as_str())
    }

    fn meta(&self, name: &str) -> ObjectMeta {
        ObjectMeta { name: Some(name.to_owned()), labels: Some(self.home.labels()), ..ObjectMeta::default() }
    }
}

/// The run whose unsettled ledger would be lost by writing `new`, if any.
fn overwritten(name: &str, found: Option<&ConfigMap>, new: &Ledger) -> Result<Option<String>, Error> {
    let text = found.and_then(|map| map.data.as_ref()).and_then(|data| data.get(LEDGER));
    let Some(text) = text else { return Ok(None) };
    let old: Ledger = parse(name, text.as_bytes())?;
    Ok((old.run != new.run && old.is_unsettled()).then_some(old.run))
}

fn render(name: &str, value: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|source| Error::NotOurs { name: name.to_owned(), source })
}

fn parse<T: DeserializeOwned>(name: &str, text: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(text).map_err(|source| Error::NotOurs { name: name.to_owned(), source })
}

/// Manifests of large CRDs are longer than a Secret may be; packed they are a tenth.
fn pack(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing into memory does not fail.
    let _ = encoder.write_all(text.as_bytes());
    encoder.finish().unwrap_or_default()
}

fn unpack(packed: &[u8]) -> std::io::Result<String> {
    let mut text = String::new();
    match GzDecoder::new(packed).take(UNPACKED + 1).read_to_string(&mut text)? as u64 {
        0..=UNPACKED => Ok(text),
        // Half of the manifests would be put back as if it were all.
        _ => Err(std::io::ErrorKind::FileTooLarge.into()),
    }
}
