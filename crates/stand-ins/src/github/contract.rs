//! GitHub's own description of the operations: which one a request is, and whether it is right.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use http::Method;
use jsonschema::Validator;
use serde_json::{Map, Value, json};

use crate::wire::Query;

const SLICE: &str = include_str!("../../../../fixtures/github/openapi.json");

/// The slice, with its validators as they were needed.
pub(crate) struct Contract {
    document: Value,
    operations: Vec<Operation>,
    validators: Mutex<BTreeMap<String, Option<Arc<Validator>>>>,
}

/// An operation.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) id: String,
    method: Method,
    path: Vec<String>,
}

impl Contract {
    /// The one slice of this process: its schemas are compiled once.
    pub(crate) fn get() -> &'static Self {
        static CONTRACT: OnceLock<Contract> = OnceLock::new();
        CONTRACT.get_or_init(|| Self::parse(serde_json::from_str(SLICE).unwrap_or_default()))
    }

    fn parse(document: Value) -> Self {
        let operations = document.get("operations").and_then(Value::as_object).into_iter().flatten();
        let operations = operations.filter_map(|(id, operation)| {
            let text = |key| operation.get(key).and_then(Value::as_str);
            Some(Operation {
                id: id.clone(),
                method: text("method")?.parse().ok()?,
                path: text("path")?.trim_start_matches('/').split('/').map(str::to_owned).collect(),
            })
        });
        Self { operations: operations.collect(), validators: Mutex::default(), document }
    }

    /// The operation of a request, with the words that stand for its parameters.
    pub(crate) fn operation(&self, method: &Method, path: &[String]) -> Option<(&Operation, Vec<String>)> {
        let fits = |operation: &&Operation| operation.method == *method;
        self.operations
            .iter()
            .filter(fits)
            .find_map(|operation| operation.words(path).map(|words| (operation, words)))
    }

    /// What is wrong with the query and the body of a request.
    pub(crate) fn judge_request(&self, id: &str, query: &Query, body: Option<&Value>) -> Vec<String> {
        let mut wrong = Vec::new();
        let known = self.at(&["operations", id, "query"]).and_then(Value::as_object);
        for (name, text) in query.pairs() {
            let Some(schema) = known.and_then(|known| known.get(name)) else {
                wrong.push(format!("{id} takes no `{name}` in its query"));
                continue;
            };
            let number = schema.get("type").and_then(Value::as_str) == Some("integer");
            let value = number.then(|| text.parse::<i64>().ok().map(Value::from)).flatten();
            wrong.extend(self.judge(
                &format!("{id} query {name}"),
                schema,
                &value.unwrap_or_else(|| text.into()),
            ));
        }
        match (self.at(&["operations", id, "body"]).filter(|schema| !schema.is_null()), body) {
            (Some(schema), Some(body)) => wrong.extend(self.judge(&format!("{id} body"), schema, body)),
            (None, Some(_)) => wrong.push(format!("{id} takes no body")),
            (_, None) => {}
        }
        wrong
    }

    /// What is wrong with an answer.
    pub(crate) fn judge_answer(&self, id: &str, status: u16, body: &Value) -> Vec<String> {
        let status = status.to_string();
        match self.at(&["operations", id, "responses", &status]) {
            None => vec![format!("{id} never answers {status}")],
            Some(Value::Null) if body.is_null() => Vec::new(),
            Some(schema) => self.judge(&format!("{id} {status}"), schema, body),
        }
    }

    /// The schema of an answer.
    pub(crate) fn answer(&self, id: &str, status: u16) -> Option<&Value> {
        self.at(&["operations", id, "responses", &status.to_string()])
    }

    /// The schema that a reference leads to, or the schema itself.
    pub(crate) fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let name = schema.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix("#/$defs/"));
        name.and_then(|name| self.at(&["$defs", name])).map_or(schema, |schema| self.resolve(schema))
    }

    fn judge(&self, what: &str, schema: &Value, value: &Value) -> Vec<String> {
        let Some(validator) = self.validator(what, schema) else {
            return vec![format!("{what}: its schema cannot be read")];
        };
        let told = |error: jsonschema::ValidationError<'_>| {
            format!("{what}: {} at {}", error, error.instance_path())
        };
        validator.iter_errors(value).take(3).map(told).collect()
    }

    fn validator(&self, what: &str, schema: &Value) -> Option<Arc<Validator>> {
        let mut validators = self.validators.lock().unwrap_or_else(PoisonError::into_inner);
        let made = validators.entry(what.to_owned()).or_insert_with(|| {
            let definitions = self.document.get("$defs").cloned().unwrap_or_default();
            let whole = json!({"$defs": definitions, "allOf": [schema]});
            let options =
                jsonschema::options().should_validate_formats(true).should_ignore_unknown_formats(true);
            options.build(&whole).ok().map(Arc::new)
        });
        made.clone()
    }

    fn at(&self, keys: &[&str]) -> Option<&Value> {
        keys.iter().try_fold(&self.document, |value, key| value.get(key))
    }
}

