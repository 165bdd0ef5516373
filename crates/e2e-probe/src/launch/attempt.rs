//! Reads one launch stream to its end. It never reconnects: each request is a new launch.

use reqwest::Response;
use reqwest::header::ACCEPT;
use tokio::time::{Instant, timeout_at};
use url::Url;

use crate::event::{Event, Malformed};
use crate::fault::{Fault, Kind};
use crate::finding::Finding;
use crate::http::{Head, Http};
use crate::run::Run;
use crate::sse::{Decoder, Frame};
use crate::{Cause, Component, Phase};

use super::EVENT_STREAM;
use super::judge::Ended;
use super::watch::{Limit, Watch};

/// One request for `url`, told to `run` as it goes.
pub(super) async fn attempt(run: &Run, http: &Http, url: &Url, watch: &mut Watch) -> Ended {
    watch.heard(Instant::now());
    let request = http.client.get(url.clone()).header(ACCEPT, EVENT_STREAM).send();
    let (deadline, limit) = watch.deadline();
    match timeout_at(deadline, request).await {
        Err(_) => Ended::Late(limit),
        Ok(Err(error)) => Ended::Refused(Fault::of(error).finding(url)),
        Ok(Ok(response)) => match not_a_stream(&Head::of(&response), url) {
            Some(finding) => Ended::Refused(finding),
            None => listen(run, response, watch).await,
        },
    }
}

/// BinderHub wraps every error of its own into a stream with status 200. Anything else comes
/// from something in front of it, or is not BinderHub.
fn not_a_stream(head: &Head, url: &Url) -> Option<Finding> {
    let wanted = "HTTP 200 with text/event-stream";
    if head.status != 200 || head.followed(url) {
        return Some(head.unexpected(url, wanted));
    }
    if head.content_type != "text/event-stream" {
        let kind = if head.content_type.is_empty() { "no content type" } else { &head.content_type };
        let finding = Finding::fail(Cause::ContentType, format!("HTTP 200 with {kind}"));
        return Some(finding.at(Component::Ingress).wanted(wanted));
    }
    None
}

async fn listen(run: &Run, mut response: Response, watch: &mut Watch) -> Ended {
    let mut decoder = Decoder::default();
    loop {
        let (deadline, limit) = watch.deadline();
        let bytes = match timeout_at(deadline, response.chunk()).await {
            Err(_) => return Ended::Late(limit),
            Ok(Err(error)) => {
                let fault = Fault::of(error);
                // A read timeout of the client itself is silence by another clock.
                let silent = fault.kind == Kind::Timeout && matches!(limit, Limit::Silence(_));
                return if silent { Ended::Late(limit) } else { Ended::Cut(fault) };
            }
            Ok(Ok(None)) => return Ended::Truncated(decoder.finish()),
            Ok(Ok(Some(bytes))) => bytes,
        };
        watch.heard(Instant::now());
        for frame in decoder.push(&bytes) {
            let Frame::Message(message) = frame else { continue };
            watch.truncated += u32::from(message.truncated);
            match Event::parse(&message.data) {
                Err(Malformed) => watch.malformed += u32::from(!message.truncated),
                Ok(event) => {
                    if let Some(ended) = hear(run, event, watch) {
                        return ended;
                    }
                }
            }
        }
    }
}

/// Takes in one event; the first `ready` or `failed` is the end. BinderHub sends a second, empty
/// `failed` a second later, and may leave the stream open for ever.
fn hear(run: &Run, event: Event, watch: &mut Watch) -> Option<Ended> {
    let before = watch.phase();
    watch.observe(&event, Instant::now());
    let phase = event.phase.or(watch.phase());
    if event.lines.is_empty() && phase != before {
        run.stream(phase, String::new());
    }
    for line in &event.lines {
        run.stream(phase, line.clone());
    }
    match (event.phase, event.ready) {
        (_, Some(ready)) => Some(Ended::Ready(ready)),
        (Some(Phase::Failed), _) => Some(Ended::Failed { status: event.status, lines: event.lines }),
        _ => None,
    }
}
