//! From a request to the operation that answers it, both judged by the contract.

use http::Method;
use serde_json::{Value, json};

use super::contract::{Contract, newest};
use super::fill::fill;
use super::state::State;
use super::{Asked, edit, graphql, pulls, reads};
use crate::wire::{Query, Request};

/// The versions that GitHub takes.
const VERSIONS: [&str; 2] = ["2022-11-28", "2026-03-10"];

/// An answer before it is whole.
pub(crate) struct Reply {
    status: u16,
    body: Value,
    /// The items of a page, and the key under which they stand; alone they are the body.
    items: Option<(Option<&'static str>, Vec<Value>)>,
}

impl Reply {
    pub(crate) fn new(status: u16, body: Value) -> Self {
        Self { status, body, items: None }
    }

    pub(crate) fn list(body: Value, key: Option<&'static str>, items: Vec<Value>) -> Self {
        Self { status: 200, body, items: Some((key, items)) }
    }
}

pub(crate) fn not_found() -> Reply {
    Reply::new(
        404,
        json!({"message": "Not Found", "documentation_url": "https://docs.github.com/rest", "status": "404"}),
    )
}

pub(crate) fn invalid(message: &str, resource: &str, field: &str, code: &str) -> Reply {
    let error = json!({"resource": resource, "field": field, "code": code});
    Reply::new(422, json!({"message": message, "errors": [error]}))
}

/// A field as text; an absent one is empty.
pub(crate) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// A request that was understood.
pub(crate) struct Understood {
    pub(crate) asked: Asked,
    words: Vec<String>,
    query: Query,
    body: Option<Value>,
}

/// What a request asks for; `Err` is the answer of whoever cannot tell.
pub(crate) fn understand(request: &Request) -> Result<Understood, (u16, Value)> {
    let body = match request.body.as_slice() {
        [] => None,
        bytes => Some(serde_json::from_slice(bytes).map_err(|_| problem(400, "Problems parsing JSON"))?),
    };
    let decode = |part: &str| {
        url::form_urlencoded::parse(format!("x={}", part.replace('+', "%2B")).as_bytes())
            .next()
            .map(|(_, text)| text.into_owned())
    };
    let path: Vec<String> = request.path().trim_start_matches('/').split('/').filter_map(decode).collect();
    let graphql = path.first().map(String::as_str) == Some("graphql");
    let (operation, words) = if graphql {
        (text(body.as_ref().unwrap_or(&Value::Null), "operationName").to_owned(), Vec::new())
    } else {
        let found = Contract::get().operation(&request.method, &path);
        let (operation, words) = found.ok_or_else(|| problem(404, "Not Found"))?;
        (operation.id.clone(), words)
    };
    let writes = if graphql { operation != "History" } else { request.method != Method::GET };
    let asked =
        Asked { operation, method: request.method.to_string(), path: request.path().to_owned(), writes };
    Ok(Understood { asked, words, query: request.query(), body })
}

fn problem(status: u16, message: &str) -> (u16, Value) {
    (status, json!({"message": message, "documentation_url": "https://docs.github.com/rest"}))
}

/// Who may not ask at all.
pub(crate) fn bar(state: &State, request: &Request, writes: bool) -> Option<(u16, Value)> {
    if request.header("user-agent").is_none_or(str::is_empty) {
        return Some(problem(
            403,
            "Request forbidden by administrative rules. Please make sure your request has a User-Agent header",
        ));
    }
    let version = request.header("x-github-api-version").unwrap_or("2022-11-28");
    if !VERSIONS.contains(&version) {
        return Some(problem(400, &format!("The API version '{version}' is not supported.")));
    }
    let token = request.header("authorization").and_then(|header| header.strip_prefix("Bearer "));
    match token.map(|token| state.tokens.get(token)) {
        Some(None) => Some(problem(401, "Bad credentials")),
        Some(Some(true)) => None,
        Some(Some(false)) if writes => Some(problem(403, "Resource not accessible by personal access token")),
        None if writes || request.path() == "/graphql" => Some(problem(401, "Requires authentication")),
        _ => None,
    }
}

/// The answer: status, body, and the link to the next page.
pub(crate) fn answer(
    state: &mut State,
    request: &Request,
    understood: &Understood,
) -> (u16, Value, Option<String>) {
    let Understood { asked, words, query, body } = understood;
    let empty = Value::Null;
    let body = body.as_ref().unwrap_or(&empty);
    if request.path() == "/graphql" {
        return (200, graphql::answer(state, body), None);
    }
    let id = asked.operation.as_str();
    let contract = Contract::get();
    let wrong = contract.judge_request(id, query, (!body.is_null()).then_some(body));
    if !wrong.is_empty() {
        state.violations.extend(wrong);
        let errors = json!([{"resource": "Request", "field": "x", "code": "invalid"}]);
        return (
            422,
            json!({"message": "Invalid request", "documentation_url": "https://docs.github.com/rest", "errors": errors}),
            None,
        );
    }
    let reply = operate(state, id, words, query, body);
    let (mut whole, link) = paged(reply.body, reply.items, request, query);
    if let Some(schema) = contract.answer(id, reply.status) {
        whole = fill(contract, schema, Some(whole));
    }
    state.violations.extend(contract.judge_answer(id, reply.status, &whole));
    if request.header("x-github-api-version") == Some("2026-03-10") {
        whole = newest(whole);
    }
    (reply.status, whole, link)
}

fn operate(state: &mut State, id: &str, words: &[String], query: &Query, body: &Value) -> Reply {
    let at = state.tick();
    let mut words = words.iter().map(String::as_str);
    let name = format!("{}/{}", words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let Some(repository) = state.repositories.get_mut(&name) else {
        return not_found();
    };
    let word = words.next().unwrap_or_default();
    match id {
        "repos/get" => Reply::new(200, super::shape::repository(repository)),
        "repos/compare-commits-with-basehead" => reads::compare(repository, word),
        "repos/list-pull-requests-associated-with-commit" => reads::pulls_of(repository, word),
        "repos/get-combined-status-for-ref" => reads::status(repository, word),
        "repos/list-tags" => reads::tags(repository),
        "repos/list-releases" => reads::releases(repository),
        "checks/list-for-ref" => reads::check_runs(repository, word),
        "git/get-ref" => reads::reference(repository, word),
        "git/get-commit" => reads::commit(repository, word),
        "git/get-tree" => reads::tree(repository, word),
        "git/create-tree" => edit::create_tree(repository, body),
        "git/create-commit" => edit::create_commit(repository, body, at),
        "pulls/list" => pulls::list(repository, query),
        "pulls/get" => pulls::get(repository, word),
        "pulls/create" => pulls::create(repository, body, at),
        "pulls/update" => pulls::update(repository, word, body),
        "issues/add-labels" => pulls::add_labels(repository, word, body),
        "issues/add-assignees" => pulls::assign(repository, word, body),
        _ => not_found(),
    }
}

/// One page of the items, and where the next one is.
fn paged(
    mut body: Value,
    items: Option<(Option<&'static str>, Vec<Value>)>,
    request: &Request,
    query: &Query,
) -> (Value, Option<String>) {
    let Some((key, items)) = items else {
        return (body, None);
    };
    let number = |name, absent: usize| {
        query.number(name).and_then(|number| usize::try_from(number).ok()).unwrap_or(absent)
    };
    let (page, size) = (number("page", 1).max(1), number("per_page", 30).clamp(1, 100));
    let more = items.len() > page * size;
    let shown: Vec<Value> = items.into_iter().skip((page - 1) * size).take(size).collect();
    match (key, body.as_object_mut()) {
        (Some(key), Some(fields)) => {
            fields.insert(key.to_owned(), shown.into());
        }
        _ => body = shown.into(),
    }
    let kept = query.pairs().filter(|(name, _)| *name != "page");
    let kept = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(kept)
        .append_pair("page", &(page + 1).to_string())
        .finish();
    let link = format!("<http://{}{}?{kept}>; rel=\"next\"", request.host(), request.path());
    (body, more.then_some(link))
}
