//! An object as lines, one field each, as YAML would have them.

use serde_json::Value;

use super::path::{ItemName, Path};

/// A line and the field that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) path: Path,
    pub(crate) text: String,
}

/// The lines of an object, keys in order.
pub(crate) fn lines(value: &Value) -> Vec<Line> {
    let mut lines = Vec::new();
    match value {
        Value::Object(_) | Value::Array(_) => block(value, 0, &Path::default(), &mut lines),
        leaf => lines.push(Line { path: Path::default(), text: scalar(leaf) }),
    }
    lines
}

fn block(value: &Value, indent: usize, path: &Path, lines: &mut Vec<Line>) {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            // A name first: it says what the rest is about.
            entries.sort_by_key(|(key, _)| (key.as_str() != "name", key.as_str()));
            for (key, value) in entries {
                entry(&format!("{}:", word(key)), value, indent, &path.key(key), lines);
            }
        }
        Value::Array(items) => {
            let (names, _) = ItemName::of(items, &[]);
            for (name, item) in names.iter().zip(items) {
                let (path, first) = (path.item(name), lines.len());
                match item {
                    Value::Object(map) if !map.is_empty() => {
                        block(item, indent + 2, &path, lines);
                        if let Some(line) = lines.get_mut(first) {
                            line.text = format!("{}- {}", " ".repeat(indent), line.text.trim_start());
                        }
                    }
                    _ => entry("-", item, indent, &path, lines),
                }
            }
        }
        leaf => {
            lines.push(Line { path: path.clone(), text: format!("{}{}", " ".repeat(indent), scalar(leaf)) })
        }
    }
}

/// `head` and what it stands before, on its line where it fits there.
fn entry(head: &str, value: &Value, indent: usize, path: &Path, lines: &mut Vec<Line>) {
    let space = " ".repeat(indent);
    let mut push = |text: String| lines.push(Line { path: path.clone(), text });
    match value {
        Value::Object(map) if map.is_empty() => push(format!("{space}{head} {{}}")),
        Value::Array(items) if items.is_empty() => push(format!("{space}{head} []")),
        Value::Object(_) | Value::Array(_) => {
            push(format!("{space}{head}"));
            // Items stand below their key, a map within it.
            let deeper = if value.is_array() && head != "-" { indent } else { indent + 2 };
            block(value, deeper, path, lines);
        }
        Value::String(text) if text.contains('\n') => {
            // A last line without its ending is another text.
            push(format!("{space}{head} {}", if text.ends_with('\n') { "|" } else { "|-" }));
            for line in text.lines() {
                push(format!("{space}  {}", shown(line)));
            }
        }
        leaf => push(format!("{space}{head} {}", scalar(leaf))),
    }
}

fn word(key: &str) -> String {
    if is_plain(key) { key.to_owned() } else { Value::from(key).to_string() }
}

fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) if is_plain(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Control characters could draw over other lines of a terminal.
fn shown(line: &str) -> String {
    line.chars().map(|c| if c.is_control() && c != '\t' { '\u{fffd}' } else { c }).collect()
}

/// Whether a text needs no quotes to be told from anything else.
fn is_plain(text: &str) -> bool {
    let word = |c: char| {
        c.is_alphanumeric()
            || matches!(c, '-' | '_' | '.' | '/' | ':' | ' ' | '(' | ')' | '=' | '*' | '@' | '+' | ',')
    };
    let edge = |c: Option<char>| {
        c.is_some_and(|c| c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '(' | ')' | '*'))
    };
    let other = text.parse::<f64>().is_ok()
        || matches!(text, "true" | "false" | "null" | "yes" | "no" | "on" | "off");
    text.chars().all(word)
        && edge(text.chars().next())
        && edge(text.chars().next_back())
        && !text.contains(": ")
        && !other
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_object_reads_as_a_manifest() {
        let object = json!({"kind": "X", "metadata": {"name": "a", "labels": {"b": "true", "a": "1"}}, "spec": {
            "args": ["--x", "plain: no"], "containers": [{"image": "i:1", "name": "c", "env": [{"name": "E", "value": ""}], "ports": []}],
            "empty": {}, "number": 3, "text": "one\ntwo \u{1b}[2J\n", "nested": [[1, 2], {}]}});
        let text: Vec<String> = lines(&object).into_iter().map(|line| line.text).collect();
        insta::assert_snapshot!(text.join("\n"), @r#"
        kind: X
        metadata:
          name: a
          labels:
            a: "1"
            b: "true"
        spec:
          args:
          - "--x"
          - "plain: no"
          containers:
          - name: c
            env:
            - name: E
              value: ""
            image: i:1
            ports: []
          empty: {}
          nested:
          -
            - 1
            - 2
          - {}
          number: 3
          text: |
            one
            two �[2J
        "#);
    }
}
