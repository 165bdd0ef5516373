//! The control endpoint: orders come in as JSON.

use http::{Method, Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use std::sync::Arc;

use super::fault::Fault;
use super::forward::Faults;
use super::{Body, Broken, text};

/// `POST /faults` orders, `GET /faults` lists, `DELETE /faults` takes all back, `GET /healthz`.
pub(super) async fn answer(
    faults: Arc<Faults>,
    request: Request<Incoming>,
) -> Result<Response<Body>, Broken> {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let (code, body) = match (method, path.as_str()) {
        (Method::GET, "/healthz") => (StatusCode::OK, "ok".to_owned()),
        (Method::GET, "/faults") => (StatusCode::OK, list(&faults)),
        (Method::DELETE, "/faults") => {
            faults.reset();
            (StatusCode::OK, "{}".to_owned())
        }
        (Method::POST, "/faults") => {
            let order = request.into_body().collect().await.map_err(Broken::new)?.to_bytes();
            match serde_json::from_slice::<Fault>(&order) {
                Ok(fault) => {
                    let id = faults.post(fault);
                    (StatusCode::CREATED, serde_json::json!({ "id": id }).to_string())
                }
                Err(error) => (StatusCode::BAD_REQUEST, error.to_string()),
            }
        }
        _ => (StatusCode::NOT_FOUND, "there are /faults and /healthz".to_owned()),
    };
    let mut response = Response::new(text(body));
    *response.status_mut() = code;
    Ok(response)
}

fn list(faults: &Faults) -> String {
    let board = faults.board();
    let active = board.active().iter().map(
        |active| serde_json::json!({ "id": active.id, "injected": active.injected, "order": active.fault }),
    );
    serde_json::Value::from_iter(active).to_string()
}
