//! The annotations of one Grafana.

use reqwest::Method;
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};
use url::Url;

use crate::base::Base;
use crate::wire::send;
use crate::{Annotation, Budget, Error, Health, Marker, Outcome, Region, Tags};

/// One Grafana, with a token and the time that a call may take.
#[derive(Debug, Clone)]
pub struct Grafana {
    client: reqwest::Client,
    base: Base,
    token: Option<SecretString>,
    budget: Budget,
}

impl Grafana {
    /// A Grafana at `url`. The client must not follow redirects:
    /// [`client_builder`](crate::client_builder) sets it up. The token is a service account's.
    ///
    /// # Errors
    /// [`Error::Url`] when the URL holds a user, a query or a fragment, or is not HTTP.
    pub fn new(
        client: reqwest::Client,
        url: Url,
        token: Option<SecretString>,
        budget: Budget,
    ) -> Result<Self, Error> {
        Ok(Self { client, base: Base::new(url)?, token, budget })
    }

    /// Writes the start of a region, once: after an answer that never came it looks for the
    /// annotation before it writes again.
    ///
    /// # Errors
    /// The answer's own error; [`Error::Unconfirmed`] when the time ran out after a try that
    /// Grafana may have obeyed.
    pub async fn open(&self, region: &Region) -> Result<Marker, Error> {
        let mut body = json!({
            "time": region.start.as_millisecond(),
            "tags": &region.tags,
            "text": &region.text,
        });
        if let (Some(link), Some(body)) = (&region.link, body.as_object_mut()) {
            body.insert("data".into(), json!({"run": link}));
        }
        let end = Instant::now() + self.budget.total;
        let url = self.base.api("annotations");
        let mut ambiguous = false;
        loop {
            // Whoever may have been heard asks first.
            let result = match ambiguous {
                true => self.look_for(region, end).await,
                false => Ok(None),
            };
            let result = match result {
                Ok(Some(marker)) => return Ok(marker),
                Ok(None) => {
                    self.once(Method::POST, &url, Some(&body), end).await.and_then(|json| id_of(&json))
                }
                Err(error) => Err(error),
            };
            let error = match result {
                Ok(id) => return Ok(Marker { id, start: region.start, tags: region.tags.clone() }),
                Err(error) => error,
            };
            ambiguous |= error.is_ambiguous();
            if !error.may_pass() || !self.pause(end).await {
                return Err(if ambiguous { Error::Unconfirmed(Box::new(error)) } else { error });
            }
        }
    }

    /// Writes the end of a region, with all its tags and the outcome's. Doing so twice is the same
    /// as once. An end before the start becomes the start, because Grafana would swap the two.
    ///
    /// # Errors
    /// [`Error::Tags`] when the tags of both are too long together; else the answer's own error.
    pub async fn close(&self, marker: &Marker, outcome: &Outcome) -> Result<(), Error> {
        let body = json!({
            "timeEnd": marker.end_ms(outcome),
            "tags": marker.tags.with(&outcome.tags)?,
            "text": &outcome.text,
        });
        let url = self.base.api(&format!("annotations/{}", marker.id));
        let end = Instant::now() + self.budget.total;
        self.repeated(Method::PATCH, &url, Some(&body), end).await.map(drop)
    }

    /// The newest annotations that have all these tags, at most `limit` of them.
    ///
    /// # Errors
    /// The answer's own error.
    pub async fn find(&self, tags: &Tags, limit: u32) -> Result<Vec<Annotation>, Error> {
        let end = Instant::now() + self.budget.total;
        annotations(self.repeated(Method::GET, &self.search(tags, limit), None, end).await?)
    }

    /// Whether it is up, and its version.
    ///
    /// # Errors
    /// The answer's own error.
    pub async fn health(&self) -> Result<Health, Error> {
        let end = Instant::now() + self.budget.total;
        let json = self.repeated(Method::GET, &self.base.api("health"), None, end).await?;
        serde_json::from_value(json).map_err(|_| foreign())
    }

    /// The annotation that an unconfirmed try may have left.
    async fn look_for(&self, region: &Region, end: Instant) -> Result<Option<Marker>, Error> {
        let url = self.search(&region.tags, 100);
        let found = annotations(self.once(Method::GET, &url, None, end).await?)?;
        let start = region.start.as_millisecond();
        let same = found.into_iter().find(|found| found.time == start && region.tags.are(&found.tags));
        Ok(same.map(|found| Marker { id: found.id, start: region.start, tags: region.tags.clone() }))
    }

    /// Repeated `tags` are joined by AND; commas would make one tag of them.
    fn search(&self, tags: &Tags, limit: u32) -> Url {
        let mut url = self.base.api("annotations");
        for tag in tags.iter() {
            url.query_pairs_mut().append_pair("tags", tag.as_str());
        }
        url.query_pairs_mut().append_pair("limit", &limit.to_string());
        url
    }

    /// A request that may be sent any number of times.
    async fn repeated(
        &self,
        method: Method,
        url: &Url,
        body: Option<&Value>,
        end: Instant,
    ) -> Result<Value, Error> {
        loop {
            match self.once(method.clone(), url, body, end).await {
                Err(error) if error.may_pass() && self.pause(end).await => {}
                result => return result,
            }
        }
    }

    async fn once(
        &self,
        method: Method,
        url: &Url,
        body: Option<&Value>,
        end: Instant,
    ) -> Result<Value, Error> {
        let left = end.saturating_duration_since(Instant::now());
        let limit = self.budget.attempt.min(left);
        send(&self.client, self.token.as_ref(), method, url, body, limit).await
    }

    /// Waits for the next try, if there is time for one.
    async fn pause(&self, end: Instant) -> bool {
        let next = Instant::now() + self.budget.pause;
        let in_time = next < end;
        if in_time {
            sleep(self.budget.pause).await;
        }
        in_time
    }
}

/// A saved annotation has a number. A redirected POST ends in a list, and a proxy in anything.
fn id_of(json: &Value) -> Result<i64, Error> {
    json.get("id").and_then(Value::as_i64).filter(|id| *id > 0).ok_or_else(foreign)
}

fn annotations(json: Value) -> Result<Vec<Annotation>, Error> {
    serde_json::from_value(json).map_err(|_| foreign())
}

/// JSON, and not what Grafana says here.
fn foreign() -> Error {
    Error::NotGrafana { status: 200, content_type: "other JSON".into() }
}