impl Operation {
    /// The words of `path` at the parameters; the last parameter takes all that is left.
    fn words(&self, path: &[String]) -> Option<Vec<String>> {
        let mut words = Vec::new();
        let mut rest = path.iter();
        for (at, part) in self.path.iter().enumerate() {
            let word = rest.next()?;
            if !part.starts_with('{') {
                if part != word {
                    return None;
                }
            } else if at + 1 == self.path.len() && part == "{ref}" {
                let more = rest.by_ref().fold(word.clone(), |text, more| format!("{text}/{more}"));
                words.push(more);
            } else {
                words.push(word.clone());
            }
        }
        rest.next().is_none().then_some(words)
    }
}

/// The keys that version 2026-03-10 of the API leaves out of every answer.
const GONE: [&str; 3] = ["assignee", "merge_commit_sha", "has_downloads"];

/// An answer of version 2022-11-28 as 2026-03-10 gives it.
pub(crate) fn newest(value: Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(newest).collect()),
        Value::Object(fields) => {
            let kept = fields.into_iter().filter(|(key, _)| !GONE.contains(&key.as_str()));
            Value::Object(kept.map(|(key, value)| (key, newest(value))).collect::<Map<_, _>>())
        }
        scalar => scalar,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::tests::request;

    #[test]
    fn what_the_description_does_not_allow_is_found() {
        let contract = Contract::get();
        let path = |text: &str| text.split('/').map(str::to_owned).collect::<Vec<_>>();
        let (operation, words) =
            contract.operation(&Method::GET, &path("repos/a/b/git/ref/heads/bump/x")).unwrap();
        // The name of a branch is one word, with its slashes.
        assert_eq!(operation.id, "git/get-ref");
        assert_eq!(words, ["a", "b", "heads/bump/x"]);
        assert!(contract.operation(&Method::PUT, &path("repos/a/b/pulls")).is_none());
        let query = request("GET", "/x?state=ajar&page=one&color=red", &[]).query();
        assert_eq!(contract.judge_request("pulls/list", &query, None).len(), 3);
        let none = request("GET", "/x", &[]).query();
        assert_eq!(contract.judge_request("pulls/create", &none, Some(&json!({"title": 1}))).len(), 3);
        let good = json!({"title": "t", "head": "h", "base": "b"});
        assert_eq!(contract.judge_request("pulls/create", &none, Some(&good)), Vec::<String>::new());
        assert!(!contract.judge_answer("pulls/create", 201, &json!({"number": 1})).is_empty());
        assert!(!contract.judge_answer("pulls/create", 418, &json!({})).is_empty());
    }

    #[test]
    fn the_newest_version_leaves_out_what_it_dropped() {
        let pull = json!([{"assignee": null, "assignees": [], "base": {"repo": {"has_downloads": true}}}]);
        assert_eq!(newest(pull), json!([{"assignees": [], "base": {"repo": {}}}]));
    }
}
