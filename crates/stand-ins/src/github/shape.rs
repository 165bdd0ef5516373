//! What is kept, as the fields of GitHub's answers that matter.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::objects::Commit;
use super::state::{Pull, PullState, Repository};

pub(crate) fn time(at: i64) -> String {
    Timestamp::from_second(at).unwrap_or_default().to_string()
}

pub(crate) fn user(login: &str) -> Value {
    let kind = if login.ends_with("[bot]") { "Bot" } else { "User" };
    json!({"login": login, "type": kind})
}

pub(crate) fn repository(repository: &Repository) -> Value {
    json!({
        "node_id": format!("R_{}", repository.name),
        "full_name": repository.name,
        "name": repository.name.split_once('/').map_or("", |(_, name)| name),
        "default_branch": "main",
        "allow_auto_merge": repository.auto_merge,
        "owner": user(repository.owner()),
    })
}

pub(crate) fn commit(commit: &Commit) -> Value {
    let person = json!({"name": commit.author, "email": "x@example.org", "date": time(commit.at)});
    json!({
        "sha": commit.oid,
        "commit": {
            "message": commit.message,
            "tree": {"sha": commit.tree},
            "author": person,
            "committer": person,
        },
        "author": user(&commit.author),
        "parents": parents(commit),
    })
}

pub(crate) fn git_commit(commit: &Commit) -> Value {
    let person = json!({"name": commit.author, "email": "x@example.org", "date": time(commit.at)});
    json!({
        "sha": commit.oid,
        "message": commit.message,
        "tree": {"sha": commit.tree},
        "author": person,
        "committer": person,
        "parents": parents(commit),
    })
}

fn parents(commit: &Commit) -> Vec<Value> {
    commit.parents.iter().map(|oid| json!({"sha": oid})).collect()
}

pub(crate) fn page(repository: &Repository, number: u64) -> String {
    format!("https://github.com/{}/pull/{number}", repository.name)
}

pub(crate) fn pull(repository: &Repository, pull: &Pull) -> Value {
    let state = if pull.state == PullState::Open { "open" } else { "closed" };
    let merged = (pull.state == PullState::Merged).then(|| time(pull.at));
    let end = |name: &str, oid: &str| {
        let label = format!("{}:{name}", repository.owner());
        json!({"ref": name, "sha": oid, "label": label, "repo": self::repository(repository), "user": user(repository.owner())})
    };
    let base = repository.branches.get(&pull.base).map(String::as_str).unwrap_or_default();
    json!({
        "number": pull.number,
        "node_id": format!("PR_{}", pull.number),
        "html_url": page(repository, pull.number),
        "title": pull.title,
        "body": pull.body,
        "state": state,
        "user": user(&pull.author),
        "merged_at": merged,
        "merged_by": pull.merged_by.as_deref().map(user),
        "head": end(&pull.head, &pull.head_oid),
        "base": end(&pull.base, base),
        "labels": pull.labels.iter().map(|name| json!({"name": name})).collect::<Vec<_>>(),
        "assignees": pull.assignees.iter().map(|name| user(name)).collect::<Vec<_>>(),
        "assignee": pull.assignees.first().map(|name| user(name)),
        "merge_commit_sha": null,
        "auto_merge": pull.auto_merge.then(|| json!({"enabled_by": user("bot"), "merge_method": "merge", "commit_title": "x", "commit_message": "x"})),
    })
}
