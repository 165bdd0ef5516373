//! The relay on the wire: raw bytes on one side, a scripted cluster under `kube`'s client on the other.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures::{StreamExt as _, channel::mpsc};
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full, StreamBody};
use kube::client::Body;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::body::{BoxError, Reply};
use super::server::{Purpose, Relay};
use super::{Own, Switch};
use crate::progress::Events;

type Seen = Arc<Mutex<Vec<String>>>;

/// A cluster that answers by this function and remembers what it was asked.
fn cluster(answer: impl Fn(usize) -> Response<Reply> + Send + Sync + 'static) -> (kube::Client, Seen) {
    let seen: Seen = Arc::default();
    let (kept, answer, count) = (Arc::clone(&seen), Arc::new(answer), Arc::new(AtomicUsize::new(0)));
    let service = tower::service_fn(move |request: Request<Body>| {
        let (kept, answer, count) = (Arc::clone(&kept), Arc::clone(&answer), Arc::clone(&count));
        async move {
            let headers: Vec<String> = request
                .headers()
                .iter()
                .map(|(name, value)| format!("{name}={}", value.to_str().unwrap()))
                .collect();
            let line = format!("{} {} [{}]", request.method(), request.uri(), headers.join(" "));
            let body = request.into_body().collect().await.unwrap().to_bytes();
            kept.lock().unwrap().push(format!("{line} {}", String::from_utf8_lossy(&body)));
            Ok::<_, BoxError>(answer(count.fetch_add(1, Ordering::SeqCst)))
        }
    });
    (kube::Client::new(service, "default"), seen)
}

fn reply(code: u16, body: &'static str) -> Response<Reply> {
    let body = Full::new(Bytes::from_static(body.as_bytes())).map_err(|never| match never {}).boxed_unsync();
    Response::builder().status(code).body(body).unwrap()
}

async fn relay(client: kube::Client, purpose: Purpose) -> (Relay, Switch) {
    let own = Own { release: "hub".parse().unwrap(), namespace: "prod".parse().unwrap() };
    let switch = Switch::new();
    (Relay::start(client, own, purpose, switch.clone(), Events::none()).await.unwrap(), switch)
}

/// Address and credential as Helm finds them in its kubeconfig.
fn way_in(relay: &Relay) -> (String, String) {
    let file = relay.kubeconfig().unwrap();
    let config: serde_json::Value = serde_json::from_slice(&std::fs::read(file.path()).unwrap()).unwrap();
    let url = config["clusters"][0]["cluster"]["proxy-url"].as_str().unwrap().to_owned();
    let (user, address) = url.strip_prefix("http://").unwrap().split_once('@').unwrap();
    use base64::Engine as _;
    (address.to_owned(), format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(user)))
}

