//! From what the driver predicts to what a plan is made of.

use std::collections::BTreeMap;

use helm_driver::{PredictedWrite, Prediction, Verb};
use helm_release::Release;
use names::ObjectRef;
use release_plan::{Forecast, How, Write};
use serde_json::Value;

/// What a plan is made of; nothing has drifted yet.
pub(crate) fn forecast<'a>(prediction: &'a mut Prediction, last: Option<&'a Release>) -> Forecast<'a> {
    Forecast {
        writes: std::mem::take(&mut prediction.writes).into_iter().map(write).collect(),
        live: std::mem::take(&mut prediction.live),
        release: &prediction.release,
        last,
        restored: BTreeMap::<ObjectRef, Value>::new(),
    }
}

fn write(write: PredictedWrite) -> Write {
    let how = match (write.verb, write.unproven, write.predicted) {
        (_, Some(reason), _) => How::Unproven(reason),
        (Verb::Delete | Verb::DeleteCollection, ..) => How::Delete,
        (_, None, Some(value)) if write.is_new => How::Create(value),
        (_, None, Some(value)) => How::Change(value),
        // The API server answered with something that is no object: nothing was predicted.
        (_, None, None) => How::Unproven("the API server's answer is no object".to_owned()),
    };
    Write { object: write.object, api_version: write.api_version, how }
}
