//! The result of a run for a program.

use serde_json::{Value, json};

use crate::Timeline;

/// The object that `--output json` prints: `{"outcome", "run", "members": [...], ...}`.
///
/// `exit` is the exit code of the program that prints it.
#[must_use]
pub fn result(timeline: &Timeline, exit: u8) -> Value {
    let mut value =
        serde_json::to_value(timeline).unwrap_or_else(|error| json!({"error": error.to_string()}));
    if let Value::Object(map) = &mut value {
        map.insert("v".to_owned(), json!(crate::VERSION));
        map.insert("exit".to_owned(), json!(exit));
    }
    value
}
