//! Bodies on their way through the relay.

use std::convert::Infallible;

use bytes::Bytes;
use futures::StreamExt as _;
use http::{Request, Response};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use kube::client::Body;

use super::gate::Switch;

/// Whatever a body may fail with.
pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A body that goes to Helm.
pub(crate) type Reply = UnsyncBoxBody<Bytes, BoxError>;

/// A body that is known as a whole.
pub(crate) fn whole(bytes: impl Into<Bytes>) -> Reply {
    Full::new(bytes.into()).map_err(|never: Infallible| match never {}).boxed_unsync()
}

/// A body that is passed on frame by frame, as it comes, until the gate closes.
pub(crate) fn passed_on(body: Body, switch: Switch) -> Reply {
    let open = async move { switch.closed().await };
    let frames = body.into_data_stream().map(|data| data.map(http_body::Frame::data).map_err(BoxError::from));
    StreamBody::new(frames.take_until(Box::pin(open))).boxed_unsync()
}

/// Makes request bodies that are sent once.
///
/// `kube`'s client repeats a request by itself when its body is one it can copy: for a quarter of an
/// hour, whatever the verb, and past any gate. It never copies the body of a *response*, so a
/// request's body takes the way of one. The relay repeats what may be repeated, gate and all.
#[derive(Clone)]
pub(crate) struct OnceBodies(kube::Client);

impl OnceBodies {
    pub(crate) fn new() -> Self {
        let mirror =
            |request: Request<Body>| async { Ok::<_, Infallible>(Response::new(request.into_body())) };
        Self(kube::Client::new(tower::service_fn(mirror), ""))
    }

    pub(crate) async fn make(&self, bytes: Bytes) -> Result<Body, kube::Error> {
        self.0.send(Request::new(Body::from(bytes))).await.map(Response::into_body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_body_made_here_cannot_be_sent_twice_and_keeps_its_length() {
        let body = OnceBodies::new().make(Bytes::from_static(b"{}")).await.unwrap();
        assert!(body.try_clone().is_none(), "kube could repeat it");
        assert_eq!(http_body::Body::size_hint(&body).exact(), Some(2));
        assert_eq!(body.collect().await.unwrap().to_bytes(), "{}");
    }
}
