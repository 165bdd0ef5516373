//! The published schema of `plan/v1`.

use serde_json::Value;

use crate::Document;

/// The JSON schema (draft 2020-12) of a saved plan, from the types that write it.
#[must_use]
pub fn schema() -> Value {
    let mut schema = schemars::schema_for!(Document).to_value();
    if let Value::Object(map) = &mut schema {
        map.insert("title".to_owned(), "What `deploy plan --output json` prints and `--out` saves".into());
    }
    schema
}
