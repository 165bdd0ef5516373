//! Operations on pull requests.

use serde_json::{Value, json};

use super::rest::{Reply, invalid, not_found, text};
use super::shape;
use super::state::{Pull, PullState, Repository};
use crate::wire::Query;

/// `pulls/list`.
pub(crate) fn list(repository: &Repository, query: &Query) -> Reply {
    let state = query.first("state").unwrap_or("open");
    let head = query.first("head").map(|head| head.split_once(':').unwrap_or((repository.owner(), head)));
    let fits = |pull: &&Pull| {
        let in_state = match state {
            "open" => pull.state == PullState::Open,
            "closed" => pull.state != PullState::Open,
            _ => true,
        };
        in_state && head.is_none_or(|(owner, branch)| owner == repository.owner() && branch == pull.head)
    };
    let pulls = repository.pulls.iter().rev().filter(fits);
    Reply::list(Value::Null, None, pulls.map(|pull| shape::pull(repository, pull)).collect())
}

/// `pulls/get`.
pub(crate) fn get(repository: &Repository, number: &str) -> Reply {
    let pull = repository.pulls.iter().find(|pull| pull.number.to_string() == number);
    pull.map_or_else(not_found, |pull| Reply::new(200, shape::pull(repository, pull)))
}

/// `pulls/create`.
pub(crate) fn create(repository: &mut Repository, body: &Value, at: i64) -> Reply {
    let (head, base) = (text(body, "head"), text(body, "base"));
    let head = head.split_once(':').map_or(head, |(_, head)| head);
    let Some(oid) = repository.branches.get(head).cloned() else {
        return invalid("Validation Failed", "PullRequest", "head", "invalid");
    };
    let Some(base_oid) = repository.branches.get(base).cloned() else {
        return invalid("Validation Failed", "PullRequest", "base", "invalid");
    };
    let same = |pull: &&Pull| pull.state == PullState::Open && pull.head == head && pull.base == base;
    if repository.pulls.iter().any(|pull| same(&pull)) {
        let owner = repository.owner();
        return refused(&format!("A pull request already exists for {owner}:{head}."));
    }
    if repository.between(&base_oid, &oid).is_empty() {
        return refused(&format!("No commits between {base} and {head}"));
    }
    let number = repository.pulls.iter().map(|pull| pull.number).max().unwrap_or_default() + 1;
    let pull = Pull {
        number,
        title: text(body, "title").to_owned(),
        body: text(body, "body").to_owned(),
        state: PullState::Open,
        head: head.to_owned(),
        head_oid: oid,
        base: base.to_owned(),
        author: "machine[bot]".to_owned(),
        merged_by: None,
        labels: Vec::new(),
        assignees: Vec::new(),
        auto_merge: false,
        commits: Vec::new(),
        at,
    };
    repository.pulls.push(pull.clone());
    Reply::new(201, shape::pull(repository, &pull))
}

fn refused(message: &str) -> Reply {
    let error = json!({"resource": "PullRequest", "code": "custom", "message": message});
    Reply::new(422, json!({"message": "Validation Failed", "errors": [error]}))
}

/// `pulls/update`.
pub(crate) fn update(repository: &mut Repository, number: &str, body: &Value) -> Reply {
    let Some(pull) = find(repository, number) else {
        return not_found();
    };
    for (key, field) in [("title", &mut pull.title), ("body", &mut pull.body)] {
        if let Some(new) = body.get(key).and_then(Value::as_str) {
            new.clone_into(field);
        }
    }
    if body.get("state").and_then(Value::as_str) == Some("closed") && pull.state == PullState::Open {
        pull.state = PullState::Closed;
    }
    let pull = pull.clone();
    Reply::new(200, shape::pull(repository, &pull))
}

/// `issues/add-labels`.
pub(crate) fn add_labels(repository: &mut Repository, number: &str, body: &Value) -> Reply {
    let Some(pull) = find(repository, number) else {
        return not_found();
    };
    for label in body.get("labels").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
    {
        if !pull.labels.iter().any(|own| own == label) {
            pull.labels.push(label.to_owned());
        }
    }
    let labels = pull.labels.iter().map(|name| json!({"name": name})).collect();
    Reply::list(Value::Null, None, labels)
}

/// `issues/add-assignees`: who may not be assigned is left out without a word.
pub(crate) fn assign(repository: &mut Repository, number: &str, body: &Value) -> Reply {
    let assignable = repository.assignable.clone();
    let Some(pull) = find(repository, number) else {
        return not_found();
    };
    for account in
        body.get("assignees").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
    {
        if assignable.contains(account) && !pull.assignees.iter().any(|own| own == account) {
            pull.assignees.push(account.to_owned());
        }
    }
    let assignees: Vec<Value> = pull.assignees.iter().map(|login| shape::user(login)).collect();
    Reply::new(
        201,
        json!({"number": pull.number, "title": pull.title, "state": "open", "assignees": assignees}),
    )
}

fn find<'a>(repository: &'a mut Repository, number: &str) -> Option<&'a mut Pull> {
    repository.pulls.iter_mut().find(|pull| pull.number.to_string() == number)
}
