//! One request on its way to the API server, and the faults that may meet it.

use http::{HeaderMap, Request, Response, StatusCode, Uri, header};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

use super::board::{Board, Hit};
use super::fault::{Asked, Effect, Fault};
use super::record::{FaultLog, Injected};
use super::stream::watched;
use super::wire::Cut;
use super::{Body, Broken, text};

/// Headers that concern one connection only (RFC 9110, 7.6.1).
const HOP_BY_HOP: [header::HeaderName; 6] = [
    header::CONNECTION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    header::HOST,
];

/// The faults in force, shared by all connections.
#[derive(Debug)]
pub(super) struct Faults {
    board: Mutex<Board>,
    log: Mutex<FaultLog>,
    /// Counts the orders, so that streams under way look at the board again.
    orders: watch::Sender<u64>,
}

impl Faults {
    pub(super) fn new(log: FaultLog) -> Self {
        Self { board: Mutex::default(), log: Mutex::new(log), orders: watch::Sender::new(0) }
    }

    pub(super) fn board(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn orders(&self) -> watch::Receiver<u64> {
        self.orders.subscribe()
    }

    pub(super) fn post(&self, fault: Fault) -> u64 {
        let id = self.board().post(fault, Instant::now());
        self.orders.send_modify(|count| *count += 1);
        id
    }

    pub(super) fn reset(&self) {
        self.board().reset();
        self.orders.send_modify(|count| *count += 1);
    }

    fn hit_request(&self, request: &Asked) -> Option<Hit> {
        let hit = self.board().hit_request(request, Instant::now())?;
        self.write(&hit, false, request);
        Some(hit)
    }

    pub(super) fn hit_stream(&self, request: &Asked) -> Option<Hit> {
        let hit = self.board().hit_stream(request, Instant::now())?;
        self.write(&hit, true, request);
        Some(hit)
    }

    fn write(&self, hit: &Hit, stream: bool, request: &Asked) {
        let injected = Injected::new(hit.id, hit.effect.name(), stream, request);
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        // A fault that is not in the log does not count; there is nobody else to tell.
        let _ = log.write(&injected);
    }

    /// Waits until a fault's time is over or it was taken back.
    pub(super) async fn wait_for_end(&self, id: u64, ends: Option<Instant>) {
        let mut orders = self.orders();
        while self.board().lasts(id, Instant::now()) {
            let over = async {
                match ends {
                    Some(ends) => tokio::time::sleep_until(ends).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = over => return,
                _ = orders.changed() => {}
            }
        }
    }
}

/// Hands requests on to the API server.
#[derive(Debug, Clone)]
pub(super) struct Forward {
    pub(super) upstream: String,
    pub(super) client: Client<HttpsConnector<HttpConnector>, Body>,
    pub(super) faults: Arc<Faults>,
}

impl Forward {
    /// Answers one request. An error closes the connection without an answer.
    pub(super) async fn answer(
        &self,
        request: Request<Incoming>,
        cut: Cut,
    ) -> Result<Response<Body>, Broken> {
        let asked = asked(&request);
        let mut cut_after = false;
        if let Some(hit) = self.faults.hit_request(&asked) {
            match hit.effect {
                Effect::Cut { after: true } => cut_after = true,
                Effect::Cut { after: false } => {
                    cut.order();
                    return Err(Broken::new("cut by order"));
                }
                Effect::Delay { ms } => tokio::time::sleep(Duration::from_millis(ms)).await,
                Effect::Hang => self.faults.wait_for_end(hit.id, hit.ends).await,
                Effect::Status { code, message, retry_after } => {
                    return refusal(code, &message, retry_after);
                }
            }
        }
        let mut answer = match self.client.request(self.onward(request, &asked)?).await {
            Ok(answer) => answer,
            Err(error) => {
                let mut response = Response::new(text(format!("sandbox proxy: {error}\n")));
                *response.status_mut() = StatusCode::BAD_GATEWAY;
                return Ok(response);
            }
        };
        if cut_after {
            // The whole answer first: then the server has certainly done what was asked.
            let _ = answer.body_mut().collect().await;
            cut.order();
            return Err(Broken::new("cut by order after the answer"));
        }
        strip(answer.headers_mut());
        Ok(answer.map(|body| watched(body, asked, Arc::clone(&self.faults), cut)))
    }

    fn onward(&self, request: Request<Incoming>, asked: &Asked) -> Result<Request<Body>, Broken> {
        let (mut parts, body) = request.into_parts();
        parts.uri = format!("{}{}", self.upstream, asked.path).parse::<Uri>().map_err(Broken::new)?;
        strip(&mut parts.headers);
        Ok(Request::from_parts(parts, body.map_err(Broken::new).boxed_unsync()))
    }
}

fn strip(headers: &mut HeaderMap) {
    for name in HOP_BY_HOP {
        headers.remove(name);
    }
}

fn asked(request: &Request<Incoming>) -> Asked {
    let agent = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    Asked {
        method: request.method().to_string(),
        path: request.uri().path_and_query().map(ToString::to_string).unwrap_or_default(),
        user_agent: agent.unwrap_or_default().to_owned(),
    }
}

/// A refusal in the shape in which an API server refuses.
fn refusal(code: u16, message: &str, retry_after: Option<u32>) -> Result<Response<Body>, Broken> {
    let reason = match code {
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "NotFound",
        409 => "Conflict",
        410 => "Expired",
        429 => "TooManyRequests",
        500 => "InternalError",
        503 => "ServiceUnavailable",
        504 => "Timeout",
        _ => "",
    };
    let status = serde_json::json!({
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": message,
        "reason": reason,
        "code": code,
    });
    let mut response = Response::builder().status(code).header(header::CONTENT_TYPE, "application/json");
    if let Some(seconds) = retry_after {
        response = response.header(header::RETRY_AFTER, seconds);
    }
    response.body(text(status.to_string())).map_err(Broken::new)
}
