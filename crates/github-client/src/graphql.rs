//! A GraphQL query, and its answer.

use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::limits::Repeat;
use crate::wire::hide;
use crate::{Error, GitHub};

/// A query of this crate with the name of its operation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Query {
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    data: Option<Value>,
    #[serde(default)]
    errors: Vec<Said>,
}

#[derive(Deserialize)]
struct Said {
    #[serde(default)]
    message: String,
    #[serde(rename = "type", default)]
    kind: String,
}

impl GitHub {
    /// Asks a query; an answer with errors is one.
    pub(crate) async fn query(&self, query: Query, variables: Value, repeat: Repeat) -> Result<Value, Error> {
        let body = json!({"query": query.text, "operationName": query.name, "variables": variables});
        let url = self.base.graphql();
        let json = self.send(Method::POST, &url, Some(&body), repeat).await?.json;
        let answer: Answer = crate::call::value(json)?;
        match (answer.errors.as_slice(), answer.data) {
            ([], Some(data)) => Ok(data),
            ([], None) => Err(Error::NotGitHub {
                status: 200,
                content_type: "other JSON".to_owned(),
                why: Some("neither data nor errors".to_owned()),
            }),
            // The limit of GraphQL is told with status 200.
            (errors, _) if errors.iter().any(|said| said.kind == "RATE_LIMITED") => Err(Error::RateLimited {
                wait: None,
                message: errors.iter().map(|said| hide(&said.message, self.token.as_ref())).collect(),
            }),
            (errors, _) => Err(Error::Query {
                messages: errors.iter().map(|said| hide(&said.message, self.token.as_ref())).collect(),
                kinds: errors.iter().map(|said| said.kind.clone()).collect(),
            }),
        }
    }
}
