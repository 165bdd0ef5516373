//! One operation of the REST API: its request, and its answer as a value.

use reqwest::Method;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::limits::Repeat;
use crate::{Error, GitHub, Repo};

/// How many a page holds: the most that GitHub gives.
const PAGE: usize = 100;

/// A request.
#[derive(Debug, Clone)]
pub(crate) struct Call<'a> {
    pub(crate) method: Method,
    pub(crate) path: Vec<&'a str>,
    pub(crate) query: Vec<(&'a str, String)>,
    pub(crate) body: Option<Value>,
    pub(crate) repeat: Repeat,
}

impl<'a> Call<'a> {
    /// Reads something of a repository.
    pub(crate) fn get(repo: &'a Repo, path: &[&'a str]) -> Self {
        let path = [&["repos", repo.owner(), repo.name()][..], path].concat();
        Self { method: Method::GET, path, query: Vec::new(), body: None, repeat: Repeat::Read }
    }

    /// Writes something of a repository.
    pub(crate) fn write(
        method: Method,
        repo: &'a Repo,
        path: &[&'a str],
        body: Value,
        repeat: Repeat,
    ) -> Self {
        Self { method, body: Some(body), repeat, ..Self::get(repo, path) }
    }

    /// With one more pair in the query.
    pub(crate) fn with(mut self, name: &'a str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }
}

impl GitHub {
    /// The answer as a value.
    pub(crate) async fn one<T: DeserializeOwned>(&self, call: &Call<'_>) -> Result<T, Error> {
        value(self.call(call).await?.json)
    }

    /// Every item of at most `pages` pages; `items` finds them in a page.
    pub(crate) async fn pages<T: DeserializeOwned>(
        &self,
        call: Call<'_>,
        pages: usize,
        items: fn(Value) -> Value,
    ) -> Result<Vec<T>, Error> {
        let call = call.with("per_page", PAGE.to_string());
        let mut answer = self.call(&call).await?;
        let mut all: Vec<T> = Vec::new();
        for page in 1.. {
            all.extend(value::<Vec<T>>(items(answer.json))?);
            // The link is GitHub's own; another host would be given the token.
            match answer.next.filter(|next| page < pages && self.base.holds(next)) {
                Some(next) => answer = self.send(Method::GET, &next, None, Repeat::Read).await?,
                None => break,
            }
        }
        Ok(all)
    }
}

/// Reads JSON that is promised to have this shape.
pub(crate) fn value<T: DeserializeOwned>(json: Value) -> Result<T, Error> {
    serde_json::from_value(json).map_err(|error| Error::NotGitHub {
        status: 200,
        content_type: "other JSON".to_owned(),
        why: Some(error.to_string()),
    })
}