async fn open(relay: &Relay, credential: Option<&str>, request: &str, body: &str) -> TcpStream {
    let (address, own) = way_in(relay);
    let mut stream = TcpStream::connect(address).await.unwrap();
    let credential = credential.unwrap_or(&own);
    let text = format!(
        "{request} HTTP/1.1\r\nhost: cluster\r\nproxy-authorization: {credential}\r\nauthorization: Bearer helm-has-none\r\nimpersonate-user: root\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(text.as_bytes()).await.unwrap();
    stream
}

async fn ask(relay: &Relay, request: &str, body: &str) -> String {
    let mut text = String::new();
    open(relay, None, request, body).await.read_to_string(&mut text).await.unwrap();
    text
}

const PUT: &str = "PUT http://cluster/api/v1/namespaces/prod/configmaps/a?x=1";
const POST: &str = "POST http://cluster/api/v1/namespaces/prod/configmaps";

#[tokio::test]
async fn who_does_not_know_the_password_is_not_let_in() {
    let (client, seen) = cluster(|_| reply(200, "{}"));
    let (relay, _switch) = relay(client, Purpose::Live).await;
    for wrong in ["Basic aGVsbTp3cm9uZw==", "Bearer x", "", "Basic "] {
        let mut text = String::new();
        open(&relay, Some(wrong), "GET http://cluster/version", "")
            .await
            .read_to_string(&mut text)
            .await
            .unwrap();
        assert!(text.starts_with("HTTP/1.1 401 "), "{wrong}: {text}");
    }
    assert!(seen.lock().unwrap().is_empty(), "something reached the cluster");
    assert!(ask(&relay, "GET http://cluster/version", "").await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn credentials_and_the_way_here_are_not_passed_on() {
    let (client, seen) = cluster(|_| reply(200, "{\"kind\":\"ConfigMap\"}"));
    let (relay, _switch) = relay(client, Purpose::Live).await;
    let text = ask(&relay, PUT, "{\"a\":1}").await;
    assert!(text.starts_with("HTTP/1.1 200 ") && text.ends_with("{\"kind\":\"ConfigMap\"}"), "{text}");
    let seen = seen.lock().unwrap().clone();
    assert_eq!(
        seen,
        [
            "PUT /api/v1/namespaces/prod/configmaps/a?x=1 [content-type=application/json accept=application/json] {\"a\":1}"
        ]
    );
}

#[tokio::test]
async fn a_watch_is_passed_on_as_it_comes_and_ends_with_the_gate() {
    let (sender, receiver) = mpsc::unbounded::<Result<Bytes, BoxError>>();
    let receiver = Mutex::new(Some(receiver));
    let (client, _seen) = cluster(move |_| {
        let frames = receiver.lock().unwrap().take().unwrap().map(|data| data.map(http_body::Frame::data));
        Response::new(StreamBody::new(frames).boxed_unsync())
    });
    let (relay, switch) = relay(client, Purpose::Live).await;
    let mut stream =
        open(&relay, None, "GET http://cluster/api/v1/namespaces/prod/pods?watch=true", "").await;
    let mut text = String::new();
    for event in ["first", "second"] {
        sender.unbounded_send(Ok(Bytes::from(event))).unwrap();
        let mut buffer = [0_u8; 1024];
        // The stream is open and silent now: what arrives was not held back.
        while !text.contains(event) {
            let read = tokio::time::timeout(Duration::from_secs(20), stream.read(&mut buffer)).await;
            let read = read.expect("an event was held back").unwrap();
            assert!(read > 0, "the stream ended: {text}");
            text.push_str(&String::from_utf8_lossy(&buffer[..read]));
        }
    }
    switch.cancel("stop");
    let mut rest = String::new();
    tokio::time::timeout(Duration::from_secs(20), stream.read_to_string(&mut rest))
        .await
        .expect("it goes on")
        .unwrap();
}

#[tokio::test]
async fn what_is_safe_is_repeated_and_what_is_not_is_not() {
    let (client, seen) = cluster(|count| if count == 0 { reply(503, "busy") } else { reply(200, "{}") });
    let (put, _switch) = relay(client, Purpose::Live).await;
    assert!(ask(&put, PUT, "{}").await.starts_with("HTTP/1.1 200 "));
    assert_eq!(seen.lock().unwrap().len(), 2);
    let (client, seen) = cluster(|_| reply(503, "busy"));
    let (post, _switch) = relay(client, Purpose::Live).await;
    assert!(ask(&post, POST, "{}").await.starts_with("HTTP/1.1 503 "));
    assert_eq!(seen.lock().unwrap().len(), 1, "a create was repeated");
    assert_eq!(post.observed().failures[0].message, "busy");
}

#[tokio::test]
async fn a_repetition_passes_the_gate_again() {
    let switch_of = Arc::new(Mutex::new(None::<Switch>));
    let inside = Arc::clone(&switch_of);
    // The lock is lost while the first attempt fails.
    let (client, seen) = cluster(move |_| {
        inside.lock().unwrap().as_ref().unwrap().cancel("stop");
        reply(503, "busy")
    });
    let (relay, switch) = relay(client, Purpose::Live).await;
    *switch_of.lock().unwrap() = Some(switch);
    let text = ask(&relay, PUT, "{}").await;
    assert!(text.starts_with("HTTP/1.1 403 ") && text.contains("\"message\":\"stop\""), "{text}");
    assert_eq!(seen.lock().unwrap().len(), 1, "a write was sent after the gate had closed");
}

#[tokio::test]
async fn a_plan_is_a_dry_run_on_the_wire() {
    let (client, seen) = cluster(|_| reply(200, "{}"));
    let (relay, _switch) = relay(client, Purpose::Plan).await;
    ask(
        &relay,
        "DELETE http://cluster/api/v1/namespaces/prod/configmaps/a",
        "{\"propagationPolicy\":\"Background\"}",
    )
    .await;
    let refused = ask(&relay, "DELETE http://cluster/api/v1/namespaces/prod/configmaps", "{}").await;
    assert!(refused.starts_with("HTTP/1.1 403 "), "{refused}");
    let seen = seen.lock().unwrap().clone();
    assert_eq!(seen.len(), 1, "{seen:?}");
    assert!(seen[0].starts_with("DELETE /api/v1/namespaces/prod/configmaps/a?dryRun=All "), "{}", seen[0]);
    assert!(seen[0].ends_with("\"dryRun\":[\"All\"]}"), "{}", seen[0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn writes_under_way_are_waited_for_even_when_helm_is_gone() {
    let (done, wait) = std::sync::mpsc::channel::<()>();
    let wait = Mutex::new(wait);
    let (client, seen) = cluster(move |_| {
        // The runtime has a second thread for the rest.
        wait.lock().unwrap().recv().unwrap();
        reply(200, "{\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"}}")
    });
    let (relay, _switch) = relay(client, Purpose::Live).await;
    let stream = open(&relay, None, PUT, "{}").await;
    while seen.lock().unwrap().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    drop(stream);
    done.send(()).unwrap();
    assert!(relay.drain(Duration::from_secs(20)).await, "the write never ended");
    assert_eq!(relay.observed().written(), 1);
}

#[tokio::test]
async fn a_plan_lists_a_collection_once_and_answers_each_object_from_it() {
    let list = r#"{"kind":"ConfigMapList","apiVersion":"v1","metadata":{},"items":[{"metadata":{"name":"a"},"data":{"x":"1"}}]}"#;
    let (client, seen) = cluster(move |_| reply(200, list));
    let (relay, _switch) = relay(client, Purpose::Plan).await;
    let there = ask(&relay, "GET /api/v1/namespaces/prod/configmaps/a", "").await;
    assert!(
        there.starts_with("HTTP/1.1 200") && there.contains(r#""kind":"ConfigMap","metadata""#),
        "{there}"
    );
    let absent = ask(&relay, "GET /api/v1/namespaces/prod/configmaps/b", "").await;
    assert!(absent.starts_with("HTTP/1.1 404") && absent.contains("NotFound"), "{absent}");
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 1, "{seen:?}");
    assert!(seen[0].starts_with("GET /api/v1/namespaces/prod/configmaps?limit=500 "), "{seen:?}");
    assert!(relay.observed().read.contains_key("/api/v1/namespaces/prod/configmaps/a"));
}

#[tokio::test]
async fn a_plan_that_may_not_list_asks_for_each_object() {
    let (client, seen) = cluster(|count| match count {
        0 => reply(403, r#"{"kind":"Status","code":403,"reason":"Forbidden"}"#),
        _ => reply(200, r#"{"kind":"ConfigMap","metadata":{"name":"a"}}"#),
    });
    let (relay, _switch) = relay(client, Purpose::Plan).await;
    for _ in 0..2 {
        let there = ask(&relay, "GET /api/v1/namespaces/prod/configmaps/a", "").await;
        assert!(there.starts_with("HTTP/1.1 200"), "{there}");
    }
    assert_eq!(seen.lock().unwrap().len(), 3, "one list, then each object");
}

#[tokio::test]
async fn a_dry_run_is_answered_at_once_and_the_clusters_no_is_kept() {
    let no = r#"{"kind":"Status","code":422,"reason":"Invalid","message":"ConfigMap \"a\" is invalid: x"}"#;
    let (client, seen) = cluster(move |_| reply(422, no));
    let (relay, _switch) = relay(client, Purpose::Plan).await;
    let body = r#"{"kind":"ConfigMap","metadata":{"name":"a"}}"#;
    let told = ask(&relay, "POST /api/v1/namespaces/prod/configmaps", body).await;
    assert!(told.starts_with("HTTP/1.1 201") && told.ends_with(body), "{told}");
    assert!(relay.drain(Duration::from_secs(5)).await);
    assert!(seen.lock().unwrap()[0].contains("dryRun=All"));
    let observed = relay.observed();
    assert_eq!(observed.refusal().map(|status| status.code), Some(422));
    assert_eq!(observed.writes[0].object.to_string(), "ConfigMap/prod/a");
}
