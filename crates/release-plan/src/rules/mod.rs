//! What a change does beyond the object that it changes.

mod charts;
mod impacts;
mod references;
mod restarts;

use serde_json::Value;

use crate::ObjectPlan;

pub(crate) use impacts::impacts;
pub(crate) use restarts::restarts;

/// An object's plan, and the object itself, secrets included.
pub(crate) struct Considered {
    pub(crate) plan: ObjectPlan,
    pub(crate) live: Option<Value>,
    /// As it will be, as far as it is known.
    pub(crate) after: Option<Value>,
    pub(crate) desired: Option<Value>,
}
