//! A unified diff of two objects.

use similar::{ChangeTag, TextDiff};

use super::lines::{Line, lines};
use crate::Hunk;

/// Lines of context around each difference.
const CONTEXT: usize = 3;

/// The places in which two objects differ.
pub(crate) fn hunks(from: &serde_json::Value, to: &serde_json::Value) -> Vec<Hunk> {
    let (old, new) = (lines(from), lines(to));
    let texts = |lines: &[Line]| lines.iter().map(|line| line.text.clone()).collect::<Vec<String>>();
    let (before, after) = (texts(&old), texts(&new));
    let (before, after): (Vec<&str>, Vec<&str>) =
        (before.iter().map(String::as_str).collect(), after.iter().map(String::as_str).collect());
    let diff = TextDiff::from_slices(&before, &after);
    let mut hunks = Vec::new();
    for group in diff.grouped_ops(CONTEXT) {
        let mut hunk = Hunk { path: String::new(), lines: Vec::new() };
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let (sign, line) = match change.tag() {
                ChangeTag::Equal => (' ', None),
                ChangeTag::Delete => ('-', change.old_index().and_then(|at| old.get(at))),
                ChangeTag::Insert => ('+', change.new_index().and_then(|at| new.get(at))),
            };
            if let (true, Some(line)) = (hunk.path.is_empty(), line) {
                line.path.as_str().clone_into(&mut hunk.path);
            }
            hunk.lines.push(format!("{sign}{}", change.value()));
        }
        hunks.push(hunk);
    }
    hunks
}

/// A whole object as something new.
pub(crate) fn whole(object: &serde_json::Value) -> Vec<Hunk> {
    let lines: Vec<String> = lines(object).into_iter().map(|line| format!("+{}", line.text)).collect();
    vec![Hunk { path: String::new(), lines }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_change_has_its_surroundings_and_its_place() {
        let object = |image: &str, replicas: u32| {
            json!({"kind": "Deployment", "metadata": {"name": "hub"}, "spec": {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6, "g": 7,
                "replicas": replicas, "template": {"spec": {"containers": [{"name": "hub", "image": image}]}}}})
        };
        let shown = |hunks: Vec<Hunk>| {
            hunks
                .iter()
                .map(|hunk| format!("@@ {} @@\n{}\n", hunk.path, hunk.lines.join("\n")))
                .collect::<String>()
        };
        insta::assert_snapshot!(shown(hunks(&object("hub:1", 1), &object("hub:2", 1))), @"
        @@ spec.template.spec.containers[name=hub].image @@
             spec:
               containers:
               - name: hub
        -        image: hub:1
        +        image: hub:2
        ");
        assert!(hunks(&object("hub:1", 1), &object("hub:1", 1)).is_empty());
    }
}
