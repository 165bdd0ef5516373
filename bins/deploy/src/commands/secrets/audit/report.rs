//! The audit in words, and as JSON.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use secret_vault::audit::{Access, Commit, Exposure, Sealing};
use serde_json::{Value, json};

use super::scan::Audit;

pub(super) fn human(audit: &Audit) -> String {
    let mut text = String::new();
    for one in &audit.plaintext {
        let _ = writeln!(
            text,
            "plaintext  {}  {} bytes  {}..{}{}",
            shown(&one.path),
            one.size,
            when(&one.since),
            one.until.as_ref().map(when).unwrap_or_else(|| "still there".into()),
            if one.sealing == Sealing::Formerly { "  (by rules that no longer hold)" } else { "" }
        );
    }
    for (path, weak) in &audit.weak {
        let _ = writeln!(
            text,
            "weak rule  {}  `{weak}` lets git change the sealed bytes; add -text",
            shown(path)
        );
    }
    for (path, key) in &audit.keys {
        let _ = writeln!(text, "stray key  {path}  {key}");
    }
    for one in &audit.access {
        let until = one.until.as_ref().map(|commit| format!(" until {}", when(commit))).unwrap_or_default();
        let _ = writeln!(text, "reader     {}  since {}{until}", one.who, when(&one.since));
    }
    for (way, paths) in ways(audit) {
        let _ = writeln!(text, "sealed     {} files with {way}{}", paths.len(), keyholders(way));
    }
    let _ = writeln!(
        text,
        "{} contents of sealed paths in {} commits: {} in plaintext, {} weak rules, {} stray keys{}",
        audit.looked_at,
        audit.commits,
        audit.plaintext.len(),
        audit.weak.len(),
        audit.keys.len(),
        if audit.is_shallow { "; this clone is shallow, fetch the whole history to see all" } else { "" }
    );
    text
}

/// Who has a key beyond those who are named.
fn keyholders(way: &str) -> &'static str {
    if way == "age" { "" } else { ", open to everyone who ever had a copy of its key" }
}

pub(super) fn json(audit: &Audit) -> Value {
    json!({
        "v": 1,
        "commits": audit.commits,
        "shallow": audit.is_shallow,
        "looked_at": audit.looked_at,
        "plaintext": audit.plaintext.iter().map(exposure).collect::<Vec<_>>(),
        "weak": audit.weak.iter().map(|(path, weak)| json!({"path": shown(path), "attribute": weak})).collect::<Vec<_>>(),
        "keys": audit.keys.iter().map(|(path, key)| json!({"path": path, "is": key.to_string()})).collect::<Vec<_>>(),
        "readers": audit.access.iter().map(access).collect::<Vec<_>>(),
        "sealed": ways(audit).into_iter().map(|(way, paths)| (way.to_owned(), json!(paths))).collect::<serde_json::Map<_, _>>(),
    })
}

fn exposure(one: &Exposure) -> Value {
    json!({
        "path": shown(&one.path),
        "blob": one.blob,
        "bytes": one.size,
        "since": commit(&one.since),
        "until": one.until.as_ref().map(commit),
        "rules": if one.sealing == Sealing::Today { "today" } else { "former" },
    })
}

fn access(one: &Access) -> Value {
    json!({
        "who": one.who,
        "by": shown(&one.by),
        "since": commit(&one.since),
        "until": one.until.as_ref().map(commit),
    })
}

fn commit(commit: &Commit) -> Value {
    json!({"commit": commit.id, "at": commit.at})
}

/// The paths of each way of sealing.
fn ways(audit: &Audit) -> BTreeMap<&str, Vec<String>> {
    let mut ways: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (path, way) in &audit.today {
        ways.entry(way).or_default().push(shown(path));
    }
    ways
}

fn shown(path: &[u8]) -> String {
    String::from_utf8_lossy(path).into_owned()
}

fn when(commit: &Commit) -> String {
    let day = commit.at.to_string();
    format!("{} ({})", day.get(..10).unwrap_or(&day), commit.id.get(..10).unwrap_or(&commit.id))
}
