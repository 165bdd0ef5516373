//! The stand-ins on a port of their own, and a client that sees every byte.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    missing_docs,
    reason = "tests stop at the first surprise, and each uses a part of this"
)]

use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// Pods of the namespace `staging`, as an API server lists them.
#[derive(Clone, Default)]
pub struct Pods(Arc<Mutex<Vec<Value>>>);

impl Pods {
    pub fn set(&self, pods: Vec<Value>) {
        *self.0.lock().unwrap() = pods;
    }

    /// A client whose API server knows these pods.
    pub fn client(&self) -> kube::Client {
        let pods = self.clone();
        let service = tower::service_fn(move |request: http::Request<kube::client::Body>| {
            let staging = request.uri().path() == "/api/v1/namespaces/staging/pods";
            let items = if staging { pods.0.lock().unwrap().clone() } else { Vec::new() };
            let list = json!({"kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": items});
            let body = kube::client::Body::from(list.to_string().into_bytes());
            async move { Ok::<_, std::convert::Infallible>(http::Response::new(body)) }
        });
        kube::Client::new(service, "default")
    }
}

/// A ready pod of a component.
pub fn pod(component: &str, image: &str) -> Value {
    json!({
        "metadata": {"name": format!("{component}-0"), "labels": {"component": component}},
        "spec": {"containers": [{"name": component, "image": image}]},
        "status": {"conditions": [{"type": "Ready", "status": "True"}]},
    })
}

pub async fn start(config: stand_ins::Config, client: kube::Client) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { stand_ins::serve(listener, config, client).await.unwrap() });
    address
}

#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// Sends a request and reads an answer of known length.
pub async fn ask(address: SocketAddr, method: &str, path: &str, headers: &[String], body: &str) -> Answer {
    let mut socket = open(address, method, path, headers, body).await;
    let mut bytes = Vec::new();
    while !complete(&bytes) {
        assert!(socket.read_buf(&mut bytes).await.unwrap() > 0, "cut: {}", String::from_utf8_lossy(&bytes));
    }
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    Answer { status: head[9..12].parse().unwrap(), head: head.to_owned(), body: body.to_owned() }
}

pub async fn get(address: SocketAddr, path: &str) -> Answer {
    ask(address, "GET", path, &[], "").await
}

fn complete(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: ")).expect("a known length");
    body.len() >= length.parse().unwrap()
}

/// Sends a request and leaves the answer in the socket.
pub async fn open(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[String],
    body: &str,
) -> TcpStream {
    let mut head = format!("{method} {path} HTTP/1.1\r\n");
    if !headers.iter().any(|header| header.starts_with("Host: ")) {
        head.push_str(&format!("Host: {address}\r\n"));
    }
    for header in headers {
        head.push_str(&format!("{header}\r\n"));
    }
    head.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(head.as_bytes()).await.unwrap();
    socket
}

/// The bytes of a capture, without the marks of the recorder, and the reason of its end.
pub fn recorded(name: &str) -> (Vec<u8>, String) {
    let file = std::fs::read(test_support::fixtures().join(format!("binderhub/{name}.txt"))).unwrap();
    let mut out = Vec::new();
    // The comments before the first mark speak of marks too, in the middle of a line.
    let first = file.windows(4).position(|window| window == b"\n#@ ").unwrap() + 1;
    let mut rest = &file[first..];
    loop {
        let start = rest.windows(3).position(|window| window == b"#@ ").unwrap();
        let end = start + rest[start..].iter().position(|byte| *byte == b'\n').unwrap();
        let mark = String::from_utf8(rest[start..end].to_vec()).unwrap();
        rest = &rest[end + 1..];
        match mark.splitn(4, ' ').collect::<Vec<_>>().as_slice() {
            [_, _, length] => {
                let length: usize = length.parse().unwrap();
                out.extend_from_slice(&rest[..length]);
                rest = &rest[length..];
            }
            [_, _, "END", reason] => {
                let total = reason.rsplit(' ').next().unwrap();
                assert_eq!(out.len().to_string(), total, "{name}");
                return (out, (*reason).to_owned());
            }
            other => panic!("{other:?}"),
        }
    }
}
