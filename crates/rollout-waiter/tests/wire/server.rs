//! The answers of an API server, byte for byte, under a real client.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures::{StreamExt as _, stream};
use http::{Request, Response, StatusCode};
use http_body::Frame;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use kube::Client;
use kube::client::Body;
use serde_json::{Value, json};

type Reply = UnsyncBoxBody<Bytes, Infallible>;

/// What to answer to a request.
#[derive(Clone)]
pub(crate) enum Answer {
    /// A status and a body, then the end.
    Whole(u16, String),
    /// A watch: these lines, then silence until somebody hangs up.
    Watch(Vec<Value>),
    /// No answer at all.
    Silence,
}

impl Answer {
    pub(crate) fn list(items: &[Value]) -> Self {
        let list = json!({"kind": "List", "apiVersion": "v1", "metadata": {"resourceVersion": "100"}, "items": items});
        Self::Whole(200, list.to_string())
    }

    pub(crate) fn status(code: u16, message: &str) -> Self {
        let status = json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code, "message": message});
        Self::Whole(code, status.to_string())
    }
}

/// A server whose answers are chosen by `METHOD path` with `?watch` where it is one; lists are
/// streamed (`?stream`) only where that is scripted.
#[derive(Clone, Default)]
pub(crate) struct Server {
    answers: Arc<Mutex<BTreeMap<String, Vec<Answer>>>>,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Answers in turn; the last one again and again.
    pub(crate) fn on(self, request: &str, answers: &[Answer]) -> Self {
        self.answers.lock().unwrap().insert(request.to_owned(), answers.to_vec());
        self
    }

    /// An empty list and a silent watch for each of the resources.
    pub(crate) fn empty(mut self, resources: &[&str]) -> Self {
        for resource in resources {
            self = self
                .on(resource, &[Answer::list(&[])])
                .on(&format!("{resource}?watch"), &[Answer::Watch(vec![])]);
        }
        self
    }

    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    pub(crate) fn client(&self) -> Client {
        let server = self.clone();
        Client::new(tower::service_fn(move |request| server.clone().answer(request)), "hub")
    }

    async fn answer(self, request: Request<Body>) -> Result<Response<Reply>, Infallible> {
        let query = request.uri().query().unwrap_or_default();
        let suffix = if query.contains("sendInitialEvents=true") {
            "?stream"
        } else if query.contains("watch=true") {
            "?watch"
        } else if query.contains("previous=true") {
            "?previous"
        } else {
            ""
        };
        let name = format!("{}{suffix}", request.uri().path());
        self.requests.lock().unwrap().push(name.clone());
        let answer = {
            let mut answers = self.answers.lock().unwrap();
            match answers.get_mut(&name) {
                Some(rest) if rest.len() > 1 => rest.remove(0),
                Some(rest) => rest[0].clone(),
                None if suffix == "?stream" => Answer::status(422, "sendInitialEvents is forbidden"),
                None => Answer::status(404, &format!("nothing is scripted for {name}")),
            }
        };
        let (code, body) = match answer {
            Answer::Whole(code, text) => (code, Full::new(Bytes::from(text)).boxed_unsync()),
            Answer::Watch(lines) => {
                let lines = lines.into_iter().map(|line| Ok::<_, Infallible>(format!("{line}\n")));
                let frames = stream::iter(lines).chain(stream::pending());
                let frames = frames.map(|line| line.map(|line| Frame::data(Bytes::from(line))));
                (200, StreamBody::new(frames).boxed_unsync())
            }
            Answer::Silence => std::future::pending().await,
        };
        let response = Response::builder().status(StatusCode::from_u16(code).unwrap());
        Ok(response.header(http::header::DATE, "Sat, 21 Nov 2026 06:20:05 GMT").body(body).unwrap())
    }
}
