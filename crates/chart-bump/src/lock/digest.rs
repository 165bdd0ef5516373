//! Helm's digest over what a chart asks for and what its lock holds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// A dependency as `Chart.yaml` and `Chart.lock` write it.
///
/// The order of the fields, and which of them are left out when empty, decide the digest.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Dependency {
    /// The chart.
    pub name: String,
    /// A version, or in a manifest a range.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub version: String,
    /// Where it is published.
    pub repository: String,
    /// The value that turns it on.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub condition: String,
    /// Groups that are turned on together.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Whether it is loaded.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub enabled: bool,
    /// Values that the parent takes over.
    #[serde(rename = "import-values", skip_serializing_if = "Vec::is_empty")]
    pub import_values: Vec<Import>,
    /// Another name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub alias: String,
}

/// One of [`Dependency::import_values`]; Go writes the keys in their order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Import {
    /// The name of an export.
    Export(String),
    /// `child` and `parent`.
    Pair(BTreeMap<String, String>),
}

/// The digest that Helm writes into the lock of a chart with these `requested` dependencies, which
/// are `locked` to versions.
#[must_use]
pub fn digest(requested: &[Dependency], locked: &[Dependency]) -> String {
    // Strings, lists and maps of strings: nothing in them can fail to be written.
    let json = serde_json::to_string(&(requested, locked)).unwrap_or_default();
    // As Go writes JSON, which guards it against being read as HTML.
    let escapes = [
        ("<", "\\u003c"),
        (">", "\\u003e"),
        ("&", "\\u0026"),
        ("\u{2028}", "\\u2028"),
        ("\u{2029}", "\\u2029"),
    ];
    let json = escapes.iter().fold(json, |json, (sign, escape)| json.replace(sign, escape));
    let hash = Sha256::digest(json.as_bytes());
    let digits: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{digits}")
}
