//! The GraphQL queries of our own client, and no others.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::edit::update_ref;
use super::objects::Commit;
use super::rest::text;
use super::shape::{page, time};
use super::state::{PullState, Repository, State};

/// How many commits a page of a history holds.
const PAGE: usize = 100;

/// The hashes of the queries that were found valid against GitHub's schema.
const VALID: &str = include_str!("../../../../fixtures/github/queries.json");

/// Answers a query; what is wrong with it is a violation.
pub(crate) fn answer(state: &mut State, body: &Value) -> Value {
    let query = text(body, "query");
    let digest = Sha256::digest(query.as_bytes());
    let digest = digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    if !VALID.contains(&digest) {
        state.violations.push(format!(
            "query {} was changed since it was found valid: run fixtures/github/slice.mjs",
            text(body, "operationName")
        ));
    }
    let variables = body.get("variables").cloned().unwrap_or_default();
    let input = variables.get("input").cloned().unwrap_or_default();
    let done = match text(body, "operationName") {
        "History" => history(state, &variables),
        "UpdateRef" => update(state, &input).map(|()| json!({"updateRefs": {"clientMutationId": null}})),
        "AutoMerge" => auto_merge(state, &input)
            .map(|()| json!({"enablePullRequestAutoMerge": {"clientMutationId": null}})),
        other => Err(("NOT_FOUND", format!("no operation {other}"))),
    };
    match done {
        Ok(data) => json!({"data": data}),
        Err((kind, message)) => json!({"data": null, "errors": [{"type": kind, "message": message}]}),
    }
}

type Answered<T> = Result<T, (&'static str, String)>;

fn history(state: &State, variables: &Value) -> Answered<Value> {
    let name = format!("{}/{}", text(variables, "owner"), text(variables, "name"));
    let unknown = || ("NOT_FOUND", format!("Could not resolve to a Repository with the name '{name}'."));
    let repository = state.repositories.get(&name).ok_or_else(unknown)?;
    let head = text(variables, "head");
    if repository.objects.find(head).is_none() {
        return Ok(json!({"repository": {"object": null}}));
    }
    let past = repository.objects.past(head);
    let first = text(variables, "after").parse::<usize>().unwrap_or_default();
    let nodes: Vec<Value> =
        past.iter().skip(first).take(PAGE).map(|commit| node(repository, commit)).collect();
    let last = first + nodes.len();
    let info = json!({"hasNextPage": last < past.len(), "endCursor": last.to_string()});
    Ok(json!({"repository": {"object": {"history": {"pageInfo": info, "nodes": nodes}}}}))
}

fn node(repository: &Repository, commit: &Commit) -> Value {
    let pulls = repository.pulls.iter().filter(|pull| pull.commits.contains(&commit.oid));
    let pulls: Vec<Value> = pulls
        .map(|pull| {
            let kind = |login: &str| if login.ends_with("[bot]") { "Bot" } else { "User" };
            json!({
                "number": pull.number,
                "title": pull.title,
                "url": page(repository, pull.number),
                "mergedAt": (pull.state == PullState::Merged).then(|| time(pull.at)),
                "author": {"login": pull.author},
                "mergedBy": pull.merged_by.as_deref().map(|login| json!({"__typename": kind(login), "login": login})),
                "labels": {"nodes": pull.labels.iter().map(|name| json!({"name": name})).collect::<Vec<_>>()},
                "baseRepository": {"nameWithOwner": repository.name},
            })
        })
        .collect();
    json!({"oid": commit.oid, "committedDate": time(commit.at), "associatedPullRequests": {"nodes": pulls}})
}

fn update(state: &mut State, input: &Value) -> Answered<()> {
    let id = text(input, "repositoryId");
    let repository =
        state.repositories.values_mut().find(|repository| format!("R_{}", repository.name) == id);
    let repository = repository.ok_or_else(|| ("NOT_FOUND", format!("no repository {id}")))?;
    for change in input.get("refUpdates").and_then(Value::as_array).into_iter().flatten() {
        update_ref(repository, change).map_err(|why| ("UNPROCESSABLE", why))?;
    }
    Ok(())
}

fn auto_merge(state: &mut State, input: &Value) -> Answered<()> {
    let id = text(input, "pullRequestId");
    for repository in state.repositories.values_mut() {
        let allowed = repository.auto_merge;
        let found = repository
            .pulls
            .iter_mut()
            .find(|pull| format!("PR_{}", pull.number) == id && pull.state == PullState::Open);
        let Some(pull) = found else { continue };
        if !allowed {
            return Err(("UNPROCESSABLE", "Auto merge is not allowed for this repository".to_owned()));
        }
        if pull.head_oid != text(input, "expectedHeadOid") {
            return Err(("UNPROCESSABLE", "Head sha didn't match expected SHA.".to_owned()));
        }
        pull.auto_merge = true;
        return Ok(());
    }
    Err(("NOT_FOUND", format!("Could not resolve to a node with the global id of '{id}'")))
}
