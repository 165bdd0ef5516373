//! Operations that write objects of git and move branches.

use serde_json::{Value, json};

use super::objects::Files;
use super::rest::{Reply, invalid, not_found, text};
use super::shape;
use super::state::Repository;

/// GitHub's id for "there is none".
const NOTHING: &str = "0000000000000000000000000000000000000000";

/// `git/create-tree`.
pub(crate) fn create_tree(repository: &mut Repository, body: &Value) -> Reply {
    let mut files: Files = match body.get("base_tree").and_then(Value::as_str) {
        None => Files::new(),
        Some(base) => match repository.objects.files(base) {
            Some(files) => files.clone(),
            None => return not_found(),
        },
    };
    for entry in body.get("tree").and_then(Value::as_array).into_iter().flatten() {
        files.insert(text(entry, "path").to_owned(), text(entry, "content").to_owned());
    }
    let oid = repository.objects.tree(&files);
    let entries = repository.objects.entries(&oid).unwrap_or_default();
    let entries: Vec<Value> = entries
        .into_iter()
        .map(|(path, folder, oid)| json!({"path": path, "mode": if folder { "040000" } else { "100644" }, "type": if folder { "tree" } else { "blob" }, "sha": oid}))
        .collect();
    Reply::new(201, json!({"sha": oid, "truncated": false, "tree": entries}))
}

/// `git/create-commit`.
pub(crate) fn create_commit(repository: &mut Repository, body: &Value, at: i64) -> Reply {
    let tree = text(body, "tree");
    if repository.objects.files(tree).is_none() {
        return invalid("Tree SHA does not exist", "Commit", "tree", "invalid");
    }
    let parents = body.get("parents").and_then(Value::as_array).into_iter().flatten();
    let parents: Vec<String> = parents.filter_map(Value::as_str).map(str::to_owned).collect();
    if parents.iter().any(|oid| repository.objects.find(oid).is_none()) {
        return invalid("Parent SHA does not exist", "Commit", "parents", "invalid");
    }
    let tree = tree.to_owned();
    let commit = repository.objects.commit(&tree, &parents, text(body, "message"), "machine[bot]", at);
    Reply::new(201, shape::git_commit(&commit))
}

/// GraphQL's `updateRefs` for one branch: only from where the caller saw it.
pub(crate) fn update_ref(repository: &mut Repository, update: &Value) -> Result<(), String> {
    let Some(branch) = text(update, "name").strip_prefix("refs/heads/").map(str::to_owned) else {
        return Err("name is no branch".to_owned());
    };
    let (before, after) = (text(update, "beforeOid"), text(update, "afterOid"));
    let now = repository.branches.get(&branch).map_or(NOTHING, String::as_str);
    if now != before {
        return Err(format!("refs/heads/{branch} is at {now} and not at {before}"));
    }
    if after == NOTHING {
        repository.branches.remove(&branch);
    } else if repository.objects.find(after).is_none() {
        return Err(format!("there is no object {after}"));
    } else {
        repository.branches.insert(branch.clone(), after.to_owned());
    }
    repository.follow(&branch);
    Ok(())
}
