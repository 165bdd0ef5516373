//! What is read and not acted on yet: notifications, user images.

use camino::Utf8PathBuf;

use super::file::{FileRef, file};
use crate::item::Item;
use crate::keys;
use crate::reader::Reader;

/// Who is told when a run ends. Not acted on yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notify {
    /// The file that holds the URL.
    pub webhook: FileRef,
    /// Which ends are told.
    pub on: Vec<NotifyOn>,
}

/// An end of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotifyOn {
    /// It failed before anything was changed, or at its checks.
    Failed,
    /// A member was put back.
    RolledBack,
    /// A person is needed.
    Stuck,
}

/// A user image that is built from this repository. Not acted on yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// The image without its tag.
    pub name: String,
    /// The folder that is built.
    pub context: Utf8PathBuf,
    /// The paths of the values that hold the tag.
    pub values: Vec<String>,
}

pub(crate) fn notify(root: &Reader<'_>) -> Vec<Notify> {
    let [failed, rolled_back, stuck] = keys::NOTIFY_ON;
    let ends = [(failed, NotifyOn::Failed), (rolled_back, NotifyOn::RolledBack), (stuck, NotifyOn::Stuck)];
    root.list("notify", |item| {
        let reader = item.table(&keys::NOTIFY)?;
        let on = reader.list("on", |item| item.one_of("end of a run", &ends));
        Some(Notify { webhook: file(reader.get("webhook")?)?, on })
    })
}

pub(crate) fn images(root: &Reader<'_>) -> Vec<Image> {
    root.list("images", |item| {
        let reader = item.table(&keys::IMAGE)?;
        let values = reader.list("values", |item: Item<'_>| {
            let reader = item.table(&keys::IMAGE_VALUE)?;
            reader.get("path").and_then(Item::text)
        });
        let (name, context) = (reader.get("name")?.text(), reader.get("context")?.path());
        Some(Image { name: name?, context: context?, values })
    })
}
