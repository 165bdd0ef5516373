//! The hooks of a release.

use jiff::Timestamp;
use serde_json::Value;

use crate::document::time;

/// How the last run of a hook went.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum HookPhase {
    /// It never ran, or Helm does not say.
    Unknown,
    /// It was started and its end was not recorded.
    Running,
    /// It succeeded.
    Succeeded,
    /// It failed.
    Failed,
}

/// An object that Helm creates at a moment of an operation, apart from the manifest.
#[derive(Clone, PartialEq, Eq)]
pub struct Hook {
    /// The object's name.
    pub name: String,
    /// The object's kind.
    pub kind: String,
    /// The template it comes from.
    pub path: String,
    /// The moments, in Helm's words: `pre-upgrade`.
    pub events: Vec<String>,
    /// Smaller runs earlier.
    pub weight: i64,
    /// When Helm deletes it, in Helm's words; empty means `before-hook-creation`.
    pub delete_policies: Vec<String>,
    /// The object itself; may hold secret values.
    pub manifest: String,
    /// How its last run went.
    pub phase: HookPhase,
    /// When its last run began.
    pub started: Option<Timestamp>,
}

impl Hook {
    pub(crate) fn read(hook: &Value) -> Self {
        let text = |key: &str| hook.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let list = |key: &str| -> Vec<String> {
            let words = hook.get(key).and_then(Value::as_array);
            words.into_iter().flatten().filter_map(|word| word.as_str().map(str::to_owned)).collect()
        };
        let run = |key: &str| hook.get("last_run").and_then(|run| run.get(key));
        Self {
            name: text("name"),
            kind: text("kind"),
            path: text("path"),
            events: list("events"),
            weight: hook.get("weight").and_then(Value::as_i64).unwrap_or_default(),
            delete_policies: list("delete_policies"),
            manifest: text("manifest"),
            phase: match run("phase").and_then(Value::as_str) {
                Some("Running") => HookPhase::Running,
                Some("Succeeded") => HookPhase::Succeeded,
                Some("Failed") => HookPhase::Failed,
                _ => HookPhase::Unknown,
            },
            started: time(run("started_at")),
        }
    }
}

impl std::fmt::Debug for Hook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hook")
            .field("kind", &self.kind)
            .field("name", &self.name)
            .field("events", &self.events)
            .field("weight", &self.weight)
            .field("phase", &self.phase)
            .finish_non_exhaustive()
    }
}
