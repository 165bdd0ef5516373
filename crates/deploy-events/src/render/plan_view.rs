//! A member's plan as its published format has it, read as any other program would.

use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Plan {
    pub(super) hash: String,
    pub(super) steps: Vec<Step>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Step {
    pub(super) step: String,
    pub(super) number: usize,
    /// `helm`, `apply` or `run`.
    pub(super) action: String,
    pub(super) release: String,
    pub(super) namespace: String,
    pub(super) chart: Chart,
    pub(super) files: Vec<String>,
    pub(super) objects: Vec<Object>,
    pub(super) hooks: Vec<Hook>,
    pub(super) program: String,
    pub(super) args: Vec<String>,
    pub(super) digest: Option<String>,
    pub(super) undo: Option<Vec<String>>,
    pub(super) impacts: Vec<Impact>,
    pub(super) unproven: Option<Unproven>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Chart {
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Object {
    pub(super) kind: String,
    pub(super) namespace: Option<String>,
    pub(super) name: String,
    pub(super) change: String,
    pub(super) hunks: Vec<Hunk>,
    pub(super) drift: Vec<Drift>,
    pub(super) restart: Option<Restart>,
    pub(super) stale: Vec<String>,
    pub(super) unproven: Option<Unproven>,
    pub(super) conflicts: Vec<Conflict>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Hunk {
    pub(super) path: String,
    pub(super) lines: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Drift {
    pub(super) path: String,
    pub(super) released: Option<Value>,
    pub(super) live: Option<Value>,
    pub(super) ends: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Restart {
    pub(super) reasons: Vec<String>,
    pub(super) pods: Option<u64>,
    pub(super) component: Option<String>,
    pub(super) strategy: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Unproven {
    pub(super) reason: String,
    pub(super) needs: Option<usize>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Conflict {
    pub(super) field: String,
    pub(super) manager: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Hook {
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) events: Vec<String>,
    pub(super) change: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Impact {
    pub(super) code: String,
    pub(super) text: String,
}
