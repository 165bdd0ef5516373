//! What holds for all members: how secrets are opened, where deployments are announced.

use camino::Utf8PathBuf;
use url::Url;

use super::file::{FileRef, file};
use crate::item::Item;
use crate::keys;
use crate::reader::Reader;

/// How sealed files are opened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Secrets {
    /// They are git-crypt's.
    pub git_crypt: bool,
    /// They are age's, for the recipients of this file; the vault's list and key lie beside it.
    pub age_recipients: Option<Utf8PathBuf>,
}

/// Where deployments are announced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grafana {
    /// Its address, with a path that ends in `/`.
    pub url: Url,
    /// The service account's token; anonymous without it.
    pub token: Option<FileRef>,
    /// The tags of an annotation.
    pub tags: Vec<String>,
}

pub(crate) fn secrets(root: &Reader<'_>) -> Secrets {
    let Some(reader) = root.get("secrets").and_then(|item| item.table(&keys::SECRETS)) else {
        return Secrets::default();
    };
    let age = reader.get("age").and_then(|item| item.table(&keys::AGE));
    Secrets {
        git_crypt: reader.flag("git-crypt"),
        age_recipients: age.and_then(|age| age.get("recipients").and_then(Item::path)),
    }
}

pub(crate) fn grafana(root: &Reader<'_>) -> Option<Grafana> {
    let reader = root.get("grafana")?.table(&keys::GRAFANA)?;
    let token = reader.get("token").and_then(file);
    let tags = reader.list("tags", Item::text);
    let url = reader.get("url")?.url()?;
    Some(Grafana { url, token, tags })
}
