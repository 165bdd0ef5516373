//! Operations that read.

use serde_json::{Value, json};

use super::objects::Commit;
use super::rest::{Reply, not_found};
use super::shape;
use super::state::Repository;

/// `repos/compare-commits-with-basehead`.
pub(crate) fn compare(repository: &Repository, range: &str) -> Reply {
    let ends = range.split_once("...").map(|(base, head)| (repository.find(base), repository.find(head)));
    let Some((Some(base), Some(head))) = ends else {
        return not_found();
    };
    let ahead = repository.between(&base.oid, &head.oid);
    let behind = repository.between(&head.oid, &base.oid);
    let status = match (ahead.is_empty(), behind.is_empty()) {
        (true, true) => "identical",
        (false, true) => "ahead",
        (true, false) => "behind",
        (false, false) => "diverged",
    };
    let past: Vec<&Commit> = repository.objects.past(&base.oid);
    let common = repository.objects.past(&head.oid).into_iter().find(|commit| past.contains(commit));
    let Some(common) = common else {
        return not_found();
    };
    let commits: Vec<Value> = ahead.iter().map(|commit| shape::commit(commit)).collect();
    Reply::list(
        json!({
            "status": status,
            "ahead_by": ahead.len(),
            "behind_by": behind.len(),
            "total_commits": ahead.len(),
            "base_commit": shape::commit(base),
            "merge_base_commit": shape::commit(common),
        }),
        Some("commits"),
        commits,
    )
}

/// `repos/list-pull-requests-associated-with-commit`.
pub(crate) fn pulls_of(repository: &Repository, oid: &str) -> Reply {
    let Some(commit) = repository.find(oid) else {
        return Reply::new(409, json!({"message": format!("No commit found for SHA: {oid}")}));
    };
    let pulls = repository.pulls.iter().filter(|pull| pull.commits.contains(&commit.oid));
    Reply::list(Value::Null, None, pulls.map(|pull| shape::pull(repository, pull)).collect())
}

/// `checks/list-for-ref`.
pub(crate) fn check_runs(repository: &Repository, reference: &str) -> Reply {
    let Some(commit) = repository.find(reference) else {
        return not_found();
    };
    let runs: Vec<Value> = repository
        .checks
        .get(&commit.oid)
        .into_iter()
        .flatten()
        .map(|(name, conclusion)| {
            let status = if conclusion.is_some() { "completed" } else { "in_progress" };
            json!({"name": name, "status": status, "conclusion": conclusion, "head_sha": commit.oid})
        })
        .collect();
    Reply::list(json!({"total_count": runs.len()}), Some("check_runs"), runs)
}

/// `repos/get-combined-status-for-ref`: nobody here writes statuses, as most of GitHub no longer does.
pub(crate) fn status(repository: &Repository, reference: &str) -> Reply {
    let Some(commit) = repository.find(reference) else {
        return not_found();
    };
    let body = json!({"state": "pending", "sha": commit.oid, "total_count": 0, "repository": shape::repository(repository)});
    Reply::list(body, Some("statuses"), Vec::new())
}

/// `repos/list-tags`.
pub(crate) fn tags(repository: &Repository) -> Reply {
    let tags = repository.tags.iter().rev().map(|(name, oid)| json!({"name": name, "commit": {"sha": oid}}));
    Reply::list(Value::Null, None, tags.collect())
}

/// `repos/list-releases`.
pub(crate) fn releases(repository: &Repository) -> Reply {
    let releases = repository.releases.iter().rev().map(|(tag, notes, early)| {
        let url = format!("https://github.com/{}/releases/tag/{tag}", repository.name);
        json!({"tag_name": tag, "name": tag, "body": notes, "html_url": url, "draft": false, "prerelease": early})
    });
    Reply::list(Value::Null, None, releases.collect())
}

/// `git/get-ref`.
pub(crate) fn reference(repository: &Repository, name: &str) -> Reply {
    match name.strip_prefix("heads/").and_then(|branch| repository.branches.get(branch)) {
        Some(oid) => {
            Reply::new(200, json!({"ref": format!("refs/{name}"), "object": {"type": "commit", "sha": oid}}))
        }
        None => not_found(),
    }
}

/// `git/get-commit`.
pub(crate) fn commit(repository: &Repository, oid: &str) -> Reply {
    repository.objects.find(oid).map_or_else(not_found, |commit| Reply::new(200, shape::git_commit(commit)))
}

/// `git/get-tree`, one folder of it.
pub(crate) fn tree(repository: &mut Repository, oid: &str) -> Reply {
    // A commit's id is taken for its tree.
    let oid = repository.objects.find(oid).map_or_else(|| oid.to_owned(), |commit| commit.tree.clone());
    let Some(entries) = repository.objects.entries(&oid) else {
        return not_found();
    };
    let entries: Vec<Value> = entries
        .into_iter()
        .map(|(path, folder, oid)| match folder {
            true => json!({"path": path, "mode": "040000", "type": "tree", "sha": oid}),
            false => json!({"path": path, "mode": "100644", "type": "blob", "sha": oid}),
        })
        .collect();
    Reply::new(200, json!({"sha": oid, "truncated": false, "tree": entries}))
}
