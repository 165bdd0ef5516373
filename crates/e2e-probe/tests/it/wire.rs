//! A raw TCP server: each request is answered by a list of steps, byte for byte.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) line: String,
    pub(crate) head: String,
}

impl Request {
    pub(crate) fn path(&self) -> &str {
        self.line.split(' ').nth(1).unwrap()
    }

    /// A header's value; names in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// What is done with a connection.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Send(Vec<u8>),
    Pause(Duration),
    /// The bytes for ever, with a pause behind each.
    Repeat(Vec<u8>, Duration),
    /// Nothing more, and the connection stays open.
    Hang,
    /// A reset instead of an end.
    Reset,
}

type Router = dyn FnMut(&Request) -> Vec<Step> + Send;

/// The server; it ends with the runtime.
pub(crate) struct Wire {
    pub(crate) url: String,
    requests: Arc<Mutex<Vec<Request>>>,
    connections: Arc<Mutex<usize>>,
}

impl Wire {
    pub(crate) async fn start(route: impl FnMut(&Request) -> Vec<Step> + Send + 'static) -> Self {
        Self::started_on(TcpListener::bind("127.0.0.1:0").await.unwrap(), route)
    }

    pub(crate) fn started_on(
        listener: TcpListener,
        route: impl FnMut(&Request) -> Vec<Step> + Send + 'static,
    ) -> Self {
        let url = format!("http://{}", listener.local_addr().unwrap());
        let wire = Self { url, requests: Arc::default(), connections: Arc::default() };
        let route: Arc<Mutex<Box<Router>>> = Arc::new(Mutex::new(Box::new(route)));
        let (requests, connections) = (Arc::clone(&wire.requests), Arc::clone(&wire.connections));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                *connections.lock().unwrap() += 1;
                tokio::spawn(serve(stream, Arc::clone(&route), Arc::clone(&requests)));
            }
        });
        wire
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    pub(crate) fn connections(&self) -> usize {
        *self.connections.lock().unwrap()
    }

    /// How many requests have this in their first line.
    pub(crate) fn count(&self, part: &str) -> usize {
        self.requests().iter().filter(|request| request.line.contains(part)).count()
    }
}

async fn serve(mut stream: TcpStream, route: Arc<Mutex<Box<Router>>>, requests: Arc<Mutex<Vec<Request>>>) {
    stream.set_nodelay(true).unwrap();
    let mut bytes = Vec::new();
    while let Ok(1..) = stream.read_buf(&mut bytes).await {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, _)) = text.split_once("\r\n\r\n") else { continue };
        let line = head.lines().next().unwrap().to_owned();
        let request = Request { line, head: head.to_owned() };
        requests.lock().unwrap().push(request.clone());
        let steps = route.lock().unwrap()(&request);
        bytes.clear();
        if play(&mut stream, steps).await.is_none() {
            return;
        }
    }
}

/// None when the connection is to be closed.
async fn play(stream: &mut TcpStream, steps: Vec<Step>) -> Option<()> {
    for step in steps {
        match step {
            Step::Send(bytes) => {
                stream.write_all(&bytes).await.ok()?;
                stream.flush().await.ok()?;
                tokio::task::yield_now().await;
            }
            Step::Pause(pause) => tokio::time::sleep(pause).await,
            Step::Repeat(bytes, pause) => loop {
                stream.write_all(&bytes).await.ok()?;
                tokio::time::sleep(pause).await;
            },
            Step::Hang => std::future::pending().await,
            Step::Reset => stream.set_zero_linger().ok()?,
        }
    }
    None
}

/// A whole plain answer.
pub(crate) fn answer(status: u16, kind: &str, body: &str) -> Vec<Step> {
    answer_with(status, &format!("Content-Type: {kind}\r\n"), body)
}

/// A whole answer with these header lines.
pub(crate) fn answer_with(status: u16, headers: &str, body: &str) -> Vec<Step> {
    let length = body.len();
    let head = format!("HTTP/1.1 {status} X\r\n{headers}Content-Length: {length}\r\n\r\n{body}");
    vec![Step::Send(head.into_bytes())]
}

/// The head of an event stream and its events, each in a chunk of its own; not ended.
pub(crate) fn stream<T: AsRef<[u8]>>(events: impl IntoIterator<Item = T>) -> Vec<Step> {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
    let mut steps = vec![Step::Send(head.into())];
    steps.extend(events.into_iter().map(|event| Step::Send(chunk(event.as_ref()))));
    steps
}

pub(crate) fn chunk(bytes: &[u8]) -> Vec<u8> {
    [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat()
}

/// A proper end of a chunked body.
pub(crate) fn end() -> Step {
    Step::Send(b"0\r\n\r\n".to_vec())
}
