//! The typed values of `federation.yaml`, one file a table.

mod check;
mod extras;
mod file;
mod member;
mod members;
mod settings;
mod step;
mod values;
mod wave;

pub use check::{Build, Check, CheckKind, Launch, Rule};
pub use extras::{Image, Notify, NotifyOn};
pub use file::FileRef;
pub use member::{Auth, Gke, Member, Urls};
pub use settings::{Grafana, Secrets};
pub use step::{Action, Apply, Chart, Helm, OnFailure, Run, Step};
pub use values::{Source, Values};
pub use wave::Wave;

pub(crate) use check::Checks;
pub(crate) use extras::{images, notify};
pub(crate) use members::members;
pub(crate) use settings::{grafana, secrets};
pub(crate) use wave::waves;
