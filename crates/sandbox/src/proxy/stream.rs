//! An answer under way, which a fault can still stop or end.

use bytes::Bytes;
use futures::stream;
use http_body_util::{BodyExt as _, StreamBody};
use hyper::body::{Frame, Incoming};
use std::sync::Arc;
use tokio::sync::watch;

use super::fault::{Asked, Effect};
use super::forward::Faults;
use super::wire::Cut;
use super::{Body, Broken};

struct UnderWay {
    body: Incoming,
    request: Asked,
    faults: Arc<Faults>,
    orders: watch::Receiver<u64>,
    cut: Cut,
    broken: bool,
}

/// Passes `body` on piece by piece, unbuffered, as long as no fault hits it.
pub(super) fn watched(body: Incoming, request: Asked, faults: Arc<Faults>, cut: Cut) -> Body {
    let orders = faults.orders();
    let state = UnderWay { body, request, faults, orders, cut, broken: false };
    let frames = stream::unfold(state, |mut state| async move {
        if state.broken {
            return None;
        }
        let frame = next(&mut state).await?;
        state.broken = frame.is_err();
        Some((frame, state))
    });
    StreamBody::new(frames).boxed_unsync()
}

async fn next(state: &mut UnderWay) -> Option<Result<Frame<Bytes>, Broken>> {
    loop {
        tokio::select! {
            biased;
            Ok(()) = state.orders.changed() => {
                let Some(hit) = state.faults.hit_stream(&state.request) else { continue };
                match hit.effect {
                    Effect::Cut { .. } => {
                        state.cut.order();
                        return Some(Err(Broken::new("cut by order")));
                    }
                    _ => state.faults.wait_for_end(hit.id, hit.ends).await,
                }
            }
            frame = state.body.frame() => return frame.map(|frame| frame.map_err(Broken::new)),
        }
    }
}
