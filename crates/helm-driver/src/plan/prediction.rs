//! What an upgrade would write, with the objects themselves.

use std::collections::BTreeMap;

use helm_release::Release;
use names::{Namespace, ObjectRef};
use serde_json::Value;

use crate::command::Command;
use crate::relay::{Observed, Write};
use crate::run::End;
use crate::{Error, Verb};

/// What an upgrade would write and what is live now. Holds secret values: shown, it names objects alone.
#[non_exhaustive]
pub struct Prediction {
    /// The release as Helm would have stored it, hooks included.
    pub release: Release,
    /// The writes that Helm would make, in its order; one object may be written twice.
    pub writes: Vec<PredictedWrite>,
    /// The objects that Helm looked at, as they are now.
    pub live: BTreeMap<ObjectRef, Value>,
}

/// One write, and the API server's prediction of what comes of it.
#[non_exhaustive]
pub struct PredictedWrite {
    /// How Helm would write it.
    pub verb: Verb,
    /// The object.
    pub object: ObjectRef,
    /// Its group and version, as in a manifest.
    pub api_version: String,
    /// Whether it would be new.
    pub is_new: bool,
    /// The object afterwards; none where it goes, and where nothing could be predicted.
    pub predicted: Option<Value>,
    /// Why the API server could not say what would become of it.
    pub unproven: Option<String>,
}

impl Prediction {
    pub(crate) fn from_end(command: &Command, end: End) -> Result<Self, Error> {
        let release = super::planned(command, &end)?.clone();
        let Observed { writes, read, .. } = end.observed;
        // What the API server said no to and Helm went on without changes nothing.
        let writes = writes.into_iter().filter(|write| (200..300).contains(&write.code)).map(predicted);
        let live = read.into_values().filter_map(|object| Some((reference(&object)?, object)));
        Ok(Self { release, writes: writes.collect(), live: live.collect() })
    }
}

fn predicted(write: Write) -> PredictedWrite {
    let goes = matches!(write.verb, Verb::Delete | Verb::DeleteCollection);
    PredictedWrite {
        verb: write.verb,
        api_version: write.resource.api_version(),
        is_new: write.code == 201,
        predicted: write.answer.filter(|_| !goes),
        object: write.object,
        unproven: write.unproven,
    }
}

/// What object this is; none for a list and for anything else without a name.
fn reference(object: &Value) -> Option<ObjectRef> {
    let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str);
    let namespace: Option<Namespace> = text("/metadata/namespace").and_then(|name| name.parse().ok());
    Some(ObjectRef { kind: text("/kind")?.to_owned(), namespace, name: text("/metadata/name")?.to_owned() })
}

impl std::fmt::Debug for Prediction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Prediction")
            .field("release", &self.release)
            .field("writes", &self.writes)
            .field("live", &self.live.keys())
            .finish()
    }
}

impl std::fmt::Debug for PredictedWrite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let object = format_args!("{} {}", self.verb, self.object);
        f.debug_struct("PredictedWrite").field("object", &object).finish_non_exhaustive()
    }
}
