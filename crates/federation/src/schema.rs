//! The JSON schema of the file, for editors; made from the table of keys.

use serde_json::{Map, Value, json};

use crate::keys;
use crate::shape::{Acts, Shape, Table};

/// A JSON schema (draft 2020-12) of `federation.yaml`.
///
/// It knows what the table of keys knows: names, forms and what is needed. The rules that hold
/// between tables are [`Federation::parse`](crate::Federation::parse)'s.
#[must_use]
pub fn schema() -> Value {
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "federation.yaml",
    });
    if let (Some(schema), Value::Object(root)) = (schema.as_object_mut(), table(&keys::FEDERATION)) {
        schema.extend(root);
    }
    schema
}

fn table(table: &Table) -> Value {
    let mut properties = Map::new();
    for key in table.keys {
        let mut property = shape(key.shape);
        if let Some(property) = property.as_object_mut() {
            let not_yet = if key.acts == Acts::NotYet { " (not acted on yet: a run is refused)" } else { "" };
            property.insert("description".to_owned(), format!("{}{not_yet}", key.means).into());
        }
        properties.insert(key.name.to_owned(), property);
    }
    let required: Vec<&str> = table.keys.iter().filter(|key| key.needed).map(|key| key.name).collect();
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn shape(shape_of_value: Shape) -> Value {
    match shape_of_value {
        Shape::Version => json!({"const": 1}),
        Shape::Text => json!({"type": ["string", "number"]}),
        Shape::Path | Shape::Url | Shape::Name => json!({"type": "string", "minLength": 1}),
        Shape::Glob => json!({"type": "string", "pattern": r"^([^*]*/)?[^/]*\*[^/]*$"}),
        Shape::Number => json!({"type": "number"}),
        Shape::Count => json!({"type": "integer", "minimum": 1}),
        Shape::Flag => json!({"type": "boolean"}),
        Shape::Duration => {
            json!({"type": "string", "pattern": "^([0-9]+h)?([0-9]+m)?([0-9]+s)?$", "minLength": 2})
        }
        Shape::OneOf(words) => json!({"enum": words}),
        Shape::List(item) => json!({"type": "array", "items": shape(*item)}),
        Shape::Table(inner) => table(inner),
        Shape::Named(inner) => json!({"type": "object", "additionalProperties": table(inner)}),
        Shape::Nothing => json!({"type": "null"}),
        Shape::Either(shapes) => json!({"anyOf": shapes.iter().copied().map(shape).collect::<Vec<_>>()}),
    }
}
