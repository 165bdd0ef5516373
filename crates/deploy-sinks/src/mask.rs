//! Masks every text of an event before anyone sees it.

use deploy_events::Event;
use serde_json::Value;

/// The event with every string passed through `mask`.
///
/// Names have a grammar that a mask does not keep to: an event that no longer parses after masking
/// keeps its names and loses its kind's texts only where they parse.
pub(crate) fn masked(event: Event, mask: &dyn Fn(&str) -> String) -> Event {
    let Ok(mut value) = serde_json::to_value(&event.kind) else { return event };
    if !walk(&mut value, mask) {
        return event;
    }
    match serde_json::from_value(value) {
        Ok(kind) => Event { kind, ..event },
        // Only possible where a name or a tag equals a secret; better no words than the secret.
        Err(_) => Event { kind: deploy_events::Kind::Unknown, ..event },
    }
}

/// Masks in place; tells whether anything changed.
fn walk(value: &mut Value, mask: &dyn Fn(&str) -> String) -> bool {
    match value {
        Value::String(text) => {
            let masked = mask(text);
            let changed = masked != *text;
            *text = masked;
            changed
        }
        // Every item is visited: `any` would stop at the first change.
        Value::Array(items) => items.iter_mut().fold(false, |changed, item| walk(item, mask) | changed),
        Value::Object(map) => map.values_mut().fold(false, |changed, item| walk(item, mask) | changed),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}
